//! The real history: each step gets the meaning that is argued for in `tests/fixtures/history/steps.json`, and whoever is
//! said to move does.

use std::path::PathBuf;

use canonry::document::{Value, parse};
use canonry::registry::builtin;

use super::{Files, codes, computed, load, row};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/history")
}

fn base() -> Files {
    let mut files: Files = builtin::schemas().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    let root = folder().join("base");
    let mut open = vec![root.join("registry")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_step_of_the_history_means_what_is_argued_for() {
    let steps = parse(&std::fs::read(folder().join("steps.json")).unwrap()).unwrap();
    let mut world = base();
    let mut told = Vec::new();
    for step in steps["steps"].as_array().unwrap() {
        let name = step["definition"].as_str().unwrap();
        let (kind, id) = name.split_once('/').unwrap();
        let path = format!("registry/definitions/{kind}/{id}.json");
        let read = |file: &Value| std::fs::read(folder().join(file.as_str().unwrap())).unwrap();
        if !step["before"].is_null() && !world.contains_key(&path) {
            world.insert(path.clone(), read(&step["before"]));
        }
        let before = load(&world);
        world.insert(path, read(&step["after"]));
        let after = load(&world);
        let row = row(&before, &after, name);
        // The parts of a score model are told beside what it does in all.
        let within = ["/parts/", "/standing", "/total"];
        let whole =
            row.meanings.iter().filter(|meaning| !within.iter().any(|part| meaning.place.pointer().starts_with(part)));
        let found = codes(whole);
        let expected = texts(&step["codes"]);
        if found != expected {
            told.push(format!("{}: {found:?}, argued for: {expected:?}", step["folder"]));
        }
        for flip in
            row.meanings.iter().filter(|meaning| !meaning.code.starts_with("case")).flat_map(|meaning| &meaning.flips)
        {
            if flip.entity == "person" || flip.entity == "opportunity" {
                assert_eq!(
                    computed(&before, name, &flip.witness.to_value()),
                    flip.before,
                    "{}: {:?}",
                    step["folder"],
                    flip.witness
                );
                assert_eq!(
                    computed(&after, name, &flip.witness.to_value()),
                    flip.after,
                    "{}: {:?}",
                    step["folder"],
                    flip.witness
                );
            }
        }
        let moved = |was: bool| {
            row.meanings.iter().flat_map(|meaning| &meaning.flips).any(|flip| flip.before == Value::Bool(was))
        };
        if kind == "qualification" && before.definition(name).is_some() {
            assert_eq!(moved(true), step["lost"].is_string(), "{}", step["folder"]);
            assert_eq!(moved(false), step["gained"].is_string(), "{}", step["folder"]);
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}
