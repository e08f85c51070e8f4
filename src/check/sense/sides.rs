//! Definitions that decide who counts: that exclusions leave somebody, and that examples show both sides of the line.

use super::question::Question;
use crate::criteria::model::Exclusion;
use crate::criteria::problem::Problem;
use crate::criteria::reason::Witness;
use crate::criteria::syntax::Predicate;
use crate::criteria::{Model, Source, words};
use crate::document::Value;
use crate::finding::rules::{CONDITION_REDUNDANT, EXAMPLES_ONE_SIDED, EXCLUSIONS_SWALLOW};

/// What is found between the criteria, the exclusions and the examples of a definition.
pub(super) fn problems(source: &Source, name: &str, model: &Model) -> Vec<Problem> {
    let Some((outcome, qualifier)) = source.outcome.zip(model.qualifier(name)) else { return Vec::new() };
    let Some(criteria) = qualifier.criteria.as_ref().filter(|_| qualifier.is_whole()) else { return Vec::new() };
    if model.entity(&qualifier.subject).is_none() {
        return Vec::new();
    }
    let question = Question { model, subject: &qualifier.subject };
    let exclusions: Vec<(&Exclusion, &Predicate)> =
        qualifier.exclusions.iter().filter_map(|exclusion| Some((exclusion, exclusion.when.as_ref()?))).collect();
    if let Some(problem) = swallowed(question, criteria, &exclusions, outcome.exclusions.unwrap_or_default()) {
        return vec![problem];
    }
    let mut problems = covered(question, &exclusions);
    problems.extend(one_sided(question, source.value, criteria, &exclusions, outcome.criteria));
    problems
}

/// Exclusions that leave nobody of those who meet the criteria.
fn swallowed(
    question: Question,
    criteria: &Predicate,
    exclusions: &[(&Exclusion, &Predicate)],
    place: &str,
) -> Option<Problem> {
    let nobody_beside = |exclusions: &[(&Exclusion, &Predicate)]| {
        question.is_never([(criteria, true)].into_iter().chain(exclusions.iter().map(|(_, when)| (*when, false))))
    };
    if exclusions.is_empty() || !nobody_beside(exclusions) {
        return None;
    }
    let problem = match exclusions.iter().find(|exclusion| nobody_beside(&[**exclusion])) {
        Some((exclusion, when)) => {
            let message = format!("whoever meets the criteria is excluded by `{}`: {}", exclusion.id, words(when));
            Problem::at(&EXCLUSIONS_SWALLOW, &when.pointer, message)
        }
        None => Problem::at(&EXCLUSIONS_SWALLOW, place, "whoever meets the criteria is excluded by one of these"),
    };
    Some(match question.record([(criteria, true)]) {
        Some(witness) => problem.hint(format!("such as {}", witness.to_value())),
        None => problem,
    })
}

/// Exclusions for which those before them leave nobody.
fn covered(question: Question, exclusions: &[(&Exclusion, &Predicate)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, (exclusion, when)) in exclusions.iter().enumerate() {
        let earlier = &exclusions[..at];
        let taken = |others: &[(&Exclusion, &Predicate)]| {
            question.is_never(others.iter().map(|(_, other)| (*other, false)).chain([(*when, true)]))
        };
        if earlier.is_empty() || !taken(earlier) {
            continue;
        }
        let by = match earlier.iter().find(|other| taken(&[**other])) {
            Some((other, _)) => format!("whoever it names is excluded by `{}` before", other.id),
            None => "whoever it names is excluded by those before it".to_owned(),
        };
        let message = format!("`{}` changes nothing: {by}", exclusion.id);
        problems.push(Problem::at(&CONDITION_REDUNDANT, &when.pointer, message));
    }
    problems
}

/// Examples that show who meets the criteria and not who does not, or the other way round, or neither.
fn one_sided(
    question: Question,
    definition: &Value,
    criteria: &Predicate,
    exclusions: &[(&Exclusion, &Predicate)],
    place: &str,
) -> Option<Problem> {
    if definition.get("status").and_then(Value::as_str) == Some("retired") {
        return None;
    }
    let examples = definition.get("examples").and_then(Value::as_array).unwrap_or_default();
    let shows = |outcome: &str| {
        examples.iter().any(|example| example.pointer("/expect/outcome").and_then(Value::as_str) == Some(outcome))
    };
    let lacking: Vec<&str> = ["met", "not-met"].into_iter().filter(|outcome| !shows(outcome)).collect();
    let (first, message) = match lacking.as_slice() {
        [] => return None,
        ["met"] => ("met", "no example shows who meets this"),
        ["not-met"] => ("not-met", "no example shows who does not meet this"),
        _ => ("met", "no example shows who meets this, and none who does not"),
    };
    let problem = Problem::at(&EXAMPLES_ONE_SIDED, place, message);
    let left = exclusions.iter().map(|(_, when)| (*when, false));
    let witness = question.record([(criteria, first == "met")].into_iter().chain(left));
    Some(match witness {
        Some(witness) => problem.hint(format!("add one, such as {}", example(&witness, first))),
        None => problem,
    })
}

/// A witness as an example.
fn example(witness: &Witness, outcome: &str) -> Value {
    let mut example = witness.to_value();
    example.set("expect", Value::Object([("outcome", Value::from(outcome))].into_iter().collect()));
    example
}
