//! How much a value is, so that two can be told apart as more and less.

use std::cmp::Ordering;

use crate::criteria::Moment;
use crate::criteria::syntax::{Duration, Unit};
use crate::document::Value;
use crate::registry::Extreme;

/// A value that can be more or less than another one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Magnitude {
    /// A number, or the digits of a day, which stand in order of time.
    Number(f64),
    /// A length of time.
    Length(Shift),
    /// What null stands for beside either.
    End(Extreme),
}

impl Magnitude {
    /// How much a value is, if it is anything of the sort. What is not there is as null, of which `null` says what it
    /// stands for.
    pub(super) fn of(value: Option<&Value>, null: Option<Extreme>) -> Option<Magnitude> {
        match value.unwrap_or(&Value::Null) {
            Value::Null => null.map(Magnitude::End),
            Value::Number(number) => number.as_f64().map(Magnitude::Number),
            Value::String(text) => match Moment::parse(text)? {
                Moment::Day(_) => text.as_str().replace('-', "").parse().ok().map(Magnitude::Number),
                Moment::Instant(_) => None,
            },
            Value::Object(members) if members.len() == 1 => {
                let (unit, amount) = members.iter().next()?;
                let length = Duration { unit: Unit::of_word(unit)?, amount: amount.as_i64()? };
                Some(Magnitude::Length(Shift::default().and(length)))
            }
            _ => None,
        }
    }

    /// Which of two is more; nothing where that depends, as 3 days and 80 hours do on the hour of the day. Whole days
    /// last until the last one ends.
    pub(super) fn order(self, other: Magnitude, whole_days: bool) -> Option<Ordering> {
        use Magnitude::{End, Length, Number};
        match (self, other) {
            (Number(one), Number(two)) => one.partial_cmp(&two),
            (Length(one), Length(two)) => one.order_of(two, whole_days),
            (End(one), End(two)) if one == two => Some(Ordering::Equal),
            (End(Extreme::Least), _) | (_, End(Extreme::Most)) => Some(Ordering::Less),
            (End(Extreme::Most), _) | (_, End(Extreme::Least)) => Some(Ordering::Greater),
            _ => None,
        }
    }
}

/// Minutes of a day.
const DAY: f64 = 1_440.0;

/// A step in time. Days and longer count local days, hours and minutes what elapses, so the three do not add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shift {
    months: i64,
    days: i64,
    minutes: i64,
}

impl Shift {
    /// A further step.
    pub(super) fn and(mut self, by: Duration) -> Shift {
        let (slot, factor) = match by.unit {
            Unit::Years => (&mut self.months, 12),
            Unit::Months => (&mut self.months, 1),
            Unit::Weeks => (&mut self.days, 7),
            Unit::Days => (&mut self.days, 1),
            Unit::Hours => (&mut self.minutes, 60),
            Unit::Minutes => (&mut self.minutes, 1),
        };
        *slot = slot.saturating_add(by.amount.saturating_mul(factor));
        self
    }

    /// Which of two leads further, whatever the instant is that they lead from.
    pub(super) fn order(self, other: Shift) -> Option<Ordering> {
        self.order_of(other, false)
    }

    /// The same of lengths of which those in whole days last until the last one ends.
    fn order_of(self, other: Shift, whole_days: bool) -> Option<Ordering> {
        let difference = |get: fn(Shift) -> i64| (get(other) as f64) - (get(self) as f64);
        let (months, days) = (difference(|shift| shift.months), difference(|shift| shift.days));
        let minutes = difference(|shift| shift.minutes);
        let (one, two) = (months * 28.0 * DAY, months * 31.0 * DAY);
        // How much shorter and longer than so many times 24 hours the local days of one may be.
        let slack = |shift: Shift| {
            let local = minutes != 0.0 && (months != 0.0 || days != 0.0) && (shift.months != 0 || shift.days != 0);
            let (shorter, longer) = (CLOCKS + if whole_days { 0.0 } else { DAY }, CLOCKS + DAY);
            if local { (shorter, longer) } else { (0.0, 0.0) }
        };
        let (own, others) = (slack(self), slack(other));
        let (less, more) = (others.0 + own.1, others.1 + own.0);
        let least = one.min(two) + days * DAY + minutes - less;
        let most = one.max(two) + days * DAY + minutes + more;
        match (self == other, least > 0.0, most < 0.0) {
            (true, ..) => Some(Ordering::Equal),
            (_, true, _) => Some(Ordering::Less),
            (_, _, true) => Some(Ordering::Greater),
            _ => None,
        }
    }
}

/// Minutes by which clocks that are set make a day shorter or longer at most.
const CLOCKS: f64 = 120.0;
