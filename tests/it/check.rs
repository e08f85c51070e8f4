//! What a check finds in the starter registry after one mistake: one finding, at the mistake.

use std::collections::BTreeMap;

use canonry::check::{self, Checked};
use canonry::document::{Value, parse, stored_bytes};
use canonry::finding::{Finding, Target, any_error, rules};
use canonry::registry::{Registry, builtin};

use crate::values::{at, items, json, remove};

const MQL: &str = "registry/definitions/qualification/mql.json";
const POLICY: &str = "registry/governance/policy.json";

/// The starter registry, to be changed and checked.
pub(crate) struct Bench {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Bench {
    pub(crate) fn starter() -> Bench {
        let files = builtin::schemas().chain(builtin::starter());
        Bench { files: files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect() }
    }

    /// Changes a document and writes it in its stored form.
    pub(crate) fn edit(&mut self, path: &str, change: impl FnOnce(&mut Value)) -> &mut Bench {
        let mut value = parse(&self.files[path]).unwrap();
        change(&mut value);
        self.write(path, &value)
    }

    /// Writes a document in its stored form.
    pub(crate) fn write(&mut self, path: &str, value: &Value) -> &mut Bench {
        let bytes = self.registry().stored_form(path, value);
        self.files.insert(path.to_owned(), bytes);
        self
    }

    /// Writes a copy of a document under another path.
    pub(crate) fn copy(&mut self, from: &str, to: &str, change: impl FnOnce(&mut Value)) -> &mut Bench {
        let bytes = self.files[from].clone();
        self.files.insert(to.to_owned(), bytes);
        self.edit(to, change)
    }

    pub(crate) fn registry(&self) -> Registry {
        Registry::load(self.files.clone()).0
    }

    pub(crate) fn check(&self) -> Checked {
        let (registry, loaded) = Registry::load(self.files.clone());
        check::run(registry, loaded)
    }

    /// Path, code and place of every finding.
    fn told(&self) -> Vec<(String, &'static str, String)> {
        let checked = self.check();
        let place = |target: &Target| match target {
            Target::Value(pointer) => pointer.clone(),
            Target::Key(pointer) => format!("key {pointer}"),
            Target::Offset(offset) => format!("byte {offset}"),
            Target::File => String::new(),
        };
        let findings = checked.findings().iter();
        findings.map(|found| (found.path.clone(), found.rule.code, place(&found.target))).collect()
    }

    fn message(&self) -> String {
        let checked = self.check();
        let messages = checked.findings().iter().map(|found| match &found.hint {
            Some(hint) => format!("{} | {hint}", found.message),
            None => found.message.clone(),
        });
        messages.collect::<Vec<_>>().join("\n")
    }
}

fn one(path: &str, code: &'static str, place: &str) -> Vec<(String, &'static str, String)> {
    vec![(path.to_owned(), code, place.to_owned())]
}

/// What one change of the MQL brings.
fn mql(change: impl FnOnce(&mut Value)) -> (Vec<(String, &'static str, String)>, String) {
    let mut bench = Bench::starter();
    bench.edit(MQL, change);
    (bench.told(), bench.message())
}

#[test]
fn a_registry_with_an_error_is_not_checked() {
    let mut bench = Bench::starter();
    assert!(bench.check().into_checked().is_ok());
    bench.edit(MQL, |mql| mql["owner"] = json!("nobody"));
    assert!(bench.check().into_checked().is_err());

    let mut bench = Bench::starter();
    bench.files.insert(MQL.to_owned(), b"{".to_vec());
    let (registry, _) = Registry::load(bench.files.clone());
    assert!(check::run(registry, Vec::new()).into_checked().is_err(), "not even if what loading found is thrown away");
}

#[test]
fn a_missing_field_is_named() {
    let (told, message) = mql(|mql| drop(remove(mql, "summary")));
    assert_eq!(told, one(MQL, "shape", ""));
    assert_eq!(message, "`summary` is missing");
}

#[test]
fn a_misspelt_field_is_one_mistake() {
    let (told, message) = mql(|mql| {
        let summary = remove(mql, "summary");
        mql["sumary"] = summary;
    });
    assert_eq!(told, one(MQL, "shape", "key /sumary"));
    assert_eq!(message, "no field is called `sumary` here | did you mean `summary`?");
}

#[test]
fn a_word_out_of_place_is_corrected() {
    let (told, message) = mql(|mql| mql["status"] = json!("activ"));
    assert_eq!(told, one(MQL, "shape", "/status"));
    assert_eq!(
        message,
        "must be \"draft\", \"active\", \"deprecated\" or \"retired\", not \"activ\" | did you mean `active`?"
    );
}

#[test]
fn a_value_of_the_wrong_type_is_one_mistake() {
    let (told, message) = mql(|mql| mql["effective"] = json!("2026-01-01"));
    assert_eq!(told, one(MQL, "shape", "/effective"));
    assert_eq!(message, "must be an object, not \"2026-01-01\"");
}

#[test]
fn kind_id_and_schema_agree_with_the_path() {
    for (key, value) in [("kind", "stage"), ("id", "mqll"), ("$schema", "../../../schemas/stage.schema.json")] {
        let (told, _) = mql(|mql| mql[key] = json!(value));
        assert_eq!(told, one(MQL, "misplaced", &format!("/{key}")), "{key}");
    }
}

#[test]
fn versions_are_three_numbers() {
    for version in ["1.0", "1.0.0-beta", "v1.0.0", "01.0.0", "1.0.0+x"] {
        let (told, _) = mql(|mql| mql["version"] = json!(version));
        assert_eq!(told, one(MQL, "bad-version", "/version"), "{version}");
    }
}

#[test]
fn owners_are_roles_of_the_policy() {
    let (told, message) = mql(|mql| mql["owner"] = json!("cmoo"));
    assert_eq!(told, one(MQL, "unknown-role", "/owner"));
    assert_eq!(message, "the policy has no role `cmoo` | did you mean `cmo`?");
    let (told, _) = mql(|mql| mql["co_owners"] = json!(["cro", "astronaut"]));
    assert_eq!(told, one(MQL, "unknown-role", "/co_owners/1"));
}

#[test]
fn dates_are_in_the_calendar_and_in_order() {
    let (told, _) = mql(|mql| mql["effective"]["from"] = json!("2026-02-30"));
    assert_eq!(told, one(MQL, "bad-date", "/effective/from"));
    let (told, _) = mql(|mql| mql["effective"]["until"] = json!("2020-01-01"));
    assert_eq!(told, one(MQL, "bad-date", "/effective/until"));
    let (told, _) = mql(|mql| {
        let from = mql["effective"]["from"].clone();
        mql["effective"]["until"] = from;
    });
    assert_eq!(told, [], "a definition may hold for one day");
}

#[test]
fn a_reference_to_nothing_has_a_suggestion() {
    let mut bench = Bench::starter();
    let stage = "registry/definitions/stage/mql.json";
    let before = bench.registry().references();
    let edge = before.references_of("stage/mql").find(|edge| edge.to == "qualification/mql").unwrap().clone();
    bench.edit(stage, |stage| *at(stage, &edge.pointer) = json!("mlq"));
    assert_eq!(bench.told(), one(stage, "dangling-reference", &edge.pointer));
    assert_eq!(bench.message(), "there is no qualification `mlq` | did you mean `mql`?");
    bench.edit(stage, |stage| *at(stage, &edge.pointer) = json!("person-score"));
    assert_eq!(bench.told(), one(stage, "wrong-kind", &edge.pointer));
}

/// What follows for whoever refers to the MQL when its status changes.
fn status(change: impl Fn(&mut Value)) -> Vec<(&'static str, String)> {
    let mut bench = Bench::starter();
    bench.edit(MQL, change);
    let told = bench.told();
    assert!(told.iter().all(|(path, ..)| path != MQL), "{told:?}");
    let mut codes: Vec<_> = told.into_iter().map(|(path, code, _)| (code, path)).collect();
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn what_is_in_force_rests_on_what_is_in_force() {
    let stage = "registry/definitions/stage/mql.json".to_owned();
    let retired = status(|mql| mql["status"] = json!("retired"));
    assert!(retired.contains(&("retired-reference", stage.clone())), "{retired:?}");
    let draft = status(|mql| mql["status"] = json!("draft"));
    assert!(draft.contains(&("draft-reference", stage.clone())), "{draft:?}");
    let deprecated = status(|mql| mql["status"] = json!("deprecated"));
    assert!(deprecated.contains(&("deprecated-reference", stage)), "{deprecated:?}");
    assert!(deprecated.iter().all(|(code, _)| *code == "deprecated-reference"), "{deprecated:?}");
}

#[test]
fn a_deprecated_definition_only_warns_and_names_its_successor() {
    let mut bench = Bench::starter();
    bench.edit(MQL, |mql| {
        mql["status"] = json!("deprecated");
        mql["successor"] = json!("qualification/sal");
    });
    assert!(bench.message().contains("its successor is `qualification/sal`"), "{}", bench.message());
    assert!(bench.check().into_checked().is_ok());
}

#[test]
fn a_successor_is_there_and_can_be_used() {
    let (told, _) = mql(|mql| mql["successor"] = json!("qualification/mql"));
    assert_eq!(told, one(MQL, "successor", "/successor"));
    let (told, _) = mql(|mql| mql["successor"] = json!("stage/mql"));
    assert_eq!(told, one(MQL, "successor", "/successor"));
    let (told, _) = mql(|mql| mql["successor"] = json!("qualification/next"));
    assert_eq!(told, one(MQL, "dangling-reference", "/successor"));
    let mut bench = Bench::starter();
    let old = "registry/definitions/qualification/old.json";
    bench.copy(MQL, old, |old| {
        old["id"] = json!("old");
        old["status"] = json!("retired");
    });
    assert_eq!(bench.told(), []);
    bench.edit(MQL, |mql| mql["successor"] = json!("qualification/old"));
    assert_eq!(bench.told(), one(MQL, "successor", "/successor"));
}

#[test]
fn items_with_one_key_are_told_apart() {
    let (told, message) = mql(|mql| {
        let mut exclusions = items(&mql["exclusions"]);
        let mut again = exclusions[1].clone();
        again["id"] = exclusions[0]["id"].clone();
        exclusions.push(again);
        mql["exclusions"] = exclusions.into();
    });
    let place = told[0].2.clone();
    assert_eq!(told, one(MQL, "duplicate-item", &place));
    assert!(place.starts_with("/exclusions/") && place.ends_with("/id"), "{place}");
    assert!(message.contains("is taken by an item before"), "{message}");
}

#[test]
fn a_file_has_a_place_or_is_unknown() {
    for path in [
        "registry/notes.txt",
        "registry/definition/stage/mql.json",
        "registry/definitions/stage/MQL.json",
        "registry/definitions/stage/mql.json.bak",
        "registry/definitions/stage/deep/mql.json",
        "schemas/readme.md",
        "registry/governance/people/Ann.json",
    ] {
        let mut bench = Bench::starter();
        bench.files.insert(path.to_owned(), b"{}\n".to_vec());
        assert_eq!(bench.told(), one(path, "unknown-file", ""), "{path}");
    }
    let mut bench = Bench::starter();
    bench.files.insert("docs/elsewhere.json".to_owned(), b"nonsense".to_vec());
    assert_eq!(bench.told(), [], "files elsewhere are nobody's business");
    bench.files.insert("registry/definitions/stage/MQL.json".to_owned(), b"{}\n".to_vec());
    assert!(bench.message().contains("this file would be the same id"), "{}", bench.message());
}

#[test]
fn ids_that_sound_alike_are_one_id() {
    let mut bench = Bench::starter();
    let page_view = "registry/definitions/entity/page_view.json";
    let alike = "registry/definitions/entity/page-view.json";
    bench.copy(page_view, alike, |entity| entity["id"] = json!("page-view"));
    assert!(bench.told().contains(&(page_view.to_owned(), "id-taken", String::new())), "{:?}", bench.told());
}

#[test]
fn a_kind_without_a_schema_is_told_once() {
    let mut bench = Bench::starter();
    for id in ["one", "two"] {
        let path = format!("registry/definitions/qualificaton/{id}.json");
        bench.copy(MQL, &path, |definition| {
            definition["kind"] = json!("qualificaton");
            definition["id"] = json!(id);
            definition["$schema"] = json!("../../../schemas/qualificaton.schema.json");
        });
    }
    assert_eq!(bench.told(), one("registry/definitions/qualificaton/one.json", "unknown-kind", ""));
    assert_eq!(
        bench.message(),
        "there is no kind `qualificaton`, but 2 definitions are of it | did you mean `qualification`?"
    );
}

#[test]
fn policy_and_people_are_no_kinds_of_definitions() {
    let mut bench = Bench::starter();
    let path = "registry/definitions/policy/shadow.json";
    bench.copy(POLICY, path, |_| ());
    let told = bench.told();
    assert!(told.contains(&(path.to_owned(), "unknown-kind", String::new())), "{told:?}");
}

#[test]
fn the_policy_is_read_by_the_built_in_schema_whatever_schemas_say() {
    let mut bench = Bench::starter();
    let loose = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "x-version": "9.0.0"});
    bench.files.insert("schemas/policy.schema.json".to_owned(), stored_bytes(&loose));
    bench.edit(POLICY, |policy| policy["backdoor"] = json!(true));
    assert_eq!(bench.told(), one(POLICY, "shape", "key /backdoor"));
}

#[test]
fn a_broken_schema_is_the_one_finding() {
    let path = "schemas/qualification.schema.json";
    let mut bench = Bench::starter();
    bench.edit(path, |schema| schema["x-chnge"] = json!("patch"));
    assert_eq!(bench.told(), one(path, "schema-annotation", "key /x-chnge"));

    let mut bench = Bench::starter();
    bench.files.insert(path.to_owned(), b"{".to_vec());
    let codes: Vec<_> = bench.told().into_iter().map(|(path, code, _)| (path, code)).collect();
    assert_eq!(codes, [(path.to_owned(), "malformed-json")]);
}

#[test]
fn a_file_that_does_not_parse_is_the_one_finding() {
    let named = ["list/own-domains", "score-model/person-score", "segment/enterprise"];
    let paths = named.map(|name| format!("registry/definitions/{name}.json"));
    for path in paths.iter().map(String::as_str).chain([MQL]) {
        let mut bench = Bench::starter();
        bench.files.insert(path.to_owned(), b"{\"a\": 1, \"a\": 2}".to_vec());
        assert_eq!(bench.told(), one(path, "malformed-json", "byte 9"));
    }
}

#[test]
fn another_spelling_is_not_the_stored_form() {
    let mut bench = Bench::starter();
    let mut bytes = bench.files[MQL].clone();
    bytes.push(b'\n');
    let end = bytes.len() - 1;
    bench.files.insert(MQL.to_owned(), bytes);
    assert_eq!(bench.told(), one(MQL, "not-stored-form", &format!("byte {end}")));

    let mut bench = Bench::starter();
    let text = String::from_utf8(bench.files[MQL].clone()).unwrap();
    bench.files.insert(
        MQL.to_owned(),
        text.replacen("\"kind\": \"qualification\"", "\"kind\":\"qualification\"", 1).into_bytes(),
    );
    assert_eq!(bench.told().len(), 1);
    assert_eq!(bench.told()[0].1, "not-stored-form");
}

#[test]
fn registry_and_policy_must_be_there() {
    for path in ["registry/registry.json", POLICY] {
        let mut bench = Bench::starter();
        bench.files.remove(path);
        assert_eq!(bench.told(), one(path, "missing-document", ""), "{path}");
    }
}

#[test]
fn a_new_kind_needs_only_a_schema() {
    let mut bench = Bench::starter();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Badge",
        "x-version": "1.0.0",
        "x-subject": "/subject",
        "type": "object",
        "allOf": [{"$ref": "common.schema.json#/$defs/header"}],
        "properties": {
            "kind": {"const": "badge"},
            "subject": {"x-ref": "entity", "type": "string"},
            "earned": {"$ref": "common.schema.json#/$defs/predicate"}
        },
        "required": ["subject", "earned"],
        "unevaluatedProperties": false
    });
    bench.files.insert("schemas/badge.schema.json".to_owned(), stored_bytes(&schema));
    let path = "registry/definitions/badge/gold.json";
    let badge = json!({
        "$schema": "../../../schemas/badge.schema.json",
        "kind": "badge", "id": "gold", "version": "1.0.0", "status": "active", "name": "Gold", "owner": "cmo",
        "summary": "Whoever has ten points.",
        "effective": {"from": "2026-01-01", "history": "freeze"},
        "subject": "person",
        "earned": {"score": "person-score", "at_least": 10}
    });
    bench.write(path, &badge);
    assert_eq!(bench.told(), []);
    let graph = bench.registry().references();
    assert!(graph.dependents_of("score-model/person-score").contains("badge/gold"));
    bench.edit(path, |badge| badge["subject"] = json!("persn"));
    assert_eq!(bench.told(), one(path, "dangling-reference", "/subject"));
    bench.edit(path, |badge| {
        badge["subject"] = json!("person");
        badge["earned"]["score"] = json!("persn-score");
    });
    assert_eq!(bench.told(), one(path, "unknown-score", "/earned/score"));
}

#[test]
fn a_mistake_in_criteria_is_told_by_who_reads_criteria() {
    let (told, _) = mql(|mql| mql["criteria"] = json!({"field": "person.seniority", "equels": "high"}));
    assert!(!told.is_empty() && told.iter().all(|(_, code, _)| *code == "criteria-grammar"), "{told:?}");
}

#[test]
fn what_only_the_schema_forbids_in_criteria_is_told_by_the_schema() {
    let mut bench = Bench::starter();
    bench.edit("schemas/qualification.schema.json", |schema| {
        schema["properties"]["criteria"]["not"] = json!({"required": ["any"]});
    });
    let told = bench.told();
    let mql = bench.registry().document(MQL).unwrap().value()["criteria"].as_object().unwrap().contains_key("any");
    assert!(mql && told.contains(&(MQL.to_owned(), "shape", "/criteria".to_owned())), "{told:?}");
}

#[test]
fn findings_come_by_path_and_place() {
    let mut bench = Bench::starter();
    bench.edit(MQL, |mql| {
        mql["owner"] = json!("nobody");
        mql["version"] = json!("one");
        mql["status"] = json!("odd");
    });
    bench.files.insert("registry/a.txt".to_owned(), Vec::new());
    let codes: Vec<_> = bench.told().into_iter().map(|(_, code, _)| code).collect();
    assert_eq!(codes, ["unknown-file", "bad-version", "shape", "unknown-role"]);
}

#[test]
fn a_file_full_of_mistakes_does_not_drown_the_others() {
    let mut bench = Bench::starter();
    bench.edit(MQL, |mql| (0..500).for_each(|at| mql[&*format!("odd{at}")] = json!(at)));
    let checked = bench.check();
    assert_eq!(checked.findings().len(), 100);
    assert!(checked.findings()[99].message.ends_with("(and 400 more findings in this file)"));
}

#[test]
fn no_number_of_warnings_hides_an_error() {
    let mut bench = Bench::starter();
    bench.edit(MQL, |mql| mql["owner"] = json!("nobody"));
    let (registry, _) = Registry::load(bench.files.clone());
    let warning = |at: usize| Finding::at(&rules::VERSION_SKIPPED, MQL, "/version", format!("warning {at}"));
    let checked = check::run(registry, (0..121).map(warning).collect());
    let findings = checked.findings();
    assert_eq!(findings.len(), 100);
    assert!(any_error(findings), "the error is told");
    let counted =
        findings.iter().filter(|found| found.message.ends_with("(and 22 more findings in this file)")).count();
    assert_eq!(counted, 1);
    assert!(findings[99].message.contains("22 more"), "on the last that is shown");
    assert!(checked.into_checked().is_err());
}

#[test]
fn schema_is_no_kind_of_definition() {
    let mut bench = Bench::starter();
    let copy = bench.files["schemas/stage.schema.json"].clone();
    bench.files.insert("schemas/schema.schema.json".to_owned(), copy);
    let path = "registry/definitions/schema/shadow.json";
    bench.copy("registry/definitions/stage/mql.json", path, |_| ());
    let told = bench.told();
    assert!(told.contains(&(path.to_owned(), "unknown-kind", String::new())), "{told:?}");
}
