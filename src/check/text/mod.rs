//! Text: that prose does not say another number than the definition, and speaks of nothing that is gone.

mod amounts;
pub(super) mod names;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub(crate) use amounts::left_behind;

use super::sound::Sound;
use crate::document::{Value, pointer_step};
use crate::finding::Finding;
use crate::registry::{Definition, Survey};

/// What prose says that the definitions do not. `surveys` says by path which numbers have a unit.
pub(super) fn findings(sound: Sound, surveys: &BTreeMap<&str, Survey>) -> Vec<Finding> {
    let kinds: Vec<&str> = sound.registry.kinds().names().collect();
    let definitions: Vec<Definition> = kinds.iter().flat_map(|kind| sound.of(kind)).collect();
    let known = names::Known::default();
    let of_one = |definition: &Definition| {
        let mut findings = names::findings(sound, &kinds, &known, definition);
        findings.extend(amounts::finding(sound, surveys, definition));
        findings
    };
    definitions.par_iter().map(of_one).collect::<Vec<_>>().into_iter().flatten().collect()
}

/// Members of a definition that are no part of what it says: cases with their data, and links.
const ASIDE: [&str; 4] = ["$schema", "examples", "sources", "effective"];

/// Whether a place is in one of those.
fn is_aside(pointer: &str) -> bool {
    pointer.split('/').nth(1).is_some_and(|first| ASIDE.contains(&first))
}

/// Visits every value of a definition but those aside, each with its place.
fn visit<'v>(definition: &'v Value, visitor: &mut dyn FnMut(&str, &'v Value)) {
    visit_at(definition, &mut String::new(), visitor);
}

/// One buffer holds the place, since this is done for every definition.
fn visit_at<'v>(value: &'v Value, pointer: &mut String, visitor: &mut dyn FnMut(&str, &'v Value)) {
    visitor(pointer, value);
    let length = pointer.len();
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter().filter(|(key, _)| length > 0 || !ASIDE.contains(key)) {
                pointer_step(pointer, key);
                visit_at(member, pointer, visitor);
                pointer.truncate(length);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                pointer_step(pointer, &at.to_string());
                visit_at(item, pointer, visitor);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}
