//! What the binary carries: the built-in schemas and the starter registry, byte for byte as in this repository.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use super::Kinds;
use crate::document::Document;

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
    // A test proves that every built-in schema parses and has no fault.
    static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
        let parsed = schemas().filter_map(|(path, bytes)| Some((path, Document::parse(bytes).ok()?)));
        let parsed: Vec<(&str, Document)> = parsed.collect();
        Kinds::load(parsed.iter().map(|(path, document)| (*path, document.value()))).0
    });
    &KINDS
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
