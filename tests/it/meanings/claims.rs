//! What must not be claimed: changes that look like one thing and, for some record, do another.

use std::path::PathBuf;

use canonry::document::{Value, parse};
use canonry::registry::Registry;

use super::{answer, codes, edit, load, row, starter};

/// A change of several definitions. Some give records and what the definition comes to on both sides: the proof that a
/// larger claim would be false.
struct Claim {
    name: String,
    definition: String,
    before: Registry,
    after: Registry,
    codes: Vec<String>,
    records: Vec<Value>,
}

fn claims() -> Vec<Claim> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/claims");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let starter = starter();
    let claim = |file: &PathBuf| {
        let fixture =
            parse(&std::fs::read(file).unwrap()).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
        let side = |steps: &[&str]| {
            let mut files = starter.clone();
            for (definition, edits) in
                steps.iter().flat_map(|step| fixture.get(step).and_then(Value::as_object).into_iter().flatten())
            {
                edit(&mut files, definition, Some(edits));
            }
            load(&files)
        };
        let texts = fixture["codes"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned());
        Claim {
            name: file.file_stem().unwrap().to_str().unwrap().to_owned(),
            definition: fixture["definition"].as_str().unwrap().to_owned(),
            before: side(&["given"]),
            after: side(&["given", "after"]),
            codes: texts.collect(),
            records: fixture.get("records").and_then(Value::as_array).into_iter().flatten().cloned().collect(),
        }
    };
    assert!(!files.is_empty());
    files.iter().map(claim).collect()
}

#[test]
fn no_change_is_said_to_do_what_a_record_disproves() {
    let mut wrong = Vec::new();
    for Claim { name, definition, before, after, codes: expected, records } in claims() {
        let found = codes(&row(&before, &after, &definition).meanings);
        if found != expected {
            wrong.push(format!("{name}: {found:?}, said: {expected:?}"));
        }
        for record in records {
            let moved = [answer(&before, &definition, &record), answer(&after, &definition, &record)];
            if moved != [record["before"].clone(), record["after"].clone()] {
                wrong.push(format!("{name}: {} becomes {}", moved[0], moved[1]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
