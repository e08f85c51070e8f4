//! Rules 2 and 3d of acceptance: which decisions are permanent, and which of each person's stands.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Ledger;
use super::replay::View;
use super::settle::{Judge, Proposal};
use super::taint::{Lost, compromised};
use crate::document::Value;
use crate::finding::{Finding, rules};
use crate::git::{GitError, ObjectId};
use crate::governance::decide::{VerifiedDecision, is_relay};
use crate::governance::heard::{Weight, standing};
use crate::governance::people::{People, Status};
use crate::governance::policy::{Policy, Via};
use crate::governance::records::{Choice, Decision};
use crate::governance::signature::PublicKey;
use crate::registry::layout::{POLICY_JSON, Role, change_folder, change_path, decision_path, person_path, role};

/// A decision that was found, by what it is worth.
enum Found {
    /// It is on this text of the proposal, and was signed with a key that counts; or it landed while that did, and why it
    /// does not.
    Holds(VerifiedDecision, Option<String>),
    /// It was made with what was compromised by then. It is as if it had never been.
    PassedOver,
    /// It proves nothing here, and why; it says a time all the same.
    Void { said: Option<Said>, reason: String },
}

/// When a decision was made, as it says itself, and whether it is a rejection. Decisions of one time stand in this order.
type Said = (jiff::Timestamp, Order);

/// What was decided, a rejection last: of two in one moment it is the one that must not be missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Withdraw,
    Approve,
    Reject,
}

fn said(decision: &Decision) -> Option<Said> {
    let order = match decision.decision {
        Choice::Withdraw => Order::Withdraw,
        Choice::Approve => Order::Approve,
        Choice::Reject => Order::Reject,
    };
    Some((decision.instant()?, order))
}

/// Whether a decision may follow another one of the same person: it says a later time, or says the same once more. The
/// number is in the name of the file, which nobody signs; the time is signed.
fn follows(before: Option<Said>, after: Option<Said>) -> bool {
    match (before, after) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(after)) => after.0 > before.0 || after == before,
    }
}

/// What people call compromised, each with the position from which on it is; looked up when it is asked for.
#[derive(Default)]
pub(super) struct Compromised(OnceCell<BTreeMap<Lost, usize>>);

impl Compromised {
    /// Whether a decision that became permanent at a position was made with what was somebody else's by then.
    fn covers(&self, ledger: &Ledger, people: &People, (decision, key): Made<'_>, landed: usize) -> bool {
        let suspicious = people.iter().any(|person| {
            person.status == Status::Compromised || person.keys.iter().any(|key| key.status == Status::Compromised)
        });
        if !suspicious {
            return false;
        }
        let lost = self.0.get_or_init(|| compromised(ledger, people));
        let is_lost = |lost: &BTreeMap<Lost, usize>, what: &Lost| lost.get(what).is_some_and(|since| landed >= *since);
        is_lost(lost, &Lost::Key(key.fingerprint()))
            || decision.via == Via::Relay && is_lost(lost, &Lost::Person(decision.person.clone()))
    }
}

/// A decision, and the key that signed it.
type Made<'a> = (&'a Decision, &'a PublicKey);

impl Ledger {
    /// Whether a decision at this path is as if it had never been, since it was made with what was somebody else's by then.
    #[must_use]
    pub fn passes_over(&self, path: &str, decision: &Decision, key: &PublicKey) -> bool {
        let landed = self.entered.get(path).copied().unwrap_or(self.here());
        Compromised::default().covers(self, &self.people, (decision, key), landed)
    }
}

impl Judge<'_> {
    /// Whether a decision becomes permanent; if not, why. It was truly made; there is a change that it is on; and it
    /// follows the person's decisions before it, which are permanent.
    pub(super) fn may_land(
        &self,
        ledger: &Ledger,
        view: &View,
        (change, person, number): (&str, &str, u32),
    ) -> Result<Result<(), String>, GitError> {
        let path = decision_path(change, person, number);
        let (Some(record), Some(armour)) = (view.files.get(&path), view.files.get(&format!("{path}.sig"))) else {
            return Ok(Err("a decision and its signature belong together; one of them is not there".to_owned()));
        };
        let record_of_change = change_path(change);
        if !view.files.contains_key(&record_of_change) && !ledger.records.contains_key(&record_of_change) {
            return Ok(Err(format!("there is no change `{change}`")));
        }
        let signed = self.reader.signed(*record, *armour)?;
        let made = match VerifiedDecision::made(&signed, person, change, ledger.trust, &self.policy, &self.people) {
            Ok(made) => made,
            Err(reason) => return Ok(Err(reason)),
        };
        if let Some(evidence) = &made.decision().evidence {
            let known = self.people.get(&evidence.relay);
            if !known.is_some_and(|known| is_relay(known, &self.policy)) && !self.was_relay(ledger, &evidence.relay)? {
                return Ok(Err(format!("it says that `{}` relayed it, who never was a relay", evidence.relay)));
            }
        }
        if number > 1 && !ledger.records.contains_key(&decision_path(change, person, number - 1)) {
            return Ok(Err("an earlier decision of this person is missing, or proves nothing".to_owned()));
        }
        if self.compromised.covers(ledger, &self.people, (made.decision(), made.key()), ledger.here()) {
            return Ok(Ok(()));
        }
        for earlier in (1..number).rev() {
            let found = self.found(ledger, &ledger.records, (change, person, earlier), None)?;
            let before = match &found {
                Found::PassedOver => continue,
                Found::Holds(verified, _) => said(verified.decision()),
                Found::Void { said, .. } => *said,
            };
            return Ok(match follows(before, said(made.decision())) {
                true => Ok(()),
                false => Err(NOT_AFTER.to_owned()),
            });
        }
        Ok(Ok(()))
    }

    /// Rule 3d: of each person the decisions that can still do something, the one that stands among them.
    pub(super) fn decisions(
        &self,
        ledger: &Ledger,
        view: &View,
        proposal: &Proposal<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<(VerifiedDecision, Place)>, GitError> {
        let id = proposal.id;
        let prefix = format!("{}/approvals/", change_folder(id));
        let files = with_permanent(ledger, view, &prefix);
        let mut numbers: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for path in files.keys() {
            if let Role::Decision { person, number, signature: false, .. } = role(path) {
                numbers.entry(person).or_default().insert(number);
            }
        }
        let mut heard = Vec::new();
        for (person, numbers) in numbers {
            let (of_one, void) = self.heard(ledger, &files, proposal, (person, &numbers))?;
            heard.extend(of_one);
            findings.extend(void.map(|reason| {
                let newest = decision_path(id, person, numbers.last().copied().unwrap_or(1));
                let message = format!("the decision of `{person}` does not count: {reason}");
                Finding::on_file(&rules::APPROVAL_VOID, &newest, message)
            }));
        }
        Ok(heard)
    }

    /// The decisions of one person, in the order of their times; and why the newest does not stand, if so.
    fn heard(
        &self,
        ledger: &Ledger,
        files: &BTreeMap<&str, ObjectId>,
        proposal: &Proposal<'_>,
        (person, numbers): (&str, &BTreeSet<u32>),
    ) -> Result<(Vec<(VerifiedDecision, Place)>, Option<String>), GitError> {
        let has_gap = numbers.last().is_some_and(|newest| numbers.len() != *newest as usize);
        let mut fault = has_gap.then(|| "an earlier decision of this person is missing".to_owned());
        let mut newest = Err("it was made with a key or an account that was somebody else's".to_owned());
        let mut holds: Vec<(VerifiedDecision, usize)> = Vec::new();
        let mut last = None;
        for number in numbers {
            let time = match self.found(ledger, files, (proposal.id, person, *number), Some(proposal))? {
                Found::PassedOver => continue,
                Found::Void { said, reason } => {
                    newest = Err(reason);
                    said
                }
                Found::Holds(verified, spent) => {
                    let time = said(verified.decision());
                    newest = Ok(spent);
                    let path = decision_path(proposal.id, person, *number);
                    holds.push((verified, ledger.entered.get(&path).copied().unwrap_or(ledger.here())));
                    time
                }
            };
            if !follows(last, time) {
                fault.get_or_insert_with(|| NOT_AFTER.to_owned());
            }
            last = time;
        }
        holds.sort_by_key(|(verified, _)| said(verified.decision()));
        let weighed: Vec<(&Decision, Weight)> =
            holds.iter().map(|(verified, _)| (verified.decision(), verified.weight())).collect();
        let stands = standing(&weighed, fault.is_none() && matches!(newest, Ok(None)));
        let newest_stands = stands.is_some_and(|place| place + 1 == holds.len());
        let void = match (fault, newest) {
            (Some(fault), _) => Some(fault),
            (None, Err(reason)) => Some(reason),
            (None, Ok(_)) if newest_stands => None,
            (None, Ok(Some(spent))) => Some(spent),
            (None, Ok(None)) => Some("a rejection was signed with a key, which no relay takes back".to_owned()),
        };
        let place = |(place, (verified, landed))| (verified, Place { landed, stands: Some(place) == stands });
        Ok((holds.into_iter().enumerate().map(place).collect(), void))
    }

    /// What a decision among these files is worth; for one proposal, if that is given, else for any.
    fn found<Path: Ord + std::borrow::Borrow<str>>(
        &self,
        ledger: &Ledger,
        files: &BTreeMap<Path, ObjectId>,
        (change, person, number): (&str, &str, u32),
        proposal: Option<&Proposal<'_>>,
    ) -> Result<Found, GitError> {
        let path = decision_path(change, person, number);
        let void = |said, reason| Ok(Found::Void { said, reason });
        let Some(record) = files.get(path.as_str()) else { return void(None, "it is not there".to_owned()) };
        let Some(armour) = files.get(format!("{path}.sig").as_str()) else {
            return void(None, "it is not signed".to_owned());
        };
        let signed = self.reader.signed(*record, *armour)?;
        let verified = VerifiedDecision::verify(&signed, person, change, ledger.trust, &self.policy, &self.people);
        let (verified, spent) = match verified {
            Ok(verified) => (verified, None),
            Err(reason) => {
                let made =
                    VerifiedDecision::made(&signed, person, change, ledger.trust, &self.policy, &self.people).ok();
                match made.filter(|_| ledger.records.contains_key(&path)) {
                    Some(made) => (made, Some(reason)),
                    None => {
                        let decision = signed.document().ok().and_then(|document| Decision::read(document).ok());
                        return void(decision.as_ref().and_then(said), reason);
                    }
                }
            }
        };
        let landed = ledger.entered.get(&path).copied().unwrap_or(ledger.here());
        if self.compromised.covers(ledger, &self.people, (verified.decision(), verified.key()), landed) {
            return Ok(Found::PassedOver);
        }
        let decision = verified.decision();
        let reason = match proposal {
            Some(proposal) if decision.proposal != proposal.digest => {
                Some("it was given on an earlier text of the proposal".to_owned())
            }
            Some(proposal) if decision.evidence.is_some() && decision.signer() == proposal.proposer => {
                Some(format!("`{}` relays it and has proposed the change", proposal.proposer))
            }
            _ => None,
        };
        match reason {
            Some(reason) => void(said(decision), reason),
            None => Ok(Found::Holds(verified, spent)),
        }
    }

    /// Whether a person ever held a role that any accepted policy gave to relays.
    fn was_relay(&self, ledger: &Ledger, person: &str) -> Result<bool, GitError> {
        let mut roles: Vec<String> = Vec::new();
        for value in self.accepted(ledger, POLICY_JSON)? {
            roles.extend(Policy::load(&value).ok().and_then(|policy| policy.relay).map(|relay| relay.role));
        }
        let holds = |value: &Value| {
            let held = value.get("roles").and_then(Value::as_array).unwrap_or_default();
            held.iter().filter_map(Value::as_str).any(|held| roles.iter().any(|role| role == held))
        };
        Ok(!roles.is_empty() && self.accepted(ledger, &person_path(person))?.iter().any(holds))
    }

    /// A document as it was accepted, from first to newest.
    fn accepted(&self, ledger: &Ledger, path: &str) -> Result<Vec<Value>, GitError> {
        let steps = ledger.accepted.get(path).map(Vec::as_slice).unwrap_or_default();
        let read = |blob| Ok(self.reader.document(blob)?.map(|document| document.value().clone()));
        steps.iter().filter_map(|step| read(step.blob).transpose()).collect()
    }
}

/// How a decision stands among those of its person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Position on the chain of the commit from which on it was permanent.
    pub(super) landed: usize,
    /// Whether it is the one that stands.
    pub(super) stands: bool,
}

const NOT_AFTER: &str = "its time is not after that of the decision before it, so it may be an old one put back";

/// The files under a prefix, with those that are permanent as they were when they became so. A decision that had landed
/// cannot be taken out of the tree, or overwritten there, to let an older one count.
fn with_permanent<'a>(ledger: &'a Ledger, view: &'a View, prefix: &str) -> BTreeMap<&'a str, ObjectId> {
    let under = |files: &'a BTreeMap<String, ObjectId>| {
        let from = files.range(prefix.to_owned()..).take_while(|(path, _)| path.starts_with(prefix));
        from.map(|(path, blob)| (path.as_str(), *blob)).collect::<Vec<_>>()
    };
    under(&view.files).into_iter().chain(under(&ledger.records)).collect()
}
