//! Rule 4 of acceptance: changes that settled only with a key or an account which was somebody else's by then.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::{Ledger, Settled};
use crate::governance::heard::{Heard, without};
use crate::governance::people::{People, Person};
use crate::governance::policy::Via;

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
    /// The keys and people that were used for it, and without all of which it would not have settled.
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

/// What is compromised, each with the earliest position from which on it is. A commit that is not on the chain, which only
/// the people of genesis may name, stands for the beginning.
pub(super) fn compromised(ledger: &Ledger, people: &People) -> BTreeMap<Lost, usize> {
    let position = |commits: Vec<&str>| commits.iter().map(|commit| ledger.position(commit).unwrap_or(0)).min();
    people.iter().flat_map(compromised_of).filter_map(|(lost, commits)| Some((lost, position(commits)?))).collect()
}

/// Commits that people name and that are not on the chain, or that would count a key as sound for longer than before; with
/// the id of the person. What the same person named before is not asked again: people of genesis may have lost keys in a
/// history that is not this one.
pub(super) fn unsound_since(ledger: &Ledger, before: &People, after: &People) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for person in after.iter() {
        let named: BTreeMap<Lost, Vec<&str>> =
            before.get(&person.id).map(compromised_of).unwrap_or_default().into_iter().collect();
        for (lost, commits) in compromised_of(person) {
            let is_known = |commit: &str| named.get(&lost).is_some_and(|named| named.contains(&commit));
            let position = |commit: &&str| ledger.position(commit).or(is_known(commit).then_some(0));
            let unknown = commits.iter().find(|commit| position(commit).is_none());
            let later =
                ledger.lost.get(&lost).is_some_and(|known| commits.iter().filter_map(position).min() > Some(*known));
            let message = match (unknown, later) {
                (Some(commit), _) => format!("`since` names {commit}, which is no commit of this history"),
                (None, true) => format!("{lost} was compromised earlier than `since` says now"),
                (None, false) => continue,
            };
            found.insert((person.id.clone(), message));
        }
    }
    found
}

/// What a settled change rests on among what is lost since these positions: all of it that was used for the change, if
/// it would not have settled without that all.
fn rests_on(settled: &Settled, lost: &BTreeMap<Lost, usize>) -> BTreeSet<Lost> {
    let since = |what: &Lost, position: usize| lost.get(what).is_some_and(|since| position >= *since);
    let of = |heard: &Heard| {
        let person = (heard.decision.via == Via::Relay).then(|| Lost::Person(heard.decision.person.clone()));
        let used = std::iter::once(Lost::Key(heard.key.clone())).chain(person);
        used.filter(|what| since(what, heard.landed)).collect::<BTreeSet<Lost>>()
    };
    let proposer = Some(Lost::Key(settled.proposed_with.clone())).filter(|key| since(key, settled.landing));
    let stands = || {
        settled.verdict.stands_with(&settled.change.proposer, &without(&settled.heard, |heard| !of(heard).is_empty()))
    };
    let used: BTreeSet<Lost> = settled.heard.iter().flat_map(of).chain(proposer.clone()).collect();
    if proposer.is_none() && (used.is_empty() || stands()) {
        return BTreeSet::new();
    }
    used
}

impl Ledger {
    /// Marks what rests on what is lost, where that was not `known` before or is so from earlier on. What was confirmed is
    /// judged by what confirmed it.
    pub(super) fn taint(&mut self, known: &BTreeMap<Lost, usize>, known_since: usize) {
        let is_new = |(lost, since): &(&Lost, &usize)| known.get(lost).is_none_or(|known| *since < known);
        let Some(earliest) = self.lost.iter().filter(is_new).map(|(_, since)| *since).min() else { return };
        let mut marked = Vec::new();
        for (id, settled) in self.settled.iter().filter(|(id, _)| !self.confirmed.contains(*id)) {
            let found = if settled.landing >= earliest { rests_on(settled, &self.lost) } else { BTreeSet::new() };
            if !found.is_empty() {
                let taint = self.tainted.entry(id.clone());
                taint.or_insert_with(|| Taint { lost: BTreeSet::new(), known_since }).lost.extend(found);
                marked.push(Arc::clone(settled));
            }
        }
        for settled in marked {
            self.doubt(&settled);
        }
    }
}
