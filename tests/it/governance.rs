//! The loop through the binary: who may change what, what stops counting, and what `verify` then says.

use crate::team::{MQL, POLICY, Team, person_path};

#[test]
fn a_change_of_meaning_needs_both_teams() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Raise the threshold");
    team.approve("marketing", &change);
    assert_eq!(team.environment.canon(&["status", &change]).status, 1);
    team.approve("sales", &change);
    team.environment.canon(&["status", &change]).expect(0);
    team.merge();
    team.assert_proven();
}

#[test]
fn landing_with_one_approval_is_found_and_can_be_ratified() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.land("Raise the threshold", &["marketing"]);
    team.assert_found("content-not-accepted", MQL);
    team.approve("sales", &change);
    let (holds, findings) = team.verify();
    assert!(holds);
    assert_eq!(findings, [("excursion".to_owned(), MQL.to_owned())]);
}

#[test]
fn an_approval_does_not_survive_a_change_of_content() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Raise the threshold");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.cool_off(70, 80);
    assert_eq!(team.propose("keeper", "Raise the threshold"), change);
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("approval-void"), "{ran}");
    // What moved since it was given is shown.
    assert!(ran.stdout.contains("  marketing decided on "), "{ran}");
    for line in ["-      \"days\": 70", "+      \"days\": 80"] {
        assert_eq!(ran.stdout.lines().filter(|shown| *shown == line).count(), 2, "{line}: {ran}");
    }
    let json = team.environment.canon(&["status", &change, "--format", "json"]).expect(1).stdout;
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let documents = &value["changes"][0]["outdated"][0]["documents"];
    assert_eq!(documents[0], MQL, "{documents}");
    team.merge();
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn nobody_approves_their_own_proposal() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("marketing", "Raise the threshold");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("own approval does not count"), "{ran}");
}

#[test]
fn a_rejection_blocks_until_it_is_taken_back() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Raise the threshold");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("sales")]).expect(0);
    assert_eq!(team.environment.canon(&["status", &change]).status, 1);
    team.approve("sales", &change);
    team.environment.canon(&["status", &change]).expect(0);
    // Whoever proposes fills no slot, and may think better of it.
    team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("keeper")]).expect(0);
    team.environment.canon(&["status", &change]).expect(1);
    team.environment.canon(&["approve", &change, "--withdraw", "--yes", "--key", &team.key("keeper")]).expect(0);
    team.environment.canon(&["status", &change]).expect(0);
    team.merge();
    team.assert_proven();
}

#[test]
fn nothing_is_taken_back_that_was_not_said() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    let before = team.environment.fingerprint();
    let ran =
        team.environment.canon(&["approve", &change, "--withdraw", "--yes", "--key", &team.key("sales")]).expect(2);
    assert!(ran.stderr.contains("`sales` has decided nothing"), "{ran}");
    assert_eq!(team.environment.fingerprint(), before);
}

#[test]
fn wording_needs_one() {
    let team = Team::new();
    team.environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    team.land("Spell it", &["marketing"]);
    team.assert_proven();
    assert!(team.environment.read(MQL).contains("\"version\": \"1.0.1\""));
}

#[test]
fn policy_is_judged_by_the_policy_in_force() {
    let team = Team::new();
    team.environment.edit(POLICY, "\"separate_duties\": true", "\"separate_duties\": false");
    team.cool_off(60, 70);
    let change = team.propose("marketing", "Loosen the rules and use them");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.merge();
    team.assert_found("content-not-accepted", POLICY);
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn restoring_the_accepted_bytes_heals() {
    let team = Team::new();
    let accepted = team.environment.read(MQL);
    team.cool_off(60, 70);
    team.environment.commit("Slip it in");
    team.assert_found("content-not-accepted", MQL);
    team.environment.write(MQL, &accepted);
    team.environment.commit("Take it out");
    let (holds, findings) = team.verify();
    assert!(holds, "{findings:?}");
    assert_eq!(findings, [("excursion".to_owned(), MQL.to_owned())]);
}

#[test]
fn squash_and_rebase_merges_pass() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Raise the threshold");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.git(&["merge", "-q", "--squash", &format!("change/{change}")]);
    team.environment.commit("Squashed");
    team.assert_proven();
    team.environment.git(&["branch", "-q", "-D", &format!("change/{change}")]);
    team.cool_off(70, 75);
    let change = team.propose("keeper", "Raise it again");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.git(&["merge", "-q", "--ff-only", &format!("change/{change}")]);
    let (holds, findings) = team.verify();
    assert!(holds, "{findings:?}");
    assert!(findings.iter().all(|(code, _)| code == "excursion"), "{findings:?}");
}

#[test]
fn two_open_changes_land_one_after_the_other() {
    let team = Team::new();
    team.cool_off(60, 70);
    let first = team.propose("keeper", "Raise the threshold");
    team.approve("marketing", &first);
    team.approve("sales", &first);
    team.environment.git(&["switch", "-q", "main"]);
    let play = "registry/definitions/play/deal-review.json";
    team.environment.edit(play, "\"summary\": \"", "\"summary\": \"Again: ");
    let second = team.propose("keeper", "Reword a play");
    let owner = if team.environment.read(play).contains("\"owner\": \"cro\"") { "sales" } else { "marketing" };
    team.approve(owner, &second);
    team.merge();
    team.assert_proven();
    team.environment.git(&["merge", "-q", "--no-ff", "-m", "Merge", &format!("change/{first}")]);
    team.assert_proven();
}

#[test]
fn a_settled_change_can_be_reverted() {
    let team = Team::new();
    let before = team.environment.read(MQL);
    team.cool_off(60, 70);
    let change = team.land("Raise the threshold", &["marketing", "sales"]);
    let key = team.key("keeper");
    let arguments = ["propose", "--revert", &change, "--title", "Lower it again", "--why", "Too few.", "--key", &key];
    team.environment.canon(&arguments).expect(0);
    let branch = team.environment.git(&["branch", "--show-current"]);
    let revert = branch.strip_prefix("change/").expect("a branch of a change");
    team.approve("marketing", revert);
    team.approve("sales", revert);
    team.merge();
    team.assert_proven();
    assert_eq!(team.environment.read(MQL), before.replacen("1.0.0", "3.0.0", 1));
}

#[test]
fn unrelated_commits_and_formatting_change_nothing() {
    let team = Team::new();
    team.environment.write("src/app.txt", "monorepo\n");
    team.environment.commit("Unrelated");
    team.assert_proven();
    let text = team.environment.read(MQL);
    team.environment.write(MQL, &text.replace("\n  \"kind\"", "\n\n  \"kind\""));
    team.environment.commit("Loosely written");
    team.assert_found("not-stored-form", MQL);
    team.environment.canon(&["fmt"]).expect(0);
    team.environment.commit("Formatting only");
    team.assert_proven();
}

#[test]
fn a_person_who_left_signs_nothing_new() {
    let team = Team::new();
    team.environment.edit(
        &person_path("sales"),
        "\"status\": \"active\",\n  \"keys\"",
        "\"status\": \"retired\",\n  \"keys\"",
    );
    team.land("Sales leaves", &["revops"]);
    team.assert_proven();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Raise the threshold");
    let ran = team.environment.canon(&["approve", &change, "--yes", "--key", &team.key("sales")]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("counts no more"), "{ran}");
}

#[test]
fn a_key_is_rotated() {
    let team = Team::new();
    rotate_sales(&team);
    team.assert_proven();
    team.cool_off(60, 70);
    team.land("Raise the threshold", &["marketing", "sales-new"]);
    team.assert_proven();
}

#[test]
fn a_key_is_rotated_while_an_approval_is_open() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.environment.git(&["switch", "-q", "main"]);
    rotate_sales(&team);
    team.environment.git(&["switch", "-q", &format!("change/{change}")]);
    team.environment.git(&["merge", "-q", "-m", "Update branch", "main"]);
    team.environment.canon(&["status", &change]).expect(1);
    team.approve("sales-new", &change);
    team.environment.canon(&["status", &change]).expect(0);
    team.merge();
    team.assert_proven();
}

#[test]
fn registries_in_one_repository_have_each_their_pin() {
    let environment = crate::environment::Environment::with_repository();
    for folder in ["a", "it's b"] {
        environment.canon(&["init", folder]).expect(0);
    }
    for folder in ["a", "it's b"] {
        let ran = environment.canon(&["-C", folder, "verify"]).expect(0);
        assert!(ran.stdout.contains("(pinned)"), "{ran}");
    }
    environment.canon(&["init", "a/registry/definitions/x"]).expect(2);
}

#[test]
fn a_document_can_be_taken_out_of_a_proposal() {
    let team = Team::new();
    let play = "registry/definitions/play/deal-review.json";
    let accepted = team.environment.read(play);
    team.environment.edit(play, "Review of deals", "Review of all deals");
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Two at once");
    team.environment.write(play, &accepted);
    assert_eq!(team.propose("keeper", "Only one"), change);
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.merge();
    team.assert_proven();
    assert_eq!(team.environment.read(play), accepted);
}

/// Gives sales a new key, `sales-new`, and retires the old one.
fn rotate_sales(team: &Team) {
    team.rotate("sales");
    team.land("Rotate the key of sales", &["revops"]);
}
