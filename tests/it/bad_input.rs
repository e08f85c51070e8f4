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
    assert_snapshot!(environment.canon(&["check"]), @r#"
    status: 2
    stdout:
    stderr:
    error: `$FOLDER/work` is in no git repository
    hint: Type `git init` there, then `canon init`; or name another folder with `-C DIR`.
    "#);
}

#[test]
fn no_registry() {
    let environment = Environment::with_repository();
    assert_snapshot!(refused(&environment, &["check"]), @r#"
    status: 2
    stdout:
    stderr:
    error: this repository holds no registry: there is no registry/registry.json
    hint: Type `canon init` to start one, or name its folder with `-C DIR`.
    "#);
}

#[test]
fn a_registry_that_was_never_committed() {
    let environment = Environment::with_registry();
    environment.git(&["checkout", "-q", "--orphan", "fresh"]);
    environment.git(&["branch", "-D", "main"]);
    assert_snapshot!(refused(&environment, &["verify"]), @r#"
    status: 2
    stdout:
    stderr:
    error: the branch `fresh` has no commit yet
    hint: Type `canon init` to start a registry, or commit the one that is here.
    "#);
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @r#"
    status: 2
    stdout:
    stderr:
    error: the branch `fresh` has no commit yet
    hint: Type `canon init` to start a registry, or commit the one that is here.
    "#);
    assert_snapshot!(refused(&environment, &[]), @r#"
    status: 0
    stdout:
    Registry "Test": 162 definitions.
    You are on `fresh`, which has no commit yet.
    There is no `main` branch with the registry yet.
    Edited and not committed: registry/definitions/ai-use/call-notes.json, registry/definitions/ai-use/content-answers.json, registry/definitions/ai-use/draft-first-answer.json, registry/definitions/ai-use/no-machine-decides.json, registry/definitions/attribution/marketing-influenced.json and 196 more
    Next: git add registry schemas && git commit
          (the main branch has no commit of the registry yet)
    stderr:
    "#);
}

#[test]
fn a_detached_head() {
    let environment = Environment::with_registry();
    environment.git(&["checkout", "-q", "--detach"]);
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @r#"
    status: 2
    stdout:
    stderr:
    error: HEAD is detached at SHORT, so a commit made here would belong to no branch
    hint: Type `git switch BRANCH`, or `git switch -c BRANCH` to make one here.
    "#);
    environment.canon(&["verify"]).expect(0);
}

#[test]
fn a_missing_document() {
    let environment = Environment::with_registry();
    std::fs::remove_file(environment.work().join(MQL)).expect("removed");
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @r#"
    status: 1
    stdout:
    error[document-deleted]: this document was accepted and is gone; nothing governed is ever deleted
    --> registry/definitions/qualification/mql.json
     = help: Type `git restore registry/definitions/qualification/mql.json`; to end a definition, set its status to `retired`.

    stderr:
    Nothing was proposed: 1 error.
    "#);
}

#[test]
fn a_malformed_document() {
    let environment = Environment::with_registry();
    environment.write(MQL, "{\n  \"kind\": \"qualification\",\n  \"kind\": \"stage\"\n}\n");
    assert_snapshot!(refused(&environment, &["check"]), @r#"
    status: 1
    stdout:
    error[malformed-json]: the key "kind" appears twice in this object
     --> registry/definitions/qualification/mql.json:3:3
      |
    3 |   "kind": "stage"
      |   ^

    stderr:
    Checked 161 definitions: 1 error.
    "#);
    assert_eq!(environment.canon(&["propose", "--title", "T", "--why", "W"]).status, 1);
}

#[test]
fn a_kind_without_a_schema() {
    let environment = Environment::with_registry();
    environment.write("registry/definitions/qualifcation/mql.json", &environment.read(MQL));
    assert_snapshot!(refused(&environment, &["check"]), @r#"
    status: 1
    stdout:
    error[unknown-kind]: there is no kind `qualifcation`, but this definition is of it
    --> registry/definitions/qualifcation/mql.json
     = help: did you mean `qualification`?

    error[misplaced]: `$schema` says "../../../schemas/qualification.schema.json", but by its path it is "../../../schemas/qualifcation.schema.json"
     --> registry/definitions/qualifcation/mql.json:2:14
      |
    2 |   "$schema": "../../../schemas/qualification.schema.json",
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write "../../../schemas/qualifcation.schema.json"

    error[misplaced]: `kind` says "qualification", but by its path it is "qualifcation"
     --> registry/definitions/qualifcation/mql.json:3:11
      |
    3 |   "kind": "qualification",
      |           ^^^^^^^^^^^^^^^
      |
      = help: write "qualifcation", or move the file

    stderr:
    Checked 163 definitions: 3 errors.
    "#);
}

#[test]
fn no_ssh_keygen() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    let before = environment.fingerprint();
    let arguments = ["propose", "--title", "T", "--why", "W"];
    let ran = environment.canon_with(&[("PATH", "/nonexistent")], &arguments);
    assert_eq!(environment.fingerprint(), before);
    assert_snapshot!(ran, @r#"
    status: 2
    stdout:
    stderr:
    error: cannot run `ssh-keygen`: No such file or directory (os error 2)
    hint: Install OpenSSH 8.2 or newer (Debian: `apt-get install openssh-client`).
    "#);
}

#[test]
fn no_signing_key() {
    let environment = Environment::with_registry();
    environment.git(&["config", "--unset", "user.signingkey"]);
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @r#"
    status: 2
    stdout:
    stderr:
    error: no signing key is configured
    hint: Type `git config user.signingkey ~/.ssh/id_ed25519.pub`, or pass `--key FILE`. `ssh-keygen -t ed25519` makes a key.
    "#);
    assert_snapshot!(refused(&environment, &["publish"]), @r#"
    status: 2
    stdout:
    stderr:
    error: no signing key is configured
    hint: Type `git config user.signingkey ~/.ssh/id_ed25519.pub`, or pass `--key FILE`. `ssh-keygen -t ed25519` makes a key.
    "#);
    assert_snapshot!(refused(&environment, &["approve", "2026-05-01-t", "--key", "nowhere"]), @r#"
    status: 2
    stdout:
    stderr:
    error: cannot read the key nowhere: No such file or directory (os error 2)
    hint: Name the file of an SSH key with `--key FILE` or `git config user.signingkey FILE`.
    "#);
}

#[test]
fn a_key_that_belongs_to_nobody() {
    let environment = Environment::with_registry();
    let key = environment.key("stranger", &["-t", "ed25519"]);
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    assert_snapshot!(
        refused(&environment, &["propose", "--title", "T", "--why", "W", "--key", &key.to_string_lossy()]),
        @r#"
    status: 2
    stdout:
    stderr:
    error: the key SHA256:KEY belongs to nobody in this registry
    hint: Sign with the key that registry/governance/people/ID.json names, or propose a change that adds yours there.
    "#
    );
}

#[test]
fn a_change_that_does_not_exist() {
    let environment = Environment::with_registry();
    assert_snapshot!(refused(&environment, &["approve", "2026-05-01-nothing", "--yes"]), @r#"
    status: 2
    stdout:
    stderr:
    error: no change is named `2026-05-01-nothing`, neither here nor on a local branch
    hint: Type `canon status` to see the open changes, `canon log` to see the settled ones.
    "#);
    assert_snapshot!(refused(&environment, &["status", "2026-05-01-nothing"]), @r#"
    status: 2
    stdout:
    stderr:
    error: no change is named `2026-05-01-nothing`, neither here nor on a local branch
    hint: Type `canon status` to see the open changes, `canon log` to see the settled ones.
    "#);
}

#[test]
fn a_dirty_work_tree_under_an_approval() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    environment.canon(&["propose", "--title", "Say it", "--why", "Clarity"]).expect(0);
    environment.edit(MQL, "Marketing-qualified lead", "Something else");
    assert_snapshot!(refused(&environment, &["approve", "2026-05-01-say-it", "--yes"]), @r#"
    status: 2
    stdout:
    stderr:
    error: registry/definitions/qualification/mql.json differs from what is committed, so what you would decide on is not what you see
    hint: Type `canon propose` to propose the edit, or `git restore --source=HEAD --staged --worktree registry schemas` to drop it.
    "#);
}

#[test]
fn a_proposal_without_a_reason() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    assert_snapshot!(refused(&environment, &["propose"]), @r#"
    status: 2
    stdout:
    stderr:
    error: a proposal says what it does and why
    hint: Type `canon propose --title "Raise the MQL threshold" --why "Sales rejects half of them"`.
    "#);
}

#[test]
fn nobody_to_commit_as() {
    let environment = Environment::with_registry();
    environment.git(&["config", "--unset", "user.email"]);
    environment.edit(MQL, "Marketing qualified lead", "Marketing-qualified lead");
    assert_snapshot!(refused(&environment, &["propose", "--title", "T", "--why", "W"]), @r#"
    status: 2
    stdout:
    stderr:
    error: git does not know your name and e-mail address
    hint: Type `git config user.name NAME` and `git config user.email ADDRESS`.
    "#);
}

#[test]
fn a_second_init() {
    let environment = Environment::with_registry();
    assert_snapshot!(refused(&environment, &["init"]), @r#"
    status: 2
    stdout:
    stderr:
    error: there is a `registry` here already
    hint: Type `canon` to see where you stand, or name an empty folder: `canon -C DIR init`.
    "#);
}

#[test]
fn a_shallow_clone() {
    let environment = Environment::with_registry();
    environment.commit("More");
    let origin = format!("file://{}", environment.work().display());
    let clone = environment.path("clone");
    environment.git(&["clone", "-q", "--depth", "1", &origin, &clone.to_string_lossy()]);
    assert_snapshot!(environment.canon(&["-C", &clone.to_string_lossy(), "verify"]), @r#"
    status: 2
    stdout:
    stderr:
    error: this clone is shallow: part of the history is not here
    hint: Type `git fetch --unshallow`, then run this again.
    "#);
}

#[test]
fn names_that_are_nearly_right() {
    let environment = Environment::with_registry();
    assert_snapshot!(refused(&environment, &["show", "qualification/mqll"]), @r#"
    status: 2
    stdout:
    stderr:
    error: no definition is named `qualification/mqll`
    hint: Did you mean `qualification/mql`?
    "#);
    assert_snapshot!(refused(&environment, &["list", "qualificaton"]), @r#"
    status: 2
    stdout:
    stderr:
    error: there is no kind `qualificaton`
    hint: Did you mean `qualification`?
    "#);
    assert_snapshot!(refused(&environment, &["explain", "not-store-form"]), @r#"
    status: 2
    stdout:
    stderr:
    error: no finding, no change and no kind is called `not-store-form`
    hint: Did you mean `not-stored-form`? `canon explain` lists all codes.
    "#);
    assert_snapshot!(refused(&environment, &["verify", "mian"]), @r#"
    status: 2
    stdout:
    stderr:
    error: `mian` names no commit
    hint: Type `git branch -a` to see the branches, `git log --oneline` to see the commits.
    "#);
}

#[test]
fn a_clock_that_is_none() {
    let environment = Environment::with_registry();
    assert_snapshot!(environment.canon_with(&[("CANON_NOW", "noon")], &["check"]), @r#"
    status: 2
    stdout:
    stderr:
    error: CANON_NOW is `noon`, which is no RFC 3339 time
    hint: Write it as 2026-05-01T09:00:00Z.
    "#);
}
