//! The score of a subject at an instant, replayed.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};

use super::idle::Idle;
use super::limit::Counted;
use super::model::{Bounds, Events, Part, Points, Rules, Update};
use super::state::{ScoreState, Standing};
use super::timeline::{Happening, What, timeline};
use crate::criteria::evaluate::{Choice, Evaluator, Exhausted, Scope};
use crate::criteria::number;
use crate::criteria::syntax::Cases;
use crate::criteria::time::Moment;

/// What a replay comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Replayed {
    /// A score, or that there is none.
    State(ScoreState),
    /// Two cases apply where that is forbidden.
    Overlap {
        /// Where the choice stands.
        pointer: String,
        /// The names of the two cases.
        cases: [String; 2],
    },
    /// The model cannot be replayed: it is not sound, or it asks for its own score.
    Nothing,
}

/// Why a replay ends early.
enum Early {
    Exhausted(Exhausted),
    Replayed(Replayed),
}

impl From<Exhausted> for Early {
    fn from(exhausted: Exhausted) -> Early {
        Early::Exhausted(exhausted)
    }
}

impl Rules {
    /// The score at the evaluator's instant of the subject in scope.
    pub(in crate::criteria) fn replay(&self, evaluator: &Evaluator, scope: &Scope) -> Result<Replayed, Exhausted> {
        match self.state(&evaluator.at(self.update.before(evaluator)), scope) {
            Ok(state) => Ok(Replayed::State(state)),
            Err(Early::Replayed(replayed)) => Ok(replayed),
            Err(Early::Exhausted(exhausted)) => Err(exhausted),
        }
    }

    fn state(&self, evaluator: &Evaluator, scope: &Scope) -> Result<ScoreState, Early> {
        let standing = chosen(&self.standing, evaluator, scope)?;
        let standing = standing.as_str().and_then(Standing::of_word).unwrap_or(Standing::Unscored);
        if standing != Standing::Scored {
            return Ok(ScoreState::without_points(standing));
        }
        let mut parts = BTreeMap::new();
        for part in &self.parts {
            parts.insert(part.id.clone(), part.points(evaluator, scope)?);
        }
        let points: Vec<f64> = parts.values().copied().collect();
        Ok(ScoreState { standing, total: Some(self.total.clamp(number::sum(&points))), parts })
    }
}

impl Update {
    /// The last update at or before the evaluator's instant.
    fn before(self, evaluator: &Evaluator) -> Timestamp {
        let (now, zone) = (evaluator.clock.now, evaluator.model.zone());
        let local = zone.to_datetime(now);
        let last = match self {
            Update::Continuously => None,
            Update::Hourly => {
                let nanoseconds = i64::from(local.subsec_nanosecond());
                let past = i64::from(local.minute()).minutes().seconds(local.second()).nanoseconds(nanoseconds);
                now.checked_sub(past).ok()
            }
            Update::Daily => Moment::Day(local.date()).first_instant(zone),
        };
        last.unwrap_or(now)
    }
}

impl Part {
    fn points(&self, evaluator: &Evaluator, scope: &Scope) -> Result<f64, Early> {
        match &self.points {
            Points::State(components) => {
                let mut points = Vec::new();
                for component in components {
                    points.push(chosen(component, evaluator, scope)?.as_f64().unwrap_or_default());
                }
                Ok(self.bounds.clamp(number::sum(&points)))
            }
            Points::Events(events) => {
                let happenings = timeline(events, evaluator, scope)?;
                Ok(Run::new(events, self.bounds, evaluator, scope).over(&happenings)?)
            }
        }
    }
}

/// What cases choose, unless two apply that must not.
fn chosen<'c>(cases: &'c Cases, evaluator: &Evaluator, scope: &Scope) -> Result<&'c crate::document::Value, Early> {
    match evaluator.choose(cases, scope)? {
        Choice::Case { is, .. } | Choice::Otherwise(is) => Ok(is),
        Choice::Overlap(first, second) => {
            let cases_both = [first.to_owned(), second.to_owned()];
            Err(Early::Replayed(Replayed::Overlap { pointer: cases.pointer.clone(), cases: cases_both }))
        }
    }
}

/// A sum on its way through time.
struct Run<'r> {
    events: &'r Events,
    bounds: Bounds,
    evaluator: &'r Evaluator<'r>,
    scope: &'r Scope<'r>,
    sum: f64,
    /// By component.
    counted: Vec<Counted>,
    /// By decay.
    idle: Vec<Idle>,
}

impl<'r> Run<'r> {
    fn new(events: &'r Events, bounds: Bounds, evaluator: &'r Evaluator<'r>, scope: &'r Scope<'r>) -> Run<'r> {
        let counted = vec![Counted::default(); events.components.len()];
        let idle = vec![Idle::default(); events.decay.len()];
        Run { events, bounds, evaluator, scope, sum: bounds.clamp(0.0), counted, idle }
    }

    /// The sum after all that happened, and after the losses up to the evaluator's instant.
    fn over(mut self, happenings: &[Happening]) -> Result<f64, Exhausted> {
        for happening in happenings {
            // At one instant a loss comes last.
            self.lose(|due| due < happening.at)?;
            self.happens(happening)?;
        }
        let now = self.evaluator.clock.now;
        self.lose(|due| due <= now)?;
        Ok(self.sum)
    }

    fn happens(&mut self, happening: &Happening) -> Result<(), Exhausted> {
        self.evaluator.budget.pay(1)?;
        let (at, index) = (happening.at, happening.index);
        match happening.what {
            What::Reset => {
                let Some(reset) = self.events.resets.get(index) else { return Ok(()) };
                self.set(reset.to);
                self.begin_idleness(at);
            }
            What::Gain => {
                let Some(component) = self.events.components.get(index) else { return Ok(()) };
                let zone = self.evaluator.model.zone();
                let counts = self.accrues(at)?
                    && self.counted.get_mut(index).is_some_and(|counted| counted.count(at, component.limit, zone));
                if counts {
                    self.add(component.points);
                    self.begin_idleness(at);
                }
            }
            What::Activity => {
                let zone = self.evaluator.model.zone();
                if let Some((idle, decay)) = self.idle.get_mut(index).zip(self.events.decay.get(index)) {
                    idle.ends(at, decay, zone);
                }
            }
        }
        Ok(())
    }

    /// Takes every loss that is due by then, in order of time, and at one instant of their names.
    fn lose(&mut self, by_then: impl Fn(Timestamp) -> bool) -> Result<(), Exhausted> {
        loop {
            let due = self.idle.iter().zip(&self.events.decay).enumerate();
            let due = due.filter_map(|(index, (idle, decay))| Some((idle.due()?, decay.id.as_str(), index)));
            let Some((at, _, index)) = due.min().filter(|(at, ..)| by_then(*at)) else { return Ok(()) };
            self.evaluator.budget.pay(1)?;
            let Some(decay) = self.events.decay.get(index) else { return Ok(()) };
            if !decay.pauses || self.accrues(at)? {
                self.add(decay.points);
            }
            if let Some(idle) = self.idle.get_mut(index) {
                idle.passes(decay, self.evaluator.model.zone());
            }
        }
    }

    /// Whether events give points, in the state of that instant.
    fn accrues(&self, at: Timestamp) -> Result<bool, Exhausted> {
        match &self.events.accrue_when {
            None => Ok(true),
            Some(condition) => self.evaluator.at(at).holds(condition, self.scope),
        }
    }

    fn add(&mut self, points: f64) {
        self.set(number::sum(&[self.sum, points]));
    }

    fn set(&mut self, sum: f64) {
        self.sum = self.bounds.clamp(sum);
    }

    fn begin_idleness(&mut self, at: Timestamp) {
        let zone = self.evaluator.model.zone();
        for (idle, decay) in self.idle.iter_mut().zip(&self.events.decay) {
            idle.begins(at, decay, zone);
        }
    }
}
