//! Days and instants: how they are read, compared and moved.
//!
//! An instant is exact. A day is a local date, and whatever is compared with a day is compared by its own local date.

use std::cmp::Ordering;

use jiff::civil::{Date as Day, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span as Step, Timestamp, ToSpan};

use super::syntax::{Duration, Ends, Span, Unit};

/// An instant, or a whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// An exact point in time.
    Instant(Timestamp),
    /// A local date.
    Day(Day),
}

/// The month and day on which a fiscal year starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FiscalStart {
    /// From 1 to 12.
    pub month: i8,
    /// From 1 to 31.
    pub day: i8,
}

impl FiscalStart {
    /// The start of the calendar year.
    pub const JANUARY: FiscalStart = FiscalStart { month: 1, day: 1 };

    /// Reads `MM-DD`.
    #[must_use]
    pub fn parse(text: &str) -> Option<FiscalStart> {
        let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let (month, day) = text.split_once('-').filter(|(month, day)| digits(month) && digits(day))?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(FiscalStart { month, day })
    }

    /// Whether a day is the first of a quarter of a fiscal year that starts so.
    #[must_use]
    pub fn is_quarter_start(self, day: Day) -> bool {
        quarter_of(day, self).is_some_and(|(first, _)| first == day)
    }
}

impl Moment {
    /// Reads `2026-05-20`, or an instant with its offset such as `2026-05-20T12:00:00Z`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Moment> {
        let bytes = text.as_bytes();
        match bytes.get(10) {
            None => (bytes.len() == 10).then(|| text.parse().ok().map(Moment::Day))?,
            Some(b'T' | b't') if !text.contains('[') => text.parse().ok().map(Moment::Instant),
            Some(_) => None,
        }
    }

    /// The local date.
    #[must_use]
    pub fn day(self, zone: &TimeZone) -> Day {
        match self {
            Moment::Instant(instant) => zone.to_datetime(instant).date(),
            Moment::Day(day) => day,
        }
    }

    /// The first instant that belongs to it.
    #[must_use]
    pub fn first_instant(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Moment::Instant(instant) => Some(instant),
            Moment::Day(day) => day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp()),
        }
    }

    /// The last instant that belongs to it.
    #[must_use]
    pub fn last_instant(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Moment::Instant(instant) => Some(instant),
            Moment::Day(day) => {
                let next = Moment::Day(day.tomorrow().ok()?).first_instant(zone)?;
                next.checked_sub(1.nanosecond()).ok()
            }
        }
    }

    /// Two instants by themselves, anything else by local dates.
    #[must_use]
    pub fn compare(self, other: Moment, zone: &TimeZone) -> Ordering {
        match (self, other) {
            (Moment::Instant(left), Moment::Instant(right)) => left.cmp(&right),
            _ => self.day(zone).cmp(&other.day(zone)),
        }
    }

    /// Moved by a duration: minutes and hours give an instant, days and longer a day, months clamped to their end.
    #[must_use]
    pub fn shifted(self, by: Duration, zone: &TimeZone) -> Option<Moment> {
        let step = step(by)?;
        match by.unit {
            Unit::Minutes | Unit::Hours => self.first_instant(zone)?.checked_add(step).ok().map(Moment::Instant),
            _ => self.day(zone).checked_add(step).ok().map(Moment::Day),
        }
    }

    /// The last day of the span of the calendar that it lies in. Fiscal spans need the start of the fiscal year.
    #[must_use]
    pub fn end_of(self, span: Span, fiscal: Option<FiscalStart>, zone: &TimeZone) -> Option<Moment> {
        let day = self.day(zone);
        let last = match span {
            Span::Week => {
                let left = i64::from(day.weekday().until(Weekday::Sunday));
                day.checked_add(Step::new().try_days(left).ok()?).ok()?
            }
            Span::Month => day.last_of_month(),
            Span::Quarter => quarter_of(day, FiscalStart::JANUARY)?.1,
            Span::Year => day.last_of_year(),
            Span::FiscalQuarter => quarter_of(day, fiscal?)?.1,
            Span::FiscalYear => year_of(day, fiscal?)?.1,
        };
        Some(Moment::Day(last))
    }

    /// Whether it lies in a window whose ends are these.
    #[must_use]
    pub fn is_within(self, from: Option<Moment>, to: Option<Moment>, ends: Ends, zone: &TimeZone) -> bool {
        let starts = from.is_none_or(|from| match self.compare(from, zone) {
            Ordering::Less => false,
            Ordering::Equal => matches!(ends, Ends::Both | Ends::Start),
            Ordering::Greater => true,
        });
        starts
            && to.is_none_or(|to| match self.compare(to, zone) {
                Ordering::Less => true,
                Ordering::Equal => matches!(ends, Ends::Both | Ends::End),
                Ordering::Greater => false,
            })
    }
}

fn step(by: Duration) -> Option<Step> {
    let step = Step::new();
    match by.unit {
        Unit::Minutes => step.try_minutes(by.amount),
        Unit::Hours => step.try_hours(by.amount),
        Unit::Days => step.try_days(by.amount),
        Unit::Weeks => step.try_weeks(by.amount),
        Unit::Months => step.try_months(by.amount),
        Unit::Years => step.try_years(by.amount),
    }
    .ok()
}

/// The day in UTC of seconds since 1970, `YYYY-MM-DD`; `?` beyond the calendar.
#[must_use]
pub fn utc_day(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |time| time.strftime("%Y-%m-%d").to_string())
}

/// Local calendar days from one to the other.
#[must_use]
pub fn days_between(from: Moment, to: Moment, zone: &TimeZone) -> i32 {
    from.day(zone).until(to.day(zone)).map_or(0, |span| span.get_days())
}

/// The first and last day of the fiscal year that starts in this calendar year.
#[must_use]
pub fn fiscal_year(year: i16, starts: FiscalStart) -> Option<(Day, Day)> {
    let first = fiscal_start(year, starts)?;
    let next = fiscal_start(year.checked_add(1)?, starts)?;
    Some((first, next.yesterday().ok()?))
}

/// The first and last day of a quarter (1 to 4) of the fiscal year that starts in this calendar year.
#[must_use]
pub fn fiscal_quarter(year: i16, quarter: i8, starts: FiscalStart) -> Option<(Day, Day)> {
    let (first, last) = fiscal_year(year, starts)?;
    let start = |quarter: i8| first.checked_add(Step::new().try_months(i64::from(quarter - 1) * 3).ok()?).ok();
    match quarter {
        1..=3 => Some((start(quarter)?, start(quarter + 1)?.yesterday().ok()?)),
        4 => Some((start(4)?, last)),
        _ => None,
    }
}

/// The day on which the fiscal year starts, clamped to the month's end.
fn fiscal_start(year: i16, starts: FiscalStart) -> Option<Day> {
    let first = Day::new(year, starts.month, 1).ok()?;
    Day::new(year, starts.month, starts.day.min(first.days_in_month())).ok()
}

fn year_of(day: Day, starts: FiscalStart) -> Option<(Day, Day)> {
    let this = fiscal_year(day.year(), starts)?;
    if day >= this.0 { Some(this) } else { fiscal_year(day.year().checked_sub(1)?, starts) }
}

fn quarter_of(day: Day, starts: FiscalStart) -> Option<(Day, Day)> {
    let year = year_of(day, starts)?.0.year();
    (1..=4)
        .filter_map(|quarter| fiscal_quarter(year, quarter, starts))
        .find(|(first, last)| *first <= day && day <= *last)
}
