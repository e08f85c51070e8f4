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

use crate::compare::{Flip, Meaning, RowChange, Shifted, code};
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

    /// Whether a meaning is about who counts.
    fn is_who_counts(&self, meaning: &Meaning) -> bool {
        self.kind.and_then(Kind::outcome).is_some_and(|(criteria, _)| criteria == meaning.pointer)
    }

    /// A meaning in a sentence without its full stop: where, if that needs to be said, and what.
    fn sentence(&self, meaning: &Meaning) -> (Option<String>, String) {
        let who = match meaning.code.as_str() {
            _ if !self.is_who_counts(meaning) => None,
            "stricter" => Some("Fewer count"),
            "looser" => Some("More count"),
            "reshaped" => Some("Some who counted no longer do, and others do now"),
            "equivalent" => Some("It is written otherwise, and the same count"),
            "not-decided" => Some("Others may count; it could not be proved who"),
            _ => None,
        };
        let place = self.place(meaning);
        match who {
            Some(who) => (None, who.to_owned()),
            None if place.is_empty() => (None, said(meaning)),
            None => (Some(capital(&place)), small(&said(meaning))),
        }
    }

    /// The same with the values that took the place of others, where they are one short thing; then the place needs to be
    /// said only if more of the sort changed.
    /// `plain` keeps a text from being read as markup.
    fn sentence_with_values(&self, meaning: &Meaning, plain: fn(&str) -> String) -> String {
        const LONGEST: usize = 80;
        let (place, said) = self.sentence(meaning);
        let alone = self.row.meanings.iter().filter(|other| other.code == meaning.code).count() == 1;
        match (self.exchanges(meaning).as_slice(), place) {
            ([Exchange { before: Some(before), after: Some(after), .. }], place)
                if before.len() <= LONGEST && after.len() <= LONGEST =>
            {
                let place = place.filter(|_| !alone).map(|place| format!(" ({})", plain(&small(&place))));
                let (said, place) = (plain(&capital(&said)), place.unwrap_or_default());
                format!("{said}{place}: {}, no longer {}", plain(after), plain(before))
            }
            (_, Some(place)) => format!("{}: {}", plain(&place), plain(&said)),
            (_, None) => plain(&said),
        }
    }

    /// Where a meaning stands, in words.
    fn place(&self, meaning: &Meaning) -> String {
        if self.is_who_counts(meaning) {
            return "who counts".to_owned();
        }
        let sides = [self.after, self.before];
        let value = sides.into_iter().flatten().find(|value| value.pointer(&meaning.pointer).is_some());
        value.map_or_else(String::new, |value| label(value, &meaning.pointer))
    }

    /// A place of the text after: that of a meaning, or what is around it if it is no longer there.
    fn there<'m>(&self, meaning: &'m Meaning) -> &'m str {
        let fields = meaning.fields.iter().filter_map(|at| self.row.differences.fields.get(*at));
        let gone =
            meaning.flips.is_empty() && fields.clone().count() > 0 && fields.clone().all(|field| field.after.is_none());
        match meaning.pointer.rsplit_once('/') {
            Some((around, _)) if gone => around,
            _ => &meaning.pointer,
        }
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

/// A text with a capital at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text with a small letter at its beginning, unless its first word is in capitals.
fn small(text: &str) -> String {
    let shouted = text.chars().nth(1).is_some_and(char::is_uppercase);
    let mut letters = text.chars();
    match (shouted, letters.next()) {
        (false, Some(first)) => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// An example that comes out otherwise, in words.
fn shifted(example: &Shifted) -> String {
    let (before, after) = (values::plain(&example.before, None), values::plain(&example.after, None));
    format!("{before} before, {after} now")
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
