//! Which governed documents differ between two sides, and by what.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::document::Value;

use super::examples::{self, Shifted};
use super::fields::{Differences, differences, required_impact};
use super::meaning::{self, Meaning, Sides, Text};
use crate::check::left_behind;
use crate::document::{Digest, Document};
use crate::finding::{Finding, rules};
use crate::registry::layout::{DocumentRole, definition_name, document_role, version_pointer};
use crate::registry::{Impact, Kind, Registry};

/// One document that differs between two sides.
#[derive(Clone, Debug)]
pub struct RowChange {
    /// Path of the document.
    pub path: String,
    /// Its digest before; none if it is new.
    pub before: Option<Digest>,
    /// Its digest after; none if it is gone.
    pub after: Option<Digest>,
    /// Its version before, if it has one that can be read.
    pub version_before: Option<semver::Version>,
    /// Its version after, if it has one that can be read.
    pub version_after: Option<semver::Version>,
    /// Where documents of its role say their version.
    pub version_pointer: &'static str,
    /// The least impact by which its version must grow.
    pub impact: Impact,
    /// Whether days before it took effect keep the version that was in force then.
    pub freezes: bool,
    /// What changed in it; nothing for a document that is new or gone, unless it follows another.
    pub differences: Differences,
    /// The definition, as `kind/id`, that names this new one as its successor: it is compared with that.
    pub follows: Option<String>,
    /// What the changes mean, once [`tell`] was asked.
    pub meanings: Vec<Meaning>,
    /// Numbers that its summary still says and its fields do not any more, likewise.
    pub stale: Vec<String>,
    /// The definition's examples that come out otherwise, likewise.
    pub examples: Vec<Shifted>,
}

impl RowChange {
    /// The codes of what it means; none where that could not be proved, so that it may be anything.
    #[must_use]
    pub fn codes(&self) -> Option<BTreeSet<String>> {
        let codes: BTreeSet<String> = self.meanings.iter().map(|meaning| meaning.code.clone()).collect();
        (!codes.contains("not-decided")).then_some(codes)
    }

    /// Whether what it means depends on what the document refers to: on entities and lists that criteria read, on other
    /// criteria, on all that its examples are computed with.
    #[must_use]
    pub fn depends_on_others(&self, before: &Registry, after: &Registry) -> bool {
        let has =
            |side: &Registry, key: &str| side.document(&self.path).is_some_and(|text| text.value().get(key).is_some());
        let is_score = definition_name(&self.path).is_some_and(|name| name.starts_with("score-model/"));
        let is_computed = self.impact == Impact::Major && (is_score || has(after, "examples"));
        let is_followed = has(after, "successor") && !has(before, "successor");
        !self.differences.sites.is_empty() || is_computed || is_followed
    }

    /// Whether the document is a definition.
    #[must_use]
    pub fn is_definition(&self) -> bool {
        matches!(document_role(&self.path), Some(DocumentRole::Definition { .. }))
    }
}

/// Every governed document whose digest differs, by path. A document that does not parse on one side is no row: it has
/// a finding.
#[must_use]
pub fn compare(before: &Registry, after: &Registry) -> Vec<RowChange> {
    let mut paths: Vec<&str> = before.paths().chain(after.paths()).collect();
    paths.sort_unstable();
    paths.dedup();
    compare_at(before, after, paths)
}

/// As [`compare`], of these paths alone.
#[must_use]
pub fn compare_at<'p>(before: &Registry, after: &Registry, paths: impl IntoIterator<Item = &'p str>) -> Vec<RowChange> {
    paths.into_iter().filter_map(|path| row(before, after, path)).collect()
}

fn row(before: &Registry, after: &Registry, path: &str) -> Option<RowChange> {
    let (old, new) = (before.document(path), after.document(path));
    let digests = (old.map(Document::digest), new.map(Document::digest));
    let unread = before.is_unreadable(path) || after.is_unreadable(path);
    if digests.0 == digests.1 || unread {
        return None;
    }
    let kinds: Vec<&Kind> = [before, after].into_iter().filter_map(|side| side.kinds().of_path(path)).collect();
    let differences = match (old, new) {
        (Some(old), Some(new)) => differences(old.value(), new.value(), &kinds),
        _ => Differences::default(),
    };
    let impact = match new {
        // Nothing governed may be deleted; where it is, who counts has changed.
        None => Impact::Major,
        Some(new) if old.is_none() => required_impact(path, None, new.value(), &kinds),
        Some(_) if !matches!(document_role(path), Some(DocumentRole::Definition { .. })) => Impact::Major,
        Some(_) => differences.fields.iter().map(|field| field.impact).max().unwrap_or(Impact::Patch),
    };
    Some(RowChange {
        path: path.to_owned(),
        before: digests.0,
        after: digests.1,
        version_before: old.and_then(|document| version_of(path, document.value())),
        version_after: new.and_then(|document| version_of(path, document.value())),
        version_pointer: version_pointer(path),
        impact,
        freezes: new
            .is_some_and(|new| new.value().pointer("/effective/history").and_then(Value::as_str) == Some("freeze")),
        differences,
        follows: None,
        meanings: Vec::new(),
        stale: Vec::new(),
        examples: Vec::new(),
    })
}

/// Says of every row what it means. The sides must hold all that the rows refer to.
pub fn tell(rows: &mut [RowChange], sides: &Sides) {
    let followers = followers(rows, sides);
    for row in rows {
        match definition_name(&row.path) {
            Some(name) => row.tell(&name, followers.get(&name).map(Vec::as_slice).unwrap_or_default(), sides),
            None => row.meanings = row.of_no_definition(),
        }
        row.told_at_least_once(sides);
        // A reader begins with the whole, and then with what weighs most.
        row.meanings.sort_by_key(|meaning| (!meaning.place.pointer().is_empty(), Reverse(meaning.impact)));
    }
}

/// New definitions that another one names as its successor now and did not before, each with that one.
fn followers(rows: &[RowChange], sides: &Sides) -> BTreeMap<String, Vec<String>> {
    let successor = |row: &RowChange| {
        let named = |side: &Registry| side.document(&row.path)?.text("successor").map(str::to_owned);
        let now = named(sides.after)?;
        let own = definition_name(&row.path)?;
        (named(sides.before).as_ref() != Some(&now)).then_some((now, own))
    };
    let mut followers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (follower, own) in rows.iter().filter_map(successor) {
        followers.entry(follower).or_default().push(own);
    }
    followers
}

impl RowChange {
    fn tell(&mut self, name: &str, predecessors: &[String], sides: &Sides) {
        let is_new = self.before.is_none();
        let added = is_new.then(|| Meaning::whole("definition-added", self.impact));
        let predecessor = match predecessors {
            [only] => Some(only).filter(|_| is_new),
            [] => None,
            // Nobody can say from which of them those come who are counted by it.
            _ if is_new => {
                self.meanings = added.into_iter().chain([Meaning::whole("not-decided", self.impact)]).collect();
                return;
            }
            _ => None,
        };
        let before = sides.before.definition(predecessor.map_or(name, String::as_str));
        let (Some(before), Some(after)) = (before, sides.after.definition(name)) else {
            let code = if self.after.is_some() { "definition-added" } else { "definition-removed" };
            self.meanings = vec![Meaning::whole(code, self.impact)];
            return;
        };
        let (old, new) = (before.document.value(), after.document.value());
        let was = Text {
            name: predecessor.map_or(name, String::as_str),
            value: old,
            kind: sides.before.kind_of(before.path),
        };
        let is = Text { name, value: new, kind: sides.after.kind_of(after.path) };
        if let Some(predecessor) = predecessor {
            let kinds: Vec<&Kind> = [was.kind, is.kind].into_iter().flatten().collect();
            self.differences = differences(old, new, &kinds);
            self.differences.fields.retain(|field| !NAMES_ITSELF.contains(&field.pointer()));
            self.follows = Some(predecessor.clone());
        }
        let meanings = meaning::meanings(sides, was, is, &self.differences);
        self.meanings = added.into_iter().chain(meanings).collect();
        if let (Some(was), Some(is)) = (was.kind, is.kind) {
            self.stale = left_behind((old, &was.survey(old)), (new, &is.survey(new)));
        }
        if self.impact == Impact::Major || self.follows.is_some() {
            self.examples = examples::shifted(sides, &before, &after);
        }
    }

    /// The changes of a document that is no definition.
    fn of_no_definition(&self) -> Vec<Meaning> {
        if self.before.is_none() || self.after.is_none() {
            let code = if self.after.is_some() { "document-added" } else { "document-removed" };
            return vec![Meaning::whole(code, self.impact)];
        }
        let fields = self.differences.fields.iter().enumerate();
        fields
            .filter(|(_, field)| field.pointer() != self.version_pointer)
            .map(|(at, field)| Meaning {
                place: field.place(),
                code: field.code.clone(),
                impact: self.impact,
                fields: vec![at],
                flips: Vec::new(),
            })
            .collect()
    }

    /// Where no field differs, and yet more than the version does: a list of which the order says nothing.
    fn told_at_least_once(&mut self, sides: &Sides) {
        let texts = [sides.before, sides.after].map(|side| side.document(&self.path).map(Document::value));
        let ([Some(Value::Object(before)), Some(Value::Object(after))], []) = (texts, self.meanings.as_slice()) else {
            return;
        };
        let mut but_version = after.iter().filter(|(key, _)| self.version_pointer.strip_prefix('/') != Some(*key));
        if but_version.any(|(key, value)| before.get(key) != Some(value)) {
            self.meanings.push(Meaning::whole("equivalent", self.impact));
        }
    }
}

/// What says which definition it is, so that two cannot have it in common.
const NAMES_ITSELF: [&str; 4] = ["/$schema", "/kind", "/id", "/version"];

/// Every document that is gone. Nothing governed is ever deleted, and no change record can bring that about.
#[must_use]
pub fn deletion_findings(rows: &[RowChange]) -> Vec<Finding> {
    let gone = rows.iter().filter(|row| row.after.is_none());
    gone.map(|row| {
        let hint = match document_role(&row.path) {
            Some(DocumentRole::Definition { .. } | DocumentRole::Person(_)) => {
                "Restore the file from the baseline; to end it, set its status to `retired`."
            }
            _ => "Restore the file from the baseline.",
        };
        Finding::on_file(&rules::DOCUMENT_DELETED, &row.path, "is in the baseline and gone here").hint(hint)
    })
    .collect()
}

/// The largest number in a version. A larger one could come so near the end of numbers that none can follow.
const LARGEST_PART: u64 = 999_999_999;

/// The version that the document at a path has, if it is one of three plain numbers.
#[must_use]
pub fn version_of(path: &str, value: &Value) -> Option<semver::Version> {
    let version: semver::Version = value.pointer(version_pointer(path))?.as_str()?.parse().ok()?;
    let plain = version.pre.is_empty() && version.build.is_empty();
    let small = [version.major, version.minor, version.patch].iter().all(|part| *part <= LARGEST_PART);
    (plain && small).then_some(version)
}
