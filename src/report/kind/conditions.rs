//! What a schema demands of an object beyond its single properties, in sentences.

use super::walk::{plain, strings};
use crate::document::Value;

/// The sentences about one object. `prefix` stands before the names of its properties.
pub(super) fn conditions(schema: &Value, prefix: &str) -> Vec<String> {
    let listed = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let mut said: Vec<String> = listed.chain([schema]).filter_map(|schema| conditional(schema, prefix)).collect();
    for (key, before) in [("oneOf", "Exactly one of "), ("anyOf", "At least one of ")] {
        let forms = schema.get(key).and_then(Value::as_array).unwrap_or_default();
        if !forms.is_empty() && forms.iter().all(is_condition) {
            let names: Vec<String> = forms.iter().map(|form| quoted(strings(form.get("required")), prefix)).collect();
            said.push(format!("{before}{} is needed.", names.join(", ")));
        }
    }
    for (key, needed) in schema.get("dependentRequired").and_then(Value::as_object).into_iter().flatten() {
        said.push(format!("Beside `{prefix}{key}`, {}.", are(quoted(strings(Some(needed)), prefix), needed, "needed")));
    }
    said
}

/// Whether an alternative only asks for properties of the object that it stands in.
pub(super) fn is_condition(schema: &Value) -> bool {
    schema.as_object().is_some_and(|members| members.keys().all(|key| key == "required"))
}

/// A sentence of an `if`, with its `then` and `else`.
fn conditional(schema: &Value, prefix: &str) -> Option<String> {
    let when = holds(schema.get("if")?, prefix);
    let then = schema.get("then").map(|schema| demands(schema, prefix)).unwrap_or_default();
    let otherwise = schema.get("else").map(|schema| demands(schema, prefix)).unwrap_or_default();
    if when.is_empty() || then.is_empty() {
        return None;
    }
    let rest = if otherwise.is_empty() { String::new() } else { format!("; else {}", otherwise.join(", ")) };
    Some(format!("Where {}, {}{rest}.", when.join(" and "), then.join(", ")))
}

/// What an `if` asks, a phrase a property.
fn holds(schema: &Value, prefix: &str) -> Vec<String> {
    properties(schema).flat_map(|(key, schema)| is(schema, &format!("{prefix}{key}"))).collect()
}

/// What a `then` demands, a phrase each.
fn demands(schema: &Value, prefix: &str) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(required) = schema.get("required") {
        said.push(are(quoted(strings(Some(required)), prefix), required, "needed"));
    }
    let refused: Vec<&str> =
        properties(schema).filter(|(_, schema)| schema.as_bool() == Some(false)).map(|(key, _)| key).collect();
    if !refused.is_empty() {
        said.push(format!("{} must not stand there", quoted(refused.into_iter(), prefix)));
    }
    said.extend(properties(schema).flat_map(|(key, schema)| is(schema, &format!("{prefix}{key}"))));
    said
}

/// What a value is to be.
fn is(schema: &Value, name: &str) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(constant) = schema.get("const") {
        said.push(format!("`{name}` is `{}`", plain(constant)));
    }
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        let choices: Vec<String> = choices.iter().map(|choice| format!("`{}`", plain(choice))).collect();
        said.push(format!("`{name}` is {}", choices.join(" or ")));
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("null") => said.push(format!("`{name}` is null")),
        Some(_) => said.push(format!("`{name}` is not null")),
        None => {}
    }
    match (schema.get("minItems").and_then(Value::as_u64), schema.get("maxItems").and_then(Value::as_u64)) {
        (_, Some(0)) => said.push(format!("`{name}` is empty")),
        (Some(1..), _) => said.push(format!("`{name}` is not empty")),
        _ => {}
    }
    if let Some(inside) = schema.get("contains") {
        let forms = inside.get("anyOf").and_then(Value::as_array).unwrap_or(std::slice::from_ref(inside));
        let names: Vec<String> = forms.iter().map(|form| quoted(strings(form.get("required")), "")).collect();
        said.push(format!("some of `{name}` has {}", names.join(" or ")));
    }
    let nested = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    said.extend(nested.flat_map(|schema| is(schema, name)));
    said.extend(holds(schema, &format!("{name}.")));
    said
}

fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn quoted<'n>(names: impl Iterator<Item = &'n str>, prefix: &str) -> String {
    names.map(|name| format!("`{prefix}{name}`")).collect::<Vec<_>>().join(", ")
}

fn are(names: String, list: &Value, what: &str) -> String {
    let verb = if list.as_array().is_some_and(|names| names.len() > 1) { "are" } else { "is" };
    format!("{names} {verb} {what}")
}
