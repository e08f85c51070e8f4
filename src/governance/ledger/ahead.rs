//! Reading ahead of the walk: what differs from tree to tree in one thread, documents and signatures of records in
//! another. Nothing is judged here.

use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;

use super::reader::Reader;
use crate::document::Document;
use crate::git::delta::{Delta, Deltas};
use crate::git::{GitError, ObjectId, Repository};
use crate::governance::signature::Signed;
use crate::registry::layout::{REGISTRY, Role, SCHEMAS, role};

/// How many steps are read before they are wanted.
const FARTHEST: usize = 256;
/// A walk of fewer trees is not worth threads.
const FEW: usize = 32;

/// What one step of the walk needs.
struct Read {
    delta: Delta,
    documents: Vec<(ObjectId, Option<Document>)>,
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
        let mut deltas = Deltas::of(repository);
        return walk(&mut |_| {
            let (before, after) = steps.next().ok_or_else(ended)?;
            deltas.between(before, after, &[REGISTRY, SCHEMAS])
        });
    }
    let (for_trees, for_files) = (repository.again()?, repository.again()?);
    std::thread::scope(|scope| {
        let (found, differing) = sync_channel(FARTHEST);
        scope.spawn(move || {
            let mut deltas = Deltas::of(&for_trees);
            // Nobody listens any more where the walk has failed.
            steps
                .map(|(before, after)| deltas.between(before, after, &[REGISTRY, SCHEMAS]))
                .all(|delta| found.send(delta).is_ok());
        });
        let (sender, receiver) = sync_channel(FARTHEST);
        scope.spawn(move || {
            differing.into_iter().all(|delta| sender.send(delta.map(|delta| read(&for_files, delta))).is_ok());
        });
        walk(&mut |reader| {
            let read = receiver.recv().map_err(|_| ended())??;
            read.documents.into_iter().for_each(|(blob, document)| reader.remember(blob, document));
            read.signed.into_iter().for_each(|(blobs, signed)| reader.remember_signed(blobs, signed));
            Ok(read.delta)
        })
    })
}

/// The walk asks for more trees than it was begun with, or the thread that reads them is gone.
fn ended() -> GitError {
    GitError::Other("the reader of trees has ended".to_owned())
}

fn read(repository: &Repository, delta: Delta) -> Read {
    let mut documents = Vec::new();
    let mut signed = Vec::new();
    let files: BTreeMap<&str, ObjectId> =
        delta.files.iter().filter_map(|file| Some((file.path.as_str(), file.after?))).collect();
    for (path, blob) in &files {
        match role(path) {
            // What cannot be read is left to the walk, which may have no need of it.
            Role::Document(_) => {
                if let Ok(bytes) = repository.blob(*blob) {
                    let document = Document::parse(&bytes).ok();
                    // It is kept with the document.
                    document.as_ref().map(Document::digest);
                    documents.push((*blob, document));
                }
            }
            Role::Change { .. } | Role::Decision { .. } | Role::Release { .. } => {
                if let Some(armour) = files.get(format!("{path}.sig").as_str())
                    && let (Ok(record), Ok(signature)) = (repository.blob(*blob), repository.blob(*armour))
                {
                    signed.push(((*blob, *armour), Signed::check(&record, &signature)));
                }
            }
            Role::Free | Role::Unknown | Role::Outside => {}
        }
    }
    Read { delta, documents, signed }
}
