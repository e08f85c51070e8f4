//! What a company must be able to write down: fourteen areas and twenty-six hard cases, each with the places of the
//! starter set that say it.
//!
//! A place is a definition and a pointer into it, in which an item of a list may be named by its id. What examples
//! expect is computed whenever the starter set is checked, so an outcome quoted here is one that the definition gives.

mod areas;
mod cases;

use canonry::check;
use canonry::document::{Value, parse};
use canonry::registry::{Registry, builtin};

use crate::values::{json, remove};
use areas::AREAS;
use cases::CASES;

/// What must stand at a place.
#[derive(Clone, Copy)]
enum Says {
    /// Just this, as JSON.
    Is(&'static str),
    /// A list or object with all of these among its values, ids or keys.
    Has(&'static [&'static str]),
    /// Something in whose JSON text all of these occur.
    Tells(&'static [&'static str]),
}

type Place = (&'static str, &'static str, Says);

/// A definition of the starter set, or a schema.
fn document(name: &str) -> Value {
    let path = match name.strip_prefix("schemas/") {
        Some(kind) => format!("schemas/{kind}.schema.json"),
        None => format!("registry/definitions/{name}.json"),
    };
    let found = builtin::schemas().chain(builtin::starter()).find(|(at, _)| *at == path);
    let (_, bytes) = found.unwrap_or_else(|| panic!("there is no {path}"));
    parse(bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The value at a pointer in which items are named by their id, stage, or position.
fn resolve<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    pointer.split('/').skip(1).try_fold(value, |value, step| match value.as_array() {
        Some(items) => {
            let named =
                |item: &&Value| ["id", "stage"].iter().any(|key| item.get(key).is_some_and(|name| *name == step));
            items.iter().find(named).or_else(|| items.get(step.parse::<usize>().ok()?))
        }
        None => value.get(step),
    })
}

fn holds(value: &Value, says: Says) -> bool {
    match says {
        Says::Is(text) => *value == parse(text.as_bytes()).unwrap(),
        Says::Tells(parts) => {
            let text = serde_json::to_string(value).unwrap();
            parts.iter().all(|part| text.contains(part))
        }
        Says::Has(names) => {
            let has = |name: &&str| match value.as_array() {
                Some(items) => items.iter().any(|item| item == *name || item.get("id").is_some_and(|id| id == *name)),
                None => value.get(name).is_some(),
            };
            names.iter().all(has)
        }
    }
}

fn check_places(list: &[(&str, &[Place])]) {
    let mut wrong = Vec::new();
    for (what, places) in list {
        assert!(!places.is_empty(), "{what}");
        for (name, pointer, says) in *places {
            let document = document(name);
            match resolve(&document, pointer) {
                None => wrong.push(format!("{what}: {name} has nothing at {pointer}")),
                Some(value) if !holds(value, *says) => wrong.push(format!("{what}: {name}{pointer} is {value}")),
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_starter_set_says_each_of_the_fourteen_areas() {
    check_places(&AREAS);
}

#[test]
fn the_starter_set_says_each_of_the_twenty_six_hard_cases() {
    check_places(&CASES);
    for (number, (what, _)) in CASES.iter().enumerate() {
        assert!(what.starts_with(&format!("{}: ", number + 1)), "{what} is case {}", number + 1);
    }
}

fn starter() -> Vec<(String, Vec<u8>)> {
    builtin::schemas().chain(builtin::starter()).map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect()
}

/// The values of the starter set's definitions of a kind, with their names.
fn of_kind(registry: &Registry, kind: &str) -> Vec<(String, Value)> {
    let of = registry.definitions().filter(|definition| definition.name().starts_with(&format!("{kind}/")));
    let found: Vec<(String, Value)> =
        of.map(|definition| (definition.name(), definition.document.value().clone())).collect();
    assert!(!found.is_empty(), "{kind}");
    found
}

#[test]
fn what_holds_of_many_definitions_holds_of_all() {
    let (registry, _) = Registry::load(starter());
    let filled = |value: &Value| value.as_array().is_some_and(|items| !items.is_empty());
    for (name, metric) in of_kind(&registry, "metric") {
        assert!(metric["owner"].is_string() && filled(&metric["drivers"]) && filled(&metric["plays"]), "{name}");
    }
    for (name, stage) in of_kind(&registry, "stage") {
        // Case 2: nothing leads back to the first stage, neither by a rule nor by a fall.
        let text = format!("{}{}", stage["leaves"], stage["regression"]["to"]);
        assert!(!text.contains("\"inquiry\""), "{name} leads back to the first stage");
    }
    for (name, cadence) in of_kind(&registry, "cadence") {
        assert!(cadence["owner"].is_string() && filled(&cadence["inputs"]) && filled(&cadence["decides"]), "{name}");
    }
    for (name, matrix) in of_kind(&registry, "maturity") {
        let rows = matrix["rows"].as_array().unwrap();
        assert_eq!((rows.len(), matrix["stages"].as_array().unwrap().len()), (5, 3), "{name}");
        for row in rows {
            let cells = row["cells"].as_array().unwrap();
            assert!(cells.len() == 3 && cells[1..].iter().all(|cell| filled(&cell["evidence"])), "{name}: {row}");
        }
    }
    for (name, target) in of_kind(&registry, "target") {
        let shared = target["shared"] == true;
        assert!(!shared || filled(target.get("co_owners").unwrap()), "{name}");
    }
}

#[test]
fn what_is_gone_is_found() {
    let found = |edit: &dyn Fn(&str, &mut Value) -> bool| {
        let mut files = Vec::new();
        for (path, bytes) in starter() {
            let mut value = parse(&bytes).unwrap();
            if edit(&path, &mut value) {
                files.push((path, canonry::document::stored_bytes(&value)));
            }
        }
        let (registry, loaded) = Registry::load(files);
        let findings = check::run(registry, loaded).findings().to_vec();
        findings.into_iter().map(|finding| (finding.rule.code, finding.path)).collect::<Vec<_>>()
    };
    let at = |kind: &str, id: &str| format!("registry/definitions/{kind}/{id}.json");
    let list = at("list", "competitor-domains");
    let findings = found(&|path, _| path != list);
    assert!(findings.contains(&("unknown-list", at("qualification", "mql"))), "{findings:?}");
    let driver = at("driver", "response-speed");
    let findings = found(&|path, _| path != driver);
    assert!(findings.contains(&("dangling-reference", at("motion", "inbound"))), "{findings:?}");
    let model = at("score-model", "person-score");
    let findings = found(&|path, value| {
        if path == model {
            value["parts"][1]["id"] = json!("conduct");
            remove(value, "examples");
        }
        true
    });
    assert!(
        findings.iter().any(|(code, path)| *code == "unknown-score" && *path == at("qualification", "mql")),
        "{findings:?}"
    );
}
