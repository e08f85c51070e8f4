//! A definition in plain words.

use super::shown;
use crate::document::{Document, Value, stored_bytes};
use crate::registry::Registry;
use crate::text::visible;

/// A definition: who owns it, what it says, and its own fields.
#[must_use]
pub fn definition(name: &str, document: &Document, _registry: &Registry) -> String {
    let field = |key: &str| visible(document.text(key).unwrap_or("?"));
    let mut out = format!("{name}  {} ({})\n{}\n\n", field("version"), field("status"), field("name"));
    out.push_str(&format!("{}\n\n", field("summary")));
    let owners: Vec<String> = std::iter::once(field("owner"))
        .chain(
            document
                .value()
                .get("co_owners")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(|owner| shown(Some(owner))),
        )
        .collect();
    out.push_str(&format!("owned by   {}\n", owners.join(", ").replace('"', "")));
    if let Some(from) = document.value().pointer("/effective/from").and_then(Value::as_str) {
        out.push_str(&format!("since      {}\n", visible(from)));
    }
    out.push_str(&format!("digest     {}\n\n", document.digest()));
    out.push_str(&visible(&String::from_utf8_lossy(&stored_bytes(document.value()))));
    out
}
