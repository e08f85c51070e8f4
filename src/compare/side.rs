//! One side of a comparison: what the schemas in force on a value say of a change of it.

use std::cmp::Ordering;

use crate::document::Value;
use crate::registry::{Change, Cursor, Extreme, Impact, Language};

/// The schemas in force, and the note on the nearest ancestor that has one.
#[derive(Clone, Default)]
pub(super) struct Side<'k> {
    cursor: Option<Cursor<'k>>,
    note: Option<&'k Change>,
}

impl<'k> Side<'k> {
    pub(super) fn of(cursor: Cursor<'k>) -> Side<'k> {
        let note = cursor.change();
        Side { cursor: Some(cursor), note }
    }

    fn below(&self, step: impl Fn(&Cursor<'k>) -> Cursor<'k>) -> Side<'k> {
        let cursor = self.cursor.as_ref().map(step);
        let note = cursor.as_ref().and_then(Cursor::change).or(self.note);
        Side { cursor, note }
    }

    pub(super) fn cursor(&self) -> Option<&Cursor<'k>> {
        self.cursor.as_ref()
    }

    pub(super) fn member(&self, key: &str, value: &Value) -> Side<'k> {
        self.below(|cursor| cursor.member(key, value))
    }

    pub(super) fn item(&self, at: usize, value: &Value) -> Side<'k> {
        self.below(|cursor| cursor.item(at, value))
    }

    /// The part of the language of criteria that the value is written in.
    pub(super) fn language(&self) -> Option<Language> {
        self.cursor.as_ref().and_then(Cursor::language)
    }

    /// Whether the value names another definition.
    pub(super) fn is_reference(&self) -> bool {
        self.cursor.as_ref().is_some_and(Cursor::is_reference)
    }

    pub(super) fn impact(&self) -> Impact {
        self.note.map_or(Impact::Major, |note| note.impact)
    }

    /// What it does that a value appears here.
    pub(super) fn addition(&self, value: &Value) -> Impact {
        self.note.and_then(|note| note.added).unwrap_or_else(|| self.gravest(value))
    }

    /// The gravest impact that stands at a value or anywhere in it.
    pub(super) fn gravest(&self, value: &Value) -> Impact {
        let inside = match value {
            Value::Object(members) => members.iter().map(|(key, child)| self.member(key, child).gravest(child)).max(),
            Value::Array(items) => items.iter().enumerate().map(|(at, item)| self.item(at, item).gravest(item)).max(),
            _ => None,
        };
        inside.map_or(self.impact(), |inside| inside.max(self.impact()))
    }

    /// The gravest impact inside a list or an object that is exchanged as a whole; wording for a scalar.
    pub(super) fn within(&self, value: &Value) -> Impact {
        match value {
            Value::Object(_) | Value::Array(_) => self.gravest(value),
            _ => Impact::Patch,
        }
    }

    /// What the step from one value to another does.
    pub(super) fn step(&self, before: &Value, after: &Value) -> Impact {
        let moved = self.note.and_then(|note| note.step(before.as_str()?, after.as_str()?));
        moved.map_or(self.impact(), |step| step.impact)
    }

    /// The word for a step. `order` says of two that are measured how the one before stands to the one after, and holds
    /// nothing where that depends.
    pub(super) fn code(
        &self,
        before: Option<&Value>,
        after: Option<&Value>,
        order: Option<Option<Ordering>>,
    ) -> Option<&'k str> {
        let note = self.note?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let moved = text(before).zip(text(after)).and_then(|(from, to)| note.step(&from, &to)?.code.as_deref());
        let direction = || match order.filter(|_| self.is_measured())? {
            Some(Ordering::Less) => note.up.as_deref(),
            Some(Ordering::Greater) => note.down.as_deref(),
            Some(Ordering::Equal) => Some("equivalent"),
            None => Some("not-decided"),
        };
        moved.or_else(direction).or(note.code.as_deref())
    }

    /// The word for any change here.
    pub(super) fn own_code(&self) -> Option<&'k str> {
        self.note?.code.as_deref()
    }

    /// What null stands for beside numbers.
    pub(super) fn null(&self) -> Option<Extreme> {
        self.note?.null
    }

    /// Whether a length in days lasts until the last of them ends.
    pub(super) fn has_whole_days(&self) -> bool {
        self.note.is_some_and(|note| note.whole_days)
    }

    /// Whether the note in force tells up from down, so that a length of time is one value.
    pub(super) fn is_measured(&self) -> bool {
        self.note.is_some_and(|note| note.up.is_some() || note.down.is_some())
    }
}
