//! Kinds: what a schema says of the definitions of its kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use super::builtin;
use super::layout::{self, DocumentRole};
use super::references::Reference;
use super::schema::{self, Schemas};
use super::shape::{Compiled, Resources, ShapeError};
use super::sites::CriteriaSite;
use super::survey::Survey;
use super::walk::Cursor;
use super::{arrange, shape, survey};
use crate::finding::Finding;

/// Names that no kind of definitions can have: shared parts, and documents read by built-in types. Policy calls schemas
/// `schema`.
pub const NOT_DEFINITIONS: [&str; 9] =
    ["approval", "change", "common", "person", "policy", "registry", "release", "schema", "waivers"];

/// All kinds of one revision.
#[derive(Debug, Default)]
pub struct Kinds {
    kinds: BTreeMap<String, Kind>,
}

/// One kind.
#[derive(Debug)]
pub struct Kind {
    name: String,
    file: usize,
    shared: Arc<Shared>,
    compiled: Compiled,
}

#[derive(Debug, Default)]
struct Shared {
    schemas: Schemas,
    resources: Resources,
}

impl Kinds {
    /// Reads the schemas of one revision, given by path. Paths that hold no schema are passed over.
    ///
    /// What is faulty is reported and left out; the rest of a schema still orders and annotates. Whether a schema is
    /// valid JSON Schema is told by [`Kinds::faults`], since only a check needs to know.
    #[must_use]
    pub fn load<'v>(schemas: impl Iterator<Item = (&'v str, &'v Value)>) -> (Kinds, Vec<Finding>) {
        let (schemas, findings) = schema::load(schemas);
        let names: Vec<String> = schemas.files.iter().map(|file| file.name.clone()).collect();
        let shared = Arc::new(Shared { schemas, resources: Resources::default() });
        let kind = |(file, name): (usize, String)| {
            (name.clone(), Kind { name, file, shared: Arc::clone(&shared), compiled: Compiled::default() })
        };
        (Kinds { kinds: names.into_iter().enumerate().map(kind).collect() }, findings)
    }

    /// The kind of definitions with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Kind> {
        self.kinds.get(name).filter(|kind| !NOT_DEFINITIONS.contains(&kind.name()))
    }

    /// The schema with this name, whether it is of definitions, records or shared parts.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<&Kind> {
        self.kinds.get(name)
    }

    /// The kind that rules a governed document: one of these for definitions, a built-in one for the rest. Schemas and
    /// definitions of unknown kinds have none.
    #[must_use]
    pub fn of_path(&self, path: &str) -> Option<&Kind> {
        let name = match layout::document_role(path)? {
            DocumentRole::Definition { kind, .. } => return self.get(kind),
            DocumentRole::Registry => "registry",
            DocumentRole::Waivers => "waivers",
            DocumentRole::Policy => "policy",
            DocumentRole::Person(_) => "person",
            DocumentRole::Schema(_) => return None,
        };
        builtin::kinds().schema(name)
    }

    /// Every kind of definitions, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.values().filter(|kind| !NOT_DEFINITIONS.contains(&kind.name()))
    }

    /// Every name of a kind of definitions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(Kind::name)
    }

    /// What keeps schemas from being JSON Schema, beside what [`Kinds::load`] told.
    #[must_use]
    pub fn faults(&self) -> Vec<Finding> {
        let kinds: Vec<&Kind> = self.kinds.values().collect();
        kinds.par_iter().filter_map(|kind| shape::schema_faults(kind.file(), kind.compiled())).collect()
    }
}

impl Kind {
    /// The name: the folder of its definitions.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of the schema, if it states one.
    #[must_use]
    pub fn version(&self) -> Option<&semver::Version> {
        self.file().notes.version.as_ref()
    }

    /// The schema, as written.
    #[must_use]
    pub fn schema(&self) -> &Value {
        &self.file().value
    }

    /// Whether the schema, or one that it refers to, has a fault, so that nothing can be relied on.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.file().faulty
    }

    /// Everything in which a document differs from the schema, by place. One mistake is one error.
    ///
    /// A kind whose schema is faulty finds nothing: the fault of the schema is the finding.
    #[must_use]
    pub fn validate(&self, value: &Value) -> Vec<ShapeError> {
        shape::validate(self.compiled(), value, &self.cursor(value))
    }

    /// The same value with its keys in stored order: as the schema lists them, then by the alphabet.
    #[must_use]
    pub fn arrange(&self, value: &Value) -> Value {
        arrange::arrange(&self.cursor(value), value)
    }

    /// Whether the keys of a value stand in stored order.
    #[must_use]
    pub fn is_arranged(&self, value: &Value) -> bool {
        arrange::is_arranged(&self.cursor(value), value)
    }

    /// All that the schema marks in a document, in one walk.
    #[must_use]
    pub fn survey(&self, value: &Value) -> Survey {
        survey::survey(&self.cursor(value), value)
    }

    /// Where criteria stand in a definition; criteria within criteria are not listed again.
    #[must_use]
    pub fn sites(&self, value: &Value) -> Vec<CriteriaSite> {
        self.survey(value).sites
    }

    /// The strings of a definition that refer to other definitions.
    #[must_use]
    pub fn references(&self, value: &Value) -> Vec<Reference> {
        self.survey(value).references
    }

    /// The entity that a definition is about.
    #[must_use]
    pub fn subject<'v>(&self, value: &'v Value) -> Option<&'v str> {
        value.pointer(self.file().notes.subject.as_deref()?)?.as_str()
    }

    /// Where definitions of this kind have criteria, and exclusions if they can, that decide an outcome.
    #[must_use]
    pub fn outcome(&self) -> Option<(&str, Option<&str>)> {
        let notes = &self.file().notes;
        Some((notes.criteria.as_deref()?, notes.exclusions.as_deref()))
    }

    /// The unit of the value at a pointer.
    #[must_use]
    pub fn unit(&self, value: &Value, pointer: &str) -> Option<&str> {
        self.at(value, pointer)?.unit()
    }

    /// The property that identifies the items of the array at a pointer.
    #[must_use]
    pub fn key(&self, value: &Value, pointer: &str) -> Option<&str> {
        self.at(value, pointer)?.key()
    }

    /// The schemas in force on a whole document.
    pub(crate) fn cursor(&self, value: &Value) -> Cursor<'_> {
        Cursor::root(&self.shared.schemas, self.file().root, value)
    }

    /// The schemas in force at a pointer of a document.
    fn at(&self, value: &Value, pointer: &str) -> Option<Cursor<'_>> {
        shape::cursor_at(&self.cursor(value), value, pointer)
    }

    fn file(&self) -> &schema::File {
        &self.shared.schemas.files[self.file]
    }

    fn compiled(&self) -> &shape::Validator {
        self.compiled.get_or_init(|| shape::compile(&self.shared.schemas, self.file(), &self.shared.resources))
    }
}
