//! Whether all that a definition's criteria rest on can be evaluated.

use std::collections::BTreeSet;

use crate::criteria::Model;
use crate::criteria::syntax::{Predicate, PredicateForm};

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
