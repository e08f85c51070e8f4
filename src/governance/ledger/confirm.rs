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
pub(super) struct RowToConfirm {
    pub(super) path: String,
    pub(super) impact: Impact,
    /// Whether it is a definition that only rested on what the change did.
    pub(super) affected: bool,
    /// The document as it is accepted now.
    pub(super) document: Value,
}

impl Judge<'_> {
    /// The rows of the settled changes that a change confirms, and what rested on them by the policy of then.
    pub(super) fn rows_to_confirm(&self, ledger: &Ledger, change: &Change) -> Result<Vec<RowToConfirm>, GitError> {
        let mut rows = Vec::new();
        let all: Vec<&Arc<Settled>> =
            ratified(ledger, change).into_iter().filter_map(|id| ledger.settled.get(id)).collect();
        let own: BTreeSet<&String> = all.iter().flat_map(|one| &one.change.rows).map(|row| &row.path).collect();
        for settled in all {
            let of_rows = settled.change.rows.iter().zip(&settled.impacts);
            let of_rows = of_rows.map(|(row, impact)| (&row.path, *impact, false));
            let asked = settled.verdict.rows.iter().map(|row| &row.path).filter(|path| !own.contains(path));
            for (path, impact, affected) in of_rows.chain(asked.map(|path| (path, Impact::Major, true))) {
                let document = ledger.current(path).map(|step| self.reader.document(step.blob)).transpose()?;
                let document = document.flatten().map_or(Value::Null, |document| document.value().clone());
                rows.push(RowToConfirm { path: path.clone(), impact, affected, document });
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
        let doubtful = ratified(ledger, change).into_iter().filter(|id| ledger.doubted.get(*id) == Some(&None));
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
    /// Notes that what a tainted change brought of policy, people or schemas is doubtful, and what changes brought that only it
    /// had confirmed.
    pub(super) fn doubt(&mut self, tainted: &Settled) {
        let all = ratified(self, &tainted.change).into_iter().filter_map(|id| self.settled.get(id));
        let all = all.map(|settled| &**settled).chain([tainted]).filter(|settled| rules_others(settled));
        for id in all.map(|settled| settled.change.id.clone()).collect::<Vec<_>>() {
            self.doubted.entry(id).or_insert(None);
        }
    }

    /// Takes the marks from changes that a settled one confirms. One that must be confirmed itself confirms nothing.
    pub(super) fn ratify(&mut self, id: &str) {
        let Some(settled) = self.settled.get(id).filter(|_| !self.tainted.contains_key(id)).map(Arc::clone) else {
            return;
        };
        let all: Vec<Arc<Settled>> =
            ratified(self, &settled.change).into_iter().filter_map(|id| self.settled.get(id)).map(Arc::clone).collect();
        for one in &all {
            let id = &one.change.id;
            if self.tainted.remove(id).is_some() {
                self.confirmed.insert(id.clone());
            }
            // What confirms a change may be what takes it back.
            let naming = all.iter().filter(|later| later.change.ratifies.contains(id)).chain([&settled]);
            let until = naming.filter(|later| replaces(later, one)).map(|later| later.landing).min();
            match (self.doubted.get_mut(id), until) {
                (Some(known @ None), Some(_)) => *known = until,
                (Some(None), None) => {
                    self.doubted.remove(id);
                }
                (Some(Some(_)) | None, _) => {}
            }
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

/// Whether a document says what other changes need: who may approve, and what they mean.
fn is_rule(path: &str) -> bool {
    matches!(document_role(path), Some(DocumentRole::Policy | DocumentRole::Person(_) | DocumentRole::Schema(_)))
}

/// Whether a change moved such a document.
fn rules_others(settled: &Settled) -> bool {
    settled.change.rows.iter().any(|row| is_rule(&row.path))
}

/// Whether a change moved one of those that another one had moved.
fn replaces(later: &Settled, earlier: &Settled) -> bool {
    let rules = earlier.change.rows.iter().map(|row| &row.path).filter(|path| is_rule(path));
    rules.into_iter().any(|path| later.change.rows.iter().any(|row| row.path == *path))
}

/// The settled changes that a change confirms, and those that these confirm.
fn ratified<'l>(ledger: &'l Ledger, change: &Change) -> BTreeSet<&'l str> {
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
