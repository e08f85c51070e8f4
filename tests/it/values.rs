//! Values of documents in tests: written as JSON, and changed in place.

use canonry::document::Value;

/// The value of a document, in the syntax of `serde_json::json!`.
macro_rules! json {
    ($($json:tt)+) => {
        canonry::document::Value::from(serde_json::json!($($json)+))
    };
}
pub(crate) use json;

/// The value at a pointer without escapes, to be changed.
pub(crate) fn at<'v>(value: &'v mut Value, pointer: &str) -> &'v mut Value {
    pointer.split('/').skip(1).fold(value, |value, step| match step.parse::<usize>() {
        Ok(index) => &mut value[index],
        Err(_) => &mut value[step],
    })
}

/// Takes a member out of an object.
pub(crate) fn remove(object: &mut Value, key: &str) -> Value {
    let (taken, left): (Vec<_>, Vec<_>) = members(object).into_iter().partition(|(known, _)| known == key);
    *object = self::object(left);
    taken.into_iter().next().expect("a member of this key").1
}

/// The members of an object.
pub(crate) fn members(object: &Value) -> Vec<(String, Value)> {
    let members = object.as_object().expect("an object").iter();
    members.map(|(key, value)| (key.to_owned(), value.clone())).collect()
}

/// An object of these members; of those with one key the last counts.
pub(crate) fn object(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut object = json!({});
    members.into_iter().for_each(|(key, value)| object.set(&key, value));
    object
}

/// The items of an array.
pub(crate) fn items(array: &Value) -> Vec<Value> {
    array.as_array().expect("an array").to_vec()
}

/// Adds an item to an array.
pub(crate) fn push(array: &mut Value, item: Value) {
    let mut items = array.as_array().expect("an array").to_vec();
    items.push(item);
    *array = Value::from(items);
}

/// The item with this id in an array, to be changed.
pub(crate) fn item<'v>(array: &'v mut Value, id: &str) -> &'v mut Value {
    let at = array.as_array().expect("an array").iter().position(|item| item["id"] == id).expect("an item of this id");
    &mut array[at]
}
