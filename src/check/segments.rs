//! Segments: that those of one subject and dimension are a partition, and are kept apart in the CRM.

use std::collections::BTreeMap;

use super::sound::Sound;
use crate::document::{Value, stored_scalar};
use crate::finding::{Finding, rules};
use crate::registry::Definition;

/// What keeps the segments of a dimension from being a partition.
pub(super) fn findings(sound: Sound) -> Vec<Finding> {
    let mut dimensions: BTreeMap<(&str, &str), Vec<Definition>> = BTreeMap::new();
    for segment in sound.active("segment") {
        let (Some(subject), Some(dimension)) = (segment.document.text("subject"), segment.document.text("dimension"))
        else {
            continue;
        };
        dimensions.entry((subject, dimension)).or_default().push(segment);
    }
    dimensions.values().flat_map(|segments| recorded(segments)).collect()
}

/// Segments that the CRM keeps in another field than the first, or by a value that another one has.
fn recorded(segments: &[Definition]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        let before = segments.get(..at).unwrap_or_default();
        findings.extend(before.iter().find_map(|other| confused(other, segment)));
    }
    findings
}

fn confused(one: &Definition, other: &Definition) -> Option<Finding> {
    let record = |segment: &Definition| -> Option<(String, Value)> {
        let record = segment.document.value().get("recorded_in")?;
        Some((record.get("field")?.as_str()?.to_owned(), record.get("value")?.clone()))
    };
    let ((field, value), (other_field, other_value)) = (record(one)?, record(other)?);
    let bad =
        |key: &str, message| Finding::at(&rules::SEGMENT_RECORD, other.path, &format!("/recorded_in/{key}"), message);
    if field != other_field {
        let message =
            format!("`{}` is kept in `{field}`, and this segment of the same dimension in another field", one.id);
        return Some(bad("field", message).hint(format!("keep both in `{field}`, or in `{other_field}`")));
    }
    (value == other_value).then(|| {
        let value = match value {
            Value::Null => "an empty field".to_owned(),
            value => stored_scalar(&value),
        };
        bad("value", format!("`{}` is kept as {value} too", one.id)).hint("give each segment a value of its own")
    })
}
