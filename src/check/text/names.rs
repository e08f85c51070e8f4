//! Names in prose that nothing has any more: `kind/id`, and names of fields and definitions between backticks.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::visit;
use crate::check::MOST_IN_A_FILE;
use crate::check::sound::Sound;
use crate::criteria::model::Stray;
use crate::document::Value;
use crate::finding::{Finding, nearest, rules};
use crate::registry::{Definition, Registry};

/// All names that documents use, gathered when the first is asked for: most prose names nothing.
#[derive(Default)]
pub(super) struct Known<'a> {
    words: OnceLock<BTreeSet<&'a str>>,
}

impl<'a> Known<'a> {
    fn words(&self, registry: &'a Registry) -> &BTreeSet<&'a str> {
        self.words.get_or_init(|| {
            let mut words: BTreeSet<&str> = registry.definitions().map(|definition| definition.id).collect();
            registry.documents().for_each(|(_, document)| gather(document.value(), &mut words));
            words
        })
    }
}

/// Keys, and texts of one word; of paths each step.
pub(in crate::check) fn gather<'v>(value: &'v Value, words: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            words.insert(key);
            gather(member, words);
        }),
        Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        Value::String(text) if !text.contains(' ') => words.extend(text.split(['.', '/'])),
        _ => {}
    }
}

/// Names in the prose of a definition that are nobody's; each is told once.
pub(super) fn findings<'a>(
    sound: Sound<'a>,
    kinds: &[&str],
    known: &Known<'a>,
    definition: &Definition<'_>,
) -> Vec<Finding> {
    let (mut findings, mut told) = (Vec::new(), BTreeSet::new());
    visit(definition.document.value(), &mut |pointer, value| {
        // Most prose has neither mark, and that is soon seen.
        let marked = |text: &&str| text.contains(['/', '`']) && text.contains(' ');
        let Some(prose) = value.as_str().filter(marked) else { return };
        // To look for near names takes long, and of a file with more findings none of these is shown.
        let hinted = findings.len() < MOST_IN_A_FILE;
        let stale = references(prose).filter_map(|name| not_there(sound, kinds, name, hinted));
        let stale = stale.chain(quoted(prose).filter_map(|name| not_used(sound, known, name, hinted)));
        for (name, near) in stale {
            if told.insert(name) {
                let message = format!("this text speaks of `{name}`, which is nothing's name");
                let finding = Finding::at(&rules::NAME_IN_TEXT, definition.path, pointer, message);
                findings.push(match near {
                    Some(near) => finding.hint(format!("did you mean `{near}`?")),
                    None => finding.hint("write the name that it has now, or leave it out"),
                });
            }
        }
    });
    findings
}

/// What looks like `kind/id`: two words joined by one stroke, in no link or path.
pub(in crate::check) fn references(prose: &str) -> impl Iterator<Item = &str> {
    let words = prose.split(|letter: char| !(letter.is_alphanumeric() || "/_-.:~#?=&@".contains(letter)));
    words.map(|word| word.trim_end_matches(['.', ':', '?', '-'])).filter(|word| {
        let mut parts = word.split('/');
        parts.next().is_some_and(is_name) && parts.next().is_some_and(is_name) && parts.next().is_none()
    })
}

/// What stands between backticks and could be a name, or a path of names.
pub(in crate::check) fn quoted(prose: &str) -> impl Iterator<Item = &str> {
    let closed = prose.matches('`').count() / 2;
    prose.split('`').skip(1).step_by(2).take(closed).filter(|text| text.split('.').all(is_name))
}

fn is_name(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-".contains(letter))
}

/// A name `kind/id` of a kind that there is, and no definition; beside it, one that is near. `stage/metric` is two
/// words.
fn not_there<'p, 'a>(
    sound: Sound<'a>,
    kinds: &[&str],
    name: &'p str,
    hinted: bool,
) -> Option<(&'p str, Option<String>)> {
    let (kind, id) = name.split_once('/')?;
    if !kinds.contains(&kind) || kinds.contains(&id) || sound.registry.definition(name).is_some() {
        return None;
    }
    let ids = sound.registry.definitions_of(kind).map(|definition| definition.id);
    let near = hinted.then(|| nearest(id, ids)).flatten();
    Some((name, near.map(|near| format!("{kind}/{near}"))))
}

/// A quoted name that no document uses in any place, or a quoted path that leaves the way from its entity.
fn not_used<'p, 'a>(
    sound: Sound<'a>,
    known: &Known<'a>,
    name: &'p str,
    hinted: bool,
) -> Option<(&'p str, Option<String>)> {
    let mut steps = name.split('.').map(str::to_owned);
    let first = steps.next()?;
    let steps: Vec<String> = steps.collect();
    if !steps.is_empty() && sound.model.entity(&first).is_some() {
        return match sound.model.reach(&first, &steps, true) {
            Err(Stray::NoName { name: strange, near, .. }) => {
                Some((name, near.map(|near| name.replacen(&strange, &near, 1))))
            }
            Ok(_) | Err(_) => None,
        };
    }
    let words = known.words(sound.registry);
    let strange = name.split('.').find(|step| !words.contains(step))?;
    let near = hinted.then(|| nearest(strange, words.iter().copied().filter(|word| is_name(word)))).flatten();
    Some((name, near.map(|near| name.replacen(strange, near, 1))))
}
