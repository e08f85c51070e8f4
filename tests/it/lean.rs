//! The built-in schemas as they are made ready: without annotations, and without the grammar of conditions.
//!
//! The oracle is the schema as written, once by itself and once through kinds that nobody has proven anything of.

use std::collections::BTreeMap;

use canonry::criteria::grammar;
use canonry::document::{Document, Value, parse};
use canonry::registry::{Kinds, Language, builtin};

use crate::values::{items, json, members, object};

/// The documents of the starter set, each with its kind.
fn starter() -> Vec<(String, Value)> {
    let documents = builtin::starter().filter_map(|(path, bytes)| {
        let kind = path.strip_prefix("registry/definitions/")?.split('/').next()?;
        Some((kind.to_owned(), Document::parse(bytes).ok()?.value().clone()))
    });
    documents.collect()
}

/// Every value that has one mistake somewhere, given one that has none.
fn mistaken(value: &Value) -> Vec<Value> {
    let mut strange = vec![json!(null), json!(true), json!(-1), json!(1.5), json!(1e9), json!([]), json!({})];
    strange.extend(["", "A b", "a-b", "a_b", "a-b.c", "a.b-c", "a_b/c", "a-b/c_d"].map(|text| json!(text)));
    let mut found: Vec<Value> = strange.into_iter().filter(|strange| strange != value).collect();
    match value {
        Value::Object(_) => {
            let members = members(value);
            let with =
                |at: usize, inner: Value| {
                    let changed = members.iter().enumerate();
                    object(changed.map(|(index, (key, old))| {
                        (key.clone(), if index == at { inner.clone() } else { old.clone() })
                    }))
                };
            for (at, (key, inner)) in members.iter().enumerate() {
                let others = || members.iter().filter(|(other, _)| other != key).cloned();
                found.push(object(others()));
                for other in ["any", "where", "at_most", "equals", "strange"] {
                    found.push(object(others().chain([(other.to_owned(), inner.clone())])));
                    found.push(object(members.iter().cloned().chain([(other.to_owned(), inner.clone())])));
                }
                found.extend(mistaken(inner).into_iter().map(|inner| with(at, inner)));
            }
        }
        Value::Array(_) => {
            let items = items(value);
            let first = items.first().cloned();
            found.push(Value::from(items.iter().cloned().chain(first).collect::<Vec<_>>()));
            found.push(Value::from(items.iter().skip(1).cloned().collect::<Vec<_>>()));
            for (at, inner) in items.iter().enumerate() {
                for inner in mistaken(inner) {
                    let mut items = items.clone();
                    items[at] = inner;
                    found.push(Value::from(items));
                }
            }
        }
        _ => {}
    }
    found
}

#[test]
fn what_reads_conditions_refuses_all_that_their_schema_refuses() {
    let (_, common) = builtin::schemas().find(|(path, _)| path.ends_with("/common.schema.json")).unwrap();
    let common: serde_json::Value = serde_json::from_slice(common).unwrap();
    let schema = serde_json::json!({"$defs": common["$defs"], "$ref": "#/$defs/predicate"});
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut conditions: BTreeMap<String, Value> = BTreeMap::new();
    for (kind, document) in starter() {
        for site in builtin::kinds().get(&kind).unwrap().sites(&document) {
            let value = document.pointer(&site.pointer).unwrap();
            let written = value.to_string();
            if site.language == Language::Predicate && written.len() < 400 {
                conditions.insert(written, value.clone());
            }
        }
    }
    let (mut refused, mut taken) = (0, 0);
    for condition in conditions.values() {
        assert!(validator.is_valid(&serde_json::Value::from(condition)), "{condition}");
        for mistaken in mistaken(condition) {
            let read = grammar::predicate(&mistaken, "").0.is_some();
            let fits = validator.is_valid(&serde_json::Value::from(&mistaken));
            assert!(fits || !read, "the schema refuses {mistaken}");
            *(if fits { &mut taken } else { &mut refused }) += 1;
        }
    }
    assert!(refused > 10_000 && taken > 100, "{refused} refused, {taken} taken");
}

#[test]
fn built_in_kinds_refuse_what_their_schemas_refuse() {
    // Another shared part makes other kinds: these are read whole, as a company's own are.
    let remarked = |(path, bytes): (&'static str, &[u8])| {
        let mut schema = parse(bytes).unwrap();
        if path.ends_with("/common.schema.json") {
            schema.set("$comment", json!("remarked"));
        }
        (path, schema)
    };
    let schemas: Vec<(&str, Value)> = builtin::schemas().map(remarked).collect();
    let (whole, findings) = Kinds::load(schemas.iter().map(|(path, value)| (*path, value)));
    assert_eq!(findings, []);
    let smallest: BTreeMap<String, Value> =
        starter().into_iter().fold(BTreeMap::new(), |mut smallest, (kind, value)| {
            let known: &mut Value = smallest.entry(kind).or_insert_with(|| value.clone());
            if value.to_string().len() < known.to_string().len() {
                *known = value;
            }
            smallest
        });
    assert_eq!(smallest.len(), builtin::kinds().names().count());
    for (name, document) in &smallest {
        let (lean, whole) = (builtin::kinds().get(name).unwrap(), whole.get(name).unwrap());
        assert!(!std::ptr::eq(lean, whole), "{name}");
        let is_read = |document: &Value| {
            lean.sites(document).into_iter().all(|site| match (site.language, document.pointer(&site.pointer)) {
                (Language::Predicate, Some(value)) => grammar::predicate(value, "").0.is_some(),
                (Language::Cases, Some(value)) => grammar::cases(value, "").0.is_some(),
                _ => true,
            })
        };
        let mut refused = 0;
        for (key, value) in members(document) {
            for mistake in mistaken(&value).into_iter().step_by(7) {
                let mut document = document.clone();
                document.set(&key, mistake);
                if !is_read(&document) {
                    continue;
                }
                let fits = whole.validate(&document).is_empty();
                assert_eq!(lean.validate(&document).is_empty(), fits, "{name}: {document}");
                refused += usize::from(!fits);
            }
        }
        assert!(refused > 20, "{name}: {refused}");
    }
}
