//! Writing: blobs, trees and commits first, then one ref by compare-and-swap, then the work tree and the index.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{GitError, ObjectId, Repository};

/// Files to write or remove, by path from the top of the repository.
pub type Edits = BTreeMap<String, Option<Vec<u8>>>;

/// Who commits, and when (seconds since 1970, UTC).
#[derive(Clone, Debug)]
pub struct Author {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Seconds since 1970.
    pub time: i64,
}

impl Repository {
    /// The author that git's environment and configuration name.
    ///
    /// # Errors
    /// They name nobody.
    pub fn author(&self, time: i64) -> Result<Author, GitError> {
        let named = |variable: &str, key: &str| std::env::var(variable).ok().or_else(|| self.config(key));
        let name = named("GIT_AUTHOR_NAME", "user.name").filter(|name| !name.trim().is_empty());
        let email = named("GIT_AUTHOR_EMAIL", "user.email").filter(|email| !email.trim().is_empty());
        match (name, email) {
            (Some(name), Some(email)) => Ok(Author { name, email, time }),
            _ => Err(GitError::NoIdentity),
        }
    }

    /// Writes the tree that a base tree becomes with these edits.
    ///
    /// # Errors
    /// Objects cannot be written.
    pub fn write_tree(&self, base: Option<ObjectId>, edits: &Edits) -> Result<ObjectId, GitError> {
        let base = match base {
            Some(id) => self.inner.find_tree(id)?,
            None => self.inner.find_tree(self.inner.treebuilder(None)?.write()?)?,
        };
        let mut update = git2::build::TreeUpdateBuilder::new();
        for (path, bytes) in edits {
            match bytes {
                Some(bytes) => {
                    update.upsert(path.as_str(), self.inner.blob(bytes)?, git2::FileMode::Blob);
                }
                None => {
                    update.remove(path.as_str());
                }
            }
        }
        Ok(update.create_updated(&self.inner, &base)?)
    }

    /// Writes a commit that no ref names yet.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write_commit(
        &self,
        tree: ObjectId,
        parents: &[ObjectId],
        author: &Author,
        message: &str,
    ) -> Result<ObjectId, GitError> {
        let when = git2::Time::new(author.time, 0);
        let signature = git2::Signature::new(&author.name, &author.email, &when)?;
        let tree = self.inner.find_tree(tree)?;
        let parents = parents.iter().map(|id| self.inner.find_commit(*id)).collect::<Result<Vec<_>, _>>()?;
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        Ok(self.inner.commit(None, &signature, &signature, message, &tree, &parents)?)
    }

    /// Moves a ref from where it was seen (`None`: it was not there) to a commit.
    ///
    /// # Errors
    /// [`GitError::Race`] if it is somewhere else by now.
    pub fn move_reference(
        &self,
        name: &str,
        from: Option<ObjectId>,
        to: ObjectId,
        reason: &str,
    ) -> Result<(), GitError> {
        let moved = match from {
            Some(from) => self.inner.reference_matching(name, to, true, from, reason),
            None => self.inner.reference(name, to, false, reason),
        };
        moved.map(|_| ()).map_err(|error| match error.code() {
            git2::ErrorCode::Modified
            | git2::ErrorCode::Exists
            | git2::ErrorCode::Locked
            | git2::ErrorCode::NotFound => GitError::Race(name.to_owned()),
            _ => error.into(),
        })
    }

    /// Locks a ref, makes sure it is where it was seen, does what must be done before it moves, and moves it. Killed at
    /// any point, the ref is where it was or where it should be.
    ///
    /// # Errors
    /// [`GitError::Race`] if the ref is somewhere else by now, [`GitError::Locked`] if somebody holds it; or what went
    /// wrong before it moved.
    pub fn land(
        &self,
        name: &str,
        from: Option<ObjectId>,
        to: ObjectId,
        before: impl FnOnce() -> Result<(), GitError>,
    ) -> Result<(), GitError> {
        let lock = || self.inner.commondir().join(format!("{name}.lock")).display().to_string();
        let mut transaction = self.inner.transaction()?;
        transaction.lock_ref(name).map_err(|error| match error.code() {
            git2::ErrorCode::Locked => GitError::Locked(lock()),
            _ => error.into(),
        })?;
        if self.reference(name) != from {
            return Err(GitError::Race(name.to_owned()));
        }
        before()?;
        transaction.set_target(name, to, None, "canon")?;
        Ok(transaction.commit()?)
    }

    /// Makes `HEAD` name a branch. The work tree and the index stay as they are.
    ///
    /// # Errors
    /// `HEAD` cannot be written.
    pub fn set_head(&self, branch: &str) -> Result<(), GitError> {
        Ok(self.inner.set_head(&format!("refs/heads/{branch}"))?)
    }

    /// Makes the files of the work tree, and the index, what the edits say. Other entries of the index stay.
    ///
    /// # Errors
    /// A file or the index cannot be written.
    pub fn update_work_tree(&self, edits: &Edits) -> Result<(), GitError> {
        let top = self.work_tree()?.to_owned();
        for path in edits.keys() {
            if let Some(link) = link_above(&top, path) {
                return Err(GitError::Other(format!("{path}: {} is a symbolic link", link.display())));
            }
        }
        let mut index = self.inner.index()?;
        for (path, bytes) in edits {
            let file = top.join(path);
            match bytes {
                Some(bytes) => {
                    if std::fs::read(&file).ok().as_ref() != Some(bytes) {
                        write_file(&file, bytes).map_err(|error| GitError::Other(format!("{path}: {error}")))?;
                    }
                    index.add_path(Path::new(path))?;
                }
                None => {
                    // A file that is already gone is as wanted.
                    let _ = std::fs::remove_file(&file);
                    index.remove_path(Path::new(path))?;
                }
            }
        }
        Ok(index.write()?)
    }

    /// Removes a local branch.
    ///
    /// # Errors
    /// It is not there, or `HEAD` is on it.
    pub fn delete_branch(&self, branch: &str) -> Result<(), GitError> {
        Ok(self.inner.find_branch(branch, git2::BranchType::Local)?.delete()?)
    }

    /// Makes the work tree, the index and `HEAD` those of a branch, keeping files that git does not track.
    ///
    /// # Errors
    /// A tracked file has changes that the switch would lose.
    pub fn switch(&self, branch: &str) -> Result<(), GitError> {
        let name = format!("refs/heads/{branch}");
        let commit = self.inner.find_reference(&name)?.peel_to_commit()?;
        let mut options = git2::build::CheckoutBuilder::new();
        options.safe();
        self.inner.checkout_tree(commit.as_object(), Some(&mut options))?;
        Ok(self.inner.set_head(&name)?)
    }
}

/// A folder on the way to a path that is a link, so that what is written there would land elsewhere.
fn link_above(top: &Path, path: &str) -> Option<PathBuf> {
    let folders = Path::new(path).parent()?.ancestors().filter(|folder| !folder.as_os_str().is_empty());
    folders.map(|folder| top.join(folder)).find(|folder| folder.is_symlink())
}

/// How the name of a file ends that is written beside its place.
const LEFTOVER: &str = ".canon";

/// Whether a file is what a killed command left beside the file it meant to write.
#[must_use]
pub fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.starts_with('.') && name.ends_with(LEFTOVER)
}

/// Writes a file beside its place and renames it there, so that a reader sees the old bytes or the new.
///
/// # Errors
/// The folder or the file cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside: PathBuf = folder.join(format!(".{name}.{}{LEFTOVER}", std::process::id()));
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        // Nothing is lost when the leftover cannot be removed either; see `is_leftover`.
        let _ = std::fs::remove_file(&beside);
    }
    written
}
