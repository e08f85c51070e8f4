//! History that goes back, leaves something out, or is another one.

use crate::environment::Environment;
use crate::team::{MQL, POLICY, Team, approved, change_folder};

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

#[test]
fn a_merge_counts_by_what_it_brings_to_the_branch() {
    let team = Team::new();
    team.environment.git(&["branch", "old"]);
    let change = approved(&team);
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.git(&["merge", "-q", "--no-ff", "--no-commit", &format!("change/{change}")]);
    team.environment.edit(MQL, "Marketing qualified lead", "Forged");
    team.environment.commit("Merge, and more");
    team.assert_found("content-not-accepted", MQL);

    let team = Team::new();
    team.environment.git(&["branch", "old"]);
    let change = approved(&team);
    team.merge();
    team.assert_proven();
    let commit = team.environment.git(&["commit-tree", "-p", "main", "-p", "old", "-m", "Merge old", "old^{tree}"]);
    team.environment.git(&["reset", "-q", "--hard", commit.trim()]);
    team.assert_found("content-not-accepted", MQL);
    team.assert_found("record-altered", &format!("{}/change.json", change_folder(&change)));
}

#[test]
fn a_branch_does_not_go_back() {
    let team = Team::new();
    approved(&team);
    team.merge();
    team.assert_proven();
    team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    team.assert_found("tip-lost", "registry/registry.json");
    team.environment.git(&["reset", "-q", "--hard", "ORIG_HEAD"]);
    team.assert_proven();
}

#[test]
fn no_document_goes_back_to_what_it_was() {
    let team = Team::new();
    let edits = [
        (POLICY, "\"id\": \"addition\"", "\"id\": \"additions\""),
        ("registry/registry.json", "\"name\": \"Test\"", "\"name\": \"Tests\""),
        ("schemas/list.schema.json", "\"description\": \"", "\"description\": \"Here: "),
    ];
    for (path, from, to) in edits {
        let before = team.environment.read(path);
        team.environment.edit(path, from, to);
        team.environment.canon(&["fmt"]).expect(0);
        team.land("Another text", &["revops"]);
        let (holds, findings) = team.verify();
        assert!(holds, "{findings:?}");
        let after = team.environment.read(path);
        team.environment.write(path, &before);
        team.environment.commit("Back, with the records of the past");
        team.assert_found("content-not-accepted", path);
        team.environment.write(path, &after);
        team.environment.commit("As it is accepted");
        let (holds, findings) = team.verify();
        assert!(holds, "{findings:?}");
    }
}

#[test]
fn two_changes_that_contradict_together_are_found_on_what_they_make() {
    let team = Team::new();
    let environment = &team.environment;
    let partners = "registry/definitions/list/partner-domains.json";
    let list = environment.read("registry/definitions/list/competitor-domains.json");
    environment
        .write(partners, &list.replace("competitor-domains", "partner-domains").replace("Competitor", "Partner"));
    environment.commit("A list that nothing refers to yet");
    environment.git(&["switch", "-q", "-c", "refers"]);
    environment.edit_json(MQL, |mql| {
        let when = serde_json::json!({"field": "person.email_domain", "one_of": {"list": "partner-domains"}});
        mql["exclusions"].as_array_mut().expect("a list").push(serde_json::json!({"id": "partner", "when": when}));
        let example = serde_json::json!({"id": "partner", "at": "2026-03-16T15:00:00Z", "record": {"email_domain": "p.example"}, "expect": {"outcome": "not-met"}});
        mql["examples"].as_array_mut().expect("a list").push(example);
    });
    environment.canon(&["fmt"]).expect(0);
    environment.commit("Partners do not count");
    environment.canon(&["check"]).expect(0);
    environment.git(&["switch", "-q", "-c", "ends", "main"]);
    environment.edit(partners, "\"status\": \"active\"", "\"status\": \"retired\"");
    environment.commit("The list ends");
    environment.canon(&["check"]).expect(0);
    environment.git(&["merge", "-q", "--no-ff", "-m", "Merge", "refers"]);
    for arguments in [&["check"][..], &["check", "--against", "main"]] {
        let ran = environment.canon(arguments).expect(1);
        assert!(ran.stdout.contains("retired-reference"), "{ran}");
    }
}
