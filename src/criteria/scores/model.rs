//! What a score model says.

use std::collections::BTreeSet;

use crate::criteria::syntax::{Cases, Duration, Path, Predicate};

/// A definition of kind score-model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoreModel {
    /// `kind/id` of the definition.
    pub definition: String,
    /// The entity that is scored.
    pub subject: String,
    /// The ids of its parts.
    pub parts: BTreeSet<String>,
    /// How it scores; none where the definition does not say it soundly, and then it scores nobody.
    pub rules: Option<Box<Rules>>,
}

/// How a model scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// When the score is brought up to date.
    pub update: Update,
    /// Who is scored: the cases choose a standing.
    pub standing: Cases,
    /// The bounds of the total.
    pub total: Bounds,
    /// The parts that are added up.
    pub parts: Vec<Part>,
}

/// When a score is brought up to date. Between two updates it stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// At every instant.
    Continuously,
    /// At every full hour.
    Hourly,
    /// When a local day begins.
    Daily,
}

/// A floor and a cap in points; none is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The least.
    pub min: Option<f64>,
    /// The greatest.
    pub max: Option<f64>,
}

impl Bounds {
    /// The nearest number within the bounds. A floor above the cap wins.
    #[must_use]
    pub fn clamp(self, points: f64) -> f64 {
        let capped = self.max.map_or(points, |max| points.min(max));
        self.min.map_or(capped, |min| capped.max(min))
    }
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub pointer: String,
    /// Its bounds: of the sum, and where events make it, at every step.
    pub bounds: Bounds,
    /// Where its points come from.
    pub points: Points,
}

/// Where the points of a part come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Points {
    /// From what the row is: each choice gives points.
    State(Vec<Cases>),
    /// From what happened.
    Events(Box<Events>),
}

/// Points that events give and take.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    /// The state in which events give points; without one they always do.
    pub accrue_when: Option<Predicate>,
    /// What gives points.
    pub components: Vec<Component>,
    /// What idleness costs.
    pub decay: Vec<Decay>,
    /// What sets the sum to a number.
    pub resets: Vec<Reset>,
}

/// Rows of an entity that come into being.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Where the entity is named.
    pub pointer: String,
    /// The entity.
    pub on: String,
    /// The way to its rows; without it, the only relation that leads there.
    pub via: Option<Path>,
    /// Which of the rows.
    pub filter: Option<Predicate>,
}

/// An event that gives points.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Its name.
    pub id: String,
    /// Points each time.
    pub points: f64,
    /// Each time of what.
    pub event: Event,
    /// How often it counts; without one, every time.
    pub limit: Option<Limit>,
}

/// How often an event counts within any stretch of a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How often; at least once.
    pub times: usize,
    /// The length of the rolling stretch.
    pub per: Duration,
}

/// Points lost for doing nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Decay {
    /// Its name.
    pub id: String,
    /// Points each time; negative.
    pub points: f64,
    /// How long nothing must have happened before the first loss.
    pub idle: Duration,
    /// How long from one loss to the next.
    pub every: Duration,
    /// What ends idleness.
    pub activity: Vec<Event>,
    /// Whether a loss is left out that comes while events give no points.
    pub pauses: bool,
}

/// An event that sets the sum to a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Reset {
    /// Its name.
    pub id: String,
    /// The event.
    pub event: Event,
    /// The sum afterwards, in points.
    pub to: f64,
    /// Where that number stands.
    pub to_pointer: String,
}

impl Rules {
    /// The parts that events make.
    pub fn of_events(&self) -> impl Iterator<Item = (&Part, &Events)> {
        self.parts.iter().filter_map(|part| match &part.points {
            Points::Events(events) => Some((part, events.as_ref())),
            Points::State(_) => None,
        })
    }

    /// The conditions on what a row is, looked at when a score is asked for.
    pub fn of_state(&self) -> impl Iterator<Item = &Predicate> {
        let components = self.parts.iter().flat_map(|part| match &part.points {
            Points::State(components) => components.as_slice(),
            Points::Events(_) => &[],
        });
        [&self.standing].into_iter().chain(components).flat_map(|cases| cases.cases.iter().map(|case| &case.when))
    }

    /// The conditions that are looked at as of an event.
    pub fn of_history(&self) -> impl Iterator<Item = &Predicate> {
        self.of_events().flat_map(|(_, events)| {
            events.accrue_when.iter().chain(events.events().filter_map(|event| event.filter.as_ref()))
        })
    }
}

impl Events {
    /// The events that give points, set the sum or end idleness.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        let gains = self.components.iter().map(|component| &component.event);
        let resets = self.resets.iter().map(|reset| &reset.event);
        gains.chain(resets).chain(self.decay.iter().flat_map(|decay| &decay.activity))
    }
}
