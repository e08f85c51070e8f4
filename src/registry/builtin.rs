//! What the binary carries: the built-in schemas and the starter registry, byte for byte as in this repository.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use super::Kinds;
use crate::document::Document;

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");

/// The built-in schemas, by path from a registry's root.
pub fn schemas() -> impl Iterator<Item = (String, &'static [u8])> {
    files(&SCHEMAS, "schemas").into_iter()
}

/// The kinds of the built-in schemas. They alone say what the policy, people, waivers, `registry.json` and records are.
#[must_use]
pub fn kinds() -> &'static Kinds {
    static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
        // A test proves that every built-in schema parses and has no fault.
        let parsed: Vec<(String, Document)> =
            schemas().filter_map(|(path, bytes)| Some((path, Document::parse(bytes).ok()?))).collect();
        Kinds::load(parsed.iter().map(|(path, document)| (path.as_str(), document.value()))).0
    });
    &KINDS
}

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
