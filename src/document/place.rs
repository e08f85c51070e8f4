//! Where values stand in a file: spans of bytes for JSON pointers, and lines and columns for people.
//!
//! Places are found by reading the file once more, when something is to be shown. Checking thousands of good
//! documents therefore pays nothing for them.

use super::parse::{Sink, run, text};

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The smallest span of whole characters of a text that covers this one, as far as the text goes.
    #[must_use]
    pub fn on_characters(self, source: &str) -> Span {
        let start = floor(source, self.start);
        let mut end = self.end.clamp(start, source.len());
        while !source.is_char_boundary(end) {
            end += 1;
        }
        Span { start, end }
    }
}

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// The keys and places that a JSON pointer leads through.
pub fn pointer_steps(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}

/// Appends a key to a JSON pointer (RFC 6901), escaped.
#[must_use]
pub fn pointer_push(pointer: &str, key: &str) -> String {
    let mut out = String::with_capacity(pointer.len() + key.len() + 1);
    out.push_str(pointer);
    pointer_step(&mut out, key);
    out
}

/// Takes a JSON pointer one step on, by a key.
pub fn pointer_step(pointer: &mut String, key: &str) {
    pointer.push('/');
    match key.contains(['~', '/']) {
        true => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
        false => pointer.push_str(key),
    }
}

/// Appends an index to a JSON pointer.
#[must_use]
pub fn pointer_push_index(pointer: &str, index: usize) -> String {
    format!("{pointer}/{index}")
}

/// Whether a JSON pointer is another, or leads into what that one names.
#[must_use]
pub fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Where the value at a pointer stands. A pointer to nothing gives its nearest ancestor that is there.
#[must_use]
pub fn span_of(source: &str, pointer: &str) -> Option<Span> {
    locate(source, pointer).and_then(|found| found.value)
}

/// Where the key stands that the pointer ends in; the value itself for items of arrays and the whole document.
#[must_use]
pub fn span_of_key(source: &str, pointer: &str) -> Option<Span> {
    locate(source, pointer).and_then(|found| found.key.or(found.value))
}

/// The line and column of a byte offset.
#[must_use]
pub fn position_of(source: &str, offset: usize) -> Position {
    let before = &source[..floor(source, offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// The start of the character that an offset lies in; the end of the text if it lies beyond.
fn floor(source: &str, offset: usize) -> usize {
    let mut offset = offset.min(source.len());
    while !source.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

struct Found {
    key: Option<Span>,
    value: Option<Span>,
}

fn locate(source: &str, pointer: &str) -> Option<Found> {
    let mut locator = Locator { wanted: pointer, path: Vec::new(), keys: Vec::new(), best: None };
    run(text(source.as_bytes()).ok()?, &mut locator).ok()?;
    locator.best.map(|(_, found)| found)
}

/// Follows the parser and keeps the value whose pointer is the longest leading part of the wanted one.
struct Locator<'a> {
    wanted: &'a str,
    path: Vec<String>,
    keys: Vec<Option<Span>>,
    best: Option<(usize, Found)>,
}

impl Sink for Locator<'_> {
    fn enter_key(&mut self, key: &str, span: Span) {
        self.path.push(pointer_push("", key));
        self.keys.push(Some(span));
    }

    fn enter_index(&mut self, index: usize) {
        self.path.push(pointer_push_index("", index));
        self.keys.push(None);
    }

    fn leave(&mut self) {
        self.path.pop();
        self.keys.pop();
    }

    fn value(&mut self, span: Span) {
        let here = self.path.concat();
        let leads = self.wanted.strip_prefix(&here).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if leads && self.best.as_ref().is_none_or(|(length, _)| here.len() > *length) {
            let key = self.keys.last().copied().flatten();
            self.best = Some((here.len(), Found { key, value: Some(span) }));
        }
    }
}
