//! The log: every settled change with its reasons, approvals and rows, newest first.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Failure;
use super::workspace::{Progress, Workspace, give_back};
use crate::compare::{FieldChange, field_changes};
use crate::document::Document;
use crate::finding::{did_you_mean, nearest};
use crate::git::ObjectId;
use crate::governance::ledger::{Ledger, Settled};
use crate::registry::layout::{POLICY_JSON, definition_name, definition_path};

/// Which changes to tell.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this revision; the main branch if none is named.
    pub revision: Option<String>,
    /// Only those of this definition, `kind/id`.
    pub definition: Option<String>,
    /// Only those that this person proposed or decided on.
    pub person: Option<String>,
    /// Only those that landed on this day or later, as the commit says it, in UTC.
    pub since: Option<Date>,
    /// Only those that landed on this day or earlier.
    pub until: Option<Date>,
    /// Whether to tell the fields that changed.
    pub fields: bool,
}

/// One settled change.
pub struct Entry {
    /// The change with its decisions.
    pub settled: Settled,
    /// The commit at which it settled: id, claimed author, claimed time in seconds since 1970.
    pub landed: (String, String, i64),
    /// Whether its content stood on the branch before it was approved.
    pub ratified: bool,
    /// Version of the policy by which it was judged.
    pub policy: Option<semver::Version>,
    /// The fields that changed, by path of the document; of the definition that was asked for, else of all.
    pub fields: BTreeMap<String, Vec<FieldChange>>,
}

impl Entry {
    /// The roles in which somebody's approval was needed.
    #[must_use]
    pub fn roles_of(&self, person: &str) -> BTreeSet<&str> {
        let slots = self.settled.verdict.rows.iter().flat_map(|row| &row.slots);
        slots.filter(|slot| slot.filled_by.as_deref() == Some(person)).map(|slot| slot.role.as_str()).collect()
    }
}

/// The settled changes that are wanted, newest first.
///
/// # Errors
/// The ledger cannot be made, the definition was never accepted, or nobody has this id.
pub fn log(workspace: &Workspace, wanted: &Wanted, progress: Progress<'_>) -> Result<Vec<Entry>, Failure> {
    let tip = match &wanted.revision {
        Some(revision) => workspace.repository.resolve(revision)?,
        None => workspace.main_tip()?,
    };
    let replay = workspace.replay(tip, progress)?;
    let ledger = &replay.ledger;
    let path = wanted.definition.as_ref().map(|name| accepted_path(ledger, name)).transpose()?;
    if let Some(person) = wanted.person.as_ref().filter(|person| ledger.people.get(person).is_none()) {
        let known = ledger.people.iter().map(|known| known.id.as_str());
        let hint = did_you_mean(person, known)
            .unwrap_or_else(|| "The files in registry/governance/people name everybody.".to_owned());
        return Err(Failure::refused(format!("nobody has the id `{person}`"), hint));
    }
    let concerns = |settled: &Settled| {
        let of_path = |path: &String| settled.change.rows.iter().any(|row| row.path == *path);
        let by = |person: &String| {
            settled.change.proposer == *person || settled.decisions().any(|(one, _)| one.person == *person)
        };
        let landed = ledger.landings.get(settled.landing).and_then(|landing| day_of(landing.time));
        path.as_ref().is_none_or(of_path)
            && wanted.person.as_ref().is_none_or(by)
            && wanted.since.is_none_or(|since| landed >= Some(since))
            && wanted.until.is_none_or(|until| landed.is_some_and(|landed| landed <= until))
    };
    let settled = ledger.order.iter().rev().filter_map(|id| ledger.settled.get(id)).filter(|settled| concerns(settled));
    let texts = Texts::of(workspace);
    let told = |settled: &Arc<Settled>| {
        let mut entry = entry(ledger, settled);
        let rows = settled.change.rows.iter().map(|row| &row.path);
        for own in rows.filter(|own| wanted.fields && path.as_ref().is_none_or(|path| path == *own)) {
            entry.fields.insert(own.clone(), fields_of(&texts, ledger, settled, own)?);
        }
        Ok(entry)
    };
    let entries = settled.map(told).collect();
    give_back(replay);
    entries
}

/// The day of a time in seconds since 1970, in UTC.
fn day_of(time: i64) -> Option<Date> {
    Some(Timestamp::from_second(time).ok()?.to_zoned(TimeZone::UTC).date())
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

/// A settled change with what a log tells of it, but for the fields.
#[must_use]
pub fn entry(ledger: &Ledger, settled: &Settled) -> Entry {
    let ratified =
        ledger.excursions.iter().filter(|excursion| excursion.unrecorded).any(|excursion| {
            excursion.healed.as_ref().is_some_and(|(_, changes)| changes.contains(&settled.change.id))
        });
    // It was judged by what had settled before its commit.
    let policy = settled.landing.checked_sub(1).and_then(|before| ledger.at(POLICY_JSON, before)?.version.clone());
    let landing = &ledger.landings[settled.landing];
    let landed = (landing.id.to_string(), landing.author.to_string(), landing.time);
    Entry { settled: settled.clone(), landed, ratified, policy, fields: BTreeMap::new() }
}

/// A blob, and its document if it can be read.
type Text = (ObjectId, Option<Rc<Document>>);

/// Documents, of which the last one of each path is remembered: what one change made is what the next one found.
struct Texts<'w> {
    workspace: &'w Workspace,
    last: RefCell<BTreeMap<String, Text>>,
}

impl<'w> Texts<'w> {
    fn of(workspace: &'w Workspace) -> Texts<'w> {
        Texts { workspace, last: RefCell::default() }
    }

    /// The document of a blob; none if it cannot be read.
    fn read(&self, path: &str, blob: ObjectId) -> Result<Option<Rc<Document>>, Failure> {
        if let Some((_, known)) = self.last.borrow().get(path).filter(|(known, _)| *known == blob) {
            return Ok(known.clone());
        }
        let document = Document::parse(&self.workspace.repository.blob(blob)?).ok().map(Rc::new);
        self.last.borrow_mut().insert(path.to_owned(), (blob, document.clone()));
        Ok(document)
    }
}

fn fields_of(texts: &Texts<'_>, ledger: &Ledger, settled: &Settled, path: &str) -> Result<Vec<FieldChange>, Failure> {
    let steps = ledger.accepted.get(path).map(Vec::as_slice).unwrap_or_default();
    let Some(at) = steps.iter().position(|step| step.change.as_ref() == Some(&settled.change.id)) else {
        return Ok(Vec::new());
    };
    let Some(before) = at.checked_sub(1) else { return Ok(Vec::new()) };
    let read = |index: usize| texts.read(path, steps[index].blob);
    let kinds: Vec<_> = ledger.kinds.of_path(path).into_iter().collect();
    Ok(match (read(at)?, read(before)?) {
        (Some(after), Some(before)) => field_changes(before.value(), after.value(), &kinds),
        _ => Vec::new(),
    })
}
