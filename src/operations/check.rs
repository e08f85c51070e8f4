//! Everything that can be wrong with one side, and with its step from a baseline.

use std::collections::BTreeSet;

use super::workspace::{Now, Workspace};
use super::{Failure, reading};
use crate::check::{self, Checked};
use crate::compare::{RowChange, compare, deletion_findings, version_findings};
use crate::document::{Digest, Document};
use crate::finding::{Finding, rules};
use crate::governance::guard;
use crate::governance::records::Change;
use crate::registry::layout::{Role, role};
use crate::registry::{Registry, builtin};

/// Checks a revision, or the work tree; against a baseline also the versions and change records of what differs.
///
/// # Errors
/// A revision names nothing, or files cannot be read.
pub fn check(workspace: &Workspace, revision: Option<&str>, against: Option<&str>) -> Result<Checked, Failure> {
    builtin::begin();
    let (registry, mut loaded) = reading::registry(workspace, revision)?;
    if against.is_some() {
        let (base, _) = reading::registry(workspace, against)?;
        let rows = compare(&base, &registry);
        loaded.extend(version_findings(&rows));
        loaded.extend(unrecorded(&registry, &rows));
        loaded.extend(deletion_findings(&rows));
    }
    Ok(check_registry(registry, loaded, workspace.now))
}

/// Checks a registry, its policy and its people, and sets apart what its waivers accept today. `loaded` is what loading
/// it found.
#[must_use]
pub fn check_registry(registry: Registry, loaded: Vec<Finding>, now: Now) -> Checked {
    let governance = guard::findings(&registry);
    check::run(registry, loaded).and(governance).waive(now.0)
}

/// Documents that differ from the baseline and that no change record here brings to what they are.
fn unrecorded(registry: &Registry, rows: &[RowChange]) -> Vec<Finding> {
    let mut recorded: BTreeSet<(String, Digest)> = BTreeSet::new();
    for path in registry.paths() {
        if let Role::Change { signature: false, .. } = role(path)
            && let Some(document) = registry.bytes(path).and_then(|bytes| Document::parse(bytes).ok())
            && let Ok(change) = Change::read(&document)
        {
            recorded.extend(change.rows.into_iter().map(|row| (row.path, row.to)));
        }
    }
    let lacks = |row: &&RowChange| row.after.is_some_and(|after| !recorded.contains(&(row.path.clone(), after)));
    rows.iter()
        .filter(lacks)
        .map(|row| {
            Finding::on_file(
                &rules::CHANGE_UNRECORDED,
                &row.path,
                "differs from the baseline, and no change record says so",
            )
            .hint("Type `canon propose` on the branch of the change.")
        })
        .collect()
}
