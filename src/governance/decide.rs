//! The verdict: what the policy says of rows and decisions. Pure.
//!
//! A row is granted when distinct people fill all its slots. A row that no rule matches, or whose rules ask for
//! nobody, is denied: forgetting a rule must never open a door.

use std::collections::{BTreeMap, BTreeSet};

use super::heard::Weight;
use super::people::{People, Person, Status};
use super::policy::{Policy, Relay, RowFacts, Slots, Via};
use super::records::{Choice, Decision, Evidence};
use super::signature::{PublicKey, Signed};
use crate::document::Digest;

/// A decision whose signature holds, with what it can still do. Only [`VerifiedDecision::verify`] gives it its full weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedDecision {
    decision: Decision,
    key: PublicKey,
    weight: Option<Weight>,
}

impl VerifiedDecision {
    /// Checks a decision against the people who count: its form, its place (`person`, `change`), the registry it
    /// names, and its signature, which is the person's own or that of a relay of the policy.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn verify(
        signed: &Signed,
        person: &str,
        change: &str,
        registry: Digest,
        policy: &Policy,
        people: &People,
    ) -> Result<VerifiedDecision, String> {
        let decision = read_decision(signed, person, change, registry)?;
        let key = match &decision.evidence {
            None => speaks_for(signed, person, people)?,
            Some(evidence) => relays_for(signed, person, evidence, policy, people)?,
        };
        Ok(VerifiedDecision { decision, key, weight: Some(Weight::Full) })
    }

    /// Checks that a decision was truly made by the person it names, with a key that is or was theirs; or that the one
    /// who says to have relayed it signed it with such a key, and the account is the person's. It weighs nothing: whether
    /// it counts, and whether the relay is or was one, is not asked here.
    ///
    /// # Errors
    /// Why it was not.
    pub fn made(
        signed: &Signed,
        person: &str,
        change: &str,
        registry: Digest,
        people: &People,
    ) -> Result<VerifiedDecision, String> {
        let made = VerifiedDecision::kept(signed, person, change, registry)?.weighing(None);
        if let Some(evidence) = &made.decision.evidence {
            owns_account(person, evidence, people)?;
        }
        match people.owner_of(&made.key) {
            Some(owner) if owner.id == made.decision.signer() => Ok(made),
            Some(owner) => Err(format!("it was signed with a key of `{}`", owner.id)),
            None => Err(format!("the key {} belongs to nobody", made.key.fingerprint())),
        }
    }

    /// Reads a decision that was truly made when it landed, whoever counts by now.
    ///
    /// # Errors
    /// It is none, or its signature does not hold.
    pub fn kept(signed: &Signed, person: &str, change: &str, registry: Digest) -> Result<VerifiedDecision, String> {
        let decision = read_decision(signed, person, change, registry)?;
        Ok(VerifiedDecision { decision, key: signed.key()?.clone(), weight: Some(Weight::Kept) })
    }

    /// The same, weighing less.
    #[must_use]
    pub fn weighing(self, weight: Option<Weight>) -> VerifiedDecision {
        VerifiedDecision {
            weight: weight.filter(|weight| *weight != Weight::Full || self.weight == Some(*weight)),
            ..self
        }
    }

    /// What was decided.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The key that signed it.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// What it can still do; none if nothing.
    #[must_use]
    pub fn weight(&self) -> Option<Weight> {
        self.weight
    }
}

/// A decision that says what its place says.
fn read_decision(signed: &Signed, person: &str, change: &str, registry: Digest) -> Result<Decision, String> {
    let decision = Decision::read(signed.document()?)?;
    if decision.person != person || decision.change != change {
        return Err(format!("it is a decision of `{}` on `{}`", decision.person, decision.change));
    }
    if decision.registry != registry {
        return Err("it is a decision for another registry".to_owned());
    }
    Ok(decision)
}

/// Checks that the bytes of a record were signed by a person who counts, with a key that counts.
///
/// # Errors
/// Why the signature does not speak for that person.
pub fn speaks_for(signed: &Signed, person: &str, people: &People) -> Result<PublicKey, String> {
    let key = signed.key()?;
    match people.get(person) {
        None => Err(format!("`{person}` is nobody in the accepted people")),
        Some(known) if known.speaks_with(key) => Ok(key.clone()),
        Some(_) => Err(match people.owner_of(key) {
            Some(owner) if owner.id == person => format!("the key {} of `{person}` counts no more", key.fingerprint()),
            Some(owner) => format!("it was signed with a key of `{}`", owner.id),
            None => format!("the key {} belongs to nobody", key.fingerprint()),
        }),
    }
}

/// Checks that a relay which counts signed the decision of a person who counts, made with an account of that person.
fn relays_for(
    signed: &Signed,
    person: &str,
    evidence: &Evidence,
    policy: &Policy,
    people: &People,
) -> Result<PublicKey, String> {
    let Some(relay) = &policy.relay else { return Err("it came by a relay, and the policy names none".to_owned()) };
    is_served(evidence, relay)?;
    let key = speaks_for(signed, &evidence.relay, people)?;
    if !people.get(&evidence.relay).is_some_and(|known| is_relay(known, policy)) {
        return Err(format!("`{}` does not hold the role `{}` of relays", evidence.relay, relay.role));
    }
    if owns_account(person, evidence, people)?.status != Status::Active {
        return Err(format!("`{person}` counts no more"));
    }
    Ok(key)
}

/// Checks that what was decided on stands in a repository of this registry.
fn is_served(evidence: &Evidence, relay: &Relay) -> Result<(), String> {
    let Evidence { host, repository, .. } = evidence;
    match relay.serves(host, repository) {
        true => Ok(()),
        false => Err(format!("it was made at {host}/{repository}, which the policy does not name")),
    }
}

/// The person who decided, if the account in the evidence is theirs.
fn owns_account<'p>(person: &str, evidence: &Evidence, people: &'p People) -> Result<&'p Person, String> {
    let Evidence { host, account, .. } = evidence;
    match people.get(person) {
        None => Err(format!("`{person}` is nobody in the accepted people")),
        Some(known) if known.has_account(host, account) => Ok(known),
        Some(_) => Err(format!("the account {host}:{account} is none of `{person}`")),
    }
}

/// Whether a policy makes a person a relay, whatever the person's status.
#[must_use]
pub fn is_relay(person: &Person, policy: &Policy) -> bool {
    policy.relay.as_ref().is_some_and(|relay| person.roles.contains(&relay.role))
}

/// The ways by which decisions of people could count, by id. People of whom none could count are left out, and so are
/// relays: with one key they could speak for somebody else and for themselves.
fn ways<'p>(policy: &Policy, people: &'p People) -> BTreeMap<&'p str, BTreeSet<Via>> {
    let relays = people.iter().filter(|person| person.can_sign() && is_relay(person, policy));
    let relays: Vec<&str> = relays.map(|person| person.id.as_str()).collect();
    let of = |person: &'p Person| {
        let has_account = person.status == Status::Active && !person.accounts.is_empty();
        let by_relay = has_account && relays.iter().any(|relay| *relay != person.id);
        let found = [(Via::Ssh, person.can_sign()), (Via::Relay, by_relay)].into_iter().filter(|(_, can)| *can);
        (person.id.as_str(), found.map(|(via, _)| via).collect::<BTreeSet<Via>>())
    };
    people.iter().filter(|person| !is_relay(person, policy)).map(of).filter(|(_, ways)| !ways.is_empty()).collect()
}

/// The people who hold the role of slots and whose decision could count for them.
fn holders<'p>(slots: &Slots, people: &'p People, ways: &BTreeMap<&str, BTreeSet<Via>>) -> Vec<&'p str> {
    let able = |person: &&Person| ways.get(person.id.as_str()).is_some_and(|ways| !ways.is_disjoint(&slots.via));
    let holders = people.iter().filter(|person| person.roles.contains(&slots.role)).filter(able);
    holders.map(|person| person.id.as_str()).collect()
}

/// The people of whom decisions could count at all.
#[must_use]
pub fn able<'p>(policy: &Policy, people: &'p People) -> BTreeSet<&'p str> {
    ways(policy, people).into_keys().collect()
}

/// The people whose approval could fill slots, whoever proposes.
#[must_use]
pub fn who_may_fill(slots: &Slots, policy: &Policy, people: &People) -> Vec<String> {
    holders(slots, people, &ways(policy, people)).into_iter().map(str::to_owned).collect()
}

/// One slot of a row: a role, who fills it, and who could.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Slot {
    /// The role.
    pub role: String,
    /// The person whose approval fills it.
    pub filled_by: Option<String>,
    /// The people whose approval could fill it.
    pub may: Vec<String>,
    /// By which ways the approval may come.
    pub via: BTreeSet<Via>,
}

/// What the policy says of one row.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowVerdict {
    /// Path of the document.
    pub path: String,
    /// Ids of the rules that match.
    pub rules: Vec<String>,
    /// The slots that these rules ask for.
    pub slots: Vec<Slot>,
    /// Why it is denied whoever approves, if so.
    pub denied: Option<String>,
}

impl RowVerdict {
    /// Whether every slot is filled.
    #[must_use]
    pub fn granted(&self) -> bool {
        self.denied.is_none() && self.slots.iter().all(|slot| slot.filled_by.is_some())
    }

    /// Leaves the slots to people who are `able`: to those who are not `doubtful`, if there are any, else to the others. What
    /// nobody is left for is asked of nobody.
    pub fn only_by(&mut self, able: impl Fn(&str) -> bool, doubtful: impl Fn(&str) -> bool) {
        let mut of_role: BTreeMap<String, usize> = BTreeMap::new();
        self.slots.retain_mut(|slot| {
            slot.may.retain(|person| able(person));
            if slot.may.iter().any(|person| !doubtful(person)) {
                slot.may.retain(|person| !doubtful(person));
            }
            let known = of_role.entry(slot.role.clone()).or_default();
            *known += 1;
            *known <= slot.may.len()
        });
    }

    /// Fills the slots anew, by distinct people who approve.
    pub fn refill(&mut self, decisions: &[VerifiedDecision]) {
        let given = approvals(decisions);
        let candidates: Vec<Vec<&str>> = self.slots.iter().map(|slot| slot.fitting(&given)).collect();
        let filled: Vec<(String, usize)> =
            matched(&candidates).into_iter().map(|(person, slot)| (person.to_owned(), slot)).collect();
        self.slots.iter_mut().for_each(|slot| slot.filled_by = None);
        for (person, slot) in filled {
            self.slots[slot].filled_by = Some(person);
        }
    }
}

impl Slot {
    /// Those who may fill it, of who approves, by a way that will do.
    fn fitting(&self, given: &BTreeMap<&str, Via>) -> Vec<&str> {
        let fits = |person: &&str| given.get(person).is_some_and(|via| self.via.contains(via));
        self.may.iter().map(String::as_str).filter(fits).collect()
    }
}

/// Who approves, and by which way.
fn approvals(decisions: &[VerifiedDecision]) -> BTreeMap<&str, Via> {
    let full = decisions.iter().filter(|verified| verified.weight == Some(Weight::Full));
    let given = full.map(|verified| &verified.decision).filter(|decision| decision.decision == Choice::Approve);
    given.map(|decision| (decision.person.as_str(), decision.via)).collect()
}

/// What the policy says of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Verdict {
    /// Its rows.
    pub rows: Vec<RowVerdict>,
    /// People who reject it and could fill a slot.
    pub rejected_by: Vec<String>,
    /// Whether the proposer's own approval was given and does not count.
    pub own_approval_ignored: bool,
}

impl Verdict {
    /// Whether these decisions alone would fill every slot of what somebody proposed, and none of them blocks.
    #[must_use]
    pub fn stands_with(&self, proposer: &str, decisions: &[&Decision]) -> bool {
        let of = |choice| decisions.iter().filter(move |one| one.decision == choice);
        let given: BTreeMap<&str, Via> = of(Choice::Approve).map(|one| (one.person.as_str(), one.via)).collect();
        let could = self.rows.iter().flat_map(|row| &row.slots).flat_map(|slot| &slot.may).map(String::as_str);
        if could.chain([proposer]).any(|person| of(Choice::Reject).any(|one| one.person == person)) {
            return false;
        }
        self.rows.iter().all(|row| {
            let candidates: Vec<Vec<&str>> = row.slots.iter().map(|slot| slot.fitting(&given)).collect();
            matched(&candidates).len() == candidates.len()
        })
    }

    /// Whether every row is granted and nobody who may decide rejects.
    #[must_use]
    pub fn granted(&self) -> bool {
        !self.rows.is_empty() && self.rejected_by.is_empty() && self.rows.iter().all(RowVerdict::granted)
    }
}

/// Judges rows by the policy. `decisions` holds the one that counts of each person; `denied` tells of a row why it is
/// denied whoever approves it.
#[must_use]
pub fn decide(
    policy: &Policy,
    people: &People,
    proposer: &str,
    rows: &[RowFacts<'_>],
    decisions: &[VerifiedDecision],
    denied: impl Fn(&RowFacts<'_>) -> Option<String>,
) -> Verdict {
    let barred = |person: &str| policy.separate_duties && person == proposer;
    let mut approvals = approvals(decisions);
    approvals.retain(|person, _| !barred(person));
    let ways = ways(policy, people);
    // Whoever proposes fills no slot of their own, and may think better of it.
    let slots = rows.iter().flat_map(|row| policy.slots_for(row));
    let could: BTreeSet<&str> = slots.flat_map(|slots| holders(&slots, people, &ways)).collect();
    let rows: Vec<RowVerdict> = rows
        .iter()
        .map(|row| {
            let slots = policy.slots_for(row);
            let denied = denied(row).or_else(|| slots.is_empty().then(|| "no rule of the policy covers it".to_owned()));
            RowVerdict {
                path: row.path.to_owned(),
                rules: policy.rules_for(row).iter().map(|rule| rule.id.clone()).collect(),
                slots: fill(&slots, (people, &ways), &approvals, barred),
                denied,
            }
        })
        .collect();
    let of = |choice| decisions.iter().map(VerifiedDecision::decision).filter(move |one| one.decision == choice);
    let rejected_by =
        of(Choice::Reject).map(|one| one.person.clone()).filter(|person| could.contains(person.as_str())).collect();
    let own_approval_ignored = of(Choice::Approve).any(|one| barred(&one.person));
    Verdict { rows, rejected_by, own_approval_ignored }
}

/// Whether distinct people could fill these slots at all with keys of their own, leaving out those who are barred.
#[must_use]
pub fn can_be_filled(slots: &[Slots], people: &People, barred: impl Fn(&str) -> bool) -> bool {
    let signers = || people.iter().filter(|person| person.can_sign()).map(|person| person.id.as_str());
    let everybody: BTreeMap<&str, Via> = signers().map(|person| (person, Via::Ssh)).collect();
    let ways = signers().map(|person| (person, BTreeSet::from([Via::Ssh]))).collect();
    !slots.is_empty() && fill(slots, (people, &ways), &everybody, barred).iter().all(|slot| slot.filled_by.is_some())
}

/// Fills slots with distinct people: a maximum matching between slots and the approvals given. `ways` are those by which
/// decisions of people could count.
fn fill(
    slots: &[Slots],
    (people, ways): (&People, &BTreeMap<&str, BTreeSet<Via>>),
    approvals: &BTreeMap<&str, Via>,
    barred: impl Fn(&str) -> bool,
) -> Vec<Slot> {
    let mut out = Vec::new();
    let mut candidates: Vec<Vec<&str>> = Vec::new();
    for slots in slots {
        let may: Vec<&str> = holders(slots, people, ways).into_iter().filter(|person| !barred(person)).collect();
        let fits = |person: &&&str| approvals.get(**person).is_some_and(|via| slots.via.contains(via));
        let fitting: Vec<&str> = may.iter().filter(fits).copied().collect();
        let may: Vec<String> = may.iter().map(|person| (*person).to_owned()).collect();
        // More slots than people can never be filled; one too many shows that as well as a million.
        for _ in 0..slots.count.min(u32::try_from(people.iter().count()).unwrap_or(u32::MAX).saturating_add(1)) {
            let (role, via) = (slots.role.clone(), slots.via.clone());
            out.push(Slot { role, filled_by: None, may: may.clone(), via });
            candidates.push(fitting.clone());
        }
    }
    for (person, slot) in matched(&candidates) {
        out[slot].filled_by = Some(person.to_owned());
    }
    out
}

/// As many slots as can be filled, each by another person: the slot of each person.
fn matched<'a>(candidates: &[Vec<&'a str>]) -> BTreeMap<&'a str, usize> {
    let mut holder: BTreeMap<&str, usize> = BTreeMap::new();
    for slot in 0..candidates.len() {
        augment(slot, candidates, &mut holder, &mut BTreeSet::new());
    }
    holder
}

/// Finds a person for a slot, moving others to other slots where needed. `tried` keeps people who were asked already.
fn augment<'a>(
    slot: usize,
    candidates: &[Vec<&'a str>],
    holder: &mut BTreeMap<&'a str, usize>,
    tried: &mut BTreeSet<&'a str>,
) -> bool {
    for person in &candidates[slot] {
        if !tried.insert(person) {
            continue;
        }
        let free = match holder.get(person).copied() {
            None => true,
            Some(other) => augment(other, candidates, holder, tried),
        };
        if free {
            holder.insert(person, slot);
            return true;
        }
    }
    false
}
