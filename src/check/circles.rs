//! Definitions whose criteria refer to one another in a circle.

use std::collections::BTreeMap;

use crate::criteria::Model;
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Comparison, Operand, Predicate, PredicateForm};
use crate::finding::Finding;
use crate::finding::rules::MEETS_CIRCLE;
use crate::registry::layout::definition_path;

/// A reference of criteria to other criteria, or to a score.
struct Reference<'m> {
    pointer: &'m str,
    word: &'static str,
    /// `kind/id`.
    to: &'m str,
}

/// Circles of `meets` and of scores. For each definition only the shortest way back to itself is looked at, and a
/// circle is told at its definition that comes first. A longer circle through the same definitions shows once the
/// shorter one is mended.
pub(super) fn findings(model: &Model) -> Vec<Finding> {
    let references = references(model);
    let mut findings = Vec::new();
    for start in references.keys() {
        let Some(circle) = shortest_circle(start, &references) else { continue };
        if circle.iter().map(|(name, _)| name).min() == Some(start) {
            findings.extend(finding(&circle));
        }
    }
    findings
}

/// What the criteria of each definition refer to, by `kind/id`.
fn references(model: &Model) -> BTreeMap<&str, Vec<Reference<'_>>> {
    let mut references = BTreeMap::new();
    for name in model.qualifier_names() {
        let Some(qualifier) = model.qualifier(name) else { continue };
        let exclusions = qualifier.exclusions.iter().filter_map(|exclusion| exclusion.when.as_ref());
        references.insert(name, referred(model, qualifier.criteria.iter().chain(exclusions)));
    }
    for score in model.score_model_ids().filter_map(|id| model.score_model(id)) {
        let conditions = score.rules.iter().flat_map(|rules| rules.of_state().chain(rules.of_history()));
        references.insert(score.definition.as_str(), referred(model, conditions));
    }
    references
}

fn referred<'m>(model: &'m Model, conditions: impl Iterator<Item = &'m Predicate>) -> Vec<Reference<'m>> {
    let mut references = Vec::new();
    for condition in conditions {
        condition.visit(&mut |condition| match &condition.form {
            PredicateForm::Meets(meets) => {
                references.push(Reference { pointer: &meets.pointer, word: "meets", to: &meets.definition });
            }
            PredicateForm::Compare(Comparison { operand: Operand::Score(score), .. }) => {
                if let Some(model) = model.score_model(&score.model) {
                    let pointer = score.pointer.as_str();
                    references.push(Reference { pointer, word: "asks for", to: &model.definition });
                }
            }
            _ => {}
        });
    }
    references
}

fn finding(circle: &[(&str, &Reference)]) -> Option<Finding> {
    let (first, reference) = circle.first()?;
    let (kind, id) = first.split_once('/')?;
    let steps = circle.iter().map(|(name, reference)| format!("`{name}` {} ", reference.word));
    let message = format!("criteria go in a circle: {}`{first}`", steps.collect::<String>());
    Some(Problem::at(&MEETS_CIRCLE, reference.pointer, message).in_file(&definition_path(kind, id)))
}

/// The shortest way from a definition back to itself: each definition on it with its reference to the next.
fn shortest_circle<'r, 'm>(
    start: &&'m str,
    references: &'r BTreeMap<&'m str, Vec<Reference<'m>>>,
) -> Option<Vec<(&'m str, &'r Reference<'m>)>> {
    let mut reached_from: BTreeMap<&str, (&'m str, &'r Reference<'m>)> = BTreeMap::new();
    let mut front = vec![*start];
    while !front.is_empty() && !reached_from.contains_key(start) {
        let mut next = Vec::new();
        for name in front {
            for reference in references.get(name).into_iter().flatten() {
                if references.contains_key(reference.to) && !reached_from.contains_key(reference.to) {
                    reached_from.insert(reference.to, (name, reference));
                    next.push(reference.to);
                }
            }
        }
        front = next;
    }
    let mut circle = vec![*reached_from.get(start)?];
    while let Some((name, _)) = circle.last().filter(|(name, _)| name != start) {
        circle.push(*reached_from.get(name)?);
    }
    circle.reverse();
    Some(circle)
}
