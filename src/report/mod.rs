//! One format a file: how results are shown. Reports make text; only the command line prints it.

pub mod blame;
pub mod brief;
pub mod change;
pub mod definition;
pub mod explain;
pub mod export;
pub mod findings;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod kind;
pub mod ledger;
pub mod listing;
pub mod markdown;
pub mod maturity;
pub mod sarif;
pub mod people;
pub mod policy;
pub mod relay;
pub mod skeleton;
pub mod story;

pub use crate::criteria::time::utc_day as day;
pub use crate::finding::counted;

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
