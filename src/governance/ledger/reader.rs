//! Reading documents of a commit by blob. Digests are remembered, and the documents that were read last.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::document::{Digest, Document};
use crate::git::{GitError, ObjectId, Repository};
use crate::governance::signature::Signed;
use crate::registry::Kinds;

/// Reads blobs as documents and remembers their digests.
pub(super) struct Reader<'a> {
    pub(super) repository: &'a Repository,
    digests: RefCell<BTreeMap<ObjectId, Option<Digest>>>,
    recent: RefCell<Recent>,
    signed: RefCell<BTreeMap<(ObjectId, ObjectId), Rc<Signed>>>,
    pub(super) foundations: RefCell<Foundations>,
}

/// What definitions rest on, under some kinds, by path and blob.
#[derive(Default)]
pub(super) struct Foundations {
    pub(super) kinds: Option<Arc<Kinds>>,
    pub(super) of: BTreeMap<(String, ObjectId), Arc<BTreeSet<String>>>,
}

/// A document; none of a blob that does not parse.
type Read = Option<Document>;

/// The documents that were asked for last: what one change made is what the next one starts from.
#[derive(Default)]
struct Recent {
    newer: BTreeMap<ObjectId, Read>,
    older: BTreeMap<ObjectId, Read>,
}

impl Recent {
    /// Beyond so many the older ones are forgotten.
    const MANY: usize = 512;

    fn get(&mut self, blob: ObjectId) -> Option<Read> {
        if let Some(known) = self.newer.get(&blob) {
            return Some(known.clone());
        }
        let known = self.older.remove(&blob)?;
        self.put(blob, known.clone());
        Some(known)
    }

    fn put(&mut self, blob: ObjectId, document: Read) {
        if self.newer.len() >= Recent::MANY {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(blob, document);
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(repository: &'a Repository) -> Reader<'a> {
        Reader {
            repository,
            digests: RefCell::default(),
            recent: RefCell::default(),
            signed: RefCell::default(),
            foundations: RefCell::default(),
        }
    }

    /// The document of a blob; none if it does not parse.
    pub(super) fn document(&self, blob: ObjectId) -> Result<Option<Document>, GitError> {
        if let Some(known) = self.recent.borrow_mut().get(blob) {
            return Ok(known);
        }
        let document = Document::parse(&self.repository.blob(blob)?).ok();
        self.recent.borrow_mut().put(blob, document.clone());
        Ok(document)
    }

    /// A record with its signature, which is checked once.
    pub(super) fn signed(&self, record: ObjectId, armour: ObjectId) -> Result<Rc<Signed>, GitError> {
        if let Some(known) = self.signed.borrow().get(&(record, armour)) {
            return Ok(Rc::clone(known));
        }
        let signed = Signed::check(&self.repository.blob(record)?, &self.repository.blob(armour)?);
        let signed = Rc::new(signed);
        self.signed.borrow_mut().insert((record, armour), Rc::clone(&signed));
        Ok(signed)
    }

    /// Remembers the document of a blob, which was read by other ways; none if it does not parse.
    pub(super) fn remember(&self, blob: ObjectId, document: Option<Document>) {
        self.digests.borrow_mut().insert(blob, document.as_ref().map(Document::digest));
        self.recent.borrow_mut().put(blob, document);
    }

    /// Remembers a record with its signature, which were read by other ways.
    pub(super) fn remember_signed(&self, blobs: (ObjectId, ObjectId), signed: Signed) {
        self.signed.borrow_mut().insert(blobs, Rc::new(signed));
    }

    /// The digest of a blob's document; none if it does not parse.
    pub(super) fn digest(&self, blob: ObjectId) -> Result<Option<Digest>, GitError> {
        if let Some(known) = self.digests.borrow().get(&blob) {
            return Ok(*known);
        }
        let digest = self.document(blob)?.map(|document| document.digest());
        self.digests.borrow_mut().insert(blob, digest);
        Ok(digest)
    }
}
