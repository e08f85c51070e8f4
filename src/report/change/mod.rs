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

use std::collections::BTreeMap;

use crate::compare::{Flip, Meaning, Place, RowChange, Shifted, code, is_general};
use crate::document::Value;
use crate::operations::diff::{Comparison, Need, Resting};
use crate::registry::Kind;
use crate::registry::layout::{DocumentRole, definition_name, document_role};
use crate::report::counted;
use values::{Exchange, Texts, exchanges, label};

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
    /// What people call roles, by id.
    roles: &'c BTreeMap<String, String>,
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
        let own = |key: &str| document.and_then(|document| document.text(key));
        let title = own("name").or_else(|| own("title")).unwrap_or_else(|| match document_role(&row.path) {
            Some(DocumentRole::Policy) => "The policy",
            Some(DocumentRole::Waivers) => "Waivers",
            _ => &row.path,
        });
        let [before, after] = [before, after].map(|document| document.map(|document| document.value()));
        let kind = side.kind_of(&row.path);
        Told { row, name, title, before, after, kind, roles: &comparison.roles }
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
        self.kind.and_then(Kind::outcome).is_some_and(|(criteria, _)| criteria == meaning.place.pointer())
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

    /// The same with the values that took the place of others, where they are few and short. The place is said where the
    /// words do not say it: where it is one of several of its sort, or where the words are those of any field.
    /// `plain` keeps a text from being read as markup.
    fn sentence_with_values(&self, meaning: &Meaning, plain: fn(&str) -> String) -> String {
        const MOST: usize = 3;
        let (place, said) = self.sentence(meaning);
        let exchanges = self.exchanges(meaning);
        if let (Some(place), [exchange]) = (&place, exchanges.as_slice())
            && let Some(sentence) = appeared(meaning, place, exchange, plain)
        {
            return sentence;
        }
        let has_few = !exchanges.is_empty() && exchanges.len() <= MOST && exchanges.iter().all(Exchange::is_short);
        let alone = self.row.meanings.iter().filter(|other| other.code == meaning.code).count() == 1;
        let is_item = meaning.place.pointer().split('/').any(|step| step.parse::<usize>().is_ok());
        let place = place.filter(|_| !alone || is_item || is_general(&meaning.code));
        let said = match &place {
            Some(place) if has_few && meaning.code == "changed" => plain(place),
            Some(place) => format!("{}: {}", plain(place), plain(&said)),
            None => plain(&capital(&said)),
        };
        let values: Vec<String> = match (has_few, meaning.code.as_str()) {
            (false, _) | (_, "turned-on" | "turned-off") => Vec::new(),
            _ => exchanges.iter().map(|exchange| exchange.in_words(plain)).collect(),
        };
        match values.is_empty() {
            true => said,
            false => format!("{said}: {}", values.join("; ")),
        }
    }

    /// Where a meaning stands, in words.
    fn place(&self, meaning: &Meaning) -> String {
        if self.is_who_counts(meaning) {
            return "who counts".to_owned();
        }
        self.texts().of(&meaning.place).map_or_else(String::new, |text| label(text, meaning.place.pointer()))
    }

    /// A place of the text after: that of a meaning, or what is around it if it is no longer there.
    fn there<'m>(&'m self, meaning: &'m Meaning) -> &'m str {
        let gone = meaning.fields.first().and_then(|at| self.row.differences.fields.get(*at));
        match (&meaning.place, gone) {
            (Place::After(pointer), _) => pointer,
            (Place::Before(_), Some(gone)) => gone.is.rsplit_once('/').map_or("", |(around, _)| around),
            (Place::Before(_), None) => "",
        }
    }

    /// What stood and stands there.
    fn exchanges(&self, meaning: &Meaning) -> Vec<Exchange> {
        let fields = meaning.fields.iter().filter_map(|at| self.row.differences.fields.get(*at));
        exchanges(fields, self.texts())
    }

    fn texts(&self) -> Texts<'c> {
        Texts { before: self.before, after: self.after, kind: self.kind, roles: self.roles }
    }

    /// Records that come out otherwise, each with what it is a record of.
    fn records(&self) -> impl Iterator<Item = (String, &'c Flip)> {
        self.row.meanings.iter().flat_map(|meaning| {
            let place = Some(self.place(meaning)).filter(|place| !place.is_empty() && !self.is_who_counts(meaning));
            let of = place.map_or_else(|| self.title.to_owned(), |place| format!("{}, {place}", self.title));
            meaning.flips.iter().map(move |flip| (of.clone(), flip))
        })
    }
}

/// Something that is new or gone, by its name, with its value if the name does not say it.
fn appeared(meaning: &Meaning, place: &str, exchange: &Exchange, plain: fn(&str) -> String) -> Option<String> {
    let (verb, value) = match meaning.code.as_str() {
        "added" => ("is new", exchange.after.as_ref()?),
        "removed" => ("is gone", exchange.before.as_ref()?),
        _ => return None,
    };
    let says_itself = !exchange.is_short() || exchange.name.is_some() || place.ends_with(value.as_str());
    Some(match says_itself {
        true => format!("{} {verb}", plain(place)),
        false => format!("{} {verb}: {}", plain(place), plain(value)),
    })
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
    let as_it_was = if example.as_it_was { " (as it was; this change rewrites it)" } else { "" };
    format!("{before} before, {after} now{as_it_was}")
}

/// The numbers that rest on what changed, in words.
fn numbers_among(resting: &[Resting], plain: fn(&str) -> String) -> String {
    const MOST: usize = 12;
    let numbers: Vec<String> =
        resting.iter().filter(|resting| resting.unit.is_some()).map(|resting| plain(&resting.title)).collect();
    match numbers.len() {
        0 => "no number among them".to_owned(),
        1 => format!("among them the number {}", listed(&numbers)),
        2..=MOST => format!("among them the numbers {}", listed(&numbers)),
        count => format!("among them {}", counted(count, "number")),
    }
}

/// `1 definition rests`, `2 definitions rest`.
fn definitions_rest(count: usize) -> String {
    if count == 1 { "1 definition rests".to_owned() } else { format!("{count} definitions rest") }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// Approvals, in words; nothing if none are asked for.
fn needs_in_words(needs: &[Need], plain: fn(&str) -> String) -> Vec<String> {
    let one = |need: &Need| match need.count {
        1 => plain(&need.title),
        count => format!("{} ({count} people)", plain(&need.title)),
    };
    needs.iter().map(one).collect()
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
