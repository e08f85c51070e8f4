//! A comparison on a terminal.

use std::collections::BTreeSet;

use super::{Told, definitions_rest, flipped, needs_in_words, numbers_among, shifted};
use crate::operations::diff::Comparison;
use crate::report::brief::text_diff;
use crate::text::line;

/// So many definitions that rest on a change are listed.
const MOST_RESTING: usize = 12;

/// Rows with what they mean, what rests on them, and the difference of the texts if it is wanted.
#[must_use]
pub fn text(comparison: &Comparison, texts: bool) -> String {
    let mut out = String::new();
    for told in Told::all(comparison) {
        out.push_str(&row(&told, comparison));
        if texts {
            let source =
                |registry: &crate::registry::Registry| registry.source(&told.row.path).unwrap_or_default().to_owned();
            out.push_str(&text_diff(&told.row.path, &source(&comparison.before), &source(&comparison.after)));
        }
    }
    out.push_str(&resting(comparison));
    out
}

/// What was compared, in a line.
#[must_use]
pub fn tally(comparison: &Comparison) -> String {
    let resting = match comparison.affected.len() {
        0 => String::new(),
        count => format!("; {} on that", definitions_rest(count)),
    };
    let read: BTreeSet<&str> = comparison.rows.iter().map(|row| row.path.as_str()).collect();
    let unread: BTreeSet<&str> = comparison.findings.iter().map(|finding| finding.path.as_str()).collect();
    format!(
        "{} between {} and {}{resting}.\n",
        match read.union(&unread).count() {
            1 => "1 document differs".to_owned(),
            count => format!("{count} documents differ"),
        },
        line(&comparison.base),
        line(&comparison.current),
    )
}

fn row(told: &Told<'_>, comparison: &Comparison) -> String {
    let mut out = format!("{}  {}  {}\n", told.name, told.versions(), told.row.impact.word());
    if let Some(predecessor) = &told.row.follows {
        out.push_str(&format!("  takes the place of {}\n", line(predecessor)));
    }
    for meaning in &told.row.meanings {
        let (place, said) = told.sentence(meaning);
        let sentence = place.map_or_else(|| said.clone(), |place| format!("{place}: {said}"));
        out.push_str(&format!("  {} ({}, {})\n", line(&sentence), line(&meaning.code), meaning.impact.word()));
        for exchange in told.exchanges(meaning) {
            let place = if exchange.place.is_empty() || meaning.fields.len() == 1 {
                String::new()
            } else {
                format!("{}: ", exchange.place)
            };
            let side = |value: &Option<String>| value.as_deref().map_or_else(|| "(nothing)".to_owned(), line);
            out.push_str(&format!("    {}{} -> {}\n", line(&place), side(&exchange.before), side(&exchange.after)));
        }
        for flip in &meaning.flips {
            let (change, record) = flipped(flip);
            out.push_str(&format!("    {}: {}\n", line(&change), line(&record)));
        }
    }
    for number in &told.row.stale {
        out.push_str(&format!("    its summary still says {}\n", line(number)));
    }
    for example in &told.row.examples {
        out.push_str(&format!("    example {}: {}\n", line(&example.id), line(&shifted(example))));
    }
    let needs = comparison.needs.get(&told.row.path).map(Vec::as_slice).unwrap_or_default();
    if !needs.is_empty() {
        out.push_str(&format!("  needs: {}\n", needs_in_words(needs, line).join(", ")));
    }
    out
}

fn resting(comparison: &Comparison) -> String {
    if comparison.affected.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "{} on what changed, {}:\n",
        definitions_rest(comparison.affected.len()),
        numbers_among(&comparison.affected, line)
    );
    for resting in comparison.affected.iter().take(MOST_RESTING) {
        let way: Vec<&str> = resting.affected.through.iter().rev().map(String::as_str).collect();
        let owners = resting.owners.join(", ");
        out.push_str(&format!(
            "  {}  by {}  ({}){}\n",
            line(&resting.affected.name),
            line(&way.join(" <- ")),
            line(&owners),
            match needs_in_words(&resting.needs, line).as_slice() {
                [] => String::new(),
                needs => format!("  needs: {}", needs.join(", ")),
            },
        ));
    }
    if let Some(more) = comparison.affected.len().checked_sub(MOST_RESTING).filter(|more| *more > 0) {
        out.push_str(&format!("  and {more} more, which `--format json` lists\n"));
    }
    out
}
