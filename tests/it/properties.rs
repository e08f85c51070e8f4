//! What holds for every value: stored form, order, comparison, and no panic whatever the schema.

use canonry::compare::{field_changes, required_impact};
use canonry::document::{Digest, Document, Value, parse, stored_bytes};
use canonry::registry::{Impact, Kind, Kinds, builtin};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::kinds::{badge, badge_kinds, common_schema};
use crate::values::{at, json, object};

const PATH: &str = "registry/definitions/badge/gold.json";

/// Words that mean something to a schema or in a definition, and some that do not.
fn word() -> impl Strategy<Value = String> + Clone {
    let words = [
        "kind",
        "id",
        "status",
        "name",
        "levels",
        "label",
        "at_least",
        "tags",
        "criteria",
        "all",
        "field",
        "score",
        "grace",
        "days",
        "hours",
        "seen",
        "on",
        "where",
        "pick",
        "cases",
        "is",
        "otherwise",
        "active",
        "person.age",
        "examples",
        "exclusions",
        "when",
        "zeal",
        "a",
        "~/é",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_owned)
}

fn any_value(word: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5..100_i64).prop_map(Value::from),
        (-5.0..5.0_f64).prop_map(|number| json!(number)),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let members = vec((word.clone(), inner.clone()), 0..6);
        prop_oneof![vec(inner, 0..5).prop_map(Value::from), members.prop_map(object),]
    })
}

/// A badge with some fields exchanged for anything.
fn any_badge() -> impl Strategy<Value = Value> {
    vec((word(), any_value(word())), 0..4).prop_map(|fields| {
        let mut badge = badge();
        fields.into_iter().for_each(|(key, value)| badge[&*key] = value);
        badge
    })
}

/// Anything that looks like a schema.
fn any_schema() -> impl Strategy<Value = Value> {
    let words = [
        "$ref",
        "$defs",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "properties",
        "patternProperties",
        "additionalProperties",
        "unevaluatedProperties",
        "items",
        "prefixItems",
        "required",
        "type",
        "enum",
        "const",
        "object",
        "array",
        "string",
        "#",
        "#/$defs/a",
        "#/properties/a",
        "common.schema.json#/$defs/header",
        "a",
        "^a",
        "x-change",
        "x-ref",
        "x-key",
        "x-order",
        "x-criteria",
        "x-scope",
        "x-outcome",
        "x-subject",
        "x-version",
        "patch",
        "impact",
        "moves",
        "a->b",
        "ignored",
        "cases",
        "dependentSchemas",
        "pattern",
        "description",
        "minItems",
    ];
    let word = prop::sample::select(words.to_vec()).prop_map(str::to_owned);
    vec((word.clone(), any_value(word)), 0..8).prop_map(object)
}

fn kind(kinds: &Kinds) -> &Kind {
    kinds.get("badge").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_stored_order_is_stable_and_changes_no_meaning(value in prop_oneof![any_badge(), any_value(word())]) {
        let kinds = badge_kinds();
        let arranged = kind(&kinds).arrange(&value);
        prop_assert_eq!(Digest::of_value(&arranged), Digest::of_value(&value));
        prop_assert_eq!(kind(&kinds).arrange(&arranged).to_string(), arranged.to_string());
        prop_assert!(kind(&kinds).is_arranged(&arranged));
        prop_assert_eq!(kind(&kinds).is_arranged(&value), stored_bytes(&arranged) == stored_bytes(&value));
        let bytes = stored_bytes(&arranged);
        prop_assert_eq!(stored_bytes(&kind(&kinds).arrange(&parse(&bytes).unwrap())), bytes);
    }

    #[test]
    fn a_document_does_not_differ_from_itself(value in any_badge()) {
        let kinds = badge_kinds();
        prop_assert_eq!(field_changes(&value, &value, &[kind(&kinds)]), []);
        let arranged = kind(&kinds).arrange(&value);
        prop_assert_eq!(field_changes(&value, &arranged, &[kind(&kinds)]), []);
    }

    #[test]
    fn two_schemas_are_never_laxer_than_one(before in any_badge(), after in any_badge()) {
        let kinds = badge_kinds();
        let (strict, _) = crate::kinds::kinds_of(&[("schemas/badge.schema.json", json!({"x-version": "1.0.0"}))]);
        let lax_schema = json!({"x-version": "1.0.0", "x-change": "patch"});
        let (lax, _) = crate::kinds::kinds_of(&[("schemas/badge.schema.json", lax_schema)]);
        let under = |kinds: &[&Kind]| required_impact(PATH, Some(&before), &after, kinds);
        let own = under(&[kind(&kinds)]);
        prop_assert_eq!(under(&[kind(&lax)]), Impact::Patch);
        for pair in [[kind(&lax), kind(&kinds)], [kind(&kinds), kind(&lax)]] {
            prop_assert_eq!(under(&pair), own);
        }
        prop_assert_eq!(under(&[kind(&kinds), kind(&strict)]), under(&[kind(&strict)]).max(own));
    }

    #[test]
    fn every_error_and_site_points_into_the_document(value in any_badge()) {
        let kinds = badge_kinds();
        for error in kind(&kinds).validate(&value) {
            prop_assert!(value.pointer(&error.pointer).is_some(), "{:?}", error);
        }
        for site in kind(&kinds).sites(&value) {
            prop_assert!(value.pointer(&site.pointer).is_some(), "{:?}", site);
        }
        for reference in kind(&kinds).references(&value) {
            prop_assert_eq!(value.pointer(&reference.pointer).unwrap(), &json!(reference.target));
        }
    }

    #[test]
    fn no_schema_breaks_the_loader_or_the_walk(schema in any_schema(), before in any_value(word()), after in any_badge()) {
        let schemas = [("schemas/badge.schema.json", schema), ("schemas/common.schema.json", common_schema())];
        let (kinds, findings) = crate::kinds::kinds_of(&schemas);
        let kind = kind(&kinds);
        prop_assert!(findings.iter().all(|finding| finding.path.starts_with("schemas/")));
        let _ = kinds.faults();
        let _ = kind.validate(&after);
        let arranged = kind.arrange(&after);
        prop_assert_eq!(Digest::of_value(&arranged), Digest::of_value(&after));
        prop_assert!(kind.is_arranged(&arranged));
        let _ = (kind.sites(&after), kind.references(&after), kind.survey(&after));
        let _ = field_changes(&before, &after, &[kind]);
    }
}

#[test]
fn what_the_starter_says_is_stable_in_its_stored_form() {
    let mut seen = 0;
    for (path, bytes) in builtin::starter() {
        let document = Document::parse(bytes).unwrap();
        let Some(kind) = builtin::kinds().of_path(path) else { continue };
        let reversed = reverse(document.value());
        assert_eq!(Digest::of_value(&reversed), document.digest());
        assert_eq!(stored_bytes(&kind.arrange(&reversed)), bytes, "{path}");
        seen += 1;
    }
    assert!(seen >= 30);
}

/// The same value with the keys of every object the other way round.
fn reverse(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().rev().map(|(key, child)| (key, reverse(child))).collect())
        }
        Value::Array(items) => items.iter().map(reverse).collect(),
        scalar => scalar.clone(),
    }
}

#[test]
fn a_document_as_deep_as_may_be_is_walked_to_its_end() {
    let kinds = badge_kinds();
    let mut deep = json!({"field": "person.age", "at_least": 1});
    // Two levels a step, and the document around it.
    for _ in 0..31 {
        deep = json!({"all": [deep]});
    }
    let mut badge = json!({"kind": "badge", "id": "deep", "version": "1.0.0", "subject": "person"});
    badge["criteria"] = deep["all"][0].clone();
    let bytes = stored_bytes(&badge);
    let document = Document::parse(&bytes).unwrap();
    let kind = kind(&kinds);
    assert_eq!(kind.validate(document.value()), []);
    assert_eq!(kind.sites(document.value()).len(), 1);
    assert_eq!(stored_bytes(&kind.arrange(document.value())), bytes);
    let mut other = document.value().clone();
    let pointer = format!("/criteria{}/at_least", "/all/0".repeat(30));
    *at(&mut other, &pointer) = json!(2);
    let changes = field_changes(document.value(), &other, &[kind]);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].pointer(), pointer);
}
