//! What several thefts did together, what they took back, and what they left behind.

use serde_json::json;

use super::keys::{edit, record, stolen};
use crate::team::{MQL, POLICY, Team, approved, change_folder, person_path};

/// The file of a decision.
fn decision(change: &str, name: &str) -> String {
    format!("{}/approvals/{name}.json", change_folder(change))
}

/// A team in which two people hold each of the roles that must agree.
fn doubled() -> Team {
    let team = Team::new();
    team.add("second", r#""cmo""#);
    team.add("deputy", r#""cro""#);
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Nobody is alone", &["revops"]);
    team
}

/// Commits something that nothing governs.
fn notes(team: &Team) {
    team.environment.write("notes.txt", "Nothing governed.\n");
    team.environment.commit("Notes");
}

/// Proposes that a landed change was meant so, and gives the id of that.
fn confirm(team: &Team, change: &str, person: &str) -> String {
    let arguments = ["propose", "--title", "It was us", "--why", "They say so.", "--ratifies", change];
    team.environment.canon(&[&arguments[..], &["--key", &team.key(person)]].concat()).expect(0);
    team.change_here()
}

#[test]
fn two_stolen_keys_do_not_excuse_one_another() {
    for at_once in [true, false] {
        let team = doubled();
        team.cool_off(60, 70);
        let change = team.propose("keeper", "Wait longer");
        for person in ["marketing", "second", "sales", "deputy"] {
            team.approve(person, &change);
        }
        team.merge();
        let since = team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
        stolen(&team, "sales", &since);
        if !at_once {
            team.land("A key of sales was stolen", &["revops"]);
            team.assert_proven();
        }
        stolen(&team, "deputy", &since);
        team.land("The other one, too", &["revops"]);
        team.assert_found("change-tainted", &record(&change));
        let ran = team.environment.canon(&["verify", "--format", "json"]).expect(1);
        let told: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
        assert_eq!(told["tainted"][0]["keys"].as_array().map(Vec::len), Some(2), "{ran}");
        // One who is confirmed is judged by what confirmed it, whatever is found of the old approvals.
        let confirming = confirm(&team, &change, "keeper");
        team.approve("marketing", &confirming);
        team.approve("sales-fresh", &confirming);
        team.merge();
        team.assert_proven();
        stolen(&team, "second", &since);
        team.land("And a third", &["revops"]);
        team.assert_proven();
    }
}

#[test]
fn a_rejection_that_a_thief_took_back_still_blocks() {
    for honest in [false, true] {
        let team = doubled();
        team.cool_off(60, 70);
        let change = team.propose("keeper", "Wait longer");
        team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("sales")]).expect(0);
        team.merge();
        team.approve("marketing", &change);
        // The same key rejected and took that back; what had landed before the theft is its owner's.
        team.environment.canon(&["approve", &change, "--withdraw", "--yes", "--key", &team.key("sales")]).expect(0);
        if honest {
            notes(&team);
        }
        let theft = team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
        team.assert_found("content-not-accepted", MQL);
        team.approve("deputy", &change);
        team.environment.canon(&["verify"]).expect(0);
        stolen(&team, "sales", &theft);
        team.land("A key of sales was stolen", &["revops"]);
        let (holds, findings) = team.verify();
        assert_eq!(holds, honest, "{findings:?}");
        assert_eq!(findings.contains(&("change-tainted".to_owned(), record(&change))), !honest, "{findings:?}");
    }
}

#[test]
fn whoever_was_asked_as_an_owner_of_what_rests_on_it_confirms_it_too() {
    let team = Team::new();
    team.add("counsel", r#""legal""#);
    team.environment.edit_json(POLICY, |policy| {
        policy["roles"].as_array_mut().expect("roles").push(json!({"id": "legal", "name": "Legal"}));
        let when = json!({"affected": true, "kinds": ["handoff"]});
        let rule = json!({"id": "neighbours", "when": when, "require": [{"role": "legal"}]});
        policy["rules"].as_array_mut().expect("rules").push(rule);
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Neighbours are asked", &["revops"]);
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    for person in ["marketing", "sales"] {
        team.approve(person, &change);
    }
    team.environment.canon(&["status", &change]).expect(1);
    team.approve("counsel", &change);
    team.merge();
    stolen(&team, "counsel", "HEAD");
    team.land("A key of legal was stolen", &["revops"]);
    team.assert_found("change-tainted", &record(&change));
    let confirming = confirm(&team, &change, "keeper");
    for person in ["marketing", "sales"] {
        team.approve(person, &confirming);
    }
    let ran = team.environment.canon(&["status", &confirming]).expect(1);
    assert!(ran.stdout.contains("legal: missing"), "{ran}");
    team.approve("counsel-fresh", &confirming);
    team.merge();
    team.assert_proven();
}

#[test]
fn a_rejection_that_landed_outlives_its_key() {
    for leaves in [false, true] {
        let team = doubled();
        team.cool_off(60, 70);
        let change = team.propose("keeper", "Wait longer");
        team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("sales")]).expect(0);
        team.merge();
        let content = team.environment.read(MQL);
        team.environment.git(&["checkout", "-q", "HEAD~1", "--", MQL]);
        team.environment.commit("Not yet");
        if leaves {
            team.environment.canon(&["people", "retire", "sales"]).expect(0);
        } else {
            team.rotate("sales");
        }
        team.land("Sales have another key", &["revops"]);
        team.environment.write(MQL, &content);
        team.environment.commit("Again");
        team.approve("marketing", &change);
        team.approve("deputy", &change);
        let (holds, findings) = team.verify();
        // Nobody who left decides on anything.
        assert_eq!(holds, leaves, "{findings:?}");
        if !leaves {
            let ran = team.environment.canon(&["status", &change]).expect(1);
            assert!(ran.stdout.contains("sales rejects it"), "{ran}");
            team.environment.canon(&["approve", &change, "--yes", "--key", &team.key("sales-new")]).expect(0);
            team.environment.canon(&["verify"]).expect(0);
        }
    }
}

#[test]
fn what_settled_by_a_policy_that_a_thief_brought_is_named() {
    for kept in [true, false] {
        let team = doubled();
        team.environment.edit(POLICY, "\"id\": \"addition\"", "\"id\": \"additions\"");
        team.environment.canon(&["fmt"]).expect(0);
        let brought = team.land("Another policy", &["revops"]);
        let since = team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
        let change = approved(&team);
        team.merge();
        team.assert_proven();
        // Another one holds the role, so that somebody can confirm it.
        team.add("other", r#""revops""#);
        team.environment.canon(&["fmt"]).expect(0);
        team.land("Another one", &["revops"]);
        stolen(&team, "revops", &since);
        team.land("The key of revops was stolen", &["other"]);
        team.assert_found("change-tainted", &record(&brought));
        team.assert_found("settled-under-doubt", &record(&brought));
        let ran = team.environment.canon(&["verify"]).expect(1);
        assert!(ran.stdout.contains(&change), "{ran}");

        let key = team.key("keeper");
        let mut arguments = vec!["propose", "--title", "What became of it", "--why", "They say so.", "--key", &key];
        let others = tainted(&team);
        others.iter().for_each(|id| arguments.extend(["--ratifies", id]));
        if !kept {
            arguments.extend(["--revert", &brought]);
        }
        team.environment.canon(&arguments).expect(0);
        let answer = team.change_here();
        // Whom a doubtful change let in is not asked, as long as there is somebody else.
        team.approve("other", &answer);
        let ran = team.environment.canon(&["status", &answer]).expect(1);
        assert!(ran.stdout.contains("revops: missing; revops may give it"), "{ran}");
        team.approve("revops-fresh", &answer);
        team.merge();
        let (holds, findings) = team.verify();
        assert!(holds, "{findings:?}");
        let named = findings.contains(&("settled-under-doubt".to_owned(), record(&brought)));
        assert_eq!(named, !kept, "{findings:?}");
    }
}

/// The changes that must be confirmed.
fn tainted(team: &Team) -> Vec<String> {
    let ran = team.environment.canon(&["verify", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let tainted = told["tainted"].as_array().expect("changes");
    tainted.iter().map(|one| one["change"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn what_a_stolen_key_left_behind_keeps_nobody_from_deciding() {
    let team = doubled();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    team.merge();
    let theft = team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
    // A thief approves in the far future, so that nothing could come after it.
    let path = decision(&change, "sales");
    let forged = team.environment.read(&decision(&change, "marketing"));
    let forged = forged.replace("\"marketing\"", "\"sales\"");
    let at = forged.split("\"at\": \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a time").to_owned();
    team.environment.write(&path, &forged.replace(&at, "9999-12-30T22:00:00Z").replace("approve", "withdraw"));
    team.sign("sales", &path);
    team.environment.commit("Forge");
    team.environment.git(&["checkout", "-q", "HEAD~2", "--", MQL]);
    team.environment.commit("Not yet");
    stolen(&team, "sales", &theft);
    team.land("The key of sales was stolen", &["revops"]);
    team.environment.git(&["checkout", "-q", &theft, "--", MQL]);
    team.environment.commit("Again");
    let (holds, findings) = team.verify();
    assert!(!holds && !findings.iter().any(|(code, _)| code == "record-unknown"), "{findings:?}");
    team.environment.canon(&["approve", &change, "--yes", "--key", &team.key("sales-fresh")]).expect(0);
    let told: serde_json::Value =
        serde_json::from_str(&team.environment.read(&decision(&change, "sales.2"))).expect("JSON");
    assert!(!told["at"].as_str().expect("a time").starts_with("9999"), "{told}");
    team.environment.canon(&["verify"]).expect(0);
}

#[test]
fn copies_and_decisions_on_nothing_do_not_become_permanent() {
    for copied_to in ["sales.3", "sales.4000000000", "elsewhere"] {
        let team = doubled();
        team.cool_off(60, 70);
        let change = team.propose("keeper", "Wait longer");
        team.approve("sales", &change);
        team.environment.canon(&["approve", &change, "--withdraw", "--yes", "--key", &team.key("sales")]).expect(0);
        let copied = team.environment.read(&decision(&change, "sales"));
        let (path, text, why) = match copied_to {
            "elsewhere" => {
                let text = copied.replace(&change, "2026-05-01-nowhere");
                (decision("2026-05-01-nowhere", "sales"), text, "there is no change `2026-05-01-nowhere`")
            }
            name => (decision(&change, name), copied, "it is a copy of"),
        };
        team.environment.write(&path, &text);
        team.sign("sales", &path);
        team.environment.commit("Forge");
        team.merge();
        team.assert_found("record-unknown", &path);
        let ran = team.environment.canon(&["verify"]).expect(1);
        assert!(ran.stdout.contains(why), "{why}: {ran}");
        for ending in ["", ".sig"] {
            team.environment.git(&["rm", "-q", &format!("{path}{ending}")]);
        }
        team.environment.commit("Take it away");
        team.approve("marketing", &change);
        team.assert_found("content-not-accepted", MQL);
        team.approve("sales", &change);
        team.environment.canon(&["verify"]).expect(0);
    }
}

/// Renames a decision with its signature.
fn rename(team: &Team, from: &str, to: &str) {
    for ending in ["", ".sig"] {
        team.environment.git(&["mv", &format!("{from}{ending}"), &format!("{to}{ending}")]);
    }
    team.environment.commit("Another name");
}

#[test]
fn names_of_files_decide_nothing() {
    // An approval that was taken back is put behind what took it back, before both land.
    let team = doubled();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.environment.canon(&["approve", &change, "--withdraw", "--yes", "--key", &team.key("sales")]).expect(0);
    rename(&team, &decision(&change, "sales"), &decision(&change, "sales.4000000000"));
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("an old one put back"), "{ran}");
    team.merge();
    team.assert_found("content-not-accepted", MQL);
    // Whoever was robbed of the order of their files decides all the same.
    team.approve("sales", &change);
    team.environment.canon(&["verify"]).expect(0);
}

#[test]
fn junk_before_a_decision_takes_nothing_from_it() {
    let team = doubled();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    team.merge();
    let junk = decision(&change, "sales");
    let text = team.environment.read(&decision(&change, "marketing")).replace("\"marketing\"", "\"sales\"");
    team.environment.write(&junk, &text);
    team.environment.write(&format!("{junk}.sig"), "junk\n");
    team.environment.commit("Junk");
    team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("sales")]).expect(0);
    team.approve("deputy", &change);
    team.assert_found("record-unknown", &junk);
    let rejection = decision(&change, "sales.2");
    for path in [&junk, &rejection] {
        team.environment.git(&["rm", "-q", path, &format!("{path}.sig")]);
    }
    team.environment.commit("Clean up");
    team.assert_found("record-altered", &rejection);
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn a_retired_key_takes_no_rejection_back() {
    let team = doubled();
    team.rotate("sales");
    team.land("Another key for sales", &["revops"]);
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("sales-new")]).expect(0);
    team.approve("marketing", &change);
    team.approve("deputy", &change);
    team.merge();
    team.assert_found("content-not-accepted", MQL);
    for taken_back in ["withdraw", "approve"] {
        let path = decision(&change, if taken_back == "withdraw" { "sales.2" } else { "sales.3" });
        let rejection = team.environment.read(&decision(&change, "sales"));
        let at = rejection.split("\"at\": \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a time");
        let text = rejection.replace("\"reject\"", &format!("\"{taken_back}\"")).replace(at, "2027-01-01T00:00:00Z");
        team.environment.write(&path, &text);
        team.sign("sales", &path);
        team.environment.commit("With the old key");
        team.assert_found("content-not-accepted", MQL);
    }
    // Nor does it keep the owner from deciding.
    team.environment.canon(&["approve", &change, "--yes", "--key", &team.key("sales-new")]).expect(0);
    team.environment.canon(&["verify"]).expect(0);
}

#[test]
fn nothing_is_confirmed_by_whom_a_thief_let_in() {
    for after_the_report in [false, true] {
        let team = doubled();
        let since = || team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
        for evil in ["evil-one", "evil-two"] {
            team.add(evil, r#""revops""#);
        }
        team.environment.canon(&["fmt"]).expect(0);
        let brought = team.propose("deputy", "Colleagues");
        team.approve("revops", &brought);
        team.merge();
        let theft = since();
        let confirm_by_the_evil = || {
            let confirming = confirm(&team, &brought, "evil-one");
            team.approve("evil-two", &confirming);
            team.merge();
        };
        if !after_the_report {
            // What is not tainted is not confirmed.
            let key = team.key("evil-one");
            let early =
                ["propose", "--title", "It was us", "--why", "They say so.", "--ratifies", &brought, "--key", &key];
            let ran = team.environment.canon(&early).expect(2);
            assert!(ran.stderr.contains("does not have to be confirmed"), "{ran}");
            forge_confirmation(&team, &brought);
        }
        stolen(&team, "deputy", &theft);
        stolen(&team, "revops", &theft);
        let report = team.propose("marketing", "Two keys were stolen");
        team.approve("keeper", &report);
        team.merge();
        team.assert_found("change-tainted", &record(&brought));
        if after_the_report {
            confirm_by_the_evil();
            team.assert_found("change-tainted", &record(&brought));
        }
    }
}

/// Lands a change that names another one in `ratifies`, as a patched program would write it, with the approval of those whom
/// that let in.
fn forge_confirmation(team: &Team, confirmed: &str) {
    team.environment.edit(POLICY, "\"id\": \"addition\"", "\"id\": \"additions\"");
    team.environment.canon(&["fmt"]).expect(0);
    let change = team.propose("evil-one", "Another policy");
    let path = record(&change);
    team.environment.edit_json(&path, |record| record["ratifies"] = json!([confirmed]));
    team.sign("evil-one", &path);
    team.environment.commit("Confirm it");
    team.approve("evil-two", &change);
    team.merge();
    team.environment.canon(&["verify"]).expect(0);
}

#[test]
fn a_thief_does_not_bring_an_earlier_text_back() {
    let team = doubled();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("sales", &change);
    let first = team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
    team.cool_off(70, 80);
    team.propose("keeper", "Wait longer");
    team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("sales")]).expect(0);
    team.merge();
    notes(&team);
    let theft = team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let text = record(&change);
    team.environment.git(&["checkout", "-q", &first, "--", MQL, &text, &format!("{text}.sig")]);
    team.environment.commit("The earlier text");
    team.approve("marketing", &change);
    team.assert_found("content-not-accepted", MQL);
    team.environment.canon(&["approve", &change, "--yes", "--key", &team.key("sales")]).expect(0);
    team.environment.canon(&["verify"]).expect(0);
    stolen(&team, "sales", &theft);
    team.land("The key of sales was stolen", &["revops"]);
    team.assert_found("change-tainted", &record(&change));
}

#[test]
fn a_report_of_theft_wipes_no_rejection_away() {
    for said_before in [None, Some("approve")] {
        let team = doubled();
        team.cool_off(60, 70);
        let change = team.propose("keeper", "Wait longer");
        team.merge();
        let decide = |choice: &[&str], key: &str| {
            let key = team.key(key);
            let arguments = [&["approve", &change, "--yes", "--key", &key], choice].concat();
            team.environment.canon(&arguments).expect(0);
        };
        if said_before.is_some() {
            decide(&[], "sales");
        }
        notes(&team);
        let theft = team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
        // Rejected by whomever, and taken back by a thief.
        decide(&["--reject"], "sales");
        decide(&["--withdraw"], "sales");
        let content = team.environment.read(MQL);
        team.cool_off(70, 60);
        team.environment.commit("Not yet");
        stolen(&team, "sales", &theft);
        team.land("A key of sales was stolen", &["revops"]);
        team.environment.write(MQL, &content);
        team.environment.commit("Again");
        for person in ["marketing", "deputy"] {
            team.approve(person, &change);
        }
        team.assert_found("content-not-accepted", MQL);
        let ran = team.environment.canon(&["status", &change]).expect(1);
        assert!(ran.stdout.contains("sales rejects it"), "{ran}");
        // Its person decides anew.
        decide(&[], "sales-fresh");
        team.environment.canon(&["verify"]).expect(0);
    }
}

#[test]
fn what_only_a_stolen_key_confirmed_is_doubtful_again() {
    let team = doubled();
    team.add("other", r#""revops""#);
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Another one", &["revops"]);
    notes(&team);
    let theft = team.environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
    // A stolen key lets somebody in; another one, not known to be stolen yet, confirms that.
    team.add("evil", r#""revops""#);
    team.environment.canon(&["fmt"]).expect(0);
    let brought = team.land("A colleague", &["revops"]);
    let change = approved(&team);
    team.merge();
    stolen(&team, "revops", &theft);
    team.land("The key of revops was stolen", &["other"]);
    let confirming = confirm(&team, &brought, "keeper");
    team.approve("other", &confirming);
    team.merge();
    let (holds, findings) = team.verify();
    assert!(holds && findings.is_empty(), "{findings:?}");
    stolen(&team, "other", &theft);
    let report = team.propose("keeper", "And that of the other one");
    team.approve("revops-fresh", &report);
    team.merge();
    team.assert_found("change-tainted", &record(&confirming));
    team.assert_found("settled-under-doubt", &record(&brought));
    let told = team.environment.canon(&["verify"]).expect(1).stdout;
    assert!(told.contains(&change), "{told}");
    let again = confirm(&team, &confirming, "keeper");
    team.approve("evil", &again);
    team.environment.canon(&["status", &again]).expect(1);
    team.approve("revops-fresh", &again);
    team.environment.canon(&["status", &again]).expect(0);
}

#[test]
fn nobody_signs_a_time_that_somebody_else_chose() {
    let team = doubled();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    let told = |name: &str| team.environment.read(&decision(&change, name));
    let at = |text: &str| {
        text.split("\"at\": \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a time").to_owned()
    };
    let forged = told("marketing").replace("\"marketing\"", "\"sales\"");
    let forged = forged.replace(&at(&forged), "9999-12-30T21:00:00Z");
    // A stranger's signature says nothing of sales.
    team.new_key("stranger");
    let path = decision(&change, "sales");
    team.environment.write(&path, &forged);
    team.sign("stranger", &path);
    team.environment.commit("Forge");
    team.approve("sales", &change);
    assert!(!at(&told("sales.2")).starts_with("9999"), "{}", told("sales.2"));
    // The owner's key does, and they are told.
    team.sign("sales", &path);
    team.environment.commit("With the key of sales");
    let before = team.environment.fingerprint();
    let ran = team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("sales")]).expect(2);
    assert!(
        ran.stderr.contains("says 9999-12-30T21:00:00Z") && ran.stderr.contains("canon people compromise"),
        "{ran}"
    );
    assert_eq!(team.environment.fingerprint(), before);
}

#[test]
fn people_of_an_imported_registry_may_have_lost_keys_long_ago() {
    let team = Team::new();
    let nowhere = "0123456789012345678901234567890123456789";
    let fresh = team.new_key("keeper-fresh");
    edit(&team, "keeper", |person| {
        let old = person["keys"][0]["key"].clone();
        person["keys"] = json!([
            {"key": fresh, "status": "compromised", "since": nowhere},
            {"key": old, "status": "active"},
        ]);
    });
    // The same state as the beginning of another registry: its people can still be changed.
    team.environment.git(&["checkout", "-q", "--orphan", "again"]);
    team.environment.git(&["rm", "-r", "-q", "--cached", "registry/changes"]);
    std::fs::remove_dir_all(team.environment.work().join("registry/changes")).expect("records");
    team.environment.commit("Another beginning");
    team.environment.git(&["branch", "-q", "-f", "main", "again"]);
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.git(&["config", "--unset", "canonry.trust"]);
    std::fs::remove_dir_all(team.environment.work().join(".git/canonry")).ok();
    team.environment.edit(&person_path("revops"), "\"name\": \"revops\"", "\"name\": \"Operations\"");
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Another name", &["revops"]);
    team.environment.canon(&["verify"]).expect(0);
    // Also the person who had lost one loses the rest.
    team.environment.canon(&["people", "compromise", "keeper", "--since", "HEAD"]).expect(0);
    let change = team.propose("marketing", "The keeper is lost");
    team.approve("revops", &change);
    team.environment.canon(&["status", &change]).expect(0);
}
