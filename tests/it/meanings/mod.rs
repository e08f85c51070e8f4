//! What changes mean: the corpus of codes, a real history, and questions that are too much.

mod corpus;
mod history;

use std::collections::BTreeMap;

use canonry::compare::{Flip, Meaning, RowChange, Sides, compare, tell};
use canonry::criteria::{Model, Source};
use canonry::document::Value;
use canonry::outcome::{Answer, Computable};
use canonry::registry::Registry;

/// Files of one side.
type Files = BTreeMap<String, Vec<u8>>;

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
    let (kind, id) = name.split_once('/').unwrap();
    let path = format!("registry/definitions/{kind}/{id}.json");
    rows(before, after).into_iter().find(|row| row.path == path).unwrap()
}

/// The codes of meanings, sorted, each once.
fn codes<'m>(meanings: impl IntoIterator<Item = &'m Meaning>) -> Vec<String> {
    let mut codes: Vec<String> = meanings.into_iter().map(|meaning| meaning.code.clone()).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// What a definition makes of the record of a flip, by the way in which its examples are computed: the outcome or the total.
fn computed(side: &Registry, name: &str, flip: &Flip) -> Value {
    let definition = side.definition(name).unwrap();
    let source = Source::of(side, &definition);
    let computable = Computable::read(&source).unwrap();
    let example = flip.witness.to_value();
    match computable.compute(&Model::of(side), &example, "") {
        Answer::Computed(value) if definition.kind == "score-model" => value["total"].clone(),
        Answer::Computed(value) => Value::from(value["outcome"] == "met"),
        Answer::Stopped(problem) => panic!("{name}: {problem:?} of {example}"),
    }
}
