//! The order of keys in the stored form: the schema's order, then the alphabet.

use crate::document::{Members, Value};

use super::walk::Cursor;

/// The same value with its keys in stored order.
pub(super) fn arrange(cursor: &Cursor<'_>, value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut places: Vec<(usize, &str)> = members.keys().map(|key| place(cursor, key)).collect();
            places.sort();
            let arranged = places.into_iter().map(|(_, key)| (key, member(cursor, key, &value[key])));
            Value::Object(arranged.collect())
        }
        Value::Array(items) => {
            let arranged = |(at, item)| arrange(&cursor.item(at, item), item);
            items.iter().enumerate().map(arranged).collect()
        }
        scalar => scalar.clone(),
    }
}

/// Whether the keys stand in stored order already.
pub(super) fn is_arranged(cursor: &Cursor<'_>, value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            is_in_order(cursor, members)
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

/// Whether the keys of one object stand in stored order.
pub(super) fn is_in_order(cursor: &Cursor<'_>, members: &Members) -> bool {
    // Mostly one schema names the keys, knows them all, and the next one is found further on.
    let mut naming = cursor.nodes().map(|node| &node.properties).filter(|properties| !properties.is_empty());
    if let (Some(properties), None) = (naming.next(), naming.next()) {
        let mut names = properties.iter().map(|(name, _)| name);
        if members.keys().all(|key| names.any(|name| name == key)) {
            return true;
        }
    }
    members.keys().map(|key| place(cursor, key)).is_sorted()
}

fn member(cursor: &Cursor<'_>, key: &str, child: &Value) -> Value {
    match child {
        Value::Object(_) | Value::Array(_) => arrange(&cursor.member(key, child), child),
        scalar => scalar.clone(),
    }
}

/// Where a key comes: those that the schemas know as they name them, then the others, by the alphabet.
fn place<'k>(cursor: &Cursor<'_>, key: &'k str) -> (usize, &'k str) {
    let known = cursor.nodes().flat_map(|node| &node.properties).position(|(name, _)| name == key);
    (known.unwrap_or(usize::MAX), key)
}
