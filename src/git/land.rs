//! Putting files onto a branch: under a lock of its own the work tree and the index, then the branch, in one step.
//!
//! Killed at any point, the branch is where it was or where it should be; files that were written before it moved are
//! written again by the next run. What fails takes back what it did.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::write::{Edits, is_leftover_of, write_file};
use super::{GitError, Head, ObjectId, Repository, fault};

/// What to land.
#[derive(Clone, Copy, Debug)]
pub struct Landing<'l> {
    /// The branch, by its short name.
    pub branch: &'l str,
    /// The commit that `HEAD` was at when the landing was made; none where there was none yet.
    pub from: Option<ObjectId>,
    /// The commit that the branch is to name.
    pub to: ObjectId,
    /// Whether the branch is new, and `HEAD` is to name it.
    pub is_new: bool,
    /// What the work tree and the index are to be.
    pub edits: &'l Edits,
}

impl Repository {
    /// Brings the work tree, the index, the branch, and `HEAD` where the branch is new, to what was made.
    ///
    /// # Errors
    /// [`GitError::Race`] if `HEAD` or the branch is somewhere else by now, [`GitError::Locked`] if somebody holds them;
    /// or a file that cannot be written. Nothing has changed then.
    pub fn land(&self, landing: &Landing<'_>) -> Result<(), GitError> {
        let Landing { branch, from, is_new, edits, .. } = *landing;
        let name = format!("refs/heads/{branch}");
        let _alone = self.alone()?;
        let is_as_seen = match self.head()? {
            Head::Branch(at, commit) => Some(commit) == from && (is_new || at == branch),
            Head::Unborn(at) => from.is_none() && at == branch,
            Head::Detached(_) => false,
        };
        if !is_as_seen || self.reference(&name) != from.filter(|_| !is_new) {
            return Err(GitError::Race(if is_new { "HEAD".to_owned() } else { name }));
        }
        let mut undo = Undo::default();
        let done = self.update_work_tree(edits, &mut undo).and_then(|()| self.move_branch(landing, &name));
        if done.is_err() {
            undo.take_back(self);
        }
        done
    }

    /// Moves the branch, and `HEAD` with it where it is new.
    fn move_branch(&self, landing: &Landing<'_>, name: &str) -> Result<(), GitError> {
        fault::point()?;
        let locked = |name: &str| {
            let lock = self.inner.commondir().join(format!("{name}.lock")).display().to_string();
            move |error: git2::Error| match error.code() {
                git2::ErrorCode::Locked => GitError::Locked(lock),
                _ => error.into(),
            }
        };
        let mut transaction = self.inner.transaction()?;
        transaction.lock_ref(name).map_err(locked(name))?;
        if landing.is_new {
            transaction.lock_ref("HEAD").map_err(locked("HEAD"))?;
        }
        if self.reference(name) != landing.from.filter(|_| !landing.is_new) {
            return Err(GitError::Race(name.to_owned()));
        }
        transaction.set_target(name, landing.to.raw(), None, "canon")?;
        if landing.is_new {
            transaction.set_symbolic_target("HEAD", name, None, "canon")?;
        }
        transaction.commit()?;
        // What comes after the branch moved cannot undo it.
        let _ = fault::point();
        Ok(())
    }

    /// Makes the files of the work tree, and the index, what the edits say. Other entries of the index stay.
    fn update_work_tree(&self, edits: &Edits, undo: &mut Undo) -> Result<(), GitError> {
        let top = self.work_tree()?.to_owned();
        for path in edits.keys() {
            if let Some(link) = link_above(&top, path) {
                return Err(GitError::Other(format!("{path}: {} is a symbolic link", link.display())));
            }
        }
        let mut index = self.inner.index()?;
        // Another program may have written it since this one began.
        index.read(true)?;
        undo.saw(&top, &index, edits.keys());
        for (path, bytes) in edits {
            let file = top.join(path);
            let failed = |error: std::io::Error| GitError::Other(format!("{path}: {error}"));
            match bytes {
                Some(bytes) => {
                    remove_leftovers(&file);
                    if std::fs::read(&file).ok().as_ref() != Some(bytes) {
                        write_file(&file, bytes).map_err(failed)?;
                    }
                    index.add_path(Path::new(path))?;
                }
                None => {
                    fault::point().map_err(failed)?;
                    // A file that is already gone is as wanted.
                    let _ = std::fs::remove_file(&file);
                    index.remove_path(Path::new(path))?;
                }
            }
        }
        fault::point()?;
        index.write().map_err(|error| match error.code() {
            git2::ErrorCode::Locked => GitError::Locked(self.inner.path().join("index.lock").display().to_string()),
            _ => error.into(),
        })?;
        fault::point()?;
        Ok(())
    }

    /// Waits until no other `canon` lands anything here. The system gives the lock back, however this program ends.
    fn alone(&self) -> Result<File, GitError> {
        const LONGEST: Duration = Duration::from_secs(10);
        let path = self.memory().join("lock");
        let failed = |error: std::io::Error| GitError::Other(format!("{}: {error}", path.display()));
        std::fs::create_dir_all(self.memory()).map_err(failed)?;
        let file = File::create(&path).map_err(failed)?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if began.elapsed() < LONGEST => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => return Err(GitError::Busy),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
    }
}

/// What was there before a landing.
#[derive(Default)]
struct Undo {
    files: Vec<(PathBuf, Option<Vec<u8>>)>,
    entries: Vec<(String, Option<git2::IndexEntry>)>,
    /// Folders that were not there, inner ones first.
    folders: BTreeSet<std::cmp::Reverse<PathBuf>>,
}

impl Undo {
    fn saw<'p>(&mut self, top: &Path, index: &git2::Index, paths: impl Iterator<Item = &'p String>) {
        for path in paths {
            let file = top.join(path);
            let above = file.ancestors().skip(1).take_while(|folder| !folder.exists());
            self.folders.extend(above.map(|folder| std::cmp::Reverse(folder.to_owned())));
            self.files.push((file.clone(), std::fs::read(&file).ok()));
            self.entries.push((path.clone(), index.get_path(Path::new(path), 0)));
        }
    }

    /// Puts everything back. What cannot be put back is left as a kill would leave it: not committed.
    fn take_back(self, repository: &Repository) {
        for (file, bytes) in &self.files {
            let _ = match bytes {
                Some(bytes) if std::fs::read(file).ok().as_ref() == Some(bytes) => Ok(()),
                Some(bytes) => std::fs::write(file, bytes),
                None => std::fs::remove_file(file),
            };
        }
        for std::cmp::Reverse(folder) in &self.folders {
            let _ = std::fs::remove_dir(folder);
        }
        let Ok(mut index) = repository.inner.index() else { return };
        let _ = index.read(true);
        for (path, entry) in &self.entries {
            let _ = match entry {
                Some(entry) => index.add(entry),
                None => index.remove_path(Path::new(path)),
            };
        }
        let _ = index.write();
    }
}

/// A folder on the way to a path that is a link, so that what is written there would land elsewhere.
fn link_above(top: &Path, path: &str) -> Option<PathBuf> {
    let folders = Path::new(path).parent()?.ancestors().filter(|folder| !folder.as_os_str().is_empty());
    folders.map(|folder| top.join(folder)).find(|folder| folder.is_symlink())
}

/// Removes what a killed command left beside a file.
fn remove_leftovers(file: &Path) {
    let beside = file.parent().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    for leftover in beside.map(|entry| entry.path()).filter(|path| is_leftover_of(path, file)) {
        let _ = std::fs::remove_file(leftover);
    }
}
