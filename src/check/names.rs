//! Ids and names that two definitions could be taken for each other by.

use std::collections::BTreeMap;

use super::lifecycle::is_in_force;
use crate::finding::{Finding, rules};
use crate::registry::{Definition, Registry};

/// Letters of other alphabets that look like Latin ones, each with the letter it is taken for, in lower case.
const LOOK_ALIKE: [(char, char); 30] = [
    ('а', 'a'),
    ('в', 'b'),
    ('е', 'e'),
    ('ё', 'e'),
    ('з', '3'),
    ('к', 'k'),
    ('м', 'm'),
    ('н', 'h'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('ѕ', 's'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('α', 'a'),
    ('ε', 'e'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('η', 'n'),
];

/// What is wrong with ids and names.
pub(super) fn findings(registry: &Registry) -> Vec<Finding> {
    let mut findings = alike(registry);
    findings.extend(look_alike(registry));
    findings.extend(names(registry));
    findings
}

/// Ids of one kind that differ only in `-` and `_`.
fn alike(registry: &Registry) -> Vec<Finding> {
    let mut seen: BTreeMap<(&str, String), Definition<'_>> = BTreeMap::new();
    let mut findings = Vec::new();
    for definition in registry.definitions().filter(|definition| definition.id.contains('_')) {
        let plain = definition.id.replace('_', "-");
        let other = registry.definition(&format!("{}/{plain}", definition.kind));
        if let Some(other) = seen.insert((definition.kind, plain), definition).or(other) {
            let message = format!("`{}` and `{}` are one id to whoever says them aloud", definition.id, other.id);
            findings.push(Finding::on_file(&rules::ID_TAKEN, definition.path, message));
        }
    }
    findings
}

/// Ids of one kind that a reader takes for each other.
fn look_alike(registry: &Registry) -> Vec<Finding> {
    let mut seen: BTreeMap<(&str, String), Definition<'_>> = BTreeMap::new();
    let mut findings = Vec::new();
    for definition in registry.definitions() {
        let Some(other) = seen.insert((definition.kind, outline(definition.id)), definition) else { continue };
        // Ids that differ by `-` and `_` alone have their own finding.
        if definition.id.replace('_', "-") == other.id.replace('_', "-") {
            continue;
        }
        let (newer, older) = if from(&other) > from(&definition) { (other, definition) } else { (definition, other) };
        let message = format!("`{}` is easily taken for `{}`", newer.id, older.id);
        let finding = Finding::at(&rules::ID_LOOKS_ALIKE, newer.path, "/id", message);
        findings.push(finding.hint("call it something that reads differently; an id that is in use already stays"));
    }
    findings
}

/// An id as the eye sees it: without what joins its words, and with what looks the same made the same.
pub(super) fn outline(id: &str) -> String {
    let mut outline = String::with_capacity(id.len());
    for letter in id.chars().filter(|letter| !matches!(letter, '-' | '_')) {
        let (pair, drawn) = match (outline.chars().next_back(), letter) {
            (Some('r'), 'n') => (true, 'm'),
            (Some('v'), 'v') => (true, 'w'),
            (_, '0') => (false, 'o'),
            (_, '1') => (false, 'l'),
            (_, letter) => (false, letter),
        };
        if pair {
            outline.pop();
        }
        outline.push(drawn);
    }
    outline
}

/// The day from which a definition holds.
fn from<'r>(definition: &Definition<'r>) -> &'r str {
    definition.document.value().pointer("/effective/from").and_then(crate::document::Value::as_str).unwrap_or_default()
}

/// Names of one kind that read the same, and names whose letters are not what they seem.
fn names(registry: &Registry) -> Vec<Finding> {
    let mut seen: BTreeMap<(&str, String), Definition<'_>> = BTreeMap::new();
    let mut findings = Vec::new();
    let is_read = |definition: &Definition<'_>| {
        is_in_force(definition.document.value()) && registry.kinds().get(definition.kind).is_some()
    };
    for definition in registry.definitions().filter(is_read) {
        let Some(name) = definition.document.text("name") else { continue };
        if let Some((word, letter, seems)) = mixed(name) {
            let message = format!("\"{word}\" has the letter U+{:04X}, which looks like `{seems}`", u32::from(letter));
            let finding = Finding::at(&rules::NAME_MIXES_ALPHABETS, definition.path, "/name", message);
            findings.push(finding.hint("type the word anew, in one alphabet"));
            continue;
        }
        let Some(other) = seen.insert((definition.kind, spoken(name)), definition) else { continue };
        // Of ids that look alike that is told; and what ends may hand its name on.
        if outline(definition.id) == outline(other.id) || succeeds(&definition, &other) || succeeds(&other, &definition)
        {
            continue;
        }
        let (newer, older) = if from(&other) > from(&definition) { (other, definition) } else { (definition, other) };
        let message =
            format!("`{}` has the same name, \"{}\"", older.name(), older.document.text("name").unwrap_or_default());
        let finding = Finding::at(&rules::NAME_TAKEN, newer.path, "/name", message);
        findings.push(finding.hint("say in the name what sets it apart"));
    }
    findings
}

fn succeeds(definition: &Definition<'_>, other: &Definition<'_>) -> bool {
    other.document.text("successor").is_some_and(|name| name == definition.name())
}

/// A name as it is spoken: its letters and digits, in lower case.
pub(super) fn spoken(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The first word that mixes Latin letters with some that look like them, and the first of those.
fn mixed(name: &str) -> Option<(&str, char, char)> {
    if name.is_ascii() {
        return None;
    }
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    words.into_iter().filter(|word| word.chars().any(|letter| letter.is_ascii_alphabetic())).find_map(|word| {
        let taken = |letter: char| {
            let lower = letter.to_lowercase().next()?;
            LOOK_ALIKE.iter().find(|(foreign, _)| *foreign == lower).map(|(_, latin)| (word, letter, *latin))
        };
        word.chars().find_map(taken)
    })
}
