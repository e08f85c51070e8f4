//! What the binary carries: the built-in schemas and the starter registry, byte for byte as in this repository.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use include_dir::{Dir, include_dir};

use super::Kinds;
use super::layout::{self, document_role};
use crate::document::Document;
use crate::finding::{Finding, parse_document};

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");
static SCHEMA_FILES: LazyLock<Vec<(String, &'static [u8])>> = LazyLock::new(|| files(&SCHEMAS, layout::SCHEMAS));
static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/registry");

/// The built-in schemas, by path from a registry's root.
pub fn schemas() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    SCHEMA_FILES.iter().filter(|(path, _)| document_role(path).is_some()).map(|(path, bytes)| (path.as_str(), *bytes))
}

/// A built-in schema, parsed once in a process; whichever thread first asks does it.
static PARSED: LazyLock<BTreeMap<&'static str, Schema>> =
    LazyLock::new(|| schemas().map(|(path, bytes)| (path, Schema { bytes, parsed: OnceLock::new() })).collect());

struct Schema {
    bytes: &'static [u8],
    parsed: OnceLock<Result<Document, Finding>>,
}

/// The built-in schema at a path.
fn schema(path: &str) -> Option<&'static Result<Document, Finding>> {
    let (path, Schema { bytes, parsed }) = PARSED.get_key_value(path)?;
    Some(parsed.get_or_init(|| parse_document(path, bytes)))
}

/// The document at a path, if it is a built-in schema to the byte: there is no need to parse that again.
pub(super) fn same_schema(path: &str, bytes: &[u8]) -> Option<Document> {
    PARSED.get(path).filter(|built_in| built_in.bytes == bytes)?;
    schema(path)?.as_ref().ok().cloned()
}

/// The schema of a JSON output, by the output's `type`. It is documentation: no registry holds a copy.
#[must_use]
pub fn output_schema(of: &str) -> Option<&'static [u8]> {
    outputs().find(|(name, _)| name == of).map(|(_, bytes)| bytes)
}

/// The types of JSON outputs that have a schema.
pub fn output_types() -> impl Iterator<Item = String> {
    outputs().map(|(name, _)| name)
}

fn outputs() -> impl Iterator<Item = (String, &'static [u8])> {
    let prefix = format!("{}/{}/", layout::SCHEMAS, layout::OUTPUT);
    SCHEMA_FILES.iter().filter_map(move |(path, bytes)| {
        let name = path.strip_prefix(&prefix)?.strip_suffix(".schema.json")?;
        Some((format!("canonry/{name}@1"), *bytes))
    })
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

/// Begins to make ready what [`some_kinds`] needs whatever it is asked.
pub fn begin_few() {
    rayon::spawn(|| {
        schema(&layout::schema_path(SHARED));
    });
}

/// Begins to make ready what a check needs of the built-in kinds, beside whatever is done next: finding and listing the
/// files of a registry keeps one core busy.
pub fn begin() {
    rayon::spawn(|| kinds().make_shared_ready());
}

/// Some of the built-in kinds, read when they are first asked for: for commands that look at few documents.
#[must_use]
pub fn some_kinds(names: &BTreeSet<&str>) -> Kinds {
    static KNOWN: Mutex<Kinds> = Mutex::new(Kinds::NONE);
    // Reading leaves nothing behind by halves.
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let missing: BTreeSet<&str> = names.iter().copied().filter(|name| known.schema(name).is_none()).collect();
    if !missing.is_empty() {
        let paths = missing.iter().map(|name| layout::schema_path(name)).chain([layout::schema_path(SHARED)]);
        let paths: Vec<String> = paths.collect();
        let parsed = paths.iter().filter_map(|path| Some((path.as_str(), schema(path)?.as_ref().ok()?.value())));
        known.add(Kinds::read_some(&missing, parsed));
    }
    known.only(names)
}

/// Begins to read some of the built-in kinds, as [`some_kinds`] gives them.
pub fn begin_kinds(names: &BTreeSet<&str>) {
    let owned: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    rayon::spawn(move || {
        let _ = some_kinds(&owned.iter().map(String::as_str).collect());
    });
    // From the other end, so as not to wait for what is being read.
    for path in names.iter().rev().map(|name| layout::schema_path(name)) {
        rayon::spawn(move || {
            schema(&path);
        });
    }
}

/// The one schema that others refer to; a test holds that there is no other.
const SHARED: &str = "common";

/// As [`begin`], with every kind itself, where what is done next takes longer.
pub fn begin_all() {
    rayon::spawn(|| kinds().make_all_ready());
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
    let parsed = || PARSED.keys().filter_map(|path| Some((*path, schema(path)?)));
    let documents = parsed().filter_map(|(path, parsed)| Some((path, parsed.as_ref().ok()?.value())));
    let (kinds, findings) = Kinds::read(documents, proven);
    let unread = parsed().filter_map(|(_, parsed)| parsed.as_ref().err().cloned());
    (kinds, unread.chain(findings).collect())
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
