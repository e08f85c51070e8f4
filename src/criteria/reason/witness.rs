//! Records that prove an answer: evaluated, and no larger than it takes.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Stop;
use super::build::Built;
use super::find::Claim;
use crate::criteria::evaluate::{Budget, Clock, Evaluator, Scope, Scores};
use crate::criteria::model::{Entity, Model};

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
        let mut members = Map::new();
        members.insert("at".to_owned(), Value::from(self.at.to_string()));
        members.insert("record".to_owned(), self.record.clone());
        if !self.scores.is_null() {
            members.insert("scores".to_owned(), self.scores.clone());
        }
        Value::Object(members)
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
    let mut places = Vec::new();
    droppable(&built.row, entity, model, &mut String::new(), &mut places);
    for place in places.into_iter().rev() {
        let mut smaller = built.clone();
        if drop_at(&mut smaller.row, &place) && is_so(subject, claims, &smaller, at, budget)? {
            built = smaller;
        }
    }
    Ok(built)
}

/// The pointers of values that a row can do without: optional fields, related rows.
fn droppable(row: &Value, entity: &Entity, model: &Model, pointer: &mut String, places: &mut Vec<String>) {
    let Some(members) = row.as_object() else { return };
    for (name, value) in members {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(name);
        if let Some(relation) = entity.relations.get(name) {
            places.push(pointer.clone());
            if let Some(to) = model.entity(&relation.to) {
                match value {
                    Value::Array(rows) => {
                        for (index, row) in rows.iter().enumerate() {
                            let length = pointer.len();
                            pointer.push_str(&format!("/{index}"));
                            places.push(pointer.clone());
                            droppable(row, to, model, pointer, places);
                            pointer.truncate(length);
                        }
                    }
                    row => droppable(row, to, model, pointer, places),
                }
            }
        } else if entity.fields.get(name).is_some_and(|field| field.optional) {
            places.push(pointer.clone());
        }
        pointer.truncate(length);
    }
}

fn drop_at(row: &mut Value, pointer: &str) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return false };
    match row.pointer_mut(parent) {
        Some(Value::Object(members)) => members.shift_remove(name).is_some(),
        Some(Value::Array(items)) => match name.parse::<usize>() {
            Ok(index) if index < items.len() => {
                items.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}
