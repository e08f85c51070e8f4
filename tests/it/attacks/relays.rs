//! A relay that lies, a key of one that was stolen, and people who play the relay.

use canonry::document::Document;
use serde_json::{Value, json};

use crate::relay::{at, github, proposed, record, relay, relaying};
use crate::team::{MQL, POLICY, Team, change_folder, person_path};

/// A relayed approval of a change as somebody would forge it, written and signed.
fn forge(team: &Team, change: &str, person: &str, account: &str, signer: &str, alter: impl FnOnce(&mut Value)) {
    let name = person.split('.').next().expect("an id");
    let proposal = team.environment.read(&format!("{}/change.json", change_folder(change)));
    let proposal = Document::parse(proposal.as_bytes()).expect("JSON").digest().to_string();
    let mut decision = json!({
        "type": "canonry/approval@1", "registry": team.environment.git(&["config", "canonry.trust"]).trim(),
        "change": change, "proposal": proposal, "person": name, "decision": "approve",
        "at": "2026-05-01T09:45:00Z", "via": "relay",
        "evidence": {
            "host": "github.com", "repository": "example-company/revenue-definitions", "pull_request": 12,
            "review": "700001", "account": account, "head": team.environment.git(&["rev-parse", "HEAD"]),
            "time": "2026-05-01T09:45:00Z", "payload": format!("sha256:{}", "a".repeat(64)), "relay": "review-relay",
        },
    });
    alter(&mut decision);
    let path = record(change, person);
    team.environment.write(&path, &decision.to_string());
    team.sign(signer, &path);
    team.environment.commit("Forge");
}

/// That a change is missing something, and is found if it lands all the same.
fn refused(team: &Team, change: &str) {
    team.environment.canon(&["status", change]).expect(1);
    team.merge();
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn a_relay_speaks_for_nobody_by_an_account_that_is_not_theirs() {
    for account in ["4002", "4003", "4999", "04001"] {
        let team = relaying();
        let change = proposed(&team);
        team.approve("sales", &change);
        forge(&team, &change, "marketing-lead", account, "review-relay", |_| ());
        refused(&team, &change);
        team.assert_found("record-unknown", &record(&change, "marketing-lead"));
    }
    // At another forge the same number is somebody else's.
    let team = relaying();
    let change = proposed(&team);
    team.approve("sales", &change);
    let elsewhere = |decision: &mut Value| decision["evidence"]["host"] = json!("forge.example.com");
    forge(&team, &change, "marketing-lead", "4001", "review-relay", elsewhere);
    refused(&team, &change);
    // What is forged here differs from what is honest in nothing else.
    let twin = relaying();
    let change = proposed(&twin);
    twin.approve("sales", &change);
    forge(&twin, &change, "marketing-lead", "4001", "review-relay", |_| ());
    twin.merge();
    twin.assert_proven();
}

#[test]
fn a_relay_s_key_signs_for_others_only_as_a_relay() {
    for person in ["marketing", "marketing-lead"] {
        let team = relaying();
        let change = proposed(&team);
        team.approve("sales", &change);
        forge(&team, &change, person, "4001", "review-relay", |decision| {
            decision.as_object_mut().expect("members").remove("evidence");
            decision["via"] = json!("ssh");
        });
        refused(&team, &change);
        team.assert_found("record-unknown", &record(&change, person));
    }
}

#[test]
fn whoever_is_no_relay_relays_nothing() {
    for (signer, says) in [("sales", "sales"), ("sales", "review-relay"), ("review-relay", "sales")] {
        let team = relaying();
        let change = proposed(&team);
        team.approve("sales", &change);
        let named = |decision: &mut Value| decision["evidence"]["relay"] = json!(says);
        forge(&team, &change, "marketing-lead", "4001", signer, named);
        refused(&team, &change);
        team.assert_found("record-unknown", &record(&change, "marketing-lead"));
    }
}

#[test]
fn evidence_is_as_it_was_signed() {
    let team = relaying();
    let change = proposed(&team);
    relay(&team, &github(&team, 4001, |_| ())).expect(0);
    relay(&team, &github(&team, 4002, |_| ())).expect(0);
    team.environment.canon(&["status", &change]).expect(0);
    let path = record(&change, "marketing-lead");
    team.environment.edit(&path, "\"pull_request\": 12", "\"pull_request\": 13");
    team.environment.commit("Say that it was elsewhere");
    team.environment.canon(&["status", &change]).expect(1);
    team.merge();
    team.assert_found("content-not-accepted", MQL);
    team.assert_found("record-unknown", &path);
}

#[test]
fn a_relayed_decision_that_was_taken_back_does_not_count_again() {
    let team = relaying();
    let change = proposed(&team);
    team.approve("sales", &change);
    relay(&team, &github(&team, 4001, |event| at(event, 10))).expect(0);
    team.environment.canon(&["status", &change]).expect(0);
    let dismissed = github(&team, 4001, |event| {
        at(event, 10);
        (event["action"], event["review"]["state"]) = (json!("dismissed"), json!("dismissed"));
    });
    relay(&team, &dismissed).expect(0);
    for ending in ["json", "json.sig"] {
        let path = |number: &str| format!("{}/approvals/marketing-lead{number}.{ending}", change_folder(&change));
        team.environment.write(&path(".3"), &team.environment.read(&path("")));
    }
    team.environment.commit("Once more");
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("an old one put back"), "{ran}");
    refused(&team, &change);
}

#[test]
fn a_rejection_signed_with_a_key_stands_against_relays() {
    let plain = "2026-05-01T09:45:00Z";
    let cases = [
        ("approve", "sales.2", plain, false, "which no relay takes back"),
        ("withdraw", "sales.2", plain, false, "which no relay takes back"),
        ("approve", "sales.3", plain, false, "which no relay takes back"),
        ("approve", "sales.2", plain, true, "which no relay takes back"),
        ("approve", "sales.2", "9999-12-30T22:00:00Z", true, "it says another time than its evidence"),
    ];
    for (decision, number, time, rubbish, why) in cases {
        let team = relaying();
        // Somebody else could fill the slot, so nothing but the rejection is in the way.
        team.add("deputy", r#""cro""#);
        team.environment.canon(&["fmt"]).expect(0);
        team.land("A deputy", &["revops"]);
        let change = proposed(&team);
        team.approve("deputy", &change);
        team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("sales")]).expect(0);
        forge(&team, &change, number, "4002", "review-relay", |one| {
            one["decision"] = json!(decision);
            one["at"] = json!(time);
        });
        forge(&team, &change, "marketing-lead", "4001", "review-relay", |_| ());
        if rubbish {
            team.environment.write(&record(&change, "sales.3"), &team.environment.read(&record(&change, "sales")));
            team.environment.commit("Rubbish");
        }
        let ran = team.environment.canon(&["status", &change]).expect(1);
        assert!(ran.stdout.contains("sales rejects it") && ran.stdout.contains(why), "{why}: {ran}");
        refused(&team, &change);
    }
}

#[test]
fn a_stolen_key_of_a_relay_lands_nothing_by_itself() {
    let team = relaying();
    team.cool_off(60, 70);
    let change = team.propose("review-relay", "Wait longer");
    forge(&team, &change, "marketing-lead", "4001", "review-relay", |_| ());
    forge(&team, &change, "sales", "4002", "review-relay", |_| ());
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("`review-relay` relays it and has proposed the change"), "{ran}");
    refused(&team, &change);
}

#[test]
fn what_a_stolen_key_of_a_relay_let_land_must_be_confirmed() {
    let team = relaying();
    let change = proposed(&team);
    relay(&team, &github(&team, 4001, |_| ())).expect(0);
    team.approve("sales", &change);
    team.merge();
    team.assert_proven();
    team.new_key("relay-fresh");
    let public = |name: &str| format!("{}.pub", team.key(name));
    let people = |arguments: &[&str]| team.environment.canon(&[&["people"], arguments].concat()).expect(0);
    people(&["rotate", "review-relay", "--key", &public("relay-fresh")]);
    people(&["compromise", "review-relay", "--key", &public("review-relay"), "--since", "HEAD"]);
    team.land("The key of the relay was stolen", &["revops"]);
    team.assert_found("change-tainted", &format!("{}/change.json", change_folder(&change)));
    let arguments = ["propose", "--title", "It was us", "--why", "We say so.", "--ratifies", &change];
    team.environment.canon(&[&arguments[..], &["--key", &team.key("keeper")]].concat()).expect(0);
    let confirming = team.change_here();
    let event = github(&team, 4001, |_| ());
    relay(&team, &event).expect(2);
    team.environment.canon(&["relay", "--event", &event, "--key", &team.key("relay-fresh")]).expect(0);
    team.approve("sales", &confirming);
    team.merge();
    team.assert_proven();
}

#[test]
fn what_a_stolen_account_let_land_must_be_confirmed() {
    let team = relaying();
    let change = proposed(&team);
    relay(&team, &github(&team, 4001, |_| ())).expect(0);
    team.approve("sales", &change);
    team.merge();
    team.environment.canon(&["people", "compromise", "marketing-lead", "--since", "HEAD"]).expect(0);
    team.land("The account of marketing was stolen", &["revops"]);
    team.assert_found("change-tainted", &format!("{}/change.json", change_folder(&change)));

    // What would have settled without it stands.
    let team = relaying();
    let change = proposed(&team);
    relay(&team, &github(&team, 4001, |_| ())).expect(0);
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.merge();
    team.environment.canon(&["people", "compromise", "marketing-lead", "--since", "HEAD"]).expect(0);
    team.land("The account of marketing was stolen", &["revops"]);
    team.assert_proven();
}

#[test]
fn a_button_on_another_pull_request_approves_nothing_that_lies_on_main() {
    let team = relaying();
    let change = proposed(&team);
    team.merge();
    team.assert_found("content-not-accepted", MQL);
    team.environment.git(&["switch", "-q", "-c", "readme"]);
    team.environment.write("README.md", "A typo less.\n");
    team.environment.commit("Mend a typo");
    let before = team.environment.fingerprint();
    for named in [vec!["relay"], vec!["relay", &change]] {
        let event = github(&team, 4001, |_| ());
        let key = team.key("review-relay");
        let ran = team.environment.canon(&[&named[..], &["--event", &event, "--key", &key]].concat()).expect(2);
        assert!(ran.stderr.contains("this pull request does not bring"), "{ran}");
    }
    assert_eq!(team.environment.fingerprint(), before);
}

#[test]
fn a_relay_fills_no_slot_with_the_key_that_speaks_for_others() {
    let team = relaying();
    team.environment.edit_json(&person_path("review-relay"), |person| person["roles"] = json!(["cro", "relay"]));
    team.environment.canon(&["fmt"]).expect(0);
    team.land("The relay sells, too", &["revops"]);
    let change = proposed(&team);
    relay(&team, &github(&team, 4001, |_| ())).expect(0);
    team.environment.canon(&["approve", &change, "--yes", "--key", &team.key("review-relay")]).expect(0);
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("cro: missing; sales may give it"), "{ran}");
    refused(&team, &change);
}

#[test]
fn a_decision_at_another_repository_is_none_of_this_registry() {
    for (host, repository, counts) in [
        ("github.com", "evil/fork", false),
        ("gitlab.example.com", "example-company/definitions", false),
        ("GitHub.com", "Example-Company/Revenue-Definitions", true),
    ] {
        let team = relaying();
        let change = proposed(&team);
        let account = if host.starts_with("gitlab") { 4101 } else { 4001 };
        let event = github(&team, account, |event| {
            event["repository"]["full_name"] = json!(repository);
            event["repository"]["html_url"] = json!(format!("https://{host}/{repository}"));
        });
        if counts {
            relay(&team, &event).expect(0);
            team.approve("sales", &change);
            team.merge();
            team.assert_proven();
            continue;
        }
        let ran = relay(&team, &event).expect(2);
        assert!(ran.stderr.contains("which the policy does not name"), "{ran}");
        team.approve("sales", &change);
        forge(&team, &change, "marketing-lead", &account.to_string(), "review-relay", |decision| {
            (decision["evidence"]["host"], decision["evidence"]["repository"]) = (json!(host), json!(repository));
        });
        refused(&team, &change);
    }
}

/// Names another repository in the policy.
fn rename(team: &Team) {
    team.environment.edit_json(POLICY, |policy| {
        policy["relay"]["repositories"] = json!(["github.com/example-company/definitions"]);
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("The repository has another name", &["revops"]);
}

#[test]
fn another_name_of_the_repository_takes_nothing_back() {
    let team = relaying();
    let change = proposed(&team);
    relay(&team, &github(&team, 4001, |event| event["review"]["state"] = json!("changes_requested"))).expect(0);
    team.merge();
    team.environment.git(&["checkout", "-q", "HEAD~1", "--", MQL]);
    team.environment.commit("Not yet");
    rename(&team);
    team.environment.git(&["checkout", "-q", &format!("change/{change}"), "--", MQL]);
    team.environment.commit("Again");
    for person in ["marketing", "sales"] {
        team.approve(person, &change);
    }
    team.assert_found("content-not-accepted", MQL);

    // What was approved under the old name and has not landed is approved again.
    let team = relaying();
    let change = proposed(&team);
    relay(&team, &github(&team, 4001, |_| ())).expect(0);
    let branch = team.environment.git(&["branch", "--show-current"]);
    team.environment.git(&["switch", "-q", "main"]);
    rename(&team);
    team.environment.git(&["switch", "-q", &branch]);
    team.environment.git(&["merge", "-q", "--no-edit", "main"]);
    team.approve("sales", &change);
    team.environment.canon(&["status", &change]).expect(1);
    team.approve("marketing", &change);
    team.environment.canon(&["status", &change]).expect(0);
    team.merge();
    team.assert_proven();
}

#[test]
fn a_relay_that_counts_no_more_blocks_nothing() {
    let team = relaying();
    team.new_key("relay-fresh");
    let fresh = format!("{}.pub", team.key("relay-fresh"));
    team.environment.canon(&["people", "rotate", "review-relay", "--key", &fresh]).expect(0);
    team.land("Another key for the relay", &["revops"]);
    let change = proposed(&team);
    forge(&team, &change, "marketing-lead", "4001", "review-relay", |one| one["decision"] = json!("reject"));
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.environment.canon(&["status", &change]).expect(0);
    team.merge();
    team.assert_proven();
}

#[test]
fn the_newest_of_two_reviews_that_say_the_same_can_be_taken_back() {
    let team = relaying();
    let change = proposed(&team);
    relay(&team, &github(&team, 4001, |event| at(event, 10))).expect(0);
    let second = |event: &mut Value, minute: u32| {
        at(event, minute);
        event["review"]["id"] = json!(700_002);
    };
    relay(&team, &github(&team, 4001, |event| second(event, 20))).expect(0);
    team.approve("sales", &change);
    team.environment.canon(&["status", &change]).expect(0);
    let dismissed = github(&team, 4001, |event| {
        second(event, 20);
        (event["action"], event["review"]["state"]) = (json!("dismissed"), json!("dismissed"));
        event["pull_request"]["updated_at"] = json!("2026-05-01T09:30:00Z");
    });
    relay(&team, &dismissed).expect(0);
    refused(&team, &change);
}

#[test]
fn what_a_relay_relayed_with_a_key_that_was_changed_is_relayed_again() {
    let team = relaying();
    let change = proposed(&team);
    let event = github(&team, 4001, |event| event["review"]["state"] = json!("changes_requested"));
    relay(&team, &event).expect(0);
    team.merge();
    team.environment.git(&["checkout", "-q", "HEAD~1", "--", MQL]);
    team.environment.commit("Not yet");
    team.new_key("relay-fresh");
    let public = |name: &str| format!("{}.pub", team.key(name));
    team.environment.canon(&["people", "rotate", "review-relay", "--key", &public("relay-fresh")]).expect(0);
    team.land("Another key for the relay", &["revops"]);
    // What landed with the old key still blocks; what only stood on a branch is relayed anew.
    team.environment.git(&["checkout", "-q", &format!("change/{change}"), "--", MQL]);
    team.environment.commit("Again");
    for person in ["marketing", "sales"] {
        team.approve(person, &change);
    }
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("marketing-lead rejects it"), "{ran}");
    team.assert_found("content-not-accepted", MQL);
    // The very same record, signed with the new key, says it once more, and stays.
    let path = |number: &str| record(&change, &format!("marketing-lead{number}"));
    team.environment.write(&path(".2"), &team.environment.read(&path("")));
    team.sign("relay-fresh", &path(".2"));
    team.environment.commit("Once more");
    let (_, findings) = team.verify();
    assert!(!findings.iter().any(|(code, _)| code == "record-unknown"), "{findings:?}");

    let team = relaying();
    let change = proposed(&team);
    let approved = github(&team, 4001, |_| ());
    let text = std::fs::read_to_string(&approved).expect("an event");
    relay(&team, &approved).expect(0);
    team.approve("sales", &change);
    let branch = team.environment.git(&["branch", "--show-current"]);
    team.environment.git(&["switch", "-q", "main"]);
    team.new_key("relay-fresh");
    let fresh = format!("{}.pub", team.key("relay-fresh"));
    team.environment.canon(&["people", "rotate", "review-relay", "--key", &fresh]).expect(0);
    team.land("Another key for the relay", &["revops"]);
    team.environment.git(&["switch", "-q", &branch]);
    team.environment.git(&["merge", "-q", "--no-edit", "main"]);
    team.environment.canon(&["status", &change]).expect(1);
    let here = team.environment.git(&["rev-parse", "HEAD"]);
    let then: Value = serde_json::from_str(&text).expect("JSON");
    let again = text.replace(then["review"]["commit_id"].as_str().expect("a commit"), here.trim());
    let event = team.environment.path("again.json");
    std::fs::write(&event, again).expect("written");
    let key = team.key("relay-fresh");
    team.environment.canon(&["relay", "--event", &event.to_string_lossy(), "--key", &key]).expect(0);
    team.environment.canon(&["status", &change]).expect(0);
    team.merge();
    team.assert_proven();
}
