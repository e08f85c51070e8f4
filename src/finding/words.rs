//! Words that messages share: a count with its noun, a value in short.

use std::fmt::Display;

use crate::document::{Value, stored_scalar};

/// `1 thing`, `2 things`.
#[must_use]
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, thing: &str) -> String {
    if count == N::from(1) { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// What a value is, short enough for a message.
#[must_use]
pub fn described(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        scalar => {
            let text = stored_scalar(scalar);
            match text.char_indices().nth(60) {
                Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
                None => text,
            }
        }
    }
}
