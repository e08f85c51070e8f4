//! How far a change reaches: the definitions that must be looked at to see what it brings about.
//!
//! A change reaches what rests on it, what a rule compares with either, and what it no longer refers to. All these can
//! only be judged beside what they themselves refer to. A test holds what is found against checks of the whole. One thing is
//! not seen: a rule that keeps silent while a document far away is wrong, and begins to speak when that is mended.

mod brief;
mod index;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::git::ObjectId;
use crate::registry::{Definition, Registry};
pub use brief::Brief;
pub use index::{Index, key};
use index::{Key, key_mentioned, key_shared};

/// A definition that differs between two sides.
#[derive(Debug)]
pub struct Changed {
    /// `kind/id`.
    name: String,
    before: Option<Seen>,
    after: Option<Seen>,
}

/// A definition on one side of a change.
#[derive(Debug)]
struct Seen {
    brief: Brief,
    status: Option<String>,
    words: BTreeSet<String>,
}

/// The briefs of every definition of a registry that parses, by `kind/id`.
#[must_use]
pub fn briefs(registry: &Registry) -> BTreeMap<String, Brief> {
    let definitions: Vec<Definition<'_>> = registry.definitions().collect();
    let brief = |definition: &Definition<'_>| (definition.name(), Brief::of(registry.kinds(), definition));
    definitions.par_iter().map(brief).collect::<Vec<_>>().into_iter().collect()
}

/// What each definition rests on, by `kind/id`: whatever a change of could change what it means. Where a reference may be of
/// several kinds, all of them.
#[must_use]
pub fn foundations(registry: &Registry) -> Vec<(String, BTreeSet<String>)> {
    each_names(registry, |definition, pointer| {
        registry.kinds().get(definition.kind).is_some_and(|kind| kind.rests_on(definition.document.value(), pointer))
    })
}

/// What each definition names in its fields and criteria, by `kind/id`.
#[must_use]
pub fn named(registry: &Registry) -> Vec<(String, BTreeSet<String>)> {
    each_names(registry, |_, _| true)
}

fn each_names(
    registry: &Registry,
    wanted: impl Fn(&Definition<'_>, &str) -> bool + Sync,
) -> Vec<(String, BTreeSet<String>)> {
    let definitions: Vec<Definition<'_>> = registry.definitions().collect();
    let of_one = |definition: &Definition<'_>| {
        let named = brief::named(registry.kinds(), definition).into_iter();
        let kept = named.filter(|(pointer, _)| wanted(definition, pointer)).map(|(_, name)| name);
        (definition.name(), kept.collect())
    };
    // Threads are not worth waking for a few definitions.
    match definitions.len() {
        0..=FEW => definitions.iter().map(of_one).collect(),
        _ => definitions.par_iter().map(of_one).collect(),
    }
}

/// So many definitions are looked at one after another.
const FEW: usize = 16;

impl Changed {
    /// A definition that differs between two registries, which must hold it if that side has it.
    #[must_use]
    pub fn of(name: &str, before: &Registry, after: &Registry) -> Changed {
        let seen = |side: &Registry| {
            let definition = side.definition(name)?;
            let brief = Brief::of(side.kinds(), &definition);
            let status = definition.document.text("status").map(str::to_owned);
            Some(Seen { brief, status, words: brief::words(definition.document.value()) })
        };
        Changed { name: name.to_owned(), before: seen(before), after: seen(after) }
    }

    fn sides(&self) -> impl Iterator<Item = &Seen> {
        self.before.iter().chain(&self.after)
    }

    /// What others have in common with it, or mention, that may now come out otherwise.
    fn shares(&self) -> impl Iterator<Item = Key> {
        let shared = self.sides().flat_map(|seen| seen.brief.shares.keys());
        let words = |seen: &Option<Seen>| seen.as_ref().map(|seen| seen.words.clone()).unwrap_or_default();
        let gone = &words(&self.before) - &words(&self.after);
        let gone: Vec<Key> = gone.iter().map(|name| key_mentioned(name)).collect();
        shared.map(|name| key_shared(name)).chain(gone)
    }

    /// The ids that it refers to and that no definition has which could be meant.
    fn astray<'c>(&'c self, list: &List) -> BTreeSet<&'c str> {
        let names = || self.after.iter().flat_map(|seen| &seen.brief.refers);
        let there = names().filter(|name| list.named(key(name)).is_some()).filter_map(|name| id(name));
        &names().filter_map(|name| id(name)).collect::<BTreeSet<&str>>() - &there.collect()
    }

    /// What it referred to and does not any more; all that it refers to, if that it is in force is what counts. Fields are
    /// read wherever there are criteria, so that an entity has one reader less means nothing to the others.
    fn dropped(&self) -> BTreeSet<Key> {
        let status = |seen: &Option<Seen>| seen.as_ref().map(|seen| seen.status.clone());
        let answers = ANSWERS.iter().any(|kind| self.name.split_once('/').is_some_and(|(own, _)| own == *kind));
        let all = answers || status(&self.before) != status(&self.after);
        let now = self.after.as_ref().map(|seen| &seen.brief.refers);
        let is_dropped = |name: &&String| all || now.is_none_or(|now| !now.contains(*name));
        let names = self.sides().flat_map(|seen| &seen.brief.refers).filter(is_dropped);
        names.filter(|name| !name.starts_with("entity/")).map(|name| key(name)).collect()
    }
}

/// Kinds that a rule looks for behind what they refer to: a stage must be followed by a handoff, and by a clock.
const ANSWERS: [&str; 3] = ["handoff", "routing", "sla"];

/// The id in `kind/id`.
fn id(name: &str) -> Option<&str> {
    name.split_once('/').map(|(_, id)| id)
}

/// How far a change reaches: places in a list of all definitions.
pub struct Reach {
    /// The definitions in which it may have brought about something.
    pub touched: BTreeSet<usize>,
    /// What these are judged beside.
    pub beside: BTreeSet<usize>,
}

/// How far a change reaches among all definitions, of each its `kind/id` and its [`place_of`]. There is a brief of each that
/// is not changed.
#[must_use]
pub fn reach(all: &[(String, ObjectId)], index: &Index, changed: &[Changed]) -> Reach {
    let list = List::of(all);
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let own: BTreeMap<Key, &Changed> = changed.iter().map(|changed| (key(&changed.name), changed)).collect();
    // What rests on the change.
    let mut open: Vec<Key> = own.keys().copied().collect();
    found.extend(open.iter().filter_map(|name| list.named(*name)));
    while let Some(name) = open.pop() {
        for place in index.referring(name).flat_map(|blob| list.of_blob(blob)) {
            if found.insert(place) {
                open.push(key(&all[place].0));
            }
        }
    }
    // What is compared with any of it, and what lost a reference.
    let shared = found.iter().flat_map(|place| index.carries(all[*place].1));
    let shared: BTreeSet<Key> = shared.chain(changed.iter().flat_map(Changed::shares)).collect();
    found.extend(shared.iter().flat_map(|shared| index.sharing(*shared)).flat_map(|blob| list.of_blob(blob)));
    for dropped in changed.iter().flat_map(Changed::dropped) {
        found.extend(list.named(dropped));
        found.extend(index.referring(dropped).flat_map(|blob| list.of_blob(blob)));
    }
    // All that these refer to.
    let touched = found.clone();
    let mut open: Vec<usize> = touched.iter().copied().collect();
    let follow = |found: &mut BTreeSet<usize>, open: &mut Vec<usize>, name: Key| {
        let place = list.named(name).filter(|place| found.insert(*place));
        open.extend(place);
    };
    for seen in changed.iter().flat_map(Changed::sides) {
        seen.brief.refers.iter().for_each(|name| follow(&mut found, &mut open, key(name)));
    }
    let astray = changed.iter().flat_map(|changed| changed.astray(&list)).collect::<BTreeSet<&str>>();
    if !astray.is_empty() {
        // A definition of another kind with that name is told.
        let named = |(_, (name, _)): &(usize, &(String, ObjectId))| id(name).is_some_and(|id| astray.contains(id));
        found.extend(all.iter().enumerate().filter(named).map(|(place, _)| place));
    }
    while let Some(place) = open.pop() {
        index.refers(all[place].1).iter().for_each(|name| follow(&mut found, &mut open, *name));
    }
    Reach { beside: &found - &touched, touched }
}

/// What a brief is made of: a blob, and the path where it stands, which says its kind.
#[must_use]
pub fn place_of(path: &str, blob: ObjectId) -> ObjectId {
    let mut bytes = [0; 20];
    let salt = key(path).to_le_bytes();
    let salted = blob.as_bytes().iter().zip(salt.into_iter().chain([0; 12])).map(|(byte, salt)| byte ^ salt);
    bytes.iter_mut().zip(salted).for_each(|(slot, byte)| *slot = byte);
    ObjectId::from_bytes(&bytes).unwrap_or(blob)
}

/// All definitions by name and by blob.
struct List {
    by_name: Vec<(Key, usize)>,
    by_blob: Vec<(ObjectId, usize)>,
}

impl List {
    fn of(all: &[(String, ObjectId)]) -> List {
        let mut by_name: Vec<(Key, usize)> =
            all.iter().enumerate().map(|(place, (name, _))| (key(name), place)).collect();
        let mut by_blob: Vec<(ObjectId, usize)> =
            all.iter().enumerate().map(|(place, (_, blob))| (*blob, place)).collect();
        by_name.sort_unstable();
        by_blob.sort_unstable();
        List { by_name, by_blob }
    }

    fn named(&self, name: Key) -> Option<usize> {
        let at = self.by_name.partition_point(|(known, _)| *known < name);
        self.by_name.get(at).filter(|(known, _)| *known == name).map(|(_, place)| *place)
    }

    fn of_blob(&self, blob: ObjectId) -> impl Iterator<Item = usize> {
        let start = self.by_blob.partition_point(|(known, _)| *known < blob);
        self.by_blob.iter().skip(start).take_while(move |(known, _)| *known == blob).map(|(_, place)| *place)
    }
}
