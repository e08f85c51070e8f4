//! What goes wrong at the command line: one clear message, the next command, the exit status, an untouched repository.

use insta::assert_snapshot;

use crate::environment::{Environment, masked};

const MQL: &str = "registry/definitions/qualification/mql.json";

/// Runs a command that must leave the repository as it was.
fn refused(environment: &Environment, arguments: &[&str]) -> String {
    let before = environment.fingerprint();
    let ran = environment.canon(arguments);
    assert_eq!(environment.fingerprint(), before, "`canon {}` touched the repository\n{ran}", arguments.join(" "));
    masked(&ran.to_string())
}

#[test]
fn not_a_repository() {
    let environment = Environment::new();
    for command in [&["check"][..], &["verify"], &["status"], &["init"], &[]] {
        assert_eq!(environment.canon(command).status, 2, "canon {command:?}");
    }
    assert_snapshot!(environment.canon(&["check"]), @"");
}

#[test]
fn no_registry() {
    let environment = Environment::with_repository();
    assert_snapshot!(refused(&environment, &["check"]), @"");
}

#[test]
fn a_registry_that_was_never_committed() {
    let environment = Environment::with_registry();
    environment.git(&["checkout", "-q", "--orphan", "fresh"]);
    environment.git(&["branch", "-D", "main"]);
    assert_snapshot!(refused(&environment, &["verify"]), @"");
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @"");
    assert_snapshot!(refused(&environment, &[]), @"");
}

#[test]
fn a_detached_head() {
    let environment = Environment::with_registry();
    environment.git(&["checkout", "-q", "--detach"]);
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @"");
    environment.canon(&["verify"]).expect(0);
}

#[test]
fn a_missing_document() {
    let environment = Environment::with_registry();
    std::fs::remove_file(environment.work().join(MQL)).expect("removed");
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @"");
}

#[test]
fn a_malformed_document() {
    let environment = Environment::with_registry();
    environment.write(MQL, "{\n  \"kind\": \"qualification\",\n  \"kind\": \"stage\"\n}\n");
    assert_snapshot!(refused(&environment, &["check"]), @"");
    assert_eq!(environment.canon(&["propose", "--title", "T", "--why", "W"]).status, 1);
}

#[test]
fn a_kind_without_a_schema() {
    let environment = Environment::with_registry();
    environment.write("registry/definitions/qualifcation/mql.json", &environment.read(MQL));
    assert_snapshot!(refused(&environment, &["check"]), @"");
}

#[test]
fn no_ssh_keygen() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    let before = environment.fingerprint();
    let arguments = ["propose", "--title", "T", "--why", "W"];
    let ran = environment.canon_with(&[("PATH", "/nonexistent")], &arguments);
    assert_eq!(environment.fingerprint(), before);
    assert_snapshot!(ran, @"");
}

#[test]
fn no_signing_key() {
    let environment = Environment::with_registry();
    environment.git(&["config", "--unset", "user.signingkey"]);
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @"");
    assert_snapshot!(refused(&environment, &["publish"]), @"");
    assert_snapshot!(refused(&environment, &["approve", "2026-05-01-t", "--key", "nowhere"]), @"");
}

#[test]
fn a_key_that_belongs_to_nobody() {
    let environment = Environment::with_registry();
    let key = environment.key("stranger", &["-t", "ed25519"]);
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    assert_snapshot!(
        refused(&environment, &["propose", "--title", "T", "--why", "W", "--key", &key.to_string_lossy()]),
        @""
    );
}

#[test]
fn a_change_that_does_not_exist() {
    let environment = Environment::with_registry();
    assert_snapshot!(refused(&environment, &["approve", "2026-05-01-nothing", "--yes"]), @"");
    assert_snapshot!(refused(&environment, &["status", "2026-05-01-nothing"]), @"");
}

#[test]
fn a_dirty_work_tree_under_an_approval() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    environment.canon(&["propose", "--title", "Say it", "--why", "Clarity"]).expect(0);
    environment.edit(MQL, "Marketing-qualified lead", "Something else");
    assert_snapshot!(refused(&environment, &["approve", "2026-05-01-say-it", "--yes"]), @"");
}

#[test]
fn a_proposal_without_a_reason() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    assert_snapshot!(refused(&environment, &["propose"]), @"");
}

#[test]
fn nobody_to_commit_as() {
    let environment = Environment::with_registry();
    environment.git(&["config", "--unset", "user.email"]);
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @"");
}

#[test]
fn a_second_init() {
    let environment = Environment::with_registry();
    assert_snapshot!(refused(&environment, &["init"]), @"");
}

#[test]
fn a_shallow_clone() {
    let environment = Environment::with_registry();
    environment.commit("More");
    let origin = format!("file://{}", environment.work().display());
    let clone = environment.path("clone");
    environment.git(&["clone", "-q", "--depth", "1", &origin, &clone.to_string_lossy()]);
    assert_snapshot!(environment.canon(&["-C", &clone.to_string_lossy(), "verify"]), @"");
}

#[test]
fn names_that_are_nearly_right() {
    let environment = Environment::with_registry();
    assert_snapshot!(refused(&environment, &["show", "qualification/mqll"]), @"");
    assert_snapshot!(refused(&environment, &["list", "qualificaton"]), @"");
    assert_snapshot!(refused(&environment, &["explain", "not-store-form"]), @"");
    assert_snapshot!(refused(&environment, &["verify", "mian"]), @"");
}

#[test]
fn a_clock_that_is_none() {
    let environment = Environment::with_registry();
    assert_snapshot!(environment.canon_with(&[("CANON_NOW", "noon")], &["check"]), @"");
}
