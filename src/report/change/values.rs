//! Places and values of a definition in words.

use std::collections::BTreeMap;

use super::record::{singular, words};
use crate::compare::{FieldChange, Place};
use crate::criteria::words::words as in_words;
use crate::criteria::{grammar, syntax::Unit};
use crate::document::{Value, stored_scalar};
use crate::registry::Kind;

/// Something that took the place of something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exchange {
    /// Where, in words; empty where the values say it.
    pub(super) place: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// The name of what is new or gone, where it has one of its own.
    pub(super) name: Option<String>,
}

impl Exchange {
    /// Whether it can be told in a sentence.
    pub(super) fn is_short(&self) -> bool {
        const LONGEST: usize = 80;
        [&self.before, &self.after].into_iter().flatten().all(|value| value.chars().count() <= LONGEST)
    }

    /// `2 hours, no longer 3 hours`; what is on one side only is called by its name, if it has one.
    pub(super) fn in_words(&self, plain: fn(&str) -> String) -> String {
        let called = |value: &str| plain(self.name.as_deref().unwrap_or(value));
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{}, no longer {}", plain(after), plain(before)),
            (None, Some(after)) => format!("{} is new", called(after)),
            (Some(before), None) => format!("{} is gone", called(before)),
            (None, None) => plain(&self.place),
        }
    }
}

/// What stands between a name and the name of what is in it.
const WITHIN: &str = " / ";

/// Two texts of a document, and how their values read.
#[derive(Clone, Copy)]
pub(super) struct Texts<'c> {
    /// Before.
    pub(super) before: Option<&'c Value>,
    /// After.
    pub(super) after: Option<&'c Value>,
    /// The kind of the document.
    pub(super) kind: Option<&'c Kind>,
    /// What people call roles, by id.
    pub(super) roles: &'c BTreeMap<String, String>,
}

impl<'c> Texts<'c> {
    /// The text that a place is of.
    pub(super) fn of(&self, place: &Place) -> Option<&'c Value> {
        match place {
            Place::Before(_) => self.before,
            Place::After(_) => self.after,
        }
    }

    /// The name of what is new or gone, where it has one of its own.
    fn name(&self, field: &FieldChange) -> Option<String> {
        let value = field.after.as_ref().or(field.before.as_ref())?;
        own_name(value)?;
        Some(label(self.of(&field.place())?, field.pointer()))
    }

    /// A value at a place, as people write it.
    fn plain(&self, value: &Value, place: &Place) -> String {
        let unit = self.kind.zip(self.of(place)).and_then(|(kind, text)| kind.unit(text, place.pointer()));
        let role = |value: &Value| {
            self.kind?.is_role(self.of(place)?, place.pointer()).then_some(())?;
            self.roles.get(value.as_str()?).cloned()
        };
        role(value).unwrap_or_else(|| plain(value, unit))
    }
}

/// What changed fields took the place of. Conditions are told whole, each once.
pub(super) fn exchanges<'f>(fields: impl Iterator<Item = &'f FieldChange>, texts: Texts) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for field in fields {
        let exchange = field.site.and_then(|_| in_criteria(field, texts));
        let exchange = exchange.unwrap_or_else(|| plainly(field, texts));
        if !exchanges.contains(&exchange) {
            exchanges.push(exchange);
        }
    }
    exchanges
}

fn plainly(field: &FieldChange, texts: Texts) -> Exchange {
    let (was, is) = (Place::Before(field.was.clone()), Place::After(field.is.clone()));
    Exchange {
        place: texts.of(&field.place()).map_or_else(String::new, |text| label(text, field.pointer())),
        before: field.before.as_ref().map(|value| texts.plain(value, &was)),
        after: field.after.as_ref().map(|value| texts.plain(value, &is)),
        name: texts.name(field),
    }
}

/// The smallest whole conditions around a place in criteria, in words. A part that is new in a condition, or gone from
/// it, changes the condition; a whole one that is new took nobody's place.
fn in_criteria(field: &FieldChange, texts: Texts) -> Option<Exchange> {
    let whole = |text: Option<&Value>, pointer: &str| text?.pointer(pointer).and_then(|value| said(value, pointer));
    let around_it = |text: Option<&Value>, pointer: &str| {
        std::iter::successors(pointer.rsplit_once('/'), |(outer, _)| outer.rsplit_once('/'))
            .find_map(|(outer, _)| whole(text, outer))
    };
    let (was, is) = (whole(texts.before, &field.was), whole(texts.after, &field.is));
    let (name, before, after) = match (&field.before, &field.after) {
        (Some(_), None) if was.is_some() => (texts.name(field), was, None),
        (None, Some(_)) if is.is_some() => (texts.name(field), None, is),
        (Some(_), Some(_)) if was.is_some() && is.is_some() => (None, was, is),
        _ => (None, around_it(texts.before, &field.was), around_it(texts.after, &field.is)),
    };
    if before.is_none() && after.is_none() {
        return None;
    }
    let place = texts.of(&field.place()).map_or_else(String::new, |text| around(text, field.pointer()));
    Some(Exchange { place, before, after, name })
}

/// A value that is criteria, in words.
fn said(value: &Value, pointer: &str) -> Option<String> {
    value.as_object()?;
    if let Some(when) = value.get("when").filter(|_| value.get("id").is_some()) {
        let predicate = grammar::predicate(when, pointer).0?;
        let chosen = value.get("is").map(|is| format!("{} if ", plain(is, None))).unwrap_or_default();
        return Some(format!("{chosen}{}", in_words(&predicate)));
    }
    if let Some(window) = value.get("ends").and_then(|_| grammar::window(value, pointer).0) {
        return Some(crate::criteria::words::window(&window).unwrap_or_else(|| "at any time".to_owned()));
    }
    grammar::predicate(value, pointer).0.map(|predicate| in_words(&predicate))
}

/// The names on the way to criteria, without those inside.
fn around(value: &Value, pointer: &str) -> String {
    let first = pointer.split('/').nth(1).unwrap_or_default();
    let mut place = format!("/{first}");
    if value.pointer(&place).is_some_and(Value::is_array)
        && let Some(second) = pointer.split('/').nth(2)
    {
        place = format!("{place}/{second}");
    }
    label(value, &place)
}

/// A place in words: names of members, and of items their own names.
pub(super) fn label(value: &Value, pointer: &str) -> String {
    let mut at = Some(value);
    let mut names: Vec<String> = Vec::new();
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let is_item = at.is_some_and(Value::is_array);
        at = at.and_then(|value| match value {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            other => other.get(&step),
        });
        names.push(match at.filter(|_| is_item) {
            Some(item) => item_name(item, &step),
            None => words(&step),
        });
    }
    names.join(WITHIN)
}

/// By what items of lists are called.
const NAMES: [&str; 6] = ["id", "stage", "position", "name", "period", "role"];

fn own_name(value: &Value) -> Option<&str> {
    NAMES.into_iter().find_map(|key| value.get(key)?.as_str())
}

/// What an item is called.
fn item_name(item: &Value, step: &str) -> String {
    const LONGEST: usize = 60;
    let itself = item.as_str().filter(|text| text.chars().count() <= LONGEST);
    if let Some(text) = itself {
        return text.to_owned();
    }
    let named = own_name(item);
    let place = step.parse::<usize>().map_or_else(|_| step.to_owned(), |place| format!("number {}", place + 1));
    named.map_or(place, words)
}

/// A value as people write it, with its unit.
pub(super) fn plain(value: &Value, unit: Option<&str>) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(_) => with_unit(stored_scalar(value), unit),
        Value::String(text) => text.to_string(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(|item| plain(item, None)).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            if let Some(said) = said(value, "") {
                return said;
            }
            if members.len() == 1
                && let Some((key, amount)) = members.iter().next()
                && Unit::of_word(key).is_some()
            {
                return with_unit(stored_scalar(amount), Some(key));
            }
            let one = |(key, value): (&str, &Value)| format!("{} {}", words(key), plain(value, None));
            members.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    }
}

fn with_unit(number: String, unit: Option<&str>) -> String {
    match unit {
        Some(unit) if number == "1" => format!("{number} {}", singular(unit)),
        Some(unit) => format!("{number} {unit}"),
        None => number,
    }
}
