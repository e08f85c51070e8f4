//! Credit: that what is divided among touches is the whole.

use crate::criteria::Source;
use crate::finding::{Finding, rules};
use crate::outcome::credit::{Split, WHOLE};

/// Weights that do not sum to the whole.
pub(super) fn findings(path: &str, source: &Source) -> Vec<Finding> {
    let Some(split) = source.value.get("credit").and_then(Split::read) else { return Vec::new() };
    let sum = split.sum();
    if sum == u64::from(WHOLE) {
        return Vec::new();
    }
    let message = format!("these weights sum to {sum} basis points, not to {WHOLE}");
    vec![Finding::at(&rules::WEIGHTS_SUM, path, "/credit/weights", message)]
}
