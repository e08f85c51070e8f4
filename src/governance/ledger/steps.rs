//! What rows mean and reach, computed from the accepted documents alone: for policies that ask.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Ledger;
use super::reader::{Foundations, Reader};
use super::settle::JudgedRow;
use crate::check::reach::foundations;
use crate::compare::{Sides, affected, closed, compare_at, tell};
use crate::document::Value;
use crate::git::{GitError, ObjectId};
use crate::registry::layout::{definition_name, definition_path};
use crate::registry::{Impact, Kinds, Registry};

/// The rows of a change, beside all that is accepted.
pub(super) struct Steps<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) ledger: &'a Ledger,
    pub(super) rows: &'a [JudgedRow],
    /// The accepted kinds, and those of the tree.
    pub(super) kinds: (&'a Arc<Kinds>, &'a Arc<Kinds>),
}

impl Steps<'_> {
    /// The codes of what each row means, by path. A row of which that is not proved is not among them.
    pub(super) fn meanings(&self) -> Result<BTreeMap<String, BTreeSet<String>>, GitError> {
        let paths: BTreeSet<String> = self.rows.iter().map(|judged| judged.row.path.clone()).collect();
        let (before, after) = closed(&paths, |paths| self.load(paths))?;
        let mut rows = compare_at(&before, &after, paths.iter().map(String::as_str));
        tell(&mut rows, &Sides::new(&before, &after));
        Ok(rows.iter().filter_map(|row| Some((row.path.clone(), row.codes()?))).collect())
    }

    /// The accepted definitions that rest on one of which the meaning changes, by path. Those that are rows themselves and
    /// those that have ended are left out.
    pub(super) fn affected(&self) -> Result<Vec<(String, Value)>, GitError> {
        let changed = self.rows.iter().filter(|judged| judged.impact == Impact::Major);
        let changed: BTreeSet<String> = changed.filter_map(|judged| definition_name(&judged.row.path)).collect();
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let mut referrers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in self.ledger.accepted.keys() {
            let (Some(name), Some(blob)) = (definition_name(path), self.now(path)) else { continue };
            for foundation in self.reader.foundations(path, blob, self.kinds.1)?.iter() {
                referrers.entry(foundation.clone()).or_default().push(name.clone());
            }
        }
        let found = affected(&changed, |name| Ok::<_, GitError>(referrers.get(name).cloned().unwrap_or_default()))?;
        let own: BTreeSet<String> = self.rows.iter().filter_map(|judged| definition_name(&judged.row.path)).collect();
        let mut documents = Vec::new();
        for affected in found.iter().filter(|affected| !own.contains(&affected.name)) {
            let Some((kind, id)) = affected.name.split_once('/') else { continue };
            let path = definition_path(kind, id);
            let document = self.now(&path).map(|blob| self.reader.document(blob)).transpose()?.flatten();
            if let Some(document) = document.filter(|document| document.text("status") != Some("retired")) {
                documents.push((path, document.value().clone()));
            }
        }
        Ok(documents)
    }

    /// Files as they are accepted, and as they are with the rows.
    fn load(&self, paths: &BTreeSet<String>) -> Result<(Registry, Registry), GitError> {
        let read = |blob_of: &dyn Fn(&str) -> Option<ObjectId>| {
            let there = paths.iter().filter_map(|path| Some((path, blob_of(path)?)));
            let read = |(path, blob): (&String, ObjectId)| Ok((path.clone(), self.reader.repository.blob(blob)?));
            there.map(read).collect::<Result<Vec<_>, GitError>>()
        };
        let before = read(&|path| self.ledger.current(path).map(|step| step.blob))?;
        let after = read(&|path| self.now(path))?;
        Ok((Registry::load_under(self.kinds.0, before).0, Registry::load_under(self.kinds.1, after).0))
    }

    /// The blob of a document once the rows are accepted.
    fn now(&self, path: &str) -> Option<ObjectId> {
        let row = self.rows.iter().find(|judged| judged.row.path == path).map(|judged| judged.blob);
        row.or_else(|| self.ledger.current(path).map(|step| step.blob))
    }
}

impl Reader<'_> {
    /// What the definition of a blob rests on, by `kind/id`; remembered, since a policy asks about all at every change.
    fn foundations(&self, path: &str, blob: ObjectId, kinds: &Arc<Kinds>) -> Result<Arc<BTreeSet<String>>, GitError> {
        let mut remembered = self.foundations.borrow_mut();
        if remembered.kinds.as_ref().is_none_or(|known| !Arc::ptr_eq(known, kinds)) {
            *remembered = Foundations { kinds: Some(Arc::clone(kinds)), of: BTreeMap::new() };
        }
        if let Some(known) = remembered.of.get(&(path.to_owned(), blob)) {
            return Ok(Arc::clone(known));
        }
        let (registry, _) = Registry::load_under(kinds, [(path.to_owned(), self.repository.blob(blob)?)]);
        let found = foundations(&registry).into_iter().next().map(|(_, names)| names).unwrap_or_default();
        let found = Arc::new(found);
        remembered.of.insert((path.to_owned(), blob), Arc::clone(&found));
        Ok(found)
    }
}
