//! Open time: how much of a stretch lies in open hours, and which day is so many open days later.

use jiff::Timestamp;
use jiff::civil::{Date as Day, Time};
use jiff::tz::TimeZone;

use crate::criteria::model::Calendar;
use crate::criteria::{Budget, Exhausted};

/// Nanoseconds of open hours between two instants. Changes of the clocks count as the hours that really pass.
///
/// # Errors
/// If the stretch is longer than the budget allows to count.
pub fn open_time(calendar: &Calendar, from: Timestamp, to: Timestamp, budget: &Budget) -> Result<i128, Exhausted> {
    let zone = &calendar.zone;
    let last = zone.to_datetime(to).date();
    let mut day = zone.to_datetime(from).date();
    let mut open = 0;
    while day <= last {
        let stretches = calendar.open_on(day);
        budget.pay(1 + stretches.len())?;
        for stretch in stretches {
            let bounds = instant(day, stretch.from, zone).zip(instant(day, stretch.to, zone));
            open += bounds.map_or(0, |(opens, closes)| elapsed(opens.max(from), closes.min(to)));
        }
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    Ok(open)
}

/// The day on which so many open days have begun after a day.
///
/// # Errors
/// If it lies further away than the budget allows to look.
pub fn open_days_after(calendar: &Calendar, day: Day, days: i64, budget: &Budget) -> Result<Option<Day>, Exhausted> {
    let mut left = days;
    let mut day = day;
    while left > 0 {
        budget.pay(1)?;
        let Ok(next) = day.tomorrow() else { return Ok(None) };
        day = next;
        left -= i64::from(!calendar.open_on(day).is_empty());
    }
    Ok(Some(day))
}

/// The instant of a minute of a local day; one that the clocks skip is where they go on.
fn instant(day: Day, minute: i16, zone: &TimeZone) -> Option<Timestamp> {
    let (day, minute) = if minute >= 1440 { (day.tomorrow().ok()?, 0) } else { (day, minute) };
    let time = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
    Some(day.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp())
}

/// Nanoseconds from one instant to a later one; zero if it is not later.
#[must_use]
pub fn elapsed(from: Timestamp, to: Timestamp) -> i128 {
    (to.as_nanosecond() - from.as_nanosecond()).max(0)
}

/// Nanoseconds as minutes.
#[must_use]
pub fn minutes(nanoseconds: i128) -> f64 {
    jiff::SignedDuration::from_nanos_i128(nanoseconds).as_secs_f64() / 60.0
}
