//! Which items of two arrays are the same item: by key, as a set, or by place.

use std::collections::BTreeMap;

use crate::document::Value;

use crate::document::canonical_bytes;

/// One item on both sides, or on one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// The same item, by its place before and after.
    Both(usize, usize),
    /// An item that is no longer there.
    Removed(usize),
    /// An item that is new.
    Added(usize),
}

/// Items paired, in the order of the array after, removed ones last; and whether common items changed their order.
pub(super) struct Alignment {
    pub(super) pairs: Vec<Pair>,
    pub(super) reordered: bool,
}

/// Pairs the items of two arrays.
pub(super) fn align(before: &[Value], after: &[Value], key: Option<&str>, is_set: bool) -> Alignment {
    let keyed = key.and_then(|key| Some((keys(before, key)?, keys(after, key)?)));
    match keyed {
        Some((before, after)) => by_key(&before, &after, is_set),
        None if is_set => Alignment { pairs: as_set(before, after), reordered: false },
        None => Alignment { pairs: by_place(before.len(), after.len()), reordered: false },
    }
}

/// The key of every item, if each has one and no two have the same.
fn keys<'v>(items: &'v [Value], key: &str) -> Option<Vec<&'v str>> {
    let keys: Vec<&str> = items.iter().map(|item| item.get(key)?.as_str()).collect::<Option<_>>()?;
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    sorted.dedup();
    (sorted.len() == keys.len()).then_some(keys)
}

fn by_key(before: &[&str], after: &[&str], is_set: bool) -> Alignment {
    let old: BTreeMap<&str, usize> = before.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let new: BTreeMap<&str, usize> = after.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let mut pairs: Vec<Pair> = Vec::new();
    let mut last = None;
    let mut reordered = false;
    for (to, key) in after.iter().enumerate() {
        let Some(from) = old.get(key).copied() else {
            pairs.push(Pair::Added(to));
            continue;
        };
        reordered |= last.is_some_and(|last| from < last);
        last = Some(from);
        pairs.push(Pair::Both(from, to));
    }
    let removed = before.iter().enumerate().filter(|(_, key)| !new.contains_key(*key));
    pairs.extend(removed.map(|(from, _)| Pair::Removed(from)));
    Alignment { pairs, reordered: reordered && !is_set }
}

/// Equal items are the same item. Objects that are left over are taken for edited ones, in order.
fn as_set(before: &[Value], after: &[Value]) -> Vec<Pair> {
    let mut places: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for (from, item) in before.iter().enumerate().rev() {
        places.entry(canonical_bytes(item)).or_default().push(from);
    }
    let mut added = Vec::new();
    for (to, item) in after.iter().enumerate() {
        if places.get_mut(&canonical_bytes(item)).and_then(Vec::pop).is_none() {
            added.push(to);
        }
    }
    let mut removed: Vec<usize> = places.into_values().flatten().collect();
    removed.sort_unstable();
    let mut pairs = Vec::new();
    let mut edited = removed.iter().copied().filter(|from| before[*from].is_object());
    let mut gone: Vec<usize> = Vec::new();
    for to in added {
        match after[to].is_object().then(|| edited.next()).flatten() {
            Some(from) => {
                gone.push(from);
                pairs.push(Pair::Both(from, to));
            }
            None => pairs.push(Pair::Added(to)),
        }
    }
    pairs.extend(removed.into_iter().filter(|from| gone.binary_search(from).is_err()).map(Pair::Removed));
    pairs
}

fn by_place(before: usize, after: usize) -> Vec<Pair> {
    let common = before.min(after);
    let both = (0..common).map(|at| Pair::Both(at, at));
    let added = (common..after).map(Pair::Added);
    let removed = (common..before).map(Pair::Removed);
    both.chain(added).chain(removed).collect()
}
