//! What changed inside one document, and the impact that the schemas give each change.
//!
//! A change is judged by every schema given (the accepted one and the new one), under the schemas in force on the value
//! before and on the value after; the gravest counts. Where no schema speaks, a change is major.

use std::collections::BTreeMap;

use crate::document::Value;

use super::align::{Pair, align};
use crate::criteria::syntax::Unit;
use crate::document::{pointer_push, pointer_push_index};
use crate::registry::layout::{DocumentRole, document_role};
use crate::registry::{Change, Cursor, Impact, Kind};

/// One field that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Where it stands after; before, if it is no longer there.
    pub pointer: String,
    /// The value before, if there was one.
    pub before: Option<Value>,
    /// The value after, if there is one.
    pub after: Option<Value>,
    /// What the change does.
    pub impact: Impact,
    /// The word that the schema has for this direction of change.
    pub code: Option<String>,
}

/// Every field that differs, in the order of the document after; what is no longer there stands after its siblings.
#[must_use]
pub fn field_changes(before: &Value, after: &Value, kinds: &[&Kind]) -> Vec<FieldChange> {
    let Some((last, others)) = kinds.split_last() else {
        return Diff::default().run(Side::default(), Side::default(), before, after);
    };
    let mut changes = under(last, before, after);
    let mut places: BTreeMap<(String, bool, bool), usize> =
        changes.iter().enumerate().map(|(at, change)| (change.step(), at)).collect();
    for other in others.iter().flat_map(|kind| under(kind, before, after)) {
        match places.get(&other.step()).and_then(|at| changes.get_mut(*at)) {
            Some(known) => known.impact = known.impact.max(other.impact),
            None => {
                places.insert(other.step(), changes.len());
                changes.push(other);
            }
        }
    }
    changes
}

/// The changes as one kind sees them. To a kind whose schema is faulty, every change is major.
fn under(kind: &Kind, before: &Value, after: &Value) -> Vec<FieldChange> {
    let side = |value| if kind.is_faulty() { Side::default() } else { Side::of(kind.cursor(value)) };
    Diff::default().run(side(before), side(after), before, after)
}

/// The least impact by which the version of the document at a path must grow.
///
/// A new definition is an addition. What is no definition (policy, people, schemas, `registry.json`, waivers) decides
/// about others and is always major.
#[must_use]
pub fn required_impact(path: &str, before: Option<&Value>, after: &Value, kinds: &[&Kind]) -> Impact {
    if !matches!(document_role(path), Some(DocumentRole::Definition { .. })) {
        return Impact::Major;
    }
    let Some(before) = before else { return Impact::Minor };
    let impacts = field_changes(before, after, kinds).into_iter().map(|change| change.impact);
    impacts.max().unwrap_or(Impact::Patch)
}

impl FieldChange {
    /// What makes it the same change under another schema.
    fn step(&self) -> (String, bool, bool) {
        (self.pointer.clone(), self.before.is_some(), self.after.is_some())
    }
}

/// One side of a comparison: the schemas in force, and the note on the nearest ancestor that has one.
#[derive(Clone, Default)]
struct Side<'k> {
    cursor: Option<Cursor<'k>>,
    note: Option<&'k Change>,
}

impl<'k> Side<'k> {
    fn of(cursor: Cursor<'k>) -> Side<'k> {
        let note = cursor.change();
        Side { cursor: Some(cursor), note }
    }

    fn below(&self, step: impl Fn(&Cursor<'k>) -> Cursor<'k>) -> Side<'k> {
        let cursor = self.cursor.as_ref().map(step);
        let note = cursor.as_ref().and_then(Cursor::change).or(self.note);
        Side { cursor, note }
    }

    fn member(&self, key: &str, value: &Value) -> Side<'k> {
        self.below(|cursor| cursor.member(key, value))
    }

    fn item(&self, at: usize, value: &Value) -> Side<'k> {
        self.below(|cursor| cursor.item(at, value))
    }

    fn impact(&self) -> Impact {
        self.note.map_or(Impact::Major, |note| note.impact)
    }

    /// What it does that a value appears here.
    fn addition(&self, value: &Value) -> Impact {
        self.note.and_then(|note| note.added).unwrap_or_else(|| self.gravest(value))
    }

    /// The gravest impact that stands at a value or anywhere in it.
    fn gravest(&self, value: &Value) -> Impact {
        let inside = match value {
            Value::Object(members) => members.iter().map(|(key, child)| self.member(key, child).gravest(child)).max(),
            Value::Array(items) => items.iter().enumerate().map(|(at, item)| self.item(at, item).gravest(item)).max(),
            _ => None,
        };
        inside.map_or(self.impact(), |inside| inside.max(self.impact()))
    }

    /// What the step from one scalar to another does, and its word.
    fn step(&self, before: &Value, after: &Value) -> (Impact, Option<&'k String>) {
        let Some(note) = self.note else { return (Impact::Major, None) };
        let moved = match (before, after) {
            (Value::String(from), Value::String(to)) => note.moves.get(&format!("{from}->{to}")).copied(),
            _ => None,
        };
        let code = match (magnitude(before), magnitude(after)) {
            (Some(from), Some(to)) if from < to => note.up.as_ref(),
            (Some(from), Some(to)) if from > to => note.down.as_ref(),
            _ => None,
        };
        (moved.unwrap_or(note.impact), code)
    }

    /// Whether the note in force tells up from down, so that a length of time is one value.
    fn is_measured(&self) -> bool {
        self.note.is_some_and(|note| note.up.is_some() || note.down.is_some())
    }
}

/// How much a number is, or a length of time in one unit, in minutes.
fn magnitude(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::Object(members) if members.len() == 1 => {
            let (unit, amount) = members.iter().next()?;
            let minutes = match Unit::of_word(unit)? {
                Unit::Minutes => 1.0,
                Unit::Hours => 60.0,
                Unit::Days => 1_440.0,
                Unit::Weeks => 10_080.0,
                Unit::Months => 43_830.0,
                Unit::Years => 525_960.0,
            };
            Some(amount.as_f64()? * minutes)
        }
        _ => None,
    }
}

#[derive(Default)]
struct Diff {
    changes: Vec<FieldChange>,
}

impl Diff {
    fn run(mut self, old: Side<'_>, new: Side<'_>, before: &Value, after: &Value) -> Vec<FieldChange> {
        self.compare(&old, &new, before, after, "");
        self.changes
    }

    fn compare(&mut self, old: &Side<'_>, new: &Side<'_>, before: &Value, after: &Value, pointer: &str) {
        let measured =
            (old.is_measured() || new.is_measured()) && magnitude(before).is_some() && magnitude(after).is_some();
        match (before, after) {
            (Value::Object(from), Value::Object(to)) if !measured => {
                for (key, after) in to {
                    let pointer = pointer_push(pointer, key);
                    let new = new.member(key, after);
                    match from.get(key) {
                        Some(before) => self.compare(&old.member(key, before), &new, before, after, &pointer),
                        None => self.added(&new, after, &pointer),
                    }
                }
                for (key, before) in from.iter().filter(|(key, _)| !to.contains_key(key)) {
                    self.removed(&old.member(key, before), before, &pointer_push(pointer, key));
                }
            }
            (Value::Array(from), Value::Array(to)) => self.compare_items(old, new, from, to, pointer),
            _ if before == after => {}
            _ => {
                let (was, is) = (old.step(before, after), new.step(before, after));
                let whole = if measured { Impact::Patch } else { old.within(before).max(new.within(after)) };
                self.push(pointer, Some(before), Some(after), was.0.max(is.0).max(whole), is.1.or(was.1));
            }
        }
    }

    fn compare_items(&mut self, old: &Side<'_>, new: &Side<'_>, from: &[Value], to: &[Value], pointer: &str) {
        if from == to {
            return;
        }
        let cursor = new.cursor.as_ref();
        let key = cursor.and_then(Cursor::key);
        let alignment = align(from, to, key, cursor.is_some_and(Cursor::is_set));
        if alignment.reordered {
            let order =
                |items: &[Value]| -> Value { items.iter().filter_map(|item| item.get(key?)).cloned().collect() };
            let impact = old.impact().max(new.impact());
            self.push(pointer, Some(&order(from)), Some(&order(to)), impact, None);
        }
        for pair in alignment.pairs {
            match pair {
                Pair::Both(was, is) => {
                    let (before, after) = (&from[was], &to[is]);
                    let here = pointer_push_index(pointer, is);
                    self.compare(&old.item(was, before), &new.item(is, after), before, after, &here);
                }
                Pair::Added(is) => self.added(&new.item(is, &to[is]), &to[is], &pointer_push_index(pointer, is)),
                Pair::Removed(was) => {
                    self.removed(&old.item(was, &from[was]), &from[was], &pointer_push_index(pointer, was));
                }
            }
        }
    }

    fn added(&mut self, new: &Side<'_>, after: &Value, pointer: &str) {
        self.push(pointer, None, Some(after), new.addition(after), None);
    }

    fn removed(&mut self, old: &Side<'_>, before: &Value, pointer: &str) {
        self.push(pointer, Some(before), None, old.gravest(before), None);
    }

    fn push(
        &mut self,
        pointer: &str,
        before: Option<&Value>,
        after: Option<&Value>,
        impact: Impact,
        code: Option<&String>,
    ) {
        self.changes.push(FieldChange {
            pointer: pointer.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
            impact,
            code: code.cloned(),
        });
    }
}

impl Side<'_> {
    /// The gravest impact inside a list or an object that is exchanged as a whole; wording for a scalar.
    fn within(&self, value: &Value) -> Impact {
        match value {
            Value::Object(_) | Value::Array(_) => self.gravest(value),
            _ => Impact::Patch,
        }
    }
}
