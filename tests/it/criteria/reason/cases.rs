//! Choices by cases, and criteria of two revisions.

use canonry::criteria::reason::{CasesAnswer, Criteria, Gap, Proof, Witness, cases, counts, implies};
use canonry::criteria::{Model, grammar};
use canonry::document::Value;

use super::{holds_of, read};
use crate::values::json;
use crate::world::{definitions, model, model_of};

fn when(employees: Value) -> Value {
    let mut condition = json!({"field": "person.account.employees"});
    for (operator, number) in employees.as_object().expect("operators") {
        condition.set(operator, number.clone());
    }
    condition
}

/// What follows from cases about a person.
fn of(overlap: &str, conditions: &[Value]) -> CasesAnswer {
    let items: Vec<Value> = conditions
        .iter()
        .enumerate()
        .map(|(index, when)| json!({"id": format!("c{index}"), "when": when, "is": index}))
        .collect();
    let value = json!({"overlap": overlap, "cases": items, "otherwise": null});
    let read = grammar::cases(&value, "").0.expect("cases");
    cases(model(), "person", &read)
}

#[test]
fn a_case_behind_a_wider_one_is_never_reached() {
    let answer =
        of("first", &[when(json!({"at_least": 100})), when(json!({"at_least": 500})), when(json!({"at_least": 50}))]);
    assert_eq!(answer.never, [1]);
    assert_eq!(answer.overlaps, []);
    assert_eq!(answer.not_decided, []);
}

#[test]
fn two_cases_that_one_record_meets_are_told_with_it() {
    let conditions = [when(json!({"at_least": 100})), when(json!({"less_than": 50})), when(json!({"at_most": 100}))];
    let answer = of("forbidden", &conditions);
    let pairs: Vec<(usize, usize)> = answer.overlaps.iter().map(|overlap| (overlap.first, overlap.second)).collect();
    assert_eq!(pairs, [(0, 2), (1, 2)]);
    for overlap in &answer.overlaps {
        assert!(holds_of(model(), "person", &conditions[overlap.first], &overlap.witness));
        assert!(holds_of(model(), "person", &conditions[overlap.second], &overlap.witness));
    }
    assert_eq!(answer.never, [] as [usize; 0]);
}

#[test]
fn a_record_that_no_case_takes_is_shown() {
    let gap = |conditions: &[Value]| match of("first", conditions).gap {
        Gap::Record(witness) => witness.record.to_string(),
        Gap::None => "none".to_owned(),
        Gap::NotDecided => "not decided".to_owned(),
    };
    let known = json!({"field": "person.account.employees", "is_known": false});
    assert_eq!(gap(&[when(json!({"at_least": 100})), when(json!({"less_than": 100}))]), "{}");
    let but_99 = [when(json!({"at_least": 100})), when(json!({"less_than": 99})), known.clone()];
    assert_eq!(gap(&but_99), r#"{"account":{"employees":99}}"#);
    assert_eq!(gap(&[when(json!({"at_least": 100})), when(json!({"at_most": 99})), known]), "none");
}

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
