//! Reading a score model; nothing where it is not sound, which the checks of its own file tell.

use crate::document::Value;

use super::model::{Bounds, Component, Decay, Event, Events, Limit, Part, Points, Reset, Rules, ScoreModel, Update};
use super::state::Standing;
use crate::criteria::grammar;
use crate::criteria::model::Source;
use crate::criteria::read::Field;
use crate::criteria::syntax::{Cases, Duration};
use crate::document::pointer_push;

impl ScoreModel {
    /// Reads a definition.
    #[must_use]
    pub fn read(source: &Source) -> ScoreModel {
        let root = Field::root(source.value);
        ScoreModel {
            definition: format!("{}/{}", source.kind, source.id),
            subject: source.subject.unwrap_or_default().to_owned(),
            parts: root.items("parts").iter().filter_map(|part| part.owned("id")).collect(),
            rules: rules(&root).map(Box::new),
        }
    }
}

fn rules(root: &Field) -> Option<Rules> {
    let standing = root.read("standing", grammar::cases)?;
    let stands = |value: &Value| value.as_str().is_some_and(|word| Standing::of_word(word).is_some());
    let parts = root.items("parts");
    Some(Rules {
        update: match root.text("evaluated")? {
            "continuously" => Update::Continuously,
            "hourly" => Update::Hourly,
            "daily" => Update::Daily,
            _ => return None,
        },
        standing: choosing(standing, stands)?,
        total: bounds(&root.member("total")?)?,
        parts: parts.iter().map(part).collect::<Option<_>>().filter(|parts: &Vec<Part>| !parts.is_empty())?,
    })
}

/// Cases all of whose choices are of a sort.
fn choosing(cases: Cases, fits: impl Fn(&Value) -> bool) -> Option<Cases> {
    let fitting = fits(&cases.otherwise) && cases.cases.iter().all(|case| fits(&case.is));
    fitting.then_some(cases)
}

fn part(field: &Field) -> Option<Part> {
    let points = match field.text("from")? {
        "state" => {
            let components = field.items("components").into_iter();
            let read = |item: Field| choosing(grammar::cases(item.value, &item.pointer).0?, Value::is_number);
            Points::State(components.map(read).collect::<Option<_>>()?)
        }
        "events" => Points::Events(Box::new(Events {
            accrue_when: field.predicate_if("accrue_when")?,
            components: field.items("components").iter().map(component).collect::<Option<_>>()?,
            decay: field.items("decay").iter().map(decay).collect::<Option<_>>()?,
            resets: field.items("resets").iter().map(reset).collect::<Option<_>>()?,
        })),
        _ => return None,
    };
    Some(Part { id: field.owned("id")?, pointer: field.pointer.clone(), bounds: bounds(field)?, points })
}

fn bounds(field: &Field) -> Option<Bounds> {
    let bound = |key: &str| match field.value.get(key)? {
        Value::Null => Some(None),
        number => number.as_f64().map(Some),
    };
    Some(Bounds { min: bound("min")?, max: bound("max")? })
}

fn component(field: &Field) -> Option<Component> {
    let limit = match field.member("limit") {
        None => None,
        Some(limit) => {
            let times = limit.value.get("times")?.as_u64().filter(|times| *times > 0)?;
            Some(Limit { times: usize::try_from(times).unwrap_or(usize::MAX), per: length(&limit, "per")? })
        }
    };
    Some(Component { id: field.owned("id")?, points: number(field, "points")?, event: event(field)?, limit })
}

fn decay(field: &Field) -> Option<Decay> {
    let pauses = match field.text("while_frozen")? {
        "continues" => false,
        "pauses" => true,
        _ => return None,
    };
    Some(Decay {
        id: field.owned("id")?,
        points: number(field, "points")?,
        idle: length(field, "idle")?,
        every: length(field, "every")?,
        activity: field.items("activity").iter().map(activity).collect::<Option<_>>()?,
        pauses,
    })
}

fn reset(field: &Field) -> Option<Reset> {
    let to_pointer = pointer_push(&field.pointer, "to");
    Some(Reset { id: field.owned("id")?, event: event(field)?, to: number(field, "to")?, to_pointer })
}

/// What ends idleness: all rows of an entity, by its id, or an event.
fn activity(field: &Field) -> Option<Event> {
    match field.value.as_str() {
        Some(on) => Some(Event { pointer: field.pointer.clone(), on: on.to_owned(), via: None, filter: None }),
        None => event(field),
    }
}

fn event(field: &Field) -> Option<Event> {
    Some(Event {
        pointer: pointer_push(&field.pointer, "on"),
        on: field.owned("on")?,
        via: field.read_if("via", grammar::path)?,
        filter: field.predicate_if("where")?,
    })
}

fn number(field: &Field, key: &str) -> Option<f64> {
    field.value.get(key)?.as_f64()
}

/// A length of time; never nothing and never backwards, since a replay steps on by it.
fn length(field: &Field, key: &str) -> Option<Duration> {
    field.read(key, grammar::duration).filter(|length| length.amount > 0)
}
