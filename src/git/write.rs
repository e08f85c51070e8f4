//! Writing: blobs, trees, commits and files; refs by compare-and-swap. [`super::land`] puts them onto a branch.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{GitError, ObjectId, Repository, fault};

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
            Some(id) => self.inner.find_tree(id.raw())?,
            None => self.inner.find_tree(self.inner.treebuilder(None)?.write()?)?,
        };
        let mut update = git2::build::TreeUpdateBuilder::new();
        for (path, bytes) in edits {
            match bytes {
                Some(bytes) => {
                    fault::point()?;
                    update.upsert(path.as_str(), self.inner.blob(bytes)?, git2::FileMode::Blob);
                }
                None => {
                    update.remove(path.as_str());
                }
            }
        }
        fault::point()?;
        Ok(update.create_updated(&self.inner, &base)?.into())
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
        fault::point()?;
        let when = git2::Time::new(author.time, 0);
        let signature = git2::Signature::new(&author.name, &author.email, &when)?;
        let tree = self.inner.find_tree(tree.raw())?;
        let parents = parents.iter().map(|id| self.inner.find_commit(id.raw())).collect::<Result<Vec<_>, _>>()?;
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        Ok(self.inner.commit(None, &signature, &signature, message, &tree, &parents)?.into())
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
            Some(from) => self.inner.reference_matching(name, to.raw(), true, from.raw(), reason),
            None => self.inner.reference(name, to.raw(), false, reason),
        };
        moved.map(|_| ()).map_err(|error| match error.code() {
            git2::ErrorCode::Modified
            | git2::ErrorCode::Exists
            | git2::ErrorCode::Locked
            | git2::ErrorCode::NotFound => GitError::Race(name.to_owned()),
            _ => error.into(),
        })
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

/// How the name of a file ends that is written beside its place.
const LEFTOVER: &str = ".canon";

/// Whether a file is what a killed command left beside the file it meant to write.
#[must_use]
pub fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.starts_with('.') && name.ends_with(LEFTOVER)
}

/// Whether a file is what a killed command left beside this one.
pub(super) fn is_leftover_of(path: &Path, file: &Path) -> bool {
    let [name, of] = [path, file].map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned());
    let process = name.strip_prefix(&format!(".{of}.")).and_then(|rest| rest.strip_suffix(LEFTOVER));
    process.is_some_and(|process| !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Writes a file beside its place and renames it there, so that a reader sees the old bytes or the new. As with git, what
/// the machine had not written yet when its power failed is lost; the objects of a commit can give it back.
///
/// # Errors
/// The folder or the file cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside: PathBuf = folder.join(format!(".{name}.{}{LEFTOVER}", std::process::id()));
    let written = fault::point()
        .and_then(|()| std::fs::File::create(&beside))
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fault::point())
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        // Nothing is lost when the leftover cannot be removed either; see `is_leftover`.
        let _ = std::fs::remove_file(&beside);
    }
    written
}
