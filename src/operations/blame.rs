//! Blame: which change gave each value of an accepted definition.

use std::collections::BTreeMap;

use super::Failure;
use super::log::{Entry, accepted_path, entry};
use super::workspace::{Progress, Workspace, give_back};
use crate::compare::{Differences, differences};
use crate::document::{Document, Value, is_within, pointer_push, pointer_push_index};
use crate::registry::layout::definition_name;

/// A definition, with what brought each of its values.
pub struct Blame {
    /// `kind/id`.
    pub name: String,
    /// Its accepted version.
    pub version: Option<semver::Version>,
    /// Its values in order; a part of which one change brought everything is one of them.
    pub lines: Vec<Line>,
}

/// A value, or a part, and what brought it.
pub struct Line {
    /// Where it stands.
    pub pointer: String,
    /// The value.
    pub value: Value,
    /// The version of the definition that had it first.
    pub version: Option<semver::Version>,
    /// The change that brought it; none if the registry began with it.
    pub entry: Option<Entry>,
}

/// Which change gave each value of the definition, as it is accepted at a revision (default: the main branch).
///
/// # Errors
/// The definition was never accepted; history that cannot be read.
pub fn blame(
    workspace: &Workspace,
    revision: Option<&str>,
    name: &str,
    progress: Progress<'_>,
) -> Result<Blame, Failure> {
    let tip = match revision {
        Some(revision) => workspace.repository.resolve(revision)?,
        None => workspace.main_tip()?,
    };
    let replay = workspace.replay(tip, progress)?;
    let ledger = &replay.ledger;
    let path = accepted_path(ledger, name)?;
    let steps = ledger.accepted.get(&path).map(Vec::as_slice).unwrap_or_default();
    let kinds: Vec<_> = ledger.kinds.of_path(&path).into_iter().collect();
    let mut origins = Origins::default();
    let mut text = Value::Null;
    for (at, step) in steps.iter().enumerate() {
        let document = Document::parse(&workspace.repository.blob(step.blob)?)
            .map_err(|error| Failure::own_fault(format!("{path}: {error}")))?;
        let next = document.value().clone();
        origins = match at {
            0 => Origins::of(&next, |_| 0),
            _ => origins.after(&differences(&text, &next, &kinds), &next, at),
        };
        text = next;
    }
    let line = |(pointer, value, at): (String, Value, usize)| {
        let step = steps.get(at);
        let settled = step.and_then(|step| ledger.settled.get(step.change.as_ref()?));
        let entry = settled.map(|settled| entry(ledger, settled));
        Line { pointer, value, version: step.and_then(|step| step.version.clone()), entry }
    };
    let mut parts = Vec::new();
    origins.parts(&text, "", &mut parts);
    let blame = Blame {
        name: definition_name(&path).unwrap_or_default(),
        version: steps.last().and_then(|step| step.version.clone()),
        lines: parts.into_iter().map(line).collect(),
    };
    give_back(replay);
    Ok(blame)
}

/// By which step each value came, by its pointer. A list or object that holds nothing is a value.
#[derive(Default)]
struct Origins(BTreeMap<String, usize>);

impl Origins {
    fn of(text: &Value, step: impl Fn(&str) -> usize) -> Origins {
        let mut origins = BTreeMap::new();
        let mut open = vec![(String::new(), text)];
        while let Some((pointer, value)) = open.pop() {
            let inside = inside(&pointer, value);
            if inside.is_empty() {
                origins.insert(pointer.clone(), step(&pointer));
            }
            open.extend(inside);
        }
        Origins(origins)
    }

    /// After a step: what it changed is its own, everything else keeps what it had, wherever it stands now.
    fn after(&self, differences: &Differences, text: &Value, step: usize) -> Origins {
        // What says only that a list is in another order has the order as its value, and not what stands there.
        let changed: Vec<&str> = differences
            .fields
            .iter()
            .filter(|field| field.after.is_some() && field.after.as_ref() == text.pointer(&field.is))
            .map(|field| field.is.as_str())
            .collect();
        Origins::of(text, |pointer| {
            if changed.iter().any(|place| is_within(pointer, place)) {
                return step;
            }
            let moved =
                differences.moved.iter().filter(|(_, is)| is_within(pointer, is)).max_by_key(|(_, is)| is.len());
            let was = moved.map_or_else(
                || pointer.to_owned(),
                |(was, is)| format!("{was}{}", pointer.get(is.len()..).unwrap_or_default()),
            );
            self.0.get(&was).copied().unwrap_or(step)
        })
    }

    /// The largest parts of which one step brought everything.
    fn parts(&self, value: &Value, pointer: &str, parts: &mut Vec<(String, Value, usize)>) {
        let mut steps = self.0.iter().filter(|(at, _)| is_within(at, pointer)).map(|(_, step)| *step);
        let Some(first) = steps.next() else { return };
        let is_whole = steps.all(|step| step == first);
        let inside = inside(pointer, value);
        if (is_whole && !pointer.is_empty()) || inside.is_empty() {
            parts.push((pointer.to_owned(), value.clone(), first));
            return;
        }
        for (pointer, value) in inside {
            self.parts(value, &pointer, parts);
        }
    }
}

/// What is directly in a list or object, with its pointers.
fn inside<'v>(pointer: &str, value: &'v Value) -> Vec<(String, &'v Value)> {
    match value {
        Value::Object(members) => members.iter().map(|(key, value)| (pointer_push(pointer, key), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, item)| (pointer_push_index(pointer, at), item)).collect()
        }
        _ => Vec::new(),
    }
}
