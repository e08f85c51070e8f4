//! Building JSON values: members deep inside, items of arrays, and values without them.

use crate::document::{Members, Value};

/// An object without members.
pub(super) fn empty() -> Value {
    Value::Object(Members::default())
}

/// An object with one member.
pub(super) fn holding(key: &str, value: Value) -> Value {
    Value::Object(Members::from_iter([(key, value)]))
}

/// The object at the end of some keys, made where it is not there; nothing where something else stands there.
pub(super) fn object_at<'v>(value: &'v mut Value, keys: &[String]) -> Option<&'v mut Value> {
    let mut here = value;
    for key in keys {
        here = member(here, key, empty)?;
    }
    here.is_object().then_some(here)
}

/// The value of a key of an object, made where it is not there; nothing where the object is none.
pub(super) fn member<'v>(object: &'v mut Value, key: &str, new: impl FnOnce() -> Value) -> Option<&'v mut Value> {
    if !object.is_object() {
        return None;
    }
    if object.get(key).is_none() {
        object.set(key, new());
    }
    Some(&mut object[key])
}

/// Adds items to an array; says whether it is one.
pub(super) fn extend(array: &mut Value, more: impl Iterator<Item = Value>) -> bool {
    let Some(items) = array.as_array() else { return false };
    *array = items.iter().cloned().chain(more).collect();
    true
}

/// A way to a value: keys of objects, and places in arrays as numbers.
pub(super) type Way = Vec<String>;

/// A value without what stands at the end of a way; nothing where nothing does.
pub(super) fn without(value: &Value, way: &[String]) -> Option<Value> {
    let (step, rest) = way.split_first()?;
    match value {
        Value::Object(members) => {
            let held = members.get(step)?;
            let new = if rest.is_empty() { None } else { Some(without(held, rest)?) };
            let kept = members.iter().filter_map(|(key, value)| match (key == step, &new) {
                (false, _) => Some((key, value.clone())),
                (true, Some(new)) => Some((key, new.clone())),
                (true, None) => None,
            });
            Some(Value::Object(kept.collect()))
        }
        Value::Array(items) => {
            let place: usize = step.parse().ok().filter(|place| *place < items.len())?;
            let new = if rest.is_empty() { None } else { Some(without(&items[place], rest)?) };
            let mut items = items.to_vec();
            match new {
                Some(new) => items[place] = new,
                None => drop(items.remove(place)),
            }
            Some(Value::from(items))
        }
        _ => None,
    }
}
