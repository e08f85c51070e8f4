//! What the binary carries: the built-in schemas and the starter registry, byte for byte as in this repository.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use super::Kinds;
use crate::document::Document;
use crate::finding::{Finding, parse_document};

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");
static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/registry");

/// The built-in schemas, by path from a registry's root.
pub fn schemas() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    static FILES: LazyLock<Vec<(String, &'static [u8])>> = LazyLock::new(|| files(&SCHEMAS, "schemas"));
    FILES.iter().map(|(path, bytes)| (path.as_str(), *bytes))
}

/// The starter registry, by path from a registry's root.
pub fn starter() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    static FILES: LazyLock<Vec<(String, &'static [u8])>> = LazyLock::new(|| files(&STARTER, "registry"));
    FILES.iter().map(|(path, bytes)| (path.as_str(), *bytes))
}

/// The kinds of the built-in schemas. They alone say what the policy, people, waivers and `registry.json` are.
#[must_use]
pub fn kinds() -> &'static Kinds {
    static KINDS: LazyLock<Kinds> = LazyLock::new(|| read(true).0);
    &KINDS
}

/// Everything that is wrong with the built-in schemas. A test proves that it is nothing, so no command asks.
#[must_use]
pub fn faults() -> Vec<Finding> {
    let (kinds, mut findings) = read(false);
    findings.extend(kinds.all_faults());
    findings
}

/// `proven` says that the schemas need not be looked at themselves.
fn read(proven: bool) -> (Kinds, Vec<Finding>) {
    let mut unread = Vec::new();
    let mut parsed: Vec<(&str, Document)> = Vec::new();
    for (path, bytes) in schemas() {
        match parse_document(path, bytes) {
            Ok(document) => parsed.push((path, document)),
            Err(finding) => unread.push(finding),
        }
    }
    let (kinds, findings) = Kinds::read(parsed.iter().map(|(path, document)| (*path, document.value())), proven);
    unread.extend(findings);
    (kinds, unread)
}

/// All files of an embedded folder, sorted by path.
fn files(folder: &Dir<'static>, prefix: &str) -> Vec<(String, &'static [u8])> {
    let mut found: Vec<(String, &'static [u8])> = Vec::new();
    let mut open = vec![folder.clone()];
    while let Some(folder) = open.pop() {
        found.extend(folder.files().map(|file| (slashed(prefix, file.path()), file.contents())));
        open.extend(folder.dirs().cloned());
    }
    found.sort();
    found
}

fn slashed(prefix: &str, path: &std::path::Path) -> String {
    let names = path.components().map(|name| name.as_os_str().to_string_lossy());
    names.fold(prefix.to_owned(), |path, name| format!("{path}/{name}"))
}
