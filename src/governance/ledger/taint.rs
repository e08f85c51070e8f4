//! Rule 4 of acceptance: changes that settled only with a key or an account which was somebody else's by then.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Ledger, Settled};
use crate::governance::people::{People, Person};
use crate::governance::policy::Via;
use crate::governance::records::{Change, Decision};

/// What was somebody else's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Lost {
    /// A key, by its fingerprint.
    Key(String),
    /// A person with all accounts, by id.
    Person(String),
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lost::Key(fingerprint) => write!(formatter, "the key {fingerprint}"),
            Lost::Person(id) => write!(formatter, "an account of `{id}`"),
        }
    }
}

/// Why a settled change must be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Taint {
    /// The keys and people without any one of which it would not have settled.
    pub lost: BTreeSet<Lost>,
    /// Position on the chain of the commit at which that became known.
    pub known_since: usize,
}

impl Taint {
    /// Fingerprints of the keys among it.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        self.lost.iter().filter_map(|lost| if let Lost::Key(key) = lost { Some(key.as_str()) } else { None }).collect()
    }

    /// Ids of the people among it.
    #[must_use]
    pub fn people(&self) -> Vec<&str> {
        self.lost.iter().filter_map(|lost| if let Lost::Person(id) = lost { Some(id.as_str()) } else { None }).collect()
    }
}

/// Everything of a person that is compromised, each with the commits from which on it is.
fn compromised_of(person: &Person) -> Vec<(Lost, Vec<&str>)> {
    let keys = person.compromised().map(|(key, commits)| (Lost::Key(key.fingerprint()), commits.collect::<Vec<_>>()));
    let accounts = person.since.iter().filter(|_| !person.accounts.is_empty());
    let whole = (Lost::Person(person.id.clone()), accounts.map(String::as_str).collect());
    keys.chain([whole]).filter(|(_, commits)| !commits.is_empty()).collect()
}

/// What is compromised, each with the earliest position from which on it is. A commit that is not on the chain has none.
fn compromised(ledger: &Ledger, people: &People) -> BTreeMap<Lost, usize> {
    let found = people.iter().flat_map(compromised_of);
    let position = |commits: Vec<&str>| commits.iter().filter_map(|commit| ledger.position(commit)).min();
    found.filter_map(|(lost, commits)| Some((lost, position(commits)?))).collect()
}

/// What new people call compromised and old people did not, or only from later on, with the position since when it is.
pub(super) fn newly_compromised(ledger: &Ledger, before: &People, after: &People) -> BTreeMap<Lost, usize> {
    let known = compromised(ledger, before);
    let mut found = compromised(ledger, after);
    found.retain(|lost, since| known.get(lost).is_none_or(|known| *since < *known));
    found
}

/// Commits that people name and that are not on the chain, or that would count a key as sound for longer than before; with
/// the id of the person.
pub(super) fn unsound_since(ledger: &Ledger, before: &People, after: &People) -> BTreeSet<(String, String)> {
    let known = compromised(ledger, before);
    let mut found = BTreeSet::new();
    for person in after.iter() {
        for (lost, commits) in compromised_of(person) {
            let positions: Vec<Option<usize>> = commits.iter().map(|commit| ledger.position(commit)).collect();
            let unknown = commits.iter().zip(&positions).find(|(_, position)| position.is_none());
            let later = known.get(&lost).filter(|known| positions.iter().flatten().min() > Some(known));
            let message = match (unknown, later) {
                (Some((commit, _)), _) => format!("`since` names {commit}, which is no commit of this history"),
                (None, Some(_)) => format!("{lost} was compromised earlier than `since` says now"),
                (None, None) => continue,
            };
            found.insert((person.id.clone(), message));
        }
    }
    found
}

/// Whether a settled change would not have settled without a key, or without what came by the accounts of a person.
pub(super) fn rests_on(settled: &Settled, lost: &Lost) -> bool {
    let is_gone = |decision: &Decision, with: &str| match lost {
        Lost::Key(key) => with == key,
        Lost::Person(id) => decision.via == Via::Relay && decision.person == *id,
    };
    let gone = settled.decisions.iter().filter(|(decision, with)| is_gone(decision, with));
    let gone: BTreeSet<&str> = gone.map(|(decision, _)| decision.person.as_str()).collect();
    let decisions: Vec<_> = settled.decisions.iter().map(|(decision, _)| decision).collect();
    let proposed = matches!(lost, Lost::Key(key) if settled.proposed_with == *key);
    proposed || !gone.is_empty() && !settled.verdict.stands_without(&decisions, &gone)
}

impl Ledger {
    /// Marks what rests on keys and people that were found to be compromised since these positions.
    pub(super) fn taint(&mut self, lost: &BTreeMap<Lost, usize>, known_since: usize) {
        for (id, settled) in &self.settled {
            let found = lost.iter().filter(|(lost, since)| settled.landing >= **since && rests_on(settled, lost));
            let found: BTreeSet<Lost> = found.map(|(lost, _)| lost.clone()).collect();
            if !found.is_empty() {
                let taint = self.tainted.entry(id.clone());
                taint.or_insert_with(|| Taint { lost: BTreeSet::new(), known_since }).lost.extend(found);
            }
        }
    }

    /// Takes the marks from changes that a settled one confirms. One that must be confirmed itself confirms nothing.
    pub(super) fn ratify(&mut self, id: &str) {
        let Some(settled) = self.settled.get(id).filter(|_| !self.tainted.contains_key(id)) else { return };
        for confirmed in confirmed(self, &settled.change).into_iter().map(str::to_owned).collect::<Vec<_>>() {
            self.tainted.remove(&confirmed);
        }
    }
}

/// The settled changes that a change confirms, and those that these confirm.
pub(super) fn confirmed<'l>(ledger: &'l Ledger, change: &Change) -> BTreeSet<&'l str> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&String> = change.ratifies.iter().collect();
    while let Some(id) = open.pop() {
        if let Some((id, settled)) = ledger.settled.get_key_value(id)
            && found.insert(id)
        {
            open.extend(&settled.change.ratifies);
        }
    }
    found
}
