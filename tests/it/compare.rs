//! What changed inside a document, and what that does.

use canonry::compare::{
    RowChange, compare, deletion_findings, field_changes, next_version, required_impact, rises_by, version_findings,
};
use canonry::document::Value;
use canonry::registry::Impact;
use semver::Version;

use crate::check::Bench;
use crate::kinds::{badge, badge_kinds, badge_schema, common_schema, kinds_of};
use crate::values::{items, json};

const PATH: &str = "registry/definitions/badge/gold.json";

/// Pointer and impact of every change that an edit makes.
fn changes(edit: impl Fn(&mut Value)) -> Vec<(String, Impact)> {
    coded(edit).into_iter().map(|(pointer, impact, _)| (pointer, impact)).collect()
}

/// Pointer, impact and code of every change that an edit makes.
fn coded(edit: impl Fn(&mut Value)) -> Vec<(String, Impact, String)> {
    let kinds = badge_kinds();
    let before = badge();
    let mut after = badge();
    edit(&mut after);
    let changes = field_changes(&before, &after, &[kinds.get("badge").unwrap()]);
    changes.into_iter().map(|change| (change.pointer().to_owned(), change.impact, change.code)).collect()
}

fn row(pointer: &str, impact: Impact) -> (String, Impact) {
    (pointer.to_owned(), impact)
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
    let one = |pointer: &str, impact, code: &str| [(pointer.to_owned(), impact, code.to_owned())];
    assert_eq!(coded(|badge| badge["points"] = json!(6)), one("/points", Impact::Major, "badge-harder"));
    assert_eq!(coded(|badge| badge["points"] = json!(4.5)), one("/points", Impact::Major, "badge-easier"));
    assert_eq!(coded(|badge| badge["grace"] = json!({"hours": 5})), one("/grace", Impact::Minor, "shorter"));
    assert_eq!(coded(|badge| badge["grace"] = json!({"months": 1})), one("/grace", Impact::Minor, "longer"));
    let none = |badge: &mut Value| badge["grace"] = json!({"quarters": 1});
    assert!(coded(none).iter().all(|(.., code)| code == "added" || code == "removed"), "criteria know no such unit");
}

#[test]
fn items_with_a_key_are_the_same_items_wherever_they_stand() {
    let swap = |badge: &mut Value| badge["levels"] = json!([badge["levels"][1], badge["levels"][0]]);
    assert_eq!(changes(swap), [row("/levels", Impact::Major)]);
    let insert = |badge: &mut Value| {
        let mut levels = items(&badge["levels"]);
        levels.insert(0, json!({"id": "zero", "at_least": 0}));
        badge["levels"] = levels.into();
    };
    assert_eq!(changes(insert), [row("/levels/0", Impact::Minor)]);
    let remove = |badge: &mut Value| badge["levels"] = items(&badge["levels"])[1..].to_vec().into();
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
        badge["criteria"]["all"] = items(&badge["criteria"]["all"]).into_iter().rev().collect();
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

#[test]
fn items_without_a_key_are_compared_by_place() {
    let kinds = badge_kinds();
    let kind = kinds.get("badge").unwrap();
    let with = |levels: Value| {
        let mut badge = badge();
        badge["levels"] = levels;
        badge
    };
    let pointers = |before: Value, after: Value| -> Vec<String> {
        field_changes(&with(before), &with(after), &[kind])
            .into_iter()
            .map(|change| change.pointer().to_owned())
            .collect()
    };
    let twice = json!([{"id": "a", "at_least": 1}, {"id": "a", "at_least": 2}]);
    let other = json!([{"id": "a", "at_least": 2}, {"id": "a", "at_least": 1}]);
    assert_eq!(pointers(twice, other), ["/levels/0/at_least", "/levels/1/at_least"], "a key that is not one");
    assert_eq!(pointers(json!([1, 2]), json!([2, 1])), ["/levels/0", "/levels/1"]);
    assert_eq!(pointers(json!([1]), json!([1, 2])), ["/levels/1"]);
    assert_eq!(pointers(json!([1, 2]), json!([1])), ["/levels/1"]);
}

#[test]
fn what_is_added_or_removed_weighs_as_much_as_the_gravest_thing_in_it() {
    let schema = json!({
        "x-version": "1.0.0", "x-change": "patch",
        "properties": {"notes": {"properties": {"limit": {"x-change": "major"}, "text": {}}}}
    });
    let (kinds, _) = kinds_of(&[("schemas/badge.schema.json", schema)]);
    let kind = kinds.get("badge").unwrap();
    let impact = |before: Value, after: Value| required_impact(PATH, Some(&before), &after, &[kind]);
    let (none, text, limit) = (json!({}), json!({"notes": {"text": "a"}}), json!({"notes": {"limit": 1}}));
    assert_eq!(impact(none.clone(), text.clone()), Impact::Patch);
    assert_eq!(impact(none.clone(), limit.clone()), Impact::Major);
    assert_eq!(impact(limit.clone(), none), Impact::Major);
    assert_eq!(impact(limit.clone(), json!({"notes": "words"})), Impact::Major, "exchanged as a whole");
    assert_eq!(impact(text, limit), Impact::Major);
}

#[test]
fn the_word_beside_a_reference_rules_over_the_words_behind_it() {
    let schema = json!({
        "x-version": "1.0.0",
        "properties": {
            "a": {"x-change": "patch", "$ref": "#/$defs/grave"},
            "b": {"$ref": "#/$defs/grave"},
            "c": {"allOf": [{"x-change": "patch"}, {"x-change": "minor"}]}
        },
        "$defs": {"grave": {"x-change": "major"}}
    });
    let (kinds, _) = kinds_of(&[("schemas/badge.schema.json", schema)]);
    let kind = kinds.get("badge").unwrap();
    let impact = |key: &str| required_impact(PATH, Some(&json!({key: 1})), &json!({key: 2}), &[kind]);
    assert_eq!((impact("a"), impact("b"), impact("c")), (Impact::Patch, Impact::Major, Impact::Minor));
}

#[test]
fn the_branch_in_force_before_and_the_one_after_both_count() {
    let schema = json!({
        "x-version": "1.0.0", "x-change": "patch",
        "properties": {"mode": {}},
        "oneOf": [
            {"properties": {"mode": {"const": "hard"}, "limit": {"x-change": "major"}}},
            {"properties": {"mode": {"const": "soft"}, "limit": {"x-change": "patch"}}}
        ]
    });
    let (kinds, _) = kinds_of(&[("schemas/badge.schema.json", schema)]);
    let kind = kinds.get("badge").unwrap();
    let impact = |before: Value, after: Value| required_impact(PATH, Some(&before), &after, &[kind]);
    let (hard, soft) = (json!({"mode": "hard", "limit": 1}), json!({"mode": "soft", "limit": 2}));
    assert_eq!(impact(hard.clone(), soft.clone()), Impact::Major);
    assert_eq!(impact(soft.clone(), hard), Impact::Major);
    assert_eq!(impact(soft, json!({"mode": "soft", "limit": 3})), Impact::Patch);
}

#[test]
fn a_schema_cannot_be_loosened_in_the_commit_that_uses_it() {
    let kinds = badge_kinds();
    let mut loose = badge_schema();
    loose["properties"]["points"]["x-change"] = json!("patch");
    let (loose, _) = kinds_of(&[("schemas/badge.schema.json", loose), ("schemas/common.schema.json", common_schema())]);
    let mut after = badge();
    after["points"] = json!(1);
    let under = |kinds: &[_]| required_impact(PATH, Some(&badge()), &after, kinds);
    let (accepted, new) = (kinds.get("badge").unwrap(), loose.get("badge").unwrap());
    assert_eq!(under(&[new]), Impact::Patch);
    assert_eq!(under(&[accepted, new]), Impact::Major);
    assert_eq!(under(&[new, accepted]), Impact::Major);
}

#[test]
fn to_a_faulty_schema_every_change_is_major() {
    let mut faulty = badge_schema();
    faulty["properties"]["name"] = json!({"x-chnage": "patch"});
    let (kinds, findings) =
        kinds_of(&[("schemas/badge.schema.json", faulty), ("schemas/common.schema.json", common_schema())]);
    assert_eq!(findings.len(), 1);
    let mut after = badge();
    after["name"] = json!("Other");
    assert_eq!(required_impact(PATH, Some(&badge()), &after, &[kinds.get("badge").unwrap()]), Impact::Major);
}

const MQL: &str = "registry/definitions/qualification/mql.json";
const POLICY: &str = "registry/governance/policy.json";

/// What differs after a change of the starter registry.
fn rows(change: impl FnOnce(&mut Bench)) -> Vec<RowChange> {
    let before = Bench::starter();
    let mut after = Bench::starter();
    change(&mut after);
    compare(&before.registry(), &after.registry())
}

/// Path and impact of every row, and the codes of the findings about their versions.
fn judged(rows: &[RowChange]) -> (Vec<(&str, Impact)>, Vec<&'static str>) {
    let impacts = rows.iter().map(|row| (row.path.as_str(), row.impact)).collect();
    (impacts, version_findings(rows).iter().map(|found| found.rule.code).collect())
}

#[test]
fn equal_registries_have_no_rows_and_spelling_is_no_change() {
    assert!(rows(|_| ()).is_empty());
    let respelt = rows(|after| {
        after.files.get_mut(MQL).unwrap().push(b'\n');
    });
    assert!(respelt.is_empty());
}

#[test]
fn a_version_must_rise_by_what_the_change_does() {
    let edit = |summary: bool, version: &str| {
        rows(|after| {
            after.edit(MQL, |mql| {
                mql["version"] = json!(version);
                match summary {
                    true => mql["summary"] = json!("Other words."),
                    false => mql["owner"] = json!("cro"),
                }
            });
        })
    };
    for (summary, version, impact, codes) in [
        (true, "1.0.0", Impact::Patch, vec!["version-not-raised"]),
        (true, "1.0.1", Impact::Patch, vec![]),
        (true, "1.1.0", Impact::Patch, vec![]),
        (true, "1.0.2", Impact::Patch, vec!["version-skipped"]),
        (false, "1.1.0", Impact::Major, vec!["version-not-raised"]),
        (false, "2.0.0", Impact::Major, vec![]),
        (false, "3.0.0", Impact::Major, vec!["version-skipped"]),
        (false, "0.9.0", Impact::Major, vec!["version-not-raised"]),
    ] {
        assert_eq!(judged(&edit(summary, version)), (vec![(MQL, impact)], codes), "{summary} {version}");
    }
    let found = version_findings(&edit(false, "1.1.0")).remove(0);
    assert_eq!(found.message, "version 1.1.0 does not rise enough from 1.0.0: the changed `/owner` is a major change");
    assert_eq!(found.hint.unwrap(), "set the version to 2.0.0, or let `canon propose` set it");
}

#[test]
fn a_new_definition_starts_at_the_first_version() {
    let path = "registry/definitions/qualification/other.json";
    let add = |version: &str| {
        rows(|after| {
            after.copy(MQL, path, |new| {
                new["id"] = json!("other");
                new["version"] = json!(version);
            });
        })
    };
    assert_eq!(judged(&add("1.0.0")), (vec![(path, Impact::Minor)], vec![]));
    assert_eq!(judged(&add("2.0.0")), (vec![(path, Impact::Minor)], vec!["version-first"]));
}

#[test]
fn rows_of_governance_are_major_and_say_so() {
    let found = rows(|after| {
        after.edit(POLICY, |policy| policy["roles"][0]["name"] = json!("Chief"));
        after.edit("schemas/stage.schema.json", |schema| schema["title"] = json!("A stage"));
    });
    let expected = vec![(POLICY, Impact::Major), ("schemas/stage.schema.json", Impact::Major)];
    assert_eq!(judged(&found), (expected, vec!["version-not-raised", "version-not-raised"]));
    let messages: Vec<String> = version_findings(&found).into_iter().map(|found| found.message).collect();
    assert!(messages.iter().all(|message| message.ends_with("any change to this document is major")), "{messages:?}");
}

#[test]
fn a_document_that_is_gone_is_a_major_row_and_a_finding() {
    let found = rows(|after| {
        after.files.remove(MQL);
    });
    assert_eq!(judged(&found), (vec![(MQL, Impact::Major)], vec![]));
    assert!(found[0].before.is_some() && found[0].after.is_none());
    let told = deletion_findings(&found);
    assert_eq!(
        told.iter().map(|found| (found.rule.code, found.path.as_str())).collect::<Vec<_>>(),
        [("document-deleted", MQL)]
    );
    assert!(told[0].hint.as_deref().unwrap().contains("`retired`"));
    let edited = rows(|after| {
        after.edit(MQL, |mql| mql["owner"] = json!("cro"));
    });
    assert_eq!(deletion_findings(&edited), []);
}

#[test]
fn a_document_that_cannot_be_read_is_no_row() {
    let found = rows(|after| {
        after.files.insert(MQL.to_owned(), b"{".to_vec());
    });
    assert!(found.is_empty());
}

#[test]
fn versions_follow_one_another() {
    let version = |text: &str| Version::parse(text).unwrap();
    let next = |text: &str, impact| next_version(&version(text), impact).to_string();
    assert_eq!(next("1.2.3", Impact::Patch), "1.2.4");
    assert_eq!(next("1.2.3", Impact::Minor), "1.3.0");
    assert_eq!(next("1.2.3", Impact::Major), "2.0.0");
    assert_eq!(next("1.2.18446744073709551615", Impact::Patch), "1.2.18446744073709551615");
    assert!(rises_by(&version("1.2.3"), &version("1.3.0"), Impact::Minor));
    assert!(!rises_by(&version("1.2.3"), &version("1.2.9"), Impact::Minor));
    assert!(!rises_by(&version("1.2.3"), &version("1.9.0"), Impact::Major));
    assert!(rises_by(&version("1.2.3"), &version("2.0.0"), Impact::Patch));
}

#[test]
fn what_keeps_the_past_does_not_reach_into_it() {
    const MQL: &str = "registry/definitions/qualification/mql.json";
    let before = Bench::starter();
    let found = |from: &str, history: &str| {
        let mut after = Bench::starter();
        after.edit(MQL, |mql| {
            mql["effective"] = json!({"from": from, "history": history});
            mql["version"] = json!("2.0.0");
        });
        let rows = compare(&before.registry(), &after.registry());
        version_findings(&rows).into_iter().map(|found| (found.rule.code, found.message)).collect::<Vec<_>>()
    };
    let message = "it would hold from 2026-01-31 instead of 2026-02-01, and it keeps the past as it was";
    assert_eq!(found("2026-01-31", "freeze"), [("effective-into-past", message.to_owned())]);
    assert_eq!(found("2026-02-02", "freeze"), []);
    assert_eq!(found("2026-01-31", "restate"), []);
}
