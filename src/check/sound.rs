//! What rules across definitions rest on: definitions in which nothing is wrong by itself.

use std::collections::BTreeSet;

use super::{is_unsound, witnesses};
use crate::criteria::Model;
use crate::criteria::reason::{Allowance, Answer, Claim, MOST_STEPS, Witness};
use crate::criteria::syntax::Predicate;
use crate::document::{Members, Value, canonical_bytes};
use crate::finding::Finding;
use crate::registry::layout::definition_path;
use crate::registry::{Definition, Registry};

/// The definitions of one side that can be relied on. What is wrong with the others is known already, and a rule that
/// compared them would tell it once more.
#[derive(Clone, Copy)]
pub(super) struct Sound<'a> {
    pub(super) registry: &'a Registry,
    pub(super) model: &'a Model,
    wrong: &'a BTreeSet<String>,
}

/// The files that an error was found in, and those of definitions that rest on what is wrong elsewhere.
pub(super) fn wrong(findings: &[Finding], shaken: &BTreeSet<String>) -> BTreeSet<String> {
    let errors = findings.iter().filter(|finding| is_unsound(finding)).map(|finding| finding.path.clone());
    let shaken = shaken.iter().filter_map(|name| name.split_once('/'));
    errors.chain(shaken.map(|(kind, id)| definition_path(kind, id))).collect()
}

impl<'a> Sound<'a> {
    pub(super) fn new(registry: &'a Registry, model: &'a Model, wrong: &'a BTreeSet<String>) -> Sound<'a> {
        Sound { registry, model, wrong }
    }

    /// The definitions of a kind that are not retired.
    pub(super) fn of(self, kind: &str) -> impl Iterator<Item = Definition<'a>> {
        let definitions = self.registry.definitions_of(kind);
        definitions.filter(move |definition| self.is_sound(definition) && !is(definition, "retired"))
    }

    /// The definitions of a kind that are in force.
    pub(super) fn active(self, kind: &str) -> impl Iterator<Item = Definition<'a>> {
        self.of(kind).filter(|definition| is(definition, "active"))
    }

    /// The definition of a kind and id, whatever its status.
    pub(super) fn get(self, kind: &str, id: &str) -> Option<Definition<'a>> {
        self.registry.definition(&format!("{kind}/{id}")).filter(|definition| self.is_sound(definition))
    }

    /// Whether every definition of a kind can be relied on, so that one that is not there is really missing.
    pub(super) fn knows_all(self, kind: &str) -> bool {
        let folder = format!("registry/definitions/{kind}/");
        !self.registry.has_unreadable_of(kind) && !self.wrong.iter().any(|path| path.starts_with(&folder))
    }

    /// As [`witness`], of the definitions that can be relied on.
    pub(super) fn witness(
        self,
        subject: &str,
        claims: &[(&Predicate, bool)],
        allowance: &Allowance,
    ) -> Option<Witness> {
        witness(self.model, subject, claims, allowance)
    }

    fn is_sound(self, definition: &Definition<'_>) -> bool {
        !self.wrong.contains(definition.path)
    }
}

/// What questions about definitions beside one another may cost: those of one lifecycle, or of one dimension.
pub(super) fn allowance() -> Allowance {
    Allowance::new(MOST_STEPS, 50 * u64::from(MOST_STEPS))
}

/// A record of an entity of which some conditions hold and others do not; none also where that is not found out.
pub(super) fn witness(
    model: &Model,
    subject: &str,
    claims: &[(&Predicate, bool)],
    allowance: &Allowance,
) -> Option<Witness> {
    let claims = claims.iter().map(|(predicate, holds)| Claim { model, predicate, holds: *holds });
    match allowance.find(subject, &claims.collect::<Vec<_>>()) {
        Answer::Yes(witness) => Some(*witness),
        Answer::No | Answer::NotDecided(_) => None,
    }
}

/// A record in a message.
pub(super) fn shown(subject: &str, witness: &Witness) -> String {
    match witness.record.as_object().is_some_and(Members::is_empty) {
        true => format!("a row of `{subject}` of which nothing is known"),
        false => format!("this row of `{subject}`, {},", witnesses::shown(witness)),
    }
}

fn is(definition: &Definition<'_>, status: &str) -> bool {
    definition.document.text("status") == Some(status)
}

/// The text of a member.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

/// The items of a member that is a list; none where it is not there.
pub(super) fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).unwrap_or_default()
}

/// The texts of a member that is a list.
pub(super) fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    items(value, key).iter().filter_map(Value::as_str).collect()
}

/// Names for a message: `a`, `b` and `c`.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => "none".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// Whether two values say the same, whatever the order of their lists.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    in_one_order(one) == in_one_order(other)
}

/// A value with the items of its lists in the order of how they are written.
fn in_one_order(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(in_one_order).collect();
            items.sort_by_cached_key(canonical_bytes);
            Value::from(items)
        }
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, member)| (key, in_one_order(member))).collect())
        }
        scalar => scalar.clone(),
    }
}

/// The texts at a place; `*` is every item.
pub(super) fn texts_at<'v>(value: &'v Value, place: &[&str], found: &mut impl Extend<&'v str>) {
    match place {
        [] => found.extend(value.as_str()),
        ["*", rest @ ..] => {
            value.as_array().unwrap_or_default().iter().for_each(|item| texts_at(item, rest, found));
        }
        [key, rest @ ..] => value.get(key).into_iter().for_each(|value| texts_at(value, rest, found)),
    }
}
