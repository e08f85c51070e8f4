//! Findings as Markdown: a table for the summary of a job or a comment on a pull request.

use super::counted;
use super::findings::tally;
use super::listing::{Listed, Listing};
use crate::check::Waiver;
use crate::text::markdown as plain;

/// Forges cut or refuse pages that are too long; so many rows fit.
const MOST_ROWS: usize = 200;

/// A heading and, if there is anything to tell, tables.
#[must_use]
pub fn markdown(listing: &Listing<'_>) -> String {
    let (found, waived) = listing.listed();
    let mut out = format!("### canon {}: {}\n", listing.command, tally(listing.findings));
    if !found.is_empty() {
        out.push_str("\n| level | code | place | finding |\n| --- | --- | --- | --- |\n");
        out.extend(found.iter().take(MOST_ROWS).map(row));
        out.push_str(&rest(found.len()));
    }
    if !waived.is_empty() {
        out.push_str(&format!("\nWaived: {}.\n", counted(waived.len(), "finding")));
        out.push_str("\n| waiver | until | code | place | reason |\n| --- | --- | --- | --- | --- |\n");
        out.extend(waived.iter().take(MOST_ROWS).map(waived_row));
        out.push_str(&rest(waived.len()));
    }
    out
}

fn row(listed: &Listed<'_>) -> String {
    let finding = listed.finding;
    let hint = finding.hint.as_deref().map(|hint| format!("<br>{}", plain(hint))).unwrap_or_default();
    let message = plain(&finding.message);
    format!("| {} | {} | {} | {message}{hint} |\n", finding.level().word(), finding.rule.code, place(listed))
}

fn waived_row((listed, waiver): &(Listed<'_>, &Waiver)) -> String {
    let code = listed.finding.rule.code;
    let (id, reason) = (plain(&waiver.id), plain(&waiver.reason));
    format!("| {id} | {} | {code} | {} | {reason} |\n", waiver.until, place(listed))
}

fn place(listed: &Listed<'_>) -> String {
    match listed.end {
        Some(_) => format!("{}:{}:{}", plain(&listed.path), listed.start.line, listed.start.column),
        None => plain(&listed.path),
    }
}

fn rest(count: usize) -> String {
    match count.saturating_sub(MOST_ROWS) {
        0 => String::new(),
        more => format!("\nThere are {more} more.\n"),
    }
}
