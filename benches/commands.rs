//! How long commands take: as library calls, and as whole processes. docs/PERFORMANCE.md holds the numbers.
//!
//! The registries that are measured stay in `target/tmp`, where `bench/processes.py` measures them once more.

#[path = "../examples/large_registry/make.rs"]
mod large_registry;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use canonry::check;
use canonry::operations::demo::demo;
use canonry::operations::memory::Depth;
use canonry::operations::verify::verify;
use canonry::operations::workspace::{Now, Workspace};
use criterion::{Criterion, criterion_group, criterion_main};

/// How many definitions the large registry has.
const DEFINITIONS: usize = 1_000;

/// An empty folder of this name in `target/tmp`.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder of an earlier run goes");
    }
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A large registry.
fn thousand() -> PathBuf {
    let folder = folder("thousand");
    large_registry::make(DEFINITIONS, &folder);
    folder
}

/// Runs the command as a user does, with nobody reading, and holds that it finds nothing wrong.
fn canon(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_canon"));
    let status = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("the command starts").success(), "{arguments:?}");
}

fn starting(criterion: &mut Criterion) {
    criterion.bench_function("start-up, process", |bencher| bencher.iter(|| canon(&["--version"])));
}

fn checking(criterion: &mut Criterion) {
    let folder = thousand();
    let workspace = Workspace::open(&folder, Now(jiff::Timestamp::UNIX_EPOCH)).expect("the registry");
    let check = || {
        let (registry, loaded) = workspace.work_tree_registry().expect("the folder can be read");
        let checked = check::run(registry, loaded);
        assert_eq!(checked.findings(), []);
        assert_eq!(checked.registry().definitions().count(), DEFINITIONS);
        checked
    };
    let name = |how: &str| format!("check of {DEFINITIONS} definitions, {how}");
    criterion.bench_function(&name("library"), |bencher| bencher.iter_with_large_drop(check));
    let place = folder.to_string_lossy();
    criterion.bench_function(&name("process"), |bencher| bencher.iter(|| canon(&["-C", &place, "check"])));
}

fn verifying(criterion: &mut Criterion) {
    let folder = folder("demo");
    demo(&folder, &mut |_| ()).expect("the demo plays");
    let workspace = Workspace::open(&folder, Now(jiff::Timestamp::UNIX_EPOCH)).expect("the demo's registry");
    criterion.bench_function("verify of the demo, library", |bencher| {
        bencher.iter_with_large_drop(|| {
            let verification =
                verify(&workspace, None, None, Depth::Whole, &|_, _| ()).expect("the history can be read");
            assert!(verification.holds());
            verification
        });
    });
    let place = folder.to_string_lossy();
    criterion
        .bench_function("verify of the demo, process", |bencher| bencher.iter(|| canon(&["-C", &place, "verify"])));
}

criterion_group!(
    name = commands;
    config = Criterion::default().sample_size(50);
    targets = starting, checking, verifying
);
criterion_main!(commands);
