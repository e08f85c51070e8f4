//! Definitions that decide who counts: that exclusions leave somebody, and that examples show both sides of the line.

use super::question::Question;
use crate::criteria::model::{Exclusion, Outcome};
use crate::criteria::problem::Problem;
use crate::criteria::reason::{Allowance, Witness};
use crate::criteria::syntax::Predicate;
use crate::criteria::{Model, Source, words};
use crate::document::Value;
use crate::finding::rules::{CONDITION_REDUNDANT, EXAMPLES_ONE_SIDED, EXCLUSIONS_SWALLOW};

/// A definition that decides who counts.
struct Deciding<'a> {
    question: Question<'a>,
    outcome: Outcome<'a>,
    criteria: &'a Predicate,
    exclusions: Vec<(&'a Exclusion, &'a Predicate)>,
}

impl<'a> Deciding<'a> {
    fn of(source: &Source<'a>, name: &str, model: &'a Model, allowance: &'a Allowance) -> Option<Deciding<'a>> {
        let (outcome, qualifier) = source.outcome.zip(model.qualifier(name))?;
        let criteria = qualifier.criteria.as_ref().filter(|_| qualifier.is_whole())?;
        model.entity(&qualifier.subject)?;
        let read = |exclusion: &'a Exclusion| Some((exclusion, exclusion.when.as_ref()?));
        let exclusions: Vec<(&Exclusion, &Predicate)> = qualifier.exclusions.iter().filter_map(read).collect();
        let conditions = exclusions.iter().map(|(_, when)| *when).chain([criteria]).collect();
        let question = Question::about(model, &qualifier.subject, conditions, allowance);
        Some(Deciding { question, outcome, criteria, exclusions })
    }
}

/// What is found between the criteria and the exclusions of a definition.
pub(super) fn problems(source: &Source, name: &str, model: &Model, allowance: &Allowance) -> Vec<Problem> {
    let Some(deciding) = Deciding::of(source, name, model, allowance) else { return Vec::new() };
    let Deciding { question, outcome, criteria, exclusions } = &deciding;
    match swallowed(question, criteria, exclusions, outcome.exclusions.unwrap_or_default()) {
        Some(problem) => vec![problem],
        None => covered(question, exclusions),
    }
}

/// Exclusions that leave nobody of those who meet the criteria.
fn swallowed(
    question: &Question,
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
fn covered(question: &Question, exclusions: &[(&Exclusion, &Predicate)]) -> Vec<Problem> {
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
pub(super) fn one_sided(source: &Source, name: &str, model: &Model, allowance: &Allowance) -> Option<Problem> {
    let Deciding { question, outcome, criteria, exclusions } = Deciding::of(source, name, model, allowance)?;
    let definition = source.value;
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
    let problem = Problem::at(&EXAMPLES_ONE_SIDED, outcome.criteria, message);
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
