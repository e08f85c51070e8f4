//! Choosing by cases.

use crate::document::Value;

use super::{Evaluator, Exhausted, Scope};
use crate::criteria::syntax::{Cases, Overlap};

/// What cases choose for a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice<'c> {
    /// A case applies.
    Case {
        /// Its name.
        id: &'c str,
        /// What it chooses.
        is: &'c Value,
    },
    /// No case applies.
    Otherwise(&'c Value),
    /// Two cases apply where that is forbidden.
    Overlap(&'c str, &'c str),
}

impl<'c> Choice<'c> {
    /// What is chosen; nothing where two cases apply that must not.
    #[must_use]
    pub fn value(&self) -> Option<&'c Value> {
        match self {
            Choice::Case { is, .. } | Choice::Otherwise(is) => Some(is),
            Choice::Overlap(..) => None,
        }
    }
}

impl Evaluator<'_> {
    /// Chooses by cases: the first that applies, or the only one where two are forbidden.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn choose<'c>(&self, cases: &'c Cases, scope: &Scope) -> Result<Choice<'c>, Exhausted> {
        let mut chosen = None;
        for case in &cases.cases {
            if !self.holds(&case.when, scope)? {
                continue;
            }
            match chosen {
                None => chosen = Some(case),
                Some(first) => return Ok(Choice::Overlap(&first.id, &case.id)),
            }
            if cases.overlap == Overlap::First {
                break;
            }
        }
        Ok(match chosen {
            Some(case) => Choice::Case { id: &case.id, is: &case.is },
            None => Choice::Otherwise(&cases.otherwise),
        })
    }
}
