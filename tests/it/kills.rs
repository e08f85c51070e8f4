//! Commands that end at any point at which they write, and disks that fill up there: the next run carries on.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::environment::{Environment, Ran};
use crate::team::{MQL, Team};

/// How many points are tried over all commands.
const POINTS: usize = 200;

/// Every so many of them all objects are looked at.
const CHECKED: usize = 5;

/// A command that writes, and how to know that it did.
struct Job {
    name: &'static str,
    /// A world in which it can run, once it is prepared.
    world: fn() -> Environment,
    /// What is edited before it runs.
    edit: fn(&Environment),
    arguments: fn(&Environment) -> Vec<String>,
    /// That all is as it should be after it ran to its end, however often it was begun.
    after: fn(&Environment),
}

fn owned(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|argument| (*argument).to_owned()).collect()
}

fn key(environment: &Environment, name: &str) -> String {
    environment.path("keys").join(name).to_string_lossy().into_owned()
}

fn cool_off(environment: &Environment, from: u32, to: u32) {
    environment.edit(MQL, &format!("\"days\": {from}"), &format!("\"days\": {to}"));
}

fn proposed() -> Environment {
    let team = Team::small();
    team.cool_off(60, 70);
    team.propose("keeper", "Wait longer");
    team.environment
}

fn landed() -> Environment {
    let team = Team { environment: proposed() };
    let change = team.environment.git(&["branch", "--show-current"]);
    let change = change.strip_prefix("change/").expect("a change");
    team.approve("marketing", change);
    team.approve("sales", change);
    team.merge();
    team.environment
}

fn nothing(_: &Environment) {}

fn propose(environment: &Environment) -> Vec<String> {
    owned(&["propose", "--title", "Wait longer", "--why", "Because.", "--key", &key(environment, "keeper")])
}

/// That the work tree is that of `HEAD`, that so many commits are not on the main branch yet, and that this is proven.
fn stands(environment: &Environment, commits: &str) {
    environment.canon(&["verify", "main"]).expect(0);
    assert_eq!(environment.git(&["status", "--porcelain", "-uall"]), "");
    assert_eq!(environment.git(&["rev-list", "--count", "main..HEAD"]), commits);
}

/// That there is one branch of the change, that `HEAD` is on it, and that its status says this.
fn is_open(environment: &Environment, says: &str) {
    let branches = environment.git(&["branch", "--format", "%(refname:short)", "--list", "change/*-wait-longer*"]);
    assert_eq!(environment.git(&["branch", "--show-current"]), branches);
    let ran = environment.canon(&["status"]).expect(1);
    assert!(ran.stdout.contains(says), "{ran}");
}

const JOBS: [Job; 7] = [
    Job {
        name: "init",
        world: Environment::with_repository,
        edit: nothing,
        arguments: |_| owned(&["init", "--name", "Test", "--minimal"]),
        after: |environment| {
            stands(environment, "0");
            assert_eq!(environment.git(&["rev-list", "--count", "main"]), "1");
            environment.canon(&["check"]).expect(0);
        },
    },
    Job {
        name: "propose",
        world: || Team::small().environment,
        edit: |environment| cool_off(environment, 60, 70),
        arguments: propose,
        after: |environment| {
            stands(environment, "1");
            is_open(environment, "cmo: missing");
        },
    },
    Job {
        name: "propose again",
        world: proposed,
        edit: |environment| cool_off(environment, 70, 80),
        arguments: propose,
        after: |environment| {
            stands(environment, "2");
            is_open(environment, "cmo: missing");
            assert!(environment.read(MQL).contains("\"days\": 80"));
        },
    },
    Job {
        name: "approve",
        world: proposed,
        edit: nothing,
        arguments: |environment| owned(&["approve", "--yes", "--key", &key(environment, "marketing")]),
        after: |environment| {
            stands(environment, "2");
            is_open(environment, "cmo: approved by marketing");
        },
    },
    Job {
        name: "reject",
        world: proposed,
        edit: nothing,
        arguments: |environment| owned(&["approve", "--reject", "--yes", "--key", &key(environment, "sales")]),
        after: |environment| {
            stands(environment, "2");
            is_open(environment, "change-rejected");
        },
    },
    Job {
        name: "revert",
        world: landed,
        edit: nothing,
        arguments: |environment| {
            let key = key(environment, "keeper");
            let change = ["--revert", "2026-05-01-wait-longer"];
            owned(&[&["propose", "--title", "Back", "--why", "Because.", "--key", &key], &change[..]].concat())
        },
        after: |environment| {
            stands(environment, "1");
            assert!(environment.read(MQL).contains("\"days\": 60"));
        },
    },
    Job {
        name: "publish",
        world: || Team::small().environment,
        edit: nothing,
        arguments: |environment| owned(&["publish", "--key", &key(environment, "revops")]),
        after: |environment| {
            stands(environment, "0");
            assert!(environment.work().join("registry/releases/1.0.0.json").is_file());
            assert!(!environment.work().join("registry/releases/2.0.0.json").exists());
        },
    },
];

/// A world in which a job is run, and what it was like before.
struct World {
    environment: Environment,
    job: &'static Job,
    kept: PathBuf,
    before: String,
}

impl World {
    /// The world of a job, for one of several who make their own.
    fn of(job: &'static Job, whose: &str) -> World {
        let environment = (job.world)();
        (job.edit)(&environment);
        let before = state(&environment);
        let kept = environment.keep(&format!("{} {whose}", job.name).replace(' ', "-"));
        World { environment: Environment::like(&kept), job, kept, before }
    }

    /// The same world as if nothing had been run in it.
    fn again(self) -> World {
        World { environment: Environment::like(&self.kept), ..self }
    }

    fn run(&self, fault: &str) -> Ran {
        let arguments = (self.job.arguments)(&self.environment);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.environment.canon_with(&[("CANON_FAULT", fault)], &arguments)
    }

    /// How many points the job passes.
    fn points(&self) -> usize {
        let counted = self.environment.path("points");
        let ran = self.run(&format!("count:{}", counted.display()));
        assert_eq!(ran.status, 0, "{ran}");
        (self.job.after)(&self.environment);
        std::fs::read(counted).expect("points").len()
    }
}

/// What stands in a repository beside its objects, which nobody sees that no ref names.
fn state(environment: &Environment) -> String {
    let index = environment.git(&["ls-files", "-s"]);
    format!("{}\n{index}", environment.fingerprint())
}

/// No lock and no half-written file is left in the git folder.
fn assert_no_locks(environment: &Environment) {
    let mut open = vec![environment.work().join(".git")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            assert!(path.extension().is_none_or(|extension| extension != "lock"), "{}", path.display());
            if path.is_dir() && path.file_name() != Some(std::ffi::OsStr::new("objects")) {
                open.push(path);
            }
        }
    }
}

/// How many points each job passes.
static PASSED: LazyLock<Vec<usize>> =
    LazyLock::new(|| JOBS.iter().map(|job| World::of(job, "counted").points()).collect());

/// The points at which each job is killed: as many as [`POINTS`] in all, every one of the small jobs first.
fn chosen() -> Vec<(&'static Job, Vec<usize>)> {
    let mut jobs: Vec<(&Job, usize)> = JOBS.iter().zip(PASSED.iter().copied()).collect();
    jobs.sort_by_key(|(_, points)| *points);
    let mut left = POINTS;
    let count = jobs.len();
    let share = |(number, (job, points)): (usize, (&'static Job, usize))| {
        let share = (left / (count - number)).min(points);
        left -= share;
        (job, (0..share).map(|at| 1 + at * points / share).collect::<Vec<usize>>())
    };
    let chosen: Vec<_> = jobs.into_iter().enumerate().map(share).collect();
    assert_eq!(chosen.iter().map(|(_, points)| points.len()).sum::<usize>(), POINTS);
    chosen
}

#[test]
fn whatever_is_killed_is_carried_on() {
    let check = |job: &'static Job, half: usize, points: &[usize]| {
        let mut world = World::of(job, &format!("killed {half}"));
        for (number, point) in points.iter().enumerate() {
            let what = format!("{} killed at point {point}", job.name);
            let killed = world.run(&point.to_string());
            assert_eq!(killed.status, -1, "{what}: {killed}");
            assert_no_locks(&world.environment);
            let again = world.run("");
            // At the last points everything was done.
            assert!(again.status == 0 || is_done(&again), "{what}: {again}");
            (job.after)(&world.environment);
            // What a killed run wrote is still there.
            if number.is_multiple_of(CHECKED) {
                world.environment.git(&["fsck", "--strict", "--no-dangling"]);
            }
            world = world.again();
        }
    };
    let chosen = chosen();
    std::thread::scope(|scope| {
        for half in 0..2 {
            let chosen = &chosen;
            scope.spawn(move || {
                for (job, points) in chosen {
                    let points: Vec<usize> = points.iter().skip(half).step_by(2).copied().collect();
                    check(job, half, &points);
                }
            });
        }
    });
}

/// Whether a command says that there is nothing left to do.
fn is_done(ran: &Ran) -> bool {
    ["a `registry` here already", "approved", "nothing", "Nothing"]
        .iter()
        .any(|said| ran.stderr.contains(said) || ran.stdout.contains(said))
}

#[test]
fn where_the_disk_is_full_nothing_has_changed() {
    const MOST: usize = 6;
    for (job, points) in JOBS.iter().zip(PASSED.iter().copied()) {
        let mut world = World::of(job, "full");
        let mut refused = 0;
        for point in (1..=points).step_by(points.div_ceil(MOST)) {
            let full = world.run(&format!("{point}:full"));
            // What is only remembered, after the branch moved, need not be written.
            if full.status != 0 {
                assert_eq!(full.status, 2, "{} at point {point}: {full}", job.name);
                assert!(full.stderr.contains("no storage space"), "{} at point {point}: {full}", job.name);
                assert_eq!(state(&world.environment), world.before, "{} at point {point}", job.name);
                assert_eq!(world.run("").status, 0, "{} at point {point}", job.name);
                refused += 1;
            }
            assert_no_locks(&world.environment);
            (job.after)(&world.environment);
            world = world.again();
        }
        assert!(refused > MOST / 3, "{}", job.name);
    }
}

#[test]
fn of_many_at_once_each_lands_or_is_told_to_run_again() {
    let environment = Team::small().environment;
    cool_off(&environment, 60, 70);
    let propose = |title: String| {
        std::process::Command::new(Path::new(env!("CARGO_BIN_EXE_canon")))
            .args(["propose", "--why", "Because.", "--title", &title, "--key", &key(&environment, "keeper")])
            .current_dir(environment.work())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("canon")
    };
    let all: Vec<_> = (0..4).map(|number| propose(format!("Number {number}"))).collect();
    let ended: Vec<_> = all.into_iter().map(|child| child.wait_with_output().expect("an end")).collect();
    let landed = ended.iter().filter(|one| one.status.code() == Some(0)).count();
    assert!(landed >= 1);
    for one in ended.iter().filter(|one| one.status.code() != Some(0)) {
        let said = String::from_utf8_lossy(&one.stderr);
        assert_eq!(one.status.code(), Some(2), "{said}");
        assert!(said.contains("hint:"), "{said}");
    }
    environment.git(&["fsck", "--strict", "--no-dangling"]);
    assert_eq!(environment.git(&["status", "--porcelain", "-uall"]), "");
    assert!(environment.read(MQL).contains("\"days\": 70"));
    environment.canon(&["verify", "main"]).expect(0);
}
