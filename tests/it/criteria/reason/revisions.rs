//! Criteria of two revisions.

use canonry::criteria::Model;
use canonry::criteria::reason::{Criteria, Proof, Witness, counts, implies};
use canonry::document::Value;

use super::{holds_of, read};
use crate::values::json;
use crate::world::{definitions, model, model_of};

/// The world with another threshold for accounts that fit.
fn world_with(employees: i64) -> Model {
    let mut definitions = definitions();
    for (kind, id, value) in &mut definitions {
        if (*kind, *id) == ("qualification", "fit-account") {
            value["criteria"]["at_least"] = json!(employees);
        }
    }
    model_of(&definitions)
}

fn compared(old: &Model, new: &Model, predicate: &Value) -> [Result<bool, Box<Witness>>; 2] {
    let node = read(predicate);
    let criteria = |model| Criteria { model, subject: "person", predicate: &node };
    [(new, old), (old, new)].map(|(one, other)| match implies(criteria(one), criteria(other)) {
        Proof::Holds => Ok(true),
        Proof::Fails(witness) => Err(witness),
        Proof::NotDecided(_) => Ok(false),
    })
}

#[test]
fn criteria_of_two_revisions_are_compared_by_what_they_refer_to() {
    let (old, new) = (world_with(200), world_with(250));
    let fits = json!({"meets": "qualification/fit-account", "on": "person.account"});
    let [stricter, looser] = compared(&old, &new, &fits);
    assert_eq!(stricter, Ok(true), "who counts now counted before");
    let lost = looser.expect_err("somebody counted who does not now");
    assert_eq!(lost.record.to_string(), r#"{"account":{"employees":200}}"#);
    assert!(holds_of(&old, "person", &fits, &lost) && !holds_of(&new, "person", &fits, &lost));
    assert_eq!(compared(&old, &world_with(200), &fits), [Ok(true), Ok(true)]);
}

#[test]
fn whether_somebody_counts_includes_exclusions() {
    let counts = counts("qualification/fit-account");
    let large = read(&json!({"field": "account.employees", "at_least": 200}));
    let criteria = |predicate| Criteria { model: model(), subject: "account", predicate };
    assert_eq!(implies(criteria(&counts), criteria(&large)), Proof::Holds);
    let Proof::Fails(witness) = implies(criteria(&large), criteria(&counts)) else {
        panic!("competitors do not count")
    };
    assert_eq!(witness.to_value()["record"], json!({"employees": 200, "is_competitor": true}));
}
