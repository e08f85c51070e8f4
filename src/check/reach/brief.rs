//! A definition in brief: what it refers to, and what it shares with definitions that it does not refer to.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::names::{outline, spoken};
use crate::check::sound::texts_at;
use crate::check::text::names::{gather, quoted, references};
use crate::criteria::references::entities;
use crate::document::Value;
use crate::registry::{Definition, Kinds, Reference};

/// What a definition refers to and shares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// Every `kind/id` that it refers to, in whatever way; where a reference may be of several kinds, all of them.
    pub(super) refers: BTreeSet<String>,
    /// What it has in common with others that a rule looks at together with it; and whether what it refers to has a say
    /// in how that comes out.
    pub(super) shares: BTreeMap<String, bool>,
    /// Names that its prose speaks of.
    pub(super) mentions: BTreeSet<String>,
}

/// What the definitions of a kind have in common that a rule looks at together: a name for it, and the places of the
/// values that must be equal. `*` is every item.
struct Group {
    kind: &'static str,
    name: &'static str,
    places: &'static [&'static [&'static str]],
    /// Whether what such a definition refers to has a say in how they come out beside each other.
    carries: bool,
}

const GROUPS: [Group; 6] = [
    // A lifecycle, and the clocks that run in it: an SLA names a stage by the value that the CRM keeps.
    Group { kind: "stage", name: "lifecycle", places: &[&["subject"]], carries: true },
    Group { kind: "sla", name: "lifecycle", places: &[&["subject"]], carries: false },
    // A partition.
    Group { kind: "segment", name: "partition", places: &[&["subject"], &["dimension"]], carries: true },
    // The targets of a metric, which are set for segments, and the charters that share it.
    Group { kind: "target", name: "aim", places: &[&["metric"]], carries: true },
    Group { kind: "charter", name: "aim", places: &[&["shares", "*", "metric"]], carries: false },
    // Credit of one population.
    Group { kind: "attribution", name: "credit", places: &[&["subject"]], carries: true },
];

impl Brief {
    /// A definition in brief. One of an unknown kind refers to nothing that is known.
    #[must_use]
    pub fn of(kinds: &Kinds, definition: &Definition<'_>) -> Brief {
        let (kind, value) = (definition.kind, definition.document.value());
        let mut brief = Brief::default();
        brief.refers.extend(named(kinds, definition).into_iter().map(|(_, name)| name));
        brief.shares.insert(format!("id {kind} {}", outline(definition.id)), false);
        if let Some(name) = definition.document.text("name") {
            brief.shares.insert(format!("name {kind} {}", spoken(name)), false);
        }
        for group in GROUPS.iter().filter(|group| group.kind == kind) {
            let mut keys = vec![group.name.to_owned()];
            for place in group.places {
                let mut found: Vec<&str> = Vec::new();
                texts_at(value, place, &mut found);
                keys = keys.iter().flat_map(|key| found.iter().map(move |text| format!("{key} {text}"))).collect();
            }
            brief.shares.extend(keys.into_iter().map(|key| (key, group.carries)));
        }
        for_each_text(value, &mut |text| {
            brief.mentions.extend(quoted(text).flat_map(|path| path.split('.')).map(str::to_owned));
            brief.refers.extend(references(text).map(str::to_owned));
        });
        brief
    }
}

/// Every `kind/id` that a definition names in its fields and criteria, with the place. One of an unknown kind names none.
pub(super) fn named(kinds: &Kinds, definition: &Definition<'_>) -> Vec<(String, String)> {
    let Some(schema) = kinds.get(definition.kind) else { return Vec::new() };
    let value = definition.document.value();
    let survey = schema.survey(value);
    let places = |reference: &Reference| {
        reference.names().into_iter().map(|name| (reference.pointer.clone(), name)).collect::<Vec<_>>()
    };
    let entities = entities(value, &survey.sites).into_iter();
    let entities = entities.map(|reference| (reference.pointer, format!("entity/{}", reference.entity)));
    survey.references.iter().flat_map(places).chain(entities).collect()
}

/// The names that a document uses and that prose may speak of.
pub(super) fn words(value: &Value) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    gather(value, &mut words);
    words.into_iter().map(str::to_owned).collect()
}

fn for_each_text<'v>(value: &'v Value, visitor: &mut dyn FnMut(&'v str)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(_, member)| for_each_text(member, visitor)),
        Value::Array(items) => items.iter().for_each(|item| for_each_text(item, visitor)),
        Value::String(text) => visitor(text),
        _ => {}
    }
}
