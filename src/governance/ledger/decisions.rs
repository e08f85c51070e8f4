//! Rules 2 and 3d of acceptance: which decisions are permanent, and which of each person's stands.

use std::collections::BTreeMap;

use super::replay::View;
use super::settle::{Judge, Proposal};
use super::taint::Lost;
use super::{Entered, Ledger};
use crate::document::Value;
use crate::finding::{Finding, rules};
use crate::git::{GitError, ObjectId};
use crate::governance::decide::{VerifiedDecision, is_relay};
use crate::governance::heard::{Weight, order, standing};
use crate::governance::policy::{Policy, Via};
use crate::governance::records::Decision;
use crate::governance::signature::PublicKey;
use crate::registry::layout::{POLICY_JSON, Role, change_folder, change_path, decision_path, person_path, role};

impl Ledger {
    /// How a decision on a change that has not settled became permanent, if it did after genesis.
    fn entered(&self, change: &str, path: &str) -> Option<Entered> {
        self.entered.get(change)?.get(path).copied()
    }

    /// Whether a decision that became permanent at a position was made with what was somebody else's by then.
    fn is_lost(&self, decision: &Decision, key: &PublicKey, landed: usize) -> bool {
        let is_lost = |what: &Lost| self.lost.get(what).is_some_and(|since| landed >= *since);
        // Most registries never lose a key.
        !self.lost.is_empty()
            && (is_lost(&Lost::Key(key.fingerprint()))
                || decision.via == Via::Relay && is_lost(&Lost::Person(decision.person.clone())))
    }

    /// Whether nothing has to come after a decision at this path: it was made with what was somebody else's, or counted no
    /// more when it landed.
    #[must_use]
    pub fn passes_over(&self, path: &str, decision: &Decision, key: &PublicKey) -> bool {
        let entered = self.entered(&decision.change, path);
        entered.is_some_and(|entered| !entered.counted)
            || self.is_lost(decision, key, entered.map_or(self.here(), |entered| entered.landing))
    }
}

/// A decision of a person that is permanent.
struct Permanent<'l> {
    path: &'l str,
    number: u32,
    landed: usize,
    verified: VerifiedDecision,
    /// Why it does not count, if so.
    spent: Option<String>,
}

/// How a decision stands among those of its person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Position on the chain of the commit from which on it was permanent.
    pub(super) landed: usize,
    /// Whether it is the one that stands.
    pub(super) stands: bool,
}

impl Judge<'_> {
    /// Rule 2: whether a decision becomes permanent, and counts by then; if not, why. It was truly made, there is a change
    /// that it is on, and it is no copy.
    pub(super) fn may_land(
        &self,
        ledger: &Ledger,
        view: &View,
        (change, person, number): (&str, &str, u32),
    ) -> Result<Result<bool, String>, GitError> {
        let path = decision_path(change, person, number);
        let (Some(record), Some(armour)) = (view.files.get(&path), view.files.get(&format!("{path}.sig"))) else {
            return Ok(Err("a decision and its signature belong together; one of them is not there".to_owned()));
        };
        let record_of_change = change_path(change);
        if !view.files.contains_key(&record_of_change) && !ledger.records.contains_key(&record_of_change) {
            return Ok(Err(format!("there is no change `{change}`")));
        }
        let signed = self.reader.signed(*record, *armour)?;
        for (known, blob) in permanent(ledger, change).filter(|(_, blob)| blob == record) {
            // A relay may say the same once more with another key; the armour of one key can be spelled in several ways.
            let Some(armour) = ledger.records.get(&format!("{known}.sig")) else { continue };
            if self.reader.signed(blob, *armour)?.key() == signed.key() {
                return Ok(Err(format!("it is a copy of {known}, so it may be an old one put back")));
            }
        }
        let made = match VerifiedDecision::made(&signed, person, change, ledger.trust, &self.people) {
            Ok(made) => made,
            Err(reason) => return Ok(Err(reason)),
        };
        if let Some(evidence) = &made.decision().evidence {
            let known = self.people.get(&evidence.relay);
            if !known.is_some_and(|known| is_relay(known, &self.policy)) && !self.was_relay(ledger, &evidence.relay)? {
                return Ok(Err(format!("it says that `{}` relayed it, who never was a relay", evidence.relay)));
            }
        }
        let (policy, people) = (&self.policy, &self.people);
        Ok(Ok(VerifiedDecision::verify(&signed, person, change, ledger.trust, policy, people).is_ok()))
    }

    /// Rule 3d: of each person the permanent decisions that can still do something, the one that stands among them.
    pub(super) fn decisions(
        &self,
        ledger: &Ledger,
        view: &View,
        proposal: &Proposal<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<(VerifiedDecision, Place)>, GitError> {
        let void = |path: &str, person: &str, reason: &str| {
            let message = format!("the decision of `{person}` does not count: {reason}");
            Finding::on_file(&rules::APPROVAL_VOID, path, message)
        };
        let mut of_each: BTreeMap<&str, Vec<Permanent<'_>>> = BTreeMap::new();
        for (path, blob) in permanent(ledger, proposal.id) {
            let Role::Decision { person, number, signature: false, .. } = role(path) else { continue };
            of_each.entry(person).or_default().extend(self.read(ledger, proposal, (path, blob), (person, number))?);
        }
        let mut heard = Vec::new();
        for (person, mut said) in of_each {
            said.sort_by_key(|one| (order(one.verified.decision()), one.number));
            let weighing = |(at, one): (usize, &Permanent<'_>)| Some((at, one.verified.weight()?));
            let weighing: Vec<(usize, Weight)> = said.iter().enumerate().filter_map(weighing).collect();
            let of = |(at, weight): &(usize, Weight)| (said[*at].verified.decision(), *weight, said[*at].landed);
            let stands = standing(&weighing.iter().map(of).collect::<Vec<_>>()).map(|place| weighing[place].0);
            // What somebody may think to hold: what they said last, and what stands last in their files.
            let last = said.len().checked_sub(1);
            let highest = (0..said.len()).max_by_key(|at| said[*at].number);
            for at in [last, highest.filter(|highest| Some(*highest) != last)].into_iter().flatten() {
                let one = &said[at];
                let reason = match (&one.spent, Some(at) == stands) {
                    (_, true) => continue,
                    (Some(spent), false) => spent,
                    (None, false) if Some(at) == last => "a rejection was signed with a key, which no relay takes back",
                    (None, false) => "another one of this person says a later time, so it may be an old one put back",
                };
                findings.push(void(one.path, person, reason));
            }
            heard.extend(
                said.into_iter()
                    .enumerate()
                    .filter(|(_, one)| one.verified.weight().is_some())
                    .map(|(at, one)| (one.verified, Place { landed: one.landed, stands: Some(at) == stands })),
            );
        }
        let prefix = format!("{}/approvals/", change_folder(proposal.id));
        for path in view.loose.range(prefix.clone()..).take_while(|path| path.starts_with(&prefix)) {
            if let (Role::Decision { person, signature: false, .. }, Some(reason)) =
                (role(path), view.reasons.get(path))
            {
                findings.push(void(path, person, reason));
            }
        }
        Ok(heard)
    }

    /// A permanent decision, with what it can still do for a proposal.
    fn read<'l>(
        &self,
        ledger: &'l Ledger,
        proposal: &Proposal<'_>,
        (path, blob): (&'l str, ObjectId),
        (person, number): (&str, u32),
    ) -> Result<Option<Permanent<'l>>, GitError> {
        let Some(armour) = ledger.records.get(&format!("{path}.sig")) else { return Ok(None) };
        // What stood in genesis is kept and not evaluated.
        let Some(entered) = ledger.entered(proposal.id, path) else { return Ok(None) };
        let signed = self.reader.signed(blob, *armour)?;
        let (trust, id) = (ledger.trust, proposal.id);
        let counts = VerifiedDecision::verify(&signed, person, id, trust, &self.policy, &self.people);
        let (verified, mut spent) = match counts {
            Ok(verified) => (verified, None),
            Err(reason) => match VerifiedDecision::kept(&signed, person, id, trust) {
                Ok(kept) => (kept, Some(reason)),
                Err(_) => return Ok(None),
            },
        };
        let made = (verified.decision(), verified.key());
        let is_here = made.0.proposal == proposal.digest;
        let is_lost = ledger.is_lost(made.0, made.1, entered.landing);
        let relays_own = made.0.evidence.is_some() && made.0.signer() == proposal.proposer;
        let weight = match (is_here, is_lost) {
            _ if !entered.counted => {
                spent.get_or_insert_with(|| "it was made with a key that counted no more".to_owned());
                None
            }
            _ if relays_own => {
                spent = Some(format!("`{}` relays it and has proposed the change", proposal.proposer));
                None
            }
            (false, true) => None,
            (true, true) => Some(Weight::Lost),
            (false, false) => {
                spent = Some("it was given on an earlier text of the proposal".to_owned());
                Some(Weight::Elsewhere)
            }
            (true, false) => Some(verified.weight().unwrap_or(Weight::Kept)),
        };
        let verified = verified.weighing(weight);
        Ok(Some(Permanent { path, number, landed: entered.landing, verified, spent }))
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

/// The permanent decisions on a change, with their blobs.
fn permanent<'l>(ledger: &'l Ledger, change: &str) -> impl Iterator<Item = (&'l str, ObjectId)> {
    let prefix = format!("{}/approvals/", change_folder(change));
    let from = ledger.records.range(prefix.clone()..);
    from.take_while(move |(path, _)| path.starts_with(&prefix)).map(|(path, blob)| (path.as_str(), *blob))
}
