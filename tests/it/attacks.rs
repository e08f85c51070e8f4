//! Attacks on the ledger by somebody with push access, as repositories: each must be found, each by its code.

use std::io::Write as _;
use std::process::Stdio;

use crate::environment::Environment;
use crate::team::{MQL, POLICY, Team, approved, change_folder};

/// Writes a tree from raw entries: mode, name, object.
fn raw_tree(environment: &Environment, entries: &[(&str, &str, &str)]) -> String {
    let mut bytes = Vec::new();
    for (mode, name, object) in entries {
        bytes.extend(format!("{mode} {name}\0").bytes());
        bytes.extend((0..20).map(|at| u8::from_str_radix(&object[2 * at..2 * at + 2], 16).expect("hexadecimal")));
    }
    let mut child = std::process::Command::new("git")
        .args(["hash-object", "-t", "tree", "-w", "--literally", "--stdin"])
        .current_dir(environment.work())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git");
    child.stdin.take().expect("input").write_all(&bytes).expect("written");
    String::from_utf8(child.wait_with_output().expect("git").stdout).expect("text").trim().to_owned()
}

/// The entries of a folder at `HEAD`: mode, name, object.
fn entries(environment: &Environment, folder: &str) -> Vec<(String, String, String)> {
    let listed = environment.git(&["ls-tree", &format!("HEAD:{folder}")]);
    let parse = |line: &str| {
        let (head, name) = line.split_once('\t').expect("an entry");
        let words: Vec<&str> = head.split(' ').collect();
        (words[0].trim_start_matches('0').to_owned(), name.to_owned(), words[2].to_owned())
    };
    listed.lines().map(parse).collect()
}

/// Commits `HEAD` with another tree in place of `registry/`.
fn commit_registry(environment: &Environment, registry: &str) {
    let top = entries(environment, "");
    let swapped: Vec<(&str, &str, &str)> = top
        .iter()
        .map(|(mode, name, id)| (mode.as_str(), name.as_str(), if name == "registry" { registry } else { id.as_str() }))
        .collect();
    let tree = raw_tree(environment, &swapped);
    let commit = environment.git(&["commit-tree", "-p", "HEAD", "-m", "Plumbing", &tree]);
    environment.git(&["update-ref", "refs/heads/main", &commit]);
}

#[test]
fn a_landed_withdrawal_cannot_be_taken_out() {
    let team = Team::new();
    let change = approved(&team);
    team.environment.canon(&["approve", "--withdraw", "--yes", "--key", &team.key("marketing")]).expect(0);
    team.merge();
    team.assert_found("content-not-accepted", MQL);
    let withdrawal = format!("{}/approvals/marketing.2.json", change_folder(&change));
    let kept = [withdrawal.clone(), format!("{withdrawal}.sig")].map(|path| (team.environment.read(&path), path));
    for (_, path) in &kept {
        std::fs::remove_file(team.environment.work().join(path)).expect("removed");
    }
    team.environment.commit("Lose the withdrawal");
    team.assert_found("content-not-accepted", MQL);
    team.assert_found("record-altered", &withdrawal);
    for (text, path) in &kept {
        team.environment.write(path, text);
    }
    team.environment.commit("Find it again");
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn a_landed_rejection_cannot_be_overwritten() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    let tip = team.environment.git(&["rev-parse", "HEAD"]);
    team.approve("sales", &change);
    let record = format!("{}/approvals/sales.json", change_folder(&change));
    let approval = [record.clone(), format!("{record}.sig")].map(|path| (team.environment.read(&path), path));
    team.environment.git(&["reset", "-q", "--hard", &tip]);
    team.environment.canon(&["approve", "--reject", "--yes", "--key", &team.key("sales")]).expect(0);
    team.merge();
    for (text, path) in &approval {
        team.environment.write(path, text);
    }
    team.environment.commit("Change sales' mind");
    team.assert_found("content-not-accepted", MQL);
    team.assert_found("record-altered", &record);
}

#[test]
fn the_tree_does_not_choose_the_branch_that_is_proven() {
    let team = Team::new();
    team.environment.git(&["branch", "old"]);
    team.cool_off(60, 70);
    team.environment.edit("registry/registry.json", "\"main_branch\": \"main\"", "\"main_branch\": \"old\"");
    team.environment.commit("Look elsewhere");
    team.assert_found("main-branch-moved", "registry/registry.json");
    assert_eq!(team.environment.canon(&["status"]).status, 2);
    assert_eq!(team.environment.canon(&["verify", "main"]).status, 1);
}

#[test]
fn a_release_tag_that_leads_elsewhere_is_found() {
    let team = Team::new();
    team.environment.canon(&["publish", "--key", &team.key("marketing")]).expect(2);
    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    team.environment.git(&["tag", "canon/v1.0.0"]);
    team.assert_proven();
    for elsewhere in ["HEAD~1", "HEAD^{tree}"] {
        team.environment.git(&["tag", "-f", "canon/v1.0.0", elsewhere]);
        team.assert_found("tag-moved", "registry/releases/1.0.0.json");
    }
}

#[test]
fn a_forged_release_is_no_release() {
    let team = Team::new();
    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    let genuine = team.environment.read("registry/releases/1.0.0.json");
    let path = "registry/releases/1.1.0.json";
    team.environment.write(
        path,
        &genuine.replace("\"version\": \"1.0.0\",\n  \"previous\"", "\"version\": \"1.1.0\",\n  \"previous\""),
    );
    team.sign("revops", path);
    team.environment.commit("Forge");
    team.assert_found("record-unknown", path);
    team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    team.assert_proven();
}

#[test]
fn a_record_that_understates_a_change_does_not_settle() {
    for (from, to) in [("\"impact\": \"major\"", "\"impact\": \"patch\""), ("\"to\": \"2.0.0\"", "\"to\": \"1.0.1\"")] {
        let team = Team::new();
        team.cool_off(60, 70);
        let change = team.propose("keeper", "Only wording");
        let record = format!("{}/change.json", change_folder(&change));
        team.environment.edit(&record, from, to);
        team.sign("keeper", &record);
        team.environment.commit("Understate");
        team.approve("marketing", &change);
        team.approve("sales", &change);
        let ran = team.environment.canon(&["status", &change]).expect(1);
        assert!(ran.stdout.contains("row-misstated"), "{ran}");
        team.merge();
        team.assert_found("content-not-accepted", MQL);
    }
}

#[test]
fn old_records_do_not_settle_twice() {
    let team = Team::new();
    let original = team.environment.read(MQL);
    team.environment.git(&["branch", "start"]);
    let change = approved(&team);
    team.merge();
    team.assert_proven();
    let moved = team.environment.read(MQL);
    team.environment.write(MQL, &original);
    team.environment.commit("Back, with no approval");
    team.assert_found("content-not-accepted", MQL);
    team.environment.write(MQL, &original.replacen("1.0.0", "3.0.0", 1));
    let back = team.propose("keeper", "Back");
    team.approve("marketing", &back);
    team.approve("sales", &back);
    team.merge();
    team.environment.write(MQL, &moved);
    team.environment.commit(&format!("Forward again by {change}"));
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn an_approval_is_worth_nothing_elsewhere() {
    let team = Team::new();
    let first = approved(&team);
    team.merge();
    team.cool_off(70, 80);
    let second = team.propose("keeper", "Wait even longer");
    for person in ["marketing", "sales"] {
        for ending in ["json", "json.sig"] {
            let path = |change: &str| format!("{}/approvals/{person}.{ending}", change_folder(change));
            team.environment.write(&path(&second), &team.environment.read(&path(&first)));
        }
    }
    team.environment.commit("Borrow approvals");
    team.environment.canon(&["status", &second]).expect(1);
    team.merge();
    team.assert_found("content-not-accepted", MQL);
    team.assert_found("record-unknown", &format!("{}/approvals/marketing.json", change_folder(&second)));
}

#[test]
fn policy_may_not_permit_the_change_that_comes_with_it() {
    let team = Team::new();
    team.environment.edit(POLICY, "\"separate_duties\": true", "\"separate_duties\": false");
    team.environment.commit("Loosen");
    team.cool_off(60, 70);
    let change = team.propose("marketing", "Wait longer");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.merge();
    team.assert_found("content-not-accepted", POLICY);
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn a_schema_lowered_in_the_same_change_does_not_lower_the_impact() {
    let team = Team::new();
    let schema = "schemas/qualification.schema.json";
    let text = team.environment.read(schema);
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    value["x-change"] = serde_json::json!("patch");
    value["properties"]["requalify"]["x-change"] = serde_json::json!("patch");
    team.environment.write(schema, &serde_json::to_string_pretty(&value).expect("JSON"));
    team.environment.canon(&["fmt"]).expect(0);
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Only wording");
    assert!(team.environment.read(MQL).contains("\"version\": \"2.0.0\""), "the accepted schema says major");
    team.approve("revops", &change);
    team.approve("marketing", &change);
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("cro: missing"), "{ran}");
}

#[test]
fn malformed_trees_settle_nothing_and_are_named() {
    let team = Team::new();
    let environment = &team.environment;
    let tip = environment.git(&["rev-parse", "HEAD"]);
    let registry = entries(environment, "registry");
    let borrowed: Vec<(&str, &str, &str)> =
        registry.iter().map(|(mode, name, id)| (mode.as_str(), name.as_str(), id.as_str())).collect();
    let blob = &registry.iter().find(|(_, name, _)| name == "registry.json").expect("an entry").2;
    let definitions = &registry.iter().find(|(_, name, _)| name == "definitions").expect("an entry").2;
    let doubled = [&borrowed[..], &[("100644", "waivers.json", blob.as_str())]].concat();
    let reversed: Vec<_> = borrowed.iter().rev().copied().collect();
    let linked = [&borrowed[..], &[("120000", "zlink", blob.as_str())]].concat();
    let executable: Vec<_> = borrowed
        .iter()
        .map(|(mode, name, id)| (if *name == "registry.json" { "100755" } else { mode }, *name, *id))
        .collect();
    let dotted = [&[("40000", "..", definitions.as_str())], &borrowed[..]].concat();
    for tree in [doubled, reversed, linked, executable, dotted] {
        commit_registry(environment, &raw_tree(environment, &tree));
        team.assert_found("tree-malformed", "registry");
        environment.git(&["update-ref", "refs/heads/main", &tip]);
    }
    team.assert_proven();
}

#[test]
fn a_tree_without_end_is_not_followed() {
    let team = Team::new();
    let environment = &team.environment;
    let blob = environment.git(&["rev-parse", "HEAD:registry/registry.json"]);
    let mut tree = raw_tree(environment, &[("100644", "leaf", &blob)]);
    for _ in 0..12 {
        tree = raw_tree(environment, &[("40000", "d", &tree)]);
    }
    let registry = entries(environment, "registry");
    let mut borrowed: Vec<(&str, &str, &str)> =
        registry.iter().map(|(mode, name, id)| (mode.as_str(), name.as_str(), id.as_str())).collect();
    borrowed.push(("40000", "zdeep", &tree));
    commit_registry(environment, &raw_tree(environment, &borrowed));
    let (holds, findings) = team.verify();
    assert!(!holds && findings.iter().any(|(code, _)| code == "tree-malformed"), "{findings:?}");
}

#[test]
fn grafts_and_replaced_objects_do_not_decide() {
    let team = Team::new();
    let environment = &team.environment;
    team.cool_off(60, 70);
    let evil = environment.commit("Slip it in");
    let honest = environment.git(&["rev-parse", "HEAD~1"]);
    environment.git(&["replace", &evil, &honest]);
    team.assert_found("content-not-accepted", MQL);
    environment.git(&["replace", "-d", &evil]);
    std::fs::write(environment.work().join(".git/info/grafts"), format!("{evil}\n")).expect("written");
    assert_eq!(environment.canon(&["verify"]).status, 2);
}

#[test]
fn history_that_was_proven_cannot_be_replaced() {
    let team = Team::new();
    let change = approved(&team);
    let branch = format!("change/{change}");
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.write("notes.txt", "unrelated\n");
    team.environment.commit("Unrelated");
    team.assert_proven();
    // Foxtrot: the branch merges main, and main is fast-forwarded to it, so main's own commits leave the chain.
    team.environment.git(&["switch", "-q", &branch]);
    team.environment.git(&["merge", "-q", "--no-ff", "-m", "Update branch", "main"]);
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.git(&["merge", "-q", "--ff-only", &branch]);
    team.assert_found("tip-lost", "registry/registry.json");
}

#[test]
fn a_checkpoint_must_have_landed() {
    let team = Team::new();
    let before = team.environment.git(&["rev-parse", "HEAD"]);
    let change = approved(&team);
    team.merge();
    let record = team.environment.read(&format!("{}/change.json", change_folder(&change)));
    let digest = canonry::document::Document::parse(record.as_bytes()).expect("a record").digest();
    let trust = team.environment.git(&["config", "canonry.trust"]);
    let pin = format!("{trust}@{digest}");
    team.environment.canon(&["verify", "HEAD", "--trust", &pin]).expect(0);
    let ran = team.environment.canon(&["verify", &before, "--trust", &pin]).expect(1);
    assert!(ran.stdout.contains("checkpoint-missing"), "{ran}");
}

#[test]
fn nothing_unknown_stands_in_a_registry() {
    let team = Team::new();
    for path in
        ["registry/notes.md", "schemas/output/x.json", "registry/definitions/stage/MQL.json", "registry/changes/x"]
    {
        team.environment.write(path, "{}\n");
        team.environment.commit("Unknown");
        team.assert_found("unknown-file", path);
        team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    std::fs::remove_file(team.environment.work().join(MQL)).expect("removed");
    team.environment.commit("Gone");
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn an_old_approval_does_not_count_again_under_a_higher_number() {
    let team = Team::new();
    let change = approved(&team);
    team.environment.canon(&["approve", "--withdraw", "--yes", "--key", &team.key("sales")]).expect(0);
    for ending in ["json", "json.sig"] {
        let path = |number: &str| format!("{}/approvals/sales{number}.{ending}", change_folder(&change));
        team.environment.write(&path(".3"), &team.environment.read(&path("")));
    }
    team.environment.commit("Once more");
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("an old one put back"), "{ran}");
    team.merge();
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn nobody_signs_what_they_were_not_shown() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.cool_off(70, 61);
    team.environment.write("notes.txt", "one\n");
    team.environment.commit("Show something harmless");
    let refuse = |what: &str| {
        let ran = team.environment.canon(&["approve", &change, "--yes", "--key", &team.key("sales")]);
        assert_eq!(ran.status, 2, "{what}: {ran}");
    };
    refuse("another document than the record names");
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.write("notes.txt", "two\n");
    team.environment.commit("Conflict");
    team.environment.git(&["switch", "-q", &format!("change/{change}")]);
    refuse("a branch that conflicts");
    team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    std::os::unix::fs::symlink("registry.json", team.environment.work().join("registry/link")).expect("a link");
    team.environment.commit("Malform");
    refuse("a tree that cannot be judged");
}

#[test]
fn a_tag_does_not_stand_for_the_branch() {
    let team = Team::new();
    team.environment.git(&["tag", "main"]);
    team.environment.edit(MQL, "Marketing qualified lead", "Forged");
    team.environment.commit("Forge");
    for revision in [&["verify"][..], &["verify", "main"], &["verify", "refs/heads/main"], &["verify", "HEAD"]] {
        assert_eq!(team.environment.canon(revision).status, 1, "{revision:?}");
    }
    team.environment.git(&["branch", "other", "HEAD~1"]);
    team.environment.git(&["tag", "other"]);
    assert_eq!(team.environment.canon(&["verify", "other"]).status, 2);
}

#[test]
fn folders_above_and_beside_the_registry_have_one_reading() {
    let environment = Environment::with_repository();
    environment.canon(&["init", "sub"]).expect(0);
    let sub = |arguments: &[&str]| environment.canon(&[&["-C", "sub"], arguments].concat());
    sub(&["verify"]).expect(0);
    let good = environment.git(&["rev-parse", "HEAD:sub"]);
    environment.edit(&format!("sub/{MQL}"), "Marketing qualified lead", "Forged");
    environment.commit("Forge");
    let forged = environment.git(&["rev-parse", "HEAD:sub"]);
    environment.git(&["reset", "-q", "--soft", "HEAD~1"]);
    let tree = raw_tree(&environment, &[("40000", "sub", &good), ("40000", "sub", &forged)]);
    let commit = environment.git(&["commit-tree", "-p", "HEAD", "-m", "Double", &tree]);
    environment.git(&["update-ref", "refs/heads/main", &commit]);
    assert_eq!(sub(&["verify"]).status, 1);

    let team = Team::new();
    team.environment.write(&format!("Registry/{}", &MQL["registry/".len()..]), "{}\n");
    team.environment.commit("Twin");
    let (holds, findings) = team.verify();
    assert!(!holds && findings[0].0 == "tree-malformed", "{findings:?}");
}

#[test]
fn what_a_malformed_tree_brought_settles_once_it_is_mended() {
    let team = Team::new();
    approved(&team);
    let log = team.environment.work().join("registry/waivers.json");
    let mode = |mode| std::os::unix::fs::PermissionsExt::from_mode(mode);
    std::fs::set_permissions(&log, mode(0o755)).expect("a mode");
    team.environment.commit("Executable by mistake");
    team.merge();
    team.assert_found("tree-malformed", "registry");
    std::fs::set_permissions(&log, mode(0o644)).expect("a mode");
    team.environment.commit("Mend the mode");
    let (holds, findings) = team.verify();
    assert!(holds, "{findings:?}");
}

#[test]
fn a_branch_that_moved_or_is_locked_is_left_alone() {
    let team = Team::new();
    let change = {
        team.cool_off(60, 70);
        team.propose("keeper", "Wait longer")
    };
    let lock = team.environment.work().join(format!(".git/refs/heads/change/{change}.lock"));
    std::fs::write(&lock, "").expect("a lock");
    let before = team.environment.fingerprint();
    let ran = team.environment.canon(&["approve", "--yes", "--key", &team.key("sales")]).expect(2);
    assert!(ran.stderr.contains(".lock is there"), "{ran}");
    assert_eq!(team.environment.fingerprint(), before);
    std::fs::remove_file(&lock).expect("unlocked");
    team.approve("sales", &change);
}

#[test]
fn an_imported_history_is_kept_and_never_overwritten() {
    let team = Team::new();
    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    let environment = Environment::with_repository();
    for folder in ["registry", "schemas"] {
        let from = team.environment.work().join(folder);
        let copied = std::process::Command::new("cp").arg("-R").arg(from).arg(environment.work()).status();
        assert!(copied.expect("cp").success());
    }
    environment.commit("Import");
    let ran = environment.canon(&["verify", "--format", "json"]).expect(0);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    environment.git(&["config", "canonry.trust", value["trust"].as_str().expect("a digest")]);
    let ran = environment.canon(&["verify"]).expect(0);
    assert!(ran.stdout.contains("records-imported"), "{ran}");
    environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    assert!(environment.work().join("registry/releases/2.0.0.json").is_file());
    environment.canon(&["verify"]).expect(0);
}
