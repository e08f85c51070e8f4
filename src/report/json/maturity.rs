//! Maturity matrices as JSON. Stages are named by id.

use serde_json::{Value, json};

use crate::maturity::{Assessment, JudgedCell, JudgedRow, Piece, Stage};
use crate::operations::maturity::Maturity;

/// Where the rows of matrices stand, with all evidence.
#[must_use]
pub fn maturity(maturity: &Maturity) -> Value {
    json!({
        "type": "canonry/maturity@1",
        "day": maturity.day.to_string(),
        "history": match &maturity.unseen {
            None => json!({"seen": true, "why": null, "next": null}),
            Some(unseen) => json!({"seen": false, "why": unseen.why, "next": unseen.next}),
        },
        "matrices": maturity.matrices.iter().map(matrix).collect::<Vec<_>>(),
        "unreadable": maturity.unreadable,
    })
}

fn matrix(assessment: &Assessment) -> Value {
    let stages = &assessment.stages;
    let stage = |stage: &Stage| json!({"id": stage.id, "name": stage.name, "means": stage.means});
    let next = assessment.next.and_then(|at| assessment.rows.get(at));
    json!({
        "definition": format!("maturity/{}", assessment.id),
        "name": assessment.name,
        "stages": stages.iter().map(stage).collect::<Vec<_>>(),
        "reached": reached(stages, assessment.reached),
        "next": next.map(|row| &row.id),
        "rows": assessment.rows.iter().map(|one| row(one, stages)).collect::<Vec<_>>(),
    })
}

fn row(row: &JudgedRow, stages: &[Stage]) -> Value {
    let cells: Vec<Value> = row.cells.iter().zip(stages).map(|(one, stage)| cell(one, stage)).collect();
    json!({
        "id": row.id,
        "name": row.name,
        "asks": row.asks,
        "owner": row.owner,
        "reached": reached(stages, row.reached),
        "cells": cells,
    })
}

fn cell(cell: &JudgedCell, stage: &Stage) -> Value {
    json!({
        "stage": stage.id,
        "looks_like": cell.looks_like,
        "met": cell.is_met(),
        "evidence": cell.pieces.iter().map(piece).collect::<Vec<_>>(),
    })
}

fn piece(piece: &Piece) -> Value {
    let found = &piece.found;
    json!({
        "id": piece.id,
        "says": piece.says,
        "form": piece.form,
        "status": found.status,
        "found": found.found,
        "lacking": found.lacking,
        "next": found.next,
    })
}

/// The id of the highest stage of those reached; null below the lowest.
fn reached(stages: &[Stage], reached: usize) -> Option<&str> {
    Some(&stages.get(reached.checked_sub(1)?)?.id)
}
