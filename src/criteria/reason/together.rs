//! Many questions about the same conditions: they are read once, and each question is a search.

use std::cell::OnceCell;
use std::rc::Rc;

use super::find::{Claim, Found, Question, find, impossible};
use super::space::NodeId;
use crate::criteria::evaluate::Budget;
use crate::criteria::model::Model;
use crate::criteria::syntax::Predicate;

/// Conditions about one entity, to be asked which of them hold of a record at once.
pub struct Together<'a> {
    model: &'a Model,
    subject: &'a str,
    conditions: Vec<&'a Predicate>,
    steps: u32,
    ready: OnceCell<Option<Ready<'a>>>,
}

/// All conditions, read. Nothing where they cannot all be reasoned about: some may be.
struct Ready<'a> {
    question: Question<'a>,
    budget: Rc<Budget>,
}

impl<'a> Together<'a> {
    /// Conditions about an entity; to make them ready, and to answer each question, takes at most so many steps.
    #[must_use]
    pub fn new(model: &'a Model, subject: &'a str, conditions: Vec<&'a Predicate>, steps: u32) -> Together<'a> {
        Together { model, subject, conditions, steps, ready: OnceCell::new() }
    }

    /// The conditions, in their order.
    #[must_use]
    pub fn conditions(&self) -> &[&'a Predicate] {
        &self.conditions
    }

    /// Whether it is certain that no record is so: of which these conditions hold and those do not, by their places.
    ///
    /// # Panics
    /// If a place is not one of a condition.
    #[must_use]
    pub fn is_never(&self, wanted: &[(usize, bool)]) -> bool {
        let known = self.ready().and_then(|Ready { question, budget }| {
            budget.refill(self.steps);
            let wanted: Vec<(NodeId, bool)> =
                wanted.iter().map(|(place, holds)| (question.wanted[*place].0, *holds)).collect();
            question.is_impossible(&wanted).ok().flatten()
        });
        // What is not decided among all of them may be by itself.
        known.unwrap_or_else(|| impossible(self.subject, &self.claims(wanted), self.steps))
    }

    /// A record that is so, or that there is none.
    ///
    /// # Panics
    /// As [`Together::is_never`].
    #[must_use]
    pub fn find(&self, wanted: &[(usize, bool)]) -> Found {
        find(self.subject, &self.claims(wanted), self.steps)
    }

    fn claims(&self, wanted: &[(usize, bool)]) -> Vec<Claim<'a>> {
        wanted.iter().map(|(place, holds)| self.claim(self.conditions[*place], *holds)).collect()
    }

    fn claim(&self, predicate: &'a Predicate, holds: bool) -> Claim<'a> {
        Claim { model: self.model, predicate, holds }
    }

    fn ready(&self) -> Option<&Ready<'a>> {
        let make = || {
            let budget = Rc::new(Budget::of(self.steps));
            let claims: Vec<Claim> = self.conditions.iter().map(|condition| self.claim(condition, true)).collect();
            Some(Ready { question: Question::of(self.subject, &claims, &budget).ok()?, budget })
        };
        self.ready.get_or_init(make).as_ref()
    }
}
