//! Everything that can be wrong with one side, or that a step from a baseline brings about.

use std::collections::{BTreeMap, BTreeSet};

use super::step::{Step, step};
use super::workspace::{Now, Workspace};
use super::{Failure, reading};
use crate::check::{self, Checked};
use crate::compare::{RowChange, compare_at, deletion_findings, version_findings};
use crate::document::Digest;
use crate::finding::{Finding, rules};
use crate::governance::guard;
use crate::registry::layout::definition_name;
use crate::registry::{Registry, builtin};

/// Checks a revision, or the work tree.
///
/// # Errors
/// The revision names nothing, or files cannot be read.
pub fn check(workspace: &Workspace, revision: Option<&str>) -> Result<Checked, Failure> {
    builtin::begin();
    let (registry, loaded) = reading::registry(workspace, revision)?;
    Ok(check_registry(registry, loaded, workspace.now))
}

/// What a step from a baseline to a revision, or to the work tree, has brought about: all that is wrong with what differs,
/// with its versions and change records, and what is wrong elsewhere and was not before. Beside it, how many definitions
/// differ.
///
/// # Errors
/// A revision names nothing, or files cannot be read.
pub fn check_step(workspace: &Workspace, base: &str, revision: Option<&str>) -> Result<(Checked, usize), Failure> {
    builtin::begin_all();
    let mut step = step(workspace, base, revision)?;
    let changed = step.differing().filter(|path| definition_name(path).is_some()).count();
    let rows = compare_at(&step.before, &step.after, step.differing());
    let differing: BTreeSet<String> = step.differing().map(str::to_owned).collect();
    let mut of_step = version_findings(&rows);
    of_step.extend(unrecorded(workspace, &step, &rows)?);
    of_step.extend(deletion_findings(&rows));
    let (after, found) = (std::mem::take(&mut step.after), std::mem::take(&mut step.found));
    let checked = check_registry(after, found, workspace.now).of(|finding| step.may_touch(&finding.path));
    if checked.all().next().is_none() {
        return Ok((checked.beside(of_step), changed));
    }
    // Where something is wrong, only the whole shows exactly what. Elsewhere it is told if it was not before.
    let (whole, found_before) = step.whole(workspace)?;
    let recorded = whole.recorded(workspace, true)?;
    let known = check_registry(whole.before, found_before, workspace.now);
    let checked = check_registry(whole.after, whole.found, workspace.now);
    let checked = checked.without(&known, |finding| differing.contains(&finding.path));
    let checked = checked.with_hints(|registry, finding| met(registry, finding, &recorded));
    Ok((checked.beside(of_step), changed))
}

/// The changes that met in a finding: which of them left each definition as it is that the finding is about. Each may have
/// been fine alone.
fn met(registry: &Registry, finding: &Finding, recorded: &BTreeMap<(String, Digest), String>) -> Option<String> {
    let own = definition_name(&finding.path)?;
    let kind = own.split_once('/')?.0;
    let named = finding.message.split('`').skip(1).step_by(2).filter_map(|name| {
        let definition = registry.definition(name).or_else(|| registry.definition(&format!("{kind}/{name}")));
        definition.map(|definition| definition.name())
    });
    let names: BTreeSet<String> = named.chain([own.clone()]).collect();
    let left_by = |name: &String| {
        let definition = registry.definition(name)?;
        recorded.get(&(definition.path.to_owned(), definition.document.digest())).map(|change| (name.clone(), change))
    };
    let left: Vec<(String, &String)> = names.iter().filter_map(left_by).collect();
    let changes: BTreeSet<&String> = left.iter().map(|(_, change)| *change).collect();
    if changes.len() < 2 {
        return None;
    }
    let told = left.iter().map(|(name, change)| format!("`{name}` is as the change `{change}` left it"));
    Some(told.collect::<Vec<_>>().join(", "))
}

/// Checks a registry, its policy and its people, and sets apart what its waivers accept today. `loaded` is what loading
/// it found.
#[must_use]
pub fn check_registry(registry: Registry, loaded: Vec<Finding>, now: Now) -> Checked {
    let governance = guard::findings(&registry);
    check::run(registry, loaded).and(governance).waive(now.0)
}

/// Documents that differ from the baseline and that no change record brings to what they are.
fn unrecorded(workspace: &Workspace, step: &Step, rows: &[RowChange]) -> Result<Vec<Finding>, Failure> {
    let mut lacking: Vec<&RowChange> = rows.iter().filter(|row| row.after.is_some()).collect();
    // Mostly the records came with the change.
    for all in [false, true] {
        if !lacking.is_empty() {
            let recorded = step.recorded(workspace, all)?;
            lacking.retain(|row| row.after.is_none_or(|after| !recorded.contains_key(&(row.path.clone(), after))));
        }
    }
    let finding = |row: &RowChange| {
        Finding::on_file(
            &rules::CHANGE_UNRECORDED,
            &row.path,
            "differs from the baseline, and no change record says so",
        )
        .hint("Type `canon propose` on the branch of the change.")
    };
    Ok(lacking.into_iter().map(finding).collect())
}
