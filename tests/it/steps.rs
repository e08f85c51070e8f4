//! What differs from tree to tree, with git's own comparison as the oracle, and with whatever bytes a tree may have.

use std::collections::BTreeMap;
use std::io::Write as _;

use canonry::git::delta::{Delta, Deltas};
use canonry::git::{ObjectId, Repository};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::environment::Environment;

/// Names that sort in surprising ways beside each other.
const NAMES: [&str; 9] = ["a", "a-", "a.b", "a0", "ab", "b", "A", "a/b", ".git"];
const MODES: [&str; 5] = ["100644", "40000", "100755", "120000", "160000"];

/// Stores an object as git stores it in a file of its own.
fn store(environment: &Environment, kind: git2::ObjectType, bytes: &[u8]) -> ObjectId {
    let id = git2::Oid::hash_object(kind, bytes).expect("a name").to_string();
    let folder = environment.work().join(".git/objects").join(&id[..2]);
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    write!(deflated, "{kind} {}\0", bytes.len()).expect("written");
    deflated.write_all(bytes).expect("written");
    std::fs::write(folder.join(&id[2..]), deflated.finish().expect("written")).expect("written");
    ObjectId::parse(&id).expect("a name")
}

fn tree(environment: &Environment, entries: &[(&str, &str, ObjectId)]) -> ObjectId {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend(format!("{mode} {name}\0").bytes());
        bytes.extend(id.as_bytes());
    }
    store(environment, git2::ObjectType::Tree, &bytes)
}

/// A folder of files by path, as trees.
fn folder(environment: &Environment, files: &BTreeMap<String, u8>) -> ObjectId {
    let mut entries: BTreeMap<String, (&str, String, ObjectId)> = BTreeMap::new();
    let mut inside: BTreeMap<&str, BTreeMap<String, u8>> = BTreeMap::new();
    for (path, content) in files {
        match path.split_once('/') {
            Some((name, rest)) => {
                inside.entry(name).or_default().insert(rest.to_owned(), *content);
            }
            None => {
                let blob = store(environment, git2::ObjectType::Blob, &[*content]);
                entries.insert(path.clone(), ("100644", path.clone(), blob));
            }
        }
    }
    for (name, files) in inside {
        entries.insert(format!("{name}/"), ("40000", name.to_owned(), folder(environment, &files)));
    }
    let entries: Vec<(&str, &str, ObjectId)> =
        entries.values().map(|(mode, name, id)| (*mode, name.as_str(), *id)).collect();
    tree(environment, &entries)
}

/// Files under two top folders, a few letters deep, where no file is also a folder.
fn files() -> impl Strategy<Value = BTreeMap<String, u8>> {
    let part = || prop_oneof![Just("a"), Just("a-"), Just("a.b"), Just("a0"), Just("b")];
    let path = vec(part(), 1..4).prop_map(|parts| format!("registry/{}", parts.join("/")));
    vec((path, 0_u8..3), 0..12).prop_map(|files| {
        let all: BTreeMap<String, u8> = files.into_iter().collect();
        let is_folder = |path: &str| all.keys().any(|other| other.starts_with(&format!("{path}/")));
        all.iter().filter(|(path, _)| !is_folder(path)).map(|(path, content)| (path.clone(), *content)).collect()
    })
}

fn told(delta: &Delta) -> Vec<(String, Option<ObjectId>, Option<ObjectId>)> {
    let mut files: Vec<_> = delta.files.iter().map(|file| (file.path.clone(), file.before, file.after)).collect();
    files.sort();
    files
}

#[test]
fn steps_differ_as_git_says() {
    let environment = Environment::with_repository();
    let repository = Repository::discover(&environment.work()).expect("a repository");
    let runner = &mut proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(60));
    runner
        .run(&vec(files(), 2..6), |history| {
            let mut steps = Deltas::of(&repository);
            let trees: Vec<ObjectId> = history.iter().map(|files| folder(&environment, files)).collect();
            for pair in trees.windows(2) {
                let delta = steps.between(Some(pair[0]), Some(pair[1]), &["registry"]).expect("trees");
                let git = environment.git(&[
                    "diff-tree",
                    "-r",
                    "--raw",
                    "--no-renames",
                    &pair[0].to_string(),
                    &pair[1].to_string(),
                ]);
                let id = |text: &str| ObjectId::parse(text).filter(|_| text.bytes().any(|digit| digit != b'0'));
                let mut expected: Vec<_> = git
                    .lines()
                    .map(|line| {
                        let (head, path) = line.split_once('\t').expect("a path");
                        let words: Vec<&str> = head.split(' ').collect();
                        (path.to_owned(), id(words[2]), id(words[3]))
                    })
                    .collect();
                expected.sort();
                prop_assert_eq!(told(&delta), expected);
                prop_assert!(delta.folders.iter().all(|(_, faults)| faults.is_empty()));
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_quick_look_at_a_tree_sees_what_the_slow_one_sees() {
    let environment = Environment::with_repository();
    let repository = Repository::discover(&environment.work()).expect("a repository");
    let empty = tree(&environment, &[]);
    let entry = (0..NAMES.len(), prop_oneof![3 => 0..2_usize, 1 => 0..MODES.len()]);
    let runner = &mut proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(1_500));
    runner
        .run(&(vec(entry, 0..6), any::<bool>()), |(mut entries, in_order)| {
            if in_order {
                let key =
                    |(name, mode): &(usize, usize)| format!("{}{}", NAMES[*name], if *mode == 1 { "/" } else { "" });
                entries.sort_by_key(key);
            }
            let entries: Vec<(&str, &str, ObjectId)> =
                entries.iter().map(|(name, mode)| (MODES[*mode], NAMES[*name], empty)).collect();
            let inner = tree(&environment, &entries);
            let outer = tree(&environment, &[("40000", "registry", inner)]);
            let delta = repository.files(outer, &["registry"]).expect("trees");
            let seen = delta.folders.iter().find(|(path, _)| path == "registry").map(|(_, faults)| faults.clone());
            prop_assert_eq!(seen, Some(repository.tree(inner).expect("a tree").faults));
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
