//! Rule 4 of acceptance, how a taint is taken away: who must confirm what, and what that says of the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::settle::Judge;
use super::{Ledger, Settled};
use crate::document::Value;
use crate::git::GitError;
use crate::governance::decide::{RowVerdict, VerifiedDecision, able, decide};
use crate::governance::people::People;
use crate::governance::policy::{Policy, RowFacts};
use crate::governance::records::Change;
use crate::registry::Impact;
use crate::registry::layout::{DocumentRole, POLICY_JSON, document_role};

/// A row of a settled change that is confirmed.
pub(super) struct Confirmed {
    pub(super) path: String,
    pub(super) impact: Impact,
    /// Whether it is a definition that only rested on what the change did.
    pub(super) affected: bool,
    /// The document as it is accepted now.
    pub(super) document: Value,
}

impl Judge<'_> {
    /// The rows of the settled changes that a change confirms, and what rested on them by the policy of then.
    pub(super) fn confirmed(&self, ledger: &Ledger, change: &Change) -> Result<Vec<Confirmed>, GitError> {
        let mut rows = Vec::new();
        let all: Vec<&Arc<Settled>> =
            confirmed(ledger, change).into_iter().filter_map(|id| ledger.settled.get(id)).collect();
        let own: BTreeSet<&String> = all.iter().flat_map(|one| &one.change.rows).map(|row| &row.path).collect();
        for settled in all {
            let of_rows = settled.change.rows.iter().zip(&settled.impacts);
            let of_rows = of_rows.map(|(row, impact)| (&row.path, *impact, false));
            let asked = settled.verdict.rows.iter().map(|row| &row.path).filter(|path| !own.contains(path));
            for (path, impact, affected) in of_rows.chain(asked.map(|path| (path, Impact::Major, true))) {
                let document = ledger.current(path).map(|step| self.reader.document(step.blob)).transpose()?;
                let document = document.flatten().map_or(Value::Null, |document| document.value().clone());
                rows.push(Confirmed { path: path.clone(), impact, affected, document });
            }
        }
        Ok(rows)
    }

    /// What the policy and the people ask for who were in force before the doubtful changes among those that a change
    /// confirms. Nobody whom these brought or altered approves them, as long as there is somebody else who could.
    pub(super) fn asked_before(
        &self,
        ledger: &Ledger,
        change: &Change,
        rows: &[RowFacts<'_>],
        decisions: &[VerifiedDecision],
    ) -> Result<Vec<RowVerdict>, GitError> {
        let doubtful = confirmed(ledger, change).into_iter().filter(|id| ledger.doubted.get(*id) == Some(&None));
        let doubtful: Vec<&Arc<Settled>> = doubtful.filter_map(|id| ledger.settled.get(id)).collect();
        let Some(first) = doubtful.iter().map(|settled| settled.landing).min() else { return Ok(Vec::new()) };
        let mut documents: Vec<(&str, Value)> = Vec::new();
        for path in ledger.accepted.keys() {
            if let Some(DocumentRole::Policy | DocumentRole::Person(_)) = document_role(path)
                && let Some(step) = first.checked_sub(1).and_then(|before| ledger.at(path, before))
                && let Some(document) = self.reader.document(step.blob)?
            {
                documents.push((path, document.value().clone()));
            }
        }
        let values = || documents.iter().map(|(path, value)| (*path, value));
        let policy = values().find(|(path, _)| *path == POLICY_JSON).map(|(_, value)| Policy::load(value));
        let (Some(Ok(policy)), Ok(people)) = (policy, People::load(values())) else { return Ok(Vec::new()) };
        let mut asked = decide(&policy, &people, &change.proposer, rows, decisions, |_| None).rows;
        let paths = doubtful.iter().flat_map(|settled| &settled.change.rows).map(|row| row.path.as_str());
        let altered: BTreeSet<&str> = paths
            .filter_map(|path| match document_role(path) {
                Some(DocumentRole::Person(id)) => Some(id),
                _ => None,
            })
            .collect();
        let able = able(&self.policy, &self.people);
        for row in &mut asked {
            row.denied = None;
            row.only_by(|person| able.contains(person), |person| altered.contains(person));
            row.refill(decisions);
        }
        asked.retain(|row| !row.slots.is_empty());
        Ok(asked)
    }
}

impl Ledger {
    /// Takes the marks from changes that a settled one confirms. One that must be confirmed itself confirms nothing.
    pub(super) fn ratify(&mut self, id: &str) {
        let Some(settled) = self.settled.get(id).filter(|_| !self.tainted.contains_key(id)).map(Arc::clone) else {
            return;
        };
        let all: Vec<String> = confirmed(self, &settled.change).into_iter().map(str::to_owned).collect();
        for id in all.iter().filter(|id| self.tainted.contains_key(*id)).cloned().collect::<Vec<_>>() {
            self.tainted.remove(&id);
            // What confirms a change may be what takes it back.
            let later = all.iter().filter_map(|other| self.settled.get(other)).chain([&settled]);
            let until = later.filter(|later| takes_back(later, self.settled.get(&id))).map(|later| later.landing).min();
            match (self.doubted.get_mut(&id), until) {
                (Some(known @ None), Some(_)) => *known = until,
                (Some(None), None) => {
                    self.doubted.remove(&id);
                }
                (Some(Some(_)) | None, _) => {}
            }
            self.confirmed.insert(id);
        }
    }

    /// The changes that settled while a doubtful one ruled, by the id of that.
    pub fn settled_under_doubt(&self) -> BTreeMap<&str, Vec<&str>> {
        let ruled = |doubtful: &str, until: Option<usize>| {
            let after = self.order.iter().skip_while(|id| *id != doubtful).skip(1).map(String::as_str);
            let lands = |id: &&str| self.settled.get(*id).map(|settled| settled.landing);
            after.take_while(|id| until.is_none_or(|until| lands(id) < Some(until))).collect::<Vec<&str>>()
        };
        self.doubted.iter().map(|(id, until)| (id.as_str(), ruled(id, *until))).collect()
    }
}

/// Whether a change names another one and replaces what that had brought of policy, people or schemas.
fn takes_back(later: &Settled, earlier: Option<&Arc<Settled>>) -> bool {
    let Some(earlier) = earlier.filter(|earlier| later.change.ratifies.contains(&earlier.change.id)) else {
        return false;
    };
    let ruling = earlier.change.rows.iter().map(|row| &row.path).filter(|path| rules_others(path));
    ruling.into_iter().any(|path| later.change.rows.iter().any(|row| row.path == *path))
}

/// Whether a document says what other changes need: who may approve, and what they mean.
fn rules_others(path: &str) -> bool {
    matches!(document_role(path), Some(DocumentRole::Policy | DocumentRole::Person(_) | DocumentRole::Schema(_)))
}

/// Whether a change moved such a document.
pub(super) fn governs(settled: &Settled) -> bool {
    settled.change.rows.iter().any(|row| rules_others(&row.path))
}

/// The settled changes that a change confirms, and those that these confirm.
fn confirmed<'l>(ledger: &'l Ledger, change: &Change) -> BTreeSet<&'l str> {
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
