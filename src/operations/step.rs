//! The step from a baseline: both sides, as far as what differs reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::Failure;
use super::workspace::{Files, Workspace, not_plain};
use crate::check::reach::{Brief, Changed, Index, briefs, reach};
use crate::document::{Digest, Document};
use crate::finding::Finding;
use crate::git::folder::{ListedFile, list_folders};
use crate::git::write::write_file;
use crate::git::{GitError, ObjectId};
use crate::governance::records::Change;
use crate::registry::layout::{DocumentRole, REGISTRY, Role, SCHEMAS, definition_name, role};
use crate::registry::{Kinds, Registry};

/// A step from a baseline, as far as it reaches.
pub struct Step {
    /// What is now.
    pub after: Registry,
    /// What loading it found.
    pub found: Vec<Finding>,
    /// What differs, as it is in the baseline.
    pub before: Registry,
    /// The paths of files that differ.
    pub differing: BTreeSet<String>,
    sides: Sides,
    /// None where it reaches all.
    reached: Option<Reached>,
}

/// How far a step reaches that leaves the schemas as they are.
struct Reached {
    /// The paths of definitions in which it may have brought about something.
    touched: BTreeSet<String>,
    /// The paths of those beside which they are judged.
    beside: BTreeSet<String>,
    kinds: Kinds,
}

struct Sides {
    before: Listing,
    after: Listing,
}

/// All files of one side by path, without their bytes.
struct Listing {
    files: BTreeMap<String, Listed>,
    faults: Vec<Finding>,
}

#[derive(Clone)]
struct Listed {
    blob: ObjectId,
    /// Where it stands in the work tree, if it is of that.
    file: Option<ListedFile>,
}

/// Reads the step from a revision to another one, or to the work tree. Where more than definitions and records differ, it
/// reaches all: schemas, policy and people are about every document.
///
/// # Errors
/// A revision names nothing, or files cannot be read.
pub fn step(workspace: &Workspace, base: &str, revision: Option<&str>) -> Result<Step, Failure> {
    let sides = workspace.sides(base, revision)?;
    let differing = sides.differing();
    let has_faults = !sides.before.faults.is_empty() || !sides.after.faults.is_empty();
    let differs = |path: &str| differing.contains(path);
    if has_faults || differing.iter().any(|path| is_law(path)) {
        let (after, found) = workspace.load(&sides.after, |_| true)?;
        let (before, _) = workspace.load(&sides.before, |path| differs(path) || is_schema(path))?;
        let found = sides.after.faults.iter().cloned().chain(found).collect();
        return Ok(Step { after, found, before, differing, sides, reached: None });
    }
    let (law, _) = workspace.load(&sides.after, is_schema)?;
    let kinds = law.kinds().clone();
    let (before, _) = workspace.load_under(&kinds, &sides.before, differs)?;
    let (now, _) = workspace.load_under(&kinds, &sides.after, differs)?;
    let (touched, beside) = workspace.reach(&sides.after, &differing, &before, &now)?;
    let reached = Reached { touched, beside, kinds };
    let wanted = |path: &str| reached.is_read(path) || differs(path);
    let (after, found) = workspace.load_under(&reached.kinds, &sides.after, wanted)?;
    Ok(Step { after, found, before, differing, sides, reached: Some(reached) })
}

/// Whether a document decides about others.
fn is_law(path: &str) -> bool {
    matches!(role(path), Role::Document(_)) && !is_definition(path)
}

fn is_definition(path: &str) -> bool {
    matches!(role(path), Role::Document(DocumentRole::Definition { .. }))
}

fn is_schema(path: &str) -> bool {
    matches!(role(path), Role::Document(DocumentRole::Schema(_)))
}

impl Reached {
    /// Whether a file has to be read to judge a step that does not change it. Schemas are read already.
    fn is_read(&self, path: &str) -> bool {
        (is_law(path) && !is_schema(path)) || self.touched.contains(path) || self.beside.contains(path)
    }
}

impl Sides {
    /// The paths of files that one side lacks or has otherwise.
    fn differing(&self) -> BTreeSet<String> {
        let Sides { before, after } = self;
        let blob = |side: &Listing, path: &str| side.files.get(path).map(|listed| listed.blob);
        let changed = after.files.iter().filter(|(path, listed)| blob(before, path) != Some(listed.blob));
        let gone = before.files.iter().filter(|(path, _)| !after.files.contains_key(*path));
        changed.chain(gone).map(|(path, _)| path.clone()).collect()
    }
}

impl Step {
    /// Whether the step may have brought about something in a file.
    #[must_use]
    pub fn may_touch(&self, path: &str) -> bool {
        self.reached.as_ref().is_none_or(|reached| !reached.beside.contains(path))
    }

    /// The baseline as far as the step reaches, and what loading it finds.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn baseline(&self, workspace: &Workspace) -> Result<(Registry, Vec<Finding>), Failure> {
        let side = &self.sides.before;
        let (registry, found) = match &self.reached {
            Some(reached) => {
                let wanted = |path: &str| reached.is_read(path) || self.differing.contains(path);
                workspace.load_under(&reached.kinds, side, wanted)?
            }
            None => workspace.load(side, |_| true)?,
        };
        Ok((registry, side.faults.iter().cloned().chain(found).collect()))
    }

    /// The rows that the change records of now bring about: of those that differ, or of all.
    ///
    /// # Errors
    /// A record cannot be read.
    pub fn recorded(&self, workspace: &Workspace, all: bool) -> Result<BTreeSet<(String, Digest)>, Failure> {
        let mut recorded = BTreeSet::new();
        for (path, listed) in &self.sides.after.files {
            if let Role::Change { signature: false, .. } = role(path)
                && (all || self.differing.contains(path))
            {
                recorded.extend(rows(&workspace.read(listed)?));
            }
        }
        Ok(recorded)
    }
}

impl Workspace {
    fn sides(&self, base: &str, revision: Option<&str>) -> Result<Sides, Failure> {
        let base = self.repository.resolve(base)?;
        let Some(revision) = revision else {
            return Ok(Sides { before: self.listing_at(base)?, after: self.listing_of_work_tree()? });
        };
        let revision = self.repository.resolve(revision)?;
        let after = self.listing_at(revision)?;
        // Most of two trees is the same tree, and listed once.
        let tree = |commit| self.repository.subtree(self.repository.commit(commit)?.tree, &self.root);
        let delta = self.repository.delta(tree(base)?, tree(revision)?, &[REGISTRY, SCHEMAS])?;
        let mut files = after.files.clone();
        for file in delta.files {
            match file.before {
                Some(blob) => drop(files.insert(file.path, Listed { blob, file: None })),
                None => drop(files.remove(&file.path)),
            }
        }
        Ok(Sides { before: Listing { files, faults: Vec::new() }, after })
    }

    fn listing_at(&self, commit: ObjectId) -> Result<Listing, Failure> {
        let (blobs, faults) = self.blobs_at(commit)?;
        let listed = blobs.into_iter().map(|(path, blob)| (path, Listed { blob, file: None }));
        Ok(Listing { files: listed.collect(), faults })
    }

    fn listing_of_work_tree(&self) -> Result<Listing, Failure> {
        let listing = list_folders(&self.folder()?, &[REGISTRY, SCHEMAS])?;
        let blobs = self.repository.blobs(&listing.files)?;
        let mut odd = listing.odd;
        let mut files = BTreeMap::new();
        for (file, blob) in listing.files.into_iter().zip(blobs) {
            match blob {
                Some(blob) => drop(files.insert(file.name.clone(), Listed { blob, file: Some(file) })),
                None => odd.push(file.name),
            }
        }
        Ok(Listing { files, faults: odd.iter().map(|path| not_plain(path)).collect() })
    }

    fn read(&self, listed: &Listed) -> Result<Vec<u8>, GitError> {
        match &listed.file {
            Some(file) => Ok(file.read()?.unwrap_or_default()),
            None => self.repository.blob(listed.blob),
        }
    }

    fn bytes(&self, side: &Listing, wanted: impl Fn(&str) -> bool) -> Result<Files, Failure> {
        let wanted = side.files.iter().filter(|(path, _)| wanted(path));
        wanted.map(|(path, listed)| Ok((path.clone(), self.read(listed)?))).collect()
    }

    fn load(&self, side: &Listing, wanted: impl Fn(&str) -> bool) -> Result<(Registry, Vec<Finding>), Failure> {
        Ok(Registry::load(self.bytes(side, wanted)?))
    }

    fn load_under(
        &self,
        kinds: &Kinds,
        side: &Listing,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(Registry, Vec<Finding>), Failure> {
        Ok(Registry::load_under(kinds, self.bytes(side, wanted)?))
    }

    /// The paths of definitions that what differs reaches, and of those beside which they are judged.
    fn reach(
        &self,
        side: &Listing,
        differing: &BTreeSet<String>,
        before: &Registry,
        after: &Registry,
    ) -> Result<(BTreeSet<String>, BTreeSet<String>), Failure> {
        let names = differing.iter().filter_map(|path| definition_name(path));
        let changed: Vec<Changed> = names.map(|name| Changed::of(&name, before, after)).collect();
        let index = self.index(after.kinds(), side, differing)?;
        let definitions =
            side.files.iter().filter_map(|(path, listed)| Some((path, (definition_name(path)?, listed.blob))));
        let (paths, all): (Vec<&String>, Vec<(String, ObjectId)>) = definitions.unzip();
        let reach = reach(&all, &index, &changed);
        let paths = |places: BTreeSet<usize>| {
            places.into_iter().filter_map(|place| paths.get(place)).map(|path| (*path).clone()).collect()
        };
        Ok((paths(reach.touched), paths(reach.beside)))
    }

    /// Briefs of every definition of a side but those that differ, from what is remembered and else from the files.
    fn index(&self, kinds: &Kinds, side: &Listing, differing: &BTreeSet<String>) -> Result<Index, Failure> {
        let file = self.repository.memory().join("briefs");
        let made_by = made_by(side);
        let known = std::fs::read(&file).ok().and_then(|bytes| Index::from_bytes(&bytes, made_by)).unwrap_or_default();
        let is_open = |(path, listed): &(&String, &Listed)| {
            is_definition(path) && !differing.contains(*path) && !known.has(listed.blob)
        };
        let open: BTreeSet<&str> = side.files.iter().filter(is_open).map(|(path, _)| path.as_str()).collect();
        if open.is_empty() {
            return Ok(known);
        }
        let (registry, _) = self.load_under(kinds, side, |path| open.contains(path))?;
        let found = briefs(&registry);
        // What does not parse refers to nothing, and is not looked at again.
        let nothing = Brief::default();
        let more = open.iter().filter_map(|path| {
            let brief = definition_name(path).and_then(|name| found.get(&name)).unwrap_or(&nothing);
            Some((side.files.get(*path)?.blob, brief))
        });
        let here: BTreeSet<ObjectId> = side.files.values().map(|listed| listed.blob).collect();
        let index = known.with(|blob| here.contains(&blob), &Index::new(more));
        // Only a hint: where it cannot be kept, it is made again.
        let _ = write_file(&file, &index.to_bytes(made_by));
        Ok(index)
    }
}

/// The rows of a change record.
fn rows(bytes: &[u8]) -> Vec<(String, Digest)> {
    let document = Document::parse(bytes).ok();
    let change = document.and_then(|document| Change::read(&document).ok());
    change.map(|change| change.rows.into_iter().map(|row| (row.path, row.to)).collect()).unwrap_or_default()
}

/// All that a brief depends on beside its definition: this program, and the schemas.
fn made_by(side: &Listing) -> Digest {
    let mut said = env!("CARGO_PKG_VERSION").to_owned();
    for (path, listed) in side.files.iter().filter(|(path, _)| path.starts_with(SCHEMAS)) {
        said.push_str(&format!("\n{path} {}", listed.blob));
    }
    Digest::of_bytes(said.as_bytes())
}
