//! Whether all that a definition's criteria rest on can be evaluated.

use std::collections::BTreeSet;

use crate::criteria::Model;
use crate::criteria::syntax::{Predicate, PredicateForm};
use crate::registry::Registry;

/// The definitions, as kind/id, that rest on the criteria, scores or calendars of any of these, themselves or through
/// others. What is wrong there is told there; whatever is computed from these would tell it once more.
pub(super) fn resting<'n>(
    registry: &Registry,
    model: &Model,
    on: impl Iterator<Item = &'n String>,
) -> BTreeSet<String> {
    let mut open: Vec<String> = on.filter(|name| carries(model, name)).cloned().collect();
    let mut resting = BTreeSet::new();
    if open.is_empty() {
        return resting;
    }
    let references = registry.references();
    while let Some(name) = open.pop() {
        for edge in references.referrers_of(&name) {
            if resting.insert(edge.from.clone()) && carries(model, &edge.from) {
                open.push(edge.from.clone());
            }
        }
    }
    resting
}

/// Whether what others compute is computed from this definition.
fn carries(model: &Model, name: &str) -> bool {
    model.qualifier(name).is_some() || name.starts_with("score-model/") || name.starts_with("calendar/")
}

/// Whether a definition that decides who counts meets, itself or over others, only criteria that are there and follow
/// the grammar. Where not, that has its own finding, and examples that rest on it would tell it once more.
pub(super) fn is_whole(model: &Model, name: &str) -> bool {
    let mut known = BTreeSet::from([name]);
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        let Some(qualifier) = model.qualifier(name).filter(|qualifier| qualifier.is_whole()) else { return false };
        let exclusions = qualifier.exclusions.iter().filter_map(|exclusion| exclusion.when.as_ref());
        for predicate in qualifier.criteria.iter().chain(exclusions) {
            open.extend(met(predicate).into_iter().filter(|met| known.insert(met)));
        }
    }
    true
}

/// The definitions that a condition asks somebody to meet.
fn met(predicate: &Predicate) -> Vec<&str> {
    let mut met = Vec::new();
    predicate.visit(&mut |condition| {
        if let PredicateForm::Meets(meets) = &condition.form {
            met.push(meets.definition.as_str());
        }
    });
    met
}
