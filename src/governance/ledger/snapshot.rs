//! A replay as bytes, from which a later run goes on. It is a hint and no evidence: what proves to others reads all.
//!
//! It has two parts of about the same size, which are read side by side.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reader::Reader;
use super::replay::Replay;
use super::{Landing, Settled};
use crate::document::Value;
use crate::git::{GitError, ObjectId, Repository};
use crate::governance::people::People;
use crate::governance::policy::Policy;
use crate::registry::Kinds;
use crate::registry::layout::{DocumentRole, POLICY_JSON, document_role};

/// The bytes of a replay, and the commit at which it stood.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The commit.
    pub tip: ObjectId,
    /// The commits and what settled at them; then all else.
    pub parts: [Vec<u8>; 2],
}

/// A snapshot that is read when it is wanted.
pub struct Remembered<'r> {
    /// The commit at which the replay stood.
    pub tip: ObjectId,
    /// Reads the part of this number; none if it is not as it was written.
    pub part: &'r (dyn Fn(usize) -> Option<Vec<u8>> + Sync),
}

/// A commit: id, claimed time, title, whether it was proven; its author where that is another than of the one before.
type Row<'a> = (ObjectId, i64, &'a str, bool, Option<&'a str>);

/// A file of the tree: how many letters its path has in common with the one before, the others, its blob, and whether
/// that is a permanent record.
type File<'a> = (usize, &'a str, ObjectId, bool);

impl Replay {
    /// The replay as it stands; none while it is at no commit.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        let ledger = &self.ledger;
        let tip = ledger.landings.last()?.id;
        let mut last = None;
        let mut rows = ledger.landings.iter().map(|landing| {
            let author = Some(&*landing.author).filter(|author| last != Some(*author));
            last = Some(&*landing.author);
            (landing.id, landing.time, landing.title.as_str(), landing.proven, author)
        });
        let past = postcard::to_extend(&(ledger.landings.len(), ledger.settled.len()), Vec::new()).ok()?;
        let past = rows.try_fold(past, |past, row: Row<'_>| postcard::to_extend(&row, past).ok())?;
        let past =
            ledger.settled.values().try_fold(past, |past, settled| postcard::to_extend(&**settled, past).ok())?;
        let mut last = "";
        let altered: Vec<(&String, &ObjectId)> =
            ledger.records.iter().filter(|(path, blob)| self.files().get(*path) != Some(blob)).collect();
        let mut files = self.files().iter().map(|(path, blob)| {
            let mut common = path.bytes().zip(last.bytes()).take_while(|(one, other)| one == other).count();
            while !path.is_char_boundary(common) {
                common -= 1;
            }
            last = path;
            (common, &path[common..], *blob, ledger.records.get(path) == Some(blob))
        });
        let present = postcard::to_extend(&(self, altered, self.files().len()), Vec::new()).ok()?;
        let present = files.try_fold(present, |present, file: File<'_>| postcard::to_extend(&file, present).ok())?;
        Some(Snapshot { tip, parts: [past, present] })
    }

    /// The replay of a snapshot; none if the bytes are not those of one. Policy, people and kinds are read from the
    /// documents that it says are accepted.
    ///
    /// # Errors
    /// An object is missing.
    pub(super) fn taken_up(snapshot: &Remembered<'_>, repository: &Repository) -> Result<Option<Replay>, GitError> {
        std::thread::scope(|scope| {
            let past = scope.spawn(|| read_past(&(snapshot.part)(0)?).ok());
            let present = (snapshot.part)(1).and_then(|bytes| read_present(&bytes).ok());
            let Some(mut replay) = present else { return Ok(None) };
            let governed = replay.read_governance(repository)?;
            let (Ok(Some((landings, settled))), true) = (past.join(), governed) else { return Ok(None) };
            let stands_there = landings.last().is_some_and(|landing| landing.id == snapshot.tip);
            replay.ledger.remembered = landings.len();
            (replay.ledger.landings, replay.ledger.settled) = (landings, settled);
            Ok(Some(replay).filter(|_| stands_there))
        })
    }

    /// Reads policy, people and kinds from the accepted documents; tells whether they could be.
    fn read_governance(&mut self, repository: &Repository) -> Result<bool, GitError> {
        let ledger = &mut self.ledger;
        let reader = Reader::new(repository);
        let mut documents = Vec::new();
        for (path, steps) in &ledger.accepted {
            let governs = document_role(path).is_some_and(|role| !matches!(role, DocumentRole::Definition { .. }));
            if let Some(step) = steps.last().filter(|_| governs)
                && let Some(document) = reader.document(step.blob)?
            {
                documents.push((path.as_str(), document));
            }
        }
        let values = || documents.iter().map(|(path, document)| (*path, document.value()));
        let policy =
            values().find(|(path, _)| *path == POLICY_JSON).map(|(_, value): (&str, &Value)| Policy::load(value));
        let (Some(Ok(policy)), Ok(people)) = (policy, People::load(values())) else { return Ok(false) };
        let kinds = Kinds::load(values()).0;
        (ledger.policy, ledger.people, ledger.kinds) = (Arc::new(policy), Arc::new(people), Arc::new(kinds));
        Ok(true)
    }
}

/// The replay without its past.
fn read_present(bytes: &[u8]) -> Result<Replay, postcard::Error> {
    let ((mut replay, records, count), mut rest) =
        postcard::take_from_bytes::<(Replay, Vec<(String, ObjectId)>, usize)>(bytes)?;
    let mut files = Vec::with_capacity(count.min(bytes.len()));
    let mut records = records;
    let mut last = String::new();
    for _ in 0..count {
        let ((common, own, blob, is_record), more) = postcard::take_from_bytes::<File<'_>>(rest)?;
        if !last.is_char_boundary(common) {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        last.truncate(common);
        last.push_str(own);
        files.push((last.clone(), blob));
        if is_record {
            records.push((last.clone(), blob));
        }
        rest = more;
    }
    *replay.files_mut() = files.into_iter().collect();
    replay.ledger.records = records.into_iter().collect();
    Ok(replay)
}

/// The commits, and what settled at them.
type Past = (Vec<Landing>, BTreeMap<String, Arc<Settled>>);

fn read_past(bytes: &[u8]) -> Result<Past, postcard::Error> {
    let ((commits, changes), mut rest) = postcard::take_from_bytes::<(usize, usize)>(bytes)?;
    let mut landings = Vec::with_capacity(commits.min(bytes.len()));
    let mut by: Arc<str> = Arc::from("");
    for _ in 0..commits {
        let (row, more) = postcard::take_from_bytes::<Row<'_>>(rest)?;
        let (id, time, title, proven, author) = row;
        by = author.map_or(by, Arc::from);
        landings.push(Landing { id, author: Arc::clone(&by), time, title: title.to_owned(), proven });
        rest = more;
    }
    let mut settled = Vec::with_capacity(changes.min(bytes.len()));
    for _ in 0..changes {
        let (change, more) = postcard::take_from_bytes::<Settled>(rest)?;
        settled.push((change.change.id.clone(), Arc::new(change)));
        rest = more;
    }
    Ok((landings, settled.into_iter().collect()))
}
