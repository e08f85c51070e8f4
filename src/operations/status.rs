//! How a change stands: judged as if its branch landed on the main branch now.

use std::collections::BTreeSet;

use super::Failure;
use super::workspace::Workspace;
use crate::document::{Digest, Document};
use crate::finding::{Finding, rules};
use crate::git::ObjectId;
use crate::git::objects::Commit;
use crate::governance::decide::Verdict;
use crate::governance::ledger::{Ledger, Open, Replay};
use crate::governance::records::{Change, Decision};
use crate::registry::layout::change_path;

/// Where a change has got to.
#[derive(Clone, Debug)]
pub enum State {
    /// It has settled on the main branch.
    Settled,
    /// Everything is there; it settles when the branch lands.
    Ready,
    /// Something is missing.
    Waiting,
    /// The branch conflicts with the main branch.
    Conflict,
}

/// How a change stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// The branch that holds it, if it is not on the main branch.
    pub branch: Option<String>,
    /// The record, if it can be read.
    pub change: Option<Change>,
    /// Where it has got to.
    pub state: State,
    /// What stands in the way or does not count.
    pub findings: Vec<Finding>,
    /// What the policy says.
    pub verdict: Verdict,
    /// The decisions that count, with the fingerprint of the key.
    pub decisions: Vec<(Decision, String)>,
    /// What moved since decisions were given that do not count any more.
    pub outdated: Vec<Outdated>,
}

/// A decision on an earlier text of a proposal.
#[derive(Clone, Debug)]
pub struct Outdated {
    /// The path of the decision.
    pub path: String,
    /// Who decided.
    pub person: String,
    /// The digest of the proposal that was decided on.
    pub given_on: Digest,
    /// The digest of the proposal now.
    pub now: Digest,
    /// The documents of the proposal that are others by now, as they were and as they are; none if this history does not
    /// hold the text that was decided on.
    pub documents: Option<Vec<Moved>>,
}

/// A document that is another one by now.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Its path.
    pub path: String,
    /// The text then; empty if it was not there.
    pub before: String,
    /// The text now; empty if it is not there.
    pub after: String,
}

fn owned<'d>(decisions: impl Iterator<Item = (&'d Decision, &'d str)>) -> Vec<(Decision, String)> {
    decisions.map(|(decision, key)| (decision.clone(), key.to_owned())).collect()
}

/// Every open change of `HEAD` and of the local branches; or the one with this id, open or settled.
///
/// # Errors
/// The ledger cannot be made, or no change has this id.
pub fn status(workspace: &Workspace, id: Option<&str>) -> Result<Vec<Standing>, Failure> {
    let replay = workspace.replay_main()?;
    if let Some(settled) = id.and_then(|id| replay.ledger.settled.get(id)) {
        return Ok(vec![Standing {
            id: settled.change.id.clone(),
            branch: None,
            change: Some(settled.change.clone()),
            state: State::Settled,
            findings: Vec::new(),
            verdict: settled.verdict.clone(),
            decisions: owned(settled.decisions()),
            outdated: Vec::new(),
        }]);
    }
    let standings = open_standings(workspace, &replay, id)?;
    match id {
        Some(id) if standings.is_empty() => Err(unknown_change(&replay.ledger, id)),
        _ => Ok(standings),
    }
}

/// Every open change of `HEAD` and of the local branches, or the one with this id.
///
/// # Errors
/// An object is missing.
pub fn open_standings(workspace: &Workspace, replay: &Replay, id: Option<&str>) -> Result<Vec<Standing>, Failure> {
    let mut standings: Vec<Standing> = Vec::new();
    for (branch, commit) in places(workspace)? {
        let mut changes = open_changes(workspace, replay, commit)?;
        let seen = |change: &String| standings.iter().any(|standing| standing.id == *change);
        changes.retain(|change| !seen(change) && id.is_none_or(|id| id == change));
        if changes.is_empty() {
            continue;
        }
        let landed = landed(workspace, replay, commit)?;
        for change in changes {
            let standing = standing_in(workspace, landed.as_ref(), commit, &change)?;
            let outdated = outdated(workspace, commit, &standing)?;
            standings.push(Standing { branch: branch.clone(), outdated, ..standing });
        }
    }
    Ok(standings)
}

/// How the change of this id stands if `commit` landed on the main branch now.
///
/// # Errors
/// An object is missing.
pub fn standing_of(workspace: &Workspace, replay: &Replay, commit: ObjectId, id: &str) -> Result<Standing, Failure> {
    standing_in(workspace, landed(workspace, replay, commit)?.as_ref(), commit, id)
}

/// How the change of this id stands in the main branch as it would be with `commit`; none where they conflict.
fn standing_in(
    workspace: &Workspace,
    landed: Option<&Replay>,
    commit: ObjectId,
    id: &str,
) -> Result<Standing, Failure> {
    let standing = |state, open: Option<&Open>| Standing {
        id: id.to_owned(),
        branch: None,
        change: open.and_then(|open| open.change.clone()),
        state,
        findings: open.map_or_else(Vec::new, |open| open.findings.clone()),
        verdict: open.map_or_else(Verdict::default, |open| open.verdict.clone()),
        decisions: open.map_or_else(Vec::new, |open| owned(open.decisions())),
        outdated: Vec::new(),
    };
    let Some(landed) = landed else {
        let mut conflict = standing(State::Conflict, None);
        conflict.change = read_change(workspace, commit, id)?;
        return Ok(conflict);
    };
    if let Some(settled) = landed.ledger.settled.get(id) {
        let mut ready = standing(State::Ready, None);
        (ready.change, ready.verdict) = (Some(settled.change.clone()), settled.verdict.clone());
        ready.decisions = owned(settled.decisions());
        return Ok(ready);
    }
    Ok(standing(State::Waiting, landed.ledger.open.get(id)))
}

/// Decisions that do not count since the proposal is another one by now, with what moved.
fn outdated(workspace: &Workspace, commit: ObjectId, standing: &Standing) -> Result<Vec<Outdated>, Failure> {
    let void = standing.findings.iter().filter(|finding| finding.rule.code == rules::APPROVAL_VOID.code);
    let mut found = Vec::new();
    let record = change_path(&standing.id);
    let Some(now) = document_at(workspace, commit, &record)?.map(|document| document.digest()) else {
        return Ok(found);
    };
    for finding in void {
        let document = document_at(workspace, commit, &finding.path)?;
        let decision = document.and_then(|document| Decision::read(&document).ok());
        let Some(decision) = decision.filter(|decision| decision.proposal != now) else { continue };
        let then = commit_with(workspace, commit, &record, decision.proposal)?;
        let documents = then.map(|then| moved(workspace, then, commit, &record)).transpose()?;
        let (path, person) = (finding.path.clone(), decision.person);
        found.push(Outdated { path, person, given_on: decision.proposal, now, documents });
    }
    Ok(found)
}

/// The newest commit, from this one back, whose record of the change has a digest.
fn commit_with(
    workspace: &Workspace,
    from: ObjectId,
    record: &str,
    digest: Digest,
) -> Result<Option<ObjectId>, Failure> {
    const FARTHEST: usize = 1_000;
    let mut at = Some(from);
    for _ in 0..FARTHEST {
        let Some(commit) = at else { break };
        match document_at(workspace, commit, record)? {
            Some(document) if document.digest() == digest => return Ok(Some(commit)),
            Some(_) => at = workspace.repository.commit(commit)?.parents.first().copied(),
            // Before it was proposed there is no text of it.
            None => break,
        }
    }
    Ok(None)
}

/// The documents that a change names, then or now, and that are not the same at both commits.
fn moved(workspace: &Workspace, then: ObjectId, now: ObjectId, record: &str) -> Result<Vec<Moved>, Failure> {
    let mut paths: BTreeSet<String> = BTreeSet::new();
    for commit in [then, now] {
        let change = document_at(workspace, commit, record)?.and_then(|document| Change::read(&document).ok());
        paths.extend(change.into_iter().flat_map(|change| change.rows).map(|row| row.path));
    }
    let mut moved = Vec::new();
    for path in paths.into_iter().chain([record.to_owned()]) {
        let text = |commit| Ok::<_, Failure>(text_at(workspace, commit, &path)?.unwrap_or_default());
        let (before, after) = (text(then)?, text(now)?);
        if before != after {
            moved.push(Moved { path, before, after });
        }
    }
    Ok(moved)
}

fn text_at(workspace: &Workspace, commit: ObjectId, path: &str) -> Result<Option<String>, Failure> {
    let tree = workspace.repository.commit(commit)?.tree;
    let Some(blob) = workspace.repository.file(tree, &workspace.in_repository(path))? else { return Ok(None) };
    Ok(Some(String::from_utf8_lossy(&workspace.repository.blob(blob)?).into_owned()))
}

fn document_at(workspace: &Workspace, commit: ObjectId, path: &str) -> Result<Option<Document>, Failure> {
    Ok(text_at(workspace, commit, path)?.and_then(|text| Document::parse(text.as_bytes()).ok()))
}

/// The refusal that no change has this id.
#[must_use]
pub fn unknown_change(ledger: &Ledger, id: &str) -> Failure {
    let known = ledger.settled.keys().chain(ledger.open.keys()).map(String::as_str);
    let hint = match crate::finding::nearest(id, known) {
        Some(near) => {
            format!("Did you mean `{near}`? `canon status` lists the open changes, `canon log` the settled ones.")
        }
        None => "Type `canon status` to see the open changes, `canon log` to see the settled ones.".to_owned(),
    };
    Failure::refused(format!("no change is named `{id}`, neither here nor on a local branch"), hint)
}

/// The record of a change at a commit, if it is there and readable.
///
/// # Errors
/// An object is missing.
pub fn read_change(workspace: &Workspace, commit: ObjectId, id: &str) -> Result<Option<Change>, Failure> {
    let document = document_at(workspace, commit, &change_path(id))?;
    Ok(document.and_then(|document| Change::read(&document).ok()))
}

/// `HEAD` first, then the local branches.
fn places(workspace: &Workspace) -> Result<Vec<(Option<String>, ObjectId)>, Failure> {
    let head = workspace.repository.head()?;
    let current = head.branch().map(str::to_owned);
    let mut places: Vec<(Option<String>, ObjectId)> =
        head.commit().map(|commit| (current.clone(), commit)).into_iter().collect();
    let branches = workspace.repository.branches()?.into_iter();
    places.extend(branches.map(|(name, commit)| (Some(name), commit)).filter(|(name, _)| *name != current));
    Ok(places)
}

/// Ids of the changes that a commit holds and the main branch has not settled.
///
/// # Errors
/// An object is missing.
pub fn open_changes(workspace: &Workspace, replay: &Replay, commit: ObjectId) -> Result<Vec<String>, Failure> {
    let tree = workspace.repository.commit(commit)?.tree;
    let folder = workspace.in_repository("registry/changes");
    let Some(months) = workspace.repository.subtree(tree, &folder)? else { return Ok(Vec::new()) };
    let mut ids = Vec::new();
    for month in workspace.repository.tree(months)?.entries.into_iter().filter(|entry| entry.folder) {
        for change in workspace.repository.tree(month.id)?.entries.into_iter().filter(|entry| entry.folder) {
            let known = replay.ledger.settled.contains_key(&change.name)
                || replay.ledger.records.contains_key(&change_path(&change.name));
            if !known {
                ids.push(change.name);
            }
        }
    }
    Ok(ids)
}

/// The main branch as it would be if `commit` landed now; none if the two conflict.
fn landed(workspace: &Workspace, replay: &Replay, commit: ObjectId) -> Result<Option<Replay>, Failure> {
    let Some(preview) = landed_commit(workspace, commit)? else { return Ok(None) };
    let mut landed = replay.clone();
    workspace.as_if_landed(&mut landed, &preview)?;
    Ok(Some(landed))
}

/// A commit as the main branch would hold it: merged with the main branch where it lags behind; none on conflict.
fn landed_commit(workspace: &Workspace, commit: ObjectId) -> Result<Option<Commit>, Failure> {
    let repository = &workspace.repository;
    let tip = workspace.main_tip()?;
    let mut landed = repository.commit(commit)?;
    if !repository.contains(commit, tip)? {
        match repository.merged_tree(tip, commit)? {
            Some(tree) => landed.tree = tree,
            None => return Ok(None),
        }
    }
    Ok(Some(landed))
}
