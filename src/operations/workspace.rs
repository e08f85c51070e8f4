//! Where a command works: the repository, the folder of the registry in it, and the clock.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::Failure;
use super::memory::{Depth, Memory};
use crate::document::{Document, Value};
use crate::finding::{Finding, rules};
use crate::git::folder::{ListedFile, list_folders};
use crate::git::objects::Commit;
use crate::git::write::Author;
use crate::git::{Head, ObjectId, Repository};
use crate::governance::ledger::{Outcome, Remembered, Replay, replay};
use crate::governance::signature::{SignError, SigningKey};
use crate::registry::Registry;
use crate::registry::layout::{REGISTRY, REGISTRY_JSON, Role, SCHEMAS, role};

/// The instant at which a command runs: one for all that it judges and writes.
#[derive(Clone, Copy, Debug)]
pub struct Now(pub jiff::Timestamp);

impl Now {
    /// The time, as records write it.
    #[must_use]
    pub fn instant(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// The day in UTC, `YYYY-MM-DD`.
    #[must_use]
    pub fn day(self) -> String {
        self.0.strftime("%Y-%m-%d").to_string()
    }
}

/// Paths, from the root of the registry, and bytes of files, in path order.
pub type Files = Vec<(String, Vec<u8>)>;

/// Paths, from the root of the registry, and blobs of files, in path order.
pub type Blobs = Vec<(String, ObjectId)>;

/// Reports of long work: commits done and all commits.
pub type Progress<'a> = &'a dyn Fn(usize, usize);

/// A repository with a registry in it.
pub struct Workspace {
    /// The repository.
    pub repository: Repository,
    /// The folder that holds `registry/`, from the top of the repository; `""` if it is the top.
    pub root: String,
    /// The clock.
    pub now: Now,
    /// Who commits, by name and e-mail address, if not whom git names.
    pub committer: Option<(String, String)>,
}

impl Workspace {
    /// Opens the registry that a folder is in: the nearest folder upward that holds `registry/registry.json`.
    ///
    /// # Errors
    /// No repository, or no registry in it.
    pub fn open(folder: &Path, now: Now) -> Result<Workspace, Failure> {
        let folder = folder.canonicalize().map_err(|cause| Failure::File { path: folder.to_owned(), cause })?;
        let repository = Repository::discover(&folder)?;
        let Some(root) = find_root(&repository, &folder)? else {
            return Err(Failure::refused(
                "this repository holds no registry: there is no registry/registry.json",
                "Type `canon init` to start one, or name its folder with `-C DIR`.",
            ));
        };
        Ok(Workspace { repository, root, now, committer: None })
    }

    /// Who commits, and when.
    ///
    /// # Errors
    /// Git names nobody.
    pub fn author(&self) -> Result<Author, Failure> {
        let time = self.now.0.as_second();
        match &self.committer {
            Some((name, email)) => Ok(Author { name: name.clone(), email: email.clone(), time }),
            None => Ok(self.repository.author(time)?),
        }
    }

    /// The folder of the registry in the work tree.
    ///
    /// # Errors
    /// The repository is bare.
    pub fn folder(&self) -> Result<PathBuf, Failure> {
        Ok(self.repository.work_tree()?.join(&self.root))
    }

    /// A path of the registry as the repository names it.
    #[must_use]
    pub fn in_repository(&self, path: &str) -> String {
        if self.root.is_empty() { path.to_owned() } else { format!("{}/{path}", self.root) }
    }

    /// The files of the work tree under `registry/` and `schemas/`, and findings on what is no file.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn work_tree_files(&self) -> Result<(Files, Vec<Finding>), Failure> {
        let listing = list_folders(&self.folder()?, &[REGISTRY, SCHEMAS])?;
        let mut odd = listing.odd;
        let mut files = Vec::new();
        for file in listing.files {
            match file.read()? {
                Some(bytes) => files.push((file.name, bytes)),
                None => odd.push(file.name),
            }
        }
        Ok((files, odd.iter().map(|path| not_plain(path)).collect()))
    }

    /// The files of a commit under `registry/` and `schemas/`, and findings on malformed trees.
    ///
    /// # Errors
    /// An object is missing.
    pub fn files_at(&self, commit: ObjectId) -> Result<(Files, Vec<Finding>), Failure> {
        let (blobs, faults) = self.blobs_at(commit)?;
        let read = |(path, blob)| Ok::<_, Failure>((path, self.repository.blob(blob)?));
        Ok((blobs.into_iter().map(read).collect::<Result<Files, Failure>>()?, faults))
    }

    /// The tree of the registry's folder at a commit, if it is there.
    ///
    /// # Errors
    /// An object is missing.
    pub(super) fn tree(&self, commit: ObjectId) -> Result<Option<ObjectId>, Failure> {
        Ok(self.repository.subtree(self.repository.commit(commit)?.tree, &self.root)?)
    }

    /// The blobs of those files by path, in path order, and the findings.
    ///
    /// # Errors
    /// An object is missing.
    pub fn blobs_at(&self, commit: ObjectId) -> Result<(Blobs, Vec<Finding>), Failure> {
        let Some(tree) = self.tree(commit)? else { return Ok((Vec::new(), Vec::new())) };
        let delta = self.repository.files(tree, &[REGISTRY, SCHEMAS])?;
        let files = delta.files.into_iter().filter_map(|file| Some((file.path, file.after?)));
        let faults = delta.folders.iter().filter_map(|(folder, faults)| {
            let (name, fault) = faults.first()?;
            Some(Finding::on_file(&rules::TREE_MALFORMED, folder, format!("`{name}` {fault}")))
        });
        Ok((files.collect(), faults.collect()))
    }

    /// The registry of the work tree.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn work_tree_registry(&self) -> Result<(Registry, Vec<Finding>), Failure> {
        let listing = list_folders(&self.folder()?, &[REGISTRY, SCHEMAS])?;
        let executable = Mutex::new(Vec::new());
        let (registry, mut findings) = Registry::read(listing.files, |file: ListedFile| {
            Ok::<_, Failure>(match file.read()? {
                Some(bytes) => Some((file.name, bytes)),
                None => {
                    executable.lock().unwrap_or_else(PoisonError::into_inner).push(file.name);
                    None
                }
            })
        })?;
        let executable = executable.into_inner().unwrap_or_else(PoisonError::into_inner);
        findings.extend(listing.odd.iter().chain(&executable).map(|path| not_plain(path)));
        Ok((registry, findings))
    }

    /// The registry at a commit.
    ///
    /// # Errors
    /// An object is missing.
    pub fn registry_at(&self, commit: ObjectId) -> Result<(Registry, Vec<Finding>), Failure> {
        let (files, mut findings) = self.files_at(commit)?;
        let (registry, more) = Registry::load(files);
        findings.extend(more);
        Ok((registry, findings))
    }

    /// The name of the main branch, as `registry.json` of the work tree or of `HEAD` says it.
    ///
    /// # Errors
    /// Neither can be read.
    pub fn main_branch(&self) -> Result<String, Failure> {
        let name = self.registry_json()?.and_then(|value| value.get("main_branch")?.as_str().map(str::to_owned));
        Ok(name.unwrap_or_else(|| "main".to_owned()))
    }

    fn registry_json(&self) -> Result<Option<Value>, Failure> {
        if let Ok(folder) = self.folder()
            && let Ok(bytes) = std::fs::read(folder.join(REGISTRY_JSON))
            && let Ok(document) = Document::parse(&bytes)
        {
            return Ok(Some(document.value().clone()));
        }
        let Some(commit) = self.repository.head()?.commit() else { return Ok(None) };
        let tree = self.repository.commit(commit)?.tree;
        let Some(blob) = self.repository.file(tree, &self.in_repository(REGISTRY_JSON))? else { return Ok(None) };
        Ok(Document::parse(&self.repository.blob(blob)?).ok().map(|document| document.value().clone()))
    }

    /// The tip of the main branch.
    ///
    /// # Errors
    /// The branch has no commit, here or at `origin`.
    pub fn main_tip(&self) -> Result<ObjectId, Failure> {
        let main = self.main_branch()?;
        self.repository.branch(&main).ok_or_else(|| {
            Failure::refused(
                format!("the main branch `{main}` has no commit yet"),
                format!("Commit the registry on `{main}` first, or mend `main_branch` in registry/registry.json."),
            )
        })
    }

    /// The commit that `HEAD` is at.
    ///
    /// # Errors
    /// There is none yet.
    pub fn head_commit(&self) -> Result<ObjectId, Failure> {
        match self.repository.head()? {
            Head::Branch(_, commit) | Head::Detached(commit) => Ok(commit),
            Head::Unborn(branch) => Err(Failure::refused(
                format!("the branch `{branch}` has no commit yet"),
                "Type `canon init` to start a registry, or commit the one that is here.",
            )),
        }
    }

    /// The branch that `HEAD` is on, with its tip.
    ///
    /// # Errors
    /// `HEAD` is on no branch, or on one without a commit.
    pub fn head_branch(&self) -> Result<(String, ObjectId), Failure> {
        let commit = self.head_commit()?;
        match self.repository.head()? {
            Head::Branch(name, tip) => Ok((name, tip)),
            _ => Err(Failure::refused(
                format!("HEAD is detached at {}, so a commit made here would belong to no branch", short(commit)),
                "Type `git switch BRANCH`, or `git switch -c BRANCH` to make one here.",
            )),
        }
    }

    /// Replays the first-parent history of a commit.
    ///
    /// # Errors
    /// The history is incomplete, or holds no registry to start from.
    pub fn replay(&self, tip: ObjectId, progress: Progress<'_>) -> Result<Box<Replay>, Failure> {
        match self.replayed(tip, Depth::New, progress)? {
            Outcome::Ledger(replay) => Ok(replay),
            Outcome::None(findings) => Err(Failure::Unproven(findings)),
        }
    }

    /// As [`Workspace::replay`], so far as wanted; findings tell why no ledger could be started.
    ///
    /// # Errors
    /// The history is incomplete.
    pub(super) fn replayed(&self, tip: ObjectId, depth: Depth, progress: Progress<'_>) -> Result<Outcome, Failure> {
        let main = self.main_branch()?;
        let memory = Memory::of(self, &main);
        let from = |snapshot: Option<&Remembered<'_>>| replay(&self.repository, &self.root, tip, snapshot, progress);
        let outcome = match depth {
            Depth::Whole => from(None)?,
            Depth::New => memory.with_snapshot(from)?,
        };
        if let Outcome::Ledger(replay) = &outcome
            && self.repository.branch(&main) == Some(tip)
        {
            memory.replayed(replay);
        }
        Ok(outcome)
    }

    /// Replays the main branch.
    ///
    /// # Errors
    /// As [`Workspace::replay`] and [`Workspace::main_tip`].
    pub fn replay_main(&self) -> Result<Box<Replay>, Failure> {
        let replay = self.replay(self.main_tip()?, &|_, _| ())?;
        let (named, accepted) = (self.main_branch()?, self.accepted_main_branch(&replay)?);
        if named == accepted {
            return Ok(replay);
        }
        Err(Failure::refused(
            format!(
                "registry/registry.json here says that the main branch is `{named}`; the accepted one says `{accepted}`"
            ),
            format!("Type `git switch {}`, and restore registry/registry.json there.", quoted(&accepted)),
        ))
    }

    /// The name of the main branch that the accepted `registry.json` says.
    ///
    /// # Errors
    /// An object is missing.
    pub fn accepted_main_branch(&self, replay: &Replay) -> Result<String, Failure> {
        let Some(step) = replay.ledger.current(REGISTRY_JSON) else { return Ok(String::new()) };
        let document = Document::parse(&self.repository.blob(step.blob)?).ok();
        Ok(document.and_then(|document| document.text("main_branch").map(str::to_owned)).unwrap_or_default())
    }

    /// Takes the main branch's ledger on by a commit, as if its tree landed now.
    ///
    /// # Errors
    /// An object is missing.
    pub fn as_if_landed(&self, replay: &mut Replay, commit: &Commit) -> Result<(), Failure> {
        Ok(replay.advance(&self.repository, commit, &self.root)?)
    }

    /// Refuses to go on while governed files differ from `HEAD`.
    ///
    /// # Errors
    /// They do; the first such file is named.
    pub fn require_clean(&self, what: &str) -> Result<(), Failure> {
        let (mut committed, faults) = self.files_at(self.head_commit()?)?;
        let (mut here, odd) = self.work_tree_files()?;
        if let Some(finding) = faults.iter().chain(&odd).next() {
            return Err(Failure::refused(
                format!("{}: {}", finding.path, finding.message),
                "Remove it, commit, and type this again.",
            ));
        }
        // Decisions and manifests that a killed command left are written again; what is decided on is not.
        let decided_on = |path: &str| matches!(role(path), Role::Document(_) | Role::Change { .. });
        committed.retain(|(path, _)| decided_on(path));
        here.retain(|(path, _)| decided_on(path));
        match differing(&here, &committed).first() {
            None => Ok(()),
            Some(path) => Err(Failure::refused(
                format!("{path} differs from what is committed, so {what} is not what you see"),
                "Type `canon propose` to propose the edit, or `git restore --source=HEAD --staged --worktree registry schemas` to drop it.",
            )),
        }
    }

    /// The key to sign with: the one named, else git's `user.signingkey`.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn signing_key(&self, named: Option<&Path>) -> Result<SigningKey, Failure> {
        let program = self.repository.config("gpg.ssh.program");
        if let Some(path) = named {
            return Ok(SigningKey::find(&path.to_string_lossy(), program)?);
        }
        let setting = self.repository.config("user.signingkey").ok_or(SignError::NoKey)?;
        let literal = setting.starts_with("key::") || setting.starts_with("ssh-") || setting.starts_with("ecdsa-");
        match self.repository.config_path("user.signingkey").filter(|_| !literal) {
            Some(path) => Ok(SigningKey::find(&path.to_string_lossy(), program)?),
            None => Ok(SigningKey::find(&setting, program)?),
        }
    }
}

/// Gives back a replayed history beside whatever comes next: piece by piece, that takes as long as to tell of it.
pub(super) fn give_back(replay: Box<Replay>) {
    std::thread::spawn(move || drop(replay));
}

/// The key of git's configuration that pins the registry in a folder of the repository.
#[must_use]
pub fn trust_key(root: &str) -> String {
    if root.is_empty() { "canonry.trust".to_owned() } else { format!("canonry.{root}.trust") }
}

/// Paths, in order, of the files that stand on one side only, or otherwise on the other.
#[must_use]
pub fn differing<'f>(left: &'f Files, right: &'f Files) -> BTreeSet<&'f str> {
    let (left, right): (BTreeSet<_>, BTreeSet<_>) = (left.iter().collect(), right.iter().collect());
    left.symmetric_difference(&right).map(|(path, _)| path.as_str()).collect()
}

/// A name as a shell reads it as one word.
#[must_use]
pub fn quoted(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

/// The first digits of a commit's id, for people to read.
#[must_use]
pub fn short(commit: ObjectId) -> String {
    commit.to_string().chars().take(10).collect()
}

/// The finding on something in the work tree that is no plain file.
pub(super) fn not_plain(path: &str) -> Finding {
    let message = "this is a link, a device or executable; only plain files stand here";
    Finding::on_file(&rules::TREE_MALFORMED, path, message)
}

/// The folder of the registry, from the top of the repository: the nearest upward from `folder` in the work tree, else
/// the top of `HEAD`'s tree.
fn find_root(repository: &Repository, folder: &Path) -> Result<Option<String>, Failure> {
    if let Ok(top) = repository.work_tree() {
        let top = top.canonicalize().map_err(|cause| Failure::File { path: top.to_owned(), cause })?;
        let upward = folder.ancestors().take_while(|ancestor| ancestor.starts_with(&top));
        for ancestor in upward {
            if ancestor.join(REGISTRY_JSON).is_file()
                && let Ok(root) = ancestor.strip_prefix(&top)
            {
                return Ok(Some(root.to_string_lossy().replace('\\', "/")));
            }
        }
    }
    let Some(commit) = repository.head()?.commit() else { return Ok(None) };
    let tree = repository.commit(commit)?.tree;
    Ok(repository.file(tree, REGISTRY_JSON)?.map(|_| String::new()))
}
