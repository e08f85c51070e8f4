//! What is looked at: the registry, what its check finds, the history, and the day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::matrix::Only;
use crate::document::Value;
use crate::finding::Finding;
use crate::governance::ledger::Ledger;
use crate::registry::{Definition, Graph, Registry};

/// Everything that evidence is looked for in. The same sight gives the same answers.
pub struct Sight<'a> {
    /// The definitions.
    pub registry: &'a Registry,
    /// What refers to what.
    pub references: &'a Graph,
    /// What the check finds and nothing waives.
    pub findings: &'a [Finding],
    /// What the main branch proves, or why that cannot be seen.
    pub history: Result<History<'a>, Unseen>,
    /// The time.
    pub now: Timestamp,
    /// The registry's time zone.
    pub zone: TimeZone,
}

/// What the main branch proves.
#[derive(Clone, Copy)]
pub struct History<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// The accepted texts of each matrix, by path, from first to newest.
    pub matrices: &'a BTreeMap<String, Vec<AcceptedText>>,
}

/// A document as it was accepted.
pub struct AcceptedText {
    /// The change that settled it; none for genesis.
    pub change: Option<String>,
    /// What it said.
    pub value: Value,
}

/// Why something could not be looked at, and what would make it visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Why.
    pub why: String,
    /// What to type or do.
    pub next: String,
}

impl<'a> Sight<'a> {
    /// The day.
    #[must_use]
    pub fn today(&self) -> Date {
        self.day(self.now)
    }

    /// The local day of a commit's time, in seconds since 1970.
    pub(super) fn day_of(&self, seconds: i64) -> Option<Date> {
        Timestamp::from_second(seconds).ok().map(|time| self.day(time))
    }

    /// The first day that is at most so many days ago; none, which is before all days, beyond the calendar.
    pub(super) fn since(&self, days: i64) -> Option<Date> {
        self.today().checked_sub(Span::new().try_days(days).ok()?).ok()
    }

    /// The active definitions of some kinds, by name.
    pub(super) fn active(&self, kinds: &[String], only: Option<&Only>) -> Vec<Definition<'a>> {
        let mut kinds: Vec<&String> = kinds.iter().collect();
        kinds.sort();
        kinds.dedup();
        let of_kind = |kind: &String| self.registry.definitions_of(kind).collect::<Vec<_>>();
        let wanted = |definition: &Definition<'_>| {
            is_active(definition)
                && only.is_none_or(|only| texts(definition, &only.at).iter().any(|text| only.one_of.contains(text)))
        };
        kinds.into_iter().flat_map(of_kind).filter(wanted).collect()
    }

    /// Whether a definition of this name is active.
    pub(super) fn is_active(&self, name: &str) -> bool {
        self.registry.definition(name).is_some_and(|definition| is_active(&definition))
    }

    fn day(&self, time: Timestamp) -> Date {
        time.to_zoned(self.zone.clone()).date()
    }
}

fn is_active(definition: &Definition<'_>) -> bool {
    definition.document.text("status") == Some("active")
}

/// The texts at a place of a definition: of an array each item, of a text itself.
pub(super) fn texts(definition: &Definition<'_>, pointer: &str) -> Vec<String> {
    match definition.document.value().pointer(pointer) {
        Some(Value::String(text)) => vec![text.as_str().to_owned()],
        Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// Whether a definition has something at a place: neither null nor an empty text, array or object.
pub(super) fn has(definition: &Definition<'_>, pointer: &str) -> bool {
    match definition.document.value().pointer(pointer) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(members)) => !members.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => true,
    }
}
