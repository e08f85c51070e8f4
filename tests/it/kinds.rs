//! Kinds: a kind is its schema, and a faulty schema is a finding.

use canonry::document::{Members, Value};
use canonry::finding::{Finding, Target};
use canonry::registry::{Kinds, Language};

use crate::values::json;

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
            "pick": {"$ref": "common.schema.json#/$defs/cases", "properties": {
                "cases": {"items": {"properties": {"is": {"properties": {"by": {"$ref": "common.schema.json#/$defs/path"}}}}}},
                "otherwise": {"type": "number"}
            }},
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
            "path": {"x-criteria": "path", "type": "string"},
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
    badge["pick"] = json!({"cases": [{"id": "a", "when": {"field": "person.age", "at_least": 1}, "is": {"by": "person.age"}}], "otherwise": 2});
    let sites = kinds.get("badge").unwrap().sites(&badge);
    let found: Vec<_> = sites.iter().map(|site| (site.pointer.as_str(), site.language, site.scopes.concat())).collect();
    assert_eq!(
        found,
        [
            ("/criteria", Language::Predicate, String::new()),
            ("/seen/where", Language::Predicate, "page_view".to_owned()),
            ("/pick", Language::Cases, String::new()),
            ("/pick/cases/0/is/by", Language::Path, String::new()),
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

/// What loading and compiling one schema finds: code and pointer.
fn faults(schema: Value) -> Vec<(&'static str, String)> {
    let schemas = [("schemas/badge.schema.json", schema), ("schemas/common.schema.json", common_schema())];
    let (kinds, mut findings) = kinds_of(&schemas);
    findings.extend(kinds.faults());
    // Whatever the schema, a document of the kind is walked to its end.
    let kind = kinds.get("badge");
    if let Some(kind) = kind {
        let nested = json!({"a": {"a": {"a": [1, {"b": 2}]}}});
        assert!(kind.validate(&nested).len() < 100);
        assert_eq!(kind.arrange(&nested), nested);
        assert!(kind.sites(&nested).len() < 100);
    }
    let place = |finding: &Finding| match &finding.target {
        Target::Key(pointer) | Target::Value(pointer) => pointer.clone(),
        other => panic!("{other:?}"),
    };
    findings.iter().map(|finding| (finding.rule.code, place(finding))).collect()
}

/// A schema with one more member.
fn with(key: &str, value: Value) -> Value {
    let mut schema = json!({"x-version": "1.0.0", "type": "object"});
    schema[key] = value;
    schema
}

#[test]
fn a_schema_never_reaches_out() {
    let outside = [
        "file:///etc/passwd",
        "http://example.com/schema.json",
        "https://example.com/schema.json#/$defs/a",
        "//example.com/a.schema.json",
        "/etc/passwd",
        "../secret.schema.json",
        "sub/common.schema.json",
        "urn:uuid:1",
        "common.schema.json#anchor",
        "common%2eschema.json",
        "",
    ];
    for target in outside {
        let schema = with("properties", json!({"a": {"$ref": target}}));
        assert_eq!(faults(schema), [("schema-reference", "/properties/a/$ref".to_owned())], "{target}");
    }
    for naming in ["$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary"] {
        let found = faults(with(naming, json!("http://example.com/")));
        assert_eq!(found, [("schema-keyword", format!("/{naming}"))], "{naming}");
    }
}

#[test]
fn a_reference_to_nothing_is_a_fault() {
    let found = |target: &str| faults(with("$ref", json!(target)));
    assert_eq!(found("#/$defs/none"), [("schema-reference", "/$ref".to_owned())]);
    assert_eq!(found("comon.schema.json"), [("schema-reference", "/$ref".to_owned())]);
    assert_eq!(found("common.schema.json#/$defs/heading"), [("schema-reference", "/$ref".to_owned())]);
    assert_eq!(found("common.schema.json#/$defs/header"), []);
    let mut escaped = with("$ref", json!("#/$defs/a%62"));
    escaped["$defs"] = json!({"a%62": {}});
    assert_eq!(faults(escaped), [("schema-reference", "/$ref".to_owned())], "a name has one spelling");
}

#[test]
fn a_schema_without_an_end_is_a_fault_and_never_followed() {
    let circles = [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"oneOf": [{"type": "string"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {"anyOf": [{"$ref": "#"}]}}}),
        json!({"if": {"$ref": "#"}}),
        json!({"not": {"$ref": "#"}}),
        json!({"dependentSchemas": {"a": {"$ref": "#"}}}),
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
    ];
    for mut schema in circles {
        schema["x-version"] = json!("1.0.0");
        let found = faults(schema.clone());
        assert!(!found.is_empty() && found.iter().all(|(code, _)| *code == "schema-endless"), "{schema} {found:?}");
    }
    let steps = with("properties", json!({"a": {"$ref": "#"}, "b": {"items": {"$ref": "#"}}}));
    assert_eq!(faults(steps), [], "a circle that goes a step into the document ends with the document");
}

#[test]
fn a_tower_or_an_avalanche_of_references_is_a_fault() {
    let tower: Members =
        (0..60).map(|at| (format!("d{at}"), json!({"$ref": format!("#/$defs/d{}", at + 1)}))).collect();
    let mut schema = with("$ref", json!("#/$defs/d0"));
    schema["$defs"] = Value::Object(tower);
    schema["$defs"]["d60"] = json!(true);
    assert!(faults(schema).iter().any(|(code, _)| *code == "schema-endless"));

    let double = |at: usize| json!({"allOf": [{"$ref": format!("#/$defs/d{}", at + 1)}, {"$ref": format!("#/$defs/d{}", at + 1)}]});
    let avalanche: Members = (0..12).map(|at| (format!("d{at}"), double(at))).collect();
    let mut schema = with("$ref", json!("#/$defs/d0"));
    schema["$defs"] = Value::Object(avalanche);
    schema["$defs"]["d12"] = json!(true);
    assert!(faults(schema).iter().any(|(code, _)| *code == "schema-endless"));
}

#[test]
fn a_long_chain_of_steps_compiles_or_is_a_fault_and_never_overflows() {
    let endless = |length: usize| {
        let link = |at: usize| json!({"properties": {"a": {"$ref": format!("#/$defs/d{}", at + 1)}}});
        let chain: Members = (0..length).map(|at| (format!("d{at}"), link(at))).collect();
        let mut schema = with("$ref", json!("#/$defs/d0"));
        schema["$defs"] = Value::Object(chain);
        schema["$defs"][&*format!("d{length}")] = json!({"type": "string"});
        faults(schema).iter().any(|(code, _)| *code == "schema-endless")
    };
    assert!(!endless(2_000));
    assert!(endless(40_000));
}

#[test]
fn an_annotation_with_a_weird_value_is_a_fault() {
    let weird = [
        ("x-change", json!("huge")),
        ("x-change", json!(3)),
        ("x-change", json!({"up": "a"})),
        ("x-change", json!({"impact": "major", "sideways": "a"})),
        ("x-change", json!({"impact": "major", "moves": {"a": "minor"}})),
        ("x-change", json!({"impact": "major", "moves": {"->b": "minor"}})),
        ("x-change", json!({"impact": "major", "moves": []})),
        ("x-ref", json!([])),
        ("x-ref", json!(["stage", 1])),
        ("x-ref", json!("")),
        ("x-key", json!(["id"])),
        ("x-order", json!(true)),
        ("x-role", json!("owner")),
        ("x-not-before", json!(["from"])),
        ("x-criteria", json!("sentence")),
        ("x-scope", json!({})),
        ("x-unit", json!(null)),
        ("x-reff", json!("stage")),
        ("x-", json!("stage")),
        ("x-version", json!("1.0.0")),
        ("x-subject", json!("/subject")),
    ];
    for (keyword, value) in weird {
        let found = faults(with("properties", json!({"a": {keyword: value}})));
        assert_eq!(found, [("schema-annotation", format!("/properties/a/{keyword}"))], "{keyword} {value}");
    }
    for (keyword, value) in [
        ("x-version", json!("one")),
        ("x-subject", json!("subject")),
        ("x-outcome", json!("/criteria")),
        ("x-outcome", json!({"exclusions": "/a"})),
        ("x-outcome", json!({"criteria": "/a", "also": "/b"})),
    ] {
        assert_eq!(faults(with(keyword, value)), [("schema-annotation", format!("/{keyword}"))]);
    }
}

#[test]
fn names_of_fields_are_no_annotations() {
    let schema = with("properties", json!({"x-ray": {"const": {"x-ref": 1}}, "$id": {"enum": [{"x-y": 1}]}}));
    assert_eq!(faults(schema), []);
}

#[test]
fn a_schema_that_is_not_json_schema_is_a_fault() {
    assert_eq!(faults(json!([])), [("schema-invalid", String::new())]);
    assert_eq!(faults(json!({"type": "object"})), [("schema-version", String::new())]);
    assert_eq!(faults(with("type", json!("objekt"))), [("schema-invalid", "/type".to_owned())]);
    assert_eq!(faults(with("required", json!([1]))), [("schema-invalid", "/required/0".to_owned())]);
    assert_eq!(faults(with("properties", json!({"a": 5}))), [("schema-invalid", "/properties/a".to_owned())]);
    assert_eq!(faults(with("requird", json!(["a"]))), [("schema-keyword", "/requird".to_owned())]);
    assert_eq!(faults(with("pattern", json!("(["))).len(), 1);
    assert_eq!(faults(with("markdownDescription", json!("words of other tools are let be"))), []);
    let dialect = with("$schema", json!("http://json-schema.org/draft-07/schema#"));
    assert_eq!(faults(dialect), [("schema-invalid", "/$schema".to_owned())]);
}

/// Every error of a badge after a change: pointer, message and site.
fn errors(change: impl FnOnce(&mut Value)) -> Vec<(String, String, Option<String>)> {
    let mut badge = badge();
    change(&mut badge);
    let errors = badge_kinds().get("badge").unwrap().validate(&badge);
    errors.into_iter().map(|error| (error.pointer, error.message, error.site)).collect()
}

fn error(pointer: &str, message: &str) -> (String, String, Option<String>) {
    (pointer.to_owned(), message.to_owned(), None)
}

#[test]
fn of_branches_the_one_that_was_meant_speaks() {
    assert_eq!(
        errors(|badge| badge["grace"] = json!({"days": 0})),
        [error("/grace/days", "must be at least 1, not 0")]
    );
    assert_eq!(
        errors(|badge| badge["grace"] = json!({"hours": "two"})),
        [error("/grace/hours", "must be a whole number, not \"two\"")]
    );
    assert_eq!(
        errors(|badge| badge["grace"] = json!({"days": 2, "our": 1})),
        [error("/grace/our", "no field is called `our` here")]
    );
    assert_eq!(errors(|badge| badge["grace"] = json!(7)), [error("/grace", "must be an object or \"none\", not 7")]);
}

#[test]
fn one_mistake_in_the_header_does_not_make_its_other_fields_unknown() {
    let found = errors(|badge| badge["id"] = json!("Not An Id"));
    assert_eq!(found, [error("/id", "\"Not An Id\" is not written in the form that is wanted here")]);
    let kinds = badge_kinds();
    let mut badge = badge();
    badge["id"] = json!("Not An Id");
    let hint = kinds.get("badge").unwrap().validate(&badge).remove(0).hint;
    assert_eq!(hint.as_deref(), Some("Lower-case letters and digits."));
}

#[test]
fn errors_inside_criteria_say_so_and_what_a_case_chooses_is_outside() {
    let inside = errors(|badge| badge["criteria"]["all"][0]["at_least"] = json!("many"));
    assert_eq!(inside.len(), 1);
    assert_eq!(inside[0].0, "/criteria/all/0/at_least");
    assert_eq!(inside[0].2.as_deref(), Some("/criteria"));
    let chosen = errors(|badge| badge["pick"] = json!({"cases": [], "otherwise": "none"}));
    assert_eq!(chosen, [error("/pick/otherwise", "must be a number, not \"none\"")]);
}

#[test]
fn a_long_value_is_cut_in_a_message() {
    let found = errors(|badge| badge["status"] = json!("é".repeat(500)));
    assert!(found[0].1.chars().count() < 150, "{}", found[0].1);
}
