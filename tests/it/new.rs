//! `canon new`: skeletons of every kind, whose blanks the check points at and nothing else.

use std::collections::BTreeMap;

use canonry::check;
use canonry::document::{Value, parse, stored_bytes};
use canonry::finding::Target;
use canonry::registry::{Known, Registry, builtin};

use crate::environment::Environment;
use crate::values::{at, json};

/// Knows the header of a definition and nothing else.
struct Header<'k> {
    kind: &'k str,
    id: &'k str,
}

impl Known for Header<'_> {
    fn at(&self, pointer: &str) -> Option<Value> {
        Some(match pointer {
            "/$schema" => Value::from(format!("../../../schemas/{}.schema.json", self.kind)),
            "/kind" => Value::from(self.kind),
            "/id" => Value::from(self.id),
            "/version" => Value::from("1.0.0"),
            "/status" => Value::from("draft"),
            "/effective/from" => Value::from("2026-05-01"),
            "/owner" => Value::from("revops"),
            _ => return None,
        })
    }

    fn only(&self, _: &[String], _: bool) -> Option<String> {
        None
    }
}

/// Whether a value is one that nobody has filled in.
fn is_blank(value: &Value) -> bool {
    value.is_null() || ["\"\"", "[]", "{}"].contains(&value.to_string().as_str())
}

#[test]
fn what_the_check_finds_in_a_skeleton_of_any_kind_are_its_blanks() {
    let mut files: Vec<(String, Vec<u8>)> =
        builtin::schemas().chain(builtin::starter()).map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    let mut skeletons = BTreeMap::new();
    for kind in builtin::kinds().iter() {
        let id = if kind.name() == "entity" { "quite_new" } else { "quite-new" };
        let skeleton = kind.skeleton(&Header { kind: kind.name(), id });
        let value = kind.arrange(&skeleton.value);
        for chosen in &skeleton.chosen {
            assert!(value.pointer(&chosen.pointer).is_some(), "{}: {}", kind.name(), chosen.pointer);
        }
        let path = format!("registry/definitions/{}/{id}.json", kind.name());
        files.push((path.clone(), stored_bytes(&value)));
        skeletons.insert(path, value);
    }
    assert!(skeletons.len() > 25);
    let (registry, loaded) = Registry::load(files);
    let mut wrong = Vec::new();
    let mut blanks: BTreeMap<String, usize> = BTreeMap::new();
    for finding in check::run(registry, loaded).findings() {
        let skeleton = skeletons.get(&finding.path).unwrap_or_else(|| panic!("not in a skeleton: {finding:?}"));
        let Target::Value(pointer) = &finding.target else { panic!("at no value: {finding:?}") };
        // An item or a field that is missing is a blank of what should hold it.
        let lacks = ["lacks an item that must be there", "must have at least "];
        let lacking = lacks.iter().any(|lack| finding.message.starts_with(lack));
        let blank = |value: &Value| is_blank(value) || (lacking && (value.is_array() || value.is_object()));
        if !skeleton.pointer(pointer).is_some_and(blank) {
            wrong.push(format!("{} {pointer}: {}\n{skeleton}", finding.path, finding.message));
        }
        *blanks.entry(finding.path.clone()).or_default() += 1;
    }
    assert!(wrong.is_empty(), "not at a blank:\n{}", wrong.join("\n"));
    for (path, skeleton) in &skeletons {
        assert!(blanks.get(path).is_some_and(|blanks| *blanks >= 1), "{path} has no blank: {skeleton}");
    }
}

/// Fills the blanks of a file that `canon new` wrote.
fn fill(environment: &Environment, path: &str, values: Value) {
    let mut document = parse(environment.read(path).as_bytes()).expect("a document");
    for (pointer, value) in values.as_object().expect("values by pointer") {
        assert!(document.pointer(pointer).is_some_and(is_blank), "{path} has no blank at {pointer}");
        *at(&mut document, pointer) = value.clone();
    }
    environment.write(path, &String::from_utf8(stored_bytes(&document)).expect("text"));
}

#[test]
fn a_skeleton_passes_the_check_once_it_is_filled_in_and_can_be_proposed() {
    let environment = Environment::with_registry();
    let ran = environment.canon(&["new", "stage", "paused"]).expect(0);
    let path = "registry/definitions/stage/paused.json";
    assert!(ran.stdout.starts_with(&format!("Wrote {path}.\n\nFill in, by line:\n    8  /owner  The role")), "{ran}");
    assert!(ran.stdout.contains("\n       /position is \"step\" (or parked, ended)  "), "{ran}");
    let found = environment.canon(&["check"]).expect(1);
    assert_eq!(found.stdout.matches("error[").count(), 8, "{found}");
    let text = environment.read(path);
    for known in
        ["\"name\": \"Paused\"", "\"status\": \"draft\"", "\"from\": \"2026-05-01\"", "\"history\": \"freeze\""]
    {
        assert!(text.contains(known), "{text}");
    }
    fill(
        &environment,
        path,
        json!({
            "/owner": "cro",
            "/summary": "Asked to be left alone for a while.",
            "/subject": "person",
            "/recorded_in/field": "person.stage",
            "/recorded_in/value": "recycle",
            "/order": 2,
            "/enters/0/by/qualification": "mql",
            "/dated/field": "person.mql_at",
        }),
    );
    environment.canon(&["new", "list", "partner-domains"]).expect(0);
    fill(
        &environment,
        "registry/definitions/list/partner-domains.json",
        json!({"/owner": "cro", "/summary": "Domains of partners."}),
    );
    environment.canon(&["new", "qualification", "came-back"]).expect(0);
    fill(
        &environment,
        "registry/definitions/qualification/came-back.json",
        json!({
            "/owner": "cmo",
            "/summary": "Whoever was parked and asks again.",
            "/subject": "person",
            "/criteria": {"field": "person.stage", "equals": "recycle"},
        }),
    );
    // A condition is looked at with what was taken: a metric that follows no rows has no time to mature.
    environment.canon(&["new", "metric", "trial-rate"]).expect(0);
    let metric = environment.read("registry/definitions/metric/trial-rate.json");
    assert!(metric.contains("\"members\": \"period\"") && metric.contains("\"maturity\": null"), "{metric}");
    std::fs::remove_file(environment.work().join("registry/definitions/metric/trial-rate.json")).expect("a file");
    environment.canon(&["check", "-q"]).expect(0);
    environment.canon(&["fmt", "--check"]).expect(0);
    environment.canon(&["propose", "--title", "Three more", "--why", "They were missing."]).expect(0);
}

#[test]
fn what_cannot_be_new_is_refused_and_nothing_is_touched() {
    let environment = Environment::with_registry();
    let before = environment.fingerprint();
    let refused = |arguments: &[&str], says: &str| {
        let ran = environment.canon(&[&["new"], arguments].concat()).expect(2);
        assert!(ran.stderr.contains(says), "{ran}");
        assert_eq!(environment.fingerprint(), before, "{arguments:?}");
    };
    refused(&["stage", "mql"], "error: `stage/mql` is there already\nhint: Type `canon show stage/mql`");
    refused(&["stag", "paused"], "error: there is no kind `stag`\nhint: Did you mean `stage`?");
    refused(&["policy", "paused"], "error: there is no kind `policy`\nhint: ");
    refused(&["stage", "Paused"], "error: `Paused` cannot be the id of such a definition\nhint: Use a-z, 0-9");
    refused(&["stage", "../../../paused"], "cannot be the id of such a definition");
    refused(&["stage", "on_hold"], "error: `on_hold` cannot be the id of such a definition\nhint: ");
    refused(&["entity", "web-visit"], "error: `web-visit` cannot be the id of such a definition\nhint: ");
}

#[test]
fn an_owner_is_inferred_where_only_one_can_be_meant() {
    let environment = Environment::with_registry();
    let path = "registry/governance/people/keeper.json";
    let mut person = parse(environment.read(path).as_bytes()).expect("a person");
    person["roles"] = json!(["cmo"]);
    environment.write(path, &String::from_utf8(stored_bytes(&person)).expect("text"));
    let ran = environment.canon(&["new", "driver", "offer-fit"]).expect(0);
    assert!(environment.read("registry/definitions/driver/offer-fit.json").contains("\"owner\": \"cmo\""), "{ran}");
    assert!(!ran.stdout.contains("/owner"), "{ran}");
    // What all definitions of a kind have in common, a new one has too.
    let ran = environment.canon(&["new", "routing", "partner-leads"]).expect(0);
    assert!(ran.stdout.contains("/subject is \"person\""), "{ran}");
}

#[test]
fn a_small_registry_is_whole_in_itself() {
    let environment = Environment::with_repository();
    let ran = environment.canon(&["init", "--name", "Small", "--minimal"]).expect(0);
    assert!(ran.stdout.starts_with("Started a registry of 58 definitions on `main`.\n"), "{ran}");
    environment.canon(&["check"]).expect(0);
    environment.canon(&["verify"]).expect(0);
    let ran = environment.canon(&["show", "icp/core"]).expect(2);
    assert!(ran.stderr.contains("no definition is named `icp/core`"), "{ran}");
    // The schemas are all there, so the rest can follow.
    environment.canon(&["new", "segment", "enterprise"]).expect(0);
}
