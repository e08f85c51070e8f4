//! A kind on a terminal: a property a line, its meaning below.

use super::{Row, sheet};
use crate::registry::{Kind, Kinds};
use crate::text::line;

/// The properties of a kind, in plain text.
#[must_use]
pub fn text(kinds: &Kinds, kind: &Kind) -> String {
    let sheet = sheet(kinds, kind);
    let mut out = format!("{}  {}\n{}\n", kind.name(), sheet.version, line(sheet.purpose));
    for table in &sheet.tables {
        let title = if table.of.is_empty() { "Besides the header:".to_owned() } else { line(&table.title) };
        out.push_str(&format!("\n{title}\n"));
        table.rows.iter().for_each(|one| out.push_str(&row(one)));
        table.conditions.iter().for_each(|sentence| out.push_str(&format!("  {}\n", unmarked(sentence))));
    }
    out
}

fn row(row: &Row) -> String {
    let needed = if row.needed { ", needed" } else { "" };
    let head = format!("  {}: {}{needed}; {}\n", line(&row.name), unmarked(&row.value), unmarked(&row.change));
    if row.meaning.is_empty() { head } else { format!("{head}      {}\n", line(&row.meaning)) }
}

/// Markdown without its marks: links keep their words.
fn unmarked(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some((before, link)) = rest.split_once('[') {
        let Some((words, after)) = link.split_once("](") else { break };
        out.push_str(before);
        out.push_str(words);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    line(&out.replace('`', ""))
}
