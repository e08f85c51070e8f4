//! Shape: what the schema of its kind says of a document, and keys of items that appear twice.

use std::collections::BTreeSet;

use crate::document::Value;

use crate::document::{pointer_push, pointer_push_index};
use crate::finding::{Finding, Level, Target, rules};
use crate::registry::{Registry, ShapeError, Survey};

/// What is wrong with the shape of a governed document. `criteria` is what the reader of its criteria found: inside
/// criteria the schema only speaks where that reader found nothing.
pub(super) fn findings(registry: &Registry, path: &str, survey: &Survey, criteria: &[Finding]) -> Vec<Finding> {
    let (Some(document), Some(kind)) = (registry.document(path), registry.kind_of(path)) else { return Vec::new() };
    let value = document.value();
    let told: BTreeSet<&str> =
        criteria.iter().filter(|found| found.level() == Level::Error).filter_map(place).collect();
    let is_told = |site: &str| {
        told.range(site..)
            .take_while(|place| place.starts_with(site))
            .any(|place| place.len() == site.len() || place.as_bytes().get(site.len()) == Some(&b'/'))
    };
    let mut errors = kind.validate(value);
    errors.retain(|error| !error.site.as_deref().is_some_and(is_told) && (!error.vague || told.is_empty()));
    errors.into_iter().map(|error| shape(path, error)).chain(duplicates(survey, path, value)).collect()
}

fn place(finding: &Finding) -> Option<&str> {
    match &finding.target {
        Target::Value(pointer) | Target::Key(pointer) => Some(pointer),
        Target::File | Target::Offset(_) => None,
    }
}

fn shape(path: &str, error: ShapeError) -> Finding {
    let at = if error.key { Finding::at_key } else { Finding::at };
    let finding = at(&rules::SHAPE, path, &error.pointer, error.message);
    match error.hint {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// Items of one array with the same key.
fn duplicates(survey: &Survey, path: &str, value: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (pointer, key) in &survey.keyed {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let items = value.pointer(pointer).and_then(Value::as_array).into_iter().flatten().enumerate();
        for (at, item) in items {
            let Some(name) = item.get(key).and_then(Value::as_str) else { continue };
            if !seen.insert(name) {
                let place = pointer_push(&pointer_push_index(pointer, at), key);
                let message = format!("the {key} \"{name}\" is taken by an item before");
                findings.push(Finding::at(&rules::DUPLICATE_ITEM, path, &place, message));
            }
        }
    }
    findings
}
