//! Places and values of a definition in words.

use super::record::words;
use crate::compare::FieldChange;
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
}

/// What changed fields took the place of. Conditions are told whole, each once.
pub(super) fn exchanges<'f>(
    fields: impl Iterator<Item = &'f FieldChange>,
    before: Option<&Value>,
    after: Option<&Value>,
    kind: Option<&Kind>,
) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for field in fields {
        let exchange = match field.site {
            Some(_) => in_criteria(field, before, after),
            None => None,
        };
        let exchange = exchange.unwrap_or_else(|| plainly(field, before, after, kind));
        if !exchanges.contains(&exchange) {
            exchanges.push(exchange);
        }
    }
    exchanges
}

fn plainly(field: &FieldChange, before: Option<&Value>, after: Option<&Value>, kind: Option<&Kind>) -> Exchange {
    let side = if field.after.is_some() { after } else { before };
    let unit = |side: Option<&Value>, pointer: &str| {
        let unit = kind?.unit(side?, pointer)?;
        Some(unit.to_owned())
    };
    let told = |value: &Option<Value>, side: Option<&Value>, pointer: &str| {
        value.as_ref().map(|value| plain(value, unit(side, pointer).as_deref()))
    };
    Exchange {
        place: side.map_or_else(String::new, |side| label(side, &field.pointer)),
        before: told(&field.before, before, &field.was),
        after: told(&field.after, after, &field.pointer),
    }
}

/// The smallest whole conditions around a place in criteria, in words.
fn in_criteria(field: &FieldChange, before: Option<&Value>, after: Option<&Value>) -> Option<Exchange> {
    let condition = |side: Option<&Value>, pointer: &str| {
        let mut place = pointer;
        loop {
            let said = side?.pointer(place).and_then(|value| said(value, place));
            if said.is_some() {
                return said;
            }
            place = place.rsplit_once('/')?.0;
        }
    };
    let was = field.before.as_ref().and_then(|_| condition(before, &field.was));
    let is = field.after.as_ref().and_then(|_| condition(after, &field.pointer));
    if was.is_none() && is.is_none() {
        return None;
    }
    let side = if field.after.is_some() { after } else { before };
    Some(Exchange { place: side.map_or_else(String::new, |side| around(side, &field.pointer)), before: was, after: is })
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
    names.join(" / ")
}

/// What an item is called.
fn item_name(item: &Value, step: &str) -> String {
    let named = ["id", "stage", "position", "name"].into_iter().find_map(|key| item.get(key)?.as_str());
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
        Some(unit) if number == "1" => format!("{number} {}", unit.strip_suffix('s').unwrap_or(unit)),
        Some(unit) => format!("{number} {unit}"),
        None => number,
    }
}
