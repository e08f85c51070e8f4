//! How much a value is, so that two can be told apart as more and less.

use std::cmp::Ordering;

use crate::criteria::Moment;
use crate::criteria::syntax::{Duration, Unit};
use crate::document::Value;
use crate::registry::Extreme;

/// How much a number, a length of time (in minutes) or a day is. What is not there is as null, of which `null` says what
/// it stands for.
pub(super) fn magnitude(value: Option<&Value>, null: Option<Extreme>) -> Option<f64> {
    match value.unwrap_or(&Value::Null) {
        Value::Null => null.map(|extreme| match extreme {
            Extreme::Least => f64::NEG_INFINITY,
            Extreme::Most => f64::INFINITY,
        }),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match Moment::parse(text)? {
            // The digits of a day stand in order of time.
            Moment::Day(_) => text.as_str().replace('-', "").parse().ok(),
            Moment::Instant(_) => None,
        },
        Value::Object(members) if members.len() == 1 => {
            let (unit, amount) = members.iter().next()?;
            Some(amount.as_f64()? * minutes(Unit::of_word(unit)?))
        }
        _ => None,
    }
}

/// The usual number of minutes of a unit of time.
fn minutes(unit: Unit) -> f64 {
    match unit {
        Unit::Minutes => 1.0,
        Unit::Hours => 60.0,
        Unit::Days => DAY,
        Unit::Weeks => 7.0 * DAY,
        Unit::Months => 30.4375 * DAY,
        Unit::Years => 365.25 * DAY,
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

    /// Which of two leads further, whatever the day is that they lead from.
    pub(super) fn order(self, other: Shift) -> Option<Ordering> {
        let difference = |get: fn(Shift) -> i64| (get(other) as f64) - (get(self) as f64);
        let (months, days) = (difference(|shift| shift.months), difference(|shift| shift.days));
        let minutes = difference(|shift| shift.minutes);
        let (one, two) = (months * 28.0 * DAY, months * 31.0 * DAY);
        // Local days begin at midnight and have up to 25 hours.
        let slack = if minutes != 0.0 && (months != 0.0 || days != 0.0) { DAY + 60.0 } else { 0.0 };
        let least = one.min(two) + days * DAY + minutes - slack;
        let most = one.max(two) + days * DAY + minutes + slack;
        match (self == other, least > 0.0, most < 0.0) {
            (true, ..) => Some(Ordering::Equal),
            (_, true, _) => Some(Ordering::Less),
            (_, _, true) => Some(Ordering::Greater),
            _ => None,
        }
    }
}
