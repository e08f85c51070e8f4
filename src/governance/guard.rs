//! What policy and people may never become: a state that loses somebody, revives a lost key, or can never change again.

use std::collections::BTreeSet;

use super::decide::{can_be_filled, is_relay};
use super::people::{People, Person, Status};
use super::policy::{Policy, RowFacts};
use crate::compare::CODES;
use crate::document::Value;
use crate::finding::{Finding, rules};
use crate::registry::layout::{POLICY_JSON, person_path};
use crate::registry::{Impact, Registry};

/// What is wrong with the policy and the people of one side, and which single absence would freeze them.
#[must_use]
pub fn findings(registry: &Registry) -> Vec<Finding> {
    let values = || registry.documents().map(|(path, document)| (path, document.value()));
    let policy = match registry.document(POLICY_JSON).map(|document| Policy::load(document.value())) {
        Some(Ok(policy)) => policy,
        Some(Err(finding)) => return vec![finding],
        None => return Vec::new(),
    };
    let people = match People::load(values()) {
        Ok(people) => people,
        Err(findings) => return findings,
    };
    // A registry without people is a template that nobody keeps yet.
    if people.is_empty() {
        return Vec::new();
    }
    if let Some(reason) = frozen(&policy, &people) {
        return vec![Finding::on_file(&rules::POLICY_FROZEN, POLICY_JSON, reason)];
    }
    // Who is alone knows it.
    if people.iter().filter(|person| person.can_sign() && !is_relay(person, &policy)).count() < 2 {
        return Vec::new();
    }
    let fragile = |person: String| {
        let message = format!("without `{person}`, policy or people could not be changed");
        Finding::on_file(&rules::POLICY_FRAGILE, POLICY_JSON, message)
    };
    indispensable(&policy, &people).into_iter().map(fragile).collect()
}

/// What a step from old people to new ones loses: a person, a key, an account, or the finality of `compromised`.
#[must_use]
pub fn lost(before: &People, after: &People) -> Vec<Finding> {
    before.iter().filter_map(|old| lost_of(old, after.get(&old.id)).map(|what| finding(&old.id, what))).collect()
}

fn finding(person: &str, message: String) -> Finding {
    Finding::on_file(&rules::PEOPLE_LOST, &person_path(person), message)
}

fn lost_of(old: &Person, new: Option<&Person>) -> Option<String> {
    let Some(new) = new else { return Some(format!("`{}` is removed; people end as `retired`", old.id)) };
    if old.status == Status::Compromised && new.status != Status::Compromised {
        return Some(format!("`{}` was compromised, which is final", old.id));
    }
    for key in &old.keys {
        let name = key.public.fingerprint();
        match new.keys.iter().find(|other| other.public == key.public) {
            None => return Some(format!("the key {name} of `{}` is removed; keys end as `retired`", old.id)),
            Some(other) if key.status == Status::Compromised && other.status != Status::Compromised => {
                return Some(format!("the key {name} of `{}` was compromised, which is final", old.id));
            }
            Some(_) => {}
        }
    }
    let gone = old.accounts.iter().find(|account| !new.has_account(&account.host, &account.id))?;
    Some(format!("the account {}:{} of `{}` is removed", gone.host, gone.id, old.id))
}

/// Whether this policy and these people could ever be changed again: somebody can propose a change to the policy and
/// to each person, and others can approve it, all with keys of their own and none of them a relay: a registry must be
/// able to part with one that was lost. Says what could not.
#[must_use]
pub fn frozen(policy: &Policy, people: &People) -> Option<String> {
    let alone = if policy.relay.is_some() { " without a relay" } else { "" };
    let frozen = frozen_without(policy, people, None);
    frozen.map(|path| format!("no set of people could ever approve a change to {path}{alone}"))
}

/// The people without any one of whom policy or people could not be changed.
#[must_use]
pub fn indispensable(policy: &Policy, people: &People) -> Vec<String> {
    let signers = people.iter().filter(|person| person.can_sign() && !is_relay(person, policy));
    signers
        .filter(|person| frozen_without(policy, people, Some(&person.id)).is_some())
        .map(|person| person.id.clone())
        .collect()
}

/// A path of policy or people that could not be changed while `absent` is away.
fn frozen_without(policy: &Policy, people: &People, absent: Option<&str>) -> Option<String> {
    let away = |person: &Person| Some(person.id.as_str()) == absent || is_relay(person, policy);
    let here = |person: &&Person| person.can_sign() && !away(person);
    let paths = std::iter::once(POLICY_JSON.to_owned()).chain(people.iter().map(|person| person_path(&person.id)));
    // One change that can be approved is enough, whatever it means.
    let meanings: Vec<Option<BTreeSet<String>>> = match policy.asks_for_meanings() {
        true => CODES.iter().map(|row| Some(BTreeSet::from([row.code.to_owned()]))).collect(),
        false => vec![None],
    };
    paths.into_iter().find(|path| {
        let possible = |reason: &str, meanings: Option<&BTreeSet<String>>| {
            let (owned_by, after, impact, affected) = (&Value::Null, &Value::Null, Impact::Major, false);
            let facts = RowFacts { path, impact, reason, owned_by, after, meanings, affected };
            let slots = policy.slots_for(&facts);
            people.iter().filter(here).any(|proposer| {
                let barred = |person: &str| {
                    people.get(person).is_none_or(away) || policy.separate_duties && person == proposer.id
                };
                can_be_filled(&slots, people, barred)
            })
        };
        let meant = |reason: &str| meanings.iter().any(|meanings| possible(reason, meanings.as_ref()));
        !policy.reasons().into_iter().any(meant)
    })
}
