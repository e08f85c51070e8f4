//! People who join, leave and change keys, and who must approve what.

use insta::assert_snapshot;

use crate::team::{POLICY, Team, approved, person_path};

fn public(team: &Team, name: &str) -> String {
    format!("{}.pub", team.key(name))
}

/// Text with fingerprints and commits masked.
fn told(team: &Team, arguments: &[&str]) -> String {
    let ran = team.environment.canon(arguments);
    let masked = |word: &str| match word {
        word if word.starts_with("SHA256:") => "SHA256:KEY".to_owned(),
        word if word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) => "COMMIT".to_owned(),
        word => word.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(masked).collect::<Vec<String>>().join(" ");
    format!("{}\n{}{}", ran.status, ran.stdout, ran.stderr).lines().map(line).collect::<Vec<String>>().join("\n")
}

#[test]
fn somebody_joins_and_may_approve_once_that_has_landed() {
    let team = Team::new();
    team.new_key("deputy");
    let key = public(&team, "deputy");
    assert_snapshot!(told(&team, &["people", "add", "deputy", "--name", "Deputy", "--role", "cro", "--key", &key]), @r#"
    0
    deputy  Deputy  cro; edited here and not landed
      SHA256:KEY
    An edit counts once it has landed: type `canon propose`.
    "#);
    team.land("A deputy for sales", &["revops"]);
    team.assert_proven();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    team.approve("deputy", &change);
    team.merge();
    team.assert_proven();
}

#[test]
fn a_key_takes_the_place_of_another() {
    let team = Team::new();
    team.new_key("sales-new");
    team.environment.canon(&["people", "rotate", "sales", "--key", &public(&team, "sales-new")]).expect(0);
    team.land("Another key for sales", &["revops"]);
    assert_snapshot!(told(&team, &["people"]), @r#"
    0
    keeper  Keeper  account-executive, cfo, cmo, cro, customer-success, revops, sales-manager, sdr, sdr-manager
      SHA256:KEY
    marketing  marketing  cmo
      SHA256:KEY
    revops  revops  revops
      SHA256:KEY
    sales  sales  cro
      SHA256:KEY
      SHA256:KEY  retired
    "#);
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.environment.canon(&["approve", &change, "--yes", "--key", &team.key("sales")]).expect(2);
    team.approve("sales-new", &change);
    team.approve("marketing", &change);
    team.merge();
    team.assert_proven();
}

#[test]
fn somebody_leaves_and_what_they_signed_stays() {
    let team = Team::new();
    approved(&team);
    team.merge();
    team.new_key("deputy");
    team.environment.canon(&["people", "add", "deputy", "--role", "cro", "--key", &public(&team, "deputy")]).expect(0);
    team.environment.canon(&["people", "retire", "sales"]).expect(0);
    team.land("Sales change hands", &["revops"]);
    team.assert_proven();
    team.cool_off(70, 80);
    let change = team.propose("keeper", "Wait even longer");
    team.environment.canon(&["approve", &change, "--yes", "--key", &team.key("sales")]).expect(2);
}

#[test]
fn a_stolen_key_taints_what_it_settled() {
    let team = Team::new();
    let before = team.environment.git(&["rev-parse", "HEAD"]);
    let change = approved(&team);
    team.merge();
    team.assert_proven();
    let key = public(&team, "sales");
    team.new_key("sales-new");
    team.environment.canon(&["people", "rotate", "sales", "--key", &public(&team, "sales-new")]).expect(0);
    assert_snapshot!(told(&team, &["people", "compromise", "sales", "--key", &key, "--since", &before]), @r#"
    0
    sales  sales  cro; edited here and not landed
      SHA256:KEY
      SHA256:KEY  compromised since COMMIT
    An edit counts once it has landed: type `canon propose`.
    "#);
    team.land("The key of sales was stolen", &["revops"]);
    team.assert_found("change-tainted", &format!("{}/change.json", crate::team::change_folder(&change)));
}

#[test]
fn what_cannot_have_happened_is_refused_and_nothing_is_written() {
    let team = Team::new();
    let before = team.environment.fingerprint();
    let key = public(&team, "sales");
    team.new_key("other");
    let other = public(&team, "other");
    let refused: [&[&str]; 8] = [
        &["people", "add", "sales", "--key", &other],
        &["people", "add", "Second", "--key", &other],
        &["people", "add", "second", "--key", &key],
        &["people", "add", "second", "--key", "nowhere.pub"],
        &["people", "rotate", "nobody", "--key", &other],
        &["people", "rotate", "sales", "--key", &other, "--old", "SHA256:none"],
        &["people", "retire", "marketing", "--key", &key],
        &["people", "compromise", "sales", "--since", "nowhere"],
    ];
    let said: Vec<String> = refused.iter().map(|arguments| told(&team, arguments)).collect();
    assert_snapshot!(said.join("\n"), @r#"
    2
    error: there is a person `sales` already
    hint: Ids are never used again. `canon people account sales HOST:NUMBER:LOGIN` gives an account, `canon people rotate sales --key FILE` a key.
    2
    error: `Second` is no id
    hint: Use a-z, 0-9 and `-`, starting with a letter.
    2
    error: the key SHA256:KEY is listed for `sales` and for `second`
    hint: Nothing was written. A key or account belongs to one person, for ever; `canon check` tells more.
    2
    error: `nowhere.pub` is no public key, and no file with one
    hint: Name the file that `ssh-keygen -t ed25519` wrote, such as ~/.ssh/id_ed25519.pub, or give its line.
    2
    error: there is no person `nobody`
    hint: Type `canon people` to see everybody.
    2
    error: `SHA256:none` is no key of this person
    hint: The person's keys are SHA256:KEY
    2
    error: `$FOLDER/keys/sales.pub` is no key of this person
    hint: The person's keys are SHA256:KEY
    2
    error: `nowhere` names no commit
    hint: Type `git branch -a` to see the branches, `git log --oneline` to see the commits.
    "#);
    assert_eq!(team.environment.fingerprint(), before);
}

#[test]
fn policy_says_who_must_approve_and_why() {
    let team = Team::new();
    assert_snapshot!(told(&team, &["policy", "explain", "qualification/mql"]), @r#"
    0
    qualification/mql, by policy 2.0.0
      major: who counts, or how a number comes out, changes
        Chief marketing officer (cmo): keeper or marketing
        Chief revenue officer (cro): keeper or sales
        by meaning
      minor: something is added
        Chief marketing officer (cmo): keeper or marketing
        by addition
      patch: wording
        Chief marketing officer (cmo): keeper or marketing
        by wording
      Whoever proposes cannot approve: duties are separate.
    "#);
    assert_snapshot!(told(&team, &["policy", "explain", POLICY]), @r#"
    0
    registry/governance/policy.json, by policy 2.0.0
      any change
        Revenue operations (revops): keeper or revops
        by rules-of-the-game
      Whoever proposes cannot approve: duties are separate.
    "#);
    assert_snapshot!(told(&team, &["policy", "explain", "qualification/none"]), @r#"
    2
    error: there is no document `qualification/none`
    hint: Name a definition as kind/id (`canon list`), or a file such as `registry/governance/policy.json`.
    "#);
    team.environment.edit_json(POLICY, |policy| {
        let rules = policy["rules"].as_array_mut().expect("rules");
        rules.push(serde_json::json!({"id": "slower", "when": {"meanings": ["sla-relaxed"], "kinds": ["sla"]}, "require": [{"role": "cfo"}]}));
        rules.push(serde_json::json!({"id": "urgent", "when": {"reasons": ["emergency"]}, "require": [{"role": "revops", "count": 2}]}));
        rules.push(serde_json::json!({"id": "neighbours", "when": {"affected": true}, "require": [{"role": "@owner"}]}));
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Tell more apart", &["revops"]);
    assert_snapshot!(told(&team, &["policy", "explain", "sla/mql-response"]), @r#"
    0
    sla/mql-response, by policy 3.0.0
      major: who counts, or how a number comes out, changes
        Chief marketing officer (cmo): keeper or marketing
        Chief revenue officer (cro): keeper or sales
        by meaning
      major, and it means sla-relaxed, or that cannot be ruled out
        Chief financial officer (cfo): keeper
        Chief marketing officer (cmo): keeper or marketing
        Chief revenue officer (cro): keeper or sales
        by meaning, slower
      major, for the reason emergency
        Chief marketing officer (cmo): keeper or marketing
        Chief revenue officer (cro): keeper or sales
        Revenue operations (revops, 2 people): keeper or revops
        by meaning, urgent
      minor: something is added
        Chief revenue officer (cro): keeper or sales
        by addition
      minor, and it means sla-relaxed, or that cannot be ruled out
        Chief financial officer (cfo): keeper
        Chief revenue officer (cro): keeper or sales
        by addition, slower
      minor, for the reason emergency
        Chief revenue officer (cro): keeper or sales
        Revenue operations (revops, 2 people): keeper or revops
        by addition, urgent
      patch: wording
        Chief revenue officer (cro): keeper or sales
        by wording
      patch, and it means sla-relaxed, or that cannot be ruled out
        Chief financial officer (cfo): keeper
        Chief revenue officer (cro): keeper or sales
        by wording, slower
      patch, for the reason emergency
        Chief revenue officer (cro): keeper or sales
        Revenue operations (revops, 2 people): keeper or revops
        by wording, urgent
      it stays as it is, and rests on a definition of which the meaning changes
        Chief revenue officer (cro): keeper or sales
        by neighbours
      Whoever proposes cannot approve: duties are separate.
    "#);
}

#[test]
fn a_theft_is_dated_by_what_landed_with_it() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    let stolen = team.environment.git(&["rev-parse", "HEAD"]);
    let key = format!("{}.pub", team.key("sales"));
    let compromise = ["people", "compromise", "sales", "--key", &key, "--since"];
    team.environment.git(&["switch", "-q", "main"]);
    let before = team.environment.fingerprint();
    let ran = team.environment.canon(&[&compromise[..], &[&stolen]].concat()).expect(2);
    assert!(ran.stderr.contains("is no commit of the main branch") && ran.stderr.contains("git log main"), "{ran}");
    assert_eq!(team.environment.fingerprint(), before);
    team.environment.git(&["merge", "-q", "--no-ff", "-m", "Merge", &format!("change/{change}")]);
    let merged = team.environment.git(&["rev-parse", "HEAD"]);
    team.environment.commit("Something else");
    team.environment.canon(&[&compromise[..], &[&stolen]].concat()).expect(0);
    let person: serde_json::Value = serde_json::from_str(&team.environment.read(&person_path("sales"))).expect("JSON");
    assert_eq!(person["keys"][0]["since"], merged);
}

#[test]
fn a_key_that_others_can_read_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    let key = team.key("marketing");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let ran = team.environment.canon(&["approve", &change, "--yes", "--key", &key]).expect(2);
    assert!(ran.stderr.contains("UNPROTECTED PRIVATE KEY FILE") && ran.stderr.contains("chmod 600"), "{ran}");
}
