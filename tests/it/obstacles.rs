//! What stands in the way of a change or of a proof: each by its code and at its file, beside what is honest and passes.

use canonry::document::Document;
use serde_json::{Value, json};

use crate::environment::{Environment, Ran};
use crate::team::{MQL, POLICY, Team, approved, change_folder, person_path};

const REGISTRY: &str = "registry/registry.json";

/// Makes a record say something else.
type Forge = fn(&mut Value);

/// Takes something out of a person's file.
type Loss = Box<dyn Fn(&mut Value)>;

fn record(change: &str) -> String {
    format!("{}/change.json", change_folder(change))
}

/// Edits a JSON file of the work folder.
fn edit(environment: &Environment, path: &str, edit: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_str(&environment.read(path)).expect("JSON");
    edit(&mut value);
    environment.write(path, &serde_json::to_string_pretty(&value).expect("JSON"));
}

/// Writes the proposal of the branch anew by hand: its record as `restated` leaves it, for the documents as they stand,
/// signed by the keeper.
fn restate(team: &Team, change: &str, restated: impl FnOnce(&mut Value)) {
    team.environment.canon(&["fmt"]).expect(0);
    let path = record(change);
    edit(&team.environment, &path, |record| {
        for row in record["rows"].as_array_mut().expect("rows") {
            let document = team.environment.read(row["path"].as_str().expect("a path"));
            let digest = Document::parse(document.as_bytes()).expect("a document").digest();
            row["to"] = json!(digest.to_string());
        }
        restated(record);
    });
    team.sign("keeper", &path);
    team.environment.commit("Propose by hand");
}

/// That `status` finds exactly these codes, with these paths, in the way of a change; and what it printed.
fn assert_blocked(team: &Team, change: &str, expected: &[(&str, &str)]) -> Ran {
    let ran = team.environment.canon(&["status", change, "--format", "json"]).expect(1);
    let findings = ran.findings("/changes/0/findings");
    let findings: Vec<(&str, &str)> = findings.iter().map(|(code, path)| (code.as_str(), path.as_str())).collect();
    assert_eq!(findings, expected, "{ran}");
    ran
}

/// That nothing stands in the way of a change.
fn assert_ready(team: &Team, change: &str) {
    let ran = team.environment.canon(&["status", change, "--format", "json"]).expect(0);
    assert_eq!(ran.findings("/changes/0/findings"), [], "{ran}");
}

/// That what the branch proposes does not count on the main branch, which stays as it was.
fn assert_worthless(team: &Team, path: &str) {
    let branch = team.environment.git(&["branch", "--show-current"]);
    let before = team.environment.git(&["rev-parse", "main"]);
    team.merge();
    team.assert_found("content-not-accepted", path);
    team.environment.git(&["reset", "-q", "--hard", &before]);
    team.environment.git(&["switch", "-q", &branch]);
}

/// That nobody can approve a change, and what they are told.
fn assert_refused(team: &Team, change: &str, told: &str) {
    let ran = team.environment.canon(&["approve", change, "--yes", "--key", &team.key("sales")]).expect(2);
    assert!(ran.stderr.contains(told), "{ran}");
}

/// That `verify` of a revision finds exactly this code at this path, and that nothing can be built on its history.
fn assert_no_start(environment: &Environment, revision: &str, code: &str, path: &str) {
    let ran = environment.canon(&["verify", revision, "--format", "json"]).expect(1);
    assert_eq!(ran.findings("/findings"), [(code.to_owned(), path.to_owned())], "{ran}");
    environment.git(&["branch", "-q", "-f", "main", revision]);
    let ran = environment.canon(&["status"]).expect(2);
    assert!(ran.stderr.contains("cannot be proven"), "{ran}");
}

#[test]
fn a_record_that_its_proposer_did_not_make_is_invalid() {
    let team = Team::new();
    let change = approved(&team);
    let path = record(&change);
    let invalid = |what: &str, told: &str| {
        team.environment.commit(what);
        let ran = assert_blocked(&team, &change, &[("change-invalid", &path)]);
        assert!(ran.stdout.contains(told), "{what}: {ran}");
        team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    };
    edit(&team.environment, &path, |record| record["title"] = json!("Wait less"));
    invalid("Reworded after it was signed", "does not fit the bytes");
    std::fs::remove_file(team.environment.work().join(format!("{path}.sig"))).expect("removed");
    invalid("Without its signature", "it is not signed");
    team.sign("marketing", &path);
    invalid("Signed by somebody else", "a key of `marketing`");
    let forged: [(&str, Forge, &str); 6] = [
        ("In another's name", |record| record["proposer"] = json!("sales"), "a key of `keeper`"),
        ("In nobody's name", |record| record["proposer"] = json!("nobody"), "`nobody` is nobody"),
        ("Of another registry", |record| record["registry"] = record["rows"][0]["to"].clone(), "another registry"),
        ("After what never settled", |record| record["after"] = record["rows"][0]["to"].clone(), "has not settled"),
        ("Under another id", |record| record["id"] = json!("2026-05-01-other"), "says that it is `2026-05-01-other`"),
        ("Without a time", |record| record["opened"] = json!("yesterday"), "no RFC 3339 time"),
    ];
    for (what, forge, told) in forged {
        edit(&team.environment, &path, forge);
        team.sign("keeper", &path);
        invalid(what, told);
    }
    edit(&team.environment, &path, |record| record["rows"] = json!([]));
    team.sign("keeper", &path);
    team.environment.commit("Without rows");
    assert_refused(&team, &change, &format!("{path}: it has no rows"));
    team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    edit(&team.environment, &path, |record| record["title"] = json!("Wait longer than before"));
    team.environment.commit("Reword it");
    assert_refused(&team, &change, "does not fit the bytes");
    assert_worthless(&team, MQL);
    team.sign("keeper", &path);
    team.environment.commit("Sign it, too");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.merge();
    team.assert_proven();
}

#[test]
fn a_proposer_whose_key_is_retired_before_the_change_lands_proposes_it_anew() {
    let team = Team::new();
    let change = approved(&team);
    assert_ready(&team, &change);
    team.environment.git(&["switch", "-q", "main"]);
    team.rotate("keeper");
    team.land("Rotate the key of the keeper", &["revops"]);
    assert_blocked(&team, &change, &[("change-invalid", &record(&change))]);
    team.environment.git(&["switch", "-q", &format!("change/{change}")]);
    team.environment.git(&["merge", "-q", "-m", "Update branch", "main"]);
    team.propose("keeper-new", "Wait longer");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    assert_ready(&team, &change);
    team.merge();
    team.assert_proven();
}

#[test]
fn a_rejection_counts_if_the_person_could_have_approved() {
    let team = Team::new();
    let change = approved(&team);
    let reject = |person: &str| {
        team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key(person)]).expect(0);
    };
    reject("revops");
    assert_ready(&team, &change);
    reject("sales");
    let path = record(&change);
    assert_blocked(&team, &change, &[("change-rejected", &path), ("approval-missing", &path)]);
    assert_worthless(&team, MQL);
    team.approve("sales", &change);
    team.merge();
    team.assert_proven();
}

#[test]
fn a_document_that_was_edited_after_the_proposal_is_not_what_was_approved() {
    let team = Team::new();
    let change = approved(&team);
    let proposed = team.environment.read(MQL);
    let mend = || team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);

    team.environment.write(MQL, &proposed.replacen("\n  \"kind\"", "\n\n  \"kind\"", 1));
    team.environment.commit("Only spelled differently");
    assert_ready(&team, &change);
    mend();
    team.cool_off(70, 80);
    team.environment.commit("Wait even longer");
    assert_blocked(&team, &change, &[("row-content", MQL)]);
    assert_refused(&team, &change, "the change record names");
    assert_worthless(&team, MQL);
    mend();
    team.environment.write(MQL, &proposed[1..]);
    team.environment.commit("Lose the first byte");
    assert_blocked(&team, &change, &[("row-content", MQL)]);
    assert_worthless(&team, MQL);
    mend();
    std::fs::remove_file(team.environment.work().join(MQL)).expect("removed");
    team.environment.commit("Lose it all");
    assert_blocked(&team, &change, &[("row-content", MQL)]);
    assert_refused(&team, &change, "missing or unreadable");
    assert_worthless(&team, MQL);
    mend();
    team.merge();
    team.assert_proven();
}

#[test]
fn a_change_that_was_overtaken_is_proposed_anew() {
    let team = Team::new();
    let change = approved(&team);
    team.environment.git(&["switch", "-q", "main"]);
    team.cool_off(60, 80);
    team.land("Wait longest", &["marketing", "sales"]);
    team.environment.git(&["switch", "-q", &format!("change/{change}")]);
    assert_eq!(team.environment.program("git", &["merge", "-q", "main"]).status, 1, "the branches conflict");
    team.environment.git(&["checkout", "-q", "--ours", MQL]);
    team.environment.commit("Update branch, and keep our own");
    assert_blocked(&team, &change, &[("row-moved", MQL)]);
    assert_refused(&team, &change, "is accepted now");
    assert_worthless(&team, MQL);
    team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    assert_ready(&team, &change);
    team.merge();
    team.assert_proven();
    assert!(team.environment.read(MQL).contains("\"version\": \"3.0.0\""), "another step, to another version");
}

#[test]
fn a_document_is_added_once() {
    let team = Team::new();
    let path = person_path("finance");
    team.add("finance", "\"cfo\"");
    team.environment.canon(&["fmt"]).expect(0);
    let first = team.propose("keeper", "Finance joins");
    team.approve("revops", &first);
    let file = team.environment.read(&path);
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.write(&path, &file);
    let second = team.propose("keeper", "Finance joins, too");
    restate(&team, &second, |record| record["rows"][0]["from"] = record["after"].clone());
    assert_blocked(&team, &second, &[("row-moved", &path), ("approval-missing", &record(&second))]);
    assert_refused(&team, &second, "none is accepted");
    assert_worthless(&team, &path);
    team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    team.approve("revops", &second);
    assert_ready(&team, &first);
    assert_ready(&team, &second);
    team.environment.git(&["switch", "-q", &format!("change/{first}")]);
    team.merge();
    team.assert_proven();
    assert_blocked(&team, &second, &[("row-moved", &path)]);
}

#[test]
fn a_version_rises_as_the_change_demands() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    let path = record(&change);
    let missing = [("approval-missing", path.as_str()), ("approval-missing", path.as_str())];
    let raise = |version: &str| {
        edit(&team.environment, MQL, |document| document["version"] = json!(version));
        restate(&team, &change, |record| {
            if version.starts_with(char::is_numeric) {
                record["rows"][0]["version"]["to"] = json!(version);
            }
        });
    };
    for low in ["two", "2.0.0-rc.1", "1.0.0", "1.1.0"] {
        raise(low);
        assert_blocked(&team, &change, &[&[("version-too-low", MQL)], &missing[..]].concat());
    }
    team.approve("marketing", &change);
    team.approve("sales", &change);
    assert_blocked(&team, &change, &[("version-too-low", MQL)]);
    assert_worthless(&team, MQL);
    raise("3.1.4");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    assert_ready(&team, &change);
    team.merge();
    team.assert_proven();
}

/// That proposing what was edited is denied, whoever approves; and gives the change.
fn assert_denied(team: &Team, reason: &str, path: &str, told: &str) -> String {
    let key = team.key("keeper");
    let arguments = ["propose", "--title", "Denied", "--why", "Because.", "--reason", reason, "--key", &key];
    let ran = team.environment.canon(&[&arguments[..], &["--format", "json"]].concat()).expect(1);
    let denied = ("row-denied".to_owned(), path.to_owned());
    assert!(ran.findings("/standing/findings").contains(&denied) && ran.stdout.contains(told), "{ran}");
    let value: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let change = value["standing"]["id"].as_str().expect("an id").to_owned();
    team.approve("marketing", &change);
    team.approve("sales", &change);
    assert_blocked(team, &change, &[("row-denied", path)]);
    assert_worthless(team, path);
    change
}

#[test]
fn what_no_rule_of_the_policy_covers_is_denied() {
    let team = Team::new();
    edit(&team.environment, POLICY, |policy| {
        policy["rules"].as_array_mut().expect("rules").retain(|rule| rule["id"] != "wording");
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Wording is for nobody", &["revops"]);
    let name = ("Marketing qualified lead", "Marketing-qualified lead");
    team.environment.edit(MQL, name.0, name.1);
    assert_denied(&team, "wording", MQL, "no rule of the policy covers it");
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.edit(MQL, name.0, name.1);
    team.cool_off(60, 70);
    team.land("A change of meaning has a rule", &["marketing", "sales"]);
    team.assert_proven();
}

#[test]
fn a_definition_that_takes_effect_on_the_wrong_day_is_denied() {
    let team = Team::new();
    edit(&team.environment, POLICY, |policy| {
        policy["effective_on"] =
            json!([{"at_least": "major", "on": "fiscal-quarter-start", "calendar": "hq", "except": ["corrective"]}]);
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Quarters begin on their first day", &["revops"]);
    team.cool_off(60, 70);
    team.environment.edit(MQL, "\"from\": \"2026-02-01\"", "\"from\": \"2026-06-01\"");
    let change = assert_denied(&team, "conceptual", MQL, "2026-06-01, which is no start of a fiscal quarter");
    for (reason, from, to) in [("corrective", "06-01", "06-01"), ("conceptual", "06-01", "05-01")] {
        team.environment.edit(MQL, &format!("\"from\": \"2026-{from}\""), &format!("\"from\": \"2026-{to}\""));
        team.environment.canon(&["propose", "--reason", reason, "--key", &team.key("keeper")]).expect(0);
        team.approve("marketing", &change);
        team.approve("sales", &change);
        assert_ready(&team, &change);
    }
    team.merge();
    team.assert_proven();
}

/// A team in which sales have an account, and a second key that was stolen; and ways in which one of these gets lost.
fn with_a_stolen_key() -> (Team, [Loss; 3]) {
    let team = Team::new();
    let (stolen, fresh) = (team.new_key("stolen"), team.new_key("fresh"));
    let since = team.environment.git(&["rev-parse", "HEAD"]);
    edit(&team.environment, &person_path("sales"), |person| {
        person["accounts"] = json!([{"host": "forge.example", "id": "7", "login": "sales"}]);
        let key = json!({"key": stolen, "status": "compromised", "since": since});
        person["keys"].as_array_mut().expect("keys").push(key);
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("A key of sales was stolen", &["revops"]);
    let ways: [Loss; 3] = [
        Box::new(move |person| person["keys"][0]["key"] = json!(fresh)),
        Box::new(|person| person["accounts"] = json!([])),
        Box::new(move |person| person["keys"][1] = json!({"key": stolen, "status": "active"})),
    ];
    (team, ways)
}

#[test]
fn people_keys_and_accounts_stay() {
    let (team, ways) = with_a_stolen_key();
    let path = person_path("sales");
    team.environment.edit(&path, "\"name\": \"sales\"", "\"name\": \"Sales\"");
    let change = team.propose("keeper", "Spell it");
    for lose in &ways {
        edit(&team.environment, &path, lose);
        restate(&team, &change, |_| ());
        assert_blocked(&team, &change, &[("approval-missing", &record(&change)), ("people-lost", &path)]);
        team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    edit(&team.environment, &path, &ways[0]);
    restate(&team, &change, |_| ());
    team.approve("revops", &change);
    assert_blocked(&team, &change, &[("people-lost", &path)]);
    assert_worthless(&team, &path);
    team.environment.git(&["reset", "-q", "--hard", "HEAD~2"]);
    team.approve("revops", &change);
    assert_ready(&team, &change);
    team.merge();
    team.assert_proven();
}

#[test]
fn what_people_would_lose_is_not_proposed() {
    let (team, ways) = with_a_stolen_key();
    let path = person_path("sales");
    let before = team.environment.fingerprint();
    for lose in &ways {
        edit(&team.environment, &path, lose);
        team.environment.canon(&["fmt"]).expect(0);
        let key = team.key("keeper");
        let arguments = ["propose", "--title", "Lose", "--why", "Because.", "--format", "json", "--key", &key];
        let ran = team.environment.canon(&arguments).expect(1);
        assert_eq!(ran.findings("/findings"), [("people-lost".to_owned(), path.clone())], "{ran}");
        team.environment.git(&["checkout", "-q", &path]);
        assert_eq!(team.environment.fingerprint(), before);
    }
    team.rotate("sales");
    team.land("A key ends as retired", &["revops"]);
    team.assert_proven();
}

#[test]
fn a_tip_that_cannot_be_remembered_is_said() {
    let team = Team::new();
    let memory = team.environment.work().join(".git/canonry");
    let _ = std::fs::remove_dir_all(&memory);
    std::fs::write(&memory, "no folder").expect("written");
    assert_eq!(team.verify(), (true, vec![("tip-not-remembered".to_owned(), REGISTRY.to_owned())]));
    let unproven = team.environment.canon(&["verify", "HEAD~1", "--format", "json"]).expect(0);
    assert_eq!(unproven.findings("/findings"), [], "another revision is not remembered");
    std::fs::remove_file(&memory).expect("removed");
    team.assert_proven();
    team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    team.assert_found("tip-lost", REGISTRY);
}

#[test]
fn a_registry_without_a_policy_in_its_first_commit_is_no_start() {
    let environment = Environment::with_registry();
    let policy = environment.read(POLICY);
    environment.git(&["switch", "-q", "-c", "work"]);
    environment.git(&["checkout", "-q", "--orphan", "lawless"]);
    std::fs::remove_file(environment.work().join(POLICY)).expect("removed");
    environment.commit("Start without a policy");
    assert_no_start(&environment, "lawless", "genesis-invalid", POLICY);
    environment.write(POLICY, &policy);
    environment.commit("Add it later");
    assert_no_start(&environment, "lawless", "genesis-invalid", POLICY);
    environment.git(&["checkout", "-q", "--orphan", "lawful"]);
    environment.commit("Start with it");
    let ran = environment.canon(&["verify", "lawful", "--format", "json"]).expect(0);
    assert_eq!(ran.findings("/findings"), [], "{ran}");
}

#[test]
fn a_history_without_a_registry_is_no_start() {
    let environment = Environment::with_registry();
    environment.git(&["checkout", "-q", "--orphan", "other"]);
    environment.git(&["rm", "-r", "-q", "--cached", "."]);
    environment.git(&["commit", "-q", "--allow-empty", "-m", "Something else"]);
    assert_no_start(&environment, "other", "no-genesis", REGISTRY);
    environment.commit("Start a registry");
    let ran = environment.canon(&["verify", "other", "--format", "json"]).expect(0);
    assert_eq!(ran.findings("/findings"), [], "{ran}");
}
