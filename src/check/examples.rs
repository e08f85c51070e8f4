//! Examples of one definition: that their records fit the entities, and that they come out as they say.

use crate::document::Value;

use super::histories;
use crate::criteria::evaluate::MOST_STEPS;
use crate::criteria::evaluate::{HISTORY, is_missing};
use crate::criteria::model::{Entity, Field, FieldType};
use crate::criteria::problem::Problem;
use crate::criteria::scores::needs;
use crate::criteria::text::band;
use crate::criteria::{Budget, Model, Moment, Source};
use crate::document::{pointer_push, pointer_push_index, stored_scalar};
use crate::finding::rules::{EXAMPLE_FAILS, EXAMPLE_NOT_COMPUTED, EXAMPLE_RECORD};
use crate::finding::{Finding, nearest};
use crate::outcome::{Answer, Computable, difference, scoring};

/// Steps that the examples of one definition may take together.
const ALL: u32 = 10_000_000;

/// What is wrong with the examples of a definition. Its criteria must be sound: unsound ones are told elsewhere.
pub(super) fn findings(path: &str, source: &Source, model: &Model) -> Vec<Finding> {
    let examples = source.value.get("examples").and_then(Value::as_array).unwrap_or_default();
    if examples.is_empty() {
        return Vec::new();
    }
    let computable = Computable::read(source);
    let mut problems = Vec::new();
    let mut left = ALL;
    for (index, example) in examples.iter().enumerate() {
        let pointer = pointer_push_index("/examples", index);
        let before = problems.len();
        records(example, &pointer, source.subject, model, &mut problems);
        // A record that does not fit proves nothing either way; that is one mistake, told once.
        if problems.len() == before
            && let Some(computable) = &computable
        {
            if left == 0 {
                let message = format!(
                    "this example and those after it are not computed: the examples of one definition take at most {ALL} steps together"
                );
                problems.push(Problem::at(&EXAMPLE_NOT_COMPUTED, &pointer, message));
                break;
            }
            let budget = Budget::of(left.min(MOST_STEPS));
            let given = budget.left();
            problems.extend(outcome(computable, example, &pointer, model, &budget));
            left -= given - budget.left();
        }
    }
    problems.into_iter().map(|problem| problem.in_file(path)).collect()
}

fn outcome(computable: &Computable, example: &Value, pointer: &str, model: &Model, budget: &Budget) -> Option<Problem> {
    let expected = example.get("expect")?;
    let answer = match computable.compute_within(model, example, pointer, budget) {
        Answer::Stopped(problem) => return Some(problem),
        Answer::Computed(answer) => answer,
    };
    let difference = difference(expected, &answer, &pointer_push(pointer, "expect"))?;
    let name = example.get("id").and_then(Value::as_str).unwrap_or_default().escape_debug().to_string();
    let message = match difference.answer {
        Value::Null => format!("example `{name}` does not come out so: the definition says nothing here"),
        answer => format!("example `{name}` does not come out so: the definition says {}", stored_scalar(&answer)),
    };
    let problem = Problem::at(&EXAMPLE_FAILS, &difference.pointer, message);
    let stated = |score: &&str| example.get("scores").and_then(|scores| scores.get(score)).is_some();
    let unstated: Vec<&str> = computable.score_models().into_iter().filter(|score| !stated(score)).collect();
    // What is wrong with a score model would show in the examples of whoever asks for it once more.
    if unstated.iter().any(|score| !model.score_model(score).is_some_and(|score| needs::are_met(score, model))) {
        return None;
    }
    Some(match unstated.first() {
        Some(score) => problem.hint(what_was_replayed(score, example, pointer, model)),
        None => problem,
    })
}

/// What a score came to that the example does not state.
fn what_was_replayed(score: &str, example: &Value, pointer: &str, model: &Model) -> String {
    let place = pointer_push(pointer, "scores");
    let replayed = match scoring::replayed(score, example, model) {
        Some(state) => stored_scalar(&state),
        None => "nothing".to_owned(),
    };
    format!("the score `{score}` is not stated (at {place}), so the record's events are replayed, and it is {replayed}")
}

/// The rows of an example: its record, or rows by entity.
fn records(example: &Value, pointer: &str, subject: Option<&str>, model: &Model, problems: &mut Vec<Problem>) {
    if let Some((record, entity)) = example.get("record").zip(subject.and_then(|subject| model.entity(subject))) {
        row(record, &pointer_push(pointer, "record"), entity, model, problems);
    }
    let tables = example.get("rows").and_then(Value::as_object).into_iter().flatten();
    for (id, table) in tables {
        let place = pointer_push(&pointer_push(pointer, "rows"), id);
        match model.entity(id) {
            Some(entity) => rows(table, &place, entity, model, problems),
            None => {
                let message = format!("there is no entity `{}`", id.escape_debug());
                problems.push(Problem::at(&EXAMPLE_RECORD, &place, message).meant(nearest(id, model.entity_ids())));
            }
        }
    }
}

fn rows(value: &Value, pointer: &str, entity: &Entity, model: &Model, problems: &mut Vec<Problem>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                row(item, &pointer_push_index(pointer, index), entity, model, problems);
            }
        }
        Value::Null => {}
        _ => {
            let message = format!("several rows of {} stand here: write a list", entity.id);
            problems.push(Problem::at(&EXAMPLE_RECORD, pointer, message));
        }
    }
}

fn row(row: &Value, pointer: &str, entity: &Entity, model: &Model, problems: &mut Vec<Problem>) {
    let Some(members) = row.as_object() else {
        problems.push(Problem::at(&EXAMPLE_RECORD, pointer, format!("a row of {} is an object", entity.id)));
        return;
    };
    for (name, value) in members {
        let place = pointer_push(pointer, name);
        if name == HISTORY {
            problems.extend(histories::check(row, value, &place, entity, model));
        } else if let Some(field) = entity.fields.get(name) {
            field_values(value, &place, &format!("{}.{name}", entity.id), field, problems);
        } else if let Some(relation) = entity.relations.get(name) {
            match (model.entity(&relation.to), value) {
                (None, _) | (_, Value::Null) => {}
                (Some(to), value) if relation.many => rows(value, &place, to, model, problems),
                // A row may be named by its id instead of being written out.
                (Some(_), Value::String(_) | Value::Number(_)) => {}
                (Some(to), value) => self::row(value, &place, to, model, problems),
            }
        } else {
            let message = format!("`{}` has no field or relation `{}`", entity.id, name.escape_debug());
            let problem = Problem::at(&EXAMPLE_RECORD, &place, message);
            problems.push(problem.meant(nearest(name, entity.names())));
        }
    }
}

pub(super) fn field_values(value: &Value, pointer: &str, name: &str, field: &Field, problems: &mut Vec<Problem>) {
    match value {
        Value::Array(items) if field.multiple => {
            for (index, item) in items.iter().enumerate() {
                field_value(item, &pointer_push_index(pointer, index), name, field, problems);
            }
        }
        value => field_value(value, pointer, name, field, problems),
    }
}

fn field_value(value: &Value, pointer: &str, name: &str, field: &Field, problems: &mut Vec<Problem>) {
    if is_missing(Some(value)) || fits(value, field) {
        return;
    }
    let (expected, near) = match field.field_type {
        FieldType::Text => ("text".to_owned(), None),
        FieldType::Id => ("an id".to_owned(), None),
        FieldType::Number | FieldType::Money => ("a number".to_owned(), None),
        FieldType::Integer => ("a whole number".to_owned(), None),
        FieldType::Boolean => ("true or false".to_owned(), None),
        FieldType::Date => ("a day such as 2026-05-01".to_owned(), None),
        FieldType::Instant => ("an instant with its offset, or a day".to_owned(), None),
        FieldType::Enumeration | FieldType::Band => {
            let values = || field.values.iter().map(String::as_str);
            (
                format!("one of {}", values().collect::<Vec<_>>().join(", ")),
                nearest(value.as_str().unwrap_or(""), values()),
            )
        }
    };
    let message = format!("`{name}` is {expected}");
    problems.push(Problem::at(&EXAMPLE_RECORD, pointer, message).meant(near));
}

fn fits(value: &Value, field: &Field) -> bool {
    let text = value.as_str();
    match field.field_type {
        FieldType::Text => text.is_some(),
        FieldType::Id => text.is_some() || value.is_number(),
        FieldType::Number | FieldType::Money => value.is_number(),
        FieldType::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        FieldType::Boolean => value.is_boolean(),
        FieldType::Date => text.and_then(Moment::parse).is_some_and(|moment| matches!(moment, Moment::Day(_))),
        FieldType::Instant => text.and_then(Moment::parse).is_some(),
        FieldType::Enumeration => text.is_some_and(|text| field.values.iter().any(|value| value == text)),
        FieldType::Band => {
            let listed = text.is_some_and(|text| field.values.iter().any(|value| value == text));
            listed || (field.values.is_empty() && text.is_some_and(|text| band(text).is_some()))
        }
    }
}
