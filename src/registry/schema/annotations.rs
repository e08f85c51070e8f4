//! The annotation keywords: what a schema says beyond plain JSON Schema.

use std::collections::BTreeMap;

use crate::document::{Members, Value};

use super::super::Impact;
use super::super::sites::Language;
use crate::finding::nearest;

/// What `x-change` says of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What any change does that no other entry here is about.
    pub impact: Impact,
    /// The code of any change that no other entry here is about.
    pub code: Option<String>,
    /// The code of a number, a length of time or a day that grows.
    pub up: Option<String>,
    /// The code of one that falls.
    pub down: Option<String>,
    /// What null stands for beside numbers.
    pub null: Option<Extreme>,
    /// Whether a length in days lasts until the last of them ends, and not only until it begins.
    pub whole_days: bool,
    /// What it does that the value appears where none was.
    pub added: Option<Impact>,
    /// What single steps of an enumeration do, as `from->to`; `*` is any.
    pub moves: BTreeMap<String, Move>,
}

/// An end of the scale of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extreme {
    /// Below every number.
    Least,
    /// Above every number.
    Most,
}

/// What a step of an enumeration does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// What it does.
    pub impact: Impact,
    /// Its code.
    pub code: Option<String>,
}

impl Change {
    /// What `x-change` says of a single step of an enumeration, the nearest to it first.
    #[must_use]
    pub fn step(&self, from: &str, to: &str) -> Option<&Move> {
        let steps = [format!("{from}->{to}"), format!("*->{to}"), format!("{from}->*")];
        steps.iter().find_map(|step| self.moves.get(step))
    }

    /// Every code that it gives.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let moves = self.moves.values().filter_map(|step| step.code.as_deref());
        [&self.code, &self.up, &self.down].into_iter().filter_map(|code| code.as_deref()).chain(moves)
    }
}

/// What `x-ref` says of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::registry) struct Refers {
    /// The kinds that are referred to; `*` is any.
    pub(in crate::registry) kinds: Vec<String>,
    /// Whether the string says its kind: `kind/id`.
    pub(in crate::registry) qualified: bool,
}

/// The annotations of one schema node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::registry) struct Notes {
    pub(in crate::registry) change: Option<Change>,
    pub(in crate::registry) refers: Option<Refers>,
    pub(in crate::registry) key: Option<String>,
    pub(in crate::registry) order_ignored: bool,
    pub(in crate::registry) unit: Option<String>,
    pub(in crate::registry) criteria: Option<Language>,
    pub(in crate::registry) scope: Vec<String>,
    /// Whether the string is a role of the policy.
    pub(in crate::registry) role: bool,
    /// What this day may not come before.
    pub(in crate::registry) not_before: Option<String>,
    /// Whether the reference only names a definition.
    pub(in crate::registry) names_only: bool,
}

/// The annotations that belong on a schema's root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::registry) struct RootNotes {
    pub(in crate::registry) version: Option<semver::Version>,
    pub(in crate::registry) subject: Option<String>,
    pub(in crate::registry) criteria: Option<String>,
    pub(in crate::registry) exclusions: Option<String>,
}

const ON_ANY: [&str; 10] = [
    "x-change",
    "x-criteria",
    "x-key",
    "x-names-only",
    "x-not-before",
    "x-order",
    "x-ref",
    "x-role",
    "x-scope",
    "x-unit",
];
const ON_ROOT: [&str; 3] = ["x-outcome", "x-subject", "x-version"];

/// Something wrong with one annotation: its keyword, what is wrong, and a hint.
pub(super) struct Fault {
    pub(super) keyword: String,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// Reads the annotations of one schema object. A bad one is left out and reported.
pub(super) fn read(schema: &Members, root: Option<&mut RootNotes>, faults: &mut Vec<Fault>) -> Notes {
    let mut notes = Notes::default();
    let mut root = root;
    for (keyword, value) in schema {
        if !keyword.starts_with("x-") {
            continue;
        }
        let expected = match (keyword, root.as_deref_mut()) {
            ("x-change", _) => set(&mut notes.change, change(value), CHANGE_FORM),
            ("x-ref", _) => set(&mut notes.refers, refers(value), "a kind, a list of kinds, or \"*\""),
            ("x-key", _) => set(&mut notes.key, word(value), "the name of a property"),
            ("x-unit", _) => set(&mut notes.unit, word(value), "the name of a unit"),
            ("x-criteria", _) => set(&mut notes.criteria, value.as_str().and_then(Language::of_word), CRITERIA_FORM),
            ("x-scope", _) => match scope(value) {
                Some(names) => {
                    notes.scope = names;
                    None
                }
                None => Some("the name of a property, or a list of names"),
            },
            ("x-not-before", _) => {
                set(&mut notes.not_before, word(value), "the name of a property beside it, or a JSON pointer")
            }
            ("x-role", _) => {
                notes.role = value == &Value::Bool(true);
                (!notes.role).then_some("true")
            }
            ("x-names-only", _) => {
                notes.names_only = value == &Value::Bool(true);
                (!notes.names_only).then_some("true")
            }
            ("x-order", _) => {
                notes.order_ignored = value == "ignored";
                (!notes.order_ignored).then_some("\"ignored\"")
            }
            ("x-version", Some(root)) => {
                let version = value.as_str().and_then(|text| semver::Version::parse(text).ok());
                set(&mut root.version, version, "a semantic version such as \"1.0.0\"")
            }
            ("x-subject", Some(root)) => set(&mut root.subject, pointer(value), "a JSON pointer such as \"/subject\""),
            ("x-outcome", Some(root)) => outcome(value, root),
            (known, None) if ON_ROOT.contains(&known) => {
                faults.push(Fault {
                    keyword: keyword.to_owned(),
                    message: format!("`{keyword}` belongs on the root of a schema, not inside it"),
                    hint: None,
                });
                continue;
            }
            _ => {
                faults.push(unknown(keyword));
                continue;
            }
        };
        if let Some(form) = expected {
            let message = format!("`{keyword}` must be {form}");
            faults.push(Fault { keyword: keyword.to_owned(), message, hint: None });
        }
    }
    notes
}

const CHANGE_FORM: &str = "\"patch\", \"minor\", \"major\", or an object with `impact` and any of `code`, `up` with `down`, `null` (\"least\" or \"most\"), `days` (\"whole\"), `added` and `moves` ({\"from->to\": impact, or an object with `impact` and `code`})";
const CRITERIA_FORM: &str =
    "one of \"predicate\", \"cases\", \"expression\", \"date\", \"window\", \"path\" and \"target\"";

/// Puts a value read into its slot, or gives back the form that was expected.
fn set<T>(slot: &mut Option<T>, value: Option<T>, form: &'static str) -> Option<&'static str> {
    *slot = value;
    slot.is_none().then_some(form)
}

fn unknown(keyword: &str) -> Fault {
    let hint = nearest(keyword, ON_ANY.into_iter().chain(ON_ROOT)).map_or_else(
        || format!("the annotations are {} and {}", ON_ANY.join(", "), ON_ROOT.join(", ")),
        |name| format!("did you mean `{name}`?"),
    );
    Fault { keyword: keyword.to_owned(), message: format!("no annotation is called `{keyword}`"), hint: Some(hint) }
}

fn impact(value: &Value) -> Option<Impact> {
    match value.as_str()? {
        "patch" => Some(Impact::Patch),
        "minor" => Some(Impact::Minor),
        "major" => Some(Impact::Major),
        _ => None,
    }
}

fn change(value: &Value) -> Option<Change> {
    let (impact, code) = impact_and_code(value)?;
    let mut change = Change {
        impact,
        code,
        up: None,
        down: None,
        null: None,
        whole_days: false,
        added: None,
        moves: BTreeMap::new(),
    };
    for (key, value) in value.as_object().into_iter().flatten() {
        match key {
            "impact" | "code" => {}
            "up" => change.up = Some(word(value)?),
            "down" => change.down = Some(word(value)?),
            "null" => change.null = Some(extreme(value)?),
            "days" => change.whole_days = (value == "whole").then_some(true)?,
            "added" => change.added = Some(self::impact(value)?),
            "moves" => {
                for (step, value) in value.as_object()? {
                    let (from, to) = step.split_once("->")?;
                    if from.is_empty() || to.is_empty() {
                        return None;
                    }
                    let known = |key: &str| key == "impact" || key == "code";
                    value.as_object().is_none_or(|members| members.keys().all(known)).then_some(())?;
                    let (impact, code) = impact_and_code(value)?;
                    change.moves.insert(step.to_owned(), Move { impact, code });
                }
            }
            _ => return None,
        }
    }
    // Whoever reads that a change is the one must be able to read that its reverse is the other.
    (change.up.is_some() == change.down.is_some()).then_some(change)
}

/// An impact, or an object with `impact` and perhaps `code`.
fn impact_and_code(value: &Value) -> Option<(Impact, Option<String>)> {
    let Value::Object(members) = value else { return Some((impact(value)?, None)) };
    let code = match members.get("code") {
        Some(code) => Some(word(code)?),
        None => None,
    };
    Some((impact(members.get("impact")?)?, code))
}

fn extreme(value: &Value) -> Option<Extreme> {
    match value.as_str()? {
        "least" => Some(Extreme::Least),
        "most" => Some(Extreme::Most),
        _ => None,
    }
}

fn refers(value: &Value) -> Option<Refers> {
    match value {
        Value::String(kind) if !kind.is_empty() => {
            Some(Refers { kinds: vec![kind.to_string()], qualified: kind == "*" })
        }
        Value::Array(_) => Some(Refers { kinds: words(value)?, qualified: true }),
        _ => None,
    }
}

fn scope(value: &Value) -> Option<Vec<String>> {
    word(value).map(|name| vec![name]).or_else(|| words(value))
}

fn words(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?;
    let words: Option<Vec<String>> = items.iter().map(word).collect();
    words.filter(|words| !words.is_empty())
}

fn word(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn pointer(value: &Value) -> Option<String> {
    word(value).filter(|text| text.starts_with('/'))
}

fn outcome(value: &Value, root: &mut RootNotes) -> Option<&'static str> {
    const FORM: &str = "an object with the JSON pointers `criteria` and, if there are any, `exclusions`";
    let Some(members) = value.as_object() else { return Some(FORM) };
    let known = members.keys().all(|key| key == "criteria" || key == "exclusions");
    let criteria = members.get("criteria").and_then(pointer);
    let exclusions = members.get("exclusions").map(pointer);
    match (known, criteria, exclusions) {
        (true, Some(criteria), None | Some(Some(_))) => {
            root.criteria = Some(criteria);
            root.exclusions = members.get("exclusions").and_then(pointer);
            None
        }
        _ => Some(FORM),
    }
}
