//! Reading ahead of the walk: what differs from tree to tree, digests of documents and signatures of records, on a core
//! of its own. Nothing is judged here.

use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;

use super::reader::Reader;
use crate::document::{Digest, Document};
use crate::git::objects::Delta;
use crate::git::{GitError, ObjectId, Repository};
use crate::governance::signature::Signed;
use crate::registry::layout::{REGISTRY, Role, SCHEMAS, role};

/// How many steps are read before they are wanted.
const FARTHEST: usize = 256;
/// A walk of fewer trees is not worth a thread.
const FEW: usize = 32;

/// What one step of the walk needs.
struct Read {
    delta: Delta,
    digests: Vec<(ObjectId, Option<Digest>)>,
    signed: Vec<((ObjectId, ObjectId), Signed)>,
}

/// Runs a walk over these trees, from the first on. It is given what gives it, each time, what differs at the next tree
/// that is not the one before; what was read with it is put into the reader.
///
/// # Errors
/// Those of the walk; or an object is missing.
pub(super) fn ahead(
    repository: &Repository,
    trees: &[Option<ObjectId>],
    walk: impl FnOnce(&mut dyn FnMut(&Reader<'_>) -> Result<Delta, GitError>) -> Result<(), GitError>,
) -> Result<(), GitError> {
    let mut steps = trees.windows(2).filter_map(|pair| match *pair {
        [before, after] if before != after => Some((before, after)),
        _ => None,
    });
    if trees.len() < FEW {
        return walk(&mut |reader| {
            let (before, after) = steps.next().ok_or_else(ended)?;
            reader.repository.delta(before, after, &[REGISTRY, SCHEMAS])
        });
    }
    let own = repository.again()?;
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(FARTHEST);
        scope.spawn(move || {
            for (before, after) in steps {
                // Nobody listens any more where the walk has failed.
                if sender.send(read(&own, before, after)).is_err() {
                    break;
                }
            }
        });
        walk(&mut |reader| {
            let read = receiver.recv().map_err(|_| ended())??;
            read.digests.into_iter().for_each(|(blob, digest)| reader.remember(blob, digest));
            read.signed.into_iter().for_each(|(blobs, signed)| reader.remember_signed(blobs, signed));
            Ok(read.delta)
        })
    })
}

/// The walk asks for more trees than it was begun with, or the thread that reads them is gone.
fn ended() -> GitError {
    GitError::Other("the reader of trees has ended".to_owned())
}

fn read(repository: &Repository, before: Option<ObjectId>, after: Option<ObjectId>) -> Result<Read, GitError> {
    let delta = repository.delta(before, after, &[REGISTRY, SCHEMAS])?;
    let mut digests = Vec::new();
    let mut signed = Vec::new();
    let files: BTreeMap<&str, ObjectId> =
        delta.files.iter().filter_map(|file| Some((file.path.as_str(), file.after?))).collect();
    for (path, blob) in &files {
        match role(path) {
            // What cannot be read is left to the walk, which may have no need of it.
            Role::Document(_) => {
                if let Ok(bytes) = repository.blob(*blob) {
                    digests.push((*blob, Document::parse(&bytes).ok().map(|document| document.digest())));
                }
            }
            Role::Change { .. } | Role::Decision { .. } | Role::Release { .. } => {
                if let Some(armour) = files.get(format!("{path}.sig").as_str())
                    && let (Ok(record), Ok(signature)) = (repository.blob(*blob), repository.blob(*armour))
                {
                    signed.push(((*blob, *armour), Signed::check(record, &signature)));
                }
            }
            Role::Free | Role::Unknown | Role::Outside => {}
        }
    }
    Ok(Read { delta, digests, signed })
}
