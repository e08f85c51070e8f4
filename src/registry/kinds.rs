//! Kinds: what a schema says of the definitions of its kind.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::{Value, pointer_steps};
use rayon::prelude::*;

use super::layout::{self, DocumentRole};
use super::references::Reference;
use super::schema::{self, Schemas};
use super::shape::{Compiled, Resources, ShapeError};
use super::sites::CriteriaSite;
use super::survey::Survey;
use super::walk::Cursor;
use super::{Impact, Known, Skeleton, arrange, builtin, shape, skeleton, survey};
use crate::finding::Finding;

/// Names that no kind of definitions can have: shared parts, and documents read by built-in types. Policy calls schemas
/// `schema`.
pub const NOT_DEFINITIONS: [&str; 9] =
    ["approval", "change", "common", "person", "policy", "registry", "release", "schema", "waivers"];

/// All kinds of one revision. What a schema needs is made when it is first used, and once for all clones.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    kinds: BTreeMap<String, Arc<Kind>>,
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
    /// Whether a test has proven that the schemas are JSON Schema.
    proven: bool,
    /// Whether there is one kind only, so that what compiles it is not at hand.
    alone: bool,
}

impl Kinds {
    /// Reads the schemas of one revision, given by path. Paths that hold no schema are passed over.
    ///
    /// What is faulty is reported and left out; the rest of a schema still orders and annotates. Whether a schema is
    /// valid JSON Schema is told by [`Kinds::faults`], since only a check needs to know.
    ///
    /// A schema that is, with all that it refers to, the built-in one makes the built-in kind: a process reads and
    /// compiles those once, and a test proves that they have no fault.
    #[must_use]
    pub fn load<'v>(documents: impl Iterator<Item = (&'v str, &'v Value)>) -> (Kinds, Vec<Finding>) {
        let schema = |path| matches!(layout::document_role(path), Some(DocumentRole::Schema(_)));
        let documents: BTreeMap<&str, &Value> = documents.filter(|(path, _)| schema(path)).collect();
        let built_in = builtin::kinds().unchanged_in(&documents);
        if built_in.len() == documents.len() {
            return (Kinds { kinds: built_in }, Vec::new());
        }
        let (mut kinds, findings) = Kinds::read(documents.into_iter(), false);
        kinds.kinds.extend(built_in);
        (kinds, findings)
    }

    /// As [`Kinds::load`], with nothing shared. `proven` schemas are known to be JSON Schema.
    pub(super) fn read<'v>(schemas: impl Iterator<Item = (&'v str, &'v Value)>, proven: bool) -> (Kinds, Vec<Finding>) {
        let (schemas, findings) = schema::load(schemas, proven, None);
        (Kinds::over(Shared { schemas, resources: Resources::default(), proven, alone: false }), findings)
    }

    fn over(shared: Shared) -> Kinds {
        let shared = Arc::new(shared);
        let names = shared.schemas.files.iter().map(|file| file.name.clone()).enumerate();
        let kind = |(file, name): (usize, String)| {
            let compiled = Compiled::default();
            (name.clone(), Arc::new(Kind { name, file, shared: Arc::clone(&shared), compiled }))
        };
        Kinds { kinds: names.map(kind).collect() }
    }

    /// Some built-in kinds by themselves, for whoever needs few of them and validates nothing. `schemas` are their own and
    /// those that they refer to.
    pub(super) fn read_some<'v>(names: &BTreeSet<&str>, schemas: impl Iterator<Item = (&'v str, &'v Value)>) -> Kinds {
        let (schemas, _) = schema::load(schemas, true, Some(names));
        Kinds::over(Shared { schemas, resources: Resources::default(), proven: true, alone: true })
    }

    /// No kind at all.
    pub(super) const NONE: Kinds = Kinds { kinds: BTreeMap::new() };

    /// Those of these kinds that have one of these names.
    pub(super) fn only(&self, names: &BTreeSet<&str>) -> Kinds {
        let named = self.kinds.iter().filter(|(name, _)| names.contains(name.as_str()));
        Kinds { kinds: named.map(|(name, kind)| (name.clone(), Arc::clone(kind))).collect() }
    }

    /// Adds kinds; of two with one name the newer one stays.
    pub(super) fn add(&mut self, more: Kinds) {
        self.kinds.extend(more.kinds);
    }

    /// Those of these kinds whose schemas stand among the documents just as they are here, with all they refer to.
    fn unchanged_in(&self, documents: &BTreeMap<&str, &Value>) -> BTreeMap<String, Arc<Kind>> {
        let same = |kind: &Arc<Kind>| {
            documents.get(kind.file().path.as_str()).is_some_and(|value| identical(&kind.file().value, value))
        };
        let mut unchanged = self.kinds.clone();
        unchanged.retain(|_, kind| same(kind));
        loop {
            let names: BTreeSet<String> = unchanged.keys().cloned().collect();
            unchanged.retain(|_, kind| kind.file().uses.is_subset(&names));
            if unchanged.len() == names.len() {
                return unchanged;
            }
        }
    }

    /// The kind of definitions with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Kind> {
        self.schema(name).filter(|kind| !NOT_DEFINITIONS.contains(&kind.name()))
    }

    /// The schema with this name, whether it is of definitions, records or shared parts.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<&Kind> {
        self.kinds.get(name).map(Arc::as_ref)
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
        self.kinds.values().map(Arc::as_ref).filter(|kind| !NOT_DEFINITIONS.contains(&kind.name()))
    }

    /// Whether these are just the built-in kinds.
    #[must_use]
    pub fn are_built_in(&self) -> bool {
        let built_in = &builtin::kinds().kinds;
        let same = |(name, kind): (&String, &Arc<Kind>)| built_in.get(name).is_some_and(|own| Arc::ptr_eq(own, kind));
        self.kinds.len() == built_in.len() && self.kinds.iter().all(same)
    }

    /// Every name of a kind of definitions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(Kind::name)
    }

    /// Every code that the schemas give to changes.
    #[must_use]
    pub fn codes(&self) -> BTreeSet<&str> {
        let changes = self.kinds.values().flat_map(|kind| kind.shared.schemas.changes());
        changes.flat_map(schema::Change::codes).collect()
    }

    /// What keeps schemas from being JSON Schema, beside what [`Kinds::load`] told. Built-in kinds are not looked at.
    #[must_use]
    pub fn faults(&self) -> Vec<Finding> {
        let built_in = &builtin::kinds().kinds;
        let own = |(name, kind): &(&String, &Arc<Kind>)| {
            built_in.get(*name).is_none_or(|built_in| !Arc::ptr_eq(built_in, kind))
        };
        faults_of(self.kinds.iter().filter(own))
    }

    /// Makes ready what all kinds share when they are made ready.
    pub(super) fn make_shared_ready(&self) {
        if let Some(kind) = self.kinds.values().next() {
            shape::make_resources_ready(&kind.shared.schemas, &kind.shared.resources, kind.shared.proven);
        }
    }

    /// Makes ready every kind of definitions, one after another.
    pub(super) fn make_all_ready(&self) {
        self.iter().for_each(Kind::make_ready);
    }

    /// What [`Kinds::faults`] tells, of every kind.
    pub(super) fn all_faults(&self) -> Vec<Finding> {
        faults_of(self.kinds.iter())
    }
}

fn faults_of<'k>(kinds: impl Iterator<Item = (&'k String, &'k Arc<Kind>)>) -> Vec<Finding> {
    let kinds: Vec<&Arc<Kind>> = kinds.map(|(_, kind)| kind).collect();
    kinds.par_iter().filter_map(|kind| shape::schema_faults(kind.file(), kind.compiled())).collect()
}

/// Whether two values are the same in the order of their keys also, which is the stored order of a schema's documents.
fn identical(one: &Value, other: &Value) -> bool {
    match (one, other) {
        _ if std::ptr::eq(one, other) => true,
        (Value::Object(one), Value::Object(other)) => {
            let pairs = || one.iter().zip(other);
            one.len() == other.len() && pairs().all(|(one, other)| one.0 == other.0 && identical(one.1, other.1))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| identical(one, other))
        }
        _ => one == other,
    }
}

/// The same kind among all built-in ones, of one that was read by itself.
fn builtin_twin(kind: &Kind) -> Option<&'static Kind> {
    kind.shared.alone.then(|| builtin::kinds().schema(kind.name()))?
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

    /// Everything in which a document differs from the schema, by place. One mistake is one error. Conditions of built-in
    /// kinds are not looked at: what reads criteria tells what is wrong in them.
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

    /// A definition of this kind with everything that it must have, and blanks where nobody can know.
    #[must_use]
    pub fn skeleton(&self, known: &dyn Known) -> Skeleton {
        skeleton::skeleton(&self.shared.schemas, self.file().root, known)
    }

    /// What the schema says of the value at a pointer.
    #[must_use]
    pub fn meaning(&self, value: &Value, pointer: &str) -> Option<&str> {
        self.at(value, pointer)?.meaning()
    }

    /// Whether a definition rests on what a reference at a pointer names: another name there would change what it means,
    /// and the schema does not say that it is a name only.
    #[must_use]
    pub fn rests_on(&self, value: &Value, pointer: &str) -> bool {
        let mut cursor = self.cursor(value);
        let mut at = value;
        let mut note = cursor.change();
        for step in pointer_steps(pointer) {
            let item = at.as_array().zip(step.parse::<usize>().ok());
            let Some(child) = item.map_or_else(|| at.get(&step), |(items, index)| items.get(index)) else {
                return false;
            };
            cursor = match item {
                Some((_, index)) => cursor.item(index, child),
                None => cursor.member(&step, child),
            };
            note = cursor.change().or(note);
            at = child;
        }
        note.is_none_or(|note| note.impact == Impact::Major) && !cursor.names_only()
    }

    /// The unit of the value at a pointer.
    #[must_use]
    pub fn unit(&self, value: &Value, pointer: &str) -> Option<&str> {
        self.at(value, pointer)?.unit()
    }

    /// Whether a role of the policy stands at a pointer.
    #[must_use]
    pub fn is_role(&self, value: &Value, pointer: &str) -> bool {
        self.at(value, pointer).is_some_and(|cursor| cursor.is_role())
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

    /// Makes ready what [`Kind::validate`] needs, which else happens when that is first called.
    pub(super) fn make_ready(&self) {
        self.compiled();
    }

    fn file(&self) -> &schema::File {
        &self.shared.schemas.files[self.file]
    }

    fn compiled(&self) -> &shape::Validator {
        if let Some(whole) = builtin_twin(self) {
            return whole.compiled();
        }
        self.compiled.get_or_init(|| {
            shape::compile(&self.shared.schemas, self.file(), &self.shared.resources, self.shared.proven)
        })
    }
}
