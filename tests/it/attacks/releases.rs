//! Releases that nobody made, and tags that lead elsewhere.

use crate::team::{Team, approved};

#[test]
fn a_release_tag_that_leads_elsewhere_is_found() {
    let team = Team::new();
    team.environment.canon(&["publish", "--key", &team.key("marketing")]).expect(2);
    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    team.environment.git(&["tag", "canon/v1.0.0"]);
    team.assert_proven();
    for elsewhere in ["HEAD~1", "HEAD^{tree}"] {
        team.environment.git(&["tag", "-f", "canon/v1.0.0", elsewhere]);
        team.assert_found("tag-moved", "registry/releases/1.0.0.json");
    }
}

#[test]
fn a_forged_release_is_no_release() {
    let team = Team::new();
    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    let genuine = team.environment.read("registry/releases/1.0.0.json");
    let path = "registry/releases/1.1.0.json";
    team.environment.write(
        path,
        &genuine.replace("\"version\": \"1.0.0\",\n  \"previous\"", "\"version\": \"1.1.0\",\n  \"previous\""),
    );
    team.sign("revops", path);
    team.environment.commit("Forge");
    team.assert_found("record-unknown", path);
    team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    team.assert_proven();
}

#[test]
fn a_release_stands_without_its_tag() {
    let team = Team::new();
    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    team.environment.git(&["tag", "canon/v1.0.0"]);
    team.assert_proven();
    team.environment.git(&["tag", "-d", "canon/v1.0.0"]);
    team.assert_proven();
    team.environment.canon(&["diff", "1.0.0"]).expect(0);
}

#[test]
fn a_release_of_a_commit_beside_the_branch_is_none() {
    let team = Team::new();
    let path = "registry/releases/1.0.0.json";
    team.environment.git(&["switch", "-q", "-c", "beside"]);
    team.environment.write("notes.txt", "beside\n");
    team.environment.commit("Beside");
    team.environment.git(&["branch", "-q", "kept", "main"]);
    team.environment.git(&["branch", "-q", "-f", "main", "beside"]);
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    team.environment.git(&["branch", "-q", "-f", "beside", "main"]);
    team.environment.git(&["reset", "-q", "--hard", "kept"]);
    team.environment.git(&["checkout", "-q", "beside", "--", "registry/releases"]);
    team.environment.commit("A release from elsewhere");
    team.environment.git(&["update-ref", "-d", "refs/canonry/verified/main"]);
    team.assert_found("record-unknown", path);
}

#[test]
fn the_commit_of_a_release_stays_on_the_branch() {
    let team = Team::new();
    let change = approved(&team);
    let branch = format!("change/{change}");
    team.environment.git(&["switch", "-q", "main"]);
    team.environment.write("notes.txt", "unrelated\n");
    team.environment.commit("Unrelated");
    team.environment.canon(&["publish", "--key", &team.key("revops")]).expect(0);
    team.environment.git(&["switch", "-q", &branch]);
    team.environment.git(&["merge", "-q", "--no-ff", "-m", "Update branch", "main"]);
    team.environment.git(&["branch", "-q", "-f", "main", &branch]);
    // Whoever clones it now has no tip to remember.
    let clone = team.environment.path("clone");
    let from = format!("file://{}", team.environment.work().display());
    team.environment.git(&["clone", "-q", "--branch", "main", &from, &clone.to_string_lossy()]);
    let trust = team.environment.git(&["config", "canonry.trust"]);
    let ran = team.environment.canon(&[
        "-C",
        &clone.to_string_lossy(),
        "verify",
        "--trust",
        trust.trim(),
        "--format",
        "json",
    ]);
    assert_eq!(ran.status, 1, "{ran}");
    let found = ran.findings("/findings");
    assert!(found.contains(&("record-unknown".to_owned(), "registry/releases/1.0.0.json".to_owned())), "{found:?}");
}
