//! What changes mean: the corpus of codes, a real history, and questions that are too much.

mod claims;
mod corpus;
mod history;

use std::collections::BTreeMap;

use canonry::compare::{Meaning, RowChange, Sides, compare, tell};
use canonry::criteria::{Model, Source};
use canonry::document::{Value, parse, pointer_push};
use canonry::outcome::{Answer, Computable};
use canonry::registry::{Registry, builtin};

/// Files of one side.
type Files = BTreeMap<String, Vec<u8>>;

/// The built-in schemas and the starter registry.
fn starter() -> Files {
    builtin::schemas().chain(builtin::starter()).map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect()
}

/// The file of a definition, or a path as it is.
fn path_of(definition: &str) -> String {
    match definition.ends_with(".json") {
        true => definition.to_owned(),
        false => format!("registry/definitions/{definition}.json"),
    }
}

/// Changes a definition: new values by pointer, `{"$remove": true}` for none, the pointer of the whole for another document.
fn edit(files: &mut Files, definition: &str, edits: Option<&Value>) {
    let path = path_of(definition);
    let mut value = files.get(&path).map_or(Value::Null, |bytes| parse(bytes).unwrap());
    for (pointer, new) in edits.and_then(Value::as_object).into_iter().flatten() {
        value = edited(&value, "", pointer, new);
    }
    if value.is_null() {
        files.remove(&path);
    } else {
        files.insert(path, value.to_string().into_bytes());
    }
}

/// A value with another one at a pointer, appended where the pointer ends in `-`, or taken away.
fn edited(value: &Value, here: &str, pointer: &str, new: &Value) -> Value {
    let gone = new.get("$remove").is_some();
    match value {
        _ if here == pointer => new.clone(),
        Value::Object(members) => {
            let mut out: Vec<(String, Value)> = Vec::new();
            let mut seen = false;
            for (key, child) in members {
                let place = pointer_push(here, key);
                seen |= place == pointer;
                if place != pointer || !gone {
                    out.push((key.to_owned(), edited(child, &place, pointer, new)));
                }
            }
            if !seen && !gone && pointer.rsplit_once('/').is_some_and(|(around, _)| around == here) {
                out.push((pointer.rsplit('/').next().unwrap().to_owned(), new.clone()));
            }
            crate::values::object(out)
        }
        Value::Array(items) => {
            let mut out: Vec<Value> = Vec::new();
            for (at, item) in items.iter().enumerate() {
                let place = format!("{here}/{at}");
                if place != pointer || !gone {
                    out.push(edited(item, &place, pointer, new));
                }
            }
            if pointer == format!("{here}/-") {
                out.push(new.clone());
            }
            Value::from(out)
        }
        scalar => scalar.clone(),
    }
}

fn load(files: &Files) -> Registry {
    Registry::load(files.clone()).0
}

/// Every row between two sides, told.
fn rows(before: &Registry, after: &Registry) -> Vec<RowChange> {
    let mut rows = compare(before, after);
    tell(&mut rows, &Sides::new(before, after));
    rows
}

/// The row of a definition.
fn row(before: &Registry, after: &Registry, name: &str) -> RowChange {
    let path = path_of(name);
    rows(before, after).into_iter().find(|row| row.path == path).unwrap()
}

/// The codes of meanings, sorted, each once.
fn codes<'m>(meanings: impl IntoIterator<Item = &'m Meaning>) -> Vec<String> {
    let mut codes: Vec<String> = meanings.into_iter().map(|meaning| meaning.code.clone()).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// What a definition makes of a record, by the way in which its examples are computed.
fn answer(side: &Registry, name: &str, example: &Value) -> Value {
    let definition = side.definition(name).unwrap();
    let source = Source::of(side, &definition);
    let computable = Computable::read(&source).unwrap();
    match computable.compute(&Model::of(side), example, "") {
        Answer::Computed(value) => value,
        Answer::Stopped(problem) => panic!("{name}: {problem:?} of {example}"),
    }
}

/// The same as one value: the total of a score, or whether criteria are met.
fn computed(side: &Registry, name: &str, example: &Value) -> Value {
    match answer(side, name, example) {
        scored if name.starts_with("score-model/") => scored["total"].clone(),
        outcome => Value::from(outcome["outcome"] == "met"),
    }
}
