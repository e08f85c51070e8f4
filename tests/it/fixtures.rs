//! The fixtures of rules: mistakes in a small registry, each with its one finding, and what looks alike and is right.
//!
//! A fixture is `tests/fixtures/rules/CODE.json`, or `CODE.VARIANT.json` where one code has several:
//!
//! ```json
//! {
//!   "why": "what the bad one gets wrong",
//!   "bad": [EDIT, ...],
//!   "finds": [{"path": "registry/...", "pointer": "/...", "says"?: "part of the message or the hint"}, ...],
//!   "also"?: [{"code": "...", "path": "...", "pointer": "..."}, ...],
//!   "good": [EDIT, ...]
//! }
//! ```
//!
//! An edit names a `path`, and any of `add` (the whole document), `text` (the whole file, as it is), `replace` (pieces
//! of text that stand in the file once), `set` (values by JSON pointer; `/-` at the end adds an item), `remove` (JSON
//! pointers) and `delete`. What edits change is written in its
//! stored form, except by `text` and `replace`. The place of a finding on a file as a whole is `""`, of one in text `LINE:COLUMN`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use canonry::document::Value;
use canonry::finding::{Finding, RULES, Target, rule};
use canonry::operations::check::check_registry;
use canonry::operations::workspace::Now;
use canonry::registry::{Registry, builtin};
use serde_json::Value as Json;

/// The files of a registry, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Codes that no fixture can give, since they are about a history, a baseline or a clone: the file of tests that gives
/// each.
const ELSEWHERE: &[(&str, &str)] = &[
    ("approval-missing", "commands"),
    ("approval-void", "governance"),
    ("change-invalid", "obstacles"),
    ("change-rejected", "obstacles"),
    ("change-tainted", "attacks/keys"),
    ("change-unrecorded", "commands"),
    ("checkpoint-missing", "attacks/history"),
    ("content-not-accepted", "attacks/approvals"),
    ("document-deleted", "compare"),
    ("effective-into-past", "compare"),
    ("excursion", "governance"),
    ("genesis-invalid", "obstacles"),
    ("main-branch-moved", "attacks/history"),
    ("no-genesis", "obstacles"),
    ("people-lost", "obstacles"),
    ("record-altered", "attacks/history"),
    ("record-unknown", "attacks/releases"),
    ("records-imported", "attacks/history"),
    ("row-content", "obstacles"),
    ("row-denied", "obstacles"),
    ("row-misstated", "attacks/approvals"),
    ("row-moved", "obstacles"),
    ("settled-under-doubt", "attacks/thefts"),
    ("tag-moved", "attacks/releases"),
    ("tip-lost", "attacks/history"),
    ("tip-not-remembered", "obstacles"),
    ("tree-malformed", "attacks/trees"),
    ("trust-mismatch", "commands"),
    ("unpinned", "commands"),
    ("version-first", "compare"),
    ("version-not-raised", "compare"),
    ("version-skipped", "compare"),
    ("version-too-low", "obstacles"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules")
}

/// Every file below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(below(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

/// What the fixtures of a code get wrong.
pub(crate) fn instances(code: &str) -> Vec<String> {
    Fixture::all().iter().filter(|fixture| fixture.code() == code).map(|fixture| text(&fixture.value, "why")).collect()
}

/// The registry that fixtures edit, with the built-in schemas.
static BASE: LazyLock<Files> = LazyLock::new(|| {
    let root = folder().join("base");
    let name = |path: &Path| path.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/");
    let documents = below(&root).into_iter().map(|path| (name(&path), std::fs::read(&path).expect("a file")));
    builtin::schemas().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).chain(documents).collect()
});

/// The base as it is loaded, for stored forms.
static LOADED: LazyLock<Registry> = LazyLock::new(|| Registry::load(BASE.clone()).0);

/// What is found in a registry in the middle of 2026.
fn found(files: &Files) -> Vec<(Found, Finding)> {
    let (registry, loaded) = Registry::load(files.clone());
    let checked = check_registry(registry, loaded, Now("2026-06-15T12:00:00Z".parse().expect("an instant")));
    let findings = checked.findings().iter();
    findings.map(|finding| (Found::of(finding, checked.registry()), finding.clone())).collect()
}

/// Code, path and place of a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    code: String,
    path: String,
    place: String,
}

impl Found {
    fn of(finding: &Finding, registry: &Registry) -> Found {
        let place = match &finding.target {
            Target::Value(pointer) | Target::Key(pointer) => pointer.clone(),
            Target::File => String::new(),
            Target::Offset(_) => {
                let position = finding.position(registry.source(&finding.path).unwrap_or_default());
                format!("{}:{}", position.line, position.column)
            }
        };
        Found { code: finding.rule.code.to_owned(), path: finding.path.clone(), place }
    }

    fn read(code: &str, value: &Json) -> Found {
        Found { code: code.to_owned(), path: text(value, "path"), place: text(value, "pointer") }
    }
}

/// The text of a member that must be there.
pub(crate) fn text(value: &Json, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}")).to_owned()
}

/// A fixture: the name of its file without the ending, and what it says.
struct Fixture {
    name: String,
    value: Json,
}

impl Fixture {
    fn all() -> Vec<Fixture> {
        let files = std::fs::read_dir(folder()).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut paths: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
        paths.sort();
        paths.iter().map(|path| Fixture::read(path)).collect()
    }

    fn read(path: &Path) -> Fixture {
        let bytes = std::fs::read(path).expect("a file");
        let value = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Fixture { name: path.file_stem().expect("a name").to_string_lossy().into_owned(), value }
    }

    fn code(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    fn list(&self, key: &str) -> &[Json] {
        self.value[key].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// What is wrong with this fixture itself.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut tell = |fault: String| faults.push(format!("{}: {fault}", self.name));
        let known = ["why", "bad", "finds", "also", "good"];
        for key in self.value.as_object().expect("an object").keys().filter(|key| !known.contains(&key.as_str())) {
            tell(format!("`{key}` is no part of a fixture"));
        }
        if rule(self.code()).is_none() {
            tell(format!("there is no rule `{}`", self.code()));
        }
        if self.value["why"].as_str().is_none_or(|why| why.len() < 20 || !why.ends_with('.')) {
            tell("`why` is a sentence".to_owned());
        }
        for key in ["bad", "finds", "good"].into_iter().filter(|key| self.list(key).is_empty()) {
            tell(format!("`{key}` is empty"));
        }
        faults
    }

    /// How far the findings are from what the fixture says.
    fn differences(&self) -> Vec<String> {
        let mut expected: Vec<Found> = self.list("finds").iter().map(|found| Found::read(self.code(), found)).collect();
        expected.extend(self.list("also").iter().map(|found| Found::read(&text(found, "code"), found)));
        let told = found(&edited(self.list("bad")));
        let mut differences = compare(&self.name, "bad", &expected, &told);
        for wanted in self.list("finds").iter().filter(|wanted| wanted["says"].is_string()) {
            let (place, says) = (Found::read(self.code(), wanted), text(wanted, "says"));
            let said = |(found, finding): &&(Found, Finding)| *found == place && words(finding).contains(&says);
            if told.iter().filter(said).count() == 0 {
                differences.push(format!("{}: the finding at {} does not say \"{says}\"", self.name, place.place));
            }
        }
        differences.extend(compare(&self.name, "good", &[], &found(&edited(self.list("good")))));
        differences
    }
}

fn words(finding: &Finding) -> String {
    format!("{} | {}", finding.message, finding.hint.as_deref().unwrap_or_default())
}

fn compare(name: &str, side: &str, expected: &[Found], told: &[(Found, Finding)]) -> Vec<String> {
    let missing = expected.iter().filter(|one| !told.iter().any(|(found, _)| found == *one));
    let missing = missing.map(|found| format!("{name}, {side}: not found: {found:?}"));
    let more = told.iter().filter(|(found, _)| !expected.contains(found));
    let more = more.map(|(found, finding)| format!("{name}, {side}: found: {found:?}: {}", words(finding)));
    let twice = told.len() > told.iter().map(|(found, _)| found).collect::<BTreeSet<_>>().len();
    missing.chain(more).chain(twice.then(|| format!("{name}, {side}: one finding is told twice"))).collect()
}

/// The small registry that fixtures are made from.
pub(crate) fn base() -> Files {
    BASE.clone()
}

/// The bad registry of every fixture, by its name.
pub(crate) fn broken() -> Vec<(String, Files)> {
    Fixture::all().iter().map(|fixture| (fixture.name.clone(), edited(fixture.list("bad")))).collect()
}

/// The base with edits.
fn edited(edits: &[Json]) -> Files {
    let mut files = BASE.clone();
    edits.iter().for_each(|edit| apply(&mut files, edit));
    files
}

/// Makes an edit.
pub(crate) fn apply(files: &mut Files, edit: &Json) {
    let path = text(edit, "path");
    let known = ["path", "add", "text", "replace", "set", "remove", "delete"];
    for key in edit.as_object().expect("an object").keys() {
        assert!(known.contains(&key.as_str()), "`{key}` is no edit");
    }
    if let Some(text) = edit["text"].as_str() {
        files.insert(path, text.as_bytes().to_vec());
        return;
    }
    if let Some(replaced) = edit["replace"].as_object() {
        let mut text = String::from_utf8(files[&path].clone()).expect("text");
        for (old, new) in replaced {
            assert_eq!(text.matches(old.as_str()).count(), 1, "{old} in {path}");
            text = text.replace(old.as_str(), new.as_str().expect("text"));
        }
        files.insert(path, text.into_bytes());
        return;
    }
    if edit["delete"] == true {
        assert!(files.remove(&path).is_some(), "{path} is not there");
        return;
    }
    let mut value = match edit.get("add") {
        Some(value) => {
            assert!(!files.contains_key(&path), "{path} is there already");
            value.clone()
        }
        None => {
            let bytes = files.get(&path).unwrap_or_else(|| panic!("{path} is not there"));
            serde_json::from_slice(bytes).expect("JSON")
        }
    };
    for pointer in edit["remove"].as_array().into_iter().flatten() {
        remove(&mut value, pointer.as_str().expect("a pointer"));
    }
    for (pointer, new) in edit["set"].as_object().into_iter().flatten() {
        set(&mut value, pointer, new.clone());
    }
    let bytes = LOADED.stored_form(&path, &Value::from(value));
    files.insert(path, bytes);
}

/// The value that holds what a pointer ends in, and the pointer's last step.
fn around<'v>(value: &'v mut Json, pointer: &str) -> (&'v mut Json, String) {
    let (outer, last) = pointer.rsplit_once('/').unwrap_or_else(|| panic!("{pointer} is no pointer"));
    let outer = value.pointer_mut(outer).unwrap_or_else(|| panic!("nothing is at {pointer}"));
    (outer, last.replace("~1", "/").replace("~0", "~"))
}

fn set(value: &mut Json, pointer: &str, new: Json) {
    match around(value, pointer) {
        (Json::Array(items), last) if last == "-" => items.push(new),
        (Json::Array(items), last) => items[last.parse::<usize>().expect("an index")] = new,
        (outer, last) => outer[last] = new,
    }
}

fn remove(value: &mut Json, pointer: &str) {
    let gone = match around(value, pointer) {
        (Json::Array(items), last) => Some(items.remove(last.parse().expect("an index"))),
        (Json::Object(members), last) => members.shift_remove(&last),
        _ => None,
    };
    assert!(gone.is_some(), "nothing is at {pointer}");
}

#[test]
fn the_base_is_clean() {
    assert_eq!(compare("base", "", &[], &found(&BASE)), [""; 0]);
}

#[test]
fn every_fixture_finds_what_it_says_and_nothing_else() {
    let fixtures = Fixture::all();
    assert!(!fixtures.is_empty());
    let faults: Vec<String> = fixtures.iter().flat_map(Fixture::faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let differences: Vec<String> = fixtures.iter().flat_map(Fixture::differences).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_rule_has_a_fixture_or_a_test_elsewhere() {
    let fixtures = Fixture::all();
    let given: BTreeSet<&str> = fixtures.iter().map(Fixture::code).collect();
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(code, _)| *code).collect();
    let lacking: Vec<&str> =
        RULES.iter().map(|row| row.code).filter(|code| !given.contains(code) && !elsewhere.contains(code)).collect();
    assert_eq!(lacking, [""; 0], "these rules have no fixture");
    let both: Vec<_> = given.intersection(&elsewhere).collect();
    assert!(both.is_empty(), "{both:?} have a fixture, and stand among those that cannot have one");
    for (code, tests) in ELSEWHERE {
        assert!(rule(code).is_some(), "there is no rule `{code}`");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/{tests}.rs"));
        let source = std::fs::read_to_string(file).expect("a file of tests");
        let name = code.to_uppercase().replace('-', "_");
        assert!(source.contains(code) || source.contains(&name), "{tests} does not test {code}");
    }
}
