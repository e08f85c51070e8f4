//! Findings as SARIF 2.1.0, the format that code scanning reads.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::listing::{Listed, Listing, pointer};
use crate::check::Waiver;
use crate::finding::{RULES, Rule};
use crate::text::line;

/// The log: one run, with the rules that were broken and a result a finding. Waived findings are results too, marked as
/// suppressed, with the reason.
#[must_use]
pub fn sarif(listing: &Listing<'_>) -> Value {
    let (found, waived) = listing.listed();
    let all = found.iter().chain(waived.iter().map(|(listed, _)| listed));
    let codes: BTreeSet<&str> = all.map(|listed| listed.finding.rule.code).collect();
    let rules: Vec<&Rule> = RULES.iter().copied().filter(|rule| codes.contains(rule.code)).collect();
    let results = found.iter().map(|listed| result(&rules, listed, None));
    let suppressed = waived.iter().map(|(listed, waiver)| result(&rules, listed, Some(waiver)));
    let results: Vec<Value> = results.chain(suppressed).collect();
    // Code scanning takes what stands before the last slash as a category, and keeps the categories apart.
    let category: String =
        ["canon ", listing.command, "/", &uri(listing.root), if listing.root.is_empty() { "" } else { "/" }].concat();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "canon",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": category},
            "invocations": [{"executionSuccessful": true}],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": {"text": told(rule.title)},
        "fullDescription": {"text": told(rule.why)},
        "help": {"text": told(rule.mend)},
        "defaultConfiguration": {"level": rule.level.word()},
    })
}

fn result(rules: &[&Rule], listed: &Listed<'_>, waiver: Option<&Waiver>) -> Value {
    let finding = listed.finding;
    // All results of a run say whether they are suppressed, or none does.
    let suppression = |waiver: &Waiver| json!({"kind": "external", "status": "accepted", "justification": told(&line(&waiver.reason))});
    let suppressions: Vec<Value> = waiver.map(suppression).into_iter().collect();
    json!({
        "ruleId": finding.rule.code,
        "ruleIndex": rules.iter().position(|rule| rule.code == finding.rule.code),
        "level": finding.level().word(),
        "message": {"text": told(&listed.lines().join("\n"))},
        "locations": location(listed).into_iter().collect::<Vec<_>>(),
        "partialFingerprints": {"canonry/v1": listed.fingerprint},
        "suppressions": suppressions,
    })
}

fn location(listed: &Listed<'_>) -> Option<Value> {
    if listed.path.is_empty() {
        return None;
    }
    let mut region = json!({"startLine": listed.start.line, "startColumn": listed.start.column});
    if let Some(end) = listed.end {
        region["endLine"] = json!(end.line);
        region["endColumn"] = json!(end.column);
    }
    let mut location = json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(&listed.path), "uriBaseId": "%SRCROOT%"},
        "region": region,
    }});
    if let Some(pointer) = pointer(listed.finding).filter(|pointer| !pointer.is_empty()) {
        location["logicalLocations"] = json!([{"fullyQualifiedName": line(pointer)}]);
    }
    Some(location)
}

/// Text as a message of SARIF: braces would be placeholders and are doubled (section 3.11.5); `[text](target)` would be a
/// link (section 3.11.6) and is none.
#[must_use]
pub fn told(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

/// A path as a relative reference (RFC 3986). A colon in the first name would make it a scheme.
#[must_use]
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
