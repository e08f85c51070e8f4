//! The walk: genesis, then commit by commit along first parents, following what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ahead::ahead;
use super::reader::Reader;
use super::settle::Judge;
use super::taint::newly_compromised;
use super::{Excursion, Landing, Ledger, Open, Step};
use crate::compare::version_of;
use crate::document::{Digest, Document, Value};
use crate::finding::{Finding, rules};
use crate::git::objects::{Commit, Delta};
use crate::git::{GitError, ObjectId, Repository};
use crate::governance::decide::truly_made;
use crate::governance::people::People;
use crate::governance::policy::Policy;
use crate::registry::Kinds;
use crate::registry::layout::{
    DocumentRole, POLICY_JSON, REGISTRY, REGISTRY_JSON, Role, SCHEMAS, change_folder, change_path, decision_path, role,
};

/// What replaying a history gave.
pub enum Outcome {
    /// A ledger, and what is wrong at its last commit.
    Ledger(Box<Replay>),
    /// No ledger could be started, and why.
    None(Vec<Finding>),
}

/// A ledger in the making, which can be taken on by one more tree.
#[derive(Clone)]
pub struct Replay {
    /// What was proven so far.
    pub ledger: Ledger,
    view: View,
}

/// The tree at the newest commit, and how it stands to the accepted state.
#[derive(Clone, Default)]
pub(super) struct View {
    /// Files under `registry/` and `schemas/`.
    pub(super) files: BTreeMap<String, ObjectId>,
    /// The tree of the root folder.
    tree: Option<ObjectId>,
    malformed: BTreeMap<String, String>,
    differing: BTreeSet<String>,
    altered: BTreeSet<String>,
    unknown: BTreeSet<String>,
    /// Records that are not permanent.
    loose: BTreeSet<String>,
    /// Why a loose decision or manifest proves nothing.
    pub(super) reasons: BTreeMap<String, String>,
    people_changed: bool,
    /// What was touched since the tree was well-formed last.
    carried: Touched,
}

/// What one commit touched.
#[derive(Clone, Default)]
struct Touched {
    documents: BTreeSet<String>,
    changes: BTreeSet<String>,
    decisions: BTreeSet<(String, String, u32)>,
    releases: BTreeSet<String>,
}

impl Touched {
    fn add(&mut self, mut other: Touched) {
        self.documents.append(&mut other.documents);
        self.changes.append(&mut other.changes);
        self.decisions.append(&mut other.decisions);
        self.releases.append(&mut other.releases);
    }
}

/// Replays the first-parent history of `tip`. `root` is the folder that holds `registry/`, from the top of the
/// repository (`""` if it is the top). `progress` hears of commits done and of all.
///
/// # Errors
/// The history is incomplete or damaged.
pub fn replay(
    repository: &Repository,
    root: &str,
    tip: ObjectId,
    mut progress: impl FnMut(usize, usize),
) -> Result<Outcome, GitError> {
    repository.require_complete()?;
    let reader = Reader::new(repository);
    let chain = repository.first_parents(tip)?;
    let mut trees = Vec::with_capacity(chain.len());
    for commit in &chain {
        let unchanged = trees.last().copied().filter(|(top, _)| *top == commit.tree);
        trees.push(match unchanged {
            Some(same) => same,
            None => (commit.tree, repository.subtree(commit.tree, root)?),
        });
    }
    let mut start = None;
    for (index, (_, tree)) in trees.iter().enumerate() {
        if let Some(tree) = tree.filter(|_| index == 0 || trees[index - 1].1 != *tree)
            && repository.file(tree, REGISTRY_JSON)?.is_some()
        {
            start = Some((index, tree));
            break;
        }
    }
    let Some((start, tree)) = start else {
        let message = "no commit of this history holds registry/registry.json";
        return Ok(Outcome::None(vec![Finding::on_file(&rules::NO_GENESIS, REGISTRY_JSON, message)]));
    };
    let mut replay = match Replay::genesis(&reader, &chain[start], tree)? {
        Ok(replay) => replay,
        Err(findings) => return Ok(Outcome::None(findings)),
    };
    let steps: Vec<Option<ObjectId>> = trees.iter().skip(start).map(|(_, tree)| *tree).collect();
    ahead(repository, &steps, |next| {
        for (index, commit) in chain.iter().enumerate().skip(start + 1) {
            progress(index, chain.len());
            let tree = trees[index].1;
            let delta = if tree == replay.view.tree { None } else { Some(next(&reader)?) };
            replay.advance_with(&reader, commit, tree, delta)?;
        }
        Ok(())
    })?;
    Ok(Outcome::Ledger(Box::new(replay)))
}

impl Replay {
    /// Accepts the documents of the first commit.
    fn genesis(reader: &Reader<'_>, commit: &Commit, tree: ObjectId) -> Result<Result<Replay, Vec<Finding>>, GitError> {
        let delta = reader.repository.delta(None, Some(tree), &[REGISTRY, SCHEMAS])?;
        let mut findings = Vec::new();
        let mut documents: BTreeMap<String, (ObjectId, Document)> = BTreeMap::new();
        let mut records = BTreeMap::new();
        for file in &delta.files {
            let Some(blob) = file.after else { continue };
            match role(&file.path) {
                Role::Document(_) => match Document::parse(&reader.repository.blob(blob)?) {
                    Ok(document) => {
                        reader.remember(blob, Some(document.digest()));
                        documents.insert(file.path.clone(), (blob, document));
                    }
                    Err(error) => findings.push(Finding::unreadable(&file.path, &error)),
                },
                Role::Change { .. } | Role::Decision { .. } | Role::Release { .. } => {
                    records.insert(file.path.clone(), blob);
                }
                Role::Free | Role::Unknown | Role::Outside => {}
            }
        }
        let values = || documents.iter().map(|(path, (_, document))| (path.as_str(), document.value()));
        let policy = match documents.get(POLICY_JSON) {
            Some((_, document)) => Policy::load(document.value()).map_err(|finding| findings.push(finding)).ok(),
            None => {
                let message = "the first commit holds no policy, so nothing could ever be approved";
                findings.push(Finding::on_file(&rules::GENESIS_INVALID, POLICY_JSON, message));
                None
            }
        };
        let people = People::load(values()).map_err(|found| findings.extend(found)).ok();
        let (Some(policy), Some(people), true) = (policy, people, findings.is_empty()) else {
            return Ok(Err(findings));
        };
        let digests = documents.iter().map(|(path, (_, document))| (path.as_str(), document.digest()));
        let trust = trust_digest(digests);
        let accepted = documents.iter().map(|(path, (blob, document))| {
            let version = version_of(path, document.value());
            (path.clone(), vec![Step { landing: 0, change: None, digest: document.digest(), blob: *blob, version }])
        });
        let ledger = Ledger {
            trust,
            landings: Vec::new(),
            accepted: accepted.collect(),
            imported: records.keys().filter(|path| !path.ends_with(".sig")).cloned().collect(),
            records,
            settled: BTreeMap::new(),
            tainted: BTreeMap::new(),
            order: Vec::new(),
            digests: BTreeSet::new(),
            open: BTreeMap::new(),
            releases: Vec::new(),
            excursions: Vec::new(),
            policy: Arc::new(policy),
            people: Arc::new(people),
            kinds: Arc::new(Kinds::load(values()).0),
        };
        let mut replay = Replay { ledger, view: View::default() };
        replay.advance_with(reader, commit, Some(tree), None)?;
        Ok(Ok(replay))
    }

    /// Takes the ledger on by one commit whose root folder has this tree.
    ///
    /// # Errors
    /// An object is missing.
    pub fn advance(&mut self, repository: &Repository, commit: &Commit, root: &str) -> Result<(), GitError> {
        let tree = repository.subtree(commit.tree, root)?;
        self.advance_with(&Reader::new(repository), commit, tree, None)
    }

    /// As [`Replay::advance`]; `delta` is what differs from the tree before, if that is known.
    fn advance_with(
        &mut self,
        reader: &Reader<'_>,
        commit: &Commit,
        tree: Option<ObjectId>,
        delta: Option<Delta>,
    ) -> Result<(), GitError> {
        let position = self.ledger.landings.len();
        self.ledger.landings.push(Landing {
            id: commit.id,
            author: commit.author.clone(),
            time: commit.time,
            title: commit.title.clone(),
            proven: self.is_proven(),
        });
        if position > 0 && tree == self.view.tree && !self.view.people_changed {
            self.note_excursion(position, &[]);
            return Ok(());
        }
        let delta = match delta {
            Some(delta) => delta,
            None => reader.repository.delta(self.view.tree, tree, &[REGISTRY, SCHEMAS])?,
        };
        self.view.tree = tree;
        let mut touched = self.take_in(reader, &delta)?;
        // What a malformed tree brought is judged at the next well-formed one.
        touched.add(std::mem::take(&mut self.view.carried));
        let mut settled = Vec::new();
        if !self.view.malformed.is_empty() {
            self.view.carried = touched;
        } else if position > 0 {
            settled = self.settle(reader, &touched, position)?;
        }
        self.ledger.landings[position].proven = self.is_proven();
        self.note_excursion(position, &settled);
        Ok(())
    }

    /// Brings the view up to the new tree.
    fn take_in(&mut self, reader: &Reader<'_>, delta: &Delta) -> Result<Touched, GitError> {
        let mut touched = Touched::default();
        for (folder, faults) in &delta.folders {
            self.view.malformed.remove(folder);
            if let Some((name, fault)) = faults.first() {
                self.view.malformed.insert(folder.clone(), format!("`{name}` {fault}"));
            }
        }
        for file in &delta.files {
            match file.after {
                Some(blob) => self.view.files.insert(file.path.clone(), blob),
                None => self.view.files.remove(&file.path),
            };
            match role(&file.path) {
                Role::Document(_) => {
                    touched.documents.insert(file.path.clone());
                    self.compare_document(reader, &file.path)?;
                }
                Role::Change { change, .. } => {
                    touched.changes.insert(change.to_owned());
                }
                Role::Decision { change, person, number, .. } => {
                    touched.changes.insert(change.to_owned());
                    touched.decisions.insert((change.to_owned(), person.to_owned(), number));
                }
                Role::Release { version, .. } => {
                    touched.releases.insert(version.to_owned());
                }
                Role::Unknown if file.after.is_some() => {
                    self.view.unknown.insert(file.path.clone());
                }
                Role::Unknown => {
                    self.view.unknown.remove(&file.path);
                }
                Role::Free | Role::Outside => {}
            }
            if matches!(role(&file.path), Role::Change { .. } | Role::Decision { .. } | Role::Release { .. }) {
                self.compare_record(&file.path);
            }
        }
        Ok(touched)
    }

    /// Notes whether a document is as accepted.
    fn compare_document(&mut self, reader: &Reader<'_>, path: &str) -> Result<(), GitError> {
        let found = match self.view.files.get(path) {
            Some(blob) => Some(reader.digest(*blob)?),
            None => None,
        };
        let accepted = self.ledger.current(path).map(|step| Some(step.digest));
        if found == accepted {
            self.view.differing.remove(path);
        } else {
            self.view.differing.insert(path.to_owned());
        }
        Ok(())
    }

    /// Notes whether a record is as it was when it became permanent, or is not permanent.
    fn compare_record(&mut self, path: &str) {
        let found = self.view.files.get(path);
        let permanent = self.ledger.records.get(path);
        let note = |set: &mut BTreeSet<String>, present: bool| match present {
            true => set.insert(path.to_owned()),
            false => set.remove(path),
        };
        note(&mut self.view.altered, permanent.is_some() && permanent != found);
        note(&mut self.view.loose, permanent.is_none() && found.is_some());
    }

    /// Makes a record and its signature permanent.
    pub(super) fn keep(&mut self, path: &str) {
        for path in [path.to_owned(), format!("{path}.sig")] {
            if let Some(blob) = self.view.files.get(&path) {
                self.ledger.records.insert(path.clone(), *blob);
            }
            self.compare_record(&path);
            self.view.reasons.remove(&path);
        }
    }

    /// Rules 2 and 3 of acceptance, then the manifests.
    fn settle(&mut self, reader: &Reader<'_>, touched: &Touched, position: usize) -> Result<Vec<String>, GitError> {
        let judge = Judge::at(reader, &self.ledger, &self.view)?;
        self.keep_decisions(reader, &judge, touched)?;
        let mut candidates = touched.changes.clone();
        let reached = |ledger: &Ledger, paths: &BTreeSet<String>| -> Vec<String> {
            ledger.open.iter().filter(|(_, open)| !open.paths.is_disjoint(paths)).map(|(id, _)| id.clone()).collect()
        };
        candidates.extend(reached(&self.ledger, &touched.documents));
        let mut settled = Vec::new();
        loop {
            let before = settled.len();
            for id in candidates.clone() {
                if self.ledger.settled.contains_key(&id) {
                    continue;
                }
                let paths = match judge.judge(&self.ledger, &self.view, &id)? {
                    None => {
                        self.ledger.open.remove(&id);
                        continue;
                    }
                    Some(judgement) => match judgement.into_settled(position) {
                        Ok(judged) => self.accept(reader, judged)?,
                        Err(open) => {
                            self.ledger.open.insert(id, *open);
                            continue;
                        }
                    },
                };
                candidates.extend(reached(&self.ledger, &paths));
                settled.push(id);
            }
            if settled.len() == before {
                break;
            }
        }
        self.keep_manifests(reader, &judge, &touched.releases, position)?;
        if settled.iter().any(|id| self.touches_schemas(id)) {
            self.ledger.kinds = Arc::new(self.accepted_kinds(reader)?);
        }
        self.view.people_changed = !Arc::ptr_eq(&judge.people, &self.ledger.people);
        if self.view.people_changed {
            let lost = newly_compromised(&self.ledger, &judge.people, &self.ledger.people);
            self.ledger.taint(&lost, position);
        }
        settled.iter().for_each(|id| self.ledger.ratify(id));
        Ok(settled)
    }

    /// Rule 2: decisions that hold become permanent. Those that did not before are tried again when people changed.
    fn keep_decisions(&mut self, reader: &Reader<'_>, judge: &Judge<'_>, touched: &Touched) -> Result<(), GitError> {
        let mut tried = touched.decisions.clone();
        if self.view.people_changed {
            tried.extend(self.view.loose.iter().filter_map(|path| match role(path) {
                Role::Decision { change, person, number, .. } => Some((change.to_owned(), person.to_owned(), number)),
                _ => None,
            }));
        }
        for (change, person, number) in tried {
            let path = decision_path(&change, &person, number);
            let signature = format!("{path}.sig");
            if self.ledger.records.contains_key(&path) {
                continue;
            }
            let (Some(record), Some(armour)) = (self.view.files.get(&path), self.view.files.get(&signature)) else {
                let reason = "a decision and its signature belong together; one of them is not there";
                self.view.reasons.insert(path, reason.to_owned());
                continue;
            };
            let signed = reader.signed(*record, *armour)?;
            match truly_made(&signed, &person, &change, self.ledger.trust, &judge.people) {
                Ok(()) => self.keep(&path),
                Err(reason) => {
                    self.view.reasons.insert(path, reason);
                }
            }
        }
        Ok(())
    }

    /// Accepts a change: its rows, its record, and the policy and people that it brings. Gives the paths of its rows.
    fn accept(&mut self, reader: &Reader<'_>, judged: super::settle::Judged) -> Result<BTreeSet<String>, GitError> {
        let super::settle::Judged { settled, steps, policy, people } = judged;
        let id = settled.change.id.clone();
        let paths: BTreeSet<String> = steps.iter().map(|(path, _)| path.clone()).collect();
        for (path, step) in steps {
            self.ledger.accepted.entry(path.clone()).or_default().push(step);
            self.compare_document(reader, &path)?;
        }
        if let Some(policy) = policy {
            self.ledger.policy = Arc::new(policy);
        }
        if let Some(people) = people {
            self.ledger.people = Arc::new(people);
        }
        self.ledger.open.remove(&id);
        self.keep(&format!("{}/change.json", change_folder(&id)));
        self.ledger.order.push(id.clone());
        self.ledger.digests.insert(settled.digest);
        self.ledger.settled.insert(id, settled);
        Ok(paths)
    }

    fn touches_schemas(&self, change: &str) -> bool {
        let rows = self.ledger.settled.get(change).into_iter().flat_map(|settled| &settled.change.rows);
        rows.into_iter().any(|row| row.path.starts_with("schemas/"))
    }

    fn accepted_kinds(&self, reader: &Reader<'_>) -> Result<Kinds, GitError> {
        let mut schemas: Vec<(String, Document)> = Vec::new();
        for (path, steps) in &self.ledger.accepted {
            if let (Role::Document(DocumentRole::Schema(_)), Some(step)) = (role(path), steps.last())
                && let Some(document) = reader.document(step.blob)?
            {
                schemas.push((path.clone(), document));
            }
        }
        Ok(Kinds::load(schemas.iter().map(|(path, document)| (path.as_str(), document.value()))).0)
    }

    /// Whether the tree is exactly the accepted state, and nothing has to be confirmed.
    fn is_proven(&self) -> bool {
        self.is_accepted() && self.ledger.tainted.is_empty()
    }

    /// Whether the tree is exactly the accepted state.
    fn is_accepted(&self) -> bool {
        let view = &self.view;
        view.malformed.is_empty()
            && view.differing.is_empty()
            && view.altered.is_empty()
            && view.unknown.is_empty()
            && view.loose.iter().all(|path| self.may_be_loose(path))
    }

    /// An open change may stand in the tree until it settles; nothing else that is not permanent may.
    fn may_be_loose(&self, path: &str) -> bool {
        match role(path) {
            Role::Change { change, .. } => self.ledger.open.get(change).is_some_and(|open| open.change.is_some()),
            _ => false,
        }
    }

    fn note_excursion(&mut self, position: usize, settled: &[String]) {
        let open = self.ledger.excursions.last().is_some_and(|excursion| excursion.healed.is_none());
        if self.is_accepted() {
            if let Some(excursion) = self.ledger.excursions.last_mut().filter(|_| open) {
                excursion.healed = Some((position, settled.to_vec()));
            }
            return;
        }
        if !open {
            self.ledger.excursions.push(Excursion::default());
        }
        let faults = self.differences();
        let unrecorded = self.view.differing.iter().any(|path| self.covering(path).is_none());
        if let Some(excursion) = self.ledger.excursions.last_mut() {
            excursion.landings.push(position);
            for finding in &faults {
                excursion.paths.entry(finding.path.clone()).or_insert(position);
            }
            excursion.unrecorded |= unrecorded;
            excursion.missing = faults;
        }
    }

    /// What keeps the newest tree from being proven.
    #[must_use]
    pub fn faults(&self) -> Vec<Finding> {
        let mut findings = self.differences();
        for (id, taint) in &self.ledger.tainted {
            let keys: Vec<&str> = taint.keys.iter().map(String::as_str).collect();
            let message = format!("it settled with the key {}, which was compromised by then", keys.join(" and "));
            findings.push(Finding::on_file(&rules::CHANGE_TAINTED, &change_path(id), message));
        }
        findings
    }

    /// What keeps the newest tree from being the accepted state, each with what could mend it.
    fn differences(&self) -> Vec<Finding> {
        let view = &self.view;
        let mut findings = Vec::new();
        for (folder, fault) in &view.malformed {
            findings.push(Finding::on_file(&rules::TREE_MALFORMED, folder, fault.clone()));
        }
        for path in &view.unknown {
            findings.push(Finding::on_file(
                &rules::UNKNOWN_FILE,
                path,
                "nothing in a registry has this name and place",
            ));
        }
        for path in &view.altered {
            let message = match view.files.get(path) {
                Some(_) => "this record was edited after it had landed",
                None => "this record was removed after it had landed",
            };
            findings.push(Finding::on_file(&rules::RECORD_ALTERED, path, message));
        }
        for path in &view.differing {
            findings.push(self.difference(path));
        }
        for path in view.loose.iter().filter(|path| !self.may_be_loose(path)) {
            let record = path.strip_suffix(".sig").unwrap_or(path);
            let open = match role(path) {
                Role::Change { change, .. } => self.ledger.open.get(change),
                _ => None,
            };
            let reason = view.reasons.get(record).cloned();
            let reason = reason.or_else(|| open?.findings.first().map(|finding| finding.message.clone()));
            let reason = reason.unwrap_or_else(|| "it proves nothing".to_owned());
            findings.push(Finding::on_file(&rules::RECORD_UNKNOWN, path, reason));
        }
        findings
    }

    /// The open change that has a row for a document.
    fn covering(&self, path: &str) -> Option<&Open> {
        let has_row =
            |open: &&Open| open.change.as_ref().is_some_and(|change| change.rows.iter().any(|row| row.path == path));
        self.ledger.open.values().find(has_row)
    }

    /// How a document differs from the accepted one, and what the change that would settle it lacks.
    fn difference(&self, path: &str) -> Finding {
        let what = match (self.view.files.contains_key(path), self.ledger.current(path).is_some()) {
            (true, true) => "this document differs from the accepted one",
            (true, false) => "this document is new and was never accepted",
            _ => "this document was accepted and is gone",
        };
        let lacking = match self.covering(path) {
            None => "no change record covers it".to_owned(),
            Some(open) => {
                let id = open.change.as_ref().map_or("", |change| change.id.as_str());
                let missing: Vec<&str> = open
                    .findings
                    .iter()
                    .filter(|finding| finding.level() == crate::finding::Level::Error)
                    .map(|finding| finding.message.as_str())
                    .collect();
                format!("the change {id} would cover it, but {}", missing.join("; "))
            }
        };
        Finding::on_file(&rules::CONTENT_NOT_ACCEPTED, path, format!("{what}: {lacking}"))
    }

    /// The files under `registry/` and `schemas/` at the newest commit, by path.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, ObjectId> {
        &self.view.files
    }

    pub(super) fn view(&self) -> &View {
        &self.view
    }

    pub(super) fn note_reason(&mut self, path: &str, reason: String) {
        self.view.reasons.insert(path.to_owned(), reason);
    }
}

impl View {
    /// Whether a schema in the tree differs from the accepted one.
    pub(super) fn schemas_differ(&self) -> bool {
        self.differing.iter().any(|path| path.starts_with("schemas/"))
    }
}

/// The trust digest: over the digests of every governed document of genesis.
#[must_use]
pub fn trust_digest<'a>(documents: impl Iterator<Item = (&'a str, Digest)>) -> Digest {
    let documents = documents.map(|(path, digest)| (path, Value::from(digest.to_string()))).collect();
    let genesis = [("type", Value::from("canonry/genesis@1")), ("documents", Value::Object(documents))];
    Digest::of_value(&Value::Object(genesis.into_iter().collect()))
}
