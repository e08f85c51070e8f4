//! Whether a predicate holds for a record at one instant. Total: any record and any tree give an answer within a budget.

mod aggregate;
mod choice;
mod compare;
mod formula;
mod history;
mod keys;
mod rows;
mod scores;

use std::cell::Cell;

use crate::document::Value;
use jiff::Timestamp;
use jiff::civil::Date as Day;

pub use choice::Choice;
pub(in crate::criteria) use compare::Operated;
pub use formula::{Measure, calculate, percentile};
pub use history::{HISTORY, history_of};
pub use keys::Key;
pub(in crate::criteria) use rows::known_values;
pub use rows::{Related, is_missing};

use super::model::Model;
use super::scores::Scores;
use super::syntax::{Comparison, Date, DateForm, Meets, Operand, Path, Predicate, PredicateForm, Window};
use super::time::{FiscalStart, Moment, days_between};

/// Steps that one evaluation may take before it is given up. Counted, so that every machine answers the same.
pub const MOST_STEPS: u32 = 2_000_000;

/// Predicates that may be open within one another, over all definitions that are met on the way.
const DEEPEST: u32 = 256;

/// The evaluation was given up: the criteria ask for more work than any real definition does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the criteria take more than {MOST_STEPS} steps to evaluate, or lead more than {DEEPEST} conditions deep")]
pub struct Exhausted;

/// What is left of the steps that an evaluation may take.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u32>,
    depth: Cell<u32>,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::of(MOST_STEPS)
    }
}

impl Budget {
    /// A budget of so many steps.
    #[must_use]
    pub fn of(steps: u32) -> Budget {
        Budget { steps: Cell::new(steps), depth: Cell::new(0) }
    }

    /// The steps that are left.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.steps.get()
    }

    /// Has so many steps again.
    pub(in crate::criteria) fn refill(&self, steps: u32) {
        self.steps.set(steps);
    }

    /// Pays for some work.
    ///
    /// # Errors
    /// If the budget does not hold so much any more; then nothing is left of it.
    pub fn pay(&self, steps: usize) -> Result<(), Exhausted> {
        let left = u32::try_from(steps).ok().and_then(|steps| self.steps.get().checked_sub(steps));
        self.steps.set(left.unwrap_or_default());
        left.map(|_| ()).ok_or(Exhausted)
    }
}

/// When an evaluation takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The instant of evaluation; rows dated after it do not exist.
    pub now: Timestamp,
    /// The instant as of which rows are read.
    pub as_of: Timestamp,
    /// First and last day of the period, where there is one.
    pub period: Option<(Day, Day)>,
    /// The start of the fiscal year, where it is known.
    pub fiscal_start: Option<FiscalStart>,
}

impl Clock {
    /// A clock that stands at an instant, with the fiscal year that all calendars of the model agree on.
    #[must_use]
    pub fn at(now: Timestamp, model: &Model) -> Clock {
        Clock { now, as_of: now, period: None, fiscal_start: model.fiscal_start() }
    }
}

/// The rows that criteria see: the subject's, and within `where` the related row's before it.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    entity: &'s str,
    row: &'s Value,
    outer: Option<&'s Scope<'s>>,
    /// Whether the scores that the example states are about this row.
    stated: bool,
    meeting: Option<&'s Meeting<'s>>,
}

/// The definitions that are being met, or whose score is being replayed, from the innermost outwards.
#[derive(Clone, Copy, Debug)]
struct Meeting<'s> {
    definition: &'s str,
    outer: Option<&'s Meeting<'s>>,
}

impl<'s> Scope<'s> {
    /// The scope of a definition: its subject's row, which stated scores are about.
    #[must_use]
    pub fn subject(entity: &'s str, row: &'s Value) -> Scope<'s> {
        Scope { entity, row, outer: None, stated: true, meeting: None }
    }

    /// The scope inside this one that sees a related row as well.
    #[must_use]
    pub fn with(&'s self, entity: &'s str, row: &'s Value) -> Scope<'s> {
        Scope { entity, row, outer: Some(self), stated: false, meeting: self.meeting }
    }

    /// The innermost row of an entity.
    #[must_use]
    pub fn row_of(&self, entity: &str) -> Option<&'s Value> {
        self.of_entity(entity).map(|scope| scope.row)
    }

    /// The innermost part of the scope that sees a row of an entity.
    fn of_entity(&self, entity: &str) -> Option<&Scope<'s>> {
        let mut here = self;
        while here.entity != entity {
            here = here.outer?;
        }
        Some(here)
    }

    /// Whether a definition is being met, so that to ask for it again is a circle.
    fn is_meeting(&self, definition: &str) -> bool {
        let mut meeting = self.meeting;
        while let Some(here) = meeting {
            if here.definition == definition {
                return true;
            }
            meeting = here.outer;
        }
        false
    }

    /// The entities in scope, from the innermost.
    fn entities(&self) -> Vec<&'s str> {
        let mut entities = vec![self.entity];
        let mut outer = self.outer;
        while let Some(scope) = outer {
            entities.push(scope.entity);
            outer = scope.outer;
        }
        entities
    }
}

/// Evaluates criteria at one instant.
#[derive(Clone, Copy, Debug)]
pub struct Evaluator<'e> {
    /// What criteria are about.
    pub model: &'e Model,
    /// The scores that are stated; all others are replayed.
    pub scores: &'e Scores,
    /// The steps that may be taken.
    pub budget: &'e Budget,
    /// When.
    pub clock: Clock,
}

impl<'e> Evaluator<'e> {
    /// The same evaluator at another instant.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Evaluator<'e> {
        Evaluator { clock: Clock { now, as_of: now, ..self.clock }, ..*self }
    }

    /// Whether a predicate holds.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn holds(&self, predicate: &Predicate, scope: &Scope) -> Result<bool, Exhausted> {
        self.budget.pay(1)?;
        self.deeper(|| self.form_holds(&predicate.form, scope))
    }

    /// Works one level deeper, unless that is too deep.
    fn deeper<T>(&self, work: impl FnOnce() -> Result<T, Exhausted>) -> Result<T, Exhausted> {
        let depth = self.budget.depth.get();
        if depth >= DEEPEST {
            return Err(Exhausted);
        }
        self.budget.depth.set(depth + 1);
        let done = work();
        self.budget.depth.set(depth);
        done
    }

    fn form_holds(&self, form: &PredicateForm, scope: &Scope) -> Result<bool, Exhausted> {
        match form {
            PredicateForm::All(conditions) => self.count_reaches(conditions, conditions.len(), scope),
            PredicateForm::Any(conditions) => self.count_reaches(conditions, 1, scope),
            PredicateForm::Of { conditions, at_least } => self.count_reaches(conditions, *at_least, scope),
            PredicateForm::Not(inner) => Ok(!self.holds(inner, scope)?),
            PredicateForm::Meets(meets) => self.meets(meets, scope),
            PredicateForm::Compare(comparison) => self.compares(comparison, scope),
        }
    }

    /// Whether at least so many conditions hold; asks no more of them than it needs to know that.
    fn count_reaches(&self, conditions: &[Predicate], wanted: usize, scope: &Scope) -> Result<bool, Exhausted> {
        let mut holding = 0;
        for (index, condition) in conditions.iter().enumerate() {
            if holding >= wanted || holding + (conditions.len() - index) < wanted {
                break;
            }
            holding += usize::from(self.holds(condition, scope)?);
        }
        Ok(holding >= wanted)
    }

    /// Criteria and no exclusion, at this instant and without memory. A circle of definitions meets nothing.
    fn meets(&self, meets: &Meets, scope: &Scope) -> Result<bool, Exhausted> {
        let Some(qualifier) = self.model.qualifier(&meets.definition) else { return Ok(false) };
        if scope.is_meeting(&meets.definition) {
            return Ok(false);
        }
        let judged = match &meets.on {
            None => scope.of_entity(&qualifier.subject).map(|scope| (scope.row, scope.stated)),
            Some(path) => self.row_at(path, scope)?,
        };
        let Some((row, stated)) = judged else { return Ok(false) };
        let meeting = Meeting { definition: &meets.definition, outer: scope.meeting };
        let inner = Scope { entity: &qualifier.subject, row, outer: None, stated, meeting: Some(&meeting) };
        let Some(criteria) = &qualifier.criteria else { return Ok(false) };
        if !self.holds(criteria, &inner)? {
            return Ok(false);
        }
        for exclusion in &qualifier.exclusions {
            match &exclusion.when {
                Some(when) if !self.holds(when, &inner)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    pub(in crate::criteria) fn compares(&self, comparison: &Comparison, scope: &Scope) -> Result<bool, Exhausted> {
        let operated = self.operand(&comparison.operand, scope)?;
        self.satisfies(&operated, comparison.operator, &comparison.argument)
    }

    /// The known values of an operand; none where it is missing.
    fn operand<'s>(&'s self, operand: &Operand, scope: &Scope<'s>) -> Result<Operated<'s>, Exhausted> {
        match operand {
            Operand::Field(path) => self.field(path, scope),
            Operand::Score(score) => Ok(Operated::number(self.score(score, scope)?)),
            Operand::DaysBetween(dates) => Ok(Operated::number(self.days(dates, scope)?.map(f64::from))),
            Operand::Aggregate(aggregate) => self.aggregate(aggregate, scope),
        }
    }

    /// Local calendar days from the first date to the second; none where either is missing.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn days(&self, dates: &[Date; 2], scope: &Scope) -> Result<Option<i32>, Exhausted> {
        let (from, to) = (self.date(&dates[0], scope)?, self.date(&dates[1], scope)?);
        Ok(from.zip(to).map(|(from, to)| days_between(from, to, self.model.zone())))
    }

    /// The day or instant that a field holds; none where it is missing.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn moment(&self, path: &Path, scope: &Scope) -> Result<Option<Moment>, Exhausted> {
        Ok(self.field(path, scope)?.values.first().and_then(|value| value.moment()))
    }

    /// The day or instant that a date names; none where it is missing.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn date(&self, date: &Date, scope: &Scope) -> Result<Option<Moment>, Exhausted> {
        self.budget.pay(1)?;
        let zone = self.model.zone();
        Ok(match &date.form {
            DateForm::Field(path) => self.moment(path, scope)?,
            DateForm::Now => Some(Moment::Instant(self.clock.now)),
            DateForm::AsOf => Some(Moment::Instant(self.clock.as_of)),
            DateForm::PeriodStart => self.clock.period.map(|(first, _)| Moment::Day(first)),
            DateForm::PeriodEnd => self.clock.period.map(|(_, last)| Moment::Day(last)),
            DateForm::Shift { of, by } => self.date(of, scope)?.and_then(|moment| moment.shifted(*by, zone)),
            DateForm::EndOf { span, of } => {
                self.date(of, scope)?.and_then(|moment| moment.end_of(*span, self.clock.fiscal_start, zone))
            }
        })
    }

    /// The two ends of a window, none where it is open; nothing at all where an end is missing.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn window_ends(&self, window: &Window, scope: &Scope) -> Result<Option<Reach>, Exhausted> {
        let end = |date: &Option<Date>| match date {
            None => Ok(Some(None)),
            Some(date) => Ok(self.date(date, scope)?.map(Some)),
        };
        Ok(end(&window.from)?.zip(end(&window.to)?))
    }
}

/// The two ends of a stretch of time, none where it is open.
pub type Reach = (Option<Moment>, Option<Moment>);
