//! Records that prove an answer: evaluated, and no larger than it takes.

use crate::document::Value;
use jiff::Timestamp;

use super::Stop;
use super::build::Built;
use super::find::Claim;
use super::json::{Way, empty, without};
use crate::criteria::evaluate::{Budget, Clock, Evaluator, Scope};
use crate::criteria::model::{Entity, Model};
use crate::criteria::number;
use crate::criteria::scores::Scores;

/// A record at an instant, as examples write it.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The instant of evaluation.
    pub at: Timestamp,
    /// The record; fields that do not matter are left out.
    pub record: Value,
    /// Scores that are stated, by model; null where there are none.
    pub scores: Value,
}

impl Witness {
    /// The witness as examples write it: `{at, record, scores?}`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = empty();
        value.set("at", self.at.to_string());
        value.set("record", self.record.clone());
        if !self.scores.is_null() {
            value.set("scores", self.scores.clone());
        }
        value
    }
}

/// Whether claims about a record are true.
pub(super) fn is_so(
    subject: &str,
    claims: &[Claim],
    built: &Built,
    at: Timestamp,
    budget: &Budget,
) -> Result<bool, Stop> {
    let scores = Scores::read(Some(&built.scores));
    for claim in claims {
        let clock = Clock::at(at, claim.model);
        let evaluator = Evaluator { model: claim.model, scores: &scores, budget, clock };
        if evaluator.holds(claim.predicate, &Scope::subject(subject, &built.row))? != claim.holds {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The record without related rows and optional values that it does not take.
pub(super) fn small(
    subject: &str,
    claims: &[Claim],
    mut built: Built,
    at: Timestamp,
    budget: &Budget,
) -> Result<Built, Stop> {
    let Some(model) = claims.first().map(|claim| claim.model) else { return Ok(built) };
    let Some(entity) = model.entity(subject) else { return Ok(built) };
    let mut ways = Vec::new();
    droppable(&built.row, entity, model, &mut Way::new(), &mut ways);
    for way in ways.into_iter().rev() {
        if let Some(row) = without(&built.row, &way) {
            let smaller = Built { row, scores: built.scores.clone() };
            if is_so(subject, claims, &smaller, at, budget)? {
                built = smaller;
            }
        }
    }
    for model in built.scores.as_object().into_iter().flatten().map(|(model, _)| model.to_owned()).collect::<Vec<_>>() {
        // What is not stated is replayed, and may come to the same.
        let unscored = built.scores.get(&model).is_some_and(|state| state.get("total").is_none());
        if let Some(scores) = without(&built.scores, &[model]).filter(|_| unscored) {
            let scores = if scores == empty() { Value::Null } else { scores };
            let smaller = Built { row: built.row.clone(), scores };
            if is_so(subject, claims, &smaller, at, budget)? {
                built = smaller;
            }
        }
    }
    if let Some(scores) = added_up(&built.scores, model) {
        let sums = Built { row: built.row.clone(), scores };
        if is_so(subject, claims, &sums, at, budget)? {
            built = sums;
        }
    }
    Ok(built)
}

/// The same scores with parts that make up their totals, as far as their bounds allow.
fn added_up(scores: &Value, model: &Model) -> Option<Value> {
    let mut scores = scores.clone();
    for id in scores.as_object()?.keys().map(str::to_owned).collect::<Vec<_>>() {
        let rules = model.score_model(&id)?.rules.as_ref()?;
        let state = scores.get(&id)?;
        let (Some(total), Some(_)) = (state.get("total").and_then(Value::as_f64), state.get("parts")) else { continue };
        let stated = |part: &str| state.pointer(&format!("/parts/{part}")).and_then(Value::as_f64);
        let mut parts: Vec<f64> =
            rules.parts.iter().map(|part| stated(&part.id).unwrap_or_else(|| part.bounds.clamp(0.0))).collect();
        for (at, part) in rules.parts.iter().enumerate() {
            let missing = total - number::sum(&parts);
            if let Some(points) = parts.get_mut(at) {
                *points = part.bounds.clamp(*points + missing);
            }
        }
        let mut told = empty();
        for (part, points) in rules.parts.iter().zip(parts) {
            told.set(&part.id, points);
        }
        let mut state = state.clone();
        state.set("parts", told);
        scores.set(&id, state);
    }
    Some(scores)
}

/// The ways to values that a row can do without: optional fields, related rows.
fn droppable(row: &Value, entity: &Entity, model: &Model, way: &mut Way, ways: &mut Vec<Way>) {
    for (name, value) in row.as_object().into_iter().flatten() {
        way.push(name.to_owned());
        if let Some(relation) = entity.relations.get(name) {
            ways.push(way.clone());
            if let Some(to) = model.entity(&relation.to) {
                match value {
                    Value::Array(rows) => {
                        for (index, row) in rows.iter().enumerate() {
                            way.push(index.to_string());
                            ways.push(way.clone());
                            droppable(row, to, model, way, ways);
                            way.pop();
                        }
                    }
                    row => droppable(row, to, model, way, ways),
                }
            }
        } else if entity.fields.get(name).is_some_and(|field| field.optional) {
            ways.push(way.clone());
        }
        way.pop();
    }
}
