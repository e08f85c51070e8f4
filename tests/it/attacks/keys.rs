//! Keys that were stolen, retired or never touched, and people who are not who they seem.

use serde_json::json;

use crate::environment::Environment;
use crate::team::{MQL, Team, approved, change_folder, person_path};

/// Edits the file of a person.
pub(super) fn edit(team: &Team, person: &str, edit: impl FnOnce(&mut serde_json::Value)) {
    let path = person_path(person);
    let mut value = serde_json::from_str(&team.environment.read(&path)).expect("JSON");
    edit(&mut value);
    team.environment.write(&path, &value.to_string());
    team.environment.canon(&["fmt"]).expect(0);
}

/// Says that the first key of a person was stolen at a commit, and gives the person a new one.
pub(super) fn stolen(team: &Team, person: &str, since: &str) {
    let fresh = team.new_key(&format!("{person}-fresh"));
    let since = team.environment.git(&["rev-parse", since]).trim().to_owned();
    edit(team, person, |value| {
        value["keys"][0]["status"] = json!("compromised");
        value["keys"][0]["since"] = json!(since);
        value["keys"].as_array_mut().expect("keys").push(json!({"key": fresh, "status": "active"}));
    });
}

pub(super) fn record(change: &str) -> String {
    format!("{}/change.json", change_folder(change))
}

#[test]
fn what_settled_with_a_stolen_key_must_be_confirmed() {
    let team = Team::new();
    let change = approved(&team);
    team.merge();
    stolen(&team, "sales", "HEAD");
    team.land("A key of sales was stolen", &["revops"]);
    team.assert_found("change-tainted", &record(&change));
    let ran = team.environment.canon(&["publish", "--key", &team.key("keeper")]);
    assert_ne!(ran.status, 0, "{ran}");

    // One who may not approve what it did cannot confirm it.
    let arguments = ["propose", "--title", "It was us", "--why", "Sales say so.", "--ratifies", &change];
    team.environment.canon(&[&arguments[..], &["--key", &team.key("keeper")]].concat()).expect(0);
    let confirming = team.change_here();
    team.approve("marketing", &confirming);
    team.environment.canon(&["status"]).expect(1);
    team.environment.canon(&["approve", &confirming, "--yes", "--key", &team.key("sales-fresh")]).expect(0);
    team.environment.canon(&["status"]).expect(0);
    team.merge();
    team.assert_proven();
}

#[test]
fn what_had_settled_before_the_theft_stands() {
    let team = Team::new();
    approved(&team);
    team.merge();
    team.environment.write("notes.txt", "Nothing governed.\n");
    team.environment.git(&["add", "-A"]);
    team.environment.git(&["commit", "-q", "-m", "Notes"]);
    stolen(&team, "sales", "HEAD");
    team.land("A key of sales was stolen", &["revops"]);
    team.assert_proven();
}

#[test]
fn what_would_have_settled_without_the_key_stands() {
    let team = Team::new();
    team.add("deputy", r#""cro""#);
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Sales have a deputy", &["revops"]);
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    for person in ["marketing", "sales", "deputy"] {
        team.approve(person, &change);
    }
    team.merge();
    stolen(&team, "sales", "HEAD");
    team.land("A key of sales was stolen", &["revops"]);
    team.assert_proven();
    stolen(&team, "marketing", "HEAD~1");
    team.land("A key of marketing too", &["revops"]);
    team.assert_found("change-tainted", &record(&change));
}

#[test]
fn what_a_thief_proposed_is_taken_back_and_that_confirms_it() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.merge();
    stolen(&team, "keeper", "HEAD");
    let theft = team.propose("marketing", "A key of the keeper was stolen");
    team.approve("revops", &theft);
    team.merge();
    team.assert_found("change-tainted", &record(&change));
    let arguments = ["propose", "--title", "Take it back", "--why", "A thief.", "--revert", &change];
    team.environment.canon(&[&arguments[..], &["--key", &team.key("keeper-fresh")]].concat()).expect(0);
    let back = team.change_here();
    team.approve("marketing", &back);
    team.approve("sales", &back);
    team.merge();
    team.assert_proven();
    assert!(team.environment.read(MQL).contains("\"days\": 60"));
}

#[test]
fn the_commit_of_a_theft_is_one_of_the_history_and_never_a_later_one() {
    let team = Team::new();
    team.cool_off(60, 70);
    team.environment.git(&["stash", "-q"]);
    let nowhere = "0123456789012345678901234567890123456789";
    stolen(&team, "sales", "HEAD");
    edit(&team, "sales", |value| value["keys"][0]["since"] = json!(nowhere));
    let change = team.propose("keeper", "A key of sales was stolen");
    team.approve("revops", &change);
    let ran = team.environment.canon(&["status"]).expect(1);
    assert!(ran.stdout.contains("people-invalid") && ran.stdout.contains("no commit of this history"), "{ran}");

    let team = Team::new();
    stolen(&team, "sales", "HEAD~1");
    team.land("A key of sales was stolen", &["revops"]);
    team.assert_proven();
    let later = team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
    edit(&team, "sales", |value| value["keys"][0]["since"] = json!(later));
    let change = team.propose("keeper", "It was later");
    team.approve("revops", &change);
    let ran = team.environment.canon(&["status"]).expect(1);
    assert!(ran.stdout.contains("people-invalid") && ran.stdout.contains("compromised earlier"), "{ran}");
}

#[test]
fn another_beginning_is_another_registry() {
    let team = Team::new();
    team.assert_proven();
    let trust = team.environment.git(&["config", "canonry.trust"]);
    // Somebody starts anew: the same name, the same policy, other people.
    let other = Environment::with_repository();
    other.canon(&["init", "--name", "Test"]).expect(0);
    other.canon(&["verify"]).expect(0);
    let ran = other.canon(&["verify", "--trust", &trust, "--format", "json"]).expect(1);
    let found = ran.findings("/findings");
    assert!(found.iter().any(|(code, _)| code == "trust-mismatch"), "{found:?}");
    // Somebody rewrites the first commit, one definition in it altered, and everything after it.
    let root = team.environment.git(&["rev-list", "--max-parents=0", "main"]);
    team.environment.git(&["checkout", "-q", "--orphan", "again", &root]);
    team.environment.edit(MQL, "Marketing qualified lead", "Forged");
    team.environment.commit("Start");
    team.environment.git(&["branch", "-q", "-f", "main", "again"]);
    team.environment.git(&["switch", "-q", "main"]);
    let (holds, findings) = team.verify();
    assert!(!holds && findings.iter().any(|(code, _)| code == "trust-mismatch"), "{findings:?}");
}

#[test]
fn a_retired_key_does_not_sign_in_the_past() {
    let team = Team::new();
    team.rotate("sales");
    team.land("Another key for sales", &["revops"]);
    team.assert_proven();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    team.approve("sales-new", &change);
    let record = format!("{}/approvals/sales.json", change_folder(&change));
    team.environment.canon(&["status", &change]).expect(0);
    team.environment.edit_json(&record, |record| record["at"] = "2020-01-01T00:00:00Z".into());
    team.sign("sales", &record);
    team.environment.git(&["add", "-A"]);
    let script =
        "GIT_AUTHOR_DATE=2020-01-01T00:00:00Z GIT_COMMITTER_DATE=2020-01-01T00:00:00Z git commit -q -m Backdated";
    team.environment.program("sh", &["-c", script]).expect(0);
    team.environment.canon(&["status", &change]).expect(1);
    team.merge();
    team.assert_found("content-not-accepted", MQL);
}
