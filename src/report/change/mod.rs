//! A comparison as people and programs read it: what changed, whom that moves, what rests on it, who must agree.

mod json;
mod markdown;
mod notices;
mod record;
mod text;
mod values;

pub use json::json;
pub use markdown::markdown;
pub use notices::notices;
pub use text::{tally, text};

use crate::compare::{Flip, Meaning, RowChange, code};
use crate::document::Value;
use crate::operations::diff::Comparison;
use crate::registry::Kind;
use crate::registry::layout::definition_name;
use values::{Exchange, exchanges, label};

/// A document of a comparison, ready to be told.
struct Told<'c> {
    row: &'c RowChange,
    /// `kind/id`, or the path of what is no definition.
    name: String,
    /// What people call it.
    title: &'c str,
    before: Option<&'c Value>,
    after: Option<&'c Value>,
    kind: Option<&'c Kind>,
}

impl<'c> Told<'c> {
    fn all(comparison: &'c Comparison) -> Vec<Told<'c>> {
        comparison.rows.iter().map(|row| Told::of(comparison, row)).collect()
    }

    fn of(comparison: &'c Comparison, row: &'c RowChange) -> Told<'c> {
        let name = definition_name(&row.path).unwrap_or_else(|| row.path.clone());
        let after = comparison.after.document(&row.path);
        let before = match &row.follows {
            Some(other) => comparison.before.definition(other).map(|definition| definition.document),
            None => comparison.before.document(&row.path),
        };
        let side = if after.is_some() { &comparison.after } else { &comparison.before };
        let document = after.or(before);
        let title = document.and_then(|document| document.text("name")).unwrap_or(&row.path);
        let [before, after] = [before, after].map(|document| document.map(|document| document.value()));
        Told { row, name, title, before, after, kind: side.kind_of(&row.path) }
    }

    /// The versions in words.
    fn versions(&self) -> String {
        match (&self.row.version_before, &self.row.version_after) {
            (Some(before), Some(after)) if before == after => format!("{before}, not raised"),
            (Some(before), Some(after)) => format!("{before} -> {after}"),
            (None, Some(after)) => format!("new, {after}"),
            (Some(before), None) => format!("{before}, gone"),
            (None, None) => "no version".to_owned(),
        }
    }

    /// Where a meaning stands, in words.
    fn place(&self, meaning: &Meaning) -> String {
        let sides = [self.after, self.before];
        let value = sides.into_iter().flatten().find(|value| value.pointer(&meaning.pointer).is_some());
        value.map_or_else(String::new, |value| label(value, &meaning.pointer))
    }

    /// What stood and stands there.
    fn exchanges(&self, meaning: &Meaning) -> Vec<Exchange> {
        let fields = meaning.fields.iter().filter_map(|at| self.row.differences.fields.get(*at));
        exchanges(fields, self.before, self.after, self.kind)
    }
}

/// What a meaning says in a few words.
fn said(meaning: &Meaning) -> String {
    code(&meaning.code).map_or_else(|| meaning.code.replace('-', " "), |code| code.title.to_owned())
}

/// A record that comes out otherwise: what it was and what it is, and the record itself.
fn flipped(flip: &Flip) -> (String, String) {
    let change = match (&flip.before, &flip.after) {
        (Value::Bool(true), Value::Bool(false)) => "counted before and does not now".to_owned(),
        (Value::Bool(false), Value::Bool(true)) => "did not count before and does now".to_owned(),
        (before, after) => format!("{} before, {} now", values::plain(before, None), values::plain(after, None)),
    };
    (change, record::record(&flip.entity, &flip.witness))
}
