//! Periods: a year or quarter of a fiscal year, or a month.

use jiff::civil::Date as Day;

use crate::criteria::time::{FiscalStart, fiscal_quarter, fiscal_year};

/// The first and last day of a period: `2026` and `2026-Q2` in the fiscal year that starts in that calendar year,
/// `2026-05` the month.
#[must_use]
pub fn period(text: &str, fiscal_start: FiscalStart) -> Option<(Day, Day)> {
    let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    match part {
        None => fiscal_year(year, fiscal_start),
        Some("Q1") => fiscal_quarter(year, 1, fiscal_start),
        Some("Q2") => fiscal_quarter(year, 2, fiscal_start),
        Some("Q3") => fiscal_quarter(year, 3, fiscal_start),
        Some("Q4") => fiscal_quarter(year, 4, fiscal_start),
        Some(month) if month.len() == 2 && month.bytes().all(|byte| byte.is_ascii_digit()) => {
            let first = Day::new(year, month.parse().ok()?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        Some(_) => None,
    }
}
