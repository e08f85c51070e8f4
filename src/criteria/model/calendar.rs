//! Calendars: open hours by weekday in a time zone, holidays, and the start of the fiscal year.

use std::collections::BTreeSet;

use crate::document::Value;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::criteria::time::FiscalStart;

/// When an office is open.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The zone of its hours and days.
    pub zone: TimeZone,
    /// Open stretches from Monday to Sunday.
    pub hours: [Vec<OpenHours>; 7],
    /// Days that are closed whatever the weekday.
    pub holidays: BTreeSet<Date>,
    /// The start of its fiscal year.
    pub fiscal_start: FiscalStart,
}

/// A stretch of open hours, in minutes from local midnight; 1,440 is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenHours {
    /// When it opens.
    pub from: i16,
    /// When it closes.
    pub to: i16,
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Calendar {
    /// Reads a definition of kind calendar; none if its time zone is unknown.
    pub(super) fn read(value: &Value) -> Option<Calendar> {
        let zone = TimeZone::get(value.get("time_zone")?.as_str()?).ok()?;
        let holidays = value.get("holidays").and_then(Value::as_array).unwrap_or_default();
        let holidays = holidays.iter().filter_map(|holiday| holiday.get("date")?.as_str()?.parse().ok()).collect();
        let hours = WEEKDAYS.map(|weekday| open_hours(value.get("hours").and_then(|hours| hours.get(weekday))));
        let starts = value.get("fiscal_year_starts").and_then(Value::as_str).and_then(FiscalStart::parse);
        let fiscal_start = starts.unwrap_or(FiscalStart::JANUARY);
        Some(Calendar { zone, hours, holidays, fiscal_start })
    }

    /// The open stretches of a day.
    #[must_use]
    pub fn open_on(&self, day: Date) -> &[OpenHours] {
        if self.holidays.contains(&day) {
            return &[];
        }
        match day.weekday() {
            Weekday::Monday => &self.hours[0],
            Weekday::Tuesday => &self.hours[1],
            Weekday::Wednesday => &self.hours[2],
            Weekday::Thursday => &self.hours[3],
            Weekday::Friday => &self.hours[4],
            Weekday::Saturday => &self.hours[5],
            Weekday::Sunday => &self.hours[6],
        }
    }
}

/// The open stretches of a weekday in order; those that overlap are one, so that no minute counts twice.
fn open_hours(value: Option<&Value>) -> Vec<OpenHours> {
    let stretches = value.and_then(Value::as_array).unwrap_or_default();
    let read = stretches.iter().filter_map(|stretch| {
        let minute = |key: &str| minute_of_day(stretch.get(key)?.as_str()?);
        Some(OpenHours { from: minute("from")?, to: minute("to")? })
    });
    let mut open: Vec<OpenHours> = read.filter(|stretch| stretch.from < stretch.to).collect();
    open.sort_unstable();
    let mut merged: Vec<OpenHours> = Vec::new();
    for stretch in open {
        match merged.last_mut() {
            Some(last) if stretch.from <= last.to => last.to = last.to.max(stretch.to),
            _ => merged.push(stretch),
        }
    }
    merged
}

/// Minutes from midnight of a local time `HH:MM`; `24:00` ends a day.
#[must_use]
pub fn minute_of_day(text: &str) -> Option<i16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (i16, i16) = (hour.parse().ok()?, minute.parse().ok()?);
    let valid = (0..24).contains(&hour) && (0..60).contains(&minute) || (hour, minute) == (24, 0);
    valid.then_some(hour * 60 + minute)
}
