//! Findings as text: code, message, file:line:column with the excerpt, and what to do.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level as Mark, Origin, Renderer, Snippet};

use super::counted;
use crate::check::{Waived, Waiver};
use crate::finding::{Finding, Level};
use crate::text::{line, masked};

/// Findings with excerpts of the sources that `source` gives for a path.
#[must_use]
pub fn findings<'a>(findings: &[Finding], source: impl Fn(&str) -> Option<&'a str>, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for finding in findings {
        out.push_str(&one(finding, source(&finding.path), &renderer));
        out.push_str("\n\n");
    }
    out
}

/// How many findings there are, in words.
#[must_use]
pub fn tally(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.level() == Level::Error).count();
    match (errors, findings.len() - errors) {
        (0, 0) => "nothing is wrong".to_owned(),
        (errors, 0) => counted(errors, "error"),
        (0, warnings) => counted(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    }
}

/// What is waived, a line a waiver: how many findings, until when and why.
#[must_use]
pub fn waived(waived: &[Waived]) -> String {
    let mut by: BTreeMap<&str, (usize, &Waiver)> = BTreeMap::new();
    for Waived { waiver, .. } in waived {
        by.entry(&waiver.id).or_insert((0, waiver)).0 += 1;
    }
    let one = |(count, waiver): &(usize, &Waiver)| {
        let (id, reason) = (line(&waiver.id), line(&waiver.reason));
        format!("Waived: {} by `{id}` until {}: {reason}\n", counted(*count, "finding"), waiver.until)
    };
    by.values().map(one).collect()
}

fn one(finding: &Finding, source: Option<&str>, renderer: &Renderer) -> String {
    let mark = match finding.level() {
        Level::Error => Mark::ERROR,
        Level::Warning => Mark::WARNING,
    };
    let (message, path) = (line(&finding.message), line(&finding.path));
    let title = mark.primary_title(message.as_str()).id(finding.rule.code);
    // Masking keeps offsets but may make two keys alike, so the place is looked up in the text as it is.
    let excerpt = source.and_then(|source| {
        let span = finding.span(source)?;
        Some((masked(source), span.start..one_line(source, span.start, span.end)))
    });
    let group = match &excerpt {
        Some((source, span)) => title.element(
            Snippet::source(source.as_str()).path(path.as_str()).annotation(AnnotationKind::Primary.span(span.clone())),
        ),
        _ if path.is_empty() => Group::with_title(title),
        _ => title.element(Origin::path(path.as_str())),
    };
    let hint = finding.hint.as_deref().map(line);
    let group = match &hint {
        Some(hint) => group.element(Mark::HELP.message(hint.as_str())),
        None => group,
    };
    renderer.render(&[group])
}

/// The end of an excerpt that stays on the line it starts on.
fn one_line(source: &str, start: usize, end: usize) -> usize {
    let inside = source.get(start..end).unwrap_or_default();
    start + inside.find('\n').unwrap_or(inside.len())
}
