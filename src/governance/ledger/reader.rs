//! Reading documents of a commit by blob, with digests remembered.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::document::{Digest, Document};
use crate::git::{GitError, ObjectId, Repository};

/// Reads blobs as documents and remembers their digests.
pub(super) struct Reader<'a> {
    pub(super) repository: &'a Repository,
    digests: RefCell<BTreeMap<ObjectId, Option<Digest>>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(repository: &'a Repository) -> Reader<'a> {
        Reader { repository, digests: RefCell::default() }
    }

    /// The document of a blob; none if it does not parse.
    pub(super) fn document(&self, blob: ObjectId) -> Result<Option<Document>, GitError> {
        Ok(Document::parse(&self.repository.blob(blob)?).ok())
    }

    /// Remembers the digest of a blob's document, which was read by other ways.
    pub(super) fn remember(&self, blob: ObjectId, digest: Digest) {
        self.digests.borrow_mut().insert(blob, Some(digest));
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
