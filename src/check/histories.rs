//! Histories of fields in the rows of examples: `{"<field>": [{"at", "is"}, ...]}` beside the fields.

use std::collections::BTreeSet;

use crate::document::Value;

use super::examples::field_values;
use crate::criteria::model::Entity;
use crate::criteria::problem::Problem;
use crate::criteria::{Model, Moment};
use crate::document::{pointer_push, pointer_push_index};
use crate::finding::nearest;
use crate::finding::rules::EXAMPLE_RECORD;

/// What is wrong with the histories that a row states.
pub(super) fn check(row: &Value, value: &Value, pointer: &str, entity: &Entity, model: &Model) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut tell = |pointer: &str, message: String| problems.push(Problem::at(&EXAMPLE_RECORD, pointer, message));
    let Some(histories) = value.as_object() else {
        tell(pointer, format!("the history of {} is an object: by field, a list of {{\"at\", \"is\"}}", entity.id));
        return problems;
    };
    for (id, history) in histories {
        let place = pointer_push(pointer, id);
        let name = format!("{}.{}", entity.id, id.escape_debug());
        let Some(field) = entity.fields.get(id) else {
            let problem = Problem::at(&EXAMPLE_RECORD, &place, format!("there is no field `{name}`"));
            let tracked = entity.fields.iter().filter(|(_, field)| field.tracked).map(|(id, _)| id.as_str());
            problems.push(problem.meant(nearest(id, tracked)));
            continue;
        };
        if !field.tracked {
            let problem = format!("`{name}` is not tracked, so nobody knows its history");
            let hint = format!("state its value as \"{id}\", or say in the entity that it is tracked");
            problems.push(Problem::at(&EXAMPLE_RECORD, &place, problem).hint(hint));
            continue;
        }
        if row.get(id).is_some() {
            let message = format!("the history of `{name}` says its value, and it is stated beside it once more");
            problems.push(Problem::at(&EXAMPLE_RECORD, &pointer_push(&beside(pointer), id), message));
            continue;
        }
        problems.extend(entries(
            history,
            &place,
            &name,
            |value, pointer, problems| {
                field_values(value, pointer, &name, field, problems);
            },
            model,
        ));
    }
    problems
}

/// The row of which `/history` is this.
fn beside(pointer: &str) -> String {
    pointer.rsplit_once('/').map_or_else(String::new, |(row, _)| row.to_owned())
}

/// The entries of one history, each a value and since when it is so.
fn entries(
    history: &Value,
    pointer: &str,
    name: &str,
    check: impl Fn(&Value, &str, &mut Vec<Problem>),
    model: &Model,
) -> Vec<Problem> {
    let Some(entries) = history.as_array() else {
        let message = format!("the history of `{name}` is a list of {{\"at\", \"is\"}}");
        return vec![Problem::at(&EXAMPLE_RECORD, pointer, message)];
    };
    let mut problems = Vec::new();
    let mut instants = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        let place = pointer_push_index(pointer, index);
        let (at, is) = (entry.get("at"), entry.get("is"));
        let (Some(at), Some(is), Some(2)) = (at, is, entry.as_object().map(crate::document::Members::len)) else {
            let message = "an entry says `at`, an instant, and `is`, the value from then on, and nothing else";
            problems.push(Problem::at(&EXAMPLE_RECORD, &place, message));
            continue;
        };
        let moment = at.as_str().and_then(Moment::parse);
        match moment.and_then(|moment| moment.first_instant(model.zone())) {
            None => {
                let message = "this is not an instant with its offset, or a day";
                problems.push(Problem::at(&EXAMPLE_RECORD, &pointer_push(&place, "at"), message));
            }
            Some(instant) if !instants.insert(instant) => {
                let message = format!("`{name}` has two values at this instant");
                problems.push(Problem::at(&EXAMPLE_RECORD, &pointer_push(&place, "at"), message));
            }
            Some(_) => check(is, &pointer_push(&place, "is"), &mut problems),
        }
    }
    problems
}
