//! What criteria come to, beyond their grammar and types: who can meet them at all, and what in them changes nothing.
//!
//! Only what is proved is told; see [`crate::criteria::reason`]. What rests on criteria of another definition is left
//! alone where something was found in those: it would be told once more.

mod cases;
mod conditions;
mod question;
mod sides;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::foundation;
use crate::criteria::problem::Problem;
use crate::criteria::reason::Allowance;
use crate::criteria::{Model, Source, grammar};
use crate::finding::Finding;
use crate::registry::{CriteriaSite, Definition, Language, Registry, Survey};
use question::Question;
pub(crate) use question::subject_of;

/// What is found in the criteria of definitions in which nothing else is wrong, nor in what they rest on. `surveys` says
/// by path where criteria stand.
pub(super) fn findings(
    registry: &Registry,
    model: &Model,
    definitions: &[&Definition<'_>],
    surveys: &BTreeMap<&str, Survey>,
) -> Vec<Finding> {
    let of_one = |definition: &&Definition<'_>| {
        let sites = surveys.get(definition.path).map(|survey| survey.sites.as_slice()).unwrap_or_default();
        of_definition(registry, model, definition, sites)
    };
    let found: Vec<Vec<Finding>> = definitions.par_iter().map(of_one).collect();
    let told = definitions.iter().zip(&found).filter(|(_, found)| !found.is_empty());
    let told: Vec<String> = told.map(|(definition, _)| definition.name()).collect();
    let resting = foundation::resting(registry, model, told.iter());
    let kept = definitions.iter().zip(found).filter(|(definition, _)| !resting.contains(&definition.name()));
    kept.flat_map(|(_, found)| found).collect()
}

fn of_definition(
    registry: &Registry,
    model: &Model,
    definition: &Definition<'_>,
    sites: &[CriteriaSite],
) -> Vec<Finding> {
    let source = Source::of(registry, definition);
    let allowance = question::allowance();
    let mut problems = Vec::new();
    for site in sites {
        at_site(&source, site, model, &allowance, &mut problems);
    }
    // What is wrong in one of the two lists would show between them once more.
    if problems.is_empty() {
        problems.extend(sides::problems(&source, &definition.name(), model, &allowance));
    }
    problems.into_iter().map(|problem| problem.in_file(definition.path)).collect()
}

/// That the examples of a definition show one side of its criteria alone. They must come out as they say.
pub(super) fn one_sided(path: &str, source: &Source, name: &str, model: &Model) -> Vec<Finding> {
    sides::one_sided(source, name, model, &question::allowance())
        .map(|problem| problem.in_file(path))
        .into_iter()
        .collect()
}

/// What is found at one place of criteria.
fn at_site(source: &Source, site: &CriteriaSite, model: &Model, allowance: &Allowance, problems: &mut Vec<Problem>) {
    let Some(value) = source.value.pointer(&site.pointer) else { return };
    match site.language {
        Language::Predicate => {
            if let Some(condition) = grammar::predicate(value, &site.pointer).0
                && let Some(subject) = subject_of(model, source.subject, &site.scopes, &condition)
            {
                let question = Question::about_parts(model, subject, [&condition], allowance);
                conditions::look(&question, &condition, problems);
            }
        }
        Language::Cases => {
            if let Some(choice) = grammar::cases(value, &site.pointer).0 {
                cases::look(source, site, &choice, model, allowance, problems);
            }
        }
        _ => {}
    }
}
