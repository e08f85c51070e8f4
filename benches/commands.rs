//! How long commands take: as library calls, and as whole processes. docs/PERFORMANCE.md holds the numbers.
//!
//! The registries that are measured stay in `target/tmp`, where `bench/processes.py` measures them once more.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use canonry::check;
use canonry::git::Repository;
use canonry::operations::demo::demo;
use canonry::operations::verify::verify;
use canonry::operations::workspace::{Now, Workspace};
use canonry::registry::layout::definition_path;
use canonry::registry::{Registry, builtin};
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

/// The starter registry, and its definitions again and again under other ids until there are enough.
fn thousand() -> PathBuf {
    let starter = builtin::schemas().chain(builtin::starter());
    let mut files: BTreeMap<String, Vec<u8>> = starter.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    let (registry, _) = Registry::load(files.clone());
    let mut count = registry.definitions().count();
    for round in 1.. {
        for definition in registry.definitions().take(DEFINITIONS - count) {
            let joint = if definition.kind == "entity" { '_' } else { '-' };
            let id = format!("{}{joint}{round}", definition.id);
            let source = definition.document.source();
            let copy = source.replacen(&format!("\"id\": \"{}\"", definition.id), &format!("\"id\": \"{id}\""), 1);
            files.insert(definition_path(definition.kind, &id), copy.into_bytes());
            count += 1;
        }
        if count == DEFINITIONS {
            break;
        }
    }
    let folder = folder("thousand");
    Repository::create(&folder, "main").expect("a repository");
    for (path, bytes) in files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, bytes).expect("a file");
    }
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
            let verification = verify(&workspace, None, None, &|_, _| ()).expect("the history can be read");
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
