//! A comparison for programs.

use serde_json::{Value, json};

use super::{Told, said};
use crate::compare::{Flip, Meaning, Place, RowChange, Shifted};
use crate::operations::diff::{Comparison, Need, Resting};
use crate::report::json::{fields, findings};

/// Both sides, rows with fields and meanings, what rests on them, and what could not be read.
#[must_use]
pub fn json(comparison: &Comparison) -> Value {
    json!({
        "type": "canonry/diff@1",
        "base": comparison.base,
        "current": comparison.current,
        "rows": Told::all(comparison).iter().map(|told| row(told.row, comparison)).collect::<Vec<_>>(),
        "affected": comparison.affected.iter().map(resting).collect::<Vec<_>>(),
        "findings": findings(&comparison.findings, |path| comparison.after.source(path)),
    })
}

fn row(row: &RowChange, comparison: &Comparison) -> Value {
    let needs = comparison.needs.get(&row.path).map(Vec::as_slice).unwrap_or_default();
    let needs: Vec<Value> = needs.iter().map(need).collect();
    json!({
        "path": row.path,
        "follows": row.follows,
        "before": row.before,
        "after": row.after,
        "version": {"before": row.version_before, "after": row.version_after},
        "impact": row.impact,
        "fields": fields(&row.differences.fields),
        "meanings": row.meanings.iter().map(meaning).collect::<Vec<_>>(),
        "stale": row.stale,
        "examples": row.examples.iter().map(example).collect::<Vec<_>>(),
        "needs": needs,
    })
}

fn need(need: &Need) -> Value {
    json!({"role": need.role, "count": need.count})
}

fn meaning(meaning: &Meaning) -> Value {
    json!({
        "pointer": meaning.place.pointer(),
        "side": match meaning.place {
            Place::Before(_) => "before",
            Place::After(_) => "after",
        },
        "code": meaning.code,
        "title": said(meaning),
        "impact": meaning.impact,
        "fields": meaning.fields,
        "witnesses": meaning.flips.iter().map(flip).collect::<Vec<_>>(),
    })
}

fn flip(flip: &Flip) -> Value {
    json!({
        "entity": flip.entity,
        "example": flip.witness.to_value(),
        "before": flip.before,
        "after": flip.after,
    })
}

fn example(example: &Shifted) -> Value {
    json!({"id": example.id, "as_it_was": example.as_it_was, "before": example.before, "after": example.after})
}

fn resting(resting: &Resting) -> Value {
    json!({
        "definition": resting.affected.name,
        "name": resting.title,
        "through": resting.affected.through,
        "owners": resting.owners,
        "unit": resting.unit,
        "needs": resting.needs.iter().map(need).collect::<Vec<_>>(),
    })
}
