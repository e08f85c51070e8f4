//! What a series of questions may cost.

use std::cell::Cell;

use super::Answer;
use super::find::{Claim, Found, find};

/// Steps that questions about the same conditions may take: each of them, and all together.
///
/// Whoever asks about every pair of a list asks more than the list is long. What is left open for want of steps is the
/// same on every machine.
#[derive(Debug)]
pub struct Allowance {
    each: u32,
    left: Cell<u64>,
}

impl Allowance {
    /// So many steps for each question, and so many for all.
    #[must_use]
    pub fn new(each: u32, all: u64) -> Allowance {
        Allowance { each, left: Cell::new(all) }
    }

    /// Whether any question may still be asked.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Looks for a record of an entity of which all claims are true.
    #[must_use]
    pub fn find(&self, subject: &str, claims: &[Claim]) -> Answer {
        let Found { answer, steps } = find(subject, claims, self.next());
        self.spend(claims.len(), steps);
        answer
    }

    /// The steps that the next question may take.
    pub(super) fn next(&self) -> u32 {
        u32::try_from(self.left.get()).map_or(self.each, |left| left.min(self.each))
    }

    /// Takes off what a question about so many claims took.
    pub(super) fn spend(&self, claims: usize, steps: u32) {
        self.left.set(self.left.get().saturating_sub(claims as u64 + u64::from(steps)));
    }
}
