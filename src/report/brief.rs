//! A change as people read it: its rows, its fields, its text, and what it still needs.

use similar::TextDiff;

use super::change::{markdown, text};
use super::shown;
use crate::compare::FieldChange;
use crate::finding::{Finding, Level, rules};
use crate::governance::records::Change;
use crate::operations::approve::Brief;
use crate::operations::propose::Proposal;
use crate::operations::status::{Outdated, Standing, State};
use crate::registry::layout::definition_name;
use crate::text::{line, visible};

/// A change's heading.
fn heading(change: &Change) -> String {
    let confirms = change.ratifies.iter().map(|id| format!("  confirms {}, which has landed\n", line(id)));
    format!(
        "{}  {}\n  why: {}\n  proposed by {} ({})\n{}",
        change.id,
        line(&change.title),
        visible(&change.why).replace('\n', "\n       "),
        change.proposer,
        line(&change.reason),
        confirms.collect::<String>(),
    )
}

/// A change's heading and rows.
#[must_use]
pub fn change(change: &Change) -> String {
    let mut out = heading(change);
    for row in &change.rows {
        let name = definition_name(&row.path).unwrap_or_else(|| row.path.clone());
        let version = match &row.version.from {
            Some(from) => format!("{from} -> {}", row.version.to),
            None => format!("new, {}", row.version.to),
        };
        out.push_str(&format!("  {name}  {version}  {}\n", row.impact.word()));
    }
    out
}

/// A change with what it means and its texts, as somebody reads it before deciding.
#[must_use]
pub fn whole(brief: &Brief) -> String {
    heading(&brief.change) + &text(&brief.comparison, true)
}

/// Changed fields, a line each.
#[must_use]
pub fn fields(fields: &[FieldChange]) -> String {
    let one = |field: &FieldChange| {
        let pointer = if field.pointer().is_empty() { "/" } else { field.pointer() };
        // What a value in criteria does is not said by the value: a threshold that is raised makes fewer count.
        let code = if field.site.is_some() { String::new() } else { format!(", {}", line(&field.code)) };
        format!(
            "    {}  {} -> {}  ({}{code})\n",
            visible(pointer),
            shown(field.before.as_ref()),
            shown(field.after.as_ref()),
            field.impact.word(),
        )
    };
    // The heading tells the version.
    fields.iter().filter(|field| field.pointer() != "/version").map(one).collect()
}

/// The difference of two texts, as `diff -u` shows it.
#[must_use]
pub fn text_diff(path: &str, before: &str, after: &str) -> String {
    let (before, after) = (visible(before), visible(after));
    let (old, new) = match (before.is_empty(), after.is_empty()) {
        (true, _) => ("/dev/null".to_owned(), format!("b/{path}")),
        (_, true) => (format!("a/{path}"), "/dev/null".to_owned()),
        _ => (format!("a/{path}"), format!("b/{path}")),
    };
    TextDiff::from_lines(&before, &after).unified_diff().context_radius(3).header(&old, &new).to_string()
}

/// What a change needs and who may give it.
#[must_use]
pub fn standing(standing: &Standing) -> String {
    let mut out = match &standing.state {
        State::Settled => format!("{} has settled: it is accepted.\n", standing.id),
        State::Ready => format!("{} has everything it needs; it settles when its branch lands.\n", standing.id),
        State::Waiting => format!("{} is not accepted yet.\n", standing.id),
        State::Conflict => {
            format!("{} conflicts with the main branch; merge or rebase its branch first.\n", standing.id)
        }
    };
    out.push_str(&verdict(standing));
    let other =
        |finding: &&Finding| ![rules::APPROVAL_MISSING.code, rules::ROW_DENIED.code].contains(&finding.rule.code);
    for finding in standing.findings.iter().filter(other) {
        let mark = if finding.level() == Level::Error { "error" } else { "note" };
        out.push_str(&format!("  {mark}[{}]: {}\n", finding.rule.code, visible(&finding.message)));
        out.push_str(&format!("    {}\n", visible(&finding.path)));
    }
    standing.outdated.iter().for_each(|outdated| out.push_str(&since(outdated)));
    out
}

/// What moved since a decision was given.
fn since(outdated: &Outdated) -> String {
    let (given_on, now) = (outdated.given_on.short(), outdated.now.short());
    let mut out = format!("  {} decided on {given_on}; it is {now} now", line(&outdated.person));
    match &outdated.documents {
        None => out.push_str(". The text before is not in this history.\n"),
        Some(documents) => {
            out.push_str(", and this is what moved:\n");
            documents.iter().for_each(|moved| out.push_str(&text_diff(&moved.path, &moved.before, &moved.after)));
        }
    }
    out
}

/// Rows with their slots.
fn verdict(standing: &Standing) -> String {
    let verdict = &standing.verdict;
    let mut out = String::new();
    let relay_of = |person: &str| {
        let decision = standing.decisions.iter().find(|(decision, _)| decision.person == person);
        let evidence = decision.and_then(|(decision, _)| decision.evidence.as_ref());
        evidence.map(|evidence| format!(", relayed by {}", line(&evidence.relay))).unwrap_or_default()
    };
    for row in &verdict.rows {
        let name = definition_name(&row.path).unwrap_or_else(|| row.path.clone());
        out.push_str(&format!("  {name}\n"));
        if let Some(denied) = &row.denied {
            out.push_str(&format!("    denied: {}\n", line(denied)));
        }
        for slot in &row.slots {
            let role = line(&slot.role);
            out.push_str(&match (&slot.filled_by, slot.may.as_slice()) {
                (Some(person), _) => format!("    {role}: approved by {person}{}\n", relay_of(person)),
                (None, []) => format!("    {role}: missing, and nobody who may approve holds the role\n"),
                (None, may) => format!("    {role}: missing; {} may give it\n", may.join(" or ")),
            });
        }
    }
    if verdict.own_approval_ignored {
        out.push_str("  The proposer's own approval does not count: duties are separate.\n");
    }
    for person in &verdict.rejected_by {
        out.push_str(&format!("  {person} rejects it{}.\n", relay_of(person)));
    }
    out
}

/// The text of a pull request, in Markdown: why, what it means, and whose approval is missing.
#[must_use]
pub fn pull_request(proposal: &Proposal) -> String {
    use crate::text::markdown as plain;
    let Proposal { change, comparison, standing, .. } = proposal;
    let mut out = format!("# {}\n\n{}\n\n", plain(&change.title), plain(&change.why));
    let does = if change.rows.is_empty() { "Confirms" } else { "Says what becomes of" };
    for id in &change.ratifies {
        out.push_str(&format!("{does} `{id}`, which landed with a key that was somebody else's.\n\n"));
    }
    if !change.rows.is_empty() {
        out.push_str(&markdown(comparison));
    }
    let mut needs: Vec<String> = Vec::new();
    for slot in standing.verdict.rows.iter().flat_map(|row| &row.slots).filter(|slot| slot.filled_by.is_none()) {
        let who = if slot.may.is_empty() {
            "nobody who may approve holds the role".to_owned()
        } else {
            slot.may.join(" or ")
        };
        let need = format!("- {}: {who}\n", plain(&slot.role));
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    for row in &standing.verdict.rows {
        if let Some(denied) = &row.denied {
            out.push_str(&format!("\nDenied, whoever approves: `{}` {}.\n", row.path, plain(denied)));
        }
    }
    if !needs.is_empty() {
        out.push_str(&format!("\n### Needs the approval of\n\n{}", needs.concat()));
        out.push_str(&format!("\nTo approve, check out this branch and type `canon approve {}`.\n", change.id));
    }
    out
}
