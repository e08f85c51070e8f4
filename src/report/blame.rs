//! What brought each value of a definition, for people and for programs.

use serde_json::{Value, json};

use super::{day, shown};
use crate::governance::records::{Choice, Decision};
use crate::operations::blame::{Blame, Line};
use crate::operations::log::Entry;
use crate::text::{line, visible};

/// A line for each value: since which version, by which change and who agreed, where, and what it is.
#[must_use]
pub fn blame(blame: &Blame) -> String {
    let rows: Vec<[String; 4]> = blame.lines.iter().map(row).collect();
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let told = |[version, change, place, value]: &[String; 4]| {
        let [first, second, third] = widths;
        format!("{version:first$}  {change:second$}  {place:third$}  {value}\n")
    };
    rows.iter().map(told).collect()
}

fn row(told: &Line) -> [String; 4] {
    let version = told.version.as_ref().map(ToString::to_string).unwrap_or_default();
    let change = told.entry.as_ref().map_or_else(|| "the beginning".to_owned(), change);
    [version, line(&change), visible(&told.pointer), shown(Some(&told.value))]
}

fn change(entry: &Entry) -> String {
    let agreed: Vec<&str> = approvers(entry).map(|(decision, _)| decision.person.as_str()).collect();
    format!("{} {} ({})", day(entry.landed.2), entry.settled.change.id, agreed.join(", "))
}

/// The approvals, with the fingerprints of the keys.
fn approvers(entry: &Entry) -> impl Iterator<Item = (&Decision, &str)> {
    let decisions = entry.settled.decisions();
    decisions.filter(|(decision, _)| decision.decision == Choice::Approve)
}

/// The same for programs.
#[must_use]
pub fn json(blame: &Blame) -> Value {
    let change = |entry: &Entry| {
        let approvals = approvers(entry).map(|(Decision { person, evidence, .. }, key)| {
            let relay = evidence.as_ref().map(|evidence| &evidence.relay);
            json!({"person": person, "roles": entry.roles_of(person), "key": key, "relay": relay})
        });
        json!({
            "id": entry.settled.change.id,
            "title": entry.settled.change.title,
            "proposer": entry.settled.change.proposer,
            "commit": entry.landed.0,
            "landed": day(entry.landed.2),
            "approvals": approvals.collect::<Vec<_>>(),
        })
    };
    let one = |line: &Line| {
        json!({
            "pointer": line.pointer,
            "value": line.value,
            "version": line.version,
            "change": line.entry.as_ref().map(change),
        })
    };
    json!({
        "type": "canonry/blame@1",
        "definition": blame.name,
        "version": blame.version,
        "values": blame.lines.iter().map(one).collect::<Vec<_>>(),
    })
}
