//! Evidence that only people can give: the word of somebody in a role.
//!
//! An answer counts while it is young enough, is accepted, and somebody who holds the role signed the change that
//! brought it, as its proposer or as an approver. Else anybody could answer for anybody.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::definitions::day;
use super::history::{holds, signers};
use super::matrix::{Attested, Form, Given, Matrix};
use super::sight::{History, Sight};
use super::{Found, Place};
use crate::criteria::Moment;
use crate::criteria::syntax::{Duration, Unit};
use crate::document::Value;
use crate::registry::layout::definition_name;

/// Somebody in a role says so.
pub(super) fn attested(sight: &Sight<'_>, place: &Place<'_>, asked: &Attested) -> Found {
    let Attested { role, asks, given, .. } = asked;
    let matrix = definition_name(place.path).unwrap_or_else(|| place.path.to_owned());
    let answer = format!(
        "Ask {role}: \"{asks}\" If so, fill `given` of `{}` in {matrix}; {role} must propose or approve that change.",
        place.evidence
    );
    let missing = |found: String, next: String| Found::missing(found, vec![role.clone()], next);
    let Some(Given { on, yes, .. }) = given else { return missing(format!("{role} has not said so"), answer) };
    if !yes {
        return missing(format!("{role} said no on {on}"), answer);
    }
    let (said, until) = (day(on), day(on).and_then(|said| last_day(said, asked)));
    let (Some(said), Some(until)) = (said, until) else {
        return missing(format!("the answer of {role} has no day of the calendar"), "Type `canon check`.".to_owned());
    };
    if said > sight.today() {
        return missing(format!("{role} is to say so on {said} only"), "Wait for that day.".to_owned());
    }
    if until < sight.today() {
        return missing(format!("{role} said so on {said}, which held until {until}"), answer);
    }
    match &sight.history {
        Err(unseen) => Found::no_history(unseen),
        Ok(history) => match signed(history, place, asked) {
            Ok(who) => Found::met(format!("{role} said so on {said}, signed by {who}; it holds until {until}")),
            Err((why, next)) => missing(format!("{role} said so on {said} by the text, but {why}"), next),
        },
    }
}

/// The last day on which an answer counts.
fn last_day(said: Date, asked: &Attested) -> Option<Date> {
    let (unit, amount) = asked.valid_for.iter().next()?;
    let unit = Unit::of_word(unit)?;
    let until = Moment::Day(said).shifted(Duration { amount: *amount, unit }, &TimeZone::UTC)?;
    Some(until.day(&TimeZone::UTC))
}

/// Who of the role signed the answer as it stands; else why nobody did, and what to do.
fn signed(history: &History<'_>, place: &Place<'_>, asked: &Attested) -> Result<String, (String, String)> {
    let matrix = definition_name(place.path).unwrap_or_else(|| place.path.to_owned());
    let texts = history.matrices.get(place.path).map(Vec::as_slice).unwrap_or_default();
    let same = |value: &Value| asked_at(value, place).as_ref() == Some(asked);
    // The first of the newest texts in a row that ask the same and answer the same.
    let Some(first) = texts.iter().rev().take_while(|text| same(&text.value)).last() else {
        let next = format!("Type `canon propose` for {matrix}, have it approved and land it.");
        return Err(("it is not accepted yet".to_owned(), next));
    };
    let again = format!("Give it a new day in {matrix}, and have a `{}` propose or approve that.", asked.role);
    let settled = first.change.as_ref().and_then(|change| history.ledger.settled.get(change));
    let Some(settled) = settled else {
        return Err(("it stood in the first commit, which nobody signed".to_owned(), again));
    };
    let signers = signers(settled);
    match signers.iter().find(|person| holds(history.ledger, person, &asked.role)) {
        Some(person) => Ok((*person).to_owned()),
        None => {
            let signers: Vec<&str> = signers.into_iter().collect();
            Err((format!("{} signed it and does not hold that role", signers.join(" and ")), again))
        }
    }
}

/// The question and answer that stand at the same place of a text of the matrix.
fn asked_at(value: &Value, place: &Place<'_>) -> Option<Attested> {
    let matrix: Matrix = value.read().ok()?;
    let row = matrix.rows.into_iter().find(|row| row.id == place.row)?;
    let cell = row.cells.into_iter().find(|cell| cell.stage == place.stage)?;
    let evidence = cell.evidence.into_iter().find(|evidence| evidence.id == place.evidence)?;
    match evidence.form? {
        Form::Attested(asked) => Some(asked),
        _ => None,
    }
}
