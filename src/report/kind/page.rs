//! The Markdown pages of the built-in kinds. Their words are this program's own, so they may hold Markdown.

use std::collections::BTreeSet;

use super::walk::{Walk, is_plain};
use super::{Row, Sheet, Table, sheet};
use crate::document::{Value, stored_bytes};
use crate::registry::{Kind, Kinds};
use crate::text::line;

/// What stands under the title of every page, so that nobody edits it by hand.
const MADE: &str = "<!-- Made from the schema; a test holds it to that. -->";

/// The page of a kind.
#[must_use]
pub fn page(kinds: &Kinds, kind: &Kind) -> String {
    let sheet = sheet(kinds, kind);
    let name = kind.name();
    let mut out = format!("# {}\n\n{MADE}\n\n{}\n\n", sheet.title, cell(sheet.purpose));
    out.push_str(&format!(
        "Definitions: `registry/definitions/{name}/<id>.json`. Schema: [{name}.schema.json](../../schemas/{name}.schema.json), \
         version {}. A blank one: `canon new {name} ID`.\n\n",
        sheet.version
    ));
    if let Some(subject) = &sheet.subject {
        out.push_str(&format!("Its criteria are about the entity that `{subject}` names.\n\n"));
    }
    if let Some(outcome) = &sheet.outcome {
        out.push_str(&format!("Outcome of an example: {outcome}.\n\n"));
    }
    out.push_str("Besides the [header](README.md#header), a definition has what follows; [how to read it](README.md#how-to-read-the-pages).\n\n");
    for table in &sheet.tables {
        out.push_str(&self::table(table));
    }
    if let Some(example) = sheet.example {
        out.push_str(&folded(example));
    }
    out
}

/// The page that lists the kinds and describes what they share.
#[must_use]
pub fn index(kinds: &Kinds) -> String {
    let mut out = format!(
        "# The kinds\n\n{MADE}\n\nA kind says what a definition of its sort holds. Each has a page; \
         [the guide](../kinds.md) says how to add one. Most values belong to the language of criteria, which \
         [has a page of its own](../criteria.md).\n\n| kind | says |\n| --- | --- |\n"
    );
    let mut shared = BTreeSet::new();
    for kind in kinds.iter() {
        let Sheet { purpose, shared: parts, .. } = sheet(kinds, kind);
        out.push_str(&format!("| [{0}]({0}.md) | {1} |\n", kind.name(), cell(purpose)));
        shared.extend(parts);
    }
    out.push_str(
        "\n## How to read the pages\n\n`[]` is any item of a list, `*` any name. *Needed* says whether a property must \
         stand there once the object around it does. *Change* is what an edit of the value does: `major` moves who counts or how a \
         number comes out, `minor` adds something, `patch` is wording. A word after `more` or `less` is what `canon diff` calls \
         a number that grows or falls.\n\n## Header\n\nEvery definition has it, whatever its kind.\n\n",
    );
    let Some(common) = kinds.schema("common").map(Kind::schema).and_then(|schema| schema.get("$defs")) else {
        return out;
    };
    let tables = |name: &str, change: &str, out: &mut String| {
        let mut walk = Walk::new(kinds);
        if let Some(form) = common.get(name).and_then(|part| walk.part(part, change)) {
            out.push_str(&format!("Written as: {}.\n\n", cell(&form)));
        }
        let (tables, parts) = walk.done();
        for one in &tables {
            let title = cell(&one.title);
            out.push_str(&if title.is_empty() { table(one) } else { format!("{title}\n\n{}", table(one)) });
        }
        parts
    };
    shared.extend(tables("header", "major", &mut out));
    let mut sections = String::new();
    let (mut told, mut words): (BTreeSet<String>, BTreeSet<String>) = (BTreeSet::new(), BTreeSet::new());
    while let Some(name) = shared.pop_first() {
        let Some(part) = common.get(&name) else { continue };
        if !told.insert(name.clone()) || part.get("x-criteria").is_some() {
            continue;
        }
        if is_plain(part) {
            words.insert(name);
            continue;
        }
        sections.push_str(&format!("### {}\n\n{}\n\n", name.replace('_', " "), described(part)));
        shared.extend(tables(&name, "", &mut sections).into_iter().filter(|name| !told.contains(name)));
    }
    out.push_str(
        "## Shared parts\n\nWhere they say no change, an edit does what it does to the property that they stand in.\n\n| word | what it is |\n| --- | --- |\n",
    );
    for name in &words {
        out.push_str(&format!(
            "| {} | {} |\n",
            name.replace('_', " "),
            common.get(name).map(described).unwrap_or_default()
        ));
    }
    out.push_str(&format!("\n{}", sections));
    format!("{}\n", out.trim_end())
}

fn described(part: &Value) -> String {
    cell(part.get("description").and_then(Value::as_str).unwrap_or_default())
}

/// The rows of one object, under a heading unless it is the definition itself.
fn table(table: &Table) -> String {
    let mut out = String::new();
    if !table.of.is_empty() {
        out.push_str(&format!("### `{}`: {}\n\n", table.of, cell(&table.title).trim_end_matches('.')));
    }
    if !table.rows.is_empty() {
        out.push_str("| property | value | needed | change | meaning |\n| --- | --- | --- | --- | --- |\n");
        table.rows.iter().for_each(|one| out.push_str(&row(one)));
        out.push('\n');
    }
    table.conditions.iter().for_each(|sentence| out.push_str(&format!("- {}\n", cell(sentence))));
    if !table.conditions.is_empty() {
        out.push('\n');
    }
    out
}

fn row(row: &Row) -> String {
    let needed = if row.needed { "yes" } else { "" };
    format!("| `{}` | {} | {needed} | {} | {} |\n", row.name, cell(&row.value), cell(&row.change), cell(&row.meaning))
}

/// An example that opens when it is clicked on.
fn folded(example: &Value) -> String {
    let text = String::from_utf8_lossy(&stored_bytes(example)).into_owned();
    let name = example.get("name").and_then(Value::as_str).unwrap_or_default();
    format!("<details>\n<summary>Example: {}</summary>\n\n```json\n{text}```\n\n</details>\n", cell(name))
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    line(text).replace('|', "\\|").replace('<', "&lt;")
}
