//! One byte of a governed repository, changed, left out or put in: nothing of that is ever proven.

use std::io::Write as _;
use std::process::{Command, Stdio};

use canonry::operations::memory::Depth;
use canonry::operations::verify::verify;
use canonry::operations::workspace::{Now, Workspace};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::team::{MQL, Team, approved};

/// How many bytes are tried.
const SAMPLES: usize = 1_000;

/// Every so many of them the program itself is asked.
const ASKED: usize = 10;

fn now() -> Now {
    Now("2026-06-15T12:00:00Z".parse().expect("an instant"))
}

/// What happens to a byte.
#[derive(Clone, Copy, Debug)]
enum Mutation {
    Changed(u8),
    Removed,
    Added(u8),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => (1..=255u8).prop_map(Mutation::Changed),
        1 => Just(Mutation::Removed),
        1 => any::<u8>().prop_map(Mutation::Added),
    ]
}

fn mutated(bytes: &[u8], at: usize, mutation: Mutation) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match mutation {
        Mutation::Changed(by) => bytes[at] ^= by,
        Mutation::Removed => drop(bytes.remove(at)),
        Mutation::Added(byte) => bytes.insert(at, byte),
    }
    bytes
}

/// A repository with approved changes, a release and people who came later.
fn governed() -> Team {
    let team = Team::small();
    approved(&team);
    team.merge();
    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    team.assert_proven();
    team
}

/// The files of which bytes are changed, sort by sort, so that each sort has its share.
fn files(team: &Team) -> [Vec<String>; 5] {
    let listed = team.environment.git(&["ls-files", "registry", "schemas"]);
    let of = |wanted: &dyn Fn(&str) -> bool| listed.lines().filter(|path| wanted(path)).map(str::to_owned).collect();
    let is_record = |path: &str| path.starts_with("registry/changes/") || path.starts_with("registry/releases/");
    [
        of(&|path| path.starts_with("registry/definitions/")),
        of(&|path| is_record(path) && path.ends_with(".json")),
        of(&|path| path.ends_with(".sig")),
        of(&|path| path == "registry/governance/policy.json" || path.starts_with("schemas/")),
        of(&|path| path.starts_with("registry/governance/people/") || path == "registry/registry.json"),
    ]
}

/// A commit on the main branch with another file, as `git fast-import` reads it.
fn commit(name: &str, path: &str, bytes: &[u8]) -> Vec<u8> {
    let author = "committer x <x@example.com> 1800000000 +0000";
    let head = format!("commit refs/mutated/{name}\n{author}\ndata 0\nfrom refs/heads/main^0\n");
    let file = format!("M 100644 inline {path}\ndata {}\n", bytes.len());
    [head.as_bytes(), file.as_bytes(), bytes, b"\n"].concat()
}

#[test]
fn no_changed_byte_is_proven() {
    let team = governed();
    let files = files(&team);
    assert!(files.iter().all(|sort| !sort.is_empty()), "{files:?}");
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let choice = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), mutation());
    let mut tried: Vec<(String, usize, Mutation)> = Vec::new();
    let mut stream: Vec<u8> = Vec::new();
    for number in 0..SAMPLES {
        let (file, place, mutation) = choice.new_tree(&mut runner).expect("a choice").current();
        let path = file.get(&files[number % files.len()]);
        let bytes = std::fs::read(team.environment.work().join(path)).expect("a file");
        let at = place.index(bytes.len());
        stream.extend(commit(&number.to_string(), path, &mutated(&bytes, at, mutation)));
        tried.push((path.clone(), at, mutation));
    }
    stream.extend(commit("honest", MQL, team.environment.read(MQL).as_bytes()));
    let mut import = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(team.environment.work())
        .stdin(Stdio::piped())
        .spawn()
        .expect("git");
    import.stdin.take().expect("input").write_all(&stream).expect("written");
    assert!(import.wait().expect("an end").success());
    team.environment.git(&["repack", "-a", "-d", "-q"]);
    let status = |name: &str| team.environment.canon(&["verify", &format!("refs/mutated/{name}")]).status;
    let holds = |workspace: &Workspace, name: &str| {
        let verified = verify(workspace, Some(&format!("refs/mutated/{name}")), None, Depth::New, &|_, _| ());
        verified.expect("a history that can be read").holds()
    };
    let open = || Workspace::open(&team.environment.work(), now()).expect("a registry");
    assert!(status("honest") == 0 && holds(&open(), "honest"));
    // What the program ends with says the same: it is asked of some, since to begin takes longer than to verify.
    let is_unproven = |workspace: &Workspace, number: usize| {
        let name = number.to_string();
        !holds(workspace, &name) && (!number.is_multiple_of(ASKED) || status(&name) == 1)
    };
    let proven = |numbers: std::ops::Range<usize>| -> Vec<usize> {
        let workspace = open();
        numbers.filter(|number| !is_unproven(&workspace, *number)).collect()
    };
    let proven = std::thread::scope(|scope| {
        let half = scope.spawn(|| proven(0..SAMPLES / 2));
        let mut found = proven(SAMPLES / 2..SAMPLES);
        found.extend(half.join().expect("an end"));
        found
    });
    let proven: Vec<_> = proven.into_iter().map(|number| &tried[number]).collect();
    assert!(
        proven.is_empty(),
        "{} are not said to be unproven: {:?}",
        proven.len(),
        proven.iter().take(20).collect::<Vec<_>>()
    );
}
