//! One condition: whether anybody meets it, whether everybody does, and which of its parts change nothing.

use super::question::Question;
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Argument, Comparison, Operand, Predicate, PredicateForm};
use crate::criteria::words;
use crate::finding::rules::{CONDITION_REDUNDANT, CRITERIA_ALWAYS, CRITERIA_IMPOSSIBLE};

/// Adds what is found in a condition, at the smallest part of it that explains it.
pub(super) fn look<'a>(question: &Question<'a>, condition: &'a Predicate, problems: &mut Vec<Problem>) {
    if question.is_never([(condition, true)]) {
        problems.push(impossible(question, condition));
    } else if question.is_never([(condition, false)]) {
        problems.push(always(question, condition));
    } else {
        inside(question, condition, problems);
    }
}

/// The rows that an aggregate asks for cannot be there, whatever is then asked of them.
fn impossible_rows<'a>(question: &Question<'a>, condition: &'a Predicate) -> Option<Problem> {
    let (rows, filter) = rows(question, condition)?;
    rows.is_never([(filter, true)]).then(|| impossible(&rows, filter))
}

/// The filter of an aggregate, and the rows that it is about.
fn rows<'a>(question: &Question<'a>, condition: &'a Predicate) -> Option<(Question<'a>, &'a Predicate)> {
    let PredicateForm::Compare(Comparison { operand: Operand::Aggregate(aggregate), .. }) = &condition.form else {
        return None;
    };
    let filter = aggregate.filter.as_ref()?;
    Some((question.of_rows(&aggregate.target.entity, filter)?, filter))
}

/// Why nobody meets a condition.
pub(super) fn impossible<'a>(question: &Question<'a>, condition: &'a Predicate) -> Problem {
    if let Some(problem) = impossible_rows(question, condition) {
        return problem;
    }
    if let PredicateForm::All(parts) | PredicateForm::Any(parts) = &condition.form
        && let Some(part) = parts.iter().find(|part| question.is_never([(*part, true)]))
    {
        return impossible(question, part);
    }
    if let PredicateForm::All(parts) = &condition.form {
        for (at, later) in parts.iter().enumerate() {
            for earlier in parts.iter().take(at) {
                if question.is_never([(earlier, true), (later, true)]) {
                    let message = format!("\"{}\" can never hold together with \"{}\"", words(later), words(earlier));
                    return Problem::at(&CRITERIA_IMPOSSIBLE, &later.pointer, message);
                }
            }
        }
        return Problem::at(&CRITERIA_IMPOSSIBLE, &condition.pointer, "no record can meet all of this at once");
    }
    let message = format!("no record can meet \"{}\"", words(condition));
    Problem::at(&CRITERIA_IMPOSSIBLE, &condition.pointer, message)
}

/// What everybody meets.
fn always<'a>(question: &Question<'a>, condition: &'a Predicate) -> Problem {
    if let Some(problem) = impossible_rows(question, condition) {
        return problem;
    }
    if let PredicateForm::All(parts) | PredicateForm::Any(parts) = &condition.form
        && let Some(part) = parts.iter().find(|part| question.is_never([(*part, false)]))
    {
        return always(question, part);
    }
    let message = format!("every {} meets \"{}\"", question.subject, words(condition));
    Problem::at(&CRITERIA_ALWAYS, &condition.pointer, message)
}

/// What is found in the parts of a condition that some meet and some do not.
pub(super) fn inside<'a>(question: &Question<'a>, condition: &'a Predicate, problems: &mut Vec<Problem>) {
    match &condition.form {
        PredicateForm::All(parts) => among(question, parts, true, problems),
        PredicateForm::Any(parts) => among(question, parts, false, problems),
        PredicateForm::Of { conditions: parts, .. } => parts.iter().for_each(|part| look(question, part, problems)),
        PredicateForm::Not(inner) => inside(question, inner, problems),
        PredicateForm::Compare(_) => {
            if let Some((rows, filter)) = rows(question, condition) {
                look(&rows, filter, problems);
            }
        }
        PredicateForm::Meets(_) => {}
    }
}

/// What is found in the parts of `all`, or of `any`: parts that everybody or nobody meets, parts that follow from the
/// others, and what is inside the rest. A part that changes something beside the others is met by some and not by some.
fn among<'a>(question: &Question<'a>, parts: &'a [Predicate], all: bool, problems: &mut Vec<Problem>) {
    let covered = |part: &Predicate, others: &[&Predicate]| {
        question.is_never(others.iter().map(|other| (*other, all)).chain([(part, !all)]))
    };
    let mut kept: Vec<&Predicate> = parts.iter().collect();
    for part in parts.iter().rev().filter(|part| !says_known(part)) {
        let others: Vec<&Predicate> = kept.iter().copied().filter(|other| !std::ptr::eq(*other, part)).collect();
        if others.is_empty() || !covered(part, &others) {
            inside(question, part, problems);
            continue;
        }
        problems.push(match all {
            _ if !covered(part, &[]) => redundant(part, all, others.iter().find(|other| covered(part, &[**other]))),
            true => always(question, part),
            false => impossible(question, part),
        });
        kept = others;
    }
}

/// That a part of `all` follows from the others, or lets nobody through `any` whom the others do not: mostly because of
/// one of them.
fn redundant(part: &Predicate, all: bool, one: Option<&&Predicate>) -> Problem {
    let said = words(part);
    let message = match (all, one.map(|one| words(one))) {
        (true, Some(other)) => format!("\"{said}\" changes nothing: whoever meets \"{other}\" meets it"),
        (true, None) => format!("\"{said}\" changes nothing: whoever meets the conditions beside it meets it"),
        (false, Some(other)) => format!("\"{said}\" changes nothing: whoever meets it meets \"{other}\""),
        (false, None) => format!("\"{said}\" changes nothing: whoever meets it meets one of the others"),
    };
    Problem::at(&CONDITION_REDUNDANT, &part.pointer, message)
}

/// Whether a condition only says that a value is known, or is not. Beside a comparison this may follow from it and is
/// still worth saying: it shows that missing values were thought of.
fn says_known(condition: &Predicate) -> bool {
    matches!(condition.form, PredicateForm::Compare(Comparison { argument: Argument::Known(_), .. }))
}
