//! The log for those who check others: a line for each field that changed, as CSV or Markdown.

use crate::compare::{FieldChange, version_pointer};
use crate::document::{Value, stored_scalar};
use crate::governance::records::Choice;
use crate::operations::log::Entry;
use crate::registry::layout::definition_name;
use crate::report::{day, relay};
use crate::text::{line, markdown as plain};

/// What the columns are called.
const COLUMNS: [&str; 17] = [
    "change",
    "landed",
    "commit",
    "title",
    "why",
    "reason",
    "proposer",
    "proposer_key",
    "policy_version",
    "document",
    "version_before",
    "version_after",
    "impact",
    "field",
    "before",
    "after",
    "decisions",
];

/// The log as CSV (RFC 4180), with a line of names first. No cell is a formula to a spreadsheet.
#[must_use]
pub fn csv(entries: &[Entry]) -> String {
    let mut out = row(COLUMNS.iter().map(|name| (*name).to_owned()));
    for cells in entries.iter().flat_map(lines) {
        out.push_str(&row(cells.into_iter()));
    }
    out
}

/// The log as a table of Markdown.
#[must_use]
pub fn markdown(entries: &[Entry]) -> String {
    let mut out = format!("| {} |\n|{}\n", COLUMNS.join(" | "), " --- |".repeat(COLUMNS.len()));
    for cells in entries.iter().flat_map(lines) {
        let cells: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

/// The lines of a change: one for each field, or one where a document is new.
fn lines(entry: &Entry) -> Vec<[String; 17]> {
    let (settled, change) = (&entry.settled, &entry.settled.change);
    let decisions: Vec<String> = settled
        .decisions()
        .map(|(decision, key)| {
            let roles: Vec<&str> = entry.roles_of(&decision.person).into_iter().collect();
            let role = match (decision.decision, roles.as_slice()) {
                (Choice::Approve, []) => String::new(),
                (Choice::Approve, roles) => format!(" as {}", roles.join(" and ")),
                _ => String::new(),
            };
            let (done, way) = (decision.decision.done(), relay::way(decision));
            format!("{} {done}{role} at {} with {key}{way}", decision.person, decision.at)
        })
        .collect();
    let version = |version: Option<&semver::Version>| version.map(ToString::to_string).unwrap_or_default();
    let mut lines = Vec::new();
    for (row, impact) in change.rows.iter().zip(&settled.impacts) {
        let Some(fields) = entry.fields.get(&row.path) else { continue };
        let one = |field: Option<&FieldChange>| {
            let value = |value: Option<&Value>| match value {
                Some(Value::String(text)) => text.to_string(),
                other => other.map(stored_scalar).unwrap_or_default(),
            };
            [
                change.id.clone(),
                day(entry.landed.2),
                entry.landed.0.clone(),
                change.title.clone(),
                change.why.clone(),
                change.reason.clone(),
                change.proposer.clone(),
                settled.proposed_with.clone(),
                version(entry.policy.as_ref()),
                definition_name(&row.path).unwrap_or_else(|| row.path.clone()),
                version(row.version.from.as_ref()),
                version(Some(&row.version.to)),
                field.map_or(*impact, |field| field.impact).word().to_owned(),
                field.map(|field| field.pointer().to_owned()).unwrap_or_default(),
                value(field.and_then(|field| field.before.as_ref())),
                value(field.and_then(|field| field.after.as_ref())),
                decisions.join("; "),
            ]
        };
        // The version has columns of its own.
        let fields: Vec<&FieldChange> =
            fields.iter().filter(|field| field.pointer() != version_pointer(&row.path)).collect();
        match fields.as_slice() {
            [] => lines.push(one(None)),
            fields => lines.extend(fields.iter().map(|field| one(Some(field)))),
        }
    }
    lines
}

fn row(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|text| cell(&text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell: quoted where it must be, and with an apostrophe before what a spreadsheet would compute (OWASP, CSV injection).
fn cell(text: &str) -> String {
    let text = line(text);
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let begins = text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let text = if begins && !is_number { format!("'{text}") } else { text };
    match text.contains([',', '"', ';', '\'']) || text.starts_with(' ') || text.ends_with(' ') {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}
