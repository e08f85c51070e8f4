//! Examples that come out otherwise: records that people wrote down, under the definition before and after.

use super::meaning::Sides;
use crate::criteria::{Budget, Model, Source};
use crate::document::Value;
use crate::outcome::{Answer, Computable};
use crate::registry::Definition;

/// An example that comes out otherwise than before.
#[derive(Clone, Debug, PartialEq)]
pub struct Shifted {
    /// Its name.
    pub id: String,
    /// What came out before, in the shape of `expect`.
    pub before: Value,
    /// What comes out now.
    pub after: Value,
}

/// How many examples are computed.
const MOST: usize = 50;
/// Steps that one of them may take.
const EACH: u32 = 200_000;

/// The examples of a definition, as they were and those that are new, that come out otherwise.
pub(super) fn shifted(sides: &Sides, before: &Definition, after: &Definition) -> Vec<Shifted> {
    let (old, new) = (Source::of(sides.before, before), Source::of(sides.after, after));
    let (Some(was), Some(is)) = (Computable::read(&old), Computable::read(&new)) else { return Vec::new() };
    let examples =
        |source: &Source| source.value.get("examples").and_then(Value::as_array).unwrap_or_default().to_vec();
    let id = |example: &Value| example.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut all = examples(&old);
    let known: Vec<String> = all.iter().map(id).collect();
    all.extend(examples(&new).into_iter().filter(|example| !known.contains(&id(example))));
    let (old, new) = sides.own_models();
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
        let (before, after) = (compute(&was, old, example)?, compute(&is, new, example)?);
        (before != after).then(|| Shifted { id: id(example), before, after })
    };
    all.iter().take(MOST).filter_map(shift).collect()
}
