//! Deciding on a change: a signed record, committed on the branch that holds the change.

use std::collections::BTreeSet;

use super::diff::{Comparison, compare_change};
use super::propose::person_of;
use super::status::{Standing, State, open_changes, read_change, standing_of, unknown_change};
use super::workspace::{Now, Workspace, quoted};
use super::{Failure, land};
use crate::document::{Digest, Document};
use crate::finding::rules;
use crate::git::ObjectId;
use crate::git::write::Edits;
use crate::governance::decide::VerifiedDecision;
use crate::governance::heard::order;
use crate::governance::ledger::{Ledger, Replay};
use crate::governance::policy::Via;
use crate::governance::records::{Change, Choice, Decision, Row};
use crate::governance::signature::{Signed, SigningKey};
use crate::registry::layout::{Role, change_folder, change_path, decision_path, role};

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
    pub(super) replay: Box<Replay>,
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
    let who = |ledger: &Ledger| Ok(person_of(ledger, &key.public)?.id.clone());
    brief_for(workspace, workspace.replay_main()?, (id, "canon approve"), who)
}

/// As [`brief`], for the person whom `who` finds. `command` is what the user typed.
pub(super) fn brief_for(
    workspace: &Workspace,
    replay: Box<Replay>,
    (id, command): (Option<&str>, &str),
    who: impl FnOnce(&Ledger) -> Result<String, Failure>,
) -> Result<Brief, Failure> {
    let (branch, head) = workspace.head_branch()?;
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
                format!("Name the one you mean: `{command} CHANGE`."),
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
    let person = who(&replay.ledger)?;
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

/// What a person has decided on a change so far.
pub(super) struct Given {
    /// The digest of the proposal as it stands.
    pub(super) proposal: Digest,
    /// The decisions after which a new one has to come, by the time that they say.
    decisions: Vec<Decision>,
    /// The number of the next decision.
    next: u32,
}

impl Given {
    /// Reads the decisions of the person of a brief.
    pub(super) fn read(workspace: &Workspace, brief: &Brief) -> Result<Given, Failure> {
        let (id, ledger) = (&brief.change.id, &brief.replay.ledger);
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
        let folder = format!("{}/approvals", change_folder(id));
        let here = workspace.repository.subtree(tree, &workspace.in_repository(&folder))?;
        let here = here.map(|tree| workspace.repository.tree(tree)).transpose()?.unwrap_or_default();
        let here = here.entries.into_iter().map(|entry| format!("{folder}/{}", entry.name));
        let landed = ledger.records.range(format!("{folder}/")..).map(|(path, _)| path.clone());
        let landed = landed.take_while(|path| path.starts_with(&format!("{folder}/")));
        let (mut taken, mut decisions) = (BTreeSet::new(), Vec::new());
        for path in here.chain(landed).collect::<BTreeSet<String>>() {
            let Role::Decision { person, number, signature: false, .. } = role(&path) else { continue };
            if person != brief.person {
                continue;
            }
            taken.insert(number);
            let (Some(bytes), Some(armour)) = (read(&path)?, read(&format!("{path}.sig"))?) else { continue };
            let signed = Signed::check(&bytes, &armour);
            // What proves nothing, or was passed over, has no say.
            let made = VerifiedDecision::made(&signed, &brief.person, id, ledger.trust, &ledger.people);
            let made = made.ok().filter(|made| !ledger.passes_over(&path, made.decision(), made.key()));
            decisions.extend(made.map(|made| made.decision().clone()));
        }
        decisions.sort_by_key(order);
        let next = (1..=u32::MAX).find(|number| !taken.contains(number)).unwrap_or(u32::MAX);
        Ok(Given { proposal, decisions, next })
    }

    /// The newest decision.
    pub(super) fn last(&self) -> Option<&Decision> {
        self.decisions.last()
    }

    /// The newest decision on the proposal as it stands that the person signed.
    pub(super) fn last_by_hand(&self) -> Option<&Decision> {
        let by_hand = |one: &&Decision| one.via == Via::Ssh && one.proposal == self.proposal;
        self.decisions.iter().rfind(by_hand)
    }

    /// Whether the newest decision is this one, on the proposal as it stands, and counts.
    pub(super) fn stands(&self, brief: &Brief, choice: Choice) -> bool {
        let is_same = |last: &&Decision| last.decision == choice && last.proposal == self.proposal;
        let last = self.last().filter(is_same);
        last.is_some_and(|last| brief.standing.decisions.iter().any(|(standing, _)| standing == last))
    }
}

/// Signs and commits a decision on a change that was read.
///
/// # Errors
/// The signature or the commit cannot be made.
pub fn decide(workspace: &Workspace, brief: &Brief, choice: Choice, key: &SigningKey) -> Result<Decided, Failure> {
    let given = Given::read(workspace, brief)?;
    // What a relay signed says less than one's own key: a rule may ask for that.
    if given.stands(brief, choice) && given.last().is_some_and(|last| last.via == Via::Ssh) {
        return Ok(Decided::Already);
    }
    if choice == Choice::Withdraw && given.last().is_none() {
        return Err(Failure::refused(
            format!("`{}` has decided nothing on `{}` that could be taken back", brief.person, brief.change.id),
            "Type `canon approve --reject` to block it.",
        ));
    }
    // Each decision of a person says a later time than the one before; two in one second must, too.
    let (trust, id) = (brief.replay.ledger.trust, &brief.change.id);
    let last = given.last().and_then(Decision::instant);
    let farthest = workspace.now.0.checked_add(jiff::SignedDuration::from_hours(24)).unwrap_or(workspace.now.0);
    if let Some(ahead) = last.filter(|last| *last > farthest) {
        return Err(Failure::refused(
            format!("a decision of `{}` on `{id}` says {ahead}, and nothing comes after that", brief.person),
            "If that was somebody else, say so: `canon people compromise`. Else propose the change under another id.",
        ));
    }
    let earliest = last.and_then(|time| time.checked_add(jiff::Span::new().seconds(1)).ok());
    let at = earliest.map_or(workspace.now, |earliest| Now(workspace.now.0.max(earliest))).instant();
    let decision = Decision::new(trust, id, given.proposal, &brief.person, choice, &at);
    write(workspace, brief, &given, &decision, key)
}

/// Signs a decision and commits it after those that were given before.
pub(super) fn write(
    workspace: &Workspace,
    brief: &Brief,
    given: &Given,
    decision: &Decision,
    key: &SigningKey,
) -> Result<Decided, Failure> {
    let id = &brief.change.id;
    let bytes = decision.bytes();
    let signature = key.sign(&bytes)?;
    let path = decision_path(id, &brief.person, given.next);
    let edits = Edits::from([
        (workspace.in_repository(&path), Some(bytes)),
        (workspace.in_repository(&format!("{path}.sig")), Some(signature)),
    ]);
    let relay = decision.evidence.as_ref().map(|evidence| format!(", relayed by {}", evidence.relay));
    let message = format!("{} {} {id}{}\n", brief.person, decision.decision.done(), relay.unwrap_or_default());
    let commit = land::commit(workspace, &brief.branch, Some(brief.head), &edits, &message)?;
    Ok(Decided::Done(Box::new(standing_of(workspace, &brief.replay, commit, id)?)))
}
