//! The repository: finding it, naming revisions, moving refs. This folder is the only user of `git2`.
//!
//! Objects are read raw ([`objects`], [`delta`]), so that neither grafts nor replace refs nor filters stand between the reader
//! and what was committed. A ref moves once, at the end, by compare-and-swap (`write`).

pub mod delta;
mod fault;
pub mod folder;
pub mod graph;
mod id;
pub mod land;
mod loose;
pub mod objects;
pub mod write;

use std::path::{Path, PathBuf};

pub use id::ObjectId;
use loose::LooseObjects;

/// A job that git could not do.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The folder is in no repository.
    #[error("`{0}` is in no git repository")]
    NotARepository(String),
    /// The repository names its objects by SHA-256, which the git library here cannot read.
    #[error("this repository uses SHA-256 object names, which canon cannot read yet")]
    ObjectFormat,
    /// Part of the history was never fetched.
    #[error("this clone is shallow: part of the history is not here")]
    Shallow,
    /// The repository rewrites parents of commits.
    #[error("this repository has grafts in {0}: they replace the parents of commits")]
    Grafts(String),
    /// A revision that names nothing.
    #[error("`{0}` names no commit")]
    UnknownRevision(String),
    /// An object that history needs and the clone lacks.
    #[error("object {0} is missing from this clone")]
    MissingObject(ObjectId),
    /// An object that is not what its kind demands.
    #[error("object {0} is damaged: {1}")]
    Damaged(ObjectId, String),
    /// A ref that somebody else moved meanwhile.
    #[error("{0} moved while this command ran; nothing was changed")]
    Race(String),
    /// A lock that another program holds, or that a killed one left.
    #[error("{0} is there: another git or canon is at work, or one was killed")]
    Locked(String),
    /// Another `canon` that does not come to an end.
    #[error("another canon is landing something here, and does not come to an end")]
    Busy,
    /// A name that a tag and a branch share.
    #[error("`{0}` is both a tag and a branch")]
    Ambiguous(String),
    /// The repository has no work tree.
    #[error("this repository is bare: it has no work tree")]
    Bare,
    /// Nobody to name as author of a commit.
    #[error("git does not know your name and e-mail address")]
    NoIdentity,
    /// Anything else that the git library reports.
    #[error("git: {0}")]
    Other(String),
}

impl GitError {
    /// What to type next, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            GitError::NotARepository(_) => {
                "Type `git init` there, then `canon init`; or name another folder with `-C DIR`."
            }
            GitError::Shallow => "Type `git fetch --unshallow`, then run this again.",
            GitError::Grafts(_) => "Remove that file, then run this again.",
            GitError::UnknownRevision(_) => {
                "Type `git branch -a` to see the branches, `git log --oneline` to see the commits."
            }
            GitError::MissingObject(_) => {
                "If this is a partial clone, type `git fetch --refetch --no-filter origin`; else `git fsck` tells more."
            }
            GitError::Damaged(..) => "`git fsck` tells more; a fresh clone mends it.",
            GitError::Race(_) => "Run the command again.",
            GitError::Busy => "Wait for it, or end it, and run this again.",
            GitError::Locked(_) => "Wait for it; if nothing else runs here, remove that file and run this again.",
            GitError::Ambiguous(_) => "Say which: `refs/heads/NAME` or `refs/tags/NAME`.",
            GitError::Bare => "Run this in a clone with a work tree, or name commits where the command takes them.",
            GitError::NoIdentity => "Type `git config user.name NAME` and `git config user.email ADDRESS`.",
            GitError::ObjectFormat | GitError::Other(_) => return None,
        };
        Some(hint.to_owned())
    }
}

impl From<std::io::Error> for GitError {
    fn from(error: std::io::Error) -> GitError {
        GitError::Other(error.to_string())
    }
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> GitError {
        GitError::Other(error.message().to_owned())
    }
}

/// What `HEAD` is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// A branch, by its short name, with its tip.
    Branch(String, ObjectId),
    /// A branch without a commit.
    Unborn(String),
    /// A commit and no branch.
    Detached(ObjectId),
}

impl Head {
    /// The commit, unless there is none yet.
    #[must_use]
    pub fn commit(&self) -> Option<ObjectId> {
        match self {
            Head::Branch(_, commit) | Head::Detached(commit) => Some(*commit),
            Head::Unborn(_) => None,
        }
    }

    /// The short name of the branch, if it is one.
    #[must_use]
    pub fn branch(&self) -> Option<&str> {
        match self {
            Head::Branch(name, _) | Head::Unborn(name) => Some(name),
            Head::Detached(_) => None,
        }
    }
}

/// An open repository.
pub struct Repository {
    inner: git2::Repository,
    loose: LooseObjects,
}

/// Reads objects from now on without hashing each of them, as git itself does. It is for commands that show and prove
/// nothing; no other may call it, since it holds for all of a process.
pub fn believe_objects() {
    git2::opts::strict_hash_verification(false);
    loose::believe();
}

impl Repository {
    /// Opens the repository that a folder is in.
    ///
    /// # Errors
    /// No repository there, or one that cannot be opened.
    pub fn discover(folder: &Path) -> Result<Repository, GitError> {
        match git2::Repository::discover(folder) {
            Ok(inner) => Ok(Repository { loose: LooseObjects::of(&inner), inner }),
            Err(error) if error.code() == git2::ErrorCode::NotFound => {
                Err(GitError::NotARepository(folder.display().to_string()))
            }
            Err(error) if error.message().contains("object format") => Err(GitError::ObjectFormat),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a repository in a folder, with this first branch.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn create(folder: &Path, branch: &str) -> Result<Repository, GitError> {
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head(branch).no_reinit(true).external_template(false);
        let inner = git2::Repository::init_opts(folder, &options)?;
        Ok(Repository { loose: LooseObjects::of(&inner), inner })
    }

    /// The top folder of the work tree.
    ///
    /// # Errors
    /// The repository is bare.
    pub fn work_tree(&self) -> Result<&Path, GitError> {
        self.inner.workdir().ok_or(GitError::Bare)
    }

    /// The same repository, opened once more, for another thread.
    ///
    /// # Errors
    /// It cannot be opened any more.
    pub fn again(&self) -> Result<Repository, GitError> {
        let inner = git2::Repository::open(self.inner.path())?;
        Ok(Repository { loose: LooseObjects::of(&inner), inner })
    }

    /// The folder under the git folder in which canon keeps what it remembers; shared by all work trees.
    #[must_use]
    pub fn memory(&self) -> PathBuf {
        self.inner.commondir().join("canonry")
    }

    /// Whether the whole history can be trusted to be here: no shallow borders, no grafts.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn require_complete(&self) -> Result<(), GitError> {
        let common = self.inner.commondir();
        let has_lines = |path: &Path| std::fs::read(path).is_ok_and(|bytes| !bytes.trim_ascii().is_empty());
        if has_lines(&common.join("shallow")) {
            return Err(GitError::Shallow);
        }
        let grafts = common.join("info").join("grafts");
        if has_lines(&grafts) {
            return Err(GitError::Grafts(grafts.display().to_string()));
        }
        Ok(())
    }

    /// What `HEAD` is.
    ///
    /// # Errors
    /// `HEAD` cannot be read.
    pub fn head(&self) -> Result<Head, GitError> {
        let head = self.inner.find_reference("HEAD")?;
        let Some(target) = head.symbolic_target().ok().flatten() else {
            return head
                .target()
                .map(|id| Head::Detached(id.into()))
                .ok_or_else(|| GitError::Other("HEAD is broken".to_owned()));
        };
        let short = target.strip_prefix("refs/heads/").unwrap_or(target).to_owned();
        match self.inner.refname_to_id(target) {
            Ok(commit) => Ok(Head::Branch(short, commit.into())),
            Err(_) => Ok(Head::Unborn(short)),
        }
    }

    /// The commit that a revision names, in any spelling that git knows.
    ///
    /// # Errors
    /// It names none.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        let unknown = |_| GitError::UnknownRevision(revision.to_owned());
        let named = |folder: &str| self.reference(&format!("refs/{folder}/{revision}")).is_some();
        if named("tags") && named("heads") {
            return Err(GitError::Ambiguous(revision.to_owned()));
        }
        let object = self.inner.revparse_single(revision).map_err(unknown)?;
        Ok(object.peel_to_commit().map_err(unknown)?.id().into())
    }

    /// The commit of a full ref name, if the ref is there.
    #[must_use]
    pub fn reference(&self, name: &str) -> Option<ObjectId> {
        self.inner.refname_to_id(name).ok().map(ObjectId::from)
    }

    /// The tip of a local branch, or of `origin`'s branch of that name where there is no local one.
    #[must_use]
    pub fn branch(&self, name: &str) -> Option<ObjectId> {
        self.reference(&format!("refs/heads/{name}")).or_else(|| self.reference(&format!("refs/remotes/origin/{name}")))
    }

    /// Short names of the local branches with their tips, sorted.
    ///
    /// # Errors
    /// Refs cannot be listed.
    pub fn branches(&self) -> Result<Vec<(String, ObjectId)>, GitError> {
        let mut branches = Vec::new();
        for reference in self.inner.references_glob("refs/heads/*")? {
            let reference = reference?;
            if let (Ok(name), Some(target)) = (reference.shorthand(), reference.target()) {
                branches.push((name.to_owned(), target.into()));
            }
        }
        branches.sort();
        Ok(branches)
    }

    /// A value of the git configuration.
    #[must_use]
    pub fn config(&self, key: &str) -> Option<String> {
        self.inner.config().ok()?.get_string(key).ok()
    }

    /// A file of the git configuration, with `~` resolved.
    #[must_use]
    pub fn config_path(&self, key: &str) -> Option<PathBuf> {
        self.inner.config().ok()?.get_path(key).ok()
    }

    /// Sets a value in this repository's own configuration.
    ///
    /// # Errors
    /// The configuration cannot be written.
    pub fn set_config(&self, key: &str, value: &str) -> Result<(), GitError> {
        fault::point()?;
        let mut config = self.inner.config()?.open_level(git2::ConfigLevel::Local)?;
        Ok(config.set_str(key, value)?)
    }
}
