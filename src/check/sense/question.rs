//! Questions about records of one entity, answered only where the answer is certain.

use std::collections::BTreeMap;

use crate::criteria::Model;
use crate::criteria::reason::{Allowance, Answer, Claim, Together, Witness};
use crate::criteria::references::NamesEntities;
use crate::criteria::syntax::{Comparison, Operand, Predicate, PredicateForm};

/// Steps that one question may take; what takes more stays open.
const EACH: u32 = 200_000;
/// Steps that all questions about one definition may take together.
const ALL: u64 = 4_000_000;

/// Conditions about the records of an entity, and the questions which of them hold at once.
pub(super) struct Question<'a> {
    pub(super) model: &'a Model,
    pub(super) subject: &'a str,
    together: Together<'a>,
    /// Where each condition stands among those of `together`.
    places: BTreeMap<*const Predicate, usize>,
    allowance: &'a Allowance,
}

/// What questions about one definition may cost.
pub(super) fn allowance() -> Allowance {
    Allowance::new(EACH, ALL)
}

/// A condition, and whether it holds.
pub(super) type Claimed<'p> = (&'p Predicate, bool);

impl<'a> Question<'a> {
    /// Questions about some conditions.
    pub(super) fn about(
        model: &'a Model,
        subject: &'a str,
        conditions: Vec<&'a Predicate>,
        allowance: &'a Allowance,
    ) -> Question<'a> {
        let places = conditions.iter().enumerate().map(|(place, condition)| (std::ptr::from_ref(*condition), place));
        let places = places.collect();
        Question { model, subject, together: Together::new(model, subject, conditions, allowance), places, allowance }
    }

    /// Questions about some conditions and their parts.
    pub(super) fn about_parts(
        model: &'a Model,
        subject: &'a str,
        conditions: impl IntoIterator<Item = &'a Predicate>,
        allowance: &'a Allowance,
    ) -> Question<'a> {
        let mut parts = Vec::new();
        conditions.into_iter().for_each(|condition| add_parts(condition, &mut parts));
        Question::about(model, subject, parts, allowance)
    }

    /// The rows that the filter of an aggregate is about, where it looks at nothing else.
    pub(super) fn of_rows(&self, entity: &'a str, filter: &'a Predicate) -> Option<Question<'a>> {
        let known = self.model.entity(entity).is_some() && is_about(filter, entity);
        known.then(|| Question::about_parts(self.model, entity, [filter], self.allowance))
    }

    /// Whether it is certain that no record is so: of which these conditions hold and those do not.
    pub(super) fn is_never<'p>(&self, claims: impl IntoIterator<Item = Claimed<'p>>) -> bool {
        if self.allowance.is_spent() {
            return false;
        }
        let claims: Vec<Claimed<'p>> = claims.into_iter().collect();
        let place = |condition: &Predicate| self.places.get(&std::ptr::from_ref(condition)).copied();
        let places: Option<Vec<(usize, bool)>> =
            claims.iter().map(|(condition, holds)| Some((place(condition)?, *holds))).collect();
        match places {
            Some(places) => self.together.is_never(&places),
            None => self.together.is_never_among(&self.claims(&claims)),
        }
    }

    /// A record that is so, if one is found.
    pub(super) fn record<'p>(&self, claims: impl IntoIterator<Item = Claimed<'p>>) -> Option<Witness> {
        let claims: Vec<Claimed<'p>> = claims.into_iter().collect();
        match self.together.find_among(&self.claims(&claims)) {
            Answer::Yes(witness) => Some(*witness),
            Answer::No | Answer::NotDecided(_) => None,
        }
    }

    fn claims<'c>(&'c self, claims: &[Claimed<'c>]) -> Vec<Claim<'c>> {
        claims.iter().map(|(predicate, holds)| self.together.claim(predicate, *holds)).collect()
    }
}

/// The entity that a condition is about: the subject, or the one entity beside it that the condition names alone.
/// None where it is about two rows at once.
pub(crate) fn subject_of<'a>(
    model: &Model,
    subject: Option<&'a str>,
    scopes: &'a [String],
    condition: &Predicate,
) -> Option<&'a str> {
    let subject = match scopes {
        [] => subject?,
        scopes => scopes.iter().find(|scope| is_about(condition, scope))?,
    };
    model.entity(subject).is_some().then_some(subject)
}

/// A condition and its parts, but for filters of related rows: those are about other rows.
fn add_parts<'p>(condition: &'p Predicate, parts: &mut Vec<&'p Predicate>) {
    parts.push(condition);
    match &condition.form {
        PredicateForm::All(inner) | PredicateForm::Any(inner) | PredicateForm::Of { conditions: inner, .. } => {
            inner.iter().for_each(|part| add_parts(part, parts));
        }
        PredicateForm::Not(inner) => add_parts(inner, parts),
        PredicateForm::Compare(_) | PredicateForm::Meets(_) => {}
    }
}

/// Whether a condition looks only at rows of one entity: at their own fields, over relations, and no further.
fn is_about(condition: &Predicate, entity: &str) -> bool {
    let mut plain = true;
    condition.visit(&mut |condition| {
        plain &= !matches!(
            condition.form,
            PredicateForm::Meets(_)
                | PredicateForm::Compare(Comparison { operand: Operand::Aggregate(_) | Operand::Score(_), .. })
        );
    });
    plain && condition.entities().iter().all(|reference| reference.entity == entity)
}
