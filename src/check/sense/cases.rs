//! Choices by cases: cases that nobody reaches, and two that apply at once where that is forbidden.

use std::collections::BTreeMap;

use super::conditions;
use super::question::{Question, subject_of};
use crate::criteria::problem::Problem;
use crate::criteria::reason::Allowance;
use crate::criteria::syntax::{Case, Cases, Overlap, Predicate};
use crate::criteria::{Model, Source, grammar};
use crate::finding::rules::{CASE_NEVER, CASES_OVERLAP};
use crate::registry::CriteriaSite;

/// Adds what is found in a choice. Who gets which lead is proved by the family of routing, whole.
pub(super) fn look(
    source: &Source,
    site: &CriteriaSite,
    choice: &Cases,
    model: &Model,
    allowance: &Allowance,
    problems: &mut Vec<Problem>,
) {
    if source.kind == "routing" && site.pointer == "/rules" {
        return;
    }
    let population = population(source, site).filter(|_| site.scopes.is_empty());
    let subject_of = |case: &Case| subject_of(model, source.subject, &site.scopes, &case.when);
    let mut by_subject: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in &choice.cases {
        if let Some(subject) = subject_of(case) {
            by_subject.entry(subject).or_default().push(case);
        }
    }
    for (subject, cases) in by_subject {
        let question = Question::about_parts(model, subject, cases.iter().map(|case| &case.when), allowance);
        among(&question, &cases, choice.overlap, population.as_ref(), problems);
    }
}

/// Adds what is found in the cases about one entity.
fn among<'a>(
    question: &Question<'a>,
    cases: &[&'a Case],
    overlaps: Overlap,
    population: Option<&Predicate>,
    problems: &mut Vec<Problem>,
) {
    let mut before: Vec<&Case> = Vec::new();
    for case in cases {
        if question.is_never([(&case.when, true)]) {
            problems.push(conditions::impossible(question, &case.when));
            continue;
        }
        let found = match overlaps {
            Overlap::First => never(question, case, &before),
            Overlap::Forbidden => overlap(question, case, &before, population),
        };
        match found {
            Some(problem) => problems.push(problem),
            None => conditions::inside(question, &case.when, problems),
        }
        before.push(case);
    }
}

/// A case that earlier ones leave nobody for.
fn never(question: &Question, case: &Case, earlier: &[&Case]) -> Option<Problem> {
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
fn overlap(question: &Question, case: &Case, earlier: &[&Case], population: Option<&Predicate>) -> Option<Problem> {
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
