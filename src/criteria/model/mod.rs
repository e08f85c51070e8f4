//! What criteria are about: entities, lists, score models, calendars and other definitions' criteria at one revision.
//!
//! Pure values, built from parsed documents. What a definition says wrongly is left out here; the checks tell it.

mod calendar;
mod entity;
mod route;

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Value;
use jiff::tz::TimeZone;

pub use calendar::{Calendar, OpenHours, minute_of_day};
pub use entity::{Entity, Field, FieldType, Reached, Relation, Stray};
pub use route::{NoRoute, Route};

use super::grammar;
use super::scores::ScoreModel;
use super::syntax::Predicate;
use super::text::fold;
use super::time::FiscalStart;
use crate::document::{pointer_push, pointer_push_index};
use crate::registry::{Definition, Registry};

/// One definition, as the model needs it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its kind.
    pub kind: &'a str,
    /// Its id.
    pub id: &'a str,
    /// The document.
    pub value: &'a Value,
    /// The entity that it is about, if it is about one.
    pub subject: Option<&'a str>,
    /// Where its criteria stand, if its kind decides who counts.
    pub outcome: Option<Outcome<'a>>,
}

/// Where a definition that decides who counts has its criteria and exclusions, as JSON pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome<'a> {
    /// The criteria.
    pub criteria: &'a str,
    /// The exclusions, a list of {id, when}.
    pub exclusions: Option<&'a str>,
}

impl<'a> Source<'a> {
    /// A definition of a registry, with what the schema of its kind says of it.
    #[must_use]
    pub fn of(registry: &'a Registry, definition: &Definition<'a>) -> Source<'a> {
        let value = definition.document.value();
        let kind = registry.kinds().get(definition.kind);
        let outcome = kind.and_then(|kind| kind.outcome());
        Source {
            kind: definition.kind,
            id: definition.id,
            value,
            subject: kind.and_then(|kind| kind.subject(value)),
            outcome: outcome.map(|(criteria, exclusions)| Outcome { criteria, exclusions }),
        }
    }
}

/// What criteria can refer to, at one revision.
#[derive(Clone, Debug)]
pub struct Model {
    entities: BTreeMap<String, Entity>,
    lists: BTreeMap<String, List>,
    score_models: BTreeMap<String, ScoreModel>,
    qualifiers: BTreeMap<String, Qualifier>,
    calendars: BTreeMap<String, Calendar>,
    definitions: BTreeSet<String>,
    fiscal_start: Option<FiscalStart>,
    zone: TimeZone,
}

/// The items of a definition of kind list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// As they are written.
    pub items: Vec<String>,
    /// With case folded.
    pub folded: BTreeSet<String>,
}

/// Criteria and exclusions of a definition that decides who counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Qualifier {
    /// The entity that it is about.
    pub subject: String,
    /// What must hold; none where it does not follow the grammar.
    pub criteria: Option<Predicate>,
    /// What must not hold.
    pub exclusions: Vec<Exclusion>,
}

/// A named condition under which nobody counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclusion {
    /// Its name.
    pub id: String,
    /// The condition; none where it does not follow the grammar.
    pub when: Option<Predicate>,
}

impl Model {
    /// The model of one revision: its time zone and its definitions.
    #[must_use]
    pub fn new<'a>(zone: TimeZone, sources: impl IntoIterator<Item = Source<'a>>) -> Model {
        let mut model = Model {
            entities: BTreeMap::new(),
            lists: BTreeMap::new(),
            score_models: BTreeMap::new(),
            qualifiers: BTreeMap::new(),
            calendars: BTreeMap::new(),
            definitions: BTreeSet::new(),
            fiscal_start: None,
            zone,
        };
        for source in sources {
            model.add(source);
        }
        let starts: BTreeSet<FiscalStart> = model.calendars.values().map(|calendar| calendar.fiscal_start).collect();
        model.fiscal_start = starts.first().copied().filter(|_| starts.len() == 1);
        model
    }

    /// The model of a registry. Without a known time zone of its own it keeps the time of Greenwich; a check tells it.
    #[must_use]
    pub fn of(registry: &Registry) -> Model {
        Model::new(registry.time_zone(), registry.definitions().map(|definition| Source::of(registry, &definition)))
    }

    fn add(&mut self, source: Source) {
        let name = format!("{}/{}", source.kind, source.id);
        let id = source.id.to_owned();
        match source.kind {
            "entity" => drop(self.entities.insert(id, Entity::read(source.id, source.value))),
            "list" => drop(self.lists.insert(id, List::read(source.value))),
            "score-model" => drop(self.score_models.insert(id, ScoreModel::read(&source))),
            "calendar" => drop(Calendar::read(source.value).map(|calendar| self.calendars.insert(id, calendar))),
            _ => {}
        }
        if source.outcome.is_some() {
            self.qualifiers.insert(name.clone(), Qualifier::read(&source));
        }
        self.definitions.insert(name);
    }

    /// The same definitions over the rows of a later revision; entities that it does not have stay as they are. None where
    /// a field that was there is another one now, so that no row is of both.
    #[must_use]
    pub fn with_entities_of(mut self, later: &Model) -> Option<Model> {
        let goes_on =
            |(id, entity): (&String, &Entity)| later.entities.get(id).is_none_or(|now| entity.goes_on_as(now));
        if !self.entities.iter().all(goes_on) {
            return None;
        }
        self.entities.extend(later.entities.clone());
        Some(self)
    }

    /// Whether both have the same lists.
    #[must_use]
    pub fn has_lists_of(&self, other: &Model) -> bool {
        self.lists == other.lists
    }

    /// Whether both have the same criteria under the same names.
    #[must_use]
    pub fn has_qualifiers_of(&self, other: &Model) -> bool {
        self.qualifiers == other.qualifiers
    }

    /// The entity with this id.
    #[must_use]
    pub fn entity(&self, id: &str) -> Option<&Entity> {
        self.entities.get(id)
    }

    /// The ids of all entities.
    pub fn entity_ids(&self) -> impl Iterator<Item = &str> {
        self.entities.keys().map(String::as_str)
    }

    /// The list with this id.
    #[must_use]
    pub fn list(&self, id: &str) -> Option<&List> {
        self.lists.get(id)
    }

    /// The ids of all lists.
    pub fn list_ids(&self) -> impl Iterator<Item = &str> {
        self.lists.keys().map(String::as_str)
    }

    /// The score model with this id.
    #[must_use]
    pub fn score_model(&self, id: &str) -> Option<&ScoreModel> {
        self.score_models.get(id)
    }

    /// The ids of all score models.
    pub fn score_model_ids(&self) -> impl Iterator<Item = &str> {
        self.score_models.keys().map(String::as_str)
    }

    /// The criteria of a definition, by `kind/id`.
    #[must_use]
    pub fn qualifier(&self, name: &str) -> Option<&Qualifier> {
        self.qualifiers.get(name)
    }

    /// `kind/id` of all definitions that decide who counts.
    pub fn qualifier_names(&self) -> impl Iterator<Item = &str> {
        self.qualifiers.keys().map(String::as_str)
    }

    /// Whether there is a definition `kind/id`, of whatever kind.
    #[must_use]
    pub fn has_definition(&self, name: &str) -> bool {
        self.definitions.contains(name)
    }

    /// The calendar with this id.
    #[must_use]
    pub fn calendar(&self, id: &str) -> Option<&Calendar> {
        self.calendars.get(id)
    }

    /// The registry's time zone.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The start of the fiscal year, if all calendars agree on it.
    #[must_use]
    pub fn fiscal_start(&self) -> Option<FiscalStart> {
        self.fiscal_start
    }
}

impl List {
    fn read(value: &Value) -> List {
        let items = value.get("items").and_then(Value::as_array).unwrap_or_default();
        let items: Vec<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let folded = items.iter().map(|item| fold(item)).collect();
        List { items, folded }
    }
}

impl Qualifier {
    /// Reads criteria and exclusions where the definition's kind says that they stand.
    #[must_use]
    pub fn read(source: &Source) -> Qualifier {
        let Some(outcome) = source.outcome else { return Qualifier::default() };
        let criteria = source.value.pointer(outcome.criteria);
        let criteria = criteria.and_then(|value| grammar::predicate(value, outcome.criteria).0);
        let exclusions = outcome.exclusions.map_or_else(Vec::new, |pointer| exclusions(source.value, pointer));
        Qualifier { subject: source.subject.unwrap_or_default().to_owned(), criteria, exclusions }
    }

    /// Whether all of it follows the grammar, so that it can be evaluated.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.criteria.is_some() && self.exclusions.iter().all(|exclusion| exclusion.when.is_some())
    }
}

fn exclusions(value: &Value, pointer: &str) -> Vec<Exclusion> {
    let items = value.pointer(pointer).and_then(Value::as_array).unwrap_or_default();
    let read = items.iter().enumerate().map(|(index, item)| {
        let place = pointer_push(&pointer_push_index(pointer, index), "when");
        let id = item.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        Exclusion { id, when: item.get("when").and_then(|when| grammar::predicate(when, &place).0) }
    });
    read.collect()
}
