//! What follows from criteria: whether any record meets them, and whether one implies another.
//!
//! Every answer is certain. *Yes* comes with a witness, a record that was evaluated and comes out so. *No* means that
//! there is no such record. Whatever is neither is *not decided*. Work is counted in steps and not in time, so every
//! machine answers the same.
//!
//! ```
//! use canonry::criteria::reason::{Answer, Criteria, satisfiable};
//! use canonry::criteria::{Model, grammar};
//! use jiff::tz::TimeZone;
//! use canonry::document::Value;
//! use serde_json::json;
//!
//! let person = Value::from(json!({"fields": [{"id": "age", "type": "integer", "optional": true}]}));
//! let source = canonry::criteria::Source { kind: "entity", id: "person", value: &person, subject: None, outcome: None };
//! let model = Model::new(TimeZone::UTC, [source]);
//! let asked = Value::from(json!({"all": [{"field": "person.age", "at_least": 18}, {"field": "person.age", "at_most": 17}]}));
//! let predicate = grammar::predicate(&asked, "").0.unwrap();
//! assert_eq!(satisfiable(Criteria { model: &model, subject: "person", predicate: &predicate }), Answer::No);
//! ```

mod aggregates;
mod allowance;
mod build;
mod cells;
mod compile;
mod find;
mod json;
mod place;
mod related;
mod rows;
mod search;
mod space;
mod terms;
mod together;
mod witness;

pub use allowance::Allowance;
pub use find::{Claim, Found, find};
pub use together::Together;
pub use witness::Witness;

use super::evaluate::Exhausted;
use super::model::Model;
use super::syntax::{Meets, Predicate, PredicateForm};

/// Steps that one question may take. Counted, so that every machine answers the same.
pub const MOST_STEPS: u32 = 1_000_000;

/// Criteria about an entity, among the definitions of one revision.
#[derive(Clone, Copy, Debug)]
pub struct Criteria<'a> {
    /// The definitions.
    pub model: &'a Model,
    /// The entity that is judged.
    pub subject: &'a str,
    /// What must hold.
    pub predicate: &'a Predicate,
}

/// Whether there is such a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// There is: this one, which was evaluated.
    Yes(Box<Witness>),
    /// There is none.
    No,
    /// It was not found out.
    NotDecided(Why),
}

/// Whether something holds of all records.
#[derive(Clone, Debug, PartialEq)]
pub enum Proof {
    /// It does.
    Holds,
    /// It does not: not of this one, which was evaluated.
    Fails(Box<Witness>),
    /// It was not found out.
    NotDecided(Why),
}

/// Why an answer was not found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It would have taken more steps than one question may take.
    Steps,
    /// The criteria ask for something that is not reasoned about exactly.
    Theory,
}

/// Why reasoning stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Steps,
    Theory,
}

impl From<Exhausted> for Stop {
    fn from(_: Exhausted) -> Stop {
        Stop::Steps
    }
}

impl From<Answer> for Proof {
    /// That there is no counterexample.
    fn from(counterexample: Answer) -> Proof {
        match counterexample {
            Answer::Yes(witness) => Proof::Fails(witness),
            Answer::No => Proof::Holds,
            Answer::NotDecided(why) => Proof::NotDecided(why),
        }
    }
}

impl<'a> Criteria<'a> {
    /// That these criteria hold of a record, or do not.
    fn claim(self, holds: bool) -> Claim<'a> {
        Claim { model: self.model, predicate: self.predicate, holds }
    }
}

/// The criteria of a definition and none of its exclusions, by `kind/id`.
#[must_use]
pub fn counts(definition: &str) -> Predicate {
    let meets = Meets { pointer: String::new(), definition: definition.to_owned(), on: None };
    Predicate { pointer: String::new(), form: PredicateForm::Meets(meets) }
}

/// Whether any record meets criteria.
#[must_use]
pub fn satisfiable(criteria: Criteria) -> Answer {
    find(criteria.subject, &[criteria.claim(true)], MOST_STEPS).answer
}

/// Whether every record that meets the one meets the other; a record that meets only the one refutes it. The two may
/// be of two revisions.
#[must_use]
pub fn implies(left: Criteria, right: Criteria) -> Proof {
    if left.subject != right.subject {
        return Proof::NotDecided(Why::Theory);
    }
    find(left.subject, &[left.claim(true), right.claim(false)], MOST_STEPS).answer.into()
}
