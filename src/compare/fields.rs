//! What changed inside one document: each field with its impact and its code, and the criteria in which fields changed.
//!
//! A change is judged by every schema given (the accepted one and the new one), under the schemas in force on the value
//! before and on the value after; the gravest impact counts. Where no schema speaks, a change is major. The code is that
//! of the newest schema that has one, and else follows from what the values are.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::document::Value;

use super::align::{Pair, align};
use super::scale::Magnitude;
use super::side::Side;
use crate::document::{pointer_push, pointer_push_index};
use crate::registry::layout::{DocumentRole, document_role};
use crate::registry::{Cursor, Impact, Kind, Language, Within};

/// One field that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Where it stood before; where it would have stood, if it is new.
    pub was: String,
    /// Where it stands after; where it would stand, if it is no longer there.
    pub is: String,
    /// The value before, if there was one.
    pub before: Option<Value>,
    /// The value after, if there is one.
    pub after: Option<Value>,
    /// What the change does.
    pub impact: Impact,
    /// What is meant by it: a word of the schema, or one of the general ones.
    pub code: String,
    /// The criteria that it is part of, by their place in [`Differences::sites`].
    pub site: Option<usize>,
}

/// A place in one of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the text before, of what is no longer there.
    Before(String),
    /// In the text after.
    After(String),
}

impl Place {
    /// The pointer, whichever text it is of.
    #[must_use]
    pub fn pointer(&self) -> &str {
        match self {
            Place::Before(pointer) | Place::After(pointer) => pointer,
        }
    }
}

/// Criteria in which something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteChange {
    /// What they are written in.
    pub language: Language,
    /// Where they stood; none where there were none, and none means that anything goes.
    pub before: Option<String>,
    /// Where they stand; none where there are none any more.
    pub after: Option<String>,
    /// The code that the schema has for any change of them.
    pub code: Option<String>,
}

/// All that differs between two texts of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences {
    /// Every field that differs, in the order of the document after; what is no longer there stands after its siblings.
    pub fields: Vec<FieldChange>,
    /// The criteria in which some of them stand.
    pub sites: Vec<SiteChange>,
    /// Items of lists that stand at another place than before: where they stood, and where they stand.
    pub moved: Vec<(String, String)>,
}

/// Every field that differs.
#[must_use]
pub fn field_changes(before: &Value, after: &Value, kinds: &[&Kind]) -> Vec<FieldChange> {
    differences(before, after, kinds).fields
}

/// Every field that differs, and the criteria that they are part of.
#[must_use]
pub fn differences(before: &Value, after: &Value, kinds: &[&Kind]) -> Differences {
    let Some((last, others)) = kinds.split_last() else {
        return Diff::default().run(Side::default(), Side::default(), before, after);
    };
    let mut differences = under(last, before, after);
    let changes = &mut differences.fields;
    let mut places: BTreeMap<(String, bool, bool), usize> =
        changes.iter().enumerate().map(|(at, change)| (change.step(), at)).collect();
    for other in others.iter().flat_map(|kind| under(kind, before, after).fields) {
        match places.get(&other.step()).and_then(|at| changes.get_mut(*at)) {
            Some(known) => known.impact = known.impact.max(other.impact),
            None => {
                places.insert(other.step(), changes.len());
                changes.push(FieldChange { site: None, ..other });
            }
        }
    }
    differences
}

/// The differences as one kind sees them. To a kind whose schema is faulty, every change is major.
fn under(kind: &Kind, before: &Value, after: &Value) -> Differences {
    let side = |value| if kind.is_faulty() { Side::default() } else { Side::of(kind.cursor(value)) };
    Diff::default().run(side(before), side(after), before, after)
}

/// The least impact by which the version of the document at a path must grow.
///
/// A new definition is an addition. What is no definition (policy, people, schemas, `registry.json`, waivers) decides
/// about others and is always major.
#[must_use]
pub fn required_impact(path: &str, before: Option<&Value>, after: &Value, kinds: &[&Kind]) -> Impact {
    if !matches!(document_role(path), Some(DocumentRole::Definition { .. })) {
        return Impact::Major;
    }
    let Some(before) = before else { return Impact::Minor };
    let impacts = field_changes(before, after, kinds).into_iter().map(|change| change.impact);
    impacts.max().unwrap_or(Impact::Patch)
}

impl FieldChange {
    /// Where it stands after; before, if it is no longer there.
    #[must_use]
    pub fn place(&self) -> Place {
        match self.after {
            Some(_) => Place::After(self.is.clone()),
            None => Place::Before(self.was.clone()),
        }
    }

    /// The pointer of its place.
    #[must_use]
    pub fn pointer(&self) -> &str {
        if self.after.is_some() { &self.is } else { &self.was }
    }

    /// What makes it the same change under another schema.
    fn step(&self) -> (String, bool, bool) {
        (self.pointer().to_owned(), self.before.is_some(), self.after.is_some())
    }
}

impl SiteChange {
    /// Where they stand; where they stood, if there are none any more.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let after = self.after.clone().map(Place::After);
        after.or_else(|| self.before.clone().map(Place::Before))
    }
}

/// Where the walk is on both sides.
#[derive(Clone)]
struct At<'k> {
    old: Side<'k>,
    new: Side<'k>,
    was: String,
    is: String,
    within: Within,
    site: Option<usize>,
    /// Whether it is what a case chooses.
    chosen: bool,
}

impl<'k> At<'k> {
    /// At the member of two objects.
    fn member(&self, key: &str, before: &Value, after: &Value) -> At<'k> {
        At {
            old: self.old.member(key, before),
            new: self.new.member(key, after),
            was: pointer_push(&self.was, key),
            is: pointer_push(&self.is, key),
            ..self.below(self.within.member(key))
        }
    }

    /// At an item of two arrays.
    fn item(&self, (was, before): (usize, &Value), (is, after): (usize, &Value)) -> At<'k> {
        At {
            old: self.old.item(was, before),
            new: self.new.item(is, after),
            was: pointer_push_index(&self.was, was),
            is: pointer_push_index(&self.is, is),
            ..self.below(self.within.item())
        }
    }

    /// The same place as seen by what is in it. What a case chooses is no part of the criteria.
    fn below(&self, within: Within) -> At<'k> {
        let site = self.site.filter(|_| within != Within::Open);
        let chosen = self.chosen || (self.within != Within::Open && within == Within::Open);
        At { within, site, chosen, ..self.clone() }
    }

    fn is_measured(&self) -> bool {
        self.old.is_measured() || self.new.is_measured()
    }

    /// Both values, if both can be more or less.
    fn magnitudes(&self, before: Option<&Value>, after: Option<&Value>) -> Option<(Magnitude, Magnitude)> {
        let null = self.new.null().or(self.old.null());
        Some((Magnitude::of(before, null)?, Magnitude::of(after, null)?))
    }

    /// The code of a change here.
    fn code(&self, before: Option<&Value>, after: Option<&Value>, impact: Impact) -> String {
        let whole_days = self.new.has_whole_days() && self.old.has_whole_days();
        let order = self.magnitudes(before, after).map(|(before, after)| before.order(after, whole_days));
        let own = |side: &Side<'k>| side.code(before, after, order).map(str::to_owned);
        own(&self.new).or_else(|| own(&self.old)).unwrap_or_else(|| {
            if self.chosen && before.is_some() && after.is_some() {
                return "reassigned".to_owned();
            }
            let is_reference = self.new.is_reference() || self.old.is_reference();
            general(before, after, is_reference, impact).to_owned()
        })
    }
}

/// Whether a code is one of those for which no schema has a word: it does not say what changed.
#[must_use]
pub fn is_general(code: &str) -> bool {
    const GENERAL: [&str; 16] = [
        "added",
        "changed",
        "date-earlier",
        "date-later",
        "equivalent",
        "looser",
        "lowered",
        "not-decided",
        "raised",
        "removed",
        "reshaped",
        "retargeted",
        "reworded",
        "stricter",
        "turned-off",
        "turned-on",
    ];
    GENERAL.contains(&code)
}

/// The code of a change for which no schema has a word.
fn general(before: Option<&Value>, after: Option<&Value>, is_reference: bool, impact: Impact) -> &'static str {
    let (Some(before), Some(after)) = (before.filter(|value| !value.is_null()), after.filter(|value| !value.is_null()))
    else {
        return if after.is_some_and(|value| !value.is_null()) { "added" } else { "removed" };
    };
    let order = Magnitude::of(Some(before), None)
        .zip(Magnitude::of(Some(after), None))
        .map(|(before, after)| before.order(after, false));
    match (before, after, order) {
        (Value::Bool(_), Value::Bool(now), _) => ["turned-off", "turned-on"][usize::from(*now)],
        (_, _, Some(Some(Ordering::Equal))) => "equivalent",
        (Value::String(_), Value::String(_), Some(Some(order))) => {
            ["date-earlier", "date-later"][usize::from(order.is_lt())]
        }
        (Value::String(_), Value::String(_), _) if is_reference => "retargeted",
        (Value::String(_), Value::String(_), _) if impact == Impact::Patch => "reworded",
        (_, _, Some(Some(order))) => ["lowered", "raised"][usize::from(order.is_lt())],
        (_, _, Some(None)) => "not-decided",
        _ => "changed",
    }
}

#[derive(Default)]
struct Diff {
    found: Differences,
}

impl Diff {
    fn run(mut self, old: Side<'_>, new: Side<'_>, before: &Value, after: &Value) -> Differences {
        let (was, is) = (String::new(), String::new());
        self.compare(At { old, new, was, is, within: Within::Open, site: None, chosen: false }, before, after);
        self.found
    }

    fn compare(&mut self, mut at: At<'_>, before: &Value, after: &Value) {
        if before == after && !before.is_array() && !before.is_object() {
            return;
        }
        if at.within == Within::Open
            && let Some(language) = at.new.language().or(at.old.language())
        {
            if before == after {
                return;
            }
            at.within = Within::of(language);
            at.site = Some(self.site(&at, language, Some(&at.was), Some(&at.is)));
        }
        let measured = at.is_measured() && at.magnitudes(Some(before), Some(after)).is_some();
        match (before, after) {
            (Value::Object(from), Value::Object(to)) if !measured => {
                for (key, after) in to {
                    match from.get(key) {
                        // Most members are as they were, and asking the schema of them is what takes time.
                        Some(before) if before == after => {}
                        Some(before) => self.compare(at.member(key, before, after), before, after),
                        None => self.added(at.member(key, &Value::Null, after), after, Some(key)),
                    }
                }
                for (key, before) in from.iter().filter(|(key, _)| !to.contains_key(key)) {
                    self.removed(at.member(key, before, &Value::Null), before, Some(key));
                }
            }
            (Value::Array(from), Value::Array(to)) => self.compare_items(&at, from, to),
            _ if before == after => {}
            _ => self.exchanged(at, before, after, measured),
        }
    }

    fn exchanged(&mut self, mut at: At<'_>, before: &Value, after: &Value, measured: bool) {
        // Nobody was asked for, or nobody is any more.
        if let (Value::Object(members), true) = (before, after.is_null())
            && let Some(condition) = members.get(FILTER)
        {
            self.one_sided(&mut at, condition, &Value::Null);
        } else if let (true, Value::Object(members)) = (before.is_null(), after)
            && let Some(condition) = members.get(FILTER)
        {
            self.one_sided(&mut at, &Value::Null, condition);
        }
        let whole = if measured { Impact::Patch } else { at.old.within(before).max(at.new.within(after)) };
        let step = at.old.step(before, after).max(at.new.step(before, after));
        self.push(&at, Some(before), Some(after), step.max(whole));
    }

    /// A filter that is on one side only: without one, every row counts.
    fn one_sided(&mut self, at: &mut At<'_>, before: &Value, after: &Value) {
        let inner = at.member(FILTER, before, after);
        if inner.new.language().or(inner.old.language()) == Some(Language::Predicate) && at.site.is_none() {
            let was = Some(&inner.was).filter(|_| !before.is_null());
            let is = Some(&inner.is).filter(|_| !after.is_null());
            at.site = Some(self.site(&inner, Language::Predicate, was, is));
        }
    }

    fn compare_items(&mut self, at: &At<'_>, from: &[Value], to: &[Value]) {
        if from == to {
            return;
        }
        let cursor = at.new.cursor();
        let key = cursor.and_then(Cursor::key);
        let alignment = align(from, to, key, cursor.is_some_and(Cursor::is_set));
        if alignment.reordered {
            let order =
                |items: &[Value]| -> Value { items.iter().filter_map(|item| item.get(key?)).cloned().collect() };
            let impact = at.old.impact().max(at.new.impact());
            let code = at.new.own_code().or(at.old.own_code()).unwrap_or("reordered").to_owned();
            self.push_as(at, Some(&order(from)), Some(&order(to)), impact, code);
        }
        for pair in alignment.pairs {
            match pair {
                Pair::Both(was, is) if was == is && from[was] == to[is] => {}
                Pair::Both(was, is) => {
                    let (before, after) = (&from[was], &to[is]);
                    let at = at.item((was, before), (is, after));
                    if was != is {
                        self.found.moved.push((at.was.clone(), at.is.clone()));
                    }
                    self.compare(at, before, after);
                }
                Pair::Added(is) => self.added(at.item((0, &Value::Null), (is, &to[is])), &to[is], None),
                Pair::Removed(was) => {
                    self.removed(at.item((was, &from[was]), (0, &Value::Null)), &from[was], None);
                }
            }
        }
    }

    fn added(&mut self, mut at: At<'_>, after: &Value, key: Option<&str>) {
        if at.within == Within::Open
            && let (Some(FILTER), Some(language)) = (key, at.new.language())
        {
            at.site = Some(self.site(&at, language, None, Some(&at.is)));
        }
        self.push(&at, None, Some(after), at.new.addition(after));
    }

    fn removed(&mut self, mut at: At<'_>, before: &Value, key: Option<&str>) {
        if at.within == Within::Open
            && let (Some(FILTER), Some(language)) = (key, at.old.language())
        {
            at.site = Some(self.site(&at, language, Some(&at.was), None));
        }
        self.push(&at, Some(before), None, at.old.gravest(before));
    }

    fn site(&mut self, at: &At<'_>, language: Language, was: Option<&String>, is: Option<&String>) -> usize {
        let code = at.new.own_code().or(at.old.own_code()).map(str::to_owned);
        self.found.sites.push(SiteChange { language, before: was.cloned(), after: is.cloned(), code });
        self.found.sites.len() - 1
    }

    fn push(&mut self, at: &At<'_>, before: Option<&Value>, after: Option<&Value>, impact: Impact) {
        let code = at.code(before, after, impact);
        self.push_as(at, before, after, impact, code);
    }

    fn push_as(&mut self, at: &At<'_>, before: Option<&Value>, after: Option<&Value>, impact: Impact, code: String) {
        let (before, after) = (before.cloned(), after.cloned());
        let (was, is) = (at.was.clone(), at.is.clone());
        self.found.fields.push(FieldChange { was, is, before, after, impact, code, site: at.site });
    }
}

/// The member of events, measures and populations that says which rows count; without it, all do.
const FILTER: &str = "where";
