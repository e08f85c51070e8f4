//! Questions about records of one entity, answered only where the answer is certain.

use crate::criteria::Model;
use crate::criteria::reason::{Answer, Claim, Witness, find};
use crate::criteria::references::NamesEntities;
use crate::criteria::syntax::{Comparison, Operand, Predicate, PredicateForm};

/// Steps that one question may take; what takes more stays open.
const STEPS: u32 = 200_000;

/// The records of an entity, among the definitions of one revision.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) model: &'a Model,
    pub(super) subject: &'a str,
}

impl<'a> Question<'a> {
    /// The records that a condition is about: those of the subject, or of the one entity beside it that the condition
    /// names alone. None where it is about two rows at once.
    pub(super) fn at(
        model: &'a Model,
        subject: Option<&'a str>,
        scopes: &'a [String],
        condition: &Predicate,
    ) -> Option<Question<'a>> {
        let subject = match scopes {
            [] => subject?,
            scopes => scopes.iter().find(|scope| is_about(condition, scope))?,
        };
        model.entity(subject).is_some().then_some(Question { model, subject })
    }

    /// The rows that the filter of an aggregate is about, where it looks at nothing else.
    pub(super) fn of_rows(self, entity: &'a str, filter: &Predicate) -> Option<Question<'a>> {
        let known = self.model.entity(entity).is_some() && is_about(filter, entity);
        known.then_some(Question { subject: entity, ..self })
    }

    /// Whether it is certain that no record is so: of which these conditions hold and those do not.
    pub(super) fn is_never<'p>(self, conditions: impl IntoIterator<Item = (&'p Predicate, bool)>) -> bool {
        self.ask(conditions) == Answer::No
    }

    /// A record that is so, if one is found.
    pub(super) fn record<'p>(self, conditions: impl IntoIterator<Item = (&'p Predicate, bool)>) -> Option<Witness> {
        match self.ask(conditions) {
            Answer::Yes(witness) => Some(*witness),
            Answer::No | Answer::NotDecided(_) => None,
        }
    }

    fn ask<'p>(self, conditions: impl IntoIterator<Item = (&'p Predicate, bool)>) -> Answer {
        let claim = |(predicate, holds)| Claim { model: self.model, predicate, holds };
        let claims: Vec<Claim> = conditions.into_iter().map(claim).collect();
        find(self.subject, &claims, STEPS).answer
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
