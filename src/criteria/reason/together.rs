//! Many questions about the same conditions: they are read once, and each question is a search.

use std::cell::OnceCell;
use std::rc::Rc;

use super::Answer;
use super::allowance::Allowance;
use super::find::{Claim, Question, impossible};
use super::space::NodeId;
use crate::criteria::evaluate::Budget;
use crate::criteria::model::Model;
use crate::criteria::syntax::Predicate;

/// Conditions about one entity, to be asked which of them hold of a record at once.
pub struct Together<'a> {
    model: &'a Model,
    subject: &'a str,
    conditions: Vec<&'a Predicate>,
    allowance: &'a Allowance,
    ready: OnceCell<Option<Ready<'a>>>,
}

/// All conditions, read. Nothing where they cannot all be reasoned about: some may be.
struct Ready<'a> {
    question: Question<'a>,
    budget: Rc<Budget>,
}

impl<'a> Together<'a> {
    /// Conditions about an entity. To make them ready costs as much as a question may.
    #[must_use]
    pub fn new(
        model: &'a Model,
        subject: &'a str,
        conditions: Vec<&'a Predicate>,
        allowance: &'a Allowance,
    ) -> Together<'a> {
        Together { model, subject, conditions, allowance, ready: OnceCell::new() }
    }

    /// Whether it is certain that no record is so: of which these conditions hold and those do not, by their places.
    ///
    /// # Panics
    /// If a place is not one of a condition.
    #[must_use]
    pub fn is_never(&self, wanted: &[(usize, bool)]) -> bool {
        if self.allowance.is_spent() {
            return false;
        }
        let known = self.ready().and_then(|Ready { question, budget }| {
            budget.refill(self.allowance.next());
            let nodes: Vec<(NodeId, bool)> =
                wanted.iter().map(|(place, holds)| (question.wanted[*place].0, *holds)).collect();
            let known = question.is_impossible(&nodes).ok().flatten();
            self.spend(wanted.len(), budget);
            known
        });
        // What is not decided among all of them may be by itself.
        known.unwrap_or_else(|| self.is_never_among(&self.claims(wanted)))
    }

    /// As [`Together::is_never`], of any claims.
    #[must_use]
    pub fn is_never_among(&self, claims: &[Claim]) -> bool {
        let budget = self.budget();
        let never = impossible(self.subject, claims, &budget);
        self.spend(claims.len(), &budget);
        never
    }

    /// A record that is so, or that there is none.
    ///
    /// # Panics
    /// As [`Together::is_never`].
    #[must_use]
    pub fn find(&self, wanted: &[(usize, bool)]) -> Answer {
        self.find_among(&self.claims(wanted))
    }

    /// As [`Together::find`], of any claims.
    #[must_use]
    pub fn find_among(&self, claims: &[Claim]) -> Answer {
        self.allowance.find(self.subject, claims)
    }

    /// The claim that a condition holds, or that it does not.
    #[must_use]
    pub fn claim<'p>(&self, predicate: &'p Predicate, holds: bool) -> Claim<'p>
    where
        'a: 'p,
    {
        Claim { model: self.model, predicate, holds }
    }

    fn budget(&self) -> Rc<Budget> {
        Rc::new(Budget::of(self.allowance.next()))
    }

    /// Takes off what was taken from a budget of the next question.
    fn spend(&self, claims: usize, budget: &Budget) {
        self.allowance.spend(claims, self.allowance.next().saturating_sub(budget.left()));
    }

    fn claims(&self, wanted: &[(usize, bool)]) -> Vec<Claim<'a>> {
        wanted.iter().map(|(place, holds)| self.claim(self.conditions[*place], *holds)).collect()
    }

    fn ready(&self) -> Option<&Ready<'a>> {
        let make = || {
            let budget = self.budget();
            let claims: Vec<Claim> = self.conditions.iter().map(|condition| self.claim(condition, true)).collect();
            let question = Question::of(self.subject, &claims, &budget);
            self.spend(claims.len(), &budget);
            Some(Ready { question: question.ok()?, budget })
        };
        self.ready.get_or_init(make).as_ref()
    }
}
