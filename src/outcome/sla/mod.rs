//! SLAs: what starts and stops the clock, how it runs, what each timer comes to.

pub mod open;
mod owner;
mod run;

use crate::document::Value;
use jiff::Timestamp;

use super::{Case, Stop};
use crate::criteria::read::Field;
use crate::criteria::syntax::{Cases, Path, Predicate};
use crate::criteria::{Clock, Evaluator, Scope, Scores, Source, grammar};

/// An SLA, all of whose criteria follow the grammar.
#[derive(Clone, Debug)]
pub struct Sla {
    subject: String,
    start: Event,
    stop: Vec<(String, Event)>,
    cancel: Vec<(String, Event)>,
    target: Cases,
    calendar: Option<CalendarOf>,
    fallback_calendar: Option<String>,
    zero_is_left_out: bool,
    owner_change: OwnerChange,
    open_is_met: bool,
    overdue_is_missed: bool,
    reentry: Reentry,
}

/// Rows of an entity that come into being.
#[derive(Clone, Debug)]
struct Event {
    on: String,
    via: Option<Path>,
    filter: Option<Predicate>,
}

/// Whose open hours count; without one every hour does.
#[derive(Clone, Debug)]
enum CalendarOf {
    Field(Path),
    Is(String),
}

/// What a change of owner does to a running clock.
#[derive(Clone, Debug)]
struct OwnerChange {
    event: Event,
    timer: Timer,
    earlier: Earlier,
    at_most: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timer {
    OnePerOwner,
    Restart,
    Continue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Earlier {
    Reported,
    Judged,
    Dropped,
}

/// What another start means once a clock was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reentry {
    NewCase,
    SameCase,
    Ignored,
}

/// Something that concerns the clock, at an instant.
#[derive(Clone, Copy, Debug)]
struct Happening<'h> {
    at: Timestamp,
    what: What<'h>,
    row: &'h Value,
}

/// What happens. At one instant a start comes before a stop, and both before a change of owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What<'h> {
    Start,
    Stop(&'h str),
    Cancel(&'h str),
    OwnerChange,
}

impl Sla {
    /// Reads an SLA; nothing if it does not follow the grammar.
    #[must_use]
    pub fn read(source: &Source) -> Option<Sla> {
        let root = Field::root(source.value);
        let clock = root.member("clock")?;
        let calendar = match clock.member("calendar") {
            None => None,
            Some(calendar) => match calendar.owned("is") {
                Some(id) => Some(CalendarOf::Is(id)),
                None => Some(CalendarOf::Field(calendar.read("field", grammar::path)?)),
            },
        };
        let unanswered = root.member("unanswered")?;
        Some(Sla {
            subject: source.subject?.to_owned(),
            start: Event::read(&root.member("start")?)?,
            stop: named_events(&root, "stop")?,
            cancel: named_events(&root, "cancel")?,
            target: root.read("target", grammar::cases)?,
            calendar: calendar.filter(|_| clock.text("counts") == Some("business")),
            fallback_calendar: clock.owned("fallback_calendar"),
            zero_is_left_out: clock.text("zero_elapsed") == Some("left-out"),
            owner_change: OwnerChange::read(&root.member("owner_change")?)?,
            open_is_met: unanswered.text("before_due") == Some("met"),
            overdue_is_missed: unanswered.text("after_due") == Some("missed"),
            reentry: match root.text("reentry")? {
                "same-case" => Reentry::SameCase,
                "ignored" => Reentry::Ignored,
                _ => Reentry::NewCase,
            },
        })
    }

    /// The timers of an example, in the order in which they start.
    pub(super) fn compute(&self, case: &Case) -> Result<Value, Stop> {
        let scores = Scores::default();
        let clock = Clock::at(case.at()?, case.model);
        let evaluator = Evaluator { model: case.model, scores: &scores, budget: case.budget, clock };
        let scope = Scope::subject(&self.subject, case.record());
        let happenings = self.happenings(&evaluator, &scope)?;
        let timers = run::Run::new(self, case, &evaluator, &scope, &happenings).timers()?;
        Ok(Value::from(timers))
    }

    /// Everything that concerns the clock, in order of time.
    fn happenings<'h>(&'h self, evaluator: &'h Evaluator, scope: &Scope<'h>) -> Result<Vec<Happening<'h>>, Stop> {
        let mut events = vec![(What::Start, &self.start), (What::OwnerChange, &self.owner_change.event)];
        events.extend(self.stop.iter().map(|(id, event)| (What::Stop(id), event)));
        events.extend(self.cancel.iter().map(|(id, event)| (What::Cancel(id), event)));
        let mut happenings = Vec::new();
        for (what, event) in events {
            let rows = event.rows(evaluator, scope)?;
            let dated = rows.into_iter().map(|(at, row)| Happening { at, what, row });
            happenings.extend(dated);
        }
        // The sort is stable, so that rows of one event keep the order of their ids.
        happenings.sort_by_key(|happening| (happening.at, happening.what));
        Ok(happenings)
    }
}

impl Event {
    fn read(field: &Field) -> Option<Event> {
        Some(Event {
            on: field.owned("on")?,
            via: field.read_if("via", grammar::path)?,
            filter: field.predicate_if("where")?,
        })
    }

    /// The rows, from the earliest; ties in order of their ids.
    fn rows<'h>(&self, evaluator: &'h Evaluator, scope: &Scope<'h>) -> Result<Vec<(Timestamp, &'h Value)>, Stop> {
        let Some(entity) = evaluator.model.entity(&self.on) else { return Ok(Vec::new()) };
        let related = evaluator.rows(&self.on, self.via.as_ref(), scope)?;
        let rows = related.into_iter().map(|related| related.row).collect();
        let rows = evaluator.filtered(rows, entity, self.filter.as_ref(), scope)?;
        let zone = evaluator.model.zone();
        let dated = evaluator.in_order(entity, rows).into_iter();
        Ok(dated.filter_map(|row| Some((evaluator.dated(entity, row)?.first_instant(zone)?, row))).collect())
    }
}

impl OwnerChange {
    fn read(field: &Field) -> Option<OwnerChange> {
        Some(OwnerChange {
            event: Event::read(field)?,
            timer: match field.text("timer")? {
                "restart" => Timer::Restart,
                "continue" => Timer::Continue,
                _ => Timer::OnePerOwner,
            },
            earlier: match field.text("earlier_timers")? {
                "judged" => Earlier::Judged,
                "dropped" => Earlier::Dropped,
                _ => Earlier::Reported,
            },
            at_most: field.value.get("at_most").and_then(Value::as_u64),
        })
    }
}

fn named_events(root: &Field, key: &str) -> Option<Vec<(String, Event)>> {
    root.items(key).iter().map(|item| Some((item.owned("id")?, Event::read(item)?))).collect()
}
