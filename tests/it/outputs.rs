//! The JSON of every command against its schema in schemas/output, on real outputs of all sorts.
//!
//! The schemas leave room for keys to come; here they are closed, so that a key without a description fails.

use std::collections::{BTreeMap, BTreeSet};

use canonry::registry::builtin;
use serde_json::{Value, json};

use crate::drafts::{self, RESTING};
use crate::environment::Environment;
use crate::relay;

const MQL: &str = "registry/definitions/qualification/mql.json";

/// The schemas, and the types that were seen.
struct Outputs {
    schemas: BTreeMap<String, jsonschema::Validator>,
    seen: BTreeSet<String>,
}

impl Outputs {
    fn new() -> Outputs {
        let schema = |name: String| {
            let mut schema = serde_json::from_slice(builtin::output_schema(&name).unwrap()).unwrap();
            close(&mut schema);
            (name, jsonschema::validator_for(&schema).unwrap())
        };
        Outputs { schemas: builtin::output_types().map(schema).collect(), seen: BTreeSet::new() }
    }

    /// Runs a command with `--format json` and holds what it prints against the schema of its type.
    fn run(&mut self, environment: &Environment, status: i32, arguments: &[&str]) -> Value {
        let ran = environment.canon(&[arguments, &["--format", "json"]].concat()).expect(status);
        self.hold(&ran.stdout)
    }

    fn hold(&mut self, text: &str) -> Value {
        let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let name = value["type"].as_str().unwrap_or("canonry/definition@1").to_owned();
        let schema = self.schemas.get(&name).unwrap_or_else(|| panic!("{name} has no schema"));
        let errors: Vec<String> =
            schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}\n{value:#}");
        self.seen.insert(name);
        value
    }
}

/// Forbids keys that a schema does not describe, unless it says that there may be some.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.contains_key("properties") && map.get("type") == Some(&json!("object")) {
                map.entry("additionalProperties").or_insert(json!(false));
            }
            map.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn merge(environment: &Environment) {
    let branch = environment.git(&["branch", "--show-current"]);
    environment.git(&["switch", "-q", "main"]);
    environment.git(&["merge", "-q", "--no-ff", "--no-edit", &branch]);
}

#[test]
fn every_output_is_as_its_schema_says() {
    let mut outputs = Outputs::new();
    let environment = Environment::with_registry();
    let outcome = |value: &Value| value["outcome"].as_str().unwrap().to_owned();

    outputs.run(&environment, 0, &["check"]);
    outputs.run(&environment, 0, &["list"]);
    outputs.run(&environment, 0, &["refs", "qualification/mql"]);
    outputs.run(&environment, 0, &["people"]);
    outputs.run(&environment, 0, &["blame", "qualification/mql"]);
    outputs.run(&environment, 0, &["policy", "explain", "qualification/mql"]);
    outputs.run(&environment, 0, &["show", "qualification/mql"]);
    outputs.run(&environment, 0, &["explain"]);
    outputs.run(&environment, 0, &["explain", "shape"]);
    outputs.run(&environment, 0, &["explain", "stricter"]);
    outputs.run(&environment, 0, &["status"]);
    outputs.run(&environment, 0, &["log"]);
    outputs.run(&environment, 0, &["verify"]);
    outputs.run(&environment, 0, &["maturity"]);
    outputs.run(&environment, 0, &["diff"]);
    outputs.run(&environment, 0, &["fmt"]);
    assert_eq!(outcome(&outputs.run(&environment, 0, &["propose", "--title", "T", "--why", "W"])), "nothing");

    let text = environment.read(MQL);
    environment.write(MQL, &text.replacen("\"cmo\"", "\"cmoo\"", 1).replacen("  \"name\"", "   \"name\"", 1));
    environment.edit("registry/waivers.json", "\"waivers\": []", r#""waivers": [
        {"id": "a", "code": "draft-reference", "definition": "metric/win-rate", "reason": "R.", "until": "2026-06-30"}]"#);
    environment.write_all(drafts::documents());
    environment.write("registry/definitions/stage/sal.json", "{");
    let found = outputs.run(&environment, 1, &["check"]);
    assert_eq!(found["waived"].as_array().unwrap().len(), 1);
    let files = outputs.run(&environment, 1, &["fmt", "--check"]);
    assert_eq!((files["files"].as_array().unwrap().len(), files["written"].clone()), (2, json!(false)));
    assert_eq!(files["findings"].as_array().unwrap().len(), 1);
    outputs.run(&environment, 1, &["fmt"]);
    assert_eq!(outcome(&outputs.run(&environment, 1, &["propose", "--title", "T", "--why", "W"])), "faulty");
    environment.git(&["checkout", "-q", "."]);
    environment.git(&["clean", "-q", "-f"]);

    environment.edit(MQL, "\"days\": 60", "\"days\": 90");
    outputs.run(&environment, 0, &["diff"]);
    let proposed = outputs.run(&environment, 0, &["propose", "--title", "Longer", "--why", "W"]);
    assert_eq!(outcome(&proposed), "proposed");
    let change = proposed["standing"]["id"].as_str().unwrap().to_owned();
    let renewed = outputs.run(&environment, 0, &["propose", "--title", "Much longer"]);
    assert_eq!(outcome(&renewed), "renewed");
    assert_eq!(outputs.run(&environment, 1, &["status"])["changes"][0]["state"], "waiting");
    let asked = environment.canon(&["approve", "--format", "json"]).expect(2);
    assert!(asked.stdout.is_empty() && asked.stderr.contains("--yes"), "{asked}");
    let comment = environment.path("event.json");
    let event = json!({"action": "submitted", "review": {"state": "commented"}, "pull_request": {}});
    std::fs::write(&comment, event.to_string()).expect("written");
    let nothing = outputs.run(&environment, 0, &["relay", "--event", &comment.to_string_lossy()]);
    assert_eq!(outcome(&nothing), "nothing");
    let rejected = outputs.run(&environment, 0, &["approve", "--reject", "--yes"]);
    assert_eq!((outcome(&rejected), rejected["decision"].clone()), ("decided".to_owned(), json!("reject")));
    assert_eq!(outcome(&outputs.run(&environment, 0, &["approve", "--reject", "--yes"])), "already");
    outputs.run(&environment, 1, &["status", &change]);
    outputs.run(&environment, 0, &["approve", "--yes"]);
    assert_eq!(outputs.run(&environment, 0, &["status"])["changes"][0]["state"], "ready");
    merge(&environment);
    assert_eq!(outputs.run(&environment, 0, &["status", &change])["changes"][0]["state"], "settled");
    outputs.run(&environment, 0, &["log", "qualification/mql"]);
    assert_eq!(outcome(&outputs.run(&environment, 0, &["publish", "--dry-run"])), "planned");
    let published = outputs.run(&environment, 0, &["publish"]);
    assert_eq!(
        (outcome(&published), published["commit"].clone()),
        ("published".to_owned(), json!(environment.git(&["rev-parse", "HEAD"])))
    );
    assert_eq!(outcome(&outputs.run(&environment, 0, &["publish"])), "nothing");

    environment.edit(MQL, "\"days\": 90", "\"days\": 61");
    environment.commit("Go around");
    let unproven = outputs.run(&environment, 1, &["verify"]);
    assert_eq!(
        (unproven["holds"].clone(), unproven["excursions"][0]["healed_at"].clone()),
        (json!(false), Value::Null)
    );
    assert_eq!(outcome(&outputs.run(&environment, 1, &["publish"])), "unproven");
    environment.git(&["revert", "--no-edit", "HEAD"]);
    assert!(outputs.run(&environment, 0, &["verify"])["excursions"][0]["healed_at"].is_object());

    assert_eq!(outputs.seen, builtin::output_types().collect(), "every type is seen");
}

#[test]
fn what_is_relayed_is_as_its_schema_says() {
    let mut outputs = Outputs::new();
    let team = relay::relaying();
    let change = relay::proposed(&team);
    let event = relay::github(&team, 4001, |_| ());
    let arguments = ["relay", "--event", &event, "--key", &team.key("review-relay")];
    let relayed = outputs.run(&team.environment, 0, &arguments);
    assert_eq!((&relayed["outcome"], &relayed["person"]), (&json!("relayed"), &json!("marketing-lead")));
    assert_eq!(relayed["standing"]["decisions"][0]["decision"]["via"], "relay");
    assert_eq!(outputs.run(&team.environment, 0, &arguments)["outcome"], "already");
    team.approve("sales", &change);
    outputs.run(&team.environment, 0, &["status"]);
    team.merge();
    let proven = outputs.run(&team.environment, 0, &["verify"]);
    assert_eq!(proven["changes"][2]["decisions"][0]["decision"]["evidence"]["relay"], "review-relay");
    for arguments in [&["people"][..], &["log"], &["blame", "qualification/mql"]] {
        outputs.run(&team.environment, 0, arguments);
    }
}

#[test]
fn what_is_accepted_and_faulty_is_not_published() {
    let mut outputs = Outputs::new();
    let environment = Environment::with_registry();
    let waiver = |(id, name): (&str, &str)| json!({"id": id, "code": "draft-reference", "definition": name, "reason": "R.", "until": "2026-05-01"});
    let waivers: Vec<Value> = ["a", "b", "c"].into_iter().zip(RESTING).map(waiver).collect();
    environment.edit("registry/waivers.json", "\"waivers\": []", &format!("\"waivers\": {}", json!(waivers)));
    environment.write_all(drafts::documents());
    environment.canon(&["fmt"]).expect(0);
    environment.canon(&["propose", "--title", "T", "--why", "W"]).expect(0);
    environment.canon(&["approve", "--yes"]).expect(0);
    merge(&environment);
    let later = [("CANON_NOW", "2026-05-03T00:00:00Z")];
    let ran = environment.canon_with(&later, &["publish", "--format", "json"]).expect(1);
    let value = outputs.hold(&ran.stdout);
    assert_eq!((&value["outcome"], &value["findings"][0]["code"]), (&json!("faulty"), &json!("draft-reference")));
    outputs.run(&environment, 0, &["publish"]);
}

#[test]
fn a_history_without_a_start_has_an_output_too() {
    let mut outputs = Outputs::new();
    let environment = Environment::with_registry();
    environment.git(&["checkout", "-q", "--orphan", "bare"]);
    environment.git(&["rm", "-r", "-q", "--cached", "registry"]);
    environment.git(&["commit", "-q", "-m", "Nothing here"]);
    assert_eq!(outputs.run(&environment, 1, &["verify", "bare"])["trust"], Value::Null);
}

#[test]
fn the_schemas_of_outputs_agree_and_are_printed() {
    let mut parts: BTreeMap<String, Value> = BTreeMap::new();
    let environment = Environment::new();
    for name in builtin::output_types() {
        let printed = environment.canon(&["explain", &name]).expect(0).stdout;
        let schema: Value = serde_json::from_str(&printed).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        if name != "canonry/definition@1" {
            assert_eq!(schema["properties"]["type"]["const"], json!(name));
        }
        for (part, value) in schema["$defs"].as_object().into_iter().flatten() {
            assert_eq!(parts.entry(part.clone()).or_insert_with(|| value.clone()), value, "{part} of {name}");
        }
        undescribed(&schema, &name);
    }
    let unknown = environment.canon(&["explain", "canonry/finding@1"]).expect(2);
    assert!(unknown.stderr.contains("canonry/findings@1"), "{unknown}");
}

/// Every property says what it is.
fn undescribed(schema: &Value, place: &str) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{place} {name}");
        assert!(property.get("description").is_some() || property.get("$ref").is_some(), "{place}");
    }
    for (name, value) in schema.as_object().into_iter().flatten() {
        undescribed(value, &format!("{place} {name}"));
    }
    schema.as_array().into_iter().flatten().for_each(|value| undescribed(value, place));
}

#[test]
fn a_registry_has_no_copy_of_the_schemas_of_outputs() {
    let environment = Environment::with_registry();
    assert!(!environment.work().join("schemas/output").exists());
    assert!(builtin::schemas().all(|(path, _)| !path.contains("/output/")));
    // One that is there all the same rules nothing and is no finding; anything else beside it is.
    environment.write("schemas/output/list.schema.json", "{}");
    environment.canon(&["check"]).expect(0);
    environment.write("schemas/output/notes.txt", "x");
    let found = environment.canon(&["check"]).expect(1);
    assert!(found.stdout.contains("unknown-file") && found.stderr.contains("1 error"), "{found}");
}
