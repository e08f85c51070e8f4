//! The walk: genesis, then commit by commit along first parents, following what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ahead::ahead;
use super::reader::Reader;
use super::settle::Judge;
use super::snapshot::Remembered;
use super::taint::compromised;
use super::{Entered, Landing, Ledger, Step};
use crate::compare::version_of;
use crate::document::{Digest, Document, Value};
use crate::finding::{Finding, rules};
use crate::git::delta::{Delta, Deltas};
use crate::git::objects::Commit;
use crate::git::{GitError, ObjectId, Repository};
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
#[derive(Clone, Serialize, Deserialize)]
pub struct Replay {
    /// What was proven so far.
    pub ledger: Ledger,
    view: View,
}

/// The tree at the newest commit, and how it stands to the accepted state.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct View {
    /// Files under `registry/` and `schemas/`.
    #[serde(skip)]
    pub(super) files: BTreeMap<String, ObjectId>,
    /// The tree of the root folder.
    tree: Option<ObjectId>,
    pub(super) malformed: BTreeMap<String, String>,
    pub(super) differing: BTreeSet<String>,
    pub(super) altered: BTreeSet<String>,
    pub(super) unknown: BTreeSet<String>,
    /// Records that are not permanent.
    pub(super) loose: BTreeSet<String>,
    /// Why a loose decision or manifest proves nothing.
    pub(super) reasons: BTreeMap<String, String>,
    judges_changed: bool,
    /// What was touched since the tree was well-formed last.
    carried: Touched,
}

/// What one commit touched.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Touched {
    documents: BTreeSet<String>,
    changes: BTreeSet<String>,
    releases: BTreeSet<String>,
}

impl Touched {
    fn add(&mut self, mut other: Touched) {
        self.documents.append(&mut other.documents);
        self.changes.append(&mut other.changes);
        self.releases.append(&mut other.releases);
    }
}

/// Replays the first-parent history of `tip`. `root` is the folder that holds `registry/`, from the top of the
/// repository (`""` if it is the top). A snapshot of one of its commits spares reading what came before; it is believed.
/// `progress` hears of commits done and of all.
///
/// # Errors
/// The history is incomplete or damaged.
pub fn replay(
    repository: &Repository,
    root: &str,
    tip: ObjectId,
    snapshot: Option<&Remembered<'_>>,
    progress: impl FnMut(usize, usize),
) -> Result<Outcome, GitError> {
    repository.require_complete()?;
    let reader = Reader::new(repository);
    let (mut chain, is_known) = repository.first_parents(tip, snapshot.map(|snapshot| snapshot.tip))?;
    if let Some(snapshot) = snapshot.filter(|_| is_known) {
        // A hint that leads nowhere is none.
        if let Ok(Some(replay)) = Replay::taken_up(snapshot, repository) {
            return replay.walk(&reader, root, &chain, progress);
        }
        chain = repository.first_parents(tip, None)?.0;
    }
    let mut last = None;
    for (index, commit) in chain.iter().enumerate() {
        if last == Some(commit.tree) {
            continue;
        }
        last = Some(commit.tree);
        if let Some(tree) = repository.subtree(commit.tree, root)?
            && repository.file(tree, REGISTRY_JSON)?.is_some()
        {
            return match Replay::genesis(&reader, commit, tree)? {
                Ok(replay) => replay.walk(&reader, root, &chain[index + 1..], progress),
                Err(findings) => Ok(Outcome::None(findings)),
            };
        }
    }
    let message = "no commit of this history holds registry/registry.json";
    Ok(Outcome::None(vec![Finding::on_file(&rules::NO_GENESIS, REGISTRY_JSON, message)]))
}

impl Replay {
    /// Takes the ledger on by these commits.
    fn walk(
        mut self,
        reader: &Reader<'_>,
        root: &str,
        commits: &[Commit],
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Outcome, GitError> {
        let mut trees: Vec<(Option<ObjectId>, Option<ObjectId>)> = vec![(None, self.view.tree)];
        for commit in commits {
            let unchanged = trees.last().copied().filter(|(top, _)| *top == Some(commit.tree));
            trees.push(match unchanged {
                Some(same) => same,
                None => (Some(commit.tree), reader.repository.subtree(commit.tree, root)?),
            });
        }
        let trees: Vec<Option<ObjectId>> = trees.into_iter().map(|(_, tree)| tree).collect();
        ahead(reader.repository, &trees, |next| {
            for (index, commit) in commits.iter().enumerate() {
                progress(index, commits.len());
                let tree = trees[index + 1];
                let delta = if tree == self.view.tree { None } else { Some(next(reader)?) };
                self.advance_with(reader, commit, tree, delta)?;
            }
            Ok(())
        })?;
        Ok(Outcome::Ledger(Box::new(self)))
    }

    /// Accepts the documents of the first commit.
    fn genesis(reader: &Reader<'_>, commit: &Commit, tree: ObjectId) -> Result<Result<Replay, Vec<Finding>>, GitError> {
        let delta = reader.repository.files(tree, &[REGISTRY, SCHEMAS])?;
        let mut findings = Vec::new();
        let mut documents: BTreeMap<String, (ObjectId, Document)> = BTreeMap::new();
        let mut records = BTreeMap::new();
        for file in &delta.files {
            let Some(blob) = file.after else { continue };
            match role(&file.path) {
                Role::Document(_) => match Document::parse(&reader.repository.blob(blob)?) {
                    Ok(document) => {
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
        let mut ledger = Ledger {
            trust,
            landings: Vec::new(),
            accepted: accepted.collect(),
            entered: BTreeMap::new(),
            imported: records.keys().filter(|path| !path.ends_with(".sig")).cloned().collect(),
            records,
            settled: BTreeMap::new(),
            tainted: BTreeMap::new(),
            lost: BTreeMap::new(),
            confirmed: BTreeSet::new(),
            doubted: BTreeMap::new(),
            order: Vec::new(),
            digests: BTreeSet::new(),
            open: BTreeMap::new(),
            releases: Vec::new(),
            excursions: Vec::new(),
            remembered: 0,
            policy: Arc::new(policy),
            people: Arc::new(people),
            kinds: Arc::new(Kinds::load(values()).0),
        };
        ledger.lost = compromised(&ledger, &ledger.people);
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
            author: self.author(&commit.author),
            time: commit.time,
            title: commit.title.clone(),
            proven: self.is_proven(),
        });
        if position > 0 && tree == self.view.tree && !self.view.judges_changed {
            self.note_excursion(position, &[]);
            return Ok(());
        }
        let delta = match delta {
            Some(delta) => delta,
            None => Deltas::of(reader.repository).between(self.view.tree, tree, &[REGISTRY, SCHEMAS])?,
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

    /// The name of an author; kept once where one commit follows another of the same.
    fn author(&self, name: &str) -> Arc<str> {
        match self.ledger.landings.last() {
            Some(landing) if *landing.author == *name => Arc::clone(&landing.author),
            _ => Arc::from(name),
        }
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
                Role::Change { change, .. } | Role::Decision { change, .. } => {
                    touched.changes.insert(change.to_owned());
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
        self.keep_decisions(&judge, touched)?;
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
        let same = Arc::ptr_eq(&judge.people, &self.ledger.people) && Arc::ptr_eq(&judge.policy, &self.ledger.policy);
        self.view.judges_changed = !same;
        if !same {
            let lost = compromised(&self.ledger, &self.ledger.people);
            let known = std::mem::replace(&mut self.ledger.lost, lost);
            self.ledger.taint(&known, position);
        }
        settled.iter().for_each(|id| self.ledger.ratify(id));
        Ok(settled)
    }

    /// Rule 2: decisions that hold become permanent. Those that did not are tried again when something of their change
    /// was touched, or policy or people changed.
    fn keep_decisions(&mut self, judge: &Judge<'_>, touched: &Touched) -> Result<(), GitError> {
        let loose = &self.view.loose;
        let decision = |path: &String| match role(path) {
            Role::Decision { change, person, number, .. } => Some((change.to_owned(), person.to_owned(), number)),
            _ => None,
        };
        let of = |change: &String| {
            let folder = format!("{}/", change_folder(change));
            loose.range(folder.clone()..).take_while(move |path| path.starts_with(&folder)).filter_map(decision)
        };
        let tried: BTreeSet<(String, String, u32)> = match self.view.judges_changed {
            true => loose.iter().filter_map(decision).collect(),
            false => touched.changes.iter().flat_map(of).collect(),
        };
        for (change, person, number) in tried {
            let path = decision_path(&change, &person, number);
            if self.ledger.records.contains_key(&path) {
                continue;
            }
            match judge.may_land(&self.ledger, &self.view, (&change, &person, number))? {
                Ok(counted) => {
                    self.keep(&path);
                    if !self.ledger.settled.contains_key(&change) {
                        let entered = Entered { landing: self.ledger.here(), counted };
                        self.ledger.entered.entry(change).or_default().insert(path, entered);
                    }
                }
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
        self.ledger.entered.remove(&id);
        self.keep(&change_path(&id));
        self.ledger.order.push(id.clone());
        self.ledger.digests.insert(settled.digest);
        self.ledger.settled.insert(id, Arc::new(settled));
        Ok(paths)
    }

    fn touches_schemas(&self, change: &str) -> bool {
        let rows = self.ledger.settled.get(change).into_iter().flat_map(|settled| &settled.change.rows);
        rows.into_iter().any(|row| row.path.starts_with("schemas/"))
    }

    fn accepted_kinds(&self, reader: &Reader<'_>) -> Result<Kinds, GitError> {
        let mut schemas = Vec::new();
        for (path, steps) in &self.ledger.accepted {
            if let (Role::Document(DocumentRole::Schema(_)), Some(step)) = (role(path), steps.last())
                && let Some(document) = reader.document(step.blob)?
            {
                schemas.push((path.clone(), document));
            }
        }
        Ok(Kinds::load(schemas.iter().map(|(path, document)| (path.as_str(), document.value()))).0)
    }

    /// The files under `registry/` and `schemas/` at the newest commit, by path.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, ObjectId> {
        &self.view.files
    }

    /// As [`Replay::files`], to be filled.
    pub(super) fn files_mut(&mut self) -> &mut BTreeMap<String, ObjectId> {
        &mut self.view.files
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
