//! The check of a step finds what the check of the whole finds, wherever the mistake shows.

use std::collections::{BTreeMap, BTreeSet};

use canonry::check::Checked;
use canonry::operations::check::{check_registry, check_step};
use canonry::operations::workspace::{Now, Workspace};
use canonry::registry::Registry;
use serde_json::json;

use crate::check::Bench;
use crate::environment::Environment;
use crate::fixtures::{apply, base, broken};
use crate::thirty;

/// Files of a registry, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Codes that only a step can have.
const OF_STEPS: [&str; 5] =
    ["change-unrecorded", "document-deleted", "version-first", "version-not-raised", "version-skipped"];

fn now() -> Now {
    Now("2026-06-15T12:00:00Z".parse().expect("an instant"))
}

/// What is found: code, path, place and message.
fn told(checked: &Checked) -> BTreeSet<String> {
    let findings = checked.findings().iter().filter(|finding| !OF_STEPS.contains(&finding.rule.code));
    findings
        .map(|finding| format!("{} {} {:?} {}", finding.rule.code, finding.path, finding.target, finding.message))
        .collect()
}

/// A repository whose `HEAD` has these files, and whose work tree is edited and restored.
struct World {
    environment: Environment,
    base: Files,
    /// What is found in the base itself.
    known: BTreeSet<String>,
}

impl World {
    fn of(base: Files) -> World {
        let environment = Environment::with_repository();
        let world = World { environment, known: whole(&base), base };
        world.base.iter().for_each(|(path, bytes)| world.write(path, Some(bytes)));
        world.environment.git(&["add", "-A"]);
        world.environment.git(&["commit", "-q", "-m", "The base"]);
        world
    }

    fn write(&self, path: &str, bytes: Option<&Vec<u8>>) {
        let file = self.environment.work().join(path);
        match bytes {
            Some(bytes) => {
                std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
                std::fs::write(file, bytes).expect("a file");
            }
            None => std::fs::remove_file(file).expect("a file"),
        }
    }

    /// Where the check of a step to these files differs from the check of all of them.
    fn differences(&self, name: &str, files: &Files) -> Vec<String> {
        let paths: BTreeSet<&String> = self.base.keys().chain(files.keys()).collect();
        let edited: Vec<&&String> = paths.iter().filter(|path| self.base.get(**path) != files.get(**path)).collect();
        edited.iter().for_each(|path| self.write(path, files.get(**path)));
        let workspace = Workspace::open(&self.environment.work(), now()).expect("a registry");
        let of_step = told(&check_step(&workspace, "HEAD", None).expect("a check").0);
        edited.iter().for_each(|path| self.write(path, self.base.get(**path)));
        let of_whole = whole(files);
        let expected: BTreeSet<&String> = of_whole.difference(&self.known).collect();
        let missed = expected.iter().filter(|told| !of_step.contains(**told));
        let more = of_step.iter().filter(|told| !of_whole.contains(*told));
        let missed = missed.map(|told| format!("{name}: not found by the step: {told}"));
        missed.chain(more.map(|told| format!("{name}: found by the step alone: {told}"))).collect()
    }
}

fn whole(files: &Files) -> BTreeSet<String> {
    let (registry, loaded) = Registry::load(files.clone());
    told(&check_registry(registry, loaded, now()))
}

#[test]
fn a_step_into_a_mistake_finds_what_the_whole_finds() {
    let world = World::of(base());
    let differences: Vec<String> = broken().iter().flat_map(|(name, files)| world.differences(name, files)).collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn a_step_into_one_of_thirty_mistakes_finds_what_the_whole_finds() {
    let world = World::of(Bench::starter().files);
    let mut differences = Vec::new();
    for mistake in thirty::mistakes() {
        let mut files = world.base.clone();
        mistake["edits"].as_array().expect("edits").iter().for_each(|edit| apply(&mut files, edit));
        differences.extend(world.differences(&mistake["code"].to_string(), &files));
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn what_is_remembered_of_definitions_is_only_a_hint() {
    let world = World::of(base());
    let mut files = base();
    files.remove("registry/definitions/driver/lead-fit.json").expect("a driver");
    assert_eq!(world.differences("a driver that is gone", &files), [""; 0]);
    let remembered = world.environment.work().join(".git/canonry/briefs");
    let good = std::fs::read(&remembered).expect("what is remembered");
    for damaged in [Vec::new(), good[..good.len() / 2].to_vec(), [good.as_slice(), b"more"].concat(), vec![b'x'; 90]] {
        std::fs::write(&remembered, damaged).expect("a file");
        assert_eq!(world.differences("a driver that is gone", &files), [""; 0]);
        assert!(std::fs::read(&remembered).expect("what is remembered") == good, "it is made anew");
    }
}

#[test]
fn a_file_that_is_written_twice_within_a_tick_is_read() {
    let world = World::of(base());
    let path = "registry/definitions/driver/lead-fit.json";
    let text = String::from_utf8(world.base[path].clone()).expect("text");
    // As long as before, and so soon that only the content tells.
    let edited = text.replacen("\"active\"", "\"actvie\"", 1);
    assert_ne!(edited, text);
    let mut files = base();
    files.insert(path.to_owned(), edited.into_bytes());
    assert_eq!(world.differences("a slip", &files), [""; 0]);
}

#[test]
fn a_waiver_that_is_taken_away_brings_its_finding_back() {
    const WAIVERS: &str = "registry/waivers.json";
    let (_, unwaived) = broken().into_iter().find(|(name, _)| name == "draft-reference").expect("a fixture");
    let told = whole(&unwaived);
    let path =
        told.iter().find_map(|told| told.strip_prefix("draft-reference ")?.split(' ').next()).expect("a finding");
    let mut waived = unwaived.clone();
    let waiver = json!({
        "id": "for-now", "code": "draft-reference", "path": path, "reason": "It goes live soon.", "until": "2026-07-01"
    });
    apply(&mut waived, &json!({"path": WAIVERS, "set": {"/waivers/-": waiver}}));
    let world = World::of(waived);
    assert!(world.known.len() < told.len(), "it is waived: {:?}", world.known);
    assert_eq!(world.differences("no waiver", &unwaived), [""; 0]);
}
