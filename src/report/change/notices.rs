//! What a change means as annotations of GitHub Actions, each at its place in the file.

use super::{Told, flipped, said};
use crate::document::{position_of, span_of};
use crate::operations::diff::Comparison;
use crate::report::github::{data, property};
use crate::text::line;

/// One notice a meaning. `root` is the folder of the registry in the repository.
#[must_use]
pub fn notices(comparison: &Comparison, root: &str) -> String {
    let mut out = String::new();
    for told in Told::all(comparison) {
        let source = comparison.after.source(&told.row.path).unwrap_or_default();
        for meaning in &told.row.meanings {
            let start = span_of(source, told.there(meaning)).map_or(0, |span| span.start);
            let place = position_of(source, start);
            let path = if root.is_empty() { told.row.path.clone() } else { format!("{root}/{}", told.row.path) };
            let mut lines = vec![format!("{}: {}", line(told.title), said(meaning))];
            lines.extend(told.exchanges(meaning).iter().map(|exchange| {
                let side = |value: &Option<String>| value.as_deref().map_or_else(|| "(nothing)".to_owned(), line);
                format!("{} -> {}", side(&exchange.before), side(&exchange.after))
            }));
            lines.extend(meaning.flips.iter().map(|flip| {
                let (change, record) = flipped(flip);
                format!("{}: {}", line(&change), line(&record))
            }));
            out.push_str(&format!(
                "::notice file={},line={},col={},title={}::{}\n",
                property(&line(&path)),
                place.line,
                place.column,
                property(&line(&meaning.code)),
                data(&lines.join("\n")),
            ));
        }
    }
    out
}
