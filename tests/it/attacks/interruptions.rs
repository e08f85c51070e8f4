//! Commands that are stopped, or meet others.

use crate::team::Team;

#[test]
fn a_branch_that_moved_or_is_locked_is_left_alone() {
    let team = Team::new();
    let change = {
        team.cool_off(60, 70);
        team.propose("keeper", "Wait longer")
    };
    let lock = team.environment.work().join(format!(".git/refs/heads/change/{change}.lock"));
    std::fs::write(&lock, "").expect("a lock");
    let before = team.environment.fingerprint();
    let ran = team.environment.canon(&["approve", "--yes", "--key", &team.key("sales")]).expect(2);
    assert!(ran.stderr.contains(".lock is there"), "{ran}");
    assert_eq!(team.environment.fingerprint(), before);
    std::fs::remove_file(&lock).expect("unlocked");
    team.approve("sales", &change);
}

#[test]
fn of_two_at_once_one_is_told_to_run_again() {
    let team = Team::new();
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    let approve = |person: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_canon"))
            .args(["approve", &change, "--yes", "--key", &team.key(person)])
            .current_dir(team.environment.work())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("canon")
    };
    let both = [approve("marketing"), approve("sales")].map(|child| child.wait_with_output().expect("an end"));
    let told: Vec<_> =
        both.iter().map(|one| (one.status.code(), String::from_utf8_lossy(&one.stderr).into_owned())).collect();
    assert!(told.iter().any(|(code, _)| *code == Some(0)), "{told:?}");
    for (person, (code, said)) in ["marketing", "sales"].into_iter().zip(&told) {
        assert!(*code == Some(0) || (*code == Some(2) && said.contains("hint:")), "{told:?}");
        if *code != Some(0) {
            team.approve(person, &change);
        }
    }
    team.environment.canon(&["status", &change]).expect(0);
    team.merge();
    team.assert_proven();
}
