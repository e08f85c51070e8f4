//! Evidence that the ledger gives, one form a function. Commits are dated by the times that they claim.

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;

use super::Found;
use super::definitions::{Share, is_of, named};
use super::matrix::{AcceptedBy, SettledChanges};
use super::sight::Sight;
use crate::finding::counted;
use crate::governance::ledger::{Excursion, Ledger, Settled};
use crate::governance::records::Choice;
use crate::registry::Definition;
use crate::registry::layout::definition_name;

/// A share of active definitions is as the ledger accepted it.
pub(super) fn accepted(sight: &Sight<'_>, ledger: &Ledger, kinds: &[String], by: AcceptedBy, share: u32) -> Found {
    let accepted = |definition: &Definition<'_>| {
        ledger.current(definition.path).is_some_and(|step| {
            let through = by == AcceptedBy::GenesisOrChange || step.change.is_some();
            through && step.digest == definition.document.digest()
        })
    };
    let of_all = Share::of(&sight.active(kinds, None), accepted, share);
    let have = match by {
        AcceptedBy::GenesisOrChange => "are as they were accepted",
        AcceptedBy::Change => "are as an approved change left them",
    };
    of_all.told(kinds, have, |lacking| match by {
        AcceptedBy::GenesisOrChange => {
            format!("Type `canon propose` for {lacking}, have it approved and land it.")
        }
        AcceptedBy::Change => format!("Propose {lacking} with `canon propose`, have it approved and land it."),
    })
}

/// So many changes settled.
pub(super) fn settled(sight: &Sight<'_>, ledger: &Ledger, asked: &SettledChanges) -> Found {
    let SettledChanges { kinds, within_days, approvers_at_least, roles, at_least } = asked;
    let since = within_days.and_then(|days| sight.since(days));
    let concerns = |settled: &Settled| {
        kinds.as_ref().is_none_or(|kinds| {
            let mut names = settled.change.rows.iter().filter_map(|row| definition_name(&row.path));
            names.any(|name| kinds.iter().any(|kind| is_of(&name, kind)))
        })
    };
    let signed = |settled: &Settled| {
        let signers = signers(settled);
        let held = |role: &String| signers.iter().any(|person| holds(ledger, person, role));
        approved_by(settled).len() >= *approvers_at_least && roles.iter().flatten().all(held)
    };
    let counts =
        |settled: &&Settled| concerns(settled) && signed(settled) && is_since(sight, ledger, settled.landing, since);
    let there = ledger.settled.values().map(AsRef::as_ref).filter(counts).count();
    let signed = match roles {
        Some(roles) => format!(", signed by {}", roles.join(" and ")),
        None => String::new(),
    };
    let signed = format!("{}{signed}", counted(*approvers_at_least, "approval"));
    let when = since.map_or_else(String::new, |since| format!(" since {since}"));
    if there >= *at_least {
        return Found::met(format!("{}{when} with {signed}", counted(there, "settled change")));
    }
    let found = format!("{there} of {}{when} with {signed}", counted(*at_least, "settled change"));
    let about = kinds.as_ref().map_or_else(String::new, |kinds| format!(" of one of these: {}.", kinds.join(", ")));
    let next = format!("Propose the next change with `canon propose`; it needs {signed}.");
    let about = if about.is_empty() { about } else { format!(" It must have a row{about}") };
    Found::missing(found, Vec::new(), format!("{next}{about}"))
}

/// So many releases were published.
pub(super) fn released(sight: &Sight<'_>, ledger: &Ledger, within_days: Option<i64>, at_least: usize) -> Found {
    let since = within_days.and_then(|days| sight.since(days));
    let there = ledger.releases.iter().filter(|release| is_since(sight, ledger, release.landing, since)).count();
    let when = since.map_or_else(String::new, |since| format!(" since {since}"));
    let Some(newest) = ledger.releases.last() else {
        return Found::missing("none so far", Vec::new(), "Type `canon publish` on the main branch.");
    };
    let day = day_of(sight, ledger, newest.landing).map_or_else(String::new, |day| format!(" of {day}"));
    let last = format!("; the newest is {}{day}", newest.manifest.version);
    if there >= at_least {
        return Found::met(format!("{}{when}{last}", counted(there, "release")));
    }
    let next = "Type `canon publish` on the main branch; it needs a definition that changed since the release before.";
    Found::missing(format!("{there} of {}{when}{last}", counted(at_least, "release")), Vec::new(), next)
}

/// The tree left the accepted state no more than so often.
pub(super) fn excursions(sight: &Sight<'_>, ledger: &Ledger, within_days: i64, at_most: usize) -> Found {
    let since = sight.since(within_days);
    let lasted = |excursion: &&Excursion| match &excursion.healed {
        None => true,
        Some((healed, _)) => is_since(sight, ledger, *healed, since),
    };
    let there: Vec<&Excursion> = ledger.excursions.iter().filter(lasted).collect();
    let when = since.map_or_else(String::new, |since| format!(" since {since}"));
    let found = format!("{}{when}", counted(there.len(), "excursion"));
    if there.len() <= at_most {
        return Found::met(found);
    }
    let paths: BTreeSet<String> = there.iter().flat_map(|excursion| excursion.paths.keys().cloned()).collect();
    let paths: Vec<String> = paths.into_iter().collect();
    let lasting = there.iter().any(|excursion| excursion.healed.is_none());
    let healed: Vec<Date> =
        there.iter().filter_map(|excursion| day_of(sight, ledger, excursion.healed.as_ref()?.0)).collect();
    let over = healed
        .iter()
        .max()
        .and_then(|day| day.checked_add(Span::new().try_days(within_days).ok()?).ok()?.tomorrow().ok());
    let next = match (lasting, over) {
        (true, _) => format!("Type `canon verify`: {} is not as accepted now.", named(&paths)),
        (false, Some(over)) => format!("Type `canon verify` to see what it was; it counts until {over}."),
        (false, None) => "Type `canon verify` to see what it was.".to_owned(),
    };
    Found::missing(found, paths, next)
}

/// The people whose approval of a change counted.
fn approved_by(settled: &Settled) -> BTreeSet<&str> {
    let approvals = settled.decisions().filter(|(decision, _)| decision.decision == Choice::Approve);
    approvals.map(|(decision, _)| decision.person.as_str()).collect()
}

/// The people who signed a change: its proposer, and those whose approval counted.
pub(super) fn signers(settled: &Settled) -> BTreeSet<&str> {
    let mut signers = approved_by(settled);
    signers.insert(&settled.change.proposer);
    signers
}

/// Whether a person holds a role, by the people in force.
pub(super) fn holds(ledger: &Ledger, person: &str, role: &str) -> bool {
    ledger.people.get(person).is_some_and(|person| person.roles.contains(role))
}

/// Whether a commit of the chain is not older than a day; without a day every one is.
fn is_since(sight: &Sight<'_>, ledger: &Ledger, landing: usize, since: Option<Date>) -> bool {
    since.is_none_or(|since| day_of(sight, ledger, landing).is_some_and(|day| day >= since))
}

fn day_of(sight: &Sight<'_>, ledger: &Ledger, landing: usize) -> Option<Date> {
    sight.day_of(ledger.landings.get(landing)?.time)
}
