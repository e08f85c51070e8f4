//! What rests on what changed: definitions whose own text stays as it is, and whose numbers need not.

use std::collections::{BTreeMap, BTreeSet};

/// A definition that rests on one that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// `kind/id`.
    pub name: String,
    /// The way by which it rests on the change: the changed definition first, then what refers to it, and so on to what
    /// this one refers to itself. No way is shorter.
    pub through: Vec<String>,
}

/// Every definition that rests on a changed one, near ones first. `referrers` names those that refer to a definition.
///
/// # Errors
/// What `referrers` fails with.
pub fn affected<E>(
    changed: &BTreeSet<String>,
    mut referrers: impl FnMut(&str) -> Result<Vec<String>, E>,
) -> Result<Vec<Affected>, E> {
    let mut parents: BTreeMap<String, Option<String>> = changed.iter().map(|name| (name.clone(), None)).collect();
    let mut found = Vec::new();
    let mut layer: BTreeSet<String> = changed.clone();
    while !layer.is_empty() {
        let mut next = BTreeSet::new();
        for name in &layer {
            for referrer in referrers(name)? {
                if !parents.contains_key(&referrer) {
                    parents.insert(referrer.clone(), Some(name.clone()));
                    next.insert(referrer);
                }
            }
        }
        found.extend(next.iter().map(|name| Affected { name: name.clone(), through: way(&parents, name) }));
        layer = next;
    }
    Ok(found)
}

fn way(parents: &BTreeMap<String, Option<String>>, name: &str) -> Vec<String> {
    let parent = |name: &String| parents.get(name).cloned().flatten();
    let mut way: Vec<String> = std::iter::successors(parent(&name.to_owned()), parent).collect();
    way.reverse();
    way
}
