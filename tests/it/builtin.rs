//! The built-in schemas.

use canonry::document::{Document, Value, parse};
use canonry::operations::init::MINIMAL;
use canonry::operations::reading::closed_over;
use canonry::registry::layout::definition_name;
use canonry::registry::{Kinds, Registry, builtin};

use crate::values::{json, members, object};

#[test]
fn the_built_in_schemas_have_no_fault() {
    assert!(builtin::schemas().count() >= 20);
    assert_eq!(builtin::faults(), []);
}

#[test]
fn the_examples_of_the_built_in_schemas_fit_them() {
    let mut examples = 0;
    for (path, bytes) in builtin::schemas() {
        let schema = Document::parse(bytes).unwrap();
        let name = path.trim_start_matches("schemas/").trim_end_matches(".schema.json");
        for example in schema.value()["examples"].as_array().into_iter().flatten() {
            let kind = builtin::kinds().schema(name).unwrap();
            assert_eq!(kind.validate(example), [], "{path}");
            examples += 1;
        }
    }
    assert!(examples >= 15, "{examples}");
}

#[test]
fn the_starter_registry_has_nothing_wrong() {
    let files = builtin::schemas().chain(builtin::starter()).map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
    let (registry, loaded) = Registry::load(files);
    assert!(registry.definitions().count() >= 30);
    let checked = canonry::check::run(registry, loaded);
    assert_eq!(checked.findings(), []);
    assert!(checked.into_checked().is_ok());
}

/// The built-in schemas with one of them edited, by path.
fn edited(path: &str, edit: impl Fn(String) -> String) -> Vec<(&'static str, Value)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let read = |(at, bytes): (&'static str, &[u8])| {
        let text = if at == path { edit(text(bytes)) } else { text(bytes) };
        (at, parse(text.as_bytes()).unwrap())
    };
    builtin::schemas().map(read).collect()
}

#[test]
fn a_built_in_kind_with_faulty_shared_parts_is_looked_at() {
    let id = r#""pattern": "^[a-z][a-z0-9-]{0,63}$""#;
    let schemas = edited("schemas/common.schema.json", |text| {
        assert!(text.contains(id));
        text.replace(id, r#""pattern": "(""#)
    });
    let (kinds, findings) = Kinds::load(schemas.iter().map(|(path, value)| (*path, value)));
    assert_eq!(findings, []);
    let faulty: Vec<String> = kinds.faults().into_iter().map(|finding| finding.path).collect();
    assert!(faulty.iter().any(|path| path == "schemas/stage.schema.json"), "{faulty:?}");
    assert!(!faulty.iter().any(|path| path == "schemas/common.schema.json"), "{faulty:?}");
}

#[test]
fn a_built_in_schema_in_another_order_orders_its_documents() {
    let document = json!({"kind": "list", "items": [], "items_are": "page"});
    let keys = |kinds: &Kinds| {
        let arranged = kinds.get("list").unwrap().arrange(&document);
        arranged.as_object().unwrap().keys().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut schemas = edited("schemas/list.schema.json", |text| text);
    let (same, _) = Kinds::load(schemas.iter().map(|(path, value)| (*path, value)));
    assert_eq!(keys(&same), keys(builtin::kinds()));
    let list = schemas.iter_mut().find(|(path, _)| *path == "schemas/list.schema.json").unwrap();
    list.1["properties"] = object(members(&list.1["properties"]).into_iter().rev());
    let (turned, findings) = Kinds::load(schemas.iter().map(|(path, value)| (*path, value)));
    assert_eq!(findings, []);
    assert_ne!(keys(&turned), keys(builtin::kinds()));
}

#[test]
fn the_small_starter_set_stands_alone_and_has_nothing_wrong() {
    let files = || builtin::schemas().chain(builtin::starter()).map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
    let (whole, _) = Registry::load(files());
    for name in MINIMAL {
        assert!(whole.definition(name).is_some(), "{name}");
    }
    let kept = closed_over(&whole, &MINIMAL);
    assert!((40..100).contains(&kept.len()), "{}: {kept:?}", kept.len());
    for stage in ["inquiry", "mql", "sal", "sql", "recycle", "disqualified", "ineligible"] {
        assert!(kept.contains(&format!("stage/{stage}")), "{stage}");
    }
    for name in ["qualification/mql", "qualification/sal", "qualification/sql", "sla/mql-response", "calendar/hq"] {
        assert!(kept.contains(name), "{name}");
    }
    let left = files().filter(|(path, _)| definition_name(path).is_none_or(|name| kept.contains(&name)));
    let (small, loaded) = Registry::load(left);
    assert_eq!(small.definitions().count(), kept.len());
    let checked = canonry::check::run(small, loaded);
    assert_eq!(checked.findings(), []);
}
