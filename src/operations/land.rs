//! Putting files onto a branch: objects first, then the work tree and the index, then the branch.
//!
//! The branch moves last: a command that is killed leaves files that are not committed yet, which the next run writes
//! again, and never a branch whose files the index would drop.

use super::Failure;
use super::workspace::Workspace;
use crate::git::ObjectId;
use crate::git::land::Landing;
use crate::git::write::{Author, Edits};

/// Commits edits on the branch that `HEAD` is on, on top of the tip that was `seen` when they were made, and brings the
/// work tree and the index up to it. Whatever else is staged or edited stays as it is.
///
/// # Errors
/// Objects or files cannot be written, or somebody moved the branch since it was seen.
pub fn commit(
    workspace: &Workspace,
    branch: &str,
    seen: Option<ObjectId>,
    edits: &Edits,
    message: &str,
) -> Result<ObjectId, Failure> {
    let commit = write(workspace, seen, edits, &workspace.author()?, message)?;
    workspace.repository.land(&Landing { branch, from: seen, to: commit, is_new: false, edits })?;
    Ok(commit)
}

/// Commits edits on a new branch that starts at `from`, and makes `HEAD` that branch.
///
/// # Errors
/// As [`commit`]; the branch exists already.
pub fn commit_on_new_branch(
    workspace: &Workspace,
    branch: &str,
    from: ObjectId,
    edits: &Edits,
    message: &str,
) -> Result<ObjectId, Failure> {
    let commit = write(workspace, Some(from), edits, &workspace.author()?, message)?;
    workspace.repository.land(&Landing { branch, from: Some(from), to: commit, is_new: true, edits })?;
    Ok(commit)
}

fn write(
    workspace: &Workspace,
    parent: Option<ObjectId>,
    edits: &Edits,
    author: &Author,
    message: &str,
) -> Result<ObjectId, Failure> {
    let base = match parent {
        Some(parent) => Some(workspace.repository.commit(parent)?.tree),
        None => None,
    };
    let tree = workspace.repository.write_tree(base, edits)?;
    let parents: Vec<ObjectId> = parent.into_iter().collect();
    Ok(workspace.repository.write_commit(tree, &parents, author, message)?)
}
