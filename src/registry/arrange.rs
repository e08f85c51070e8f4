//! The order of keys in the stored form: the schema's order, then the alphabet.

use serde_json::{Map, Value};

use super::walk::Cursor;

/// The same value with its keys in stored order.
pub(super) fn arrange(cursor: &Cursor<'_>, value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let place = |key: &String| (key.clone(), member(cursor, key, &members[key.as_str()]));
            Value::Object(ordered_keys(cursor, members).into_iter().map(place).collect())
        }
        Value::Array(items) => {
            let place = |(at, item)| arrange(&cursor.item(at, item), item);
            Value::Array(items.iter().enumerate().map(place).collect())
        }
        scalar => scalar.clone(),
    }
}

/// Whether the keys stand in stored order already.
pub(super) fn is_arranged(cursor: &Cursor<'_>, value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            ordered_keys(cursor, members).into_iter().eq(members.keys())
                && members.iter().all(|(key, child)| match child {
                    Value::Object(_) | Value::Array(_) => is_arranged(&cursor.member(key, child), child),
                    _ => true,
                })
        }
        Value::Array(items) => items.iter().enumerate().all(|(at, item)| match item {
            Value::Object(_) | Value::Array(_) => is_arranged(&cursor.item(at, item), item),
            _ => true,
        }),
        _ => true,
    }
}

fn member(cursor: &Cursor<'_>, key: &str, child: &Value) -> Value {
    match child {
        Value::Object(_) | Value::Array(_) => arrange(&cursor.member(key, child), child),
        scalar => scalar.clone(),
    }
}

/// Keys that the schemas know, in the order they name them; then the others, by the alphabet.
fn ordered_keys<'v>(cursor: &Cursor<'_>, members: &'v Map<String, Value>) -> Vec<&'v String> {
    let mut ordered: Vec<&String> = Vec::with_capacity(members.len());
    for (name, _) in cursor.nodes().flat_map(|node| &node.properties) {
        if ordered.len() == members.len() {
            break;
        }
        if let Some((key, _)) = members.get_key_value(name)
            && !ordered.contains(&key)
        {
            ordered.push(key);
        }
    }
    let known = ordered.len();
    if known < members.len() {
        ordered.extend(members.keys().filter(|key| !ordered[..known].contains(key)).collect::<Vec<_>>());
        ordered[known..].sort();
    }
    ordered
}
