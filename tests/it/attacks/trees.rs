//! Trees, objects and folders that different programs read in different ways.

use super::{commit_registry, entries, raw_tree};
use crate::environment::Environment;
use crate::team::{MQL, Team, approved};

#[test]
fn malformed_trees_settle_nothing_and_are_named() {
    let team = Team::new();
    let environment = &team.environment;
    let tip = environment.git(&["rev-parse", "HEAD"]);
    let registry = entries(environment, "registry");
    let borrowed: Vec<(&str, &str, &str)> =
        registry.iter().map(|(mode, name, id)| (mode.as_str(), name.as_str(), id.as_str())).collect();
    let blob = &registry.iter().find(|(_, name, _)| name == "registry.json").expect("an entry").2;
    let definitions = &registry.iter().find(|(_, name, _)| name == "definitions").expect("an entry").2;
    let doubled = [&borrowed[..], &[("100644", "waivers.json", blob.as_str())]].concat();
    let reversed: Vec<_> = borrowed.iter().rev().copied().collect();
    let linked = [&borrowed[..], &[("120000", "zlink", blob.as_str())]].concat();
    let executable: Vec<_> = borrowed
        .iter()
        .map(|(mode, name, id)| (if *name == "registry.json" { "100755" } else { mode }, *name, *id))
        .collect();
    let dotted = [&[("40000", "..", definitions.as_str())], &borrowed[..]].concat();
    for tree in [doubled, reversed, linked, executable, dotted] {
        commit_registry(environment, &raw_tree(environment, &tree));
        team.assert_found("tree-malformed", "registry");
        environment.git(&["update-ref", "refs/heads/main", &tip]);
    }
    team.assert_proven();
}

#[test]
fn a_tree_without_end_is_not_followed() {
    let team = Team::new();
    let environment = &team.environment;
    let blob = environment.git(&["rev-parse", "HEAD:registry/registry.json"]);
    let mut tree = raw_tree(environment, &[("100644", "leaf", &blob)]);
    for _ in 0..12 {
        tree = raw_tree(environment, &[("40000", "d", &tree)]);
    }
    let registry = entries(environment, "registry");
    let mut borrowed: Vec<(&str, &str, &str)> =
        registry.iter().map(|(mode, name, id)| (mode.as_str(), name.as_str(), id.as_str())).collect();
    borrowed.push(("40000", "zdeep", &tree));
    commit_registry(environment, &raw_tree(environment, &borrowed));
    let (holds, findings) = team.verify();
    assert!(!holds && findings.iter().any(|(code, _)| code == "tree-malformed"), "{findings:?}");
}

#[test]
fn what_a_malformed_tree_brought_settles_once_it_is_mended() {
    let team = Team::new();
    approved(&team);
    let log = team.environment.work().join("registry/waivers.json");
    let mode = |mode| std::os::unix::fs::PermissionsExt::from_mode(mode);
    std::fs::set_permissions(&log, mode(0o755)).expect("a mode");
    team.environment.commit("Executable by mistake");
    team.merge();
    team.assert_found("tree-malformed", "registry");
    std::fs::set_permissions(&log, mode(0o644)).expect("a mode");
    team.environment.commit("Mend the mode");
    let (holds, findings) = team.verify();
    assert!(holds, "{findings:?}");
}

#[test]
fn folders_above_and_beside_the_registry_have_one_reading() {
    let environment = Environment::with_repository();
    environment.canon(&["init", "sub"]).expect(0);
    let sub = |arguments: &[&str]| environment.canon(&[&["-C", "sub"], arguments].concat());
    sub(&["verify"]).expect(0);
    let good = environment.git(&["rev-parse", "HEAD:sub"]);
    environment.edit(&format!("sub/{MQL}"), "Marketing qualified lead", "Forged");
    environment.commit("Forge");
    let forged = environment.git(&["rev-parse", "HEAD:sub"]);
    environment.git(&["reset", "-q", "--soft", "HEAD~1"]);
    let tree = raw_tree(&environment, &[("40000", "sub", &good), ("40000", "sub", &forged)]);
    let commit = environment.git(&["commit-tree", "-p", "HEAD", "-m", "Double", &tree]);
    environment.git(&["update-ref", "refs/heads/main", &commit]);
    assert_eq!(sub(&["verify"]).status, 1);

    let team = Team::new();
    team.environment.write(&format!("Registry/{}", &MQL["registry/".len()..]), "{}\n");
    team.environment.commit("Twin");
    let (holds, findings) = team.verify();
    assert!(!holds && findings[0].0 == "tree-malformed", "{findings:?}");
}

#[test]
fn grafts_and_replaced_objects_do_not_decide() {
    let team = Team::new();
    let environment = &team.environment;
    team.cool_off(60, 70);
    let evil = environment.commit("Slip it in");
    let honest = environment.git(&["rev-parse", "HEAD~1"]);
    environment.git(&["replace", &evil, &honest]);
    team.assert_found("content-not-accepted", MQL);
    environment.git(&["replace", "-d", &evil]);
    std::fs::write(environment.work().join(".git/info/grafts"), format!("{evil}\n")).expect("written");
    assert_eq!(environment.canon(&["verify"]).status, 2);
}

#[test]
fn nothing_unknown_stands_in_a_registry() {
    let team = Team::new();
    for path in
        ["registry/notes.md", "schemas/output/x.json", "registry/definitions/stage/MQL.json", "registry/changes/x"]
    {
        team.environment.write(path, "{}\n");
        team.environment.commit("Unknown");
        team.assert_found("unknown-file", path);
        team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    std::fs::remove_file(team.environment.work().join(MQL)).expect("removed");
    team.environment.commit("Gone");
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn a_submodule_holds_nothing_that_is_governed() {
    let team = Team::new();
    let tip = team.environment.git(&["rev-parse", "HEAD"]);
    let registry = entries(&team.environment, "registry");
    let mut borrowed: Vec<(&str, &str, &str)> =
        registry.iter().map(|(mode, name, id)| (mode.as_str(), name.as_str(), id.as_str())).collect();
    borrowed.push(("160000", "zmodule", &tip));
    commit_registry(&team.environment, &raw_tree(&team.environment, &borrowed));
    team.assert_found("tree-malformed", "registry");
}

#[test]
fn filters_and_line_ends_of_a_checkout_decide_nothing() {
    let team = Team::new();
    let honest = team.environment.read(MQL);
    team.environment.edit(MQL, "Marketing qualified lead", "Forged");
    team.environment.commit("Forge");
    // The checkout shows what was accepted, and the commit holds something else.
    let show = "sed s/Forged/Marketing\\ qualified\\ lead/";
    team.environment.git(&["config", "filter.hide.smudge", show]);
    team.environment.git(&["config", "filter.hide.clean", "sed s/Marketing\\ qualified\\ lead/Forged/"]);
    team.environment.git(&["config", "core.autocrlf", "true"]);
    std::fs::write(team.environment.work().join(".git/info/attributes"), "*.json filter=hide\n").expect("written");
    std::fs::remove_file(team.environment.work().join(MQL)).expect("removed");
    team.environment.git(&["checkout", "-q", "--", MQL]);
    assert_eq!(team.environment.read(MQL).replace("\r\n", "\n"), honest);
    team.assert_found("content-not-accepted", MQL);

    let twin = Team::new();
    twin.environment.git(&["config", "core.autocrlf", "true"]);
    twin.environment.git(&["config", "filter.hide.smudge", "tr a-z A-Z"]);
    std::fs::write(twin.environment.work().join(".git/info/attributes"), "*.json filter=hide\n").expect("written");
    twin.assert_proven();
}

#[test]
fn what_is_not_all_here_proves_nothing() {
    let team = Team::new();
    approved(&team);
    team.merge();
    team.assert_proven();
    let from = format!("file://{}", team.environment.work().display());
    team.environment.git(&["config", "uploadpack.allowFilter", "true"]);
    for (name, option) in [("shallow", "--depth=1"), ("partial", "--filter=blob:none")] {
        let clone = team.environment.path(name);
        let folder = clone.to_string_lossy().into_owned();
        team.environment.git(&["clone", "-q", "--no-checkout", option, &from, &folder]);
        let ran = team.environment.canon(&["-C", &folder, "verify"]).expect(2);
        assert!(ran.stderr.contains("git fetch"), "{name}: {ran}");
    }
    let whole = team.environment.path("whole").to_string_lossy().into_owned();
    team.environment.git(&["clone", "-q", &from, &whole]);
    team.environment.canon(&["-C", &whole, "verify"]).expect(0);
}

#[test]
fn an_object_that_is_missing_or_damaged_proves_nothing() {
    let team = Team::new();
    let blob = team.environment.git(&["rev-parse", &format!("HEAD:{MQL}")]);
    team.cool_off(60, 70);
    team.environment.commit("Away and back");
    let loose = team.environment.git(&["rev-parse", &format!("HEAD:{MQL}")]);
    team.environment.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(team.environment.git(&["rev-parse", &format!("HEAD:{MQL}")]), blob);
    let (holds, _) = team.verify();
    assert!(holds);
    let path = team.environment.work().join(format!(".git/objects/{}/{}", &loose[..2], &loose[2..]));
    let bytes = std::fs::read(&path).expect("a loose object");
    std::fs::remove_file(&path).expect("removed");
    assert_eq!(team.environment.canon(&["verify"]).status, 2);
    std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
    assert_eq!(team.environment.canon(&["verify"]).status, 2);
    // So it is where another clone borrows it.
    team.environment.git(&["clone", "-q", "--shared", ".", "../borrows"]);
    assert_eq!(team.environment.canon(&["-C", "../borrows", "verify"]).status, 2);
    std::fs::write(&path, &bytes).expect("written");
    assert_eq!(team.environment.canon(&["verify"]).status, 0);
    assert_eq!(team.environment.canon(&["-C", "../borrows", "verify"]).status, 0);
}

#[test]
fn a_registry_stays_where_it_began_and_holds_no_other() {
    let team = Team::new();
    team.environment.write("registry/registry/registry.json", "{}\n");
    team.environment.commit("One in the other");
    let (holds, findings) = team.verify();
    assert!(!holds && findings.iter().any(|(code, _)| code == "unknown-file"), "{findings:?}");
    team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    team.assert_proven();
    std::fs::create_dir(team.environment.work().join("moved")).expect("a folder");
    team.environment.git(&["mv", "registry", "schemas", "moved"]);
    team.environment.edit(&format!("moved/{MQL}"), "Marketing qualified lead", "Forged");
    team.environment.commit("Move it");
    assert_ne!(team.environment.canon(&["verify"]).status, 0);
    let trust = team.environment.git(&["config", "canonry.trust"]);
    let ran = team.environment.canon(&["-C", "moved", "verify", "--trust", &trust]).expect(1);
    assert!(ran.stdout.contains("trust-mismatch"), "{ran}");
}
