//! Lifecycles: the stages of one entity, as the rules about funnels read them.

use std::collections::{BTreeMap, BTreeSet};

use super::sound::{items, text};
use crate::criteria::Model;
use crate::document::{Value, pointer_push_index};
use crate::registry::{Definition, Registry};

/// The stages in force that rows of one entity go through.
pub(super) struct Lifecycle<'r> {
    /// The entity.
    pub(super) subject: &'r str,
    /// The stages, by id.
    pub(super) stages: BTreeMap<&'r str, Stage<'r>>,
    /// Whether a stage is named that is none of these, or one cannot be read: that has findings of its own, and what is
    /// found of the whole may only be its echo.
    pub(super) hidden: bool,
}

/// A stage.
#[derive(Clone)]
pub(super) struct Stage<'r> {
    pub(super) definition: Definition<'r>,
    pub(super) value: &'r Value,
    pub(super) position: Position,
    /// The place among the steps.
    pub(super) order: Option<i64>,
    /// The value of the CRM's field while a row is here.
    pub(super) recorded: Option<&'r str>,
    /// Whether it has findings of its own that may be the cause of what is found between stages.
    pub(super) wrong: bool,
    /// Whether what it rests on has some.
    pub(super) shaken: bool,
}

/// What is known to be wrong already.
pub(super) struct Known<'k> {
    /// The paths of documents that nothing can be computed from.
    pub(super) wrong: BTreeSet<&'k str>,
    /// The definitions, as `kind/id`, that rest on what is wrong elsewhere.
    pub(super) shaken: &'k BTreeSet<String>,
}

/// What a stage is in its lifecycle.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// A step of the way forward.
    Step,
    /// A place to wait.
    Parked,
    /// An end.
    Ended,
}

/// One stage named by another, and where.
#[derive(Clone)]
pub(super) struct Named<'r> {
    pub(super) pointer: String,
    pub(super) id: &'r str,
}

/// One way into a stage.
#[derive(Clone)]
pub(super) struct Way<'r> {
    /// Where it stands.
    pub(super) pointer: String,
    /// Its name.
    pub(super) id: &'r str,
    /// The stages it starts from; empty is from no stage at all.
    pub(super) from: Vec<Named<'r>>,
    /// What makes a row enter.
    pub(super) by: &'r Value,
}

/// The lifecycles of a registry, by entity.
pub(super) fn lifecycles<'r>(registry: &'r Registry, model: &Model, known: &Known) -> Vec<Lifecycle<'r>> {
    let unread = registry.has_unreadable_of("stage");
    let mut lifecycles: BTreeMap<&str, Lifecycle<'r>> = BTreeMap::new();
    for definition in registry.definitions_of("stage") {
        let value = definition.document.value();
        let Some(subject) = value.get("subject").and_then(Value::as_str) else { continue };
        let is_entity = model.entity(subject).is_some();
        let lifecycle = lifecycles.entry(subject).or_insert_with(|| Lifecycle {
            subject,
            stages: BTreeMap::new(),
            hidden: unread || !is_entity,
        });
        match Stage::read(definition, known) {
            Some(stage) if is_in_force(value) => drop(lifecycle.stages.insert(definition.id, stage)),
            Some(_) => {}
            None => lifecycle.hidden = true,
        }
    }
    for lifecycle in lifecycles.values_mut() {
        let mut named = lifecycle.stages.values().flat_map(Stage::named);
        lifecycle.hidden |= named.any(|named| !lifecycle.stages.contains_key(named.id));
    }
    lifecycles.into_values().collect()
}

/// Whether a definition is active, or about to end and still in use.
pub(super) fn is_in_force(value: &Value) -> bool {
    matches!(value.get("status").and_then(Value::as_str), Some("active" | "deprecated"))
}

impl<'r> Lifecycle<'r> {
    /// The steps of the way forward, by their order and id.
    pub(super) fn steps(&self) -> Vec<(i64, &Stage<'r>)> {
        let steps = self.stages.values().filter(|stage| stage.position == Position::Step);
        let mut steps: Vec<(i64, &Stage<'r>)> = steps.filter_map(|stage| Some((stage.order?, stage))).collect();
        steps.sort_by_key(|(order, stage)| (*order, stage.definition.id));
        steps
    }
}

impl<'r> Stage<'r> {
    fn read(definition: Definition<'r>, known: &Known) -> Option<Stage<'r>> {
        let value = definition.document.value();
        let position = match text(value, "position")? {
            "step" => Position::Step,
            "parked" => Position::Parked,
            "ended" => Position::Ended,
            _ => return None,
        };
        let order = value.get("order").and_then(Value::as_i64);
        if position == Position::Step && order.is_none() {
            return None;
        }
        let recorded = value.pointer("/recorded_in/value").and_then(Value::as_str);
        let wrong = known.wrong.contains(definition.path);
        let shaken = known.shaken.contains(&definition.name());
        Some(Stage { definition, value, position, order, recorded, wrong, shaken })
    }

    /// Its id.
    pub(super) fn id(&self) -> &'r str {
        self.definition.id
    }

    /// Its path.
    pub(super) fn path(&self) -> &'r str {
        self.definition.path
    }

    /// The ways in.
    pub(super) fn enters(&self) -> Vec<Way<'r>> {
        let read = |(index, way): (usize, &'r Value)| {
            let pointer = pointer_push_index("/enters", index);
            let from = strings(way, "from", &pointer);
            let id = text(way, "id").unwrap_or_default();
            Way { pointer, id, from, by: &way["by"] }
        };
        items(self.value, "enters").iter().enumerate().map(read).collect()
    }

    /// The stages that the ways out lead to.
    pub(super) fn leads_to(&self) -> Vec<Named<'r>> {
        named(items(self.value, "leaves"), "/leaves", "to")
    }

    /// The stages that it stands beside.
    pub(super) fn beside(&self) -> Vec<Named<'r>> {
        named(items(self.value, "beside"), "/beside", "stage")
    }

    /// The steps that a row may fall back to.
    pub(super) fn falls_back_to(&self) -> Vec<Named<'r>> {
        strings(&self.value["regression"], "to", "/regression")
    }

    /// Every stage that it names.
    fn named(&self) -> Vec<Named<'r>> {
        let from = self.enters().into_iter().flat_map(|way| way.from);
        let others = [self.leads_to(), self.beside(), self.falls_back_to()];
        from.chain(others.into_iter().flatten()).collect()
    }
}

fn named<'r>(items: &'r [Value], pointer: &str, key: &str) -> Vec<Named<'r>> {
    let read = |(index, item): (usize, &'r Value)| {
        let pointer = format!("{}/{key}", pointer_push_index(pointer, index));
        text(item, key).map(|id| Named { pointer, id })
    };
    items.iter().enumerate().filter_map(read).collect()
}

fn strings<'r>(value: &'r Value, key: &str, pointer: &str) -> Vec<Named<'r>> {
    let pointer = format!("{pointer}/{key}");
    let read = |(index, item): (usize, &'r Value)| {
        item.as_str().map(|id| Named { pointer: pointer_push_index(&pointer, index), id })
    };
    items(value, key).iter().enumerate().filter_map(read).collect()
}
