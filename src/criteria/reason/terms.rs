//! Dates as reasoning sees them: a fixed moment or a variable, and how it is moved.

use jiff::tz::TimeZone;

use crate::criteria::evaluate::Clock;
use crate::criteria::syntax::{Duration, Ends, Span, Unit};
use crate::criteria::time::Moment;

/// A date: where it starts, and how it is moved.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    /// Where it starts.
    pub(super) base: Base,
    /// How it is moved, in order.
    pub(super) moves: Vec<Move>,
}

/// Where a date starts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Base {
    /// The instant of evaluation.
    Now,
    /// A moment that is known; none is missing.
    Fixed(Option<Moment>),
    /// The value of a variable.
    Open(usize),
}

/// How a date is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// By a length of time.
    Shift(Duration),
    /// To the last day of a span.
    EndOf(Span),
}

/// The two ends of a window, none where it is open, and which of them belong to it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reach {
    /// Where it begins.
    pub(super) from: Option<Term>,
    /// Where it ends.
    pub(super) to: Option<Term>,
    /// Which ends belong to it.
    pub(super) ends: Ends,
}

impl Term {
    /// A term that is its base.
    pub(super) fn of(base: Base) -> Term {
        Term { base, moves: Vec::new() }
    }

    /// The variable that it rests on, if it rests on one.
    pub(super) fn open(&self) -> Option<usize> {
        match self.base {
            Base::Open(variable) => Some(variable),
            Base::Now | Base::Fixed(_) => None,
        }
    }

    /// The date, where the variable that it rests on has this value; none is missing.
    pub(super) fn moment(&self, value: Option<Moment>, clock: &Clock, zone: &TimeZone) -> Option<Moment> {
        let base = match self.base {
            Base::Now => Some(Moment::Instant(clock.now)),
            Base::Fixed(moment) => moment,
            Base::Open(_) => value,
        };
        self.moves.iter().try_fold(base?, |moment, step| match step {
            Move::Shift(by) => moment.shifted(*by, zone),
            Move::EndOf(span) => moment.end_of(*span, clock.fiscal_start, zone),
        })
    }

    /// By how many days it lies after its base, at least and at most.
    pub(super) fn offset(&self) -> (i64, i64) {
        let each = self.moves.iter().map(|step| match step {
            Move::Shift(Duration { amount, unit }) => match unit {
                Unit::Days => (*amount, *amount),
                Unit::Weeks => (amount.saturating_mul(7), amount.saturating_mul(7)),
                // Where clocks are set forward or back, a day has other than 24 hours.
                Unit::Hours => (amount.div_euclid(24) - 1, amount.div_euclid(24) + 2),
                Unit::Minutes => (amount.div_euclid(1440) - 1, amount.div_euclid(1440) + 2),
                Unit::Months => spread(*amount, 28, 31),
                Unit::Years => spread(*amount, 365, 366),
            },
            Move::EndOf(Span::Week) => (0, 6),
            Move::EndOf(Span::Month) => (0, 30),
            Move::EndOf(Span::Quarter | Span::FiscalQuarter) => (0, 95),
            Move::EndOf(Span::Year | Span::FiscalYear) => (0, 370),
        });
        each.fold((0_i64, 0_i64), |sum, next| (sum.0.saturating_add(next.0), sum.1.saturating_add(next.1)))
    }
}

/// Units of so many days at least and at most, as days.
fn spread(amount: i64, least: i64, most: i64) -> (i64, i64) {
    let (one, other) = (amount.saturating_mul(least), amount.saturating_mul(most));
    (one.min(other), one.max(other))
}

impl Reach {
    /// Whether it is known when every variable that it rests on is.
    pub(super) fn opens(&self) -> impl Iterator<Item = usize> {
        self.from.iter().chain(&self.to).filter_map(Term::open)
    }

    /// Whether whatever lies in it lies in another, whatever the variables are.
    pub(super) fn lies_in(&self, other: &Reach) -> bool {
        let starts = match (&self.from, &other.from) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(other_from)) => {
                let included = self.includes_start() && !other.includes_start();
                (own == other_from && !included) || before(other_from, own)
            }
        };
        let ends = match (&self.to, &other.to) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(other_to)) => {
                let included = self.includes_end() && !other.includes_end();
                (own == other_to && !included) || before(own, other_to)
            }
        };
        starts && ends
    }

    fn includes_start(&self) -> bool {
        matches!(self.ends, Ends::Both | Ends::Start)
    }

    fn includes_end(&self) -> bool {
        matches!(self.ends, Ends::Both | Ends::End)
    }
}

/// Whether one term always lies days before another: they start from one base and their offsets are apart.
fn before(left: &Term, right: &Term) -> bool {
    left.base == right.base && left.offset().1.saturating_add(1) < right.offset().0
}
