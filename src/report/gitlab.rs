//! Findings as a code quality report of GitLab.

use serde_json::{Value, json};

use super::listing::{Listed, Listing};
use crate::finding::Level;
use crate::text::line;

/// The report: a list with an object a finding.
#[must_use]
pub fn gitlab(listing: &Listing<'_>) -> Value {
    listing.listed().0.iter().map(issue).collect()
}

fn issue(listed: &Listed<'_>) -> Value {
    let severity = match listed.finding.level() {
        Level::Error => "major",
        Level::Warning => "minor",
    };
    json!({
        "description": listed.lines().join(" "),
        "check_name": listed.finding.rule.code,
        "fingerprint": listed.fingerprint,
        "severity": severity,
        "location": {"path": line(&listed.path), "lines": {"begin": listed.start.line}},
    })
}
