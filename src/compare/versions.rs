//! Versions: by how much they must grow, and whether they did.

use semver::Version;

use super::rows::RowChange;
use crate::criteria::Moment;
use crate::document::Value;
use crate::finding::{Finding, rules};
use crate::registry::Impact;

/// The version that follows for a change with this impact.
#[must_use]
pub fn next_version(current: &Version, impact: Impact) -> Version {
    let Version { major, minor, patch, .. } = *current;
    match impact {
        Impact::Major => Version::new(major.saturating_add(1), 0, 0),
        Impact::Minor => Version::new(major, minor.saturating_add(1), 0),
        Impact::Patch => Version::new(major, minor, patch.saturating_add(1)),
    }
}

/// Whether a version is above another by at least an impact.
#[must_use]
pub fn rises_by(before: &Version, after: &Version, impact: Impact) -> bool {
    match impact {
        Impact::Major => after.major > before.major,
        Impact::Minor => (after.major, after.minor) > (before.major, before.minor),
        Impact::Patch => after > before,
    }
}

/// The version of a new definition.
pub const FIRST: Version = Version::new(1, 0, 0);

/// What is wrong with the versions of documents that changed, and with the days from which they hold.
#[must_use]
pub fn version_findings(rows: &[RowChange]) -> Vec<Finding> {
    rows.iter().flat_map(|row| version_finding(row).into_iter().chain(past_finding(row))).collect()
}

/// A definition that keeps the past as it was, and takes effect earlier than before.
fn past_finding(row: &RowChange) -> Option<Finding> {
    const FROM: &str = "/effective/from";
    let moved = row.differences.fields.iter().find(|field| field.pointer() == FROM).filter(|_| row.is_definition())?;
    let day = |value: &Option<Value>| match Moment::parse(value.as_ref()?.as_str()?)? {
        Moment::Day(day) => Some(day),
        Moment::Instant(_) => None,
    };
    let (before, after) = (day(&moved.before)?, day(&moved.after)?);
    (after < before && row.freezes).then(|| {
        let message = format!("it would hold from {after} instead of {before}, and it keeps the past as it was");
        let hint = "Let the day stay or move forward, or say `\"history\": \"restate\"` to compute the past again.";
        Finding::at(&rules::EFFECTIVE_INTO_PAST, &row.path, FROM, message).hint(hint)
    })
}

fn version_finding(row: &RowChange) -> Option<Finding> {
    // A version that cannot be read is told by its shape, a document that is gone by `deletion_findings`.
    let after = row.version_after.as_ref()?;
    let pointer = row.version_pointer;
    if row.before.is_none() {
        let surprising = row.is_definition() && *after != FIRST;
        return surprising.then(|| {
            let message = format!("a new definition starts at version {FIRST}, not {after}");
            Finding::at(&rules::VERSION_FIRST, &row.path, pointer, message)
        });
    }
    let before = row.version_before.as_ref()?;
    let expected = next_version(before, row.impact);
    if !rises_by(before, after, row.impact) {
        let message = format!("version {after} does not rise enough from {before}: {}", why(row));
        let hint = format!("set the version to {expected}, or let `canon propose` set it");
        return Some(Finding::at(&rules::VERSION_NOT_RAISED, &row.path, pointer, message).hint(hint));
    }
    let steps = [Impact::Patch, Impact::Minor, Impact::Major];
    let is_next = steps.into_iter().any(|impact| next_version(before, impact) == *after);
    (!is_next).then(|| {
        let message = format!("version {after} leaves out versions: {expected} follows {before}");
        Finding::at(&rules::VERSION_SKIPPED, &row.path, pointer, message)
    })
}

/// The field that forces the impact, in words.
fn why(row: &RowChange) -> String {
    let forcing = row.differences.fields.iter().find(|field| field.impact == row.impact);
    match forcing {
        Some(field) if row.is_definition() => {
            let verb = match (&field.before, &field.after) {
                (None, _) => "the new",
                (_, None) => "the removed",
                _ => "the changed",
            };
            format!("{verb} `{}` is a {} change", field.pointer(), row.impact.word())
        }
        _ => format!("any change to this document is {}", row.impact.word()),
    }
}
