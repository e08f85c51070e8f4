//! One run of the clock over everything that happened to a subject.

use crate::document::Value;
use jiff::Timestamp;
use jiff::civil::Date as Day;

use super::open::{elapsed, minutes, open_days_after, open_time};
use super::{Case, Earlier, Happening, Reentry, Sla, Stop, Timer, What};
use crate::criteria::model::Calendar;
use crate::criteria::syntax::{Duration, Unit};
use crate::criteria::{Choice, Evaluator, Moment, Scope, grammar};
use crate::outcome::{number, object};

/// A run of the clock, with the timers that have ended.
pub(super) struct Run<'r> {
    sla: &'r Sla,
    case: &'r Case<'r>,
    evaluator: &'r Evaluator<'r>,
    scope: &'r Scope<'r>,
    happenings: &'r [Happening<'r>],
    ended: Vec<Ended>,
}

/// A timer that runs.
struct Running<'r> {
    started: Timestamp,
    started_by: &'r Value,
    calendar: Option<&'r Calendar>,
    limit: Limit,
    /// Changes of owner since the case began.
    changes: u64,
    /// What ran before, in a case that goes on.
    before: Elapsed,
}

/// A timer that has ended.
struct Ended {
    outcome: &'static str,
    elapsed: Elapsed,
    by: Option<String>,
    limit: Limit,
    reported: bool,
}

/// Nanoseconds that ran.
#[derive(Clone, Copy, Default)]
struct Elapsed {
    open: Option<i128>,
    wall: i128,
}

/// How long a timer may run.
#[derive(Clone, Copy)]
enum Limit {
    /// So many nanoseconds of the clock.
    Elapsed(i128),
    /// Up to the end of a local day.
    Until(Day),
}

impl<'r> Run<'r> {
    pub(super) fn new(
        sla: &'r Sla,
        case: &'r Case<'r>,
        evaluator: &'r Evaluator<'r>,
        scope: &'r Scope<'r>,
        happenings: &'r [Happening<'r>],
    ) -> Run<'r> {
        Run { sla, case, evaluator, scope, happenings, ended: Vec::new() }
    }

    /// All timers, in the order in which they started.
    pub(super) fn timers(mut self) -> Result<Vec<Value>, Stop> {
        let mut running: Option<Running<'r>> = None;
        for happening in self.happenings {
            running = match running {
                None if happening.what == What::Start => self.start_case(happening)?,
                None => None,
                Some(timer) => self.happens(timer, happening)?,
            };
        }
        if let Some(timer) = running {
            self.unanswered(&timer)?;
        }
        let reported = self.ended.iter().filter(|ended| ended.reported);
        Ok(reported.map(Ended::value).collect())
    }

    fn start_case(&mut self, happening: &Happening<'r>) -> Result<Option<Running<'r>>, Stop> {
        let again = !self.ended.is_empty();
        match self.sla.reentry {
            Reentry::Ignored if again => Ok(None),
            Reentry::SameCase if again => {
                let earlier = self.ended.pop();
                let mut timer = self.start(happening)?;
                if let Some(earlier) = earlier {
                    timer.before = earlier.elapsed;
                    if let Limit::Until(_) = earlier.limit {
                        timer.limit = earlier.limit;
                    }
                }
                Ok(Some(timer))
            }
            _ => self.start(happening).map(Some),
        }
    }

    fn start(&self, happening: &Happening<'r>) -> Result<Running<'r>, Stop> {
        let evaluator = self.evaluator.at(happening.at);
        let record = self.case.record();
        let id = self.sla.calendar_at(happening.at, &evaluator, self.scope, record, self.happenings)?;
        let calendar = match id {
            None => None,
            Some(id) => match self.case.model.calendar(&id) {
                Some(calendar) => Some(calendar),
                None => return Err(self.case.stop(format!("there is no calendar `{}`", id.escape_debug()))),
            },
        };
        let choice = evaluator.choose(&self.sla.target, self.scope)?;
        let target = self.case.chosen(&choice, "target")?;
        let pointer = match &choice {
            Choice::Case { id, .. } => id,
            _ => "otherwise",
        };
        let allowed = grammar::duration(target, "").0.ok_or_else(|| {
            self.case.stop(format!("the target `{}` is not a length of time", pointer.escape_debug()))
        })?;
        let limit = self.limit(allowed, happening.at, calendar)?;
        let before = Elapsed::default();
        Ok(Running { started: happening.at, started_by: happening.row, calendar, limit, changes: 0, before })
    }

    /// Minutes and hours run on the clock. Days and longer end with a local day: on open hours so many open days
    /// later, in the calendar's zone.
    fn limit(&self, allowed: Duration, started: Timestamp, calendar: Option<&Calendar>) -> Result<Limit, Stop> {
        const MINUTE: i128 = 60_000_000_000;
        let zone = calendar.map_or(self.case.model.zone(), |calendar| &calendar.zone);
        let amount = i128::from(allowed.amount);
        let day = match (allowed.unit, calendar) {
            (Unit::Minutes, _) => return Ok(Limit::Elapsed(amount.saturating_mul(MINUTE))),
            (Unit::Hours, _) => return Ok(Limit::Elapsed(amount.saturating_mul(60 * MINUTE))),
            (Unit::Days, Some(calendar)) => {
                let day = Moment::Instant(started).day(zone);
                open_days_after(calendar, day, allowed.amount, self.case.budget)?
            }
            _ => Moment::Instant(started).shifted(allowed, zone).map(|due| due.day(zone)),
        };
        Ok(Limit::Until(day.unwrap_or(Day::MAX)))
    }

    /// What a happening makes of a running timer.
    fn happens(&mut self, timer: Running<'r>, happening: &Happening<'r>) -> Result<Option<Running<'r>>, Stop> {
        let own = std::ptr::eq(timer.started_by, happening.row);
        match happening.what {
            What::Start => Ok(Some(timer)),
            What::Stop(_) | What::Cancel(_) if own => Ok(Some(timer)),
            What::Stop(id) => {
                let elapsed = self.elapsed(&timer, happening.at)?;
                let outcome = if self.overdue(&timer, elapsed, happening.at) { "missed" } else { "met" };
                let reported = !(self.sla.zero_is_left_out && elapsed.counted() == 0);
                self.end(&timer, outcome, elapsed, Some(id), reported);
                Ok(None)
            }
            What::Cancel(id) => {
                let elapsed = self.elapsed(&timer, happening.at)?;
                self.end(&timer, "cancelled", elapsed, Some(id), true);
                Ok(None)
            }
            What::OwnerChange => self.change_owner(timer, happening).map(Some),
        }
    }

    fn change_owner(&mut self, mut timer: Running<'r>, happening: &Happening<'r>) -> Result<Running<'r>, Stop> {
        let rule = &self.sla.owner_change;
        timer.changes += 1;
        if rule.timer == Timer::Continue || rule.at_most.is_some_and(|at_most| timer.changes > at_most) {
            return Ok(timer);
        }
        let elapsed = self.elapsed(&timer, happening.at)?;
        if rule.timer == Timer::OnePerOwner {
            let late = rule.earlier == Earlier::Judged && self.overdue(&timer, elapsed, happening.at);
            let outcome = if late { "missed" } else { "transferred" };
            self.end(&timer, outcome, elapsed, None, rule.earlier != Earlier::Dropped);
        }
        let mut next = self.start(happening)?;
        next.changes = timer.changes;
        Ok(next)
    }

    /// What a timer comes to that nothing stopped.
    fn unanswered(&mut self, timer: &Running<'r>) -> Result<(), Stop> {
        let now = self.evaluator.clock.now;
        let elapsed = self.elapsed(timer, now)?;
        let outcome = match self.overdue(timer, elapsed, now) {
            true if self.sla.overdue_is_missed => "missed",
            false if self.sla.open_is_met => "met",
            _ => "open",
        };
        self.end(timer, outcome, elapsed, None, true);
        Ok(())
    }

    fn elapsed(&self, timer: &Running<'r>, until: Timestamp) -> Result<Elapsed, Stop> {
        let wall = timer.before.wall + elapsed(timer.started, until);
        let open = match timer.calendar {
            None => None,
            Some(calendar) => {
                let ran = open_time(calendar, timer.started, until, self.case.budget)?;
                Some(timer.before.open.unwrap_or_default() + ran)
            }
        };
        Ok(Elapsed { open, wall })
    }

    fn overdue(&self, timer: &Running<'r>, elapsed: Elapsed, at: Timestamp) -> bool {
        match timer.limit {
            Limit::Elapsed(allowed) => elapsed.counted() > allowed,
            Limit::Until(day) => {
                let zone = timer.calendar.map_or(self.case.model.zone(), |calendar| &calendar.zone);
                Moment::Instant(at).day(zone) > day
            }
        }
    }

    fn end(&mut self, timer: &Running<'r>, outcome: &'static str, elapsed: Elapsed, by: Option<&str>, reported: bool) {
        let limit = timer.limit;
        self.ended.push(Ended { outcome, elapsed, by: by.map(str::to_owned), limit, reported });
    }
}

impl Elapsed {
    /// What the SLA's clock counts: open time, or on the wall clock all.
    fn counted(self) -> i128 {
        self.open.unwrap_or(self.wall)
    }
}

impl Ended {
    fn value(&self) -> Value {
        object([
            ("outcome", Some(Value::from(self.outcome))),
            ("business_minutes", self.elapsed.open.map(|open| number(Some(minutes(open))))),
            ("wall_minutes", Some(number(Some(minutes(self.elapsed.wall))))),
            ("by", self.by.clone().map(Value::from)),
        ])
    }
}
