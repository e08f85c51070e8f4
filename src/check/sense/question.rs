//! Questions about records of one entity, answered only where the answer is certain.

use crate::criteria::Model;
use crate::criteria::reason::{Answer, Claim, Together, Witness, find, impossible};
use crate::criteria::references::NamesEntities;
use crate::criteria::syntax::{Comparison, Operand, Predicate, PredicateForm};

/// Steps that one question may take; what takes more stays open.
const STEPS: u32 = 200_000;

/// Conditions about the records of an entity, and the questions which of them hold at once.
pub(super) struct Question<'a> {
    pub(super) model: &'a Model,
    pub(super) subject: &'a str,
    together: Together<'a>,
}

/// A condition, and whether it holds.
pub(super) type Claimed<'p> = (&'p Predicate, bool);

impl<'a> Question<'a> {
    /// Questions about some conditions.
    pub(super) fn about(model: &'a Model, subject: &'a str, conditions: Vec<&'a Predicate>) -> Question<'a> {
        Question { model, subject, together: Together::new(model, subject, conditions, STEPS) }
    }

    /// Questions about some conditions and their parts.
    pub(super) fn about_parts(
        model: &'a Model,
        subject: &'a str,
        conditions: impl IntoIterator<Item = &'a Predicate>,
    ) -> Question<'a> {
        let mut parts = Vec::new();
        conditions.into_iter().for_each(|condition| add_parts(condition, &mut parts));
        Question::about(model, subject, parts)
    }

    /// The entity that a condition is about: the subject, or the one entity beside it that the condition names alone.
    /// None where it is about two rows at once.
    pub(super) fn subject_of(
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

    /// The rows that the filter of an aggregate is about, where it looks at nothing else.
    pub(super) fn of_rows(&self, entity: &'a str, filter: &'a Predicate) -> Option<Question<'a>> {
        let known = self.model.entity(entity).is_some() && is_about(filter, entity);
        known.then(|| Question::about_parts(self.model, entity, [filter]))
    }

    /// Whether it is certain that no record is so: of which these conditions hold and those do not.
    pub(super) fn is_never<'p>(&self, claims: impl IntoIterator<Item = Claimed<'p>>) -> bool {
        let claims: Vec<Claimed<'p>> = claims.into_iter().collect();
        let places: Option<Vec<(usize, bool)>> =
            claims.iter().map(|(condition, holds)| Some((self.place(condition)?, *holds))).collect();
        match places {
            Some(places) => self.together.is_never(&places),
            None => impossible(self.subject, &self.claims(&claims), STEPS),
        }
    }

    /// A record that is so, if one is found.
    pub(super) fn record<'p>(&self, claims: impl IntoIterator<Item = Claimed<'p>>) -> Option<Witness> {
        let claims: Vec<Claimed<'p>> = claims.into_iter().collect();
        match find(self.subject, &self.claims(&claims), STEPS).answer {
            Answer::Yes(witness) => Some(*witness),
            Answer::No | Answer::NotDecided(_) => None,
        }
    }

    fn place(&self, condition: &Predicate) -> Option<usize> {
        self.together.conditions().iter().position(|known| std::ptr::eq(*known, condition))
    }

    fn claims<'c>(&'c self, claims: &[Claimed<'c>]) -> Vec<Claim<'c>> {
        claims.iter().map(|(predicate, holds)| Claim { model: self.model, predicate, holds: *holds }).collect()
    }
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
