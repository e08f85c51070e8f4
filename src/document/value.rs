//! The value of a document: a tree that takes little memory, since a registry holds hundreds of thousands of values.
//!
//! It reads like the value of `serde_json`, of which it keeps the numbers, and turns into one and back. A value has 24
//! bytes, texts of up to 15 bytes stand in it, and arrays and objects hold their items in exact slices. Objects keep the
//! order of their keys as written; equality does not see that order.

use std::fmt;
use std::ops::{Index, IndexMut};

use ecow::EcoString;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Number;

/// A text within a [`Value`].
pub type Text = EcoString;

/// One JSON value.
#[derive(Clone, Default, PartialEq)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Text),
    /// An array.
    Array(Box<[Value]>),
    /// An object.
    Object(Members),
}

/// The members of an object, in the order written.
#[derive(Clone)]
pub struct Members(Kept);

type Member = (Text, Value);

/// Most objects are looked through for a key; a large one is not, lest a hostile file keep a reader busy for long.
#[derive(Clone)]
enum Kept {
    Few(Box<[Member]>),
    Many(Box<Indexed>),
}

/// Many members, and their places in the order of their keys.
#[derive(Clone)]
struct Indexed {
    members: Box<[Member]>,
    by_key: Box<[usize]>,
}

/// From this many members on they are indexed.
const MANY: usize = 32;

static NULL: Value = Value::Null;

impl Members {
    /// Members in this order. No two may have one key: the parser sees to it, and whoever builds a value must.
    pub(super) fn new(members: Box<[Member]>) -> Members {
        if members.len() < MANY {
            return Members(Kept::Few(members));
        }
        let mut by_key: Box<[usize]> = (0..members.len()).collect();
        by_key.sort_by(|one, other| members[*one].0.cmp(&members[*other].0));
        Members(Kept::Many(Box::new(Indexed { members, by_key })))
    }

    fn all(&self) -> &[Member] {
        match &self.0 {
            Kept::Few(members) => members,
            Kept::Many(indexed) => &indexed.members,
        }
    }

    fn place(&self, key: &str) -> Option<usize> {
        match &self.0 {
            Kept::Few(members) => members.iter().position(|(known, _)| known == key),
            Kept::Many(indexed) => {
                let found = indexed.by_key.binary_search_by(|at| indexed.members[*at].0.as_str().cmp(key));
                found.ok().map(|found| indexed.by_key[found])
            }
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.place(key).map(|at| &self.all()[at].1)
    }

    /// Where the value of a key stands; a key that is not there comes last, with `null`.
    fn slot(&mut self, key: &str) -> &mut Value {
        let at = self.place(key).unwrap_or_else(|| {
            let mut more = match std::mem::take(self).0 {
                Kept::Few(members) => members.into_vec(),
                Kept::Many(indexed) => indexed.members.into_vec(),
            };
            more.push((key.into(), Value::Null));
            *self = Members::new(more.into_boxed_slice());
            self.len() - 1
        });
        match &mut self.0 {
            Kept::Few(members) => &mut members[at].1,
            Kept::Many(indexed) => &mut indexed.members[at].1,
        }
    }

    /// Whether there is a value of this key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// Keys and values, in order.
    pub fn iter(&self) -> MembersIter<'_> {
        self.into_iter()
    }

    /// Keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + Clone {
        self.all().iter().map(|(key, _)| key.as_str())
    }

    /// Values, in order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator + Clone {
        self.all().iter().map(|(_, value)| value)
    }
}

/// Keys and values of an object, in order.
pub type MembersIter<'m> =
    std::iter::Map<std::slice::Iter<'m, (Text, Value)>, fn(&'m (Text, Value)) -> (&'m str, &'m Value)>;

impl<'m> IntoIterator for &'m Members {
    type Item = (&'m str, &'m Value);
    type IntoIter = MembersIter<'m>;

    fn into_iter(self) -> MembersIter<'m> {
        self.all().iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl Default for Members {
    fn default() -> Members {
        Members(Kept::Few(Box::default()))
    }
}

impl PartialEq for Members {
    fn eq(&self, other: &Members) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Into<Text>> FromIterator<(K, Value)> for Members {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(members: I) -> Members {
        Members::new(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl Value {
    /// The value of a key, if this is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// Sets the value of a key, if this is an object: in its place, or as the last.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        if let Value::Object(members) = self {
            *members.slot(key) = value.into();
        }
    }

    /// The value at a JSON pointer (RFC 6901).
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        if pointer.is_empty() {
            return Some(self);
        }
        let steps = pointer.strip_prefix('/')?.split('/');
        steps.into_iter().try_fold(self, |value, step| match value {
            Value::Object(members) if step.contains('~') => members.get(&step.replace("~1", "/").replace("~0", "~")),
            Value::Object(members) => members.get(step),
            Value::Array(items) => {
                let plain = step == "0" || !step.starts_with(['0', '+']);
                items.get(step.parse::<usize>().ok().filter(|_| plain)?)
            }
            _ => None,
        })
    }

    /// The string, if this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(held) => Some(*held),
            _ => None,
        }
    }

    /// The number, if this is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// The number, if this is a whole one.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The number, if this is a whole one and not below 0.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Value::Number(number) => number.as_u64(),
            _ => None,
        }
    }

    /// The items, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if this is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Members> {
        match self {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether this is `true` or `false`.
    #[must_use]
    pub fn is_boolean(&self) -> bool {
        matches!(self, Value::Bool(_))
    }

    /// Whether this is a string.
    #[must_use]
    pub fn is_string(&self) -> bool {
        matches!(self, Value::String(_))
    }

    /// The typed form of this value.
    ///
    /// # Errors
    /// What keeps the value from being one.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_value(serde_json::Value::from(self))
    }

    /// Whether this is a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Value::Number(_))
    }

    /// Whether this is an array.
    #[must_use]
    pub fn is_array(&self) -> bool {
        matches!(self, Value::Array(_))
    }

    /// Whether this is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        matches!(self, Value::Object(_))
    }
}

/// The value of a key; `null` where there is none.
impl Index<&str> for Value {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        self.get(key).unwrap_or(&NULL)
    }
}

/// The item at an index; `null` where there is none.
impl Index<usize> for Value {
    type Output = Value;

    fn index(&self, at: usize) -> &Value {
        self.as_array().and_then(|items| items.get(at)).unwrap_or(&NULL)
    }
}

/// The value of a key, to be changed; a key that is not there comes last, with `null`.
///
/// # Panics
/// If this is no object.
impl IndexMut<&str> for Value {
    fn index_mut(&mut self, key: &str) -> &mut Value {
        match self {
            Value::Object(members) => members.slot(key),
            other => panic!("no object has the key {key:?} here, but {other}"),
        }
    }
}

/// The item at an index, to be changed.
///
/// # Panics
/// If this is no array, or one without this index.
impl IndexMut<usize> for Value {
    fn index_mut(&mut self, at: usize) -> &mut Value {
        match self {
            Value::Array(items) => &mut items[at],
            other => panic!("no array has the index {at} here, but {other}"),
        }
    }
}

impl PartialEq<str> for Value {
    fn eq(&self, text: &str) -> bool {
        self.as_str() == Some(text)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, text: &&str) -> bool {
        self.as_str() == Some(text)
    }
}

impl PartialEq<bool> for Value {
    fn eq(&self, held: &bool) -> bool {
        self.as_bool() == Some(*held)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text.into())
    }
}

impl From<bool> for Value {
    fn from(held: bool) -> Value {
        Value::Bool(held)
    }
}

/// A number; `null` for one that JSON cannot say.
impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Number::from_f64(number).map_or(Value::Null, Value::Number)
    }
}

macro_rules! whole_numbers {
    ($($type:ty)+) => { $(
        impl From<$type> for Value {
            fn from(number: $type) -> Value {
                Value::Number(number.into())
            }
        }

        impl PartialEq<$type> for Value {
            fn eq(&self, number: &$type) -> bool {
                matches!(self, Value::Number(held) if *held == Number::from(*number))
            }
        }
    )+ };
}
whole_numbers!(i64 i32 u64 u32 usize);

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(items: Vec<V>) -> Value {
        items.into_iter().collect()
    }
}

impl<V: Into<Value>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Value {
        Value::Array(items.into_iter().map(Into::into).collect())
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(held) => Value::Bool(held),
            serde_json::Value::Number(number) => Value::Number(number),
            serde_json::Value::String(text) => Value::String(text.into()),
            serde_json::Value::Array(items) => items.into_iter().collect(),
            serde_json::Value::Object(members) => {
                Value::Object(members.into_iter().map(|(key, value)| (key, Value::from(value))).collect())
            }
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> serde_json::Value {
        match value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(held) => serde_json::Value::Bool(*held),
            Value::Number(number) => serde_json::Value::Number(number.clone()),
            Value::String(text) => serde_json::Value::String(text.as_str().to_owned()),
            Value::Array(items) => items.iter().map(serde_json::Value::from).collect(),
            Value::Object(members) => {
                let members = members.iter().map(|(key, value)| (key.to_owned(), serde_json::Value::from(value)));
                serde_json::Value::Object(members.collect())
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(held) => serializer.serialize_bool(*held),
            Value::Number(number) => number.serialize(serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => serializer.collect_seq(items.iter()),
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members.iter() {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// JSON on one line.
impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
