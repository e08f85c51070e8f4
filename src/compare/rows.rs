//! Which governed documents differ between two sides, and by what.

use crate::document::Value;

use super::fields::{FieldChange, field_changes, required_impact};
use crate::document::{Digest, Document};
use crate::finding::{Finding, rules};
use crate::registry::layout::{DocumentRole, document_role, version_pointer};
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
    /// What changed in it; nothing for a document that is new or gone.
    pub fields: Vec<FieldChange>,
}

impl RowChange {
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
    let fields = match (old, new) {
        (Some(old), Some(new)) => field_changes(old.value(), new.value(), &kinds),
        _ => Vec::new(),
    };
    let impact = match new {
        // Nothing governed may be deleted; where it is, who counts has changed.
        None => Impact::Major,
        Some(new) if old.is_none() => required_impact(path, None, new.value(), &kinds),
        Some(_) if !matches!(document_role(path), Some(DocumentRole::Definition { .. })) => Impact::Major,
        Some(_) => fields.iter().map(|field| field.impact).max().unwrap_or(Impact::Patch),
    };
    Some(RowChange {
        path: path.to_owned(),
        before: digests.0,
        after: digests.1,
        version_before: old.and_then(|document| version_of(path, document.value())),
        version_after: new.and_then(|document| version_of(path, document.value())),
        version_pointer: version_pointer(path),
        impact,
        fields,
    })
}

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
