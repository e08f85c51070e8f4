//! Evidence that the definitions themselves give, one form a function. Only active definitions are looked at.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Found;
use super::matrix::{FoundLevel, Only};
use super::sight::{Sight, has, texts};
use crate::criteria::Moment;
use crate::finding::{Level, counted};
use crate::registry::Definition;
use crate::registry::layout::definition_name;

/// How many names a sentence lists.
const MOST_NAMED: usize = 3;

/// So many active definitions of some kinds.
pub(super) fn count(sight: &Sight<'_>, kinds: &[String], at_least: usize) -> Found {
    let there = sight.active(kinds, None).len();
    let found = format!("{there} of {}", counted(at_least, &format!("active {}", kinds.join(" or "))));
    if there >= at_least {
        return Found::met(format!("{there} active ({})", kinds.join(", ")));
    }
    let drafts: Vec<String> = kinds
        .iter()
        .flat_map(|kind| sight.registry.definitions_of(kind))
        .filter(|definition| definition.document.text("status") == Some("draft"))
        .map(|definition| definition.name())
        .collect();
    let next = match drafts.is_empty() {
        true => format!("Write {} more with {}.", at_least - there, new_of(kinds)),
        false => format!("Make drafts active, such as {}.", named(&drafts)),
    };
    Found::missing(found, drafts, next)
}

/// A share of the active definitions of a kind has a value at a place.
pub(super) fn every(sight: &Sight<'_>, kind: &str, only: Option<&Only>, place: &str, share: u32) -> Found {
    let looked_at = sight.active(&[kind.to_owned()], only);
    let of_all = Share::of(&looked_at, |definition| has(definition, place), share);
    of_all.told(&[kind], &format!("have `{place}`"), |lacking| format!("Fill `{place}` in {lacking}."))
}

/// Each of some texts occurs at a place of active definitions of a kind.
pub(super) fn covers(sight: &Sight<'_>, kind: &str, place: &str, values: &[String]) -> Found {
    let looked_at = sight.active(&[kind.to_owned()], None);
    let there: BTreeSet<String> = looked_at.iter().flat_map(|definition| texts(definition, place)).collect();
    let (known, lacking): (Vec<String>, Vec<String>) = values.iter().cloned().partition(|value| there.contains(value));
    if lacking.is_empty() {
        return Found::met(format!("`{place}` of the active {} says {}", plural(kind), known.join(", ")));
    }
    let found = format!("no active {kind} has {} at `{place}`", lacking.join(" or "));
    let next = format!("Write {} whose `{place}` is {}.", counted(lacking.len(), kind), lacking.join(", "));
    Found::missing(found, lacking, next)
}

/// A share of the active definitions of a kind refers to active ones of another.
pub(super) fn refers(sight: &Sight<'_>, from: &str, only: Option<&Only>, to: &str, share: u32) -> Found {
    let looked_at = sight.active(&[from.to_owned()], only);
    let refers = |definition: &Definition<'_>| {
        let name = definition.name();
        sight.references.references_of(&name).any(|edge| is_of(&edge.to, to) && sight.is_active(&edge.to))
    };
    let of_all = Share::of(&looked_at, refers, share);
    of_all.told(&[from], &format!("refer to an active {to}"), |lacking| format!("Name the {to} in {lacking}."))
}

/// A share of the active definitions of a kind is referred to by active ones of another.
pub(super) fn referred_to(sight: &Sight<'_>, kind: &str, only: Option<&Only>, by: &str, share: u32) -> Found {
    let looked_at = sight.active(&[kind.to_owned()], only);
    let used = |definition: &Definition<'_>| {
        let name = definition.name();
        sight.references.referrers_of(&name).any(|edge| is_of(&edge.from, by) && sight.is_active(&edge.from))
    };
    let of_all = Share::of(&looked_at, used, share);
    of_all
        .told(&[kind], &format!("are named by an active {by}"), |lacking| format!("Write a {by} that names {lacking}."))
}

/// A share of active definitions has all of some roles among its owner and co-owners.
pub(super) fn held_by(sight: &Sight<'_>, kinds: &[String], only: Option<&Only>, roles: &[String], share: u32) -> Found {
    let looked_at = sight.active(kinds, only);
    let held = |definition: &Definition<'_>| {
        let holders = [texts(definition, "/owner"), texts(definition, "/co_owners")].concat();
        roles.iter().all(|role| holders.contains(role))
    };
    let of_all = Share::of(&looked_at, held, share);
    let roles = roles.join(" and ");
    of_all.told(kinds, &format!("belong to {roles}"), |lacking| {
        format!("Agree on {roles} as owner and co-owners of {lacking}.")
    })
}

/// So many active definitions have a day at a place that is not long past.
pub(super) fn dated(sight: &Sight<'_>, kind: &str, place: &str, within_days: i64, at_least: usize) -> Found {
    let today = sight.today();
    let since = sight.since(within_days);
    let fits = |definition: &Definition<'_>| {
        day_at(definition, place).is_some_and(|day| day <= today && since.is_none_or(|since| day >= since))
    };
    let looked_at = sight.active(&[kind.to_owned()], None);
    let there = looked_at.iter().filter(|definition| fits(definition)).count();
    let since = since.map_or_else(String::new, |since| format!(" since {since}"));
    if there >= at_least {
        return Found::met(format!("{}{since}", counted(there, &format!("active {kind}"))));
    }
    let found = format!("{there} of {}{since}", counted(at_least, &format!("active {kind}")));
    let next = format!("Record {} more with {}, with the day as `{place}`.", at_least - there, new_of(&[kind]));
    Found::missing(found, Vec::new(), next)
}

/// Hardly any active definition let a day pass by which something had to be there.
pub(super) fn kept_up(sight: &Sight<'_>, kind: &str, due: &str, needs: &str, late_at_most: usize) -> Found {
    let today = sight.today();
    let looked_at = sight.active(&[kind.to_owned()], None);
    let late = |definition: &&Definition<'_>| {
        day_at(definition, due).is_some_and(|day| day < today) && !has(definition, needs)
    };
    let late: Vec<String> = looked_at.iter().filter(late).map(Definition::name).collect();
    let found = format!("{} of {} past `{due}` without `{needs}`", late.len(), counted(looked_at.len(), kind));
    if late.len() <= late_at_most {
        return Found::met(found);
    }
    let next = format!("Fill `{needs}` in {}.", named(&late));
    Found::missing(found, late, next)
}

/// The check finds no more than so much.
pub(super) fn findings(sight: &Sight<'_>, level: FoundLevel, kinds: Option<&[String]>, at_most: usize) -> Found {
    let counts = |path: &str| match kinds {
        None => true,
        Some(kinds) => definition_name(path).is_some_and(|name| kinds.iter().any(|kind| is_of(&name, kind))),
    };
    let grave = |found: Level| level == FoundLevel::Warning || found == Level::Error;
    let there = sight.findings.iter().filter(|finding| grave(finding.level()) && counts(&finding.path));
    let paths: Vec<&str> = there.map(|finding| finding.path.as_str()).collect();
    let what = if level == FoundLevel::Error { "error" } else { "finding" };
    let found = counted(paths.len(), what);
    if paths.len() <= at_most {
        return Found::met(found);
    }
    let paths: BTreeSet<String> = paths.into_iter().map(str::to_owned).collect();
    Found::missing(found, paths.into_iter().collect(), "Type `canon check`, and mend what it finds.")
}

/// How many of some definitions have what is asked for.
pub(super) struct Share {
    all: usize,
    lacking: Vec<String>,
    asked: u32,
}

impl Share {
    /// Looks at each; `asked` is in basis points.
    pub(super) fn of(looked_at: &[Definition<'_>], good: impl Fn(&Definition<'_>) -> bool, asked: u32) -> Share {
        let lacking = looked_at.iter().filter(|definition| !good(definition)).map(Definition::name).collect();
        Share { all: looked_at.len(), lacking, asked }
    }

    /// Whether the share is reached; of nothing at all it never is.
    fn is_reached(&self) -> bool {
        let (good, all) = ((self.all - self.lacking.len()) as u64, self.all as u64);
        all > 0 && good * 10_000 >= all * u64::from(self.asked)
    }

    /// The share in words. `next` makes a sentence of the names of some that lack it.
    pub(super) fn told<K: Borrow<str>>(self, kinds: &[K], have: &str, next: impl FnOnce(String) -> String) -> Found {
        let what = kinds.join(" or ");
        if self.all == 0 {
            let next = format!("Write the first with {}.", new_of(kinds));
            return Found::missing(format!("there is no active {what}"), Vec::new(), next);
        }
        let good = self.all - self.lacking.len();
        let asked = match self.asked {
            10_000 => String::new(),
            share => format!("; {}.{:02} % are asked for", share / 100, share % 100),
        };
        let found = format!("{good} of {} {have}{asked}", counted(self.all, &format!("active {what}")));
        if self.is_reached() {
            return Found::met(found);
        }
        let next = next(named(&self.lacking));
        Found::missing(found, self.lacking, next)
    }
}

/// The command that writes a definition of one of some kinds.
fn new_of<K: Borrow<str>>(kinds: &[K]) -> String {
    match kinds {
        [kind] => format!("`canon new {} ID`", kind.borrow()),
        kinds => format!("`canon new KIND ID`, where KIND is {}", kinds.join(" or ")),
    }
}

/// The first few names, and how many more there are.
pub(super) fn named(names: &[String]) -> String {
    let (first, more) = names.split_at(names.len().min(MOST_NAMED));
    match (first, more.len()) {
        (first, 0) => first.join(", "),
        (first, more) => format!("{} and {more} more", first.join(", ")),
    }
}

fn plural(kind: &str) -> String {
    counted(2, kind).trim_start_matches("2 ").to_owned()
}

/// Whether a definition's name says that it is of a kind.
pub(super) fn is_of(name: &str, kind: &str) -> bool {
    name.split_once('/').is_some_and(|(of, _)| of == kind)
}

/// The day at a place, if there is one of the calendar.
fn day_at(definition: &Definition<'_>, pointer: &str) -> Option<Date> {
    day(definition.document.value().pointer(pointer)?.as_str()?)
}

/// A day of the calendar, as `YYYY-MM-DD`.
pub(super) fn day(text: &str) -> Option<Date> {
    match Moment::parse(text)? {
        Moment::Day(day) => Some(day),
        Moment::Instant(_) => None,
    }
}
