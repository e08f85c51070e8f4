//! The rows that document every finding: code, level, title, why it matters, how to mend it.
//!
//! `canon explain` prints them. Each family of rules has a file of rows; [`RULES`] holds them all, sorted by code.

mod criteria;
mod document;
mod funnel;
mod governance;
mod registry;
mod sense;
mod spine;

use std::sync::LazyLock;

use super::Level;

pub use criteria::*;
pub use document::*;
pub use funnel::*;
pub use governance::*;
pub use registry::*;
pub use sense::*;
pub use spine::*;

/// One row: what a code means.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable kebab-case code.
    pub code: &'static str,
    /// How grave its findings are.
    pub level: Level,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// Why it matters to the business or to the proof.
    pub why: &'static str,
    /// How to mend it.
    pub mend: &'static str,
    /// Whether registry/waivers.json may accept its findings for a while. Only findings of judgement about documents
    /// that can be read and computed are; never what proof, governance, shape and readers rest on.
    pub waivable: bool,
}

/// Every rule, sorted by code.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut rules: Vec<&Rule> =
        [criteria::ROWS, document::ROWS, funnel::ROWS, governance::ROWS, registry::ROWS, sense::ROWS, spine::ROWS]
            .concat();
    rules.sort_by_key(|rule| rule.code);
    rules
});

/// The rule with this code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code == code)
}

/// Rules as their codes.
pub(super) mod by_code {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{Rule, rule};

    pub(in crate::finding) fn serialize<S: Serializer>(rule: &Rule, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(rule.code)
    }

    pub(in crate::finding) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static Rule, D::Error> {
        let code = String::deserialize(deserializer)?;
        rule(&code).ok_or_else(|| serde::de::Error::custom(format!("no rule has the code {code}")))
    }
}

/// Declares one static [`Rule`] a row, and `ROWS` with all of a file. A row that says `waivable` after its level may be
/// waived; the others may not.
macro_rules! rows {
    (@mark) => { false };
    (@mark waivable) => { true };
    ($($name:ident $code:literal $level:ident $($waivable:ident)? $title:literal $why:literal $mend:literal)+) => {
        $(
            #[doc = $title]
            pub static $name: crate::finding::Rule = crate::finding::Rule {
                code: $code, level: crate::finding::Level::$level, title: $title, why: $why, mend: $mend,
                waivable: super::rows!(@mark $($waivable)?),
            };
        )+
        pub(super) static ROWS: &[&crate::finding::Rule] = &[$(&$name),+];
    };
}
use rows;
