//! What follows from criteria: each theory by examples, and random criteria against evaluation.

mod allowance;
mod random;
mod revisions;
mod starter;
mod steps;
mod theories;

use canonry::criteria::reason::{Answer, Criteria, Proof, Witness, implies, satisfiable};
use canonry::criteria::syntax::Predicate;
use canonry::criteria::{Model, grammar};
use canonry::document::Value;

use crate::world::{judge, model};

/// A predicate of the language.
fn read(predicate: &Value) -> Predicate {
    let (node, problems) = grammar::predicate(predicate, "");
    node.unwrap_or_else(|| panic!("{predicate}: {problems:?}"))
}

/// Whether a predicate holds of a witness.
fn holds_of(model: &Model, subject: &str, predicate: &Value, witness: &Witness) -> bool {
    judge(model, subject, predicate.clone(), witness.record.clone(), witness.scores.clone(), &witness.at.to_string())
}

/// Whether any row of an entity meets a predicate: the record as text, `no`, or `not decided`.
fn any_of(subject: &str, predicate: Value) -> String {
    let node = read(&predicate);
    match satisfiable(Criteria { model: model(), subject, predicate: &node }) {
        Answer::Yes(witness) => {
            assert!(holds_of(model(), subject, &predicate, &witness), "{predicate} does not hold of {witness:?}");
            shown(&witness)
        }
        Answer::No => "no".to_owned(),
        Answer::NotDecided(_) => "not decided".to_owned(),
    }
}

/// Whether any person meets a predicate.
fn any(predicate: Value) -> String {
    any_of("person", predicate)
}

/// Whether one predicate about an entity implies another: `holds`, the counterexample as text, or `not decided`.
fn follows_of(subject: &str, left: Value, right: Value) -> String {
    let (one, other) = (read(&left), read(&right));
    let criteria = |predicate| Criteria { model: model(), subject, predicate };
    match implies(criteria(&one), criteria(&other)) {
        Proof::Fails(witness) => {
            assert!(holds_of(model(), subject, &left, &witness), "{left} does not hold of {witness:?}");
            assert!(!holds_of(model(), subject, &right, &witness), "{right} holds of {witness:?}");
            shown(&witness)
        }
        Proof::Holds => "holds".to_owned(),
        Proof::NotDecided(_) => "not decided".to_owned(),
    }
}

/// Whether one predicate about a person implies another.
fn follows(left: Value, right: Value) -> String {
    follows_of("person", left, right)
}

fn shown(witness: &Witness) -> String {
    let mut text = witness.record.to_string();
    if !witness.scores.is_null() {
        text = format!("{text} with {}", witness.scores);
    }
    text
}
