//! Proposing: what was edited becomes rows, versions rise as the rows demand, and the record is signed and committed.

use std::collections::{BTreeMap, BTreeSet};

use super::check::check_registry;
use super::diff::{Comparison, compare_change};
use super::status::{Standing, standing_of};
use super::workspace::{Workspace, quoted};
use super::{Failure, init, land};
use crate::check::Checked;
use crate::compare::{next_version, required_impact, version_of, version_pointer};
use crate::document::Document;
use crate::finding::{Finding, any_error, rules};
use crate::git::ObjectId;
use crate::git::write::Edits;
use crate::governance::guard;
use crate::governance::ledger::{Ledger, Replay};
use crate::governance::people::{People, Person};
use crate::governance::records::{Change, NewChange, Row, VersionStep};
use crate::governance::signature::{PublicKey, SigningKey};
use crate::registry::Registry;
use crate::registry::layout::{Role, change_branch, change_path, document_role, person_path, role};

/// What to say in the proposal.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// What it does, in a line. Taken from the open proposal of the branch if there is one.
    pub title: Option<String>,
    /// Why. Taken from the open proposal likewise.
    pub why: Option<String>,
    /// The sort of reason; `conceptual` if nothing is said.
    pub reason: Option<String>,
    /// A settled change whose documents go back to what they were before it.
    pub revert: Option<String>,
    /// Settled changes to confirm, since a key that made them settle was somebody else's.
    pub ratifies: Vec<String>,
}

/// What proposing gave.
pub enum Proposed {
    /// Nothing differs from the accepted documents.
    Nothing,
    /// What was edited is faulty; nothing was written.
    Faulty(Box<Checked>),
    /// A proposal was committed.
    Done(Box<Proposal>),
}

impl Proposed {
    /// Whether there is nothing to mend: no error, and no row that the policy lets nobody approve.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        match self {
            Proposed::Nothing => true,
            Proposed::Faulty(_) => false,
            Proposed::Done(proposal) => proposal.standing.verdict.rows.iter().all(|row| row.denied.is_none()),
        }
    }
}

/// A committed proposal.
pub struct Proposal {
    /// The record.
    pub change: Change,
    /// The branch it is on.
    pub branch: String,
    /// Whether it takes the place of an earlier text of the same proposal.
    pub renewed: bool,
    /// What it does to the accepted documents.
    pub comparison: Comparison,
    /// How it stands: what is missing, and who may give it.
    pub standing: Standing,
    /// Documents on the main branch that were never accepted and are not part of this proposal.
    pub left_out: Vec<String>,
}

/// Proposes what the work tree holds.
///
/// # Errors
/// The wrong place, key or branch; files or objects that cannot be written.
pub fn propose(workspace: &Workspace, wishes: &Wishes, key: &SigningKey) -> Result<Proposed, Failure> {
    let (branch, head) = workspace.head_branch()?;
    let main = workspace.main_branch()?;
    let tip = workspace.main_tip()?;
    require_up_to_date(workspace, &branch, &main, head, tip)?;
    let replay = workspace.replay_main()?;
    let ledger = &replay.ledger;
    let proposer = person_of(ledger, &key.public)?.id.clone();
    let committed: BTreeMap<String, Vec<u8>> = workspace.files_at(head)?.0.into_iter().collect();
    let own = own_open_change(&replay, &committed)?;
    let (files, mut findings) = workspace.work_tree_files()?;
    let mut files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
    let mut replaced: Vec<(String, Option<Vec<u8>>)> = Vec::new();
    if let Some(id) = &wishes.revert {
        for (path, bytes) in reverted(workspace, ledger, id)? {
            let edited = files.insert(path.clone(), bytes);
            replaced.push((path, edited));
        }
    }
    let (registry, more) = Registry::load(files.clone());
    findings.extend(more);
    findings.extend(deleted(ledger, &files));
    if any_error(&findings) {
        return Ok(Proposed::Faulty(Box::new(Checked::stopped(registry, findings))));
    }
    let (paths, left_out) = differing(&replay, &registry, &files, workspace)?;
    let ratifies = ratified(ledger, wishes, own.as_ref())?;
    if paths.is_empty() && ratifies.is_empty() {
        return Ok(Proposed::Nothing);
    }
    let registry = match check_registry(registry, findings, workspace.now).into_checked() {
        Ok(checked) => checked.into_registry(),
        Err(checked) => return Ok(Proposed::Faulty(checked)),
    };
    let lost = lost_people(ledger, &registry, &paths);
    if any_error(&lost) {
        return Ok(Proposed::Faulty(Box::new(Checked::stopped(registry, lost))));
    }
    let mut rows = Vec::new();
    for path in &paths {
        if let Some((row, bytes)) = propose_row(workspace, ledger, &registry, path)? {
            files.insert(path.clone(), bytes);
            rows.push(row);
        }
    }
    // What stands there may be what an earlier run wrote before it was killed.
    let is_lost = |(path, edited): &&(String, Option<Vec<u8>>)| {
        edited.as_ref() != committed.get(path) && edited.as_ref() != files.get(path)
    };
    if let Some((path, _)) = replaced.iter().find(is_lost) {
        return Err(Failure::refused(
            format!("{path} has edits that are not committed, and going back would lose them"),
            format!("Type `git restore {path}` to drop them, or `git stash` to keep them for later."),
        ));
    }
    let change = record(workspace, ledger, wishes, own.as_ref(), &proposer, (rows, ratifies), &committed)?;
    let path = change_path(&change.id);
    let bytes = change.bytes();
    let mut edits = edits(workspace, &committed, &files);
    if edits.is_empty() && committed.get(&path) == Some(&bytes) {
        return Ok(Proposed::Nothing);
    }
    let signature = key.sign(&bytes)?;
    edits.insert(workspace.in_repository(&path), Some(bytes));
    edits.insert(workspace.in_repository(&format!("{path}.sig")), Some(signature));
    let message = format!("Propose: {}\n\n{}\n\nChange: {}\n", change.title, change.why, change.id);
    let branch = if branch == main {
        let fresh = change_branch(&change.id);
        land::commit_on_new_branch(workspace, &fresh, head, &edits, &message)?;
        fresh
    } else {
        land::commit(workspace, &branch, Some(head), &edits, &message)?;
        branch
    };
    let head = workspace.head_commit()?;
    let comparison = compare_change(workspace, ledger, &change, head)?;
    let standing = standing_of(workspace, &replay, head, &change.id)?;
    let renewed = own.is_some();
    Ok(Proposed::Done(Box::new(Proposal { change, branch, renewed, comparison, standing, left_out })))
}

/// What brings the governed documents of the branch to those of the work tree, the ones taken back included.
fn edits(workspace: &Workspace, committed: &BTreeMap<String, Vec<u8>>, files: &BTreeMap<String, Vec<u8>>) -> Edits {
    let paths: BTreeSet<&String> = committed.keys().chain(files.keys()).collect();
    let differs = |path: &&String| document_role(path).is_some() && committed.get(*path) != files.get(*path);
    let changed = paths.into_iter().filter(differs);
    changed.map(|path| (workspace.in_repository(path), files.get(path).cloned())).collect()
}

/// The person whom a key speaks for, among the accepted people.
///
/// # Errors
/// The key is nobody's, or counts no more.
pub fn person_of<'a>(ledger: &'a Ledger, key: &PublicKey) -> Result<&'a Person, Failure> {
    let fingerprint = key.fingerprint();
    match ledger.people.owner_of(key) {
        Some(person) if person.speaks_with(key) => Ok(person),
        Some(person) => Err(Failure::refused(
            format!("the key {fingerprint} of `{}` counts no more", person.id),
            "Sign with an active key: `--key FILE`.",
        )),
        None => Err(Failure::refused(
            format!("the key {fingerprint} belongs to nobody in this registry"),
            format!("Sign with the key that {} names, or propose a change that adds yours there.", person_path("ID")),
        )),
    }
}

fn require_up_to_date(
    workspace: &Workspace,
    branch: &str,
    main: &str,
    head: ObjectId,
    tip: ObjectId,
) -> Result<(), Failure> {
    if workspace.repository.contains(head, tip)? {
        return Ok(());
    }
    Err(Failure::refused(
        format!(
            "`{branch}` does not contain the newest commit of `{main}`, so the proposal could undo what landed there"
        ),
        format!("Type `git merge {0}` (or `git rebase {0}`), then `canon propose` again.", quoted(main)),
    ))
}

/// The change that this branch proposes already: in `HEAD` and not on the main branch.
fn own_open_change(replay: &Replay, committed: &BTreeMap<String, Vec<u8>>) -> Result<Option<Change>, Failure> {
    let mut own = Vec::new();
    for (path, bytes) in committed {
        if let Role::Change { signature: false, .. } = role(path)
            && !replay.files().contains_key(path)
            && let Some(change) = Document::parse(bytes).ok().and_then(|document| Change::read(&document).ok())
        {
            own.push(change);
        }
    }
    if own.len() > 1 {
        let ids: Vec<&str> = own.iter().map(|change| change.id.as_str()).collect();
        return Err(Failure::refused(
            format!("this branch holds several proposals: {}", ids.join(", ")),
            "Propose each on a branch of its own.",
        ));
    }
    Ok(own.pop())
}

/// Accepted documents that are not in the work tree. Nothing governed is ever deleted.
fn deleted(ledger: &Ledger, files: &BTreeMap<String, Vec<u8>>) -> Vec<Finding> {
    let gone = ledger.accepted.keys().filter(|path| !files.contains_key(*path));
    gone.map(|path| {
        Finding::on_file(
            &rules::DOCUMENT_DELETED,
            path,
            "this document was accepted and is gone; nothing governed is ever deleted",
        )
        .hint(format!("Type `git restore {path}`; to end a definition, set its status to `retired`."))
    })
    .collect()
}

/// The changes that a proposal confirms: those that are wished, those that an open proposal names, and one that it takes
/// back and that must be confirmed.
fn ratified(ledger: &Ledger, wishes: &Wishes, own: Option<&Change>) -> Result<Vec<String>, Failure> {
    if let Some(unknown) = wishes.ratifies.iter().find(|id| !ledger.settled.contains_key(*id)) {
        let hint = match ledger.tainted.keys().next() {
            Some(id) => format!("`canon verify` lists those to confirm, such as {id}."),
            None => "Nothing has to be confirmed; `canon log` lists what has landed.".to_owned(),
        };
        return Err(Failure::refused(format!("no change `{unknown}` has landed"), hint));
    }
    if let Some(sound) = wishes.ratifies.iter().find(|id| !ledger.tainted.contains_key(*id)) {
        return Err(Failure::refused(
            format!("`{sound}` does not have to be confirmed"),
            "Only what `canon verify` finds to be tainted is; to take a change back, type `canon propose --revert ID`.",
        ));
    }
    let reverted = wishes.revert.iter().filter(|id| ledger.tainted.contains_key(*id));
    let known = own.into_iter().flat_map(|change| &change.ratifies);
    let all: BTreeSet<&String> = wishes.ratifies.iter().chain(reverted).chain(known).collect();
    Ok(all.into_iter().cloned().collect())
}

/// What the people at these paths lose, which no approval could ever settle.
fn lost_people(ledger: &Ledger, registry: &Registry, paths: &[String]) -> Vec<Finding> {
    let people = People::load(registry.documents().map(|(path, document)| (path, document.value())));
    let lost = people.map_or_else(|findings| findings, |people| guard::lost(&ledger.people, &people));
    lost.into_iter().filter(|finding| paths.contains(&finding.path)).collect()
}

/// Paths that differ from the accepted documents: those edited here, or, if none is, those that the main branch holds
/// without approval. Beside them, the latter where they are left out.
fn differing(
    replay: &Replay,
    registry: &Registry,
    files: &BTreeMap<String, Vec<u8>>,
    workspace: &Workspace,
) -> Result<(Vec<String>, Vec<String>), Failure> {
    let (mut edited, mut drifted) = (Vec::new(), Vec::new());
    for (path, document) in registry.documents() {
        if replay.ledger.current(path).map(|step| step.digest) == Some(document.digest()) {
            continue;
        }
        let on_main = match replay.files().get(path) {
            Some(blob) => Some(workspace.repository.blob(*blob)?),
            None => None,
        };
        match on_main.as_ref() == files.get(path) {
            true => drifted.push(path.to_owned()),
            false => edited.push(path.to_owned()),
        }
    }
    if edited.is_empty() { Ok((drifted, Vec::new())) } else { Ok((edited, drifted)) }
}

/// One document's row, and its bytes with the version that the row demands.
fn propose_row(
    workspace: &Workspace,
    ledger: &Ledger,
    registry: &Registry,
    path: &str,
) -> Result<Option<(Row, Vec<u8>)>, Failure> {
    let Some(document) = registry.document(path) else { return Ok(None) };
    let current = ledger.current(path);
    let before = match current {
        Some(step) => Document::parse(&workspace.repository.blob(step.blob)?).ok().map(|old| old.value().clone()),
        None => None,
    };
    let mut value = document.value().clone();
    let kinds: Vec<_> =
        [&*ledger.kinds, registry.kinds()].into_iter().filter_map(|kinds| kinds.of_path(path)).collect();
    let impact = required_impact(path, before.as_ref(), &value, &kinds);
    let old = current.and_then(|step| step.version.clone());
    if let Some(old) = &old {
        value.set(version_pointer(path).trim_start_matches('/'), next_version(old, impact).to_string());
    }
    let Some(version) = version_of(path, &value) else {
        let hint = "Give it a version such as \"1.0.0\".";
        return Err(Failure::refused(format!("{path} has no version of the form 1.2.3"), hint));
    };
    let bytes = registry.stored_form(path, &value);
    let row = Row {
        path: path.to_owned(),
        from: current.map(|step| step.digest),
        to: crate::document::Digest::of_value(&value),
        version: VersionStep { from: old, to: version },
        impact,
    };
    Ok(Some((row, bytes)))
}

fn record(
    workspace: &Workspace,
    ledger: &Ledger,
    wishes: &Wishes,
    own: Option<&Change>,
    proposer: &str,
    (rows, ratifies): (Vec<Row>, Vec<String>),
    committed: &BTreeMap<String, Vec<u8>>,
) -> Result<Change, Failure> {
    let said = |wish: &Option<String>, known: fn(&Change) -> &String| {
        wish.clone().or_else(|| own.map(|change| known(change).clone())).filter(|text| !text.trim().is_empty())
    };
    let (Some(title), Some(why)) =
        (said(&wishes.title, |change| &change.title), said(&wishes.why, |change| &change.why))
    else {
        return Err(Failure::refused(
            "a proposal says what it does and why",
            "Type `canon propose --title \"Raise the MQL threshold\" --why \"Sales rejects half of them\"`.",
        ));
    };
    if title.chars().any(char::is_control) {
        return Err(Failure::refused("the title is not one line", "Put the rest into `--why`."));
    }
    let id = match own {
        Some(change) => change.id.clone(),
        None => fresh_id(workspace, ledger, &title, committed)?,
    };
    Ok(Change::new(NewChange {
        registry: ledger.trust,
        id,
        after: ledger.newest_settled(),
        title,
        why,
        reason: said(&wishes.reason, |change| &change.reason).unwrap_or_else(|| "conceptual".to_owned()),
        proposer: proposer.to_owned(),
        opened: own.map_or_else(|| workspace.now.instant(), |change| change.opened.clone()),
        ratifies,
        rows,
    }))
}

/// The day and a slug of the title, with a number where that is taken.
fn fresh_id(
    workspace: &Workspace,
    ledger: &Ledger,
    title: &str,
    committed: &BTreeMap<String, Vec<u8>>,
) -> Result<String, Failure> {
    let Some(slug) = init::slug(title) else {
        return Err(Failure::refused(
            "the title has no letter or digit from which to make the change's id",
            "Put a few words of plain English into `--title`.",
        ));
    };
    let branches: BTreeSet<String> = workspace.repository.branches()?.into_iter().map(|(name, _)| name).collect();
    let base = format!("{}-{slug}", workspace.now.day());
    let free = |id: &str| {
        let path = change_path(id);
        !ledger.settled.contains_key(id)
            && !ledger.records.contains_key(&path)
            && !committed.contains_key(&path)
            && !branches.contains(&change_branch(id))
    };
    let mut id = base.clone();
    let mut number = 2;
    while !free(&id) {
        id = format!("{base}-{number}");
        number += 1;
    }
    Ok(id)
}

/// The documents of a settled change as they were before it.
fn reverted(workspace: &Workspace, ledger: &Ledger, id: &str) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let Some(settled) = ledger.settled.get(id) else {
        return Err(Failure::refused(
            format!("no settled change is named `{id}`"),
            "Type `canon log` to see the settled changes.",
        ));
    };
    let mut files = BTreeMap::new();
    for row in &settled.change.rows {
        if ledger.current(&row.path).map(|step| step.digest) != Some(row.to) {
            return Err(Failure::refused(
                format!("{} has changed again since `{id}`", row.path),
                "Revert the later change first, or edit the document and propose that.",
            ));
        }
        let steps = ledger.accepted.get(&row.path).map(Vec::as_slice).unwrap_or_default();
        let Some(before) = steps.iter().rev().nth(1) else {
            return Err(Failure::refused(
                format!("`{id}` added {}, and nothing governed is ever deleted", row.path),
                "Set its status to `retired` and propose that.",
            ));
        };
        files.insert(row.path.clone(), workspace.repository.blob(before.blob)?);
    }
    Ok(files)
}
