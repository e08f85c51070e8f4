//! Segments: that those of one subject and dimension are a partition, and are kept apart in the CRM.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::sound::{Sound, allowance, listed, shown};
use crate::criteria::reason::{Allowance, Witness};
use crate::criteria::syntax::Predicate;
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
    let whole = sound.knows_all("segment");
    let of_one = |((subject, dimension), segments): (&(&str, &str), &Vec<Definition>)| {
        let mut findings = recorded(segments);
        // Alone, a segment may well be the first of several that are being written.
        if let Some(conditions) = conditions(sound, segments).filter(|conditions| conditions.len() > 1) {
            let partition = Partition { sound, subject, dimension, conditions, allowance: allowance() };
            findings.extend(partition.overlaps());
            findings.extend(partition.gap().filter(|_| whole));
        }
        findings
    };
    dimensions.par_iter().map(of_one).collect::<Vec<_>>().into_iter().flatten().collect()
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

/// The criteria of segments; none if one of them cannot be read.
fn conditions<'a>(sound: Sound<'a>, segments: &[Definition<'a>]) -> Option<Vec<(Definition<'a>, &'a Predicate)>> {
    let condition = |segment: &Definition<'a>| {
        let qualifier = sound.model.qualifier(&segment.name()).filter(|qualifier| qualifier.is_whole())?;
        Some((*segment, qualifier.criteria.as_ref()?))
    };
    segments.iter().map(condition).collect()
}

/// The segments of one subject and dimension. What reasoning does not decide is not told.
struct Partition<'a> {
    sound: Sound<'a>,
    subject: &'a str,
    dimension: &'a str,
    conditions: Vec<(Definition<'a>, &'a Predicate)>,
    allowance: Allowance,
}

impl Partition<'_> {
    fn witness(&self, claims: &[(&Predicate, bool)]) -> Option<Witness> {
        self.sound.witness(self.subject, claims, &self.allowance)
    }

    /// Rows that are in two segments: told at the later one, of the first that it shares a row with.
    fn overlaps(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (at, (segment, condition)) in self.conditions.iter().enumerate() {
            let before = self.conditions.iter().take(at);
            findings.extend(before.into_iter().find_map(|(other, of_other)| {
                let witness = self.witness(&[(of_other, true), (condition, true)])?;
                let message = format!("{} is in this segment and in `{}`", shown(self.subject, &witness), other.id);
                let finding = Finding::at(&rules::SEGMENTS_OVERLAP, segment.path, "/criteria", message);
                Some(finding.hint(format!(
                    "leave it out of one of them, such as by {{\"not\": {{\"meets\": \"{}\"}}}}",
                    other.name()
                )))
            }));
        }
        findings
    }

    /// A row that is in no segment: told at the last one.
    fn gap(&self) -> Option<Finding> {
        let claims: Vec<(&Predicate, bool)> =
            self.conditions.iter().map(|(_, condition)| (*condition, false)).collect();
        let witness = self.witness(&claims)?;
        let (last, _) = self.conditions.last()?;
        let names = listed(self.conditions.iter().map(|(segment, _)| segment.id));
        let message =
            format!("{} is in no segment of the dimension `{}`", shown(self.subject, &witness), self.dimension);
        let finding = Finding::at(&rules::SEGMENTS_GAP, last.path, "/dimension", message);
        Some(finding.hint(format!("widen one of {names}, or add a segment for what they leave")))
    }
}
