//! The registry: every file under `registry/` and `schemas/` of one side, parsed and classified.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Value;
use jiff::tz::TimeZone;
use rayon::prelude::*;

use super::graph::{Edge, Graph};
use super::layout::{self, DocumentRole, Role};
use super::{Kind, Kinds, Survey, builtin};
use crate::document::{Document, stored_bytes};
use crate::finding::{Finding, parse_document};

/// All documents of one side of a comparison: a work tree, or a commit.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// Every file, in order of path.
    files: Vec<(String, Entry)>,
    /// Where in `files` the definitions are that parse, by kind and id.
    definitions: BTreeMap<String, BTreeMap<String, usize>>,
    /// The paths of governed documents that do not parse.
    unreadable: BTreeSet<String>,
    kinds: Kinds,
}

#[derive(Clone, Debug)]
enum Entry {
    Document(Document),
    /// A governed document that does not parse.
    Unreadable(String),
    /// A record, or a file for readers.
    Other(Vec<u8>),
    /// A file that nobody knows.
    Unknown(Vec<u8>),
}

/// A definition in its registry.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'r> {
    /// Its path.
    pub path: &'r str,
    /// Its kind, as its folder says.
    pub kind: &'r str,
    /// Its id, as its file says.
    pub id: &'r str,
    /// The document.
    pub document: &'r Document,
}

impl Definition<'_> {
    /// `kind/id`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }
}

impl Registry {
    /// Parses and classifies the files of one side, given by path. What does not parse, and what is wrong with schemas,
    /// is found here; everything else is found by a check.
    #[must_use]
    pub fn load(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> (Registry, Vec<Finding>) {
        let files: Vec<(String, Vec<u8>)> = files.into_iter().collect();
        Registry::gather(|| files.into_par_iter().filter_map(|(path, bytes)| entry(path, &bytes)).collect())
    }

    /// As [`Registry::load`], of files among which there are no schemas: these kinds rule them.
    #[must_use]
    pub fn load_under(kinds: &Kinds, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> (Registry, Vec<Finding>) {
        let files: Vec<(String, Vec<u8>)> = files.into_iter().collect();
        // Threads are not worth waking for a few files.
        let entries = match files.len() {
            0..=FEW => files.into_iter().filter_map(|(path, bytes)| entry(path, &bytes)).collect(),
            _ => files.into_par_iter().filter_map(|(path, bytes)| entry(path, &bytes)).collect(),
        };
        let (mut registry, mut findings) = Registry::sorted(entries);
        registry.kinds = kinds.clone();
        in_order(&mut findings);
        (registry, findings)
    }

    /// As [`Registry::load`], where each file is read when its turn comes, some side by side, to its path and bytes. A
    /// file that is read as none is passed over.
    ///
    /// # Errors
    /// The first file that cannot be read.
    pub fn read<F: Send, E: Send>(
        files: Vec<F>,
        read: impl Fn(F) -> Result<Option<(String, Vec<u8>)>, E> + Sync,
    ) -> Result<(Registry, Vec<Finding>), E> {
        let mut failed = None;
        let read = |file| read(file).map(|read| read.and_then(|(path, bytes)| entry(path, &bytes))).transpose();
        let loaded = Registry::gather(|| match files.into_par_iter().filter_map(read).collect() {
            Ok(entries) => entries,
            Err(error) => {
                failed = Some(error);
                Vec::new()
            }
        });
        failed.map_or(Ok(loaded), Err)
    }

    fn gather(entries: impl FnOnce() -> Vec<(String, Entry, Option<Finding>)> + Send) -> (Registry, Vec<Finding>) {
        // Every registry needs the built-in kinds, and they take as long as many documents.
        let (entries, _) = rayon::join(entries, builtin::kinds);
        let (mut registry, mut findings) = Registry::sorted(entries);
        let schemas = registry.documents().filter(|(path, _)| layout::is_schema(path));
        let (kinds, faults) = Kinds::load(schemas.map(|(path, document)| (path, document.value())));
        registry.kinds = kinds;
        findings.extend(faults);
        in_order(&mut findings);
        (registry, findings)
    }

    /// This side with more of its files. Of a file that is in both, either is the file.
    #[must_use]
    pub fn with(self, more: Registry) -> Registry {
        let mut kinds = self.kinds;
        kinds.add(more.kinds);
        let files = self.files.into_iter().chain(more.files).map(|(path, entry)| (path, entry, None));
        let (registry, _) = Registry::sorted(files.collect());
        Registry { kinds, ..registry }
    }

    /// Without kinds.
    fn sorted(mut entries: Vec<(String, Entry, Option<Finding>)>) -> (Registry, Vec<Finding>) {
        if !entries.is_sorted_by(|one, other| one.0 < other.0) {
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            entries.dedup_by(|one, other| one.0 == other.0);
        }
        let mut findings = Vec::new();
        let mut registry = Registry::default();
        for (at, (path, entry, finding)) in entries.into_iter().enumerate() {
            findings.extend(finding);
            if let (Some(DocumentRole::Definition { kind, id }), Entry::Document(_)) =
                (layout::document_role(&path), &entry)
            {
                registry.definitions.entry(kind.to_owned()).or_default().insert(id.to_owned(), at);
            }
            if matches!(entry, Entry::Unreadable(_)) {
                registry.unreadable.insert(path.clone());
            }
            registry.files.push((path, entry));
        }
        (registry, findings)
    }

    /// The kinds that this side's own schemas make.
    #[must_use]
    pub fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// The time zone that `registry.json` names; UTC if it names none that is known.
    #[must_use]
    pub fn time_zone(&self) -> TimeZone {
        let zone = self.document(layout::REGISTRY_JSON).and_then(|settings| settings.text("time_zone"));
        zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC)
    }

    /// Every file, in order of path.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(path, _)| path.as_str())
    }

    /// The files that nobody knows, in order of path.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.files.iter().filter(|(_, entry)| matches!(entry, Entry::Unknown(_))).map(|(path, _)| path.as_str())
    }

    /// Every governed document that parses, in order of path.
    pub fn documents(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.files.iter().filter_map(|(path, entry)| match entry {
            Entry::Document(document) => Some((path.as_str(), document)),
            _ => None,
        })
    }

    /// Every definition that parses, by kind and id.
    pub fn definitions(&self) -> impl Iterator<Item = Definition<'_>> {
        self.definitions.iter().flat_map(|(kind, ids)| ids.iter().filter_map(|(id, at)| self.at(kind, id, *at)))
    }

    /// Every definition of a kind that parses, by id.
    pub fn definitions_of(&self, kind: &str) -> impl Iterator<Item = Definition<'_>> {
        let ids = self.definitions.get_key_value(kind).into_iter();
        ids.flat_map(|(kind, ids)| ids.iter().filter_map(|(id, at)| self.at(kind, id, *at)))
    }

    /// The definition named `kind/id`, if it is there and parses.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<Definition<'_>> {
        let (kind, id) = name.split_once('/')?;
        let (kind, ids) = self.definitions.get_key_value(kind)?;
        let (id, at) = ids.get_key_value(id)?;
        self.at(kind, id, *at)
    }

    fn at<'r>(&'r self, kind: &'r str, id: &'r str, at: usize) -> Option<Definition<'r>> {
        match self.files.get(at)? {
            (path, Entry::Document(document)) => Some(Definition { path, kind, id, document }),
            _ => None,
        }
    }

    fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self.files.binary_search_by(|(known, _)| known.as_str().cmp(path)).ok()?;
        Some(&self.files[at].1)
    }

    /// The governed document at a path, if it is there and parses.
    #[must_use]
    pub fn document(&self, path: &str) -> Option<&Document> {
        match self.entry(path)? {
            Entry::Document(document) => Some(document),
            _ => None,
        }
    }

    /// Whether any governed document does not parse.
    #[must_use]
    pub fn has_unreadable(&self) -> bool {
        !self.unreadable.is_empty()
    }

    /// Whether any definition of a kind does not parse.
    #[must_use]
    pub fn has_unreadable_of(&self, kind: &str) -> bool {
        let mut paths = self.unreadable.iter().filter_map(|path| layout::document_role(path));
        paths.any(|role| matches!(role, DocumentRole::Definition { kind: of, .. } if of == kind))
    }

    /// Whether a governed document is there that does not parse.
    #[must_use]
    pub fn is_unreadable(&self, path: &str) -> bool {
        self.unreadable.contains(path)
    }

    /// The text of a governed document, for places in it.
    #[must_use]
    pub fn source(&self, path: &str) -> Option<&str> {
        match self.entry(path)? {
            Entry::Document(document) => Some(document.source()),
            Entry::Unreadable(text) => Some(text),
            Entry::Other(bytes) | Entry::Unknown(bytes) => std::str::from_utf8(bytes).ok(),
        }
    }

    /// The exact bytes of a file, except of a governed document that is not UTF-8.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        match self.entry(path)? {
            Entry::Document(document) => Some(document.source().as_bytes()),
            Entry::Unreadable(text) => Some(text.as_bytes()),
            Entry::Other(bytes) | Entry::Unknown(bytes) => Some(bytes),
        }
    }

    /// The kind that rules a governed document; see [`Kinds::of_path`].
    #[must_use]
    pub fn kind_of(&self, path: &str) -> Option<&Kind> {
        self.kinds.of_path(path)
    }

    /// Makes ready every kind that a document here is of, side by side: else one document would wait for another's kind.
    pub fn make_kinds_ready(&self) {
        let used = self.documents().filter_map(|(path, _)| self.kind_of(path));
        let used: BTreeMap<&str, &Kind> = used.map(|kind| (kind.name(), kind)).collect();
        used.par_iter().for_each(|(_, kind)| kind.make_ready());
    }

    /// The bytes that a governed document has in its stored form. Records have none: they are never written again.
    #[must_use]
    pub fn expected_bytes(&self, path: &str) -> Option<Vec<u8>> {
        Some(self.stored_form(path, self.document(path)?.value()))
    }

    /// Whether a governed document is written in its stored form. `survey` is of this document.
    #[must_use]
    pub fn is_stored(&self, path: &str, document: &Document, survey: &Survey) -> bool {
        (survey.arranged || self.kind_of(path).is_none()) && document.is_written_plainly()
    }

    /// The bytes of the stored form of a value that belongs at the path of a governed document.
    #[must_use]
    pub fn stored_form(&self, path: &str, value: &Value) -> Vec<u8> {
        match self.kind_of(path) {
            Some(kind) if !kind.is_arranged(value) => stored_bytes(&kind.arrange(value)),
            _ => stored_bytes(value),
        }
    }

    /// What refers to what, as the schemas say it.
    #[must_use]
    pub fn references(&self) -> Graph {
        let definitions: Vec<Definition<'_>> = self.definitions().collect();
        let edges: Vec<Vec<Edge>> = definitions.par_iter().map(|definition| self.edges_of(definition)).collect();
        Graph::new(edges.into_iter().flatten())
    }

    fn edges_of(&self, definition: &Definition<'_>) -> Vec<Edge> {
        let Some(kind) = self.kinds.get(definition.kind) else { return Vec::new() };
        let references = kind.references(definition.document.value());
        let edge = |reference: super::Reference| {
            let to = reference.names().into_iter().find(|name| self.definition(name).is_some())?;
            Some(Edge { from: definition.name(), to, pointer: reference.pointer })
        };
        references.into_iter().filter_map(edge).collect()
    }
}

/// So many files are read one after another.
const FEW: usize = 64;

fn in_order(findings: &mut [Finding]) {
    findings.sort_by(|one, other| (&one.path, &one.target).cmp(&(&other.path, &other.target)));
}

fn entry(path: String, bytes: &[u8]) -> Option<(String, Entry, Option<Finding>)> {
    match layout::role(&path) {
        Role::Outside => None,
        Role::Document(_) => Some(match document(&path, bytes) {
            Ok(document) => (path, Entry::Document(document), None),
            Err(finding) => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                (path, Entry::Unreadable(text), Some(finding))
            }
        }),
        Role::Unknown => Some((path, Entry::Unknown(bytes.to_vec()), None)),
        _ => Some((path, Entry::Other(bytes.to_vec()), None)),
    }
}

fn document(path: &str, bytes: &[u8]) -> Result<Document, Finding> {
    builtin::same_schema(path, bytes).map_or_else(|| parse_document(path, bytes), Ok)
}
