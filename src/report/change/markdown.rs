//! A comparison as the body of a pull request: for people who decide and never read JSON.

use super::{Told, definitions_rest, flipped, listed, needs_in_words, numbers_among, said, shifted, values};
use crate::compare::Meaning;
use crate::document::Value;
use crate::operations::diff::Comparison;
use crate::registry::Impact;
use crate::report::brief::text_diff;
use crate::text::markdown as plain;

/// Forges cut or refuse pages that are too long; so many definitions that rest on a change are listed, and so many
/// lines of texts shown.
const MOST_RESTING: usize = 50;
/// A longer list of them is folded.
const MOST_OPEN: usize = 10;
const MOST_LINES: usize = 1_000;

/// A paragraph for each document, a table of what changes, records that move, what rests on it, and the texts, folded.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    let told = Told::all(comparison);
    if told.is_empty() && comparison.findings.is_empty() {
        return format!("Nothing differs between {} and {}.\n", plain(&comparison.base), plain(&comparison.current));
    }
    if told.is_empty() {
        return String::new();
    }
    let mut out = String::from("## What this change means\n");
    told.iter().for_each(|told| out.push_str(&paragraph(told, comparison)));
    out.push_str(&table(&told, comparison));
    out.push_str(&records(&told));
    out.push_str(&resting(comparison));
    out.push_str(&texts(comparison));
    out
}

/// What one document's change does, in sentences.
fn paragraph(told: &Told<'_>, comparison: &Comparison) -> String {
    let mut sentences: Vec<String> = Vec::new();
    let holds = holds(told);
    let is_told = |meaning: &Meaning| holds.is_some() && TOLD_BY_HOLDS.contains(&meaning.place.pointer());
    for meaning in told.row.meanings.iter().filter(|meaning| meaning.impact > Impact::Patch && !is_told(meaning)) {
        let sentence = told.sentence_with_values(meaning, plain);
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    if sentences.is_empty() && holds.is_none() {
        let said = match told.row.meanings.as_slice() {
            [] => "Only its version changes",
            [only] if only.code == "equivalent" => "It is written otherwise, and means the same",
            _ => "Only what explains it changes; nobody is counted otherwise",
        };
        sentences.push(said.to_owned());
    }
    sentences.extend(told.row.stale.iter().map(|number| format!("Its summary still says {}", plain(number))));
    sentences.extend(holds);
    if let Some(needs) = comparison.needs.get(&told.row.path).filter(|needs| !needs.is_empty()) {
        sentences.push(format!("{} must agree", listed(&needs_in_words(needs, plain))));
    }
    let follows = told.row.follows.as_ref().map(|other| format!(", in place of `{other}`")).unwrap_or_default();
    let name = format!("`{}`{follows}, {}", told.name, plain(&told.versions()).replace("-&gt;", "to"));
    format!("\n**{}** ({name}). {}.\n", plain(told.title), sentences.join(". "))
}

/// Where a definition says since when it holds, and what becomes of the past.
const TOLD_BY_HOLDS: [&str; 2] = ["/effective/from", "/effective/history"];

/// Since when it holds, and what becomes of the past, where either changes or anything of weight does.
fn holds(told: &Told<'_>) -> Option<String> {
    let [from, history] = TOLD_BY_HOLDS;
    let is_moved = told.row.meanings.iter().any(|meaning| TOLD_BY_HOLDS.contains(&meaning.place.pointer()));
    let weighs = told.row.is_definition() && (told.row.impact == Impact::Major || is_moved);
    let after = told.after.filter(|_| weighs)?;
    let text = |side: Option<&Value>, pointer: &str| side?.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let (day, was) = (text(Some(after), from)?, text(told.before, from));
    let (restates, restated) =
        (text(Some(after), history)? == "restate", text(told.before, history).map(|history| history == "restate"));
    let since = match &was {
        Some(was) if *was == day => format!("It holds from {} as before", plain(&day)),
        Some(was) => format!("It holds from {}, no longer from {}", plain(&day), plain(was)),
        None => format!("It holds from {}", plain(&day)),
    };
    let past = match (restates, restated) {
        (true, Some(false)) => ", and past periods, which kept their numbers so far, are computed again by it",
        (true, _) => ", and past periods are computed again by it",
        (false, Some(true)) => "; periods before keep the numbers that they had, and are no longer computed again",
        (false, _) => "; periods before keep the numbers that they had",
    };
    let between = match &was {
        Some(was) if !restates && *was == day => ", those since need not",
        Some(was) if !restates && day < *was => ", those between need not",
        _ => "",
    };
    Some(format!("{since}{past}{between}"))
}

fn table(told: &[Told<'_>], comparison: &Comparison) -> String {
    if told.iter().all(|told| told.row.meanings.is_empty()) {
        return String::new();
    }
    let mut out = String::from(
        "\n| what | meaning | before | after | impact | must agree |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for told in told {
        let needs = comparison.needs.get(&told.row.path).map(Vec::as_slice).unwrap_or_default();
        let needs = needs_in_words(needs, plain).join(", ");
        for meaning in &told.row.meanings {
            let place = told.place(meaning);
            let what =
                if place.is_empty() { plain(told.title) } else { format!("{}: {}", plain(told.title), plain(&place)) };
            let exchanges = told.exchanges(meaning);
            let side = |of: fn(&values::Exchange) -> &Option<String>| {
                let told: Vec<String> = exchanges.iter().map(|exchange| cell(of(exchange).as_deref())).collect();
                told.join("<br>")
            };
            out.push_str(&format!(
                "| {what} | {} (`{}`) | {} | {} | {} | {needs} |\n",
                plain(&said(meaning)),
                plain(&meaning.code),
                side(|exchange| &exchange.before),
                side(|exchange| &exchange.after),
                meaning.impact.word(),
            ));
        }
    }
    out
}

/// A value in a cell: what is longer than a few lines is in the texts.
fn cell(value: Option<&str>) -> String {
    const LONGEST: usize = 240;
    let Some(value) = value else { return "-".to_owned() };
    match value.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}...", plain(value.get(..cut).unwrap_or_default())),
        None => plain(value),
    }
}

fn records(told: &[Told<'_>]) -> String {
    let mut out = String::new();
    for told in told {
        for (of, flip) in told.records() {
            let (change, record) = flipped(flip);
            out.push_str(&format!("- {}, {}: {}.\n", plain(&of), plain(&change), plain(&record)));
        }
        for example in &told.row.examples {
            let (title, id) = (plain(told.title), plain(&example.id));
            out.push_str(&format!("- {title}, its example `{id}`: {}.\n", plain(&shifted(example))));
        }
    }
    if out.is_empty() { out } else { format!("\n### For example\n\n{out}") }
}

fn resting(comparison: &Comparison) -> String {
    let affected = &comparison.affected;
    if affected.is_empty() {
        return String::new();
    }
    let heading = format!("{} on this, {}", definitions_rest(affected.len()), numbers_among(affected, plain));
    let asks = affected.iter().any(|resting| !resting.needs.is_empty());
    let mut table = match asks {
        true => "| definition | rests on it by | answer for it | must agree |\n| --- | --- | --- | --- |\n".to_owned(),
        false => "| definition | rests on it by | answer for it |\n| --- | --- | --- |\n".to_owned(),
    };
    for resting in affected.iter().take(MOST_RESTING) {
        let way: Vec<String> = resting.affected.through.iter().rev().map(|name| format!("`{}`", plain(name))).collect();
        let owners = resting.owners.iter().map(|role| plain(comparison.roles.get(role).unwrap_or(role)));
        table.push_str(&format!(
            "| {} (`{}`) | {} | {} |{}\n",
            plain(&resting.title),
            plain(&resting.affected.name),
            way.join(" &larr; "),
            owners.collect::<Vec<_>>().join(", "),
            if asks { format!(" {} |", needs_in_words(&resting.needs, plain).join(", ")) } else { String::new() },
        ));
    }
    if let Some(more) = affected.len().checked_sub(MOST_RESTING).filter(|more| *more > 0) {
        table.push_str(&format!("\nThere are {more} more.\n"));
    }
    let table = match affected.len() {
        0..=MOST_OPEN => table,
        count => format!("<details>\n<summary>All {count}, near ones first</summary>\n\n{table}\n</details>\n"),
    };
    format!("\n### What rests on it\n\n{heading}.\n\n{table}")
}

/// The texts, folded.
fn texts(comparison: &Comparison) -> String {
    let mut lines: Vec<String> = Vec::new();
    for row in &comparison.rows {
        let source = |registry: &crate::registry::Registry| registry.source(&row.path).unwrap_or_default().to_owned();
        let diff = text_diff(&row.path, &source(&comparison.before), &source(&comparison.after));
        lines.extend(diff.lines().map(str::to_owned));
    }
    let rest = match lines.len().saturating_sub(MOST_LINES) {
        0 => String::new(),
        more => format!("\nThere are {more} more lines.\n"),
    };
    lines.truncate(MOST_LINES);
    // A fence longer than any in the text cannot be closed by it.
    let longest = lines.iter().map(|line| line.matches('`').count()).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!(
        "\n<details>\n<summary>The texts</summary>\n\n{fence}diff\n{}\n{fence}\n{rest}\n</details>\n",
        lines.join("\n")
    )
}
