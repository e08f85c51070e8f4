//! Approvals for something else, by somebody else, or written anew.

use crate::environment::Environment;
use crate::team::{MQL, Team, approved, change_folder};

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
fn what_does_not_count_takes_no_rejection_back() {
    let write = |team: &Team, change: &str, number: &str, from: Option<&str>| {
        for ending in ["json", "json.sig"] {
            let path = |number: &str| format!("{}/approvals/sales{number}.{ending}", change_folder(change));
            let text = from.map_or_else(|| "{}".to_owned(), |from| team.environment.read(&path(from)));
            team.environment.write(&path(number), &text);
        }
        team.environment.commit("Put something after it");
    };
    // Nothing that could be read; the approval before the rejection once more; a gap.
    for (number, from) in [(".3", None), (".3", Some("")), (".4", None)] {
        let team = Team::new();
        team.add("deputy", r#""cro""#);
        team.environment.canon(&["fmt"]).expect(0);
        team.land("Sales have a deputy", &["revops"]);
        team.cool_off(60, 70);
        let change = team.propose("keeper", "Wait longer");
        for person in ["marketing", "sales", "deputy"] {
            team.approve(person, &change);
        }
        team.environment.canon(&["approve", "--reject", "--yes", "--key", &team.key("sales")]).expect(0);
        write(&team, &change, number, from);
        let ran = team.environment.canon(&["status", &change]).expect(1);
        assert!(ran.stdout.contains("sales rejects it"), "{ran}");
        team.merge();
        team.assert_found("content-not-accepted", MQL);
    }
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
fn an_approval_is_worth_nothing_in_another_registry() {
    let here = Environment::with_registry();
    let there = Environment::with_repository();
    for name in ["keeper", "keeper.pub"] {
        std::fs::copy(here.path("keys").join(name), there.path("keys").join(name)).expect("a key");
    }
    there.canon(&["init", "--name", "Test"]).expect(0);
    let propose = |environment: &Environment| {
        environment.edit(MQL, "\"days\": 60", "\"days\": 70");
        environment.canon(&["propose", "--title", "Wait longer", "--why", "Because."]).expect(0);
        environment.git(&["branch", "--show-current"]).strip_prefix("change/").expect("a branch").to_owned()
    };
    let change = propose(&here);
    assert_eq!(propose(&there), change);
    here.canon(&["approve", &change, "--yes"]).expect(0);
    for ending in ["json", "json.sig"] {
        let path = format!("{}/approvals/keeper.{ending}", change_folder(&change));
        there.write(&path, &here.read(&path));
    }
    there.commit("Borrow an approval");
    here.canon(&["status", &change]).expect(0);
    there.canon(&["status", &change]).expect(1);
    there.git(&["switch", "-q", "main"]);
    there.git(&["merge", "-q", "--no-ff", "-m", "Merge", &format!("change/{change}")]);
    let ran = there.canon(&["verify", "--format", "json"]).expect(1);
    assert!(ran.findings("/findings").contains(&("content-not-accepted".to_owned(), MQL.to_owned())), "{ran}");
}

#[test]
fn an_approval_is_of_every_word_of_the_proposal() {
    for (member, from, to) in [("title", "Wait longer", "Wording only"), ("why", "Because.", "No reason.")] {
        let team = Team::new();
        let change = approved(&team);
        team.environment.canon(&["status", &change]).expect(0);
        let record = format!("{}/change.json", change_folder(&change));
        team.environment.edit(&record, &format!("\"{member}\": \"{from}\""), &format!("\"{member}\": \"{to}\""));
        team.sign("keeper", &record);
        team.environment.commit("Say something else");
        team.environment.canon(&["status", &change]).expect(1);
        team.merge();
        team.assert_found("content-not-accepted", MQL);
    }
}

#[test]
fn one_byte_after_approval_is_another_content() {
    let edits = [
        (MQL.to_owned(), "Marketing qualified lead", "Marketing Qualified lead"),
        ("CHANGE/change.json".to_owned(), "Wait longer", "wait longer"),
        ("CHANGE/approvals/sales.json".to_owned(), "\"sales\"", "\"salez\""),
        ("CHANGE/approvals/sales.json.sig".to_owned(), "U1NIU0lH", "U1NIU0lI"),
    ];
    for (path, from, to) in edits {
        let team = Team::new();
        let change = approved(&team);
        team.environment.edit(&path.replace("CHANGE", &change_folder(&change)), from, to);
        team.environment.commit("One byte");
        team.merge();
        team.assert_found("content-not-accepted", MQL);
    }
    let twin = Team::new();
    approved(&twin);
    twin.merge();
    twin.assert_proven();
}

#[test]
fn authors_and_committers_decide_nothing() {
    let team = Team::new();
    let as_marketing = ["-c", "user.name=marketing", "-c", "user.email=marketing@example.com"];
    team.environment.edit(MQL, "Marketing qualified lead", "Forged");
    team.environment
        .git(&[&as_marketing[..], &["commit", "-q", "-a", "-m", "Approved by marketing and sales"]].concat());
    team.assert_found("content-not-accepted", MQL);

    let twin = Team::new();
    let change = approved(&twin);
    twin.environment.git(&["switch", "-q", "main"]);
    let as_nobody = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com"];
    let branch = format!("change/{change}");
    twin.environment.git(&[&as_nobody[..], &["merge", "-q", "--no-ff", "-m", "Merge", &branch]].concat());
    twin.assert_proven();
}

#[test]
fn a_signature_has_one_spelling() {
    let spellings: [fn(&str) -> String; 3] = [
        |armour| armour.replace('\n', "\r\n"),
        |armour| armour.trim_end().to_owned(),
        |armour| {
            let lines: Vec<&str> = armour.lines().collect();
            format!("{}\n{}\n{}\n", lines[0], lines[1..lines.len() - 1].concat(), lines[lines.len() - 1])
        },
    ];
    for spelling in spellings {
        let team = Team::new();
        let change = approved(&team);
        let path = format!("{}/approvals/sales.json.sig", change_folder(&change));
        let armour = team.environment.read(&path);
        assert_ne!(spelling(&armour), armour);
        team.environment.write(&path, &spelling(&armour));
        team.environment.commit("Spell it otherwise");
        team.environment.canon(&["status", &change]).expect(1);
        team.merge();
        team.assert_found("content-not-accepted", MQL);
    }
}
