//! Findings as JUnit XML: one test case a document, which fails if the document makes the command fail.

use std::collections::BTreeMap;

use super::listing::{Listed, Listing};
use crate::text::line;

/// The report. What does not make the command fail stands in the output of its test case.
#[must_use]
pub fn junit(listing: &Listing<'_>) -> String {
    let (found, _) = listing.listed();
    let mut cases: BTreeMap<String, Vec<&Listed<'_>>> =
        listing.documents.iter().map(|path| (listing.in_repository(path), Vec::new())).collect();
    for listed in &found {
        cases.entry(listed.path.clone()).or_default().push(listed);
    }
    let failures = cases.values().filter(|found| found.iter().any(|listed| listing.fails(listed.finding))).count();
    let name = format!("canon {}", listing.command);
    let counts = format!("name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\"", xml(&name), cases.len());
    let cases: String = cases.iter().map(|(path, found)| case(listing, path, found)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite {counts} skipped=\"0\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn case(listing: &Listing<'_>, path: &str, found: &[&Listed<'_>]) -> String {
    let path = if path.is_empty() { "the registry as a whole" } else { path };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).replace('/', ".");
    let head = format!("    <testcase classname=\"{}\" name=\"{}\"", xml(&folder), xml(path));
    let (failing, other): (Vec<&Listed<'_>>, Vec<&Listed<'_>>) =
        found.iter().copied().partition(|listed| listing.fails(listed.finding));
    let mut inside = String::new();
    if let Some(first) = failing.first() {
        inside.push_str(&format!(
            "      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
            xml(first.finding.rule.code),
            xml(&first.finding.message),
            told(&failing)
        ));
    }
    if !other.is_empty() {
        inside.push_str(&format!("      <system-out>{}</system-out>\n", told(&other)));
    }
    if inside.is_empty() { format!("{head}/>\n") } else { format!("{head}>\n{inside}    </testcase>\n") }
}

/// Findings as text, each with its place.
fn told(found: &[&Listed<'_>]) -> String {
    let one = |listed: &&Listed<'_>| {
        let place = format!("{}:{}:{}", listed.path, listed.start.line, listed.start.column);
        let (level, code) = (listed.finding.level().word(), listed.finding.rule.code);
        let lines = listed.lines().join("\n  ");
        format!("{level}[{code}] {}\n  {lines}", line(&place)).split('\n').map(xml).collect::<Vec<_>>().join("\n")
    };
    found.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// Text on one line with nothing that is markup, and with no character that XML 1.0 cannot hold.
#[must_use]
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in line(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{20}'..='\u{fffd}' | '\u{10000}'.. => out.push(character),
            other => out.extend(other.escape_unicode()),
        }
    }
    out
}
