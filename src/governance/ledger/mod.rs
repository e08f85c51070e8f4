//! The ledger: what the main branch's first-parent history proves.
//!
//! `replay` walks the commits; `settle` judges open changes at one commit; `publish` judges manifests. The rules
//! are those of docs/governance.md, in the same order.

mod ahead;
mod confirm;
mod decisions;
mod faults;
mod publish;
mod reader;
mod replay;
mod settle;
mod snapshot;
mod steps;
mod taint;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::decide::Verdict;
use super::heard::Heard;
use super::people::People;
use super::policy::Policy;
use super::records::{Change, Decision, Manifest};
use crate::document::Digest;
use crate::finding::Finding;
use crate::git::ObjectId;
use crate::registry::Impact;
use crate::registry::Kinds;

pub use publish::next_release_version;
pub use replay::{Outcome, Replay, replay, trust_digest};
pub use snapshot::{Remembered, Snapshot};
pub use taint::{Lost, Taint};

/// A commit of the chain, as the ledger names it.
#[derive(Clone, Debug)]
pub struct Landing {
    /// Its id.
    pub id: ObjectId,
    /// Author as claimed.
    pub author: Arc<str>,
    /// Committer time in seconds since 1970 as claimed.
    pub time: i64,
    /// First line of its message.
    pub title: String,
    /// Whether the tree at this commit was exactly the accepted state, and nothing had to be confirmed.
    pub proven: bool,
}

/// One step of an accepted document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Position on the chain of the commit at which it settled.
    pub landing: usize,
    /// The change that settled it; none for genesis.
    pub change: Option<String>,
    /// Digest of the document.
    pub digest: Digest,
    /// Blob that holds it.
    pub blob: ObjectId,
    /// Its version, if it has a readable one.
    pub version: Option<semver::Version>,
}

/// How a decision became permanent.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Entered {
    /// Position on the chain of the commit from which on it was.
    pub landing: usize,
    /// Whether its person and key counted there. One that did not never will: nothing new is signed with a retired key.
    pub counted: bool,
}

/// A change that settled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settled {
    /// The record.
    pub change: Change,
    /// Digest of the record.
    pub digest: Digest,
    /// Position on the chain of the commit at which it settled.
    pub landing: usize,
    /// What each row does, in the order of the record's rows, as acceptance computed it.
    pub impacts: Vec<Impact>,
    /// Fingerprint of the key with which it was proposed.
    pub proposed_with: String,
    /// What was decided on it, person by person: what counted, and what that had taken back.
    pub heard: Vec<Heard>,
    /// The verdict.
    pub verdict: Verdict,
}

/// A change that stands in the tree and has not settled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Open {
    /// The record, if it is well-formed and signed by its proposer.
    pub change: Option<Change>,
    /// Paths that the record names in its rows, if it can be read at all.
    pub paths: BTreeSet<String>,
    /// What stands in the way, by the newest commit at which it was judged.
    pub findings: Vec<Finding>,
    /// The verdict, as far as it could be made.
    pub verdict: Verdict,
    /// What was decided on it, person by person: what counts, and what that has taken back.
    pub heard: Vec<Heard>,
}

/// A manifest that was accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Release {
    /// The manifest.
    pub manifest: Manifest,
    /// Its digest.
    pub digest: Digest,
    /// Position on the chain of the commit whose definitions it publishes.
    pub published: usize,
    /// Position on the chain of the commit that brought it.
    pub landing: usize,
}

/// A stretch of the chain on which the tree was not the accepted state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Excursion {
    /// Positions of its commits.
    pub landings: Vec<usize>,
    /// Paths that were not as accepted, each with the position of the commit that brought it.
    pub paths: BTreeMap<String, usize>,
    /// Whether some of it stood there without even a change record.
    pub unrecorded: bool,
    /// What was missing at the newest of its commits.
    pub missing: Vec<Finding>,
    /// Position of the commit that healed it, and the changes that settled there (none: bytes were restored).
    pub healed: Option<(usize, Vec<String>)>,
}

/// What a history proves.
#[derive(Clone, Serialize, Deserialize)]
pub struct Ledger {
    /// The trust digest of genesis.
    pub trust: Digest,
    /// The commits from genesis on; positions index this list.
    #[serde(skip)]
    pub landings: Vec<Landing>,
    /// Accepted documents by path, each with its steps from first to newest.
    pub accepted: BTreeMap<String, Vec<Step>>,
    /// Permanent records: path to blob.
    #[serde(skip)]
    pub records: BTreeMap<String, ObjectId>,
    /// How decisions on changes that have not settled became permanent, by id of the change and path.
    pub entered: BTreeMap<String, BTreeMap<String, Entered>>,
    /// Paths of records that stood in genesis: kept, and not evaluated.
    pub imported: BTreeSet<String>,
    /// Settled changes by id.
    #[serde(skip)]
    pub settled: BTreeMap<String, Arc<Settled>>,
    /// Settled changes that must be confirmed, since somebody else's key made them settle.
    pub tainted: BTreeMap<String, Taint>,
    /// What the people in force call compromised, each with the earliest position from which on it is.
    pub lost: BTreeMap<Lost, usize>,
    /// Settled changes that another one confirmed.
    pub confirmed: BTreeSet<String>,
    /// Changes of policy, people or schemas that had to be confirmed and were not as they stood: what settled after them
    /// was judged by what they brought. The position at which that was replaced, if it was.
    pub doubted: BTreeMap<String, Option<usize>>,
    /// Ids of settled changes in the order they settled.
    pub order: Vec<String>,
    /// Digests of their records.
    pub digests: BTreeSet<Digest>,
    /// Changes in the tree that have not settled.
    pub open: BTreeMap<String, Open>,
    /// Accepted releases, first to newest.
    pub releases: Vec<Release>,
    /// Stretches in which the tree was not the accepted state, first to newest.
    pub excursions: Vec<Excursion>,
    /// How many of the first commits were taken from a snapshot; the others were read now.
    #[serde(skip)]
    pub remembered: usize,
    /// The policy in force.
    #[serde(skip)]
    pub policy: Arc<Policy>,
    /// The people in force.
    #[serde(skip)]
    pub people: Arc<People>,
    /// The accepted kinds.
    #[serde(skip)]
    pub kinds: Arc<Kinds>,
}

/// The decisions that count among what was heard, with the fingerprints of the keys.
fn counted(heard: &[Heard]) -> impl Iterator<Item = (&Decision, &str)> {
    heard.iter().filter(|heard| heard.stands).map(|heard| (&heard.decision, heard.key.as_str()))
}

impl Settled {
    /// The decisions that counted, with the fingerprints of the keys.
    pub fn decisions(&self) -> impl Iterator<Item = (&Decision, &str)> {
        counted(&self.heard)
    }
}

impl Open {
    /// The decisions that count, with the fingerprints of the keys.
    pub fn decisions(&self) -> impl Iterator<Item = (&Decision, &str)> {
        counted(&self.heard)
    }
}

impl Ledger {
    /// Position of the newest commit.
    fn here(&self) -> usize {
        self.landings.len().saturating_sub(1)
    }

    /// The newest step of an accepted document.
    #[must_use]
    pub fn current(&self, path: &str) -> Option<&Step> {
        self.accepted.get(path)?.last()
    }

    /// The step of an accepted document that was in force at a position on the chain.
    #[must_use]
    pub fn at(&self, path: &str, landing: usize) -> Option<&Step> {
        self.accepted.get(path)?.iter().rev().find(|step| step.landing <= landing)
    }

    /// The digest that a new change names as `after`: the newest settled change, or the trust digest.
    #[must_use]
    pub fn newest_settled(&self) -> Digest {
        self.order.last().and_then(|id| self.settled.get(id)).map_or(self.trust, |settled| settled.digest)
    }

    /// Whether the tree at the last commit is exactly the accepted state, and nothing has to be confirmed.
    #[must_use]
    pub fn proven(&self) -> bool {
        self.landings.last().is_some_and(|landing| landing.proven)
    }

    /// The position of a commit on the chain.
    #[must_use]
    pub fn position(&self, commit: &str) -> Option<usize> {
        let commit = ObjectId::parse(commit)?;
        self.landings.iter().position(|landing| landing.id == commit)
    }

    /// Whether a digest is that of a settled change or an accepted manifest.
    #[must_use]
    pub fn has_checkpoint(&self, digest: Digest) -> bool {
        self.digests.contains(&digest) || self.releases.iter().any(|release| release.digest == digest)
    }
}
