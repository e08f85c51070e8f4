//! What a change of criteria does to records: nothing is said that was not proved or shown on a record.

mod cases;
mod conditions;
mod events;
mod scores;
mod tilt;
mod windows;

pub(super) use cases::cases;
pub(super) use conditions::conditions;
pub(super) use scores::scores;
pub(super) use windows::windows;

use std::collections::BTreeSet;

use crate::criteria::reason::{Allowance, Witness};
use crate::criteria::syntax::{Comparison, Operand, Predicate, PredicateForm};
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
    /// Whether rows of then can be rows of now.
    pub(super) comparable: bool,
}

impl Models<'_> {
    /// Whether questions about rows of an entity can be asked at all.
    fn know(self, subject: &str) -> bool {
        self.comparable && self.after.entity(subject).is_some()
    }

    /// Whether a score is the same on both sides: its rules, and all that these read.
    fn same_score(self, id: &str) -> bool {
        let rules = |model: &'_ Model| model.score_model(id).map(|score| score.rules.clone());
        let meets = |model: &Model| scores_and_meets(model, id);
        rules(self.before) == rules(self.after) && self.same_words(meets(self.before) || meets(self.after))
    }

    /// Whether lists are the same, and other criteria as well where those are read.
    fn same_words(self, reads_criteria: bool) -> bool {
        self.before.has_lists_of(self.after) && (!reads_criteria || self.before.has_qualifiers_of(self.after))
    }
}

/// Whether a score model asks for criteria or scores of other definitions.
fn scores_and_meets(model: &Model, id: &str) -> bool {
    let Some(rules) = model.score_model(id).and_then(|score| score.rules.as_ref()) else { return false };
    rules.of_state().chain(rules.of_history()).any(asks_elsewhere)
}

/// Whether a condition asks for criteria or scores of other definitions.
fn asks_elsewhere(condition: &Predicate) -> bool {
    let mut found = false;
    condition.visit(&mut |condition| {
        let score = matches!(
            &condition.form,
            PredicateForm::Compare(Comparison { operand: Operand::Score(_), .. }) | PredicateForm::Meets(_)
        );
        found |= score;
    });
    found
}

/// The score models that a condition asks for, by itself and by whatever it says is met.
fn scores_of(model: &Model, condition: &Predicate) -> BTreeSet<String> {
    let mut scores = BTreeSet::new();
    let mut met = BTreeSet::new();
    let mut open = vec![condition.clone()];
    while let Some(condition) = open.pop() {
        condition.visit(&mut |condition| match &condition.form {
            PredicateForm::Compare(Comparison { operand: Operand::Score(score), .. }) => {
                scores.insert(score.model.clone());
            }
            PredicateForm::Meets(meets) if met.insert(meets.definition.clone()) => {
                let qualifier = model.qualifier(&meets.definition);
                let conditions = qualifier.into_iter().flat_map(|qualifier| {
                    qualifier.criteria.iter().chain(qualifier.exclusions.iter().filter_map(|one| one.when.as_ref()))
                });
                open.extend(conditions.cloned());
            }
            _ => {}
        });
    }
    scores
}

/// What the questions about one change of criteria may cost.
pub(super) fn allowance() -> Allowance {
    Allowance::new(EACH, 8 * u64::from(EACH))
}

/// Steps that one question may take: fewer than a check has, since a reviewer waits.
const EACH: u32 = reason::MOST_STEPS / 5;
