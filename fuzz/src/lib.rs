//! What the fuzz targets share: choices taken from bytes, values built by them, and the starter set.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use canonry::document::{Document, Value, parse, pointer_push, pointer_push_index};
use canonry::registry::{Registry, builtin};

/// The starter set and the built-in schemas, parsed, by path.
pub static STARTER: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    let files = builtin::schemas().chain(builtin::starter());
    files.filter_map(|(path, bytes)| Some((path.to_owned(), parse(bytes).ok()?))).collect()
});

/// The registry of the starter set.
pub static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let files = builtin::schemas().chain(builtin::starter());
    Registry::load(files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec()))).0
});

/// Choices that bytes make, one after the other. When they are used up, every choice is the first.
pub struct Choices<'b> {
    bytes: &'b [u8],
}

impl<'b> Choices<'b> {
    pub fn new(bytes: &'b [u8]) -> Choices<'b> {
        Choices { bytes }
    }

    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.bytes.split_first().unwrap_or((&0, &[]));
        self.bytes = rest;
        *first
    }

    /// One of so many, from 0.
    pub fn below(&mut self, many: usize) -> usize {
        let wide = usize::from(self.byte()) << 8 | if many > 256 { usize::from(self.byte()) } else { 0 };
        let wide = if many > 256 { wide } else { wide >> 8 };
        wide % many.max(1)
    }

    pub fn of<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    pub fn is_over(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What is left, as text.
    pub fn rest(self) -> &'b [u8] {
        self.bytes
    }
}

/// A value of the syntax of `serde_json::json!`.
#[macro_export]
macro_rules! json {
    ($($json:tt)+) => { canonry::document::Value::from(serde_json::json!($($json)+)) };
}

/// Scalars that break things.
pub fn scalar(choices: &mut Choices<'_>) -> Value {
    const TEXTS: [&str; 24] = [
        "",
        " ",
        "mql",
        "person",
        "person.account.employees",
        "2026-02-30",
        "2026-05-20",
        "2026-05-20T12:00:00Z",
        "9999-12-31",
        "0000-00-00",
        "day",
        "-1",
        "\u{202e}x",
        "ﬁ",
        "i\u{307}",
        "ß",
        "~0/~1",
        "kind/id",
        "*",
        "a-b",
        "stage/mql",
        "period.start",
        "a\nb",
        "\u{1F600}",
    ];
    const NUMBERS: [f64; 12] = [
        0.0,
        1.0,
        -1.0,
        0.5,
        1e-300,
        1e300,
        9_007_199_254_740_991.0,
        -9_007_199_254_740_991.0,
        64.0,
        10_000.0,
        3.0,
        1e15,
    ];
    match choices.below(8) {
        0 => Value::Null,
        1 => Value::Bool(true),
        2 => Value::Bool(false),
        3 | 4 => {
            let number = *choices.of(&NUMBERS);
            if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_991.0 {
                json!(number as i64)
            } else {
                json!(number)
            }
        }
        5 => json!([]),
        6 => json!({}),
        _ => json!(*choices.of(&TEXTS)),
    }
}

/// Every place of a value, deepest last, up to a number of them.
pub fn pointers(value: &Value, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((pointer, value)) = open.pop() {
        if found.len() >= most {
            break;
        }
        match value {
            Value::Object(members) => {
                open.extend(members.iter().map(|(key, value)| (pointer_push(&pointer, key), value)));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(at, value)| (pointer_push_index(&pointer, at), value)));
            }
            _ => {}
        }
        found.push(pointer);
    }
    found
}

/// What an edit does to the value at a place.
pub enum Edit {
    Remove,
    Replace(Value),
    /// Puts the value there once more behind itself, if it is an item of an array.
    Double,
}

/// A value with one place edited.
pub fn edited(value: &Value, pointer: &str, edit: &Edit) -> Value {
    let Some((step, rest)) = pointer.strip_prefix('/').map(|pointer| match pointer.find('/') {
        Some(at) => pointer.split_at(at),
        None => (pointer, ""),
    }) else {
        return match edit {
            Edit::Replace(new) => new.clone(),
            Edit::Remove | Edit::Double => value.clone(),
        };
    };
    let key = step.replace("~1", "/").replace("~0", "~");
    let last = rest.is_empty();
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(known, _)| !(last && *known == key && matches!(edit, Edit::Remove)));
            let set = |(known, value): (&str, &Value)| {
                (known.to_owned(), if known == key { edited(value, rest, edit) } else { value.clone() })
            };
            Value::Object(kept.map(set).collect())
        }
        Value::Array(items) => {
            let mut new = Vec::new();
            for (at, item) in items.iter().enumerate() {
                if at.to_string() != key {
                    new.push(item.clone());
                } else if !last || matches!(edit, Edit::Replace(_)) {
                    new.push(edited(item, rest, edit));
                } else if matches!(edit, Edit::Double) {
                    new.extend([item.clone(), item.clone()]);
                }
            }
            Value::from(new)
        }
        other => other.clone(),
    }
}

/// A value of a definition of the starter set, from anywhere in it.
pub fn borrowed(choices: &mut Choices<'_>) -> Value {
    let documents: Vec<&Value> = STARTER.values().collect();
    let document = *choices.of(&documents);
    let places = pointers(document, 300);
    document.pointer(choices.of(&places)).cloned().unwrap_or_default()
}

/// Parses JSON text, if it is strict JSON.
pub fn document(bytes: &[u8]) -> Option<Document> {
    Document::parse(bytes).ok()
}
