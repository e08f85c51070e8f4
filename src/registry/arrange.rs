//! The order of keys in the stored form: the schema's order, then the alphabet.

use serde_json::Value;

use super::walk::Cursor;

/// The same value with its keys in stored order.
pub(super) fn arrange(cursor: &Cursor<'_>, value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut places: Vec<(usize, &String)> = members.keys().map(|key| place(cursor, key)).collect();
            places.sort();
            let arranged = |(_, key): (usize, &String)| (key.clone(), member(cursor, key, &members[key.as_str()]));
            Value::Object(places.into_iter().map(arranged).collect())
        }
        Value::Array(items) => {
            let arranged = |(at, item)| arrange(&cursor.item(at, item), item);
            Value::Array(items.iter().enumerate().map(arranged).collect())
        }
        scalar => scalar.clone(),
    }
}

/// Whether the keys stand in stored order already.
pub(super) fn is_arranged(cursor: &Cursor<'_>, value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.keys().map(|key| place(cursor, key)).is_sorted()
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

/// Where a key comes: those that the schemas know as they name them, then the others, by the alphabet.
fn place<'k>(cursor: &Cursor<'_>, key: &'k String) -> (usize, &'k String) {
    let known = cursor.nodes().flat_map(|node| &node.properties).position(|(name, _)| name == key);
    (known.unwrap_or(usize::MAX), key)
}
