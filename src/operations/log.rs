//! The log: every settled change with its reasons, approvals and rows, newest first.

use super::Failure;
use super::workspace::{Progress, Workspace};
use crate::compare::{FieldChange, field_changes};
use crate::document::Document;
use crate::finding::nearest;
use crate::governance::ledger::{Ledger, Settled};
use crate::registry::layout::{definition_name, definition_path};

/// One settled change.
pub struct Entry {
    /// The change with its decisions.
    pub settled: Settled,
    /// The commit at which it settled: id, claimed author, claimed time in seconds since 1970.
    pub landed: (String, String, i64),
    /// Whether its content stood on the branch before it was approved.
    pub ratified: bool,
    /// The fields that changed in the definition asked for; empty if none was.
    pub fields: Vec<FieldChange>,
}

/// The settled changes of a revision (the main branch if none is named), newest first; of one definition if one is
/// named as `kind/id`.
///
/// # Errors
/// The ledger cannot be made, or the definition was never accepted.
pub fn log(
    workspace: &Workspace,
    revision: Option<&str>,
    definition: Option<&str>,
    progress: Progress<'_>,
) -> Result<Vec<Entry>, Failure> {
    let tip = match revision {
        Some(revision) => workspace.repository.resolve(revision)?,
        None => workspace.main_tip()?,
    };
    let replay = workspace.replay(tip, progress)?;
    let ledger = &replay.ledger;
    let path = match definition {
        Some(name) => Some(accepted_path(ledger, name)?),
        None => None,
    };
    let mut entries = Vec::new();
    for id in ledger.order.iter().rev() {
        let Some(settled) = ledger.settled.get(id) else { continue };
        let concerns = path.as_ref().is_none_or(|path| settled.change.rows.iter().any(|row| row.path == *path));
        if concerns {
            entries.push(entry(workspace, ledger, settled, path.as_deref())?);
        }
    }
    Ok(entries)
}

/// The path of an accepted definition.
///
/// # Errors
/// It was never accepted; a near name is suggested.
pub fn accepted_path(ledger: &Ledger, name: &str) -> Result<String, Failure> {
    let path = name.split_once('/').map(|(kind, id)| definition_path(kind, id));
    if let Some(path) = path.filter(|path| ledger.accepted.contains_key(path)) {
        return Ok(path);
    }
    let names: Vec<String> = ledger.accepted.keys().filter_map(|path| definition_name(path)).collect();
    let hint = match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => "Type `canon list` to see the definitions.".to_owned(),
    };
    Err(Failure::refused(format!("no accepted definition is named `{name}`"), hint))
}

fn entry(workspace: &Workspace, ledger: &Ledger, settled: &Settled, path: Option<&str>) -> Result<Entry, Failure> {
    let landing = &ledger.landings[settled.landing];
    let ratified =
        ledger.excursions.iter().filter(|excursion| excursion.unrecorded).any(|excursion| {
            excursion.healed.as_ref().is_some_and(|(_, changes)| changes.contains(&settled.change.id))
        });
    let fields = match path {
        Some(path) => fields_of(workspace, ledger, settled, path)?,
        None => Vec::new(),
    };
    let landed = (landing.id.to_string(), landing.author.clone(), landing.time);
    Ok(Entry { settled: settled.clone(), landed, ratified, fields })
}

fn fields_of(
    workspace: &Workspace,
    ledger: &Ledger,
    settled: &Settled,
    path: &str,
) -> Result<Vec<FieldChange>, Failure> {
    let steps = ledger.accepted.get(path).map(Vec::as_slice).unwrap_or_default();
    let Some(at) = steps.iter().position(|step| step.change.as_ref() == Some(&settled.change.id)) else {
        return Ok(Vec::new());
    };
    let Some(before) = at.checked_sub(1) else { return Ok(Vec::new()) };
    let read = |index: usize| -> Result<Option<Document>, Failure> {
        Ok(Document::parse(&workspace.repository.blob(steps[index].blob)?).ok())
    };
    let kinds: Vec<_> = ledger.kinds.of_path(path).into_iter().collect();
    Ok(match (read(before)?, read(at)?) {
        (Some(before), Some(after)) => field_changes(before.value(), after.value(), &kinds),
        _ => Vec::new(),
    })
}
