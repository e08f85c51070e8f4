//! How commits stand to each other, for commands that write. Proofs never rest on these.

use super::{GitError, ObjectId, Repository};

impl Repository {
    /// Whether a commit is the other or one of its ancestors.
    ///
    /// # Errors
    /// History is missing.
    pub fn contains(&self, descendant: ObjectId, ancestor: ObjectId) -> Result<bool, GitError> {
        Ok(descendant == ancestor || self.inner.graph_descendant_of(descendant.raw(), ancestor.raw())?)
    }

    /// The commit at which two histories parted; none where they have nothing in common.
    ///
    /// # Errors
    /// Objects are missing.
    pub fn merge_base(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, GitError> {
        match self.inner.merge_base(one.raw(), other.raw()) {
            Ok(commit) => Ok(Some(commit.into())),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The tree of merging one commit into another; none where they conflict.
    ///
    /// # Errors
    /// Objects are missing or cannot be written.
    pub fn merged_tree(&self, into: ObjectId, from: ObjectId) -> Result<Option<ObjectId>, GitError> {
        let (ours, theirs) = (self.inner.find_commit(into.raw())?, self.inner.find_commit(from.raw())?);
        let mut index = self.inner.merge_commits(&ours, &theirs, None)?;
        if index.has_conflicts() {
            return Ok(None);
        }
        Ok(Some(index.write_tree_to(&self.inner)?.into()))
    }
}
