//! Decisions that people made at a forge, signed by a relay.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use canonry::document::Document;
use canonry::governance::guard::frozen;
use canonry::governance::people::People;
use canonry::governance::policy::Policy;
use canonry::governance::records::{Choice, Decision};
use canonry::operations::forge::{self, Event, Forge, Review};
use serde_json::{Value, json};

use crate::environment::{Environment, Ran};
use crate::team::{MQL, POLICY, Team, change_folder, person_path};

/// A team with a relay. `marketing-lead` (`cmo`) has no key, and accounts at two forges; `sales` (`cro`) has both a key
/// and an account; so has `keeper`, who proposes.
pub(crate) fn relaying() -> Team {
    static MADE: LazyLock<PathBuf> = LazyLock::new(|| gather().environment.keep("relaying"));
    Team { environment: Environment::like(&MADE) }
}

fn gather() -> Team {
    let team = Team::new();
    team.environment.edit_json(POLICY, |policy| {
        policy["roles"].as_array_mut().expect("roles").push(json!({"id": "relay", "name": "Relay of reviews"}));
        policy["relay"] = json!({
            "role": "relay",
            "repositories": ["github.com/example-company/revenue-definitions", "gitlab.example.com/example-company/revenue-definitions"],
        });
    });
    team.new_key("review-relay");
    let key = format!("{}.pub", team.key("review-relay"));
    let people = |arguments: &[&str]| team.environment.canon(&[&["people"], arguments].concat()).expect(0);
    people(&["add", "review-relay", "--role", "relay", "--key", &key]);
    let accounts = ["--account", "github.com:4001:marketing-lead", "--account", "gitlab.example.com:4101"];
    people(&[&["add", "marketing-lead", "--role", "cmo"], &accounts[..]].concat());
    people(&["account", "sales", "GitHub.com:4002:sales"]);
    people(&["account", "keeper", "github.com:4003"]);
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Reviews are relayed", &["revops"]);
    team.assert_proven();
    team
}

fn fixture(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/relay").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("a fixture")).expect("JSON")
}

/// The file of an event like the one of `github-review.json`: of this account, on the commit of `HEAD`, altered.
pub(crate) fn github(team: &Team, account: u64, alter: impl FnOnce(&mut Value)) -> String {
    let mut event = fixture("github-review.json");
    let head = team.environment.git(&["rev-parse", "HEAD"]);
    (event["review"]["commit_id"], event["pull_request"]["head"]["sha"]) = (json!(head), json!(head));
    (event["review"]["user"]["id"], event["sender"]["id"]) = (json!(account), json!(account));
    alter(&mut event);
    file(team, &event.to_string())
}

fn gitlab(team: &Team, alter: impl FnOnce(&mut Value)) -> String {
    let mut event = fixture("gitlab-approval.json");
    event["object_attributes"]["last_commit"]["id"] = json!(team.environment.git(&["rev-parse", "HEAD"]));
    alter(&mut event);
    file(team, &event.to_string())
}

fn file(team: &Team, text: &str) -> String {
    let path = team.environment.path("event.json");
    std::fs::write(&path, text).expect("written");
    path.to_string_lossy().into_owned()
}

/// Relays an event with the key of the relay.
pub(crate) fn relay(team: &Team, event: &str) -> Ran {
    team.environment.canon(&["relay", "--event", event, "--key", &team.key("review-relay")])
}

/// A change of meaning that waits for marketing and sales.
pub(crate) fn proposed(team: &Team) -> String {
    team.cool_off(60, 70);
    team.propose("keeper", "Wait longer")
}

pub(crate) fn record(change: &str, name: &str) -> String {
    format!("{}/approvals/{name}.json", change_folder(change))
}

/// Says the time at which a review was submitted.
pub(crate) fn at(event: &mut Value, minute: u32) {
    event["review"]["submitted_at"] = json!(format!("2026-05-01T09:{minute:02}:00Z"));
}

#[test]
fn buttons_are_enough_where_the_policy_has_a_relay() {
    let team = relaying();
    let change = proposed(&team);
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("cmo: missing; marketing or marketing-lead may give it"), "{ran}");
    let first = github(&team, 4001, |_| ());
    let second = std::fs::read_to_string(&first).expect("an event").replace(":4001", ":4002");
    let ran = relay(&team, &first).expect(0);
    assert!(
        ran.stdout.contains("`marketing-lead` approved 2026-05-01-wait-longer, relayed by `review-relay`"),
        "{ran}"
    );
    assert!(ran.stdout.contains("cmo: approved by marketing-lead, relayed by review-relay"), "{ran}");
    // The second one was pressed before the first was relayed, so it names the commit before.
    relay(&team, &file(&team, &second)).expect(0);
    let status = team.environment.canon(&["status", &change, "--format", "json"]).expect(0);
    let status: Value = serde_json::from_str(&status.stdout).expect("JSON");
    let decisions = status["changes"][0]["decisions"].as_array().expect("decisions");
    assert_eq!(decisions.len(), 2);
    assert_eq!(decisions[0]["decision"]["evidence"]["relay"], "review-relay");
    team.merge();
    team.assert_proven();

    let verified = team.environment.canon(&["verify"]).expect(0);
    assert!(verified.stdout.contains("of which 2 came by a relay"), "{verified}");
    let verified = team.environment.canon(&["verify", "--format", "json"]).expect(0);
    let verified: Value = serde_json::from_str(&verified.stdout).expect("JSON");
    let last = verified["changes"].as_array().and_then(|changes| changes.last()).expect("a change");
    let decision = &last["decisions"][0]["decision"];
    assert_eq!((&decision["via"], &decision["evidence"]["relay"]), (&json!("relay"), &json!("review-relay")));
    assert_eq!((&decision["evidence"]["account"], &decision["evidence"]["review"]), (&json!("4001"), &json!("700001")));
    let from =
        "relayed by review-relay from github.com/example-company/revenue-definitions#12 (review 700001, account 4001";
    for arguments in [&["log", "qualification/mql"][..], &["log", "--format", "csv"], &["log", "--format", "markdown"]]
    {
        let told = team.environment.canon(arguments).expect(0);
        assert!(told.stdout.replace('\\', "").contains(from), "{told}");
    }
    let blamed = team.environment.canon(&["blame", "qualification/mql", "--format", "json"]).expect(0);
    assert!(blamed.stdout.contains("\"relay\": \"review-relay\""), "{blamed}");

    // What anybody can check without canon.
    let digest = team.environment.program("sh", &["-c", &format!("printf %s '{}' | sha256sum", second)]).expect(0);
    let told: Value = serde_json::from_str(&team.environment.read(&record(&change, "sales"))).expect("JSON");
    assert_eq!(told["evidence"]["payload"], format!("sha256:{}", &digest.stdout[..64]));
    let script = format!(
        "echo \"review-relay $(cat '{}.pub')\" > ../signers && ssh-keygen -Y verify -n canonry@v1 -f ../signers \
         -I review-relay -s {record}.sig < {record}",
        team.key("review-relay"),
        record = record(&change, "marketing-lead")
    );
    team.environment.program("sh", &["-c", &script]).expect(0);
}

#[test]
fn a_clone_remembers_what_was_relayed() {
    let team = relaying();
    proposed(&team);
    relay(&team, &github(&team, 4001, |_| ())).expect(0);
    team.approve("sales", "2026-05-01-wait-longer");
    team.merge();
    let tree = team.environment.git(&["rev-parse", "HEAD^{tree}"]);
    for _ in 0..110 {
        let commit = team.environment.git(&["commit-tree", "-p", "HEAD", "-m", "Idle", &tree]);
        team.environment.git(&["update-ref", "HEAD", &commit]);
    }
    let verified = |more: &[&str]| {
        let ran = team.environment.canon(&[&["verify", "--format", "json"], more].concat());
        let mut value: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
        (value["remembered"].take().as_u64().expect("a number"), value)
    };
    let same = || {
        let full = verified(&["--full"]);
        let remembered = verified(&[]);
        assert!(full.0 == 0 && remembered.0 > 0, "{} {}", full.0, remembered.0);
        assert_eq!(remembered.1, full.1);
        full.1
    };
    let last = same()["changes"].as_array().and_then(|changes| changes.last().cloned()).expect("a change");
    let evidence =
        last["decisions"].as_array().expect("decisions").iter().map(|one| &one["decision"]["evidence"]["relay"]);
    assert_eq!(evidence.collect::<Vec<_>>(), [&json!("review-relay"), &Value::Null]);
    team.environment.canon(&["people", "compromise", "marketing-lead", "--since", "HEAD~110"]).expect(0);
    team.land("The account of marketing was stolen", &["revops"]);
    verified(&[]);
    assert_eq!(
        same()["tainted"],
        json!([{"change": "2026-05-01-wait-longer", "keys": [], "people": ["marketing-lead"]}])
    );
}

#[test]
fn a_merge_request_of_gitlab_is_relayed_as_well() {
    let team = relaying();
    let change = proposed(&team);
    relay(&team, &gitlab(&team, |_| ())).expect(0);
    let told: Value = serde_json::from_str(&team.environment.read(&record(&change, "marketing-lead"))).expect("JSON");
    assert_eq!(
        (&told["at"], &told["evidence"]["host"], &told["evidence"]["review"]),
        (&json!("2026-05-01T09:30:00Z"), &json!("gitlab.example.com"), &json!("81"))
    );
    team.approve("sales", &change);
    team.environment.canon(&["status", &change]).expect(0);
    let back = |event: &mut Value| {
        event["object_attributes"]["action"] = json!("unapproval");
        event["object_attributes"]["updated_at"] = json!("2026-05-01T11:45:00+02:00");
    };
    let ran = relay(&team, &gitlab(&team, back)).expect(0);
    assert!(ran.stdout.contains("`marketing-lead` withdrew"), "{ran}");
    team.environment.canon(&["status", &change]).expect(1);
}

#[test]
fn each_button_has_its_decision_and_newer_ones_hold() {
    let team = relaying();
    let change = proposed(&team);
    let press = |minute: u32, state: &str| {
        let state = state.to_owned();
        github(&team, 4001, move |event| {
            at(event, minute);
            event["review"]["state"] = json!(state);
        })
    };
    let decided = |name: &str| {
        let told: Value = serde_json::from_str(&team.environment.read(&record(&change, name))).expect("JSON");
        told["decision"].as_str().expect("a decision").to_owned()
    };
    relay(&team, &press(8, "approved")).expect(0);
    let first = press(10, "approved");
    let event = std::fs::read_to_string(&first).expect("an event");
    relay(&team, &first).expect(0);
    let before = team.environment.fingerprint();
    let again = relay(&team, &file(&team, &event)).expect(0);
    assert!(again.stdout.contains("already; nothing was signed"), "{again}");
    assert_eq!(team.environment.fingerprint(), before);
    relay(&team, &press(20, "changes_requested")).expect(0);
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("marketing-lead rejects it, relayed by review-relay"), "{ran}");
    let earlier = github(&team, 4001, |event| {
        at(event, 25);
        (event["action"], event["review"]["state"]) = (json!("dismissed"), json!("dismissed"));
        event["review"]["id"] = json!(700_000);
    });
    let kept = relay(&team, &earlier).expect(2);
    assert!(kept.stderr.contains("is not what `marketing-lead` decided last"), "{kept}");
    let dismissed = github(&team, 4001, |event| {
        at(event, 20);
        (event["action"], event["review"]["state"]) = (json!("dismissed"), json!("dismissed"));
        event["pull_request"]["updated_at"] = json!("2026-05-01T09:30:00Z");
    });
    relay(&team, &dismissed).expect(0);
    assert_eq!(
        ["marketing-lead", "marketing-lead.2", "marketing-lead.3"].map(decided),
        ["approve", "reject", "withdraw"]
    );
    let old = relay(&team, &file(&team, &event)).expect(2);
    assert!(old.stderr.contains("`marketing-lead` withdrew it at 2026-05-01T09:30:00Z, and this event is of"), "{old}");
    let comment = relay(&team, &press(50, "commented")).expect(0);
    assert_eq!(comment.stdout, "Nothing to relay: the review is a comment, which decides nothing.\n");
    for (state, action) in [("APPROVED", "submitted"), ("approved", "approved")] {
        let unknown = github(&team, 4001, |event| {
            (event["action"], event["review"]["state"]) = (json!(action), json!(state));
        });
        let ran = relay(&team, &unknown).expect(2);
        assert!(ran.stderr.contains("which canon does not know"), "{ran}");
    }
    let edited = relay(&team, &github(&team, 4001, |event| event["action"] = json!("edited"))).expect(0);
    assert!(edited.stdout.contains("the review was edited, which decides nothing"), "{edited}");
    let event = press(50, "approved");
    let named = [("GITHUB_EVENT_PATH", event.as_str())];
    team.environment.canon_with(&named, &["relay", &change, "--key", &team.key("review-relay")]).expect(0);
    team.approve("sales", &change);
    team.merge();
    team.assert_proven();
}

#[test]
fn a_rejection_signed_with_a_key_is_not_taken_back_by_a_button() {
    let team = relaying();
    let change = proposed(&team);
    team.environment.canon(&["approve", &change, "--reject", "--yes", "--key", &team.key("sales")]).expect(0);
    let ran = relay(&team, &github(&team, 4002, |_| ())).expect(2);
    assert!(ran.stderr.contains("`sales` rejects") && ran.stderr.contains("no relay takes that back"), "{ran}");
    team.environment
        .canon_with(
            &[("CANON_NOW", "2026-05-01T09:05:00Z")],
            &["approve", &change, "--withdraw", "--yes", "--key", &team.key("sales")],
        )
        .expect(0);
    relay(&team, &github(&team, 4002, |_| ())).expect(0);
    relay(&team, &github(&team, 4001, |_| ())).expect(0);
    team.merge();
    team.assert_proven();
}

#[test]
fn what_no_person_decided_here_and_now_is_refused() {
    let team = relaying();
    proposed(&team);
    let before = team.environment.fingerprint();
    let user = |event: &mut Value, member: &str, value: Value| {
        (event["review"]["user"][member], event["sender"][member]) = (value.clone(), value);
    };
    let other = "0123456789012345678901234567890123456789";
    let refuse = |event: String, said: &str| {
        let ran = relay(&team, &event).expect(2);
        assert!(ran.stderr.contains(said) && ran.stderr.contains("hint: "), "{said}: {ran}");
    };
    refuse(github(&team, 4001, |event| user(event, "type", json!("Bot"))), "is no person's");
    refuse(github(&team, 4001, |event| user(event, "login", json!("helper[bot]"))), "`helper[bot]` is no person's");
    refuse(github(&team, 4001, |event| user(event, "login", json!("ghost"))), "is gone from the forge");
    refuse(github(&team, 4001, |event| event["review"]["user"] = Value::Null), "is gone from the forge");
    refuse(github(&team, 4001, |event| event["sender"]["id"] = json!(4002)), "did this to a review of");
    refuse(
        github(&team, 4001, |event| event["review"]["performed_via_github_app"] = json!({"id": 1})),
        "a program reviewed in the name of",
    );
    refuse(github(&team, 4999, |_| ()), "github.com:4999 (`marketing-lead`) belongs to nobody");
    refuse(
        github(&team, 4001, |event| event["repository"]["html_url"] = json!("https://elsewhere.example/a/b")),
        "belongs to nobody",
    );
    refuse(github(&team, 4001, |event| event["review"]["commit_id"] = json!(other)), "and the pull request is at");
    refuse(
        github(&team, 4001, |event| {
            (event["review"]["commit_id"], event["pull_request"]["head"]["sha"]) = (json!(other), json!(other));
        }),
        "the review is of 0123456789012345678901234567890123456789, and `change/",
    );
    refuse(github(&team, 4001, |event| event["pull_request"]["state"] = json!("closed")), "is `closed`, not open");
    refuse(
        github(&team, 4001, |event| event["pull_request"]["base"]["ref"] = json!("trunk")),
        "to land on `trunk`, not on `main`",
    );
    refuse(
        github(&team, 4001, |event| event["review"]["user"]["id"] = json!(18_014_398_509_481_985_u64)),
        "cannot be read",
    );
    refuse(github(&team, 4001, |event| user(event, "id", json!("4001"))), "no whole number at");
    refuse(github(&team, 4001, |event| user(event, "id", json!(4001.5))), "no whole number at");
    refuse(
        github(&team, 4001, |event| event["review"]["submitted_at"] = json!("yesterday")),
        "no time at `/review/submitted_at`",
    );
    refuse(github(&team, 4001, |event| event["note"] = json!("x".repeat(1 << 20))), "has more than 1048576 bytes");
    refuse(file(&team, r#"{"zen": "Keep it simple."}"#), "in a form that canon knows");
    refuse(file(&team, "not JSON"), "cannot be read");
    refuse(gitlab(&team, |event| event["user"]["username"] = json!("project_61_bot_0a1b")), "is no person's");
    refuse(gitlab(&team, |event| event["user"]["username"] = json!("group_7_bot")), "is no person's");
    refuse(gitlab(&team, |event| event["user"]["username"] = json!("ghost1")), "is gone from the forge");
    refuse(gitlab(&team, |event| event["object_attributes"]["state"] = json!("merged")), "is `merged`, not open");
    refuse(gitlab(&team, |event| event["object_attributes"]["target_branch"] = json!("trunk")), "to land on `trunk`");
    refuse(gitlab(&team, |event| event["object_attributes"]["last_commit"]["id"] = json!(other)), "and `change/");
    assert_eq!(team.environment.fingerprint(), before);
}

#[test]
fn a_key_that_is_no_relay_s_relays_nothing() {
    let team = relaying();
    proposed(&team);
    let before = team.environment.fingerprint();
    let event = github(&team, 4001, |_| ());
    let with = |key: &str| team.environment.canon(&["relay", "--event", &event, "--key", &team.key(key)]).expect(2);
    let ran = with("sales");
    assert!(
        ran.stderr.contains("`sales` does not hold the role `relay`") && ran.stderr.contains("key of review-relay"),
        "{ran}"
    );
    team.new_key("stranger");
    assert!(with("stranger").stderr.contains("belongs to nobody in this registry"));
    let ran = team.environment.canon(&["relay"]).expect(2);
    assert!(ran.stderr.contains("GITHUB_EVENT_PATH is not set"), "{ran}");
    team.environment.canon(&["relay", "--event", "nowhere.json"]).expect(2);
    let ran = team.environment.canon(&["relay", "--event", &event, "--forge", "gitlab"]).expect(2);
    assert!(ran.stderr.contains("in a form that canon knows"), "{ran}");
    assert_eq!(team.environment.fingerprint(), before);

    // A policy without a relay has no use for one, and asks for nobody without a key.
    let plain = Team::new();
    proposed(&plain);
    let event = github(&plain, 4001, |_| ());
    let ran = plain.environment.canon(&["relay", "--event", &event, "--key", &plain.key("sales")]).expect(2);
    assert!(ran.stderr.contains("the policy names no relay"), "{ran}");
}

#[test]
fn people_who_left_and_relays_themselves_decide_nothing() {
    let team = relaying();
    team.environment.canon(&["people", "account", "review-relay", "github.com:4009"]).expect(0);
    team.environment.canon(&["people", "retire", "sales"]).expect(0);
    team.land("Sales leave", &["revops"]);
    proposed(&team);
    let ran = relay(&team, &github(&team, 4002, |_| ())).expect(2);
    assert!(ran.stderr.contains("`sales`, whose account github.com:4002 is, counts no more"), "{ran}");
    let ran = relay(&team, &github(&team, 4009, |_| ())).expect(2);
    assert!(ran.stderr.contains("cannot relay a decision of its own"), "{ran}");
}

#[test]
fn a_relay_does_not_relay_decisions_on_what_it_proposed() {
    let team = relaying();
    team.cool_off(60, 70);
    team.propose("review-relay", "Wait longer");
    let ran = relay(&team, &github(&team, 4001, |_| ())).expect(2);
    assert!(ran.stderr.contains("`review-relay` has proposed"), "{ran}");
}

#[test]
fn a_rule_may_ask_for_keys() {
    let team = relaying();
    team.environment.edit_json(POLICY, |policy| {
        let rules = policy["rules"].as_array_mut().expect("rules");
        rules.iter_mut().find(|rule| rule["id"] == "meaning").expect("a rule")["via"] = json!(["ssh"]);
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Meaning takes keys", &["revops"]);
    let change = proposed(&team);
    team.approve("marketing", &change);
    let ran = relay(&team, &github(&team, 4002, |_| ())).expect(0);
    assert!(ran.stdout.contains("cro: missing; sales may give it"), "{ran}");
    // Whoever has no key is not asked.
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(!ran.stdout.contains("marketing-lead"), "{ran}");
    team.merge();
    team.assert_found("content-not-accepted", MQL);
    // Who pressed the button may sign as well, and that is what was asked for.
    team.approve("sales", &change);
    team.environment.canon(&["verify"]).expect(0);
}

#[test]
fn a_policy_names_a_relay_that_can_be_parted_with() {
    let team = Team::new();
    team.environment.edit_json(POLICY, |policy| {
        policy["relay"] = json!({"role": "relay", "repositories": ["github.com/example-company/definitions"]})
    });
    team.environment.canon(&["fmt"]).expect(0);
    let ran = team.environment.canon(&["check"]).expect(1);
    assert!(ran.stdout.contains("the policy has no role `relay`"), "{ran}");
    let policy = Document::parse(team.environment.read(POLICY).as_bytes()).expect("JSON");
    let finding = Policy::load(policy.value()).expect_err("a role that is not there");
    assert_eq!(finding.message, "`relay` names the role `relay`, which is not among the roles");
    for (repositories, said) in [(json!([]), "names no repository"), (json!(["definitions"]), "write HOST/NAME")] {
        team.environment.edit_json(POLICY, |policy| policy["relay"]["repositories"] = repositories);
        team.environment.canon(&["check"]).expect(1);
        let policy = Document::parse(team.environment.read(POLICY).as_bytes()).expect("JSON");
        let finding = Policy::load(policy.value()).expect_err(said);
        assert!(finding.message.contains(said), "{}", finding.message);
    }

    let team = relaying();
    team.environment.edit_json(POLICY, |policy| {
        let rules = policy["rules"].as_array_mut().expect("rules");
        rules.iter_mut().find(|rule| rule["id"] == "rules-of-the-game").expect("a rule")["via"] = json!(["relay"]);
    });
    team.environment.canon(&["fmt"]).expect(0);
    let ran = team.environment.canon(&["check"]).expect(1);
    assert!(ran.stdout.contains("policy-frozen"), "{ran}");
}

#[test]
fn nobody_needs_a_relay_to_change_the_policy() {
    let team = relaying();
    let document = |path: &str| Document::parse(team.environment.read(path).as_bytes()).expect("JSON");
    let files = ["keeper", "review-relay"].map(|person| (person_path(person), document(&person_path(person))));
    let people = People::load(files.iter().map(|(path, document)| (path.as_str(), document.value()))).expect("people");
    let mut policy = Policy::load(document(POLICY).value()).expect("a policy");
    let reason = frozen(&policy, &people).expect("the relay alone could propose what the keeper approves");
    assert!(reason.ends_with(" without a relay"), "{reason}");
    policy.relay = None;
    assert_eq!(frozen(&policy, &people), None);
}

#[test]
fn a_registry_can_part_with_its_relay_and_keeps_what_it_relayed() {
    let team = relaying();
    let change = proposed(&team);
    relay(&team, &github(&team, 4001, |_| ())).expect(0);
    relay(&team, &github(&team, 4002, |_| ())).expect(0);
    let branch = team.environment.git(&["branch", "--show-current"]);
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.edit_json(POLICY, |policy| {
        policy.as_object_mut().expect("members").remove("relay");
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("No relay any more", &["revops"]);
    team.environment.git(&["switch", "-q", &branch]);
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("it came by a relay, and the policy names none"), "{ran}");
    // What it had relayed stays where it is, and is no forgery.
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.merge();
    team.assert_proven();
}

fn read(event: &Value) -> Event {
    forge::read(event.to_string().as_bytes(), None).expect("an event")
}

fn review(event: &Value) -> Review {
    match read(event) {
        Event::Review(review) => *review,
        Event::Nothing(why) => panic!("{why}"),
    }
}

#[test]
fn events_of_forges_are_read_as_they_are_sent() {
    let github = fixture("github-review.json");
    let told = review(&github);
    assert_eq!((told.pull_request, told.base.as_str(), told.choice), (12, "main", Choice::Approve));
    assert_eq!((told.account.as_str(), told.login.as_str()), ("4001", "marketing-lead"));
    let mut large = github.clone();
    (large["review"]["user"]["id"], large["sender"]["id"]) =
        (json!(9_007_199_254_740_991_u64), json!(9_007_199_254_740_991_u64));
    assert_eq!(review(&large).account, "9007199254740991");
    assert!(forge::read(github.to_string().as_bytes(), Some(Forge::Gitlab)).is_err());
    let twice = github.to_string().replacen("{\"action\"", "{\"action\":\"dismissed\",\"action\"", 1);
    let error = forge::read(twice.as_bytes(), None).expect_err("two members of one name").to_string();
    assert!(error.contains("action"), "{error}");

    let gitlab = fixture("gitlab-approval.json");
    for time in
        ["2026-05-01 09:30:00 UTC", "2026-05-01T09:30:00Z", "2026-05-01T09:30:00.123Z", "2026-05-01 11:30:00 +0200"]
    {
        let mut event = gitlab.clone();
        event["object_attributes"]["updated_at"] = json!(time);
        assert_eq!(review(&event).time, "2026-05-01T09:30:00Z", "{time}");
    }
    for (action, choice) in [
        ("approval", Choice::Approve),
        ("approved", Choice::Approve),
        ("unapproval", Choice::Withdraw),
        ("unapproved", Choice::Withdraw),
    ] {
        let mut event = gitlab.clone();
        event["object_attributes"]["action"] = json!(action);
        assert_eq!(review(&event).choice, choice);
        event["object_attributes"]["system"] = json!(true);
        assert!(matches!(read(&event), Event::Nothing(why) if why.contains("by itself")));
    }
    for action in ["open", "update", "merge"] {
        let mut event = gitlab.clone();
        event["object_attributes"]["action"] = json!(action);
        assert!(matches!(read(&event), Event::Nothing(_)), "{action}");
    }
}

#[test]
fn a_decision_has_one_of_two_forms() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let decision = json!({
        "type": "canonry/approval@1", "registry": digest, "change": "2026-05-01-wait-longer", "proposal": digest,
        "person": "marketing-lead", "decision": "approve", "at": "2026-05-01T09:30:00Z", "via": "relay",
        "evidence": {
            "host": "github.com", "repository": "example-company/revenue-definitions", "pull_request": 12,
            "review": "700001", "account": "4001", "head": "0123456789abcdef0123456789abcdef01234567",
            "time": "2026-05-01T09:30:00Z", "payload": digest, "relay": "review-relay",
        },
    });
    let read = |alter: &dyn Fn(&mut Value)| {
        let mut decision = decision.clone();
        alter(&mut decision);
        Decision::read(&Document::parse(decision.to_string().as_bytes()).expect("JSON"))
    };
    let whole = read(&|_| ()).expect("a relayed decision");
    assert_eq!(whole.signer(), "review-relay");
    let document = Document::parse(&whole.bytes()).expect("JSON");
    assert_eq!(Decision::read(&document), Ok(whole));
    type Altered<'a> = (&'a dyn Fn(&mut Value), &'a str);
    let refused: [Altered<'_>; 13] = [
        (&|one| one["via"] = json!("ssh"), "has evidence of one"),
        (
            &|one| {
                one.as_object_mut().expect("members").remove("evidence");
            },
            "has no evidence",
        ),
        (&|one| one["evidence"] = Value::Null, "null"),
        (&|one| one["evidence"]["more"] = json!(1), "unknown field"),
        (&|one| one["evidence"]["host"] = json!("git hub"), "no host name"),
        (&|one| one["evidence"]["repository"] = json!("a\nb"), "no name of a repository"),
        (&|one| one["evidence"]["account"] = json!(4001), "expected a string"),
        (&|one| one["evidence"]["account"] = json!("4001 "), "no number of an account"),
        (&|one| one["evidence"]["pull_request"] = json!(0), "names no pull request"),
        (&|one| one["evidence"]["head"] = json!("HEAD"), "is no commit"),
        (&|one| one["evidence"]["time"] = json!("2026-05-01T09:31:00Z"), "another time than its evidence"),
        (&|one| one["evidence"]["relay"] = json!("marketing-lead"), "relays a decision of its own"),
        (&|one| one["evidence"]["payload"] = json!("sha256:0"), "digest"),
    ];
    for (alter, said) in refused {
        let error = read(alter).expect_err(said);
        assert!(error.contains(said), "{said}: {error}");
    }
    let schema: Value = serde_json::from_str(include_str!("../../schemas/approval.schema.json")).expect("JSON");
    let evidence = schema["properties"]["evidence"]["required"].as_array().expect("names");
    let named: Vec<&str> = evidence.iter().filter_map(Value::as_str).collect();
    assert_eq!(named, decision["evidence"].as_object().expect("members").keys().collect::<Vec<_>>());
}

#[test]
fn a_person_may_have_accounts_and_no_key() {
    let team = relaying();
    let listed = team.environment.canon(&["people"]).expect(0).stdout;
    assert!(listed.contains("marketing-lead  marketing-lead  cmo\n  github.com:4001  marketing-lead\n"), "{listed}");
    assert!(listed.contains("  github.com:4002  sales\n"), "{listed}");
    let told = team.environment.canon(&["people", "--format", "json"]).expect(0);
    let told: Value = serde_json::from_str(&told.stdout).expect("JSON");
    let lead = told["people"].as_array().expect("people").iter().find(|one| one["id"] == "marketing-lead");
    assert_eq!(
        lead.expect("the lead")["accounts"][1],
        json!({"host": "gitlab.example.com", "id": "4101", "login": "4101"})
    );
    let before = team.environment.fingerprint();
    let refused: [(&[&str], &str); 5] = [
        (&["people", "add", "second", "--role", "cmo"], "--key <KEY>"),
        (&["people", "account", "nobody", "github.com:1"], "there is no person `nobody`"),
        (&["people", "account", "marketing", "GITHUB.com:4001"], "the account github.com:4001 is listed for"),
        (&["people", "account", "marketing", "github.com"], "HOST:NUMBER"),
        (&["people", "account", "marketing", "github.com:login"], "HOST:NUMBER"),
    ];
    for (arguments, said) in refused {
        let ran = team.environment.canon(arguments).expect(2);
        assert!(ran.stderr.contains(said), "{said}: {ran}");
    }
    assert_eq!(team.environment.fingerprint(), before);
    // An account goes with its person for ever.
    team.environment.edit_json(&person_path("sales"), |person| person["accounts"] = json!([]));
    team.environment.canon(&["fmt"]).expect(0);
    let ran = team.environment.canon(&["propose", "--title", "T", "--why", "W"]);
    assert!(ran.status != 0 && format!("{ran}").contains("the account github.com:4002 of `sales` is removed"), "{ran}");
}
