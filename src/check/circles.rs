//! Definitions whose criteria refer to one another in a circle.

use std::collections::BTreeMap;

use crate::criteria::Model;
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Meets, PredicateForm};
use crate::finding::Finding;
use crate::finding::rules::MEETS_CIRCLE;
use crate::registry::layout::definition_path;

/// Circles of `meets`. For each definition only the shortest way back to itself is looked at, and a circle is told at
/// its definition that comes first. A longer circle through the same definitions shows once the shorter one is mended.
pub(super) fn findings(model: &Model) -> Vec<Finding> {
    let mut references: BTreeMap<&str, Vec<&Meets>> = BTreeMap::new();
    for name in model.qualifier_names() {
        let Some(qualifier) = model.qualifier(name) else { continue };
        let mut found = Vec::new();
        let exclusions = qualifier.exclusions.iter().filter_map(|exclusion| exclusion.when.as_ref());
        qualifier.criteria.iter().chain(exclusions).for_each(|predicate| {
            predicate.visit(&mut |condition| {
                if let PredicateForm::Meets(meets) = &condition.form {
                    found.push(meets);
                }
            });
        });
        references.insert(name, found);
    }
    let mut findings = Vec::new();
    for start in references.keys() {
        let Some((circle, meets)) = shortest_circle(start, &references) else { continue };
        if circle.iter().min() == Some(start) {
            findings.extend(finding(&circle, meets));
        }
    }
    findings
}

fn finding(circle: &[&str], meets: &Meets) -> Option<Finding> {
    let (kind, id) = circle.first()?.split_once('/')?;
    let mut way = circle.join("` meets `");
    way.push_str("` meets `");
    way.push_str(circle.first()?);
    let message = format!("criteria go in a circle: `{way}`");
    Some(Problem::at(&MEETS_CIRCLE, &meets.pointer, message).in_file(&definition_path(kind, id)))
}

/// The shortest way from a definition back to itself, with the reference that it begins with.
fn shortest_circle<'m>(
    start: &&'m str,
    references: &BTreeMap<&'m str, Vec<&'m Meets>>,
) -> Option<(Vec<&'m str>, &'m Meets)> {
    let mut reached_from: BTreeMap<&str, (&'m str, &'m Meets)> = BTreeMap::new();
    let mut front = vec![*start];
    while !front.is_empty() && !reached_from.contains_key(start) {
        let mut next = Vec::new();
        for name in front {
            for meets in references.get(name).into_iter().flatten() {
                let to = meets.definition.as_str();
                if references.contains_key(to) && !reached_from.contains_key(to) {
                    reached_from.insert(to, (name, meets));
                    next.push(to);
                }
            }
        }
        front = next;
    }
    let (mut name, mut meets) = *reached_from.get(start)?;
    let mut circle = vec![name];
    while name != *start {
        (name, meets) = *reached_from.get(name)?;
        circle.push(name);
    }
    circle.reverse();
    Some((circle, meets))
}
