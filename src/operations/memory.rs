//! What a clone remembers of earlier runs, under `.git/canonry`: the tip that was proven last, and a snapshot of a replay.
//!
//! The tip speaks against a history that has lost it, and spares looking again at how files are spelled that it holds. The
//! snapshot spares reading what came before it. Both spare nothing where all is to be read: see [`Depth`].

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use super::workspace::Workspace;
use crate::document::sha256_hex;
use crate::finding::{Finding, rules};
use crate::git::ObjectId;
use crate::git::write::write_file;
use crate::governance::ledger::{Remembered, Replay, Snapshot};
use crate::registry::builtin;
use crate::registry::layout::REGISTRY_JSON;

/// How much is read, of a history or of what stands at one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// All of it, whatever is remembered.
    Whole,
    /// What an earlier run in this clone does not remember.
    New,
}

/// After so many commits that were read one by one, a snapshot spares the next run more than it costs to write.
const WORTH_IT: usize = 100;

/// The SHA-256 of sources, data and locked dependencies, in hexadecimal digits: no build reads what another remembers.
pub(super) const BUILD: &str = env!("CANONRY_BUILD");

/// What is remembered of a branch of this name, in a registry in this folder of the repository.
pub(super) struct Memory {
    tip: PathBuf,
    replay: PathBuf,
}

impl Memory {
    pub(super) fn of(workspace: &Workspace, branch: &str) -> Memory {
        let name = sha256_hex(format!("{}\n{branch}", workspace.root).as_bytes());
        let file = |what: &str| workspace.repository.memory().join(format!("{what}-{}", &name[..16]));
        Memory { tip: file("tip"), replay: file("replay") }
    }

    /// That the tip which was proven here last is no longer in the history.
    pub(super) fn lost(&self, replay: &Replay) -> Option<Finding> {
        let remembered = std::fs::read_to_string(&self.tip).ok()?;
        let remembered = remembered.lines().next().unwrap_or_default();
        if replay.ledger.position(remembered).is_some() {
            return None;
        }
        let message = format!("the commit {remembered} was proven here before and is no longer on the branch");
        Some(Finding::on_file(&rules::TIP_LOST, REGISTRY_JSON, message).hint(format!(
            "If the branch was rewritten with everybody's knowledge, remove {} and verify again.",
            self.tip.display()
        )))
    }

    /// The tip that this build proved here last.
    pub(super) fn proven(&self) -> Option<ObjectId> {
        let remembered = std::fs::read_to_string(&self.tip).ok()?;
        let (tip, build) = remembered.trim().split_once('\n')?;
        ObjectId::parse(tip).filter(|_| build == BUILD)
    }

    /// Remembers a tip that was proven, or tells that it cannot.
    pub(super) fn remember(&self, tip: ObjectId) -> Result<(), Finding> {
        write_file(&self.tip, format!("{tip}\n{BUILD}\n").as_bytes()).map_err(|cause| {
            let message = format!("{} cannot be written: {cause}", self.tip.display());
            Finding::on_file(&rules::TIP_NOT_REMEMBERED, REGISTRY_JSON, message)
        })
    }

    /// Replays a history with what this build remembers of it.
    pub(super) fn with_snapshot<T>(&self, replay: impl FnOnce(Option<&Remembered<'_>>) -> T) -> T {
        match self.head() {
            Some((tip, parts)) => {
                // They are wanted as soon as the snapshot is read.
                builtin::begin();
                replay(Some(&Remembered { tip, part: &|number| self.part(*parts.get(number)?) }))
            }
            None => replay(None),
        }
    }

    /// The commit of the snapshot that this build made, and its parts.
    fn head(&self) -> Option<(ObjectId, [Part; 2])> {
        let mut head = [0; HEAD];
        File::open(&self.replay).ok()?.read_exact(&mut head).ok()?;
        let (tip, numbers) = head.strip_prefix(BUILD.as_bytes())?.split_at_checked(ObjectId::SIZE)?;
        let (lengths, checksums) = numbers.split_at_checked(2 * 8)?;
        let ([past, present], [past_checksum, present_checksum]) =
            (lengths.as_chunks::<8>().0, checksums.as_chunks::<4>().0)
        else {
            return None;
        };
        let [past, present] = [past, present].map(|length| u64::from_le_bytes(*length));
        let parts = [(0, past, *past_checksum), (past, present, *present_checksum)];
        let parts =
            parts.map(|(start, length, checksum)| Part { start: start.saturating_add(HEAD as u64), length, checksum });
        Some((ObjectId::from_bytes(tip)?, parts))
    }

    fn part(&self, part: Part) -> Option<Vec<u8>> {
        let mut file = File::open(&self.replay).ok()?;
        let length =
            usize::try_from(part.length).ok().filter(|_| file.metadata().is_ok_and(|all| all.len() >= part.length))?;
        file.seek(SeekFrom::Start(part.start)).ok()?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes).ok()?;
        (checksum(&bytes) == part.checksum).then_some(bytes)
    }

    /// Remembers a replay of the branch, if that spares enough. A clone that cannot be written remembers nothing.
    pub(super) fn replayed(&self, replay: &Replay) {
        let read = replay.ledger.landings.len() - replay.ledger.remembered;
        let Some(Snapshot { tip, parts }) = (read >= WORTH_IT).then(|| replay.snapshot()).flatten() else { return };
        let [past, present] = &parts;
        let lengths = parts.each_ref().map(|part| (part.len() as u64).to_le_bytes());
        let checksums = parts.each_ref().map(|part| checksum(part));
        let head = [BUILD.as_bytes(), tip.as_bytes(), lengths.as_flattened(), checksums.as_flattened()].concat();
        let _ = write_file(&self.replay, &[&head, past.as_slice(), present].concat());
    }
}

/// Bytes before a snapshot: the build, the commit, the lengths of its parts, and their checksums.
const HEAD: usize = BUILD.len() + ObjectId::SIZE + 2 * 8 + 2 * 4;

/// A part of a snapshot in its file.
#[derive(Clone, Copy)]
struct Part {
    start: u64,
    length: u64,
    checksum: [u8; 4],
}

/// Against files that were cut off; whoever can write here can write what they like.
fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut checksum = flate2::Crc::new();
    checksum.update(bytes);
    checksum.sum().to_le_bytes()
}
