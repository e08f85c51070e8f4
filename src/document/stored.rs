//! The stored form: how a governed file is written. UTF-8, LF, two spaces, one newline at the end.
//!
//! Keys come in the order that the value holds them; the kind's schema decides that order beforehand. Numbers and
//! strings are spelled as RFC 8785 spells them, so a value has one spelling.

use super::value::Value;

use super::digest::{canonical_bytes, write_scalar, write_text};

/// The bytes of a file that holds this value.
#[must_use]
pub fn stored_bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(4_096);
    write(value, 0, &mut out);
    out.push(b'\n');
    out
}

/// One scalar or a whole value on one line, spelled as RFC 8785 spells it.
#[must_use]
pub fn stored_scalar(value: &Value) -> String {
    String::from_utf8(canonical_bytes(value)).unwrap_or_default()
}

fn write(value: &Value, depth: usize, out: &mut Vec<u8>) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().map(|item| (None, item));
            write_block(items, [b'[', b']'], depth, out);
        }
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter().map(|(key, value)| (Some(key), value));
            write_block(members, [b'{', b'}'], depth, out);
        }
        scalar => write_scalar(scalar, out),
    }
}

fn write_block<'a>(
    items: impl Iterator<Item = (Option<&'a str>, &'a Value)>,
    brackets: [u8; 2],
    depth: usize,
    out: &mut Vec<u8>,
) {
    out.push(brackets[0]);
    for (index, (key, value)) in items.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        line(depth + 1, out);
        if let Some(key) = key {
            write_text(key, out);
            out.extend_from_slice(b": ");
        }
        write(value, depth + 1, out);
    }
    line(depth, out);
    out.push(brackets[1]);
}

fn line(depth: usize, out: &mut Vec<u8>) {
    out.push(b'\n');
    out.extend(std::iter::repeat_n(b' ', 2 * depth));
}
