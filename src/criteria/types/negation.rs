//! `not` over a field that may be missing, without saying what is meant for the missing.

use std::collections::BTreeSet;

use crate::criteria::model::{Model, Reached};
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Operand, Operator, Path, Predicate, PredicateForm};
use crate::finding::rules::NOT_OVER_MISSING;

/// Tells every comparison under an odd number of `not` whose field is optional and has no `is_known` beside it.
pub(super) fn check(model: &Model, predicate: &Predicate, problems: &mut Vec<Problem>) {
    walk(model, predicate, false, &BTreeSet::new(), problems);
}

fn walk(model: &Model, predicate: &Predicate, negated: bool, asked: &BTreeSet<String>, problems: &mut Vec<Problem>) {
    match &predicate.form {
        PredicateForm::All(inner) | PredicateForm::Any(inner) | PredicateForm::Of { conditions: inner, .. } => {
            let mut asked = asked.clone();
            asked.extend(inner.iter().filter_map(asks).map(Path::to_string));
            inner.iter().for_each(|condition| walk(model, condition, negated, &asked, problems));
        }
        PredicateForm::Not(inner) => walk(model, inner, !negated, asked, problems),
        PredicateForm::Meets(_) => {}
        PredicateForm::Compare(comparison) => match &comparison.operand {
            Operand::Aggregate(aggregate) => {
                if let Some(filter) = &aggregate.filter {
                    walk(model, filter, false, &BTreeSet::new(), problems);
                }
            }
            Operand::Field(path) if negated && comparison.operator != Operator::IsKnown => {
                let optional = matches!(
                    model.reach(&path.entity, &path.steps, false),
                    Ok(Reached::Field(_, field)) if field.optional
                );
                if optional && !asked.contains(&path.to_string()) {
                    problems.push(unasked(path, &predicate.pointer));
                }
            }
            Operand::Field(_) | Operand::Score(_) | Operand::DaysBetween(_) => {}
        },
    }
}

fn unasked(path: &Path, pointer: &str) -> Problem {
    let message = format!("`{path}` may be missing, and then this comparison is not met, so its `not` is");
    let hint = format!("beside it, say {{\"field\": \"{path}\", \"is_known\": true}}, or false, whichever is meant");
    Problem::at(&NOT_OVER_MISSING, pointer, message).hint(hint)
}

/// The path that a condition asks to be known or missing, with or without a `not`.
fn asks(condition: &Predicate) -> Option<&Path> {
    match &condition.form {
        PredicateForm::Not(inner) => asks(inner),
        PredicateForm::Compare(comparison) if comparison.operator == Operator::IsKnown => match &comparison.operand {
            Operand::Field(path) => Some(path),
            _ => None,
        },
        _ => None,
    }
}
