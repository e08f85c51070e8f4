//! What changed inside a document, and what that does.

use canonry::compare::{field_changes, required_impact};
use canonry::registry::Impact;
use serde_json::{Value, json};

use crate::kinds::{badge, badge_kinds};

const PATH: &str = "registry/definitions/badge/gold.json";

/// Pointer, impact and code of every change that an edit makes.
fn changes(edit: impl Fn(&mut Value)) -> Vec<(String, Impact, Option<String>)> {
    let kinds = badge_kinds();
    let before = badge();
    let mut after = badge();
    edit(&mut after);
    let changes = field_changes(&before, &after, &[kinds.get("badge").unwrap()]);
    changes.into_iter().map(|change| (change.pointer, change.impact, change.code)).collect()
}

fn row(pointer: &str, impact: Impact) -> (String, Impact, Option<String>) {
    (pointer.to_owned(), impact, None)
}

#[test]
fn the_annotation_nearest_to_a_value_says_what_its_change_does() {
    assert_eq!(changes(|badge| badge["name"] = json!("Golden")), [row("/name", Impact::Patch)]);
    assert_eq!(changes(|badge| badge["owner"] = json!("cro")), [row("/owner", Impact::Major)]);
    assert_eq!(changes(|badge| badge["levels"][0]["label"] = json!("I")), [row("/levels/0/label", Impact::Patch)]);
    assert_eq!(
        changes(|badge| badge["criteria"]["all"][0]["at_least"] = json!(9)),
        [row("/criteria/all/0/at_least", Impact::Major)]
    );
    assert_eq!(changes(|_| ()), []);
}

#[test]
fn a_table_of_moves_speaks_for_single_steps() {
    assert_eq!(changes(|badge| badge["status"] = json!("deprecated")), [row("/status", Impact::Minor)]);
    assert_eq!(changes(|badge| badge["status"] = json!("retired")), [row("/status", Impact::Major)]);
}

#[test]
fn a_number_that_grows_or_falls_has_its_word() {
    let coded = |pointer: &str, impact, code: &str| [(pointer.to_owned(), impact, Some(code.to_owned()))];
    assert_eq!(changes(|badge| badge["points"] = json!(6)), coded("/points", Impact::Major, "badge-harder"));
    assert_eq!(changes(|badge| badge["points"] = json!(4.5)), coded("/points", Impact::Major, "badge-easier"));
    assert_eq!(changes(|badge| badge["grace"] = json!({"hours": 5})), coded("/grace", Impact::Minor, "shorter"));
}

#[test]
fn items_with_a_key_are_the_same_items_wherever_they_stand() {
    let swap = |badge: &mut Value| badge["levels"] = json!([badge["levels"][1], badge["levels"][0]]);
    assert_eq!(changes(swap), [row("/levels", Impact::Major)]);
    let insert = |badge: &mut Value| {
        badge["levels"].as_array_mut().unwrap().insert(0, json!({"id": "zero", "at_least": 0}));
    };
    assert_eq!(changes(insert), [row("/levels/0", Impact::Minor)]);
    let remove = |badge: &mut Value| {
        badge["levels"].as_array_mut().unwrap().remove(0);
    };
    assert_eq!(changes(remove), [row("/levels/0", Impact::Major)]);
}

#[test]
fn the_order_of_a_set_means_nothing() {
    assert_eq!(changes(|badge| badge["tags"] = json!(["b", "a"])), []);
    assert_eq!(
        changes(|badge| badge["tags"] = json!(["c", "a"])),
        [row("/tags/0", Impact::Patch), row("/tags/1", Impact::Patch)]
    );
    let swap = |badge: &mut Value| {
        badge["criteria"]["all"].as_array_mut().unwrap().reverse();
        badge["criteria"]["all"][1]["at_least"] = json!(4);
    };
    assert_eq!(changes(swap), [row("/criteria/all/1/at_least", Impact::Major)]);
}

#[test]
fn without_a_schema_every_change_is_major() {
    let impact = required_impact(PATH, Some(&json!({"name": "a"})), &json!({"name": "b"}), &[]);
    assert_eq!(impact, Impact::Major);
}

#[test]
fn a_new_document_is_an_addition_and_an_equal_one_is_wording() {
    assert_eq!(required_impact(PATH, None, &badge(), &[]), Impact::Minor);
    assert_eq!(required_impact(PATH, Some(&badge()), &badge(), &[]), Impact::Patch);
}

#[test]
fn what_decides_about_others_is_always_major() {
    for path in ["registry/registry.json", "registry/governance/policy.json", "schemas/badge.schema.json"] {
        assert_eq!(required_impact(path, None, &badge(), &[]), Impact::Major);
        assert_eq!(required_impact(path, Some(&badge()), &badge(), &[]), Impact::Major);
    }
}
