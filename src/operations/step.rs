//! The step from a baseline: both sides, as far as what differs reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::Failure;
use super::memory::BUILD;
use super::sides::baseline;
use super::view::{Listed, Listing};
use super::workspace::{Files, Workspace};
use crate::check::reach::{Brief, Changed, Index, briefs, place_of, reach};
use crate::document::{Digest, Document};
use crate::finding::Finding;
use crate::git::ObjectId;
use crate::git::delta::Deltas;
use crate::git::write::write_file;
use crate::governance::records::Change;
use crate::registry::layout::{DocumentRole, REGISTRY, Role, SCHEMAS, definition_name, is_schema, role};
use crate::registry::{Kinds, Registry, builtin};

/// A step from a baseline, as far as it reaches.
pub struct Step {
    /// What is now.
    pub after: Registry,
    /// What loading it found.
    pub found: Vec<Finding>,
    /// What differs, as it is in the baseline.
    pub before: Registry,
    sides: Sides,
    /// None where it reaches all.
    reached: Option<Reached>,
}

/// How far a step reaches that leaves the schemas as they are.
struct Reached {
    /// The paths of definitions in which it may have brought about something, and of all else that is no schema and may.
    touched: BTreeSet<String>,
    /// The paths of definitions beside which they are judged.
    beside: BTreeSet<String>,
}

/// Both sides.
struct Sides {
    after: Listing,
    /// The files that differ: the blob that each is in the baseline, if it is there.
    before: BTreeMap<String, Option<ObjectId>>,
    faults_before: Vec<Finding>,
}

/// Reads the step from a revision to another one, or to the work tree. Where more than definitions and records differ, it
/// reaches all: schemas, policy and people are about every document.
///
/// # Errors
/// A revision names nothing, or files cannot be read.
pub fn step(workspace: &Workspace, base: &str, revision: Option<&str>) -> Result<Step, Failure> {
    let sides = workspace.sides(base, revision)?;
    let differing: BTreeSet<String> = sides.before.keys().cloned().collect();
    let law: BTreeSet<&str> = sides.after.paths().filter(|path| is_law(path)).collect();
    let schemas = || law.iter().copied().filter(|path| is_schema(path));
    let has_faults = !sides.faults_before.is_empty() || !sides.after.faults.is_empty();
    if has_faults || differing.iter().any(|path| is_law(path)) {
        let (after, found) = workspace.all_now(&sides)?;
        let read = differing.iter().map(String::as_str).chain(schemas()).collect::<BTreeSet<&str>>();
        let (before, _) = Registry::load(workspace.before(&sides, read.into_iter())?);
        return Ok(Step { after, found, before, sides, reached: None });
    }
    let memory = Memory::of(workspace, &sides.after);
    let (known, kinds) = match memory.read(true) {
        // Then nothing has to be read to know them.
        Some(known) => (known, builtin::kinds().clone()),
        None => {
            let kinds = Registry::load(workspace.now(&sides, schemas())?).0.kinds().clone();
            (memory.read(false).unwrap_or_default(), kinds)
        }
    };
    let paths = || differing.iter().map(String::as_str);
    let (before, _) = Registry::load_under(&kinds, workspace.before(&sides, paths())?);
    let (now, _) = Registry::load_under(&kinds, workspace.now(&sides, paths())?);
    let mut reached = workspace.reach(&sides, (&memory, known), &before, &now)?;
    let others = law.into_iter().filter(|path| !is_schema(path)).map(str::to_owned);
    reached.touched.extend(others.chain(differing));
    let (after, found) = Registry::load_under(&kinds, workspace.now(&sides, reached.paths())?);
    Ok(Step { after, found, before, sides, reached: Some(reached) })
}

/// Whether a document decides about others.
fn is_law(path: &str) -> bool {
    matches!(role(path), Role::Document(role) if !matches!(role, DocumentRole::Definition { .. }))
}

impl Reached {
    /// The files that have to be read to judge the step, in no order.
    fn paths(&self) -> impl Iterator<Item = &str> {
        self.touched.iter().chain(&self.beside).map(String::as_str)
    }
}

fn place(listed: &Listed) -> ObjectId {
    place_of(&listed.path, listed.blob)
}

impl Step {
    /// The same step with all of both sides, and what loading the baseline finds.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn whole(self, workspace: &Workspace) -> Result<(Step, Vec<Finding>), Failure> {
        let sides = self.sides;
        let (after, found) = workspace.all_now(&sides)?;
        let all: BTreeSet<&str> = sides.after.paths().chain(sides.before.keys().map(String::as_str)).collect();
        let (before, found_before) = Registry::load(workspace.before(&sides, all.into_iter())?);
        let found_before = sides.faults_before.iter().cloned().chain(found_before).collect();
        Ok((Step { after, found, before, sides, reached: None }, found_before))
    }

    /// The paths of files that differ.
    pub fn differing(&self) -> impl Iterator<Item = &str> {
        self.sides.before.keys().map(String::as_str)
    }

    /// Whether a file differs.
    #[must_use]
    pub fn differs(&self, path: &str) -> bool {
        self.sides.before.contains_key(path)
    }

    /// Whether the step may have brought about something in a file.
    #[must_use]
    pub fn may_touch(&self, path: &str) -> bool {
        self.reached.as_ref().is_none_or(|reached| !reached.beside.contains(path))
    }

    /// The rows that the change records of now bring about, each with the id of its change: of the records that differ, or of
    /// all.
    ///
    /// # Errors
    /// A record cannot be read.
    pub fn recorded(&self, workspace: &Workspace, all: bool) -> Result<BTreeMap<(String, Digest), String>, Failure> {
        let is_record = |path: &&str| matches!(role(path), Role::Change { signature: false, .. });
        let records = self.sides.after.paths().filter(|path| all || self.differs(path)).filter(is_record);
        let files = workspace.now(&self.sides, records)?;
        Ok(files.iter().flat_map(|(_, bytes)| rows(bytes)).collect())
    }
}

impl Workspace {
    fn sides(&self, base: &str, revision: Option<&str>) -> Result<Sides, Failure> {
        let base = baseline(self, base, revision)?;
        let Some(revision) = revision else {
            let (before, faults_before) = self.blobs_at(base)?;
            let after = Listing::of_folder(&self.repository, &self.folder()?)?;
            return Ok(Sides { before: differing(&before, &after), after, faults_before });
        };
        let revision = self.repository.resolve(revision)?;
        let (blobs, faults) = self.blobs_at(revision)?;
        let files = blobs.into_iter().map(|(path, blob)| Listed { path, blob, file: None }).collect();
        // Most of two trees is the same tree.
        let [before, after] = [base, revision].map(|commit| self.tree(commit));
        let delta = Deltas::of(&self.repository).between(before?, after?, &[REGISTRY, SCHEMAS])?;
        let before = delta.files.into_iter().map(|file| (file.path, file.before)).collect();
        let faults_before = if faults.is_empty() { Vec::new() } else { self.blobs_at(base)?.1 };
        Ok(Sides { before, after: Listing { files, faults }, faults_before })
    }

    /// All that is there now, and what listing and loading it found.
    fn all_now(&self, sides: &Sides) -> Result<(Registry, Vec<Finding>), Failure> {
        let (registry, found) = Registry::load(self.now(sides, sides.after.paths())?);
        Ok((registry, sides.after.faults.iter().cloned().chain(found).collect()))
    }

    /// Files as they are now; those that are not there are passed over.
    fn now<'p>(&self, sides: &Sides, paths: impl Iterator<Item = &'p str>) -> Result<Files, Failure> {
        let read = |listed: &Listed| Ok((listed.path.clone(), listed.read(&self.repository)?));
        paths.filter_map(|path| sides.after.get(path)).map(read).collect()
    }

    /// Files as they are in the baseline; those that are not there are passed over.
    fn before<'p>(&self, sides: &Sides, paths: impl Iterator<Item = &'p str>) -> Result<Files, Failure> {
        let blob = |path: &str| match sides.before.get(path) {
            Some(before) => *before,
            None => sides.after.get(path).map(|listed| listed.blob),
        };
        let there = paths.filter_map(|path| Some((path, blob(path)?)));
        there.map(|(path, blob)| Ok((path.to_owned(), self.repository.blob(blob)?))).collect()
    }

    /// How far what differs reaches.
    fn reach(
        &self,
        sides: &Sides,
        known: (&Memory, Index),
        before: &Registry,
        now: &Registry,
    ) -> Result<Reached, Failure> {
        let names = sides.before.keys().filter_map(|path| definition_name(path));
        let changed: Vec<Changed> = names.map(|name| Changed::of(&name, before, now)).collect();
        let definitions: Vec<(&Listed, String)> =
            sides.after.files.iter().filter_map(|listed| Some((listed, definition_name(&listed.path)?))).collect();
        let same = definitions.iter().map(|(listed, _)| *listed).filter(|file| !sides.before.contains_key(&file.path));
        let index = self.index(sides, known, now.kinds(), &same.collect::<Vec<_>>())?;
        let (files, all): (Vec<&Listed>, Vec<(String, ObjectId)>) =
            definitions.into_iter().map(|(listed, name)| (listed, (name, place(listed)))).unzip();
        let reach = reach(&all, &index, &changed);
        let paths = |places: BTreeSet<usize>| {
            places.into_iter().filter_map(|place| files.get(place)).map(|listed| listed.path.clone()).collect()
        };
        Ok(Reached { touched: paths(reach.touched), beside: paths(reach.beside) })
    }

    /// Briefs of definitions, from what is remembered and else from the files.
    fn index(
        &self,
        sides: &Sides,
        (memory, known): (&Memory, Index),
        kinds: &Kinds,
        definitions: &[&Listed],
    ) -> Result<Index, Failure> {
        let open: Vec<&&Listed> = definitions.iter().filter(|listed| !known.has(place(listed))).collect();
        if open.is_empty() {
            return Ok(known);
        }
        let paths = open.iter().map(|listed| listed.path.as_str());
        let (registry, _) = Registry::load_under(kinds, self.now(sides, paths)?);
        let found = briefs(&registry);
        // What does not parse refers to nothing, and is not looked at again.
        let nothing = Brief::default();
        let more = open.iter().map(|listed| {
            let brief = definition_name(&listed.path).and_then(|name| found.get(&name)).unwrap_or(&nothing);
            (place(listed), brief)
        });
        let here: BTreeSet<ObjectId> = definitions.iter().map(|listed| place(listed)).collect();
        let index = known.with(|blob| here.contains(&blob), &Index::new(more));
        memory.write(kinds.are_built_in(), &index);
        Ok(index)
    }
}

/// The files that differ, with the blob that each was. Both sides are in order of path.
fn differing(before: &[(String, ObjectId)], after: &Listing) -> BTreeMap<String, Option<ObjectId>> {
    let old = before.iter().filter(|(path, blob)| after.get(path).is_none_or(|listed| listed.blob != *blob));
    let old = old.map(|(path, blob)| (path.clone(), Some(*blob)));
    let is_new = |path: &&str| before.binary_search_by(|(known, _)| known.as_str().cmp(path)).is_err();
    let new = after.paths().filter(is_new).map(|path| (path.to_owned(), None));
    old.chain(new).collect()
}

/// The rows of a change record, each with the id of the change.
fn rows(bytes: &[u8]) -> Vec<((String, Digest), String)> {
    let document = Document::parse(bytes).ok();
    let Some(change) = document.and_then(|document| Change::read(&document).ok()) else { return Vec::new() };
    change.rows.into_iter().map(|row| ((row.path, row.to), change.id.clone())).collect()
}

/// The file in which briefs are remembered. It is only a hint: where it is missing or says anything else, the briefs are
/// made anew.
struct Memory {
    file: PathBuf,
    /// All that a brief depends on beside its definition: this program with its schemas, and those of the registry.
    made_by: String,
}

impl Memory {
    fn of(workspace: &Workspace, side: &Listing) -> Memory {
        let mut made_by = BUILD.to_owned();
        for listed in side.files.iter().filter(|listed| is_schema(&listed.path)) {
            made_by.push_str(&format!("\n{} {}", listed.path, listed.blob));
        }
        Memory { file: workspace.repository.memory().join("briefs"), made_by }
    }

    /// What is remembered, if it was made where the schemas were the built-in ones, or where they were not.
    fn read(&self, built_in: bool) -> Option<Index> {
        Index::from_bytes(&std::fs::read(&self.file).ok()?, self.made_by(built_in))
    }

    fn write(&self, built_in: bool, index: &Index) {
        let _ = write_file(&self.file, &index.to_bytes(self.made_by(built_in)));
    }

    fn made_by(&self, built_in: bool) -> Digest {
        let whose = if built_in { "built in" } else { "its own" };
        Digest::of_bytes(format!("{whose}\n{}", self.made_by).as_bytes())
    }
}
