//! The files of one side of a comparison, read only where they are asked for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::Failure;
use super::workspace::{Files, Workspace, not_plain};
use crate::finding::Finding;
use crate::git::folder::{ListedFile, list_folders};
use crate::git::objects::find_file;
use crate::git::{ObjectId, Repository};
use crate::registry::layout::{REGISTRY, SCHEMAS, is_schema};

/// All files of one side in order of path, without their bytes.
pub(super) struct Listing {
    pub(super) files: Vec<Listed>,
    pub(super) faults: Vec<Finding>,
}

pub(super) struct Listed {
    pub(super) path: String,
    pub(super) blob: ObjectId,
    /// Where it stands in a folder, if it is of one.
    pub(super) file: Option<ListedFile>,
}

impl Listing {
    /// The files of a folder that holds a registry.
    pub(super) fn of_folder(repository: &Repository, folder: &Path) -> Result<Listing, Failure> {
        let listing = list_folders(folder, &[REGISTRY, SCHEMAS])?;
        let blobs = repository.blobs(&listing.files)?;
        let mut odd = listing.odd;
        let mut files = Vec::with_capacity(listing.files.len());
        for (file, blob) in listing.files.into_iter().zip(blobs) {
            match blob {
                Some(blob) => files.push(Listed { path: file.name.clone(), blob, file: Some(file) }),
                None => odd.push(file.name),
            }
        }
        files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Ok(Listing { files, faults: odd.iter().map(|path| not_plain(path)).collect() })
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|listed| listed.path.as_str())
    }

    pub(super) fn get(&self, path: &str) -> Option<&Listed> {
        let place = self.files.binary_search_by(|listed| listed.path.as_str().cmp(path)).ok()?;
        self.files.get(place)
    }
}

impl Listed {
    pub(super) fn read(&self, repository: &Repository) -> Result<Vec<u8>, Failure> {
        Ok(match &self.file {
            Some(file) => file.read()?.unwrap_or_default(),
            None => repository.blob(self.blob)?,
        })
    }
}

/// One side of a comparison.
pub(super) struct View<'w> {
    repository: &'w Repository,
    files: Source,
    /// Files that are otherwise than there; none where they are not there.
    instead: BTreeMap<String, Option<Vec<u8>>>,
}

enum Source {
    /// The tree of a registry in a commit, none where the commit has none; and folders of it that were read.
    Tree(Option<ObjectId>, RefCell<Seen>),
    /// A folder, or files that are named.
    Listed(Listing),
}

/// What was seen of a tree.
#[derive(Default)]
struct Seen {
    /// The bytes of folders.
    folders: BTreeMap<String, Rc<Vec<u8>>>,
    /// The blobs of files, none of those that are not there.
    files: BTreeMap<String, Option<ObjectId>>,
}

impl<'w> View<'w> {
    /// A commit.
    pub(super) fn of_commit(workspace: &'w Workspace, commit: ObjectId) -> Result<View<'w>, Failure> {
        let repository = &workspace.repository;
        let tree = repository.subtree(repository.commit(commit)?.tree, &workspace.root)?;
        Ok(View { repository, files: Source::Tree(tree, RefCell::default()), instead: BTreeMap::new() })
    }

    /// The tree of a registry.
    pub(super) fn of_tree(workspace: &'w Workspace, tree: ObjectId) -> View<'w> {
        View {
            repository: &workspace.repository,
            files: Source::Tree(Some(tree), RefCell::default()),
            instead: BTreeMap::new(),
        }
    }

    /// Files by path, with their blobs.
    pub(super) fn of_blobs(workspace: &'w Workspace, blobs: impl Iterator<Item = (String, ObjectId)>) -> View<'w> {
        let files = blobs.map(|(path, blob)| Listed { path, blob, file: None });
        let mut listing = Listing { files: files.collect(), faults: Vec::new() };
        listing.files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        View { repository: &workspace.repository, files: Source::Listed(listing), instead: BTreeMap::new() }
    }

    /// A folder, in this repository or anywhere.
    pub(super) fn of_folder(workspace: &'w Workspace, folder: &Path) -> Result<View<'w>, Failure> {
        let repository = &workspace.repository;
        Ok(View {
            repository,
            files: Source::Listed(Listing::of_folder(repository, folder)?),
            instead: BTreeMap::new(),
        })
    }

    /// The same side with one file otherwise.
    pub(super) fn with(mut self, path: &str, bytes: Option<Vec<u8>>) -> View<'w> {
        self.instead.insert(path.to_owned(), bytes);
        self
    }

    /// The tree, if the side is a commit.
    pub(super) fn tree(&self) -> Option<ObjectId> {
        match &self.files {
            Source::Tree(tree, _) => *tree,
            Source::Listed(_) => None,
        }
    }

    /// The paths of files that differ between two sides, in order.
    pub(super) fn differing(before: &View, after: &View) -> Result<Vec<String>, Failure> {
        View::differing_told(before, after, |_| {})
    }

    /// The same. `ahead` is told of folders that differ, with a slash at the end, before it is read how; where both sides
    /// are commits.
    pub(super) fn differing_told(
        before: &View,
        after: &View,
        mut ahead: impl FnMut(&[&str]),
    ) -> Result<Vec<String>, Failure> {
        let repository = after.repository;
        if let (Source::Tree(old, old_seen), Source::Tree(new, new_seen)) = (&before.files, &after.files) {
            let mut files = repository.differing(*old, *new, &[REGISTRY, SCHEMAS], |folders| {
                ahead(&folders.iter().map(|(path, ..)| path.as_str()).collect::<Vec<_>>());
            })?;
            files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
            files.dedup_by(|one, other| one.path == other.path);
            for file in &files {
                old_seen.borrow_mut().files.insert(file.path.clone(), file.before);
                new_seen.borrow_mut().files.insert(file.path.clone(), file.after);
            }
            return Ok(files.into_iter().map(|file| file.path).collect());
        }
        let mut all: BTreeMap<String, (Option<ObjectId>, Option<ObjectId>)> = BTreeMap::new();
        before.blobs()?.into_iter().for_each(|(path, blob)| all.entry(path).or_default().0 = Some(blob));
        after.blobs()?.into_iter().for_each(|(path, blob)| all.entry(path).or_default().1 = Some(blob));
        let differing = all.into_iter().filter(|(_, (before, after))| before != after);
        Ok(differing.map(|(path, _)| path).collect())
    }

    /// Every file with its blob, in order of path.
    pub(super) fn blobs(&self) -> Result<Vec<(String, ObjectId)>, Failure> {
        Ok(match &self.files {
            Source::Listed(listing) => listing.files.iter().map(|listed| (listed.path.clone(), listed.blob)).collect(),
            Source::Tree(None, _) => Vec::new(),
            Source::Tree(Some(tree), _) => {
                let files = self.repository.files(*tree, &[REGISTRY, SCHEMAS])?.files;
                files.into_iter().filter_map(|file| Some((file.path, file.after?))).collect()
            }
        })
    }

    /// The bytes of these files; those that are not there are passed over.
    pub(super) fn read<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Result<Files, Failure> {
        let mut files = Files::new();
        for path in paths {
            if let Some(bytes) = self.instead.get(path) {
                files.extend(bytes.clone().map(|bytes| (path.to_owned(), bytes)));
                continue;
            }
            let bytes = match &self.files {
                Source::Listed(listing) => listing.get(path).map(|listed| listed.read(self.repository)).transpose()?,
                Source::Tree(..) => self.blob(path)?.map(|blob| self.repository.blob(blob)).transpose()?,
            };
            files.extend(bytes.map(|bytes| (path.to_owned(), bytes)));
        }
        Ok(files)
    }

    /// What identifies all files under `schemas/`, where that costs nothing.
    pub(super) fn schemas_id(&self) -> Result<Option<ObjectId>, Failure> {
        match self.files {
            Source::Tree(Some(tree), _) => Ok(self.repository.subtree(tree, SCHEMAS)?),
            _ => Ok(None),
        }
    }

    /// The bytes of every file under `schemas/` that a schema may be.
    pub(super) fn schemas(&self) -> Result<Files, Failure> {
        let names: Vec<String> = match &self.files {
            Source::Listed(listing) => listing.paths().filter(|path| is_schema(path)).map(str::to_owned).collect(),
            Source::Tree(..) => {
                let files = match self.schemas_id()? {
                    Some(tree) => self.repository.tree(tree)?.entries,
                    None => Vec::new(),
                };
                files.iter().filter(|entry| !entry.folder).map(|entry| format!("{SCHEMAS}/{}", entry.name)).collect()
            }
        };
        self.read(names.iter().map(String::as_str))
    }

    fn blob(&self, path: &str) -> Result<Option<ObjectId>, Failure> {
        let Source::Tree(Some(tree), seen) = &self.files else { return Ok(None) };
        if let Some(known) = seen.borrow().files.get(path) {
            return Ok(*known);
        }
        let Some((folder, name)) = path.rsplit_once('/') else { return Ok(None) };
        let known = seen.borrow().folders.get(folder).map(Rc::clone);
        let bytes = match known {
            Some(bytes) => bytes,
            None => {
                let found = self.repository.subtree(*tree, folder)?;
                let bytes = Rc::new(found.map_or_else(|| Ok(Vec::new()), |id| self.repository.raw_tree(id))?);
                seen.borrow_mut().folders.insert(folder.to_owned(), Rc::clone(&bytes));
                bytes
            }
        };
        let found = find_file(&bytes, name);
        seen.borrow_mut().files.insert(path.to_owned(), found);
        Ok(found)
    }
}
