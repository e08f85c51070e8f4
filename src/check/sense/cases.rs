//! Choices by cases: cases that nobody reaches, and two that apply at once where that is forbidden.

use super::conditions;
use super::question::Question;
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Case, Cases, Overlap, Predicate};
use crate::criteria::{Model, Source, grammar};
use crate::finding::rules::{CASE_NEVER, CASES_OVERLAP};
use crate::registry::CriteriaSite;

/// Adds what is found in a choice. Who gets which lead is proved by the family of routing, whole.
pub(super) fn look(source: &Source, site: &CriteriaSite, choice: &Cases, model: &Model, problems: &mut Vec<Problem>) {
    if source.kind == "routing" && site.pointer == "/rules" {
        return;
    }
    let population = population(source, site).filter(|_| site.scopes.is_empty());
    let mut before: Vec<(Question, &Case)> = Vec::new();
    for case in &choice.cases {
        let Some(question) = Question::at(model, source.subject, &site.scopes, &case.when) else { continue };
        let earlier: Vec<&Case> =
            before.iter().filter(|(other, _)| other.subject == question.subject).map(|(_, case)| *case).collect();
        let first = choice.overlap == Overlap::First;
        if question.is_never([(&case.when, true)]) {
            problems.push(conditions::impossible(&question, &case.when));
            continue;
        }
        let among = if first {
            never(question, case, &earlier)
        } else {
            overlap(question, case, &earlier, population.as_ref())
        };
        match among {
            Some(problem) => problems.push(problem),
            None => conditions::inside(&question, &case.when, problems),
        }
        before.push((question, case));
    }
}

/// A case that earlier ones leave nobody for.
fn never(question: Question, case: &Case, earlier: &[&Case]) -> Option<Problem> {
    let taken = |others: &[&Case]| {
        question.is_never(others.iter().map(|other| (&other.when, false)).chain([(&case.when, true)]))
    };
    if earlier.is_empty() || !taken(earlier) {
        return None;
    }
    let by = match earlier.iter().find(|other| taken(&[**other])) {
        Some(other) => format!("whoever it is meant for is taken by `{}` before", other.id),
        None => "the cases before it take everybody whom it is meant for".to_owned(),
    };
    Some(Problem::at(&CASE_NEVER, &case.when.pointer, format!("`{}` is never reached: {by}", case.id)))
}

/// An earlier case that applies to a record to which this one applies as well.
fn overlap(question: Question, case: &Case, earlier: &[&Case], population: Option<&Predicate>) -> Option<Problem> {
    let both = |other: &Case| {
        let claims = [(&case.when, true), (&other.when, true)].into_iter();
        question.record(claims.chain(population.map(|population| (population, true))))
    };
    let (other, witness) = earlier.iter().find_map(|other| Some((other, both(other)?)))?;
    let message = format!("`{}` and `{}` both apply to some, and two must not", other.id, case.id);
    let problem = Problem::at(&CASES_OVERLAP, &case.when.pointer, message);
    Some(problem.hint(format!("both apply to {}", witness.to_value())))
}

/// Whom the definition looks at, unless this place says so itself.
fn population(source: &Source, site: &CriteriaSite) -> Option<Predicate> {
    const POPULATION: &str = "/population/where";
    if site.pointer.starts_with(POPULATION) {
        return None;
    }
    grammar::predicate(source.value.pointer(POPULATION)?, POPULATION).0
}
