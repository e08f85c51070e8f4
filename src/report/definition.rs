//! A definition in plain words.

use super::shown;
use crate::criteria::words::conditions;
use crate::document::{Document, Value};
use crate::registry::{CriteriaSite, Registry};
use crate::text::line;

/// Fields of the header that the heading tells already.
const HEADER: [&str; 14] = [
    "$schema",
    "kind",
    "id",
    "version",
    "status",
    "name",
    "owner",
    "co_owners",
    "summary",
    "effective",
    "successor",
    "sources",
    "examples",
    "subject",
];

/// A definition: who owns it, since when it holds, its conditions in words, and its other fields in short.
#[must_use]
pub fn definition(name: &str, document: &Document, registry: &Registry) -> String {
    let value = document.value();
    let field = |key: &str| line(document.text(key).unwrap_or("?"));
    let mut out = format!("{name}  {} ({})\n{}\n\n", field("version"), field("status"), field("name"));
    out.push_str(&format!("{}\n\n", field("summary")));
    let co_owners = value.get("co_owners").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let owners: Vec<String> = std::iter::once(field("owner")).chain(co_owners.map(line)).collect();
    out.push_str(&format!("owned by   {}\n", owners.join(", ")));
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(line);
    if let (Some(from), Some(history)) = (text("/effective/from"), text("/effective/history")) {
        let past = if history == "restate" { "past periods are recomputed" } else { "past periods stay" };
        out.push_str(&format!("since      {from}; {past}\n"));
    }
    if let Some(subject) = text("/subject") {
        out.push_str(&format!("about      {subject}\n"));
    }
    let examples = value.get("examples").and_then(Value::as_array).map_or(0, <[Value]>::len);
    out.push_str(&format!("examples   {examples}\ndigest     {}\n", document.digest()));
    let sites = registry.kinds().get(name.split('/').next().unwrap_or(name)).map(|kind| kind.sites(value));
    let sites: Vec<CriteriaSite> = sites.unwrap_or_default();
    let in_words = conditions(value, &sites);
    for said in &in_words {
        out.push_str(&format!("\n{}\n  {}\n", place(value, &said.pointer), line(&said.words)));
    }
    let told = |key: &str| {
        let (whole, inside) = (format!("/{key}"), format!("/{key}/"));
        let said = |pointer: &String| *pointer == whole || pointer.starts_with(&inside);
        HEADER.contains(&key) || in_words.iter().any(|said_here| said(&said_here.pointer))
    };
    let rest: Vec<String> = value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| !told(key))
        .map(|(key, value)| format!("{}  {}\n", line(key), shown(Some(value))))
        .collect();
    if !rest.is_empty() {
        out.push_str(&format!("\n{}", rest.concat()));
    }
    out.push_str(&format!("\nThe whole document: canon show {name} --format json\n"));
    out
}

/// A pointer to a condition, with the id of the item it is in where there is one.
fn place(value: &Value, pointer: &str) -> String {
    let mut names = Vec::new();
    let mut at = value;
    for part in pointer.split('/').skip(1) {
        let Some(next) = at.pointer(&format!("/{part}")) else { break };
        match (at, next.get("id").and_then(Value::as_str)) {
            (Value::Array(_), Some(id)) => names.push(line(id)),
            (Value::Object(_), _) if part != "when" => names.push(line(part)),
            _ => {}
        }
        at = next;
    }
    names.join(" / ")
}
