//! The demo: what it tells, and that what it leaves behind proves itself to other tools.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;

use crate::environment::{Environment, masked};

/// A finished demo that tests read and copy, and what it told.
static DEMO: LazyLock<(PathBuf, String)> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
    let _ = std::fs::remove_dir_all(&folder);
    let environment = Environment::new();
    let told = environment.canon(&["demo", &folder.to_string_lossy()]).expect(0).stdout;
    let told = told.replace(&*folder.to_string_lossy(), "$DEMO");
    (folder.canonicalize().expect("the demo"), told)
});

/// A clone of the demo in a world of its own, with the keys of its people.
pub(crate) fn copy() -> Environment {
    let environment = Environment::new();
    let work = environment.work();
    std::fs::remove_dir(&work).expect("an empty folder");
    let output = std::process::Command::new("cp").arg("-R").arg(&DEMO.0).arg(&work).status();
    assert!(output.expect("cp").success());
    environment
}

/// Files of the demo under a folder, by path from its top.
fn files(folder: &str) -> Vec<String> {
    let mut open = vec![DEMO.0.join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(&DEMO.0).expect("in the demo").to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn it_tells_its_story() {
    insta::assert_snapshot!("demo", masked(&DEMO.1));
}

#[test]
fn it_proves_itself_and_leaves_nothing_open() {
    let environment = copy();
    environment.canon(&["check"]).expect(0);
    let ran = environment.canon(&["verify", "--format", "json"]).expect(0);
    let verification: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(verification["changes"].as_array().map(Vec::len), Some(14));
    assert_eq!(verification["releases"].as_array().map(Vec::len), Some(2));
    assert_eq!(verification["excursions"].as_array().map(Vec::len), Some(1));
    assert_eq!(environment.git(&["status", "--porcelain"]), "");
    assert_eq!(environment.git(&["fsck", "--strict", "--no-dangling"]), "");
}

#[test]
fn commits_are_dated_as_in_the_history() {
    let environment = copy();
    let days = environment.git(&["log", "--first-parent", "--merges", "--format=%cs", "--reverse"]);
    let facts = [
        "2020-02-13",
        "2020-03-12",
        "2020-04-01",
        "2020-06-05",
        "2020-09-15",
        "2021-12-07",
        "2022-02-02",
        "2022-02-09",
        "2022-03-15",
        "2022-03-17",
        "2022-03-30",
        "2022-05-25",
        "2023-01-05",
        "2023-07-11",
    ];
    assert_eq!(days.lines().collect::<Vec<_>>(), facts);
}

#[test]
fn plain_ssh_keygen_verifies_every_record() {
    let environment = copy();
    let mut signers = String::new();
    for person in files("registry/governance/people") {
        let person: Value = serde_json::from_str(&environment.read(&person)).expect("JSON");
        for key in person["keys"].as_array().expect("keys") {
            let (id, key) = (person["id"].as_str().expect("an id"), key["key"].as_str().expect("a key"));
            signers.push_str(&format!("{id} namespaces=\"canonry@v1\" {key}\n"));
        }
    }
    let allowed = environment.path("allowed-signers");
    std::fs::write(&allowed, signers).expect("written");
    let mut verified = 0;
    let records = [files("registry/changes"), files("registry/releases")].concat();
    for record in records.iter().filter(|path| path.ends_with(".json")) {
        let value: Value = serde_json::from_str(&environment.read(record)).expect("JSON");
        let signer = ["person", "proposer", "signer"].iter().find_map(|key| value[*key].as_str()).expect("a signer");
        let script = format!(
            "ssh-keygen -Y verify -n canonry@v1 -f '{}' -I {signer} -s '{record}.sig' < '{record}'",
            allowed.display()
        );
        environment.program("sh", &["-c", &script]).expect(0);
        verified += 1;
    }
    assert_eq!(verified, 14 + 28 + 2, "changes, decisions (one of them on an earlier text) and releases");
}

/// Changes one byte of a file, a different one for each index, and says which.
fn change_a_byte(environment: &Environment, path: &str, index: usize) -> String {
    let mut bytes = std::fs::read(environment.work().join(path)).expect("a file");
    let at = (index * 7919 + 11) % bytes.len();
    bytes[at] = if bytes[at] == b' ' { b'\n' } else { bytes[at] ^ 1 };
    std::fs::write(environment.work().join(path), bytes).expect("written");
    environment.git(&["add", path]);
    format!("byte {at} of {path}")
}

#[test]
fn one_changed_byte_is_found_and_named() {
    let environment = copy();
    let tip = environment.git(&["rev-parse", "HEAD"]);
    let definitions = files("registry/definitions");
    let records = [files("registry/changes"), files("registry/releases")].concat();
    let governance = files("registry/governance");
    let sampled = definitions.iter().step_by(9).chain(records.iter().step_by(17)).chain(governance.iter().step_by(3));
    for (index, path) in sampled.enumerate() {
        let changed = change_a_byte(&environment, path, index);
        environment.git(&["commit", "-q", "-m", "A quiet edit"]);
        let ran = environment.canon(&["verify"]).expect(1);
        assert!(ran.stdout.contains(&format!("--> {path}")), "{changed}: {ran}");
        environment.git(&["reset", "-q", "--hard", &tip]);
    }
    environment.canon(&["verify"]).expect(0);
    // Many at once hide none of them.
    let all = definitions.iter().chain(&records).chain(&governance);
    let changed = all.enumerate().map(|(index, path)| (path, change_a_byte(&environment, path, index)));
    let changed: Vec<(&String, String)> = changed.collect();
    environment.git(&["commit", "-q", "-m", "Quiet edits"]);
    let ran = environment.canon(&["verify"]).expect(1);
    for (path, changed) in changed {
        assert!(ran.stdout.contains(&format!("--> {path}")), "{changed}: {ran}");
    }
}

#[test]
fn publishing_twice_from_one_commit_gives_identical_bytes() {
    let environment = copy();
    let trust = environment.git(&["config", "canonry.trust"]);
    let path = "registry/releases/2.0.0.json";
    let published = environment.read(path);
    let before = environment.git(&["rev-parse", "HEAD~1"]);
    for (now, name) in [("2024-01-01T00:00:00Z", "once"), ("2031-12-31T23:59:59Z", "twice")] {
        let clone = environment.path(name);
        let clone = clone.to_string_lossy();
        environment.git(&["clone", "-q", "--no-tags", ".", &clone]);
        environment.git(&["-C", &clone, "reset", "-q", "--hard", &before]);
        let key = environment.work().join(".git/demo-keys/revops-lead");
        let variables = [
            ("CANON_NOW", now),
            ("CANON_TRUST", trust.as_str()),
            ("GIT_AUTHOR_NAME", "Any"),
            ("GIT_AUTHOR_EMAIL", "a@example.com"),
        ];
        let arguments = ["-C", &clone, "publish", "--key", &key.to_string_lossy()];
        environment.canon_with(&variables, &arguments).expect(0);
        let again = std::fs::read_to_string(Path::new(&*clone).join(path)).expect("a manifest");
        assert_eq!(again, published);
        environment.canon_with(&variables, &["-C", &clone, "verify"]).expect(0);
    }
}

#[test]
fn it_refuses_a_folder_that_is_not_empty() {
    let environment = Environment::new();
    environment.write("taken/file.txt", "mine\n");
    insta::assert_snapshot!(environment.canon(&["demo", "taken"]), @r#"
    status: 2
    stdout:
    stderr:
    error: `./taken` is there already and is not an empty folder
    hint: Name a new one: `canon demo DIR`; or remove the old one.
    "#);
    assert_eq!(std::fs::read_dir(environment.work().join("taken")).expect("a folder").count(), 1);
}
