//! How much a value is, so that two can be told apart as more and less.

use crate::criteria::Moment;
use crate::criteria::syntax::Unit;
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
            Some(amount.as_f64()? * minutes(Unit::of_word(unit)?).1)
        }
        _ => None,
    }
}

/// The fewest, the usual and the most minutes of a unit of time.
pub(super) fn minutes(unit: Unit) -> (f64, f64, f64) {
    const DAY: f64 = 1_440.0;
    match unit {
        Unit::Minutes => (1.0, 1.0, 1.0),
        Unit::Hours => (60.0, 60.0, 60.0),
        Unit::Days => (DAY, DAY, DAY),
        Unit::Weeks => (7.0 * DAY, 7.0 * DAY, 7.0 * DAY),
        Unit::Months => (28.0 * DAY, 30.4375 * DAY, 31.0 * DAY),
        Unit::Years => (365.0 * DAY, 365.25 * DAY, 366.0 * DAY),
    }
}
