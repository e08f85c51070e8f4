//! Rule 4 of acceptance: changes that settled only with a key which was somebody else's by then.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ledger, Settled};
use crate::governance::people::People;
use crate::governance::records::Change;

/// Why a settled change must be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Taint {
    /// Fingerprints of the keys without any one of which it would not have settled.
    pub keys: BTreeSet<String>,
    /// Position on the chain of the commit at which that became known.
    pub known_since: usize,
}

/// The compromised keys, by fingerprint, each with the earliest position from which on it is. A commit that is not on the
/// chain has none.
fn compromised(ledger: &Ledger, people: &People) -> BTreeMap<String, usize> {
    let mut since: BTreeMap<String, usize> = BTreeMap::new();
    for (key, commits) in people.iter().flat_map(|person| person.compromised()) {
        if let Some(position) = commits.filter_map(|commit| ledger.position(commit)).min() {
            since.insert(key.fingerprint(), position);
        }
    }
    since
}

/// The compromised keys of new people that old people did not know, or knew to be so only later, with the position since
/// when they are.
pub(super) fn newly_compromised(ledger: &Ledger, before: &People, after: &People) -> BTreeMap<String, usize> {
    let known = compromised(ledger, before);
    let mut found = compromised(ledger, after);
    found.retain(|key, since| known.get(key).is_none_or(|known| *since < *known));
    found
}

/// Commits that people name and that are not on the chain, or that would count a key as sound for longer than before; with
/// the id of the person.
pub(super) fn unsound_since(ledger: &Ledger, before: &People, after: &People) -> Vec<(String, String)> {
    let known = compromised(ledger, before);
    let mut found = Vec::new();
    for person in after.iter() {
        for (key, commits) in person.compromised() {
            let fingerprint = key.fingerprint();
            let commits: Vec<&str> = commits.collect();
            let positions: Vec<Option<usize>> = commits.iter().map(|commit| ledger.position(commit)).collect();
            let unknown = commits.iter().zip(&positions).find(|(_, position)| position.is_none());
            let later = known.get(&fingerprint).filter(|known| positions.iter().flatten().min() > Some(known));
            let message = match (unknown, later) {
                (Some((commit, _)), _) => format!("`since` names {commit}, which is no commit of this history"),
                (None, Some(_)) => format!("the key {fingerprint} was compromised earlier than `since` says now"),
                (None, None) => continue,
            };
            found.push((person.id.clone(), message));
        }
    }
    found
}

/// Whether a settled change would not have settled without a key.
pub(super) fn rests_on(settled: &Settled, key: &str) -> bool {
    let gone = settled.decisions.iter().filter(|(_, with)| with == key).map(|(decision, _)| decision.person.as_str());
    let gone: BTreeSet<&str> = gone.collect();
    let decisions: Vec<_> = settled.decisions.iter().map(|(decision, _)| decision).collect();
    settled.proposed_with == key || !gone.is_empty() && !settled.verdict.stands_without(&decisions, &gone)
}

impl Ledger {
    /// Marks what rests on keys that were found to be compromised since these positions.
    pub(super) fn taint(&mut self, keys: &BTreeMap<String, usize>, known_since: usize) {
        for (id, settled) in &self.settled {
            let found = keys.iter().filter(|(key, since)| settled.landing >= **since && rests_on(settled, key));
            let found: BTreeSet<String> = found.map(|(key, _)| key.clone()).collect();
            if !found.is_empty() {
                let taint = self.tainted.entry(id.clone());
                taint.or_insert_with(|| Taint { keys: BTreeSet::new(), known_since }).keys.extend(found);
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
