//! One format a file: how results are shown. Reports make text; only the command line prints it.

pub mod brief;
pub mod definition;
pub mod findings;
pub mod json;
pub mod ledger;
pub mod story;

use crate::document::{Value, stored_scalar};
use crate::text::visible;

/// A value on one line, short enough to stand in a table.
#[must_use]
pub fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "(nothing)".to_owned() };
    let text = visible(&stored_scalar(value));
    if text.chars().count() <= 100 {
        return text;
    }
    let kept: String = text.chars().take(97).collect();
    format!("{kept}...")
}

/// `1 thing`, `2 things`.
#[must_use]
pub fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// A day in UTC of seconds since 1970.
#[must_use]
pub fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |time| time.strftime("%Y-%m-%d").to_string())
}
