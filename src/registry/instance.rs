//! Lets the `jsonschema` crate read the values of documents as they are.

use std::borrow::Cow;

use jsonschema::json::{Array, Json, Node, NodeIdentity, Object};
use jsonschema::types::JsonType;

use crate::document::{Members, Value};

/// The representation of JSON by [`Value`].
#[derive(Debug)]
pub(super) struct Instance;

impl Json for Instance {
    type Node<'a> = &'a Value;
    type PreparedKey = String;
    type StringBuffer = Value;

    // Objects have few members, and a lookup goes through them one by one.
    const KEYS_PER_LOOKUP: usize = 1;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut Value, string: &str, read: impl FnOnce(&Value) -> T) -> T {
        *buffer = Value::from(string);
        read(buffer)
    }
}

impl<'a> Node<'a, Instance> for &'a Value {
    type Object = &'a Members;
    type Array = &'a [Value];
    type Number = &'a serde_json::Number;

    fn as_object(&self) -> Option<&'a Members> {
        Value::as_object(self)
    }

    fn as_array(&self) -> Option<&'a [Value]> {
        Value::as_array(self)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        Value::as_str(self).map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<&'a serde_json::Number> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        Value::as_bool(self)
    }

    fn is_null(&self) -> bool {
        Value::is_null(self)
    }

    fn json_type(&self) -> JsonType {
        match self {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Number(_) => JsonType::Number,
            Value::String(_) => JsonType::String,
            Value::Array(_) => JsonType::Array,
            Value::Object(_) => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &serde_json::Value) -> bool {
        match (self, expected) {
            (Value::String(text), expected) => expected.as_str() == Some(text),
            (Value::Null | Value::Bool(_), expected) => match expected {
                serde_json::Value::Null => self.is_null(),
                serde_json::Value::Bool(held) => Value::as_bool(self) == Some(*held),
                _ => false,
            },
            (_, serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::String(_)) => false,
            _ => jsonschema::json::cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        Cow::Owned(serde_json::Value::from(*self))
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Value>(self) as usize))
    }
}

impl<'a> Object<'a, Instance> for &'a Members {
    type Node = &'a Value;
    type MemberName = &'a str;
    type MembersIter = crate::document::MembersIter<'a>;

    fn len(&self) -> usize {
        Members::len(self)
    }

    fn get(&self, key: &String) -> Option<&'a Value> {
        Members::get(self, key)
    }

    fn members(&self) -> Self::MembersIter {
        Members::iter(self)
    }
}

impl<'a> Array<'a, Instance> for &'a [Value] {
    type Node = &'a Value;
    type ElementsIter = std::slice::Iter<'a, Value>;

    fn len(&self) -> usize {
        <[Value]>::len(self)
    }

    fn elements(&self) -> std::slice::Iter<'a, Value> {
        self.iter()
    }
}
