//! One condition: whether anybody meets it, whether everybody does, and which of its parts change nothing.

use super::question::Question;
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Argument, Comparison, Operand, Predicate, PredicateForm};
use crate::criteria::words;
use crate::finding::rules::{CONDITION_REDUNDANT, CRITERIA_ALWAYS, CRITERIA_IMPOSSIBLE};

/// Adds what is found in a condition, at the smallest part of it that explains it.
pub(super) fn look(question: &Question, condition: &Predicate, problems: &mut Vec<Problem>) {
    if let Some(problem) = impossible_rows(question, condition) {
        problems.push(problem);
    } else if question.is_never([(condition, true)]) {
        problems.push(impossible(question, condition));
    } else if question.is_never([(condition, false)]) {
        problems.push(always(question, condition));
    } else {
        inside(question, condition, problems);
    }
}

/// The rows that an aggregate asks for cannot be there, whatever is then asked of them.
fn impossible_rows(question: &Question, condition: &Predicate) -> Option<Problem> {
    let (rows, filter) = rows(question, condition)?;
    rows.is_never([(filter, true)]).then(|| impossible(&rows, filter))
}

/// The filter of an aggregate, and the rows that it is about.
fn rows<'a, 'p: 'a>(question: &Question<'a>, condition: &'p Predicate) -> Option<(Question<'a>, &'p Predicate)> {
    let PredicateForm::Compare(Comparison { operand: Operand::Aggregate(aggregate), .. }) = &condition.form else {
        return None;
    };
    let filter = aggregate.filter.as_ref()?;
    Some((question.of_rows(&aggregate.target.entity, filter)?, filter))
}

/// Why nobody meets a condition.
fn impossible(question: &Question, condition: &Predicate) -> Problem {
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
fn always(question: &Question, condition: &Predicate) -> Problem {
    if let PredicateForm::All(parts) | PredicateForm::Any(parts) = &condition.form
        && let Some(part) = parts.iter().find(|part| question.is_never([(*part, false)]))
    {
        return always(question, part);
    }
    let message = format!("every {} meets \"{}\"", question.subject, words(condition));
    Problem::at(&CRITERIA_ALWAYS, &condition.pointer, message)
}

/// What is found in the parts of a condition that some meet and some do not.
fn inside(question: &Question, condition: &Predicate, problems: &mut Vec<Problem>) {
    match &condition.form {
        PredicateForm::All(parts) | PredicateForm::Any(parts) | PredicateForm::Of { conditions: parts, .. } => {
            let before = problems.len();
            parts.iter().for_each(|part| look(question, part, problems));
            if problems.len() == before {
                redundant(question, condition, parts, problems);
            }
        }
        PredicateForm::Not(inner) => inside(question, inner, problems),
        PredicateForm::Compare(_) => {
            if let Some((rows, filter)) = rows(question, condition) {
                look(&rows, filter, problems);
            }
        }
        PredicateForm::Meets(_) => {}
    }
}

/// Parts of `all` that follow from the others, and parts of `any` that let nobody through whom the others do not.
fn redundant(question: &Question, condition: &Predicate, parts: &[Predicate], problems: &mut Vec<Problem>) {
    let all = match condition.form {
        PredicateForm::All(_) => true,
        PredicateForm::Any(_) => false,
        _ => return,
    };
    let covered = |part: &Predicate, others: &[&Predicate]| {
        question.is_never(others.iter().map(|other| (*other, all)).chain([(part, !all)]))
    };
    let mut kept: Vec<&Predicate> = parts.iter().collect();
    for part in parts.iter().rev().filter(|part| !says_known(part)) {
        let others: Vec<&Predicate> = kept.iter().copied().filter(|other| !std::ptr::eq(*other, part)).collect();
        if others.is_empty() || !covered(part, &others) {
            continue;
        }
        let one = others.iter().find(|other| covered(part, &[**other])).map(|other| words(other));
        let said = words(part);
        let message = match (all, one) {
            (true, Some(other)) => format!("\"{said}\" changes nothing: whoever meets \"{other}\" meets it"),
            (true, None) => format!("\"{said}\" changes nothing: whoever meets the conditions beside it meets it"),
            (false, Some(other)) => format!("\"{said}\" changes nothing: whoever meets it meets \"{other}\""),
            (false, None) => format!("\"{said}\" changes nothing: whoever meets it meets one of the others"),
        };
        problems.push(Problem::at(&CONDITION_REDUNDANT, &part.pointer, message));
        kept = others;
    }
}

/// Whether a condition only says that a value is known, or is not. Beside a comparison this may follow from it and is
/// still worth saying: it shows that missing values were thought of.
fn says_known(condition: &Predicate) -> bool {
    matches!(condition.form, PredicateForm::Compare(Comparison { argument: Argument::Known(_), .. }))
}
