//! Relaying a decision that somebody made at a forge: signed by the relay, with what it saw as evidence.

use std::io::Read as _;
use std::path::Path;

use super::Failure;
use super::approve::{Brief, Decided, Given, brief_for, write};
use super::forge::Review;
use super::propose::person_of;
use super::workspace::{Workspace, short};
use crate::document::MAX_SIZE;
use crate::git::ObjectId;
use crate::governance::decide::is_relay;
use crate::governance::ledger::Ledger;
use crate::governance::people::{Person, Status};
use crate::governance::policy::Via;
use crate::governance::records::{Choice, Decision, Evidence};
use crate::governance::signature::SigningKey;
use crate::registry::layout::{POLICY_JSON, REGISTRY, Role, SCHEMAS, change_path, role};

/// What relaying gave.
pub struct Relayed {
    /// What was relayed.
    pub review: Review,
    /// Id of the person who signed.
    pub relay: String,
    /// The change, and the person who decided on it.
    pub brief: Brief,
    /// What became of it.
    pub decided: Decided,
}

/// Reads the file of an event.
///
/// # Errors
/// It is not there, or larger than any event.
pub fn read_event(path: &Path) -> Result<Vec<u8>, Failure> {
    let fail = |cause| Failure::File { path: path.to_owned(), cause };
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_SIZE).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(path).map_err(fail)?.take(limit).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() > MAX_SIZE {
        return Err(Failure::refused(
            format!("{}: the event has more than {MAX_SIZE} bytes", path.display()),
            "Pass the file as the forge sent it: `--event FILE`.",
        ));
    }
    Ok(bytes)
}

/// Signs and commits a decision that was made at a forge, on the change of this id or the only open one of the branch.
///
/// # Errors
/// The key is no relay's, the account is nobody's who counts, what was reviewed is not what stands here, or a newer
/// decision of the person stands; and as for a decision of one's own.
pub fn relay(workspace: &Workspace, id: Option<&str>, review: Review, key: &SigningKey) -> Result<Relayed, Failure> {
    let replay = workspace.replay_main()?;
    let relay = relay_of(&replay.ledger, key)?;
    let person = decider(&replay.ledger, &review)?.id.clone();
    if person == relay {
        return Err(Failure::refused(
            format!("`{relay}` cannot relay a decision of its own"),
            "A relay is a person of its own in registry/governance/people, with no account.",
        ));
    }
    require_served(&replay.ledger, &review)?;
    let main = workspace.accepted_main_branch(&replay)?;
    if review.base != main {
        return Err(Failure::refused(
            format!("the pull request is to land on `{}`, not on `{main}`", review.base.escape_debug()),
            "Only what lands on the main branch is decided on.",
        ));
    }
    require_seen(workspace, &review.head)?;
    let brief = brief_for(workspace, replay, (id, "canon relay"), |_| Ok(person))?;
    if brief.change.proposer == relay {
        return Err(Failure::refused(
            format!("`{relay}` has proposed `{}`, so it cannot relay decisions on it", brief.change.id),
            "Whoever is asked types `canon approve`; or somebody else proposes it.",
        ));
    }
    require_brought(workspace, &brief.change.id)?;
    let given = Given::read(workspace, &brief)?;
    let decision = decision(&brief, &given, &review, &relay);
    let decided = match stands(&brief, &given, &decision)? {
        true => Decided::Already,
        false => write(workspace, &brief, &given, &decision, key)?,
    };
    Ok(Relayed { review, relay, brief, decided })
}

/// The person whose key this is, if the policy makes them a relay.
fn relay_of(ledger: &Ledger, key: &SigningKey) -> Result<String, Failure> {
    let Some(relay) = &ledger.policy.relay else {
        return Err(Failure::refused(
            "the policy names no relay, so no relayed decision counts",
            format!(
                "Propose a change of {POLICY_JSON} that adds `\"relay\": {{\"role\": ROLE, \"repositories\": [HOST/NAME]}}`."
            ),
        ));
    };
    let signer = person_of(ledger, &key.public)?;
    if is_relay(signer, &ledger.policy) {
        return Ok(signer.id.clone());
    }
    let holders = ledger.people.iter().filter(|person| person.can_sign() && is_relay(person, &ledger.policy));
    let holders: Vec<&str> = holders.map(|person| person.id.as_str()).collect();
    let hint = match holders.as_slice() {
        [] => format!("Nobody who can sign holds the role `{}` yet: `canon people add`.", relay.role),
        holders => format!("Sign with the key of {}: `--key FILE`.", holders.join(" or ")),
    };
    Err(Failure::refused(format!("`{}` does not hold the role `{}` of relays", signer.id, relay.role), hint))
}

/// The person whom the account of a review belongs to, if they count.
fn decider<'l>(ledger: &'l Ledger, review: &Review) -> Result<&'l Person, Failure> {
    let Review { host, account, login, .. } = review;
    let login = login.escape_debug();
    match ledger.people.owner_of_account(host, account) {
        Some(person) if person.status == Status::Active => Ok(person),
        Some(person) => Err(Failure::refused(
            format!("`{}`, whose account {host}:{account} is, counts no more", person.id),
            "Somebody else whom the policy asks must decide: `canon status`.",
        )),
        None => Err(Failure::refused(
            format!("the account {host}:{account} (`{login}`) belongs to nobody among the accepted people"),
            format!("Type `canon people account ID {host}:{account}:{login}`, and propose it."),
        )),
    }
}

/// Refuses a review in a repository that is not one of this registry: a copy of it, or another one.
fn require_served(ledger: &Ledger, review: &Review) -> Result<(), Failure> {
    let Review { host, repository, .. } = review;
    if ledger.policy.relay.as_ref().is_some_and(|relay| relay.serves(host, repository)) {
        return Ok(());
    }
    let name = format!("{host}/{repository}").escape_debug().to_string();
    Err(Failure::refused(
        format!("the pull request is one of {name}, which the policy does not name"),
        format!("If it is this registry, propose a change of {POLICY_JSON} that adds it to `relay.repositories`."),
    ))
}

/// Refuses unless what was reviewed is what stands here: the same commit, or one that only brought decisions since.
fn require_seen(workspace: &Workspace, reviewed: &str) -> Result<(), Failure> {
    let (branch, head) = workspace.head_branch()?;
    let here = short(head);
    let other = || {
        Failure::refused(
            format!("the review is of {reviewed}, and `{branch}` is at {here}"),
            "Check out the branch of the pull request; if it moved, ask the reviewer to look again.",
        )
    };
    if head.to_string() == reviewed {
        return Ok(());
    }
    let reviewed = workspace.repository.resolve(reviewed).map_err(|_| other())?;
    match workspace.repository.contains(head, reviewed)? && only_decisions(workspace, reviewed, head)? {
        true => Ok(()),
        false => Err(other()),
    }
}

/// Refuses a change that the pull request does not bring, since nobody was shown it there: one that stands on the main branch
/// already, where the branch of the pull request has it from.
fn require_brought(workspace: &Workspace, id: &str) -> Result<(), Failure> {
    let (head, main) = (workspace.head_commit()?, workspace.main_tip()?);
    let path = workspace.in_repository(&change_path(id));
    let record = |commit| workspace.repository.file(workspace.repository.commit(commit)?.tree, &path);
    let parted = workspace.repository.merge_base(head, main)?;
    let before = parted.map(record).transpose()?.flatten();
    if before.is_none() || before != record(head)? {
        return Ok(());
    }
    Err(Failure::refused(
        format!("this pull request does not bring `{id}`, which stands on the main branch already"),
        format!("Whoever is asked types `canon approve {id}` there: the button was pressed on something else."),
    ))
}

/// Whether nothing that is governed differs between two commits but decisions.
fn only_decisions(workspace: &Workspace, before: ObjectId, after: ObjectId) -> Result<bool, Failure> {
    let [before, after] = [before, after].map(|commit| workspace.tree(commit));
    let files = workspace.repository.differing(before?, after?, &[REGISTRY, SCHEMAS], |_| ())?;
    Ok(files.iter().all(|file| matches!(role(&file.path), Role::Decision { .. })))
}

fn decision(brief: &Brief, given: &Given, review: &Review, relay: &str) -> Decision {
    let Review { host, repository, pull_request, review: id, account, head, time, choice, payload, .. } = review;
    let (trust, change) = (brief.replay.ledger.trust, &brief.change.id);
    Decision::new(trust, change, given.proposal, &brief.person, *choice, time).relayed(Evidence {
        host: host.clone(),
        repository: repository.clone(),
        pull_request: *pull_request,
        review: id.clone(),
        account: account.clone(),
        head: head.clone(),
        time: time.clone(),
        payload: *payload,
        relay: relay.to_owned(),
    })
}

/// Whether a decision stands already; refused where a newer one, or a rejection that was signed by hand, stands against
/// it.
fn stands(brief: &Brief, given: &Given, decision: &Decision) -> Result<bool, Failure> {
    let Brief { person, change, .. } = brief;
    let is_of_last = || {
        let last = given.last().and_then(|last| last.evidence.as_ref());
        last.zip(decision.evidence.as_ref()).is_some_and(|(last, own)| last.is_of_same_review(own))
    };
    let is_newer = given.last().is_none_or(|last| last.instant() < decision.instant());
    let by_hand = given.last().is_some_and(|last| last.via == Via::Ssh);
    // Another review that says the same is the one that its author would take back.
    if given.stands(brief, decision.decision) && (by_hand || is_of_last() || !is_newer) {
        return Ok(true);
    }
    if decision.decision == Choice::Withdraw && !is_of_last() {
        return Err(Failure::refused(
            format!("what `{person}` takes back there is not what `{person}` decided last on `{}`", change.id),
            "The newest decision stands; who means to take it back types `canon approve --withdraw`.",
        ));
    }
    // The same event once more stands for one that counts no more, since the key of the relay was changed.
    let is_again = given
        .last()
        .is_some_and(|last| (last.decision, last.instant()) == (decision.decision, decision.instant()) && is_of_last());
    if let Some(last) = given.last().filter(|_| !is_newer && !is_again) {
        return Err(Failure::refused(
            format!("`{person}` {} it at {}, and this event is of {}", last.decision.done(), last.at, decision.at),
            "An old event does not take back a newer decision; press the button again if it was meant so.",
        ));
    }
    let own = given.last_by_hand();
    if decision.decision != Choice::Reject && own.is_some_and(|own| own.decision == Choice::Reject) {
        return Err(Failure::refused(
            format!("`{person}` rejects `{}` with a key, and no relay takes that back", change.id),
            format!("`{person}` types `canon approve {}`, or `canon approve {} --withdraw`.", change.id, change.id),
        ));
    }
    Ok(false)
}
