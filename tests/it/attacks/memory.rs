//! What a clone remembers of earlier runs: it spares reading, and proves nothing to anybody else.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::keys::{edit, stolen};
use crate::team::{MQL, POLICY, Team, approved};

/// Commits beyond which a replay is remembered.
const MANY: usize = 110;

/// The files under `.git/canonry` whose names begin so.
fn remembered(team: &Team, prefix: &str) -> Vec<PathBuf> {
    let folder = team.environment.work().join(".git/canonry");
    let files = std::fs::read_dir(&folder).expect("a folder").map(|file| file.expect("a file").path());
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix));
    files.filter(|path| path.is_file() && named(path)).collect()
}

/// Commits that change no file.
fn idle(team: &Team, count: usize) {
    let tree = team.environment.git(&["rev-parse", "HEAD^{tree}"]);
    for _ in 0..count {
        let commit = team.environment.git(&["commit-tree", "-p", "HEAD", "-m", "Idle", &tree]);
        team.environment.git(&["update-ref", "HEAD", &commit]);
    }
}

/// What `verify` says, but for how much it read.
fn said(team: &Team, arguments: &[&str]) -> (i32, Value, u64) {
    let ran = team.environment.canon(&[&["verify", "--format", "json"], arguments].concat());
    let mut value: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    let spared = value["remembered"].take().as_u64().unwrap_or_else(|| panic!("{ran}"));
    (ran.status, value, spared)
}

/// Whatever stands at the tip, a run says the same of it from a snapshot as without one. Leaves a snapshot of the tip.
fn assert_same(team: &Team, step: &str) {
    let from_before = said(team, &[]);
    let whole = said(team, &["--full"]);
    let from_here = said(team, &[]);
    assert_eq!((from_before.0, &from_before.1), (whole.0, &whole.1), "{step}: from a snapshot before");
    assert_eq!((from_here.0, &from_here.1), (whole.0, &whole.1), "{step}: from a snapshot of the tip");
    assert_eq!(whole.2, 0, "{step}");
    assert_eq!(Some(from_here.2), whole.1["commits"].as_u64(), "{step}: everything is remembered");
    assert!(from_before.2 > 0 && from_before.2 < from_here.2, "{step}: what came before is remembered");
}

#[test]
fn a_snapshot_changes_nothing_that_is_said() {
    let team = Team::new();
    let git = |arguments: &[&str]| team.environment.git(arguments);
    idle(&team, MANY);
    team.environment.canon(&["verify"]).expect(0);

    team.environment.edit(MQL, "Marketing qualified lead", "Forged");
    team.environment.commit("Forge");
    assert_same(&team, "content that nobody approved");
    git(&["revert", "--no-edit", "HEAD"]);
    assert_same(&team, "an excursion that was healed");

    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.merge();
    assert_same(&team, "a change that stands and waits");
    team.approve("marketing", &change);
    assert_same(&team, "a change that has one approval");
    team.approve("sales", &change);
    assert_same(&team, "a change that was confirmed afterwards");

    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    assert_same(&team, "a release");

    let path = format!("registry/changes/{}/{change}/change.json", &change[..7]);
    let record = team.environment.read(&path);
    team.environment.write(&path, &record.replace("Wait longer", "Wait less"));
    team.environment.commit("Rewrite");
    assert_same(&team, "a record that was rewritten");
    git(&["revert", "--no-edit", "HEAD"]);

    team.environment.write("registry/definitions/stray.txt", "stray\n");
    team.environment.commit("Stray");
    assert_same(&team, "a file that belongs nowhere");
    git(&["revert", "--no-edit", "HEAD"]);

    let since = git(&["rev-parse", "HEAD"]).trim().to_owned();
    team.cool_off(70, 80);
    let second = team.land("Wait still longer", &["marketing", "sales"]);
    assert_same(&team, "a second change");
    stolen(&team, "sales", &since);
    team.land("A key of sales was stolen", &["revops"]);
    assert_same(&team, "a tainted change");
    team.cool_off(80, 90);
    team.land("A change after the theft", &["marketing", "sales-fresh"]);
    assert_same(&team, "a change after a theft");

    let schema = "schemas/metric.schema.json";
    team.environment.edit_json(schema, |schema| {
        schema["description"] = json!("How a number is computed.");
        schema["x-version"] = json!("2.0.0");
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Another schema", &["revops"]);
    assert_same(&team, "a schema of its own");

    let path = "registry/changes/2026-05/2026-05-01-nothing/approvals/sales.json";
    team.environment.write(path, "{}\n");
    team.environment.commit("A decision on nothing");
    assert_same(&team, "a decision that proves nothing");
    git(&["rm", "-q", "-r", "registry/changes/2026-05/2026-05-01-nothing"]);
    team.environment.commit("Take it away");

    team.cool_off(90, 95);
    let waits = team.propose("keeper", "Wait longest");
    team.approve("marketing", &waits);
    team.approve("sales-fresh", &waits);
    git(&["switch", "-q", "main"]);
    let link = team.environment.work().join("registry/definitions/qualification/link.json");
    std::os::unix::fs::symlink("mql.json", link).expect("a link");
    team.environment.commit("A link");
    assert_same(&team, "a malformed tree");
    git(&["merge", "-q", "--no-ff", "-m", "Merge", &format!("change/{waits}")]);
    assert_same(&team, "a change that a malformed tree holds up");
    git(&["rm", "-q", "registry/definitions/qualification/link.json"]);
    team.environment.commit("No link");
    assert_same(&team, "a change that settles once the tree is well-formed");

    let key = team.key("keeper");
    let arguments = ["propose", "--title", "It was us", "--why", "Sales say so.", "--ratifies", &second, "--key", &key];
    team.environment.canon(&arguments).expect(0);
    let confirming = team.change_here();
    team.approve("marketing", &confirming);
    team.approve("sales-fresh", &confirming);
    team.merge();
    assert_same(&team, "a change that was confirmed");
    team.cool_off(95, 99);
    let landing = team.propose("keeper", "Wait as long as can be");
    team.merge();
    team.approve("marketing", &landing);
    assert_same(&team, "an approval that landed by itself");
    idle(&team, 1);
    let theft = git(&["rev-parse", "HEAD"]).trim().to_owned();
    team.approve("sales-fresh", &landing);
    assert_same(&team, "a change that settled later than it was approved");
    stolen(&team, "marketing", &theft);
    team.land("A key of marketing was stolen later", &["revops"]);
    assert_same(&team, "an approval that had landed before the theft");
    edit(&team, "marketing", |person| person["keys"][0]["since"] = json!(since));
    team.land("It was stolen before", &["revops"]);
    assert_same(&team, "a theft before a change that was confirmed");

    team.environment.edit(POLICY, "\"id\": \"addition\"", "\"id\": \"additions\"");
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Another policy", &["revops"]);
    let theft = git(&["rev-parse", "HEAD"]).trim().to_owned();
    team.environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    team.land("Spell it", &["marketing-fresh"]);
    assert_same(&team, "a change by another policy");
    stolen(&team, "revops", &theft);
    let report = team.propose("marketing-fresh", "A key of revops was stolen");
    team.approve("keeper", &report);
    team.merge();
    assert_same(&team, "a policy that a thief may have brought");
    assert!(team.verify().1.iter().any(|(code, _)| code == "settled-under-doubt"));
}

#[test]
fn what_is_remembered_is_never_evidence() {
    let team = Team::new();
    approved(&team);
    team.merge();
    idle(&team, MANY);
    team.environment.edit(MQL, "Marketing qualified lead", "Forged");
    team.environment.commit("Forge");
    let commands: [&[&str]; 5] = [
        &["verify"],
        &["log"],
        &["refs", "qualification/mql"],
        &["diff", "--no-text", "HEAD~1"],
        &["check", "--against", "HEAD~2"],
    ];
    // What was read and what was remembered is said; here it differs from run to run.
    let told = |stdout: &str| -> String { stdout.lines().filter(|line| !line.starts_with("  read ")).collect() };
    let run = |team: &Team| -> Vec<(i32, String)> {
        commands
            .iter()
            .map(|command| team.environment.canon(command))
            .map(|ran| (ran.status, told(&ran.stdout)))
            .collect()
    };
    let honest = run(&team);
    assert_eq!(honest[0].0, 1);
    assert_eq!(remembered(&team, "replay-").len(), 1);
    let files = remembered(&team, "");
    for poison in [&b""[..], &[0xff; 4096], b"canonry\0"] {
        for (command, honest) in commands.iter().zip(&honest) {
            for file in &files {
                std::fs::write(file, poison).expect("written");
            }
            let ran = team.environment.canon(command);
            assert_eq!((ran.status, told(&ran.stdout)), *honest);
        }
    }
    // Cut off or changed at one place, a snapshot is as good as none, whether what stands there is proven or not.
    for (status, restored) in [(1, false), (0, true)] {
        if restored {
            team.environment.git(&["revert", "--no-edit", "HEAD"]);
        }
        team.environment.canon(&["verify", "--full"]).expect(status);
        let file = &remembered(&team, "replay-")[0];
        let whole = std::fs::read(file).expect("a file");
        for at in (0..whole.len()).step_by(whole.len() / 12 + 1) {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            for bytes in [&changed[..], &whole[..at]] {
                std::fs::write(file, bytes).expect("written");
                let ran = team.environment.canon(&["verify"]);
                assert_eq!((ran.status, ran.stdout.contains("  read ")), (status, false), "byte {at}: {ran}");
            }
        }
    }
}

/// Says in the snapshot of a clone that it stood at another commit.
fn move_snapshot(file: &Path, from: &str, to: &str) {
    let id = |text: &str| -> Vec<u8> {
        (0..20).map(|at| u8::from_str_radix(&text.trim()[2 * at..2 * at + 2], 16).expect("hexadecimal")).collect()
    };
    let (from, to) = (id(from), id(to));
    let mut bytes = std::fs::read(file).expect("a file");
    let places: Vec<usize> = (0..bytes.len() - 20).filter(|at| bytes[*at..*at + 20] == from).collect();
    assert!(places.len() > 1, "the commit stands in the head and in the snapshot");
    places.iter().for_each(|at| bytes[*at..*at + 20].copy_from_slice(&to));
    // The build, the commit, two lengths, two checksums.
    let numbers = 64 + 20;
    let length = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes")) as usize;
    let (start, past, present) = (numbers + 16 + 8, length(numbers), length(numbers + 8));
    for (at, part) in [(0, start..start + past), (1, start + past..start + past + present)] {
        let mut checksum = flate2::Crc::new();
        checksum.update(&bytes[part]);
        bytes[numbers + 16 + 4 * at..][..4].copy_from_slice(&checksum.sum().to_le_bytes());
    }
    std::fs::write(file, bytes).expect("written");
}

#[test]
fn a_forged_snapshot_deceives_neither_a_release_nor_a_full_reading() {
    let team = Team::new();
    idle(&team, MANY);
    team.environment.canon(&["verify"]).expect(0);
    let honest = team.environment.git(&["rev-parse", "HEAD"]);
    team.environment.edit(MQL, "Marketing qualified lead", "Forged");
    let forged = team.environment.commit("Forge");
    let file = remembered(&team, "replay-").pop().expect("a snapshot");
    move_snapshot(&file, &honest, &team.environment.git(&["rev-parse", "HEAD"]));
    let tip = remembered(&team, "tip-").pop().expect("a tip");
    assert_eq!(team.environment.canon(&["verify"]).status, 1, "the tip that was proven is lost");
    std::fs::remove_file(tip).expect("removed");
    let ran = team.environment.canon(&["verify"]);
    // Whoever writes in the clone deceives whoever reads only what is new, and is told that it was.
    assert_eq!(ran.status, 0, "{forged}: {ran}");
    assert!(ran.stdout.contains("`--full` reads all"), "{ran}");
    let snapshot = std::fs::read(&file).expect("a snapshot");
    let refused = team.environment.canon(&["publish", "--key", &team.key("revops")]);
    assert_ne!(refused.status, 0, "{refused}");
    std::fs::write(&file, snapshot).expect("written");
    let (status, value, _) = said(&team, &["--full"]);
    assert_eq!(status, 1, "{value}");
    // A full reading takes the place of what was remembered.
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn whoever_signs_is_shown_what_rests_on_it_whatever_is_remembered() {
    let team = Team::new();
    let calendar = "registry/definitions/calendar/hq.json";
    let text = team.environment.read(calendar).replacen("\"from\": \"0", "\"from\": \"1", 1);
    team.environment.write(calendar, &text);
    let change = team.propose("keeper", "Open later");
    team.environment.canon(&["diff", "main", "HEAD"]).expect(0);
    let shown = || {
        let ran = team.environment.canon(&["approve", &change, "--key", &team.key("marketing")]);
        assert!(ran.stdout.contains(" definitions rest on what changed"), "{ran}");
        ran.stdout
    };
    let before = shown();
    // What is remembered says now that nothing refers to anything: it is of the right form, and `diff` believes it.
    let files = remembered(&team, "referrers");
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let mut bytes = std::fs::read(file).expect("bytes");
    let trees = ["main", "HEAD"].map(|side| team.environment.git(&["rev-parse", &format!("{side}^{{tree}}")]));
    let raw = |name: &String| -> Vec<u8> {
        (0..20).map(|at| u8::from_str_radix(&name[2 * at..2 * at + 2], 16).expect("hexadecimal")).collect()
    };
    let names: Vec<Vec<u8>> = trees.iter().map(raw).collect();
    let counts = bytes.windows(20).position(|window| names.iter().any(|name| name == window)).expect("a tree") + 20;
    bytes[counts..counts + 8].fill(0);
    std::fs::write(file, bytes).expect("written");
    let deceived = team.environment.canon(&["diff", "main", "HEAD"]).expect(0);
    assert!(!deceived.stdout.contains("rest on what changed"), "{deceived}");
    assert_eq!(shown(), before);
}
