//! Deciding on a change: a signed record, committed on the branch that holds the change.

use super::diff::{Comparison, compare_change};
use super::propose::person_of;
use super::status::{Standing, State, open_changes, read_change, standing_of, unknown_change};
use super::workspace::{Now, Workspace, quoted};
use super::{Failure, land};
use crate::document::Document;
use crate::finding::rules;
use crate::git::ObjectId;
use crate::git::write::Edits;
use crate::governance::ledger::Replay;
use crate::governance::records::{Change, Choice, Decision, Row};
use crate::governance::signature::SigningKey;
use crate::registry::layout::{change_path, decision_path};

/// A change as somebody reads it before deciding.
pub struct Brief {
    /// The record.
    pub change: Change,
    /// What it does to the accepted documents.
    pub comparison: Comparison,
    /// How it stands without this decision.
    pub standing: Standing,
    /// Id of the person who would decide.
    pub person: String,
    /// Whether that person's decision fills a slot.
    pub asked: bool,
    replay: Box<Replay>,
    branch: String,
    head: ObjectId,
}

/// What deciding gave.
pub enum Decided {
    /// The same decision on the same proposal stands already.
    Already,
    /// The decision was committed.
    Done(Box<Standing>),
}

/// Reads a change of the current branch for the holder of a key: the one of this id, or the only open one.
///
/// # Errors
/// The change is not here or has settled, the work tree is dirty, the key is nobody's, or the documents are not those
/// that the record names.
pub fn brief(workspace: &Workspace, id: Option<&str>, key: &SigningKey) -> Result<Brief, Failure> {
    let (branch, head) = workspace.head_branch()?;
    let replay = workspace.replay_main()?;
    let open = open_changes(workspace, &replay, head)?;
    let id = match (id, open.as_slice()) {
        (Some(id), _) => id,
        (None, [only]) => only,
        (None, []) => {
            return Err(Failure::refused(
                format!("no change is open on `{branch}`"),
                "Type `canon status` to see the open changes and their branches.",
            ));
        }
        (None, several) => {
            return Err(Failure::refused(
                format!("several changes are open on `{branch}`: {}", several.join(", ")),
                "Name the one you mean: `canon approve CHANGE`.",
            ));
        }
    };
    if replay.ledger.settled.contains_key(id) {
        return Err(Failure::refused(
            format!("`{id}` has settled already"),
            "To take it back, type `canon propose --revert ID --title ... --why ...`.",
        ));
    }
    let change = read_change(workspace, head, id)?;
    if change.is_none() {
        for (name, commit) in workspace.repository.branches()? {
            if read_change(workspace, commit, id)?.is_some() {
                let message = format!("the change `{id}` is on the branch `{name}`, and you are on `{branch}`");
                return Err(Failure::refused(
                    message,
                    format!("Type `git switch {}`, then this again.", quoted(&name)),
                ));
            }
        }
        // A record that is here and cannot be read is refused below, by what is wrong with it.
        if !open.iter().any(|open| open == id) {
            return Err(unknown_change(&replay.ledger, id));
        }
    }
    workspace.require_clean("what you would decide on")?;
    let person = person_of(&replay.ledger, &key.public)?.id.clone();
    let standing = standing_of(workspace, &replay, head, id)?;
    let fatal = [&rules::ROW_CONTENT, &rules::ROW_MOVED, &rules::CHANGE_INVALID];
    if let Some(finding) = standing.findings.iter().find(|finding| fatal.contains(&finding.rule)) {
        return Err(Failure::refused(
            format!("{}: {}", finding.path, finding.message),
            "Ask the proposer to type `canon propose` again on this branch.",
        ));
    }
    if matches!(standing.state, State::Conflict) {
        return Err(Failure::refused(
            format!("`{branch}` conflicts with the main branch, so what would land is not what stands here"),
            "Merge the main branch into it first, or rebase it.",
        ));
    }
    let Some(change) = change else { return Err(unknown_change(&replay.ledger, id)) };
    let comparison = compare_change(workspace, &replay.ledger, &change, head)?;
    // What is shown must be what the record names, whatever else was found or not found.
    let is_shown = |row: &Row| {
        let shown = comparison.rows.iter().find(|shown| shown.path == row.path);
        shown.is_some_and(|shown| shown.before == row.from && shown.after == Some(row.to))
    };
    if let Some(row) = change.rows.iter().find(|row| !is_shown(row)) {
        return Err(Failure::refused(
            format!("{} is not the document that the change record names", row.path),
            "Ask the proposer to type `canon propose` again on this branch.",
        ));
    }
    let asked = standing.verdict.rows.iter().flat_map(|row| &row.slots).any(|slot| slot.may.contains(&person));
    Ok(Brief { change, comparison, standing, person, asked, replay, branch, head })
}

/// Signs and commits a decision on a change that was read.
///
/// # Errors
/// The signature or the commit cannot be made.
pub fn decide(workspace: &Workspace, brief: &Brief, choice: Choice, key: &SigningKey) -> Result<Decided, Failure> {
    let id = &brief.change.id;
    let tree = workspace.repository.commit(brief.head)?.tree;
    let read = |path: &str| -> Result<Option<Vec<u8>>, Failure> {
        match workspace.repository.file(tree, &workspace.in_repository(path))? {
            Some(blob) => Ok(Some(workspace.repository.blob(blob)?)),
            None => Ok(None),
        }
    };
    let record = read(&change_path(id))?.unwrap_or_default();
    let proposal = Document::parse(&record).map(|document| document.digest()).map_err(|error| {
        Failure::refused(format!("{}: {error}", change_path(id)), "Ask the proposer to type `canon propose` again.")
    })?;
    let mut number = 1;
    let mut last: Option<Decision> = None;
    while let Some(bytes) = read(&decision_path(id, &brief.person, number))? {
        last = Document::parse(&bytes).ok().and_then(|document| Decision::read(&document).ok());
        number += 1;
    }
    let void = brief.standing.findings.iter().any(|finding| {
        finding.rule.code == rules::APPROVAL_VOID.code && finding.path == decision_path(id, &brief.person, number - 1)
    });
    if !void && last.as_ref().is_some_and(|last| last.decision == choice && last.proposal == proposal) {
        return Ok(Decided::Already);
    }
    // Each decision of a person says a later time than the one before; two in one second must, too.
    let earliest =
        last.and_then(|last| last.instant()).and_then(|time| time.checked_add(jiff::Span::new().seconds(1)).ok());
    let at = earliest.map_or(workspace.now, |earliest| Now(workspace.now.0.max(earliest)));
    let trust = brief.replay.ledger.trust;
    let decision = Decision::new(trust, id, proposal, &brief.person, choice, &at.instant());
    let bytes = decision.bytes();
    let signature = key.sign(&bytes)?;
    let path = decision_path(id, &brief.person, number);
    let edits = Edits::from([
        (workspace.in_repository(&path), Some(bytes)),
        (workspace.in_repository(&format!("{path}.sig")), Some(signature)),
    ]);
    let message = format!("{} {} {id}\n", brief.person, choice.done());
    let commit = land::commit(workspace, &brief.branch, Some(brief.head), &edits, &message)?;
    Ok(Decided::Done(Box::new(standing_of(workspace, &brief.replay, commit, id)?)))
}
