//! Examples that come out otherwise: records that people wrote down, under the definition before and after.

use super::meaning::Sides;
use crate::check::criteria_problems;
use crate::criteria::{Budget, Model, Source};
use crate::document::Value;
use crate::outcome::{Answer, Computable};
use crate::registry::{Definition, Registry};

/// An example that comes out otherwise than before.
#[derive(Clone, Debug, PartialEq)]
pub struct Shifted {
    /// Its name.
    pub id: String,
    /// Whether it was rewritten or dropped by the same change: what is told is the example as it was.
    pub as_it_was: bool,
    /// What came out before, in the shape of `expect`.
    pub before: Value,
    /// What comes out now.
    pub after: Value,
}

/// How many examples are computed.
const MOST: usize = 50;
/// What an example says beside the record of which it asks.
const SAYS: [&str; 1] = ["expect"];
/// Steps that one of them may take.
const EACH: u32 = 200_000;

/// The examples of a definition, as they were and those that are new, that come out otherwise.
pub(super) fn shifted(sides: &Sides, before: &Definition, after: &Definition) -> Vec<Shifted> {
    let (old, new) = (Source::of(sides.before, before), Source::of(sides.after, after));
    let (Some(was), Some(is)) = (Computable::read(&old), Computable::read(&new)) else { return Vec::new() };
    let (then, now) = sides.own_models();
    // What cannot be true or false of a record comes out of no example.
    let is_sound = |registry: &Registry, source: &Source, path: &str, model: &Model| {
        let sites = registry.kind_of(path).map(|kind| kind.sites(source.value)).unwrap_or_default();
        criteria_problems(source, &sites, model).is_empty()
    };
    if !is_sound(sides.before, &old, before.path, then) || !is_sound(sides.after, &new, after.path, now) {
        return Vec::new();
    }
    let examples =
        |source: &Source| source.value.get("examples").and_then(Value::as_array).unwrap_or_default().to_vec();
    let id = |example: &Value| example.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut all = examples(&old);
    let known: Vec<String> = all.iter().map(id).collect();
    let present = examples(&new);
    all.extend(present.iter().filter(|example| !known.contains(&id(example))).cloned());
    let compute = |computable: &Computable, model: &Model, example: &Value| match computable.compute_within(
        model,
        example,
        "",
        &Budget::of(EACH),
    ) {
        Answer::Computed(value) => Some(value),
        Answer::Stopped(_) => None,
    };
    let shift = |example: &Value| {
        let (before, after) = (compute(&was, then, example)?, compute(&is, now, example)?);
        let question = |example: &Value| -> Vec<(String, Value)> {
            let members = example.as_object().into_iter().flatten().filter(|(key, _)| !SAYS.contains(key));
            members.map(|(key, value)| (key.to_owned(), value.clone())).collect()
        };
        let is_still_there = present.iter().any(|other| question(other) == question(example));
        (before != after).then(|| Shifted { id: id(example), as_it_was: !is_still_there, before, after })
    };
    all.iter().take(MOST).filter_map(shift).collect()
}
