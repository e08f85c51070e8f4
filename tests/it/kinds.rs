//! Kinds: a kind is its schema, and a faulty schema is a finding.

use canonry::finding::Finding;
use canonry::registry::{Kinds, Language};
use serde_json::{Value, json};

/// A kind that exists only as a schema.
pub(crate) fn badge_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Badge",
        "x-version": "1.0.0",
        "x-subject": "/subject",
        "x-outcome": {"criteria": "/criteria", "exclusions": "/exclusions"},
        "type": "object",
        "allOf": [{"$ref": "common.schema.json#/$defs/header"}],
        "properties": {
            "kind": {"const": "badge"},
            "subject": {"x-ref": "entity", "type": "string"},
            "points": {"x-unit": "points", "x-change": {"impact": "major", "up": "badge-harder", "down": "badge-easier"}, "type": "number"},
            "grace": {"x-change": {"impact": "minor", "up": "longer", "down": "shorter"}, "$ref": "#/$defs/span"},
            "levels": {
                "x-key": "id", "type": "array",
                "items": {
                    "type": "object",
                    "x-change": {"impact": "major", "added": "minor"},
                    "properties": {
                        "id": {"type": "string"},
                        "label": {"x-change": "patch", "type": "string"},
                        "at_least": {"type": "number"}
                    },
                    "required": ["id", "at_least"],
                    "additionalProperties": false
                }
            },
            "tags": {"x-order": "ignored", "x-change": "patch", "type": "array", "items": {"type": "string"}},
            "seen": {
                "type": "object", "x-scope": "on",
                "properties": {"on": {"x-ref": "entity", "type": "string"}, "where": {"$ref": "common.schema.json#/$defs/predicate"}},
                "additionalProperties": false
            },
            "pick": {"$ref": "common.schema.json#/$defs/cases", "properties": {"otherwise": {"type": "number"}}},
            "criteria": {"$ref": "common.schema.json#/$defs/predicate"},
            "exclusions": {"x-key": "id", "type": "array", "items": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "when": {"$ref": "common.schema.json#/$defs/predicate"}},
                "required": ["id", "when"]
            }},
            "uses": {"x-ref": ["badge", "list"], "type": "string"}
        },
        "required": ["subject", "criteria"],
        "unevaluatedProperties": false,
        "$defs": {
            "span": {
                "oneOf": [
                    {"type": "object", "properties": {"days": {"type": "integer", "minimum": 1}}, "required": ["days"], "additionalProperties": false},
                    {"type": "object", "properties": {"hours": {"type": "integer"}}, "required": ["hours"], "additionalProperties": false},
                    {"const": "none"}
                ]
            }
        }
    })
}

/// A small header and a small language of criteria.
pub(crate) fn common_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "x-version": "1.0.0",
        "$defs": {
            "header": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string"},
                    "id": {"type": "string", "description": "Lower-case letters and digits.", "pattern": "^[a-z0-9-]+$"},
                    "version": {"x-change": "patch", "type": "string"},
                    "status": {
                        "x-change": {"impact": "major", "moves": {"draft->active": "minor", "active->deprecated": "minor"}},
                        "enum": ["draft", "active", "deprecated", "retired"]
                    },
                    "name": {"x-change": "patch", "type": "string"},
                    "owner": {"type": "string"},
                    "examples": {"x-change": "patch", "x-key": "id", "type": "array"}
                },
                "required": ["kind", "id", "version"]
            },
            "predicate": {
                "x-criteria": "predicate",
                "type": "object",
                "oneOf": [
                    {
                        "properties": {"all": {"x-order": "ignored", "type": "array", "items": {"$ref": "#/$defs/predicate"}}},
                        "required": ["all"], "additionalProperties": false
                    },
                    {
                        "properties": {"field": {"x-criteria": "path", "type": "string"}, "equals": {}, "at_least": {"type": "number"}},
                        "required": ["field"], "additionalProperties": false
                    },
                    {
                        "properties": {"score": {"x-ref": "score-model", "type": "string"}, "at_least": {"type": "number"}},
                        "required": ["score"], "additionalProperties": false
                    }
                ]
            },
            "cases": {
                "x-criteria": "cases",
                "type": "object",
                "properties": {
                    "cases": {"x-key": "id", "type": "array", "items": {
                        "type": "object",
                        "properties": {"id": {"type": "string"}, "when": {"$ref": "#/$defs/predicate"}, "is": {}}
                    }},
                    "otherwise": {}
                }
            }
        }
    })
}

pub(crate) fn kinds_of(schemas: &[(&str, Value)]) -> (Kinds, Vec<Finding>) {
    Kinds::load(schemas.iter().map(|(path, value)| (*path, value)))
}

pub(crate) fn badge_kinds() -> Kinds {
    let (kinds, findings) =
        kinds_of(&[("schemas/badge.schema.json", badge_schema()), ("schemas/common.schema.json", common_schema())]);
    assert_eq!(findings, []);
    assert_eq!(kinds.faults(), []);
    kinds
}

pub(crate) fn badge() -> Value {
    json!({
        "kind": "badge", "id": "gold", "version": "1.0.0", "status": "active", "name": "Gold", "owner": "cmo",
        "subject": "person",
        "points": 5,
        "grace": {"days": 3},
        "levels": [{"id": "one", "label": "One", "at_least": 1}, {"id": "two", "at_least": 2}],
        "tags": ["a", "b"],
        "criteria": {"all": [{"field": "person.age", "at_least": 3}, {"score": "fit", "at_least": 1}]}
    })
}

#[test]
fn a_kind_is_only_a_schema() {
    let kinds = badge_kinds();
    assert_eq!(kinds.names().collect::<Vec<_>>(), ["badge"], "shared parts are no kind");
    let kind = kinds.get("badge").unwrap();
    let badge = badge();
    assert_eq!(kind.validate(&badge), []);
    assert_eq!(kind.subject(&badge), Some("person"));
    assert_eq!(kind.outcome(), Some(("/criteria", Some("/exclusions"))));
    assert_eq!(kind.unit(&badge, "/points"), Some("points"));
    assert_eq!(kind.key(&badge, "/levels"), Some("id"));
    assert_eq!(kind.version().unwrap().to_string(), "1.0.0");
}

#[test]
fn criteria_are_found_with_the_entities_in_scope() {
    let kinds = badge_kinds();
    let mut badge = badge();
    badge["seen"] = json!({"on": "page_view", "where": {"field": "page_view.section", "equals": "pricing"}});
    badge["pick"] =
        json!({"cases": [{"id": "a", "when": {"field": "person.age", "at_least": 1}, "is": 1}], "otherwise": 2});
    let sites = kinds.get("badge").unwrap().sites(&badge);
    let found: Vec<_> = sites.iter().map(|site| (site.pointer.as_str(), site.language, site.scopes.concat())).collect();
    assert_eq!(
        found,
        [
            ("/criteria", Language::Predicate, String::new()),
            ("/seen/where", Language::Predicate, "page_view".to_owned()),
            ("/pick", Language::Cases, String::new()),
        ]
    );
}

#[test]
fn references_are_found_inside_criteria_too() {
    let kinds = badge_kinds();
    let mut badge = badge();
    badge["uses"] = json!("list/domains");
    let references = kinds.get("badge").unwrap().references(&badge);
    let found: Vec<_> = references.iter().map(|one| (one.pointer.as_str(), one.names().concat())).collect();
    assert_eq!(
        found,
        [
            ("/subject", "entity/person".to_owned()),
            ("/criteria/all/1/score", "score-model/fit".to_owned()),
            ("/uses", "list/domains".to_owned()),
        ]
    );
}

#[test]
fn keys_are_stored_header_first_then_by_the_schema_then_by_the_alphabet() {
    let kinds = badge_kinds();
    let kind = kinds.get("badge").unwrap();
    let mixed = json!({
        "zeal": 1, "apple": {"b": 1, "a": 2},
        "criteria": {"at_least": 3, "field": "person.age"},
        "levels": [{"at_least": 1, "label": "One", "id": "one"}],
        "subject": "person", "id": "gold", "kind": "badge",
    });
    let arranged = kind.arrange(&mixed);
    assert_eq!(
        arranged.to_string(),
        r#"{"kind":"badge","id":"gold","subject":"person","levels":[{"id":"one","label":"One","at_least":1}],"criteria":{"field":"person.age","at_least":3},"apple":{"a":2,"b":1},"zeal":1}"#
    );
    assert!(kind.is_arranged(&arranged));
    assert!(!kind.is_arranged(&mixed));
}
