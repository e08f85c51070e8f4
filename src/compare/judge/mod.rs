//! What a change of criteria does to records: nothing is said that was not proved or shown on a record.

mod cases;
mod conditions;
mod scores;
mod windows;

pub(super) use cases::cases;
pub(super) use conditions::conditions;
pub(super) use scores::scores;
pub(super) use windows::windows;

use crate::criteria::reason::{Allowance, Witness};
use crate::criteria::{Model, reason};
use crate::document::Value;

/// A record that comes out otherwise than before.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// The entity that the record is a row of.
    pub entity: String,
    /// The record, at an instant.
    pub witness: Witness,
    /// What came out before: whether it counts, what was chosen, or a score.
    pub before: Value,
    /// What comes out now.
    pub after: Value,
}

/// What is meant by a change, and records that show it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judgement {
    /// The code.
    pub(super) code: &'static str,
    /// Records that come out otherwise.
    pub(super) flips: Vec<Flip>,
}

impl Judgement {
    fn plain(code: &'static str) -> Judgement {
        Judgement { code, flips: Vec::new() }
    }
}

/// Both sides of what criteria refer to. Rows are those of the entities as they are now.
#[derive(Clone, Copy)]
pub(super) struct Models<'m> {
    /// Before.
    pub(super) before: &'m Model,
    /// After.
    pub(super) after: &'m Model,
}

/// What the questions about one change of criteria may cost.
pub(super) fn allowance() -> Allowance {
    Allowance::new(EACH, 8 * u64::from(EACH))
}

/// Steps that one question may take: fewer than a check has, since a reviewer waits.
const EACH: u32 = reason::MOST_STEPS / 5;
