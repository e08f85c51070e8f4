//! Two score models: for whom the score can only have risen, only have fallen, or both.
//!
//! A replay adds, takes off and clamps, all of which keep the order of two sums. So where every step of the new model
//! gives no less than that of the old one, no score is lower, whatever happened. What this does not show is left open,
//! unless records show it.

use std::collections::BTreeMap;

use super::cases::moves;
use super::conditions::conditions;
use super::events::{appears, happened, is_idle_alike, limits, same_rows};
use super::tilt::{Tilt, wider};
use super::{Flip, Judgement, Models, scores_and_meets};
use crate::criteria::Model;
use crate::criteria::reason::{Allowance, Answer, Claim, Witness};
use crate::criteria::scores::{Bounds, Component, Decay, Event, Events, Part, Points, Reset, Rules};
use crate::criteria::syntax::{Cases, Predicate, PredicateForm};
use crate::document::Value;
use crate::outcome::scoring;

/// What it does that the one model takes the place of the other, which has the same id.
pub(in crate::compare) fn scores(
    models: Models,
    id: &str,
    (before, after): (&Value, &Value),
    allowance: &Allowance,
) -> Judgement {
    let (Some(old), Some(new)) = (models.before.score_model(id), models.after.score_model(id)) else {
        return Judgement::plain("not-decided");
    };
    let (Some(was), Some(is)) = (&old.rules, &new.rules) else { return Judgement::plain("not-decided") };
    let mut judge = Judge {
        models,
        subject: &new.subject,
        values: (before, after),
        allowance,
        tilt: Tilt::SAME,
        standing: Some(&is.standing),
        records: Vec::new(),
    };
    if old.subject == new.subject && models.know(&new.subject) {
        judge.rules(was, is);
    } else {
        judge.tilt = Tilt::OPEN;
    }
    // Of what is written alike, only what reads alike is the same.
    let asks = scores_and_meets(models.before, id) || scores_and_meets(models.after, id);
    judge.tilt.open |= !models.same_words(asks);
    let flips = judge.flips(id);
    let Tilt { up, down, open } = judge.tilt;
    let shown = |rises: bool| flips.iter().any(|flip| rises_in(flip) == Some(rises));
    let code = match (up, down, open) {
        (false, false, false) => "equivalent",
        (true, false, false) if shown(true) => "scores-raised",
        (false, true, false) if shown(false) => "scores-lowered",
        _ if shown(true) && shown(false) => "scores-reshaped",
        _ => "not-decided",
    };
    Judgement { code, flips }
}

/// Whether a score rose; to have none is less than any. Nothing where there is none on either side.
fn rises_in(flip: &Flip) -> Option<bool> {
    match (flip.before.as_f64(), flip.after.as_f64()) {
        (Some(before), Some(after)) => Some(after > before),
        (None, Some(_)) => Some(true),
        (Some(_), None) => Some(false),
        (None, None) => None,
    }
}

/// How many components on the same rows are looked at together.
const MOST_TOGETHER: usize = 8;

/// A component that one side has so and the other has not.
#[derive(Clone, Copy)]
struct Gives<'e> {
    component: &'e Component,
    now: bool,
}

struct Judge<'a> {
    models: Models<'a>,
    subject: &'a str,
    values: (&'a Value, &'a Value),
    allowance: &'a Allowance,
    tilt: Tilt,
    /// Who is scored now.
    standing: Option<&'a Cases>,
    /// Records on which the two may differ.
    records: Vec<Witness>,
}

impl<'a> Judge<'a> {
    fn add(&mut self, tilt: Tilt) {
        self.tilt = self.tilt.and(tilt);
    }

    fn rules(&mut self, was: &Rules, is: &Rules) {
        if was.update != is.update {
            self.add(Tilt::OPEN);
        }
        let (before, after) = (unnamed(&was.standing, "old"), unnamed(&is.standing, "new"));
        let standing = moves(self.models, self.subject, &before, &after, self.allowance);
        let scored = |value: &Value| value == "scored";
        for flip in standing.flips {
            self.add(match (scored(&flip.before), scored(&flip.after)) {
                (false, true) => Tilt::UP,
                (true, false) => Tilt::DOWN,
                _ => Tilt::OPEN,
            });
            self.records.push(flip.witness);
        }
        self.add(match (scored(&was.standing.otherwise), scored(&is.standing.otherwise)) {
            (false, true) => Tilt::UP,
            (true, false) => Tilt::DOWN,
            _ if was.standing.otherwise == is.standing.otherwise => Tilt::SAME,
            _ => Tilt::OPEN,
        });
        if was.standing.otherwise != is.standing.otherwise {
            // Whoever falls under no case.
            let everybody = Predicate { pointer: String::new(), form: PredicateForm::All(Vec::new()) };
            self.look_for(self.models.after, &[&everybody]);
        }
        self.tilt.open |= standing.open;
        self.bounds(was.total, is.total);
        pairs(&was.parts, &is.parts, |part| part.id.clone()).for_each(|pair| match pair {
            (Some(old), Some(new)) => self.part(old, new),
            (Some(old), None) => self.gone_or_new(old, self.models.before, true),
            (None, Some(new)) => self.gone_or_new(new, self.models.after, false),
            (None, None) => {}
        });
    }

    fn bounds(&mut self, was: Bounds, is: Bounds) {
        let floor = |bounds: Bounds| bounds.min.unwrap_or(f64::NEG_INFINITY);
        let cap = |bounds: Bounds| bounds.max.unwrap_or(f64::INFINITY);
        self.add(Tilt::of(floor(was), floor(is)));
        self.add(Tilt::of(cap(was), cap(is)));
    }

    /// A part that is on one side only.
    fn gone_or_new(&mut self, part: &Part, model: &'a Model, gone: bool) {
        let tilt = Tilt::of_range(range(part));
        self.add(if gone { tilt.reversed() } else { tilt });
        match &part.points {
            Points::State(components) => {
                for case in components.iter().flat_map(|cases| &cases.cases) {
                    self.look_for(model, &[&case.when]);
                }
            }
            Points::Events(events) => {
                events.components.iter().for_each(|component| self.event(model, events, &component.event));
            }
        }
    }

    fn part(&mut self, old: &Part, new: &Part) {
        self.bounds(old.bounds, new.bounds);
        match (&old.points, &new.points) {
            (Points::State(was), Points::State(is)) => self.components_of_state(was, is),
            (Points::Events(was), Points::Events(is)) => self.events((was, old.bounds), (is, new.bounds)),
            _ => self.add(Tilt::OPEN),
        }
    }

    fn components_of_state(&mut self, was: &[Cases], is: &[Cases]) {
        let (before, after) = self.values;
        let id = |value: &Value, cases: &Cases| {
            value.pointer(&cases.pointer).and_then(|value| value.get("id")?.as_str()).unwrap_or_default().to_owned()
        };
        let was: Vec<(String, &Cases)> = was.iter().map(|cases| (id(before, cases), cases)).collect();
        let is: Vec<(String, &Cases)> = is.iter().map(|cases| (id(after, cases), cases)).collect();
        pairs(&was, &is, |(id, _)| id.clone()).for_each(|pair| match pair {
            (Some((_, old)), Some((_, new))) => {
                if *old != *new {
                    self.component_of_state(old, new);
                }
            }
            (Some((_, old)), None) => self.add(Tilt::of_range(range_of(old)).reversed()),
            (None, Some((_, new))) => self.add(Tilt::of_range(range_of(new))),
            (None, None) => {}
        });
    }

    fn component_of_state(&mut self, old: &Cases, new: &Cases) {
        let moves = moves(self.models, self.subject, &unnamed(old, "old"), &unnamed(new, "new"), self.allowance);
        for flip in moves.flips {
            match rises_in(&flip) {
                Some(true) => self.add(Tilt::UP),
                Some(false) => self.add(Tilt::DOWN),
                None => self.add(Tilt::OPEN),
            }
            self.records.push(flip.witness);
        }
        self.add(Tilt::of(points(&old.otherwise), points(&new.otherwise)));
        self.tilt.open |= moves.open;
    }

    fn events<'e>(&mut self, (was, bounds): (&'e Events, Bounds), (is, new_bounds): (&'e Events, Bounds)) {
        let all_gain = was.components.iter().chain(&is.components).all(|component| component.points >= 0.0);
        if was.accrue_when != is.accrue_when {
            let judged = conditions(
                self.models,
                self.subject,
                was.accrue_when.as_ref(),
                is.accrue_when.as_ref(),
                self.allowance,
            );
            let pauses = was.decay.iter().chain(&is.decay).any(|decay| decay.pauses);
            // Another event may be the one that a limit counts.
            let limited = was.components.iter().chain(&is.components).any(|component| component.limit.is_some());
            let plain = all_gain && !pauses && !limited;
            self.add(if plain { wider(judged.code) } else { Tilt::OPEN });
            self.records.extend(judged.flips.into_iter().map(|flip| flip.witness));
        }
        let (before, after) = self.values;
        let texts = |value: &'a Value, components: &'e [Component]| -> Vec<(Option<&'a Value>, &'e Component)> {
            let text = |component: &Component| value.pointer(component.event.pointer.rsplit_once('/')?.0);
            components.iter().map(|component| (text(component), component)).collect()
        };
        let (old, new) = (texts(before, &was.components), texts(after, &is.components));
        let changed = |side: &[(Option<&Value>, &'e Component)], other: &[(Option<&Value>, &Component)]| {
            let stays = |text: &Option<&Value>| other.iter().any(|(known, _)| known == text);
            side.iter()
                .filter(|(text, _)| !stays(text))
                .map(|(_, component)| *component)
                .collect::<Vec<&'e Component>>()
        };
        let (gone, come) = (changed(&old, &new), changed(&new, &old));
        let decays: Vec<&Decay> = was.decay.iter().chain(&is.decay).collect();
        let differ = was != is || bounds != new_bounds;
        let keep_order = is_idle_alike(was, bounds) && is_idle_alike(is, new_bounds);
        if differ && !decays.is_empty() && !keep_order {
            self.add(Tilt::OPEN);
        }
        let (limited, free): (Vec<_>, Vec<_>) = pairs(&gone, &come, |component| component.id.clone())
            .partition(|(old, new)| [old, new].into_iter().flatten().any(|component| component.limit.is_some()));
        self.rows(
            free.iter().filter_map(|pair| pair.0.copied()),
            free.iter().filter_map(|pair| pair.1.copied()),
            (was, is),
        );
        limited.into_iter().for_each(|pair| match pair {
            (Some(old), Some(new)) => self.component((was, old), (is, new)),
            (Some(old), None) => {
                self.add(appears(old, was).reversed());
                self.event(self.models.before, was, &old.event);
            }
            (None, Some(new)) => {
                self.add(appears(new, is));
                self.event(self.models.after, is, &new.event);
            }
            (None, None) => {}
        });
        pairs(&was.decay, &is.decay, |decay| decay.id.clone()).for_each(|pair| match pair {
            (Some(old), Some(new)) => self.decay(old, new),
            (Some(_), None) => self.add(Tilt::UP),
            (None, Some(_)) => self.add(Tilt::DOWN),
            (None, None) => {}
        });
        pairs(&was.resets, &is.resets, |reset| reset.id.clone()).for_each(|pair| match pair {
            (Some(old), Some(new)) => self.reset(old, new),
            (None, None) => {}
            _ => self.add(Tilt::OPEN),
        });
    }

    /// Components that count every time. What one of them gives no more, another may give now: so what counts is what a
    /// row gives in all.
    fn rows<'e>(
        &mut self,
        gone: impl Iterator<Item = &'e Component>,
        come: impl Iterator<Item = &'e Component>,
        (was, is): (&Events, &Events),
    ) {
        let mut by_rows: BTreeMap<String, Vec<Gives<'e>>> = BTreeMap::new();
        let ways = |component: &Component| {
            format!(
                "{} {}",
                component.event.on,
                component.event.via.as_ref().map(ToString::to_string).unwrap_or_default()
            )
        };
        gone.for_each(|component| by_rows.entry(ways(component)).or_default().push(Gives { component, now: false }));
        come.for_each(|component| by_rows.entry(ways(component)).or_default().push(Gives { component, now: true }));
        for gives in by_rows.into_values() {
            if gives.len() > MOST_TOGETHER || gives.iter().any(|gives| gives.component.points < 0.0) {
                self.add(Tilt::OPEN);
            } else {
                self.of_rows(&gives, (was, is));
            }
            for Gives { component, now } in gives {
                let (model, events) = if now { (self.models.after, is) } else { (self.models.before, was) };
                self.event(model, events, &component.event);
            }
        }
    }

    fn of_rows(&mut self, gives: &[Gives], (was, is): (&Events, &Events)) {
        let decays = !(was.decay.is_empty() && is.decay.is_empty());
        let Some(first) = gives.first() else { return };
        let everything = Predicate { pointer: String::new(), form: PredicateForm::All(Vec::new()) };
        for chosen in 0..1_u32 << gives.len() {
            let holds = |at: usize| chosen & (1 << at) != 0;
            let sum = |now: bool| {
                let counted = gives.iter().enumerate().filter(|(at, gives)| gives.now == now && holds(*at));
                let points: Vec<f64> = counted.map(|(_, gives)| gives.component.points).collect();
                (crate::criteria::number::sum(&points), !points.is_empty())
            };
            let ((before, counted), (after, counts)) = (sum(false), sum(true));
            let mut tilt = Tilt::of(before, after);
            // Whatever counts ends idleness, be it for no points.
            if decays && tilt == Tilt::SAME && counted != counts {
                tilt = if counts { Tilt::UP } else { Tilt::DOWN };
            }
            if tilt == Tilt::SAME {
                continue;
            }
            let claims: Vec<Claim> = gives
                .iter()
                .enumerate()
                .map(|(at, gives)| Claim {
                    model: if gives.now { self.models.after } else { self.models.before },
                    predicate: gives.component.event.filter.as_ref().unwrap_or(&everything),
                    holds: holds(at),
                })
                .collect();
            match self.allowance.find(&first.component.event.on, &claims) {
                Answer::Yes(_) => {
                    self.add(tilt);
                    self.both(gives, holds, (was, is));
                }
                Answer::No => {}
                Answer::NotDecided(_) => self.add(Tilt::OPEN),
            }
        }
    }

    /// Looks for a record with one event for which just these components count.
    fn both(&mut self, gives: &[Gives], holds: impl Fn(usize) -> bool, (was, is): (&Events, &Events)) {
        let Some(first) = gives.first() else { return };
        let form = |form| Predicate { pointer: String::new(), form };
        let conditions = gives.iter().enumerate().map(|(at, gives)| match &gives.component.event.filter {
            Some(filter) if holds(at) => filter.clone(),
            Some(filter) => form(PredicateForm::Not(Box::new(filter.clone()))),
            None if holds(at) => form(PredicateForm::All(Vec::new())),
            None => form(PredicateForm::Any(Vec::new())),
        });
        let filter = form(PredicateForm::All(conditions.collect()));
        let (model, events) = if first.now { (self.models.after, is) } else { (self.models.before, was) };
        self.look_for_event(model, events, &first.component.event, Some(filter));
    }

    fn component(&mut self, (was, old): (&Events, &Component), (is, new): (&Events, &Component)) {
        self.add(Tilt::of(old.points, new.points));
        if old.points != new.points {
            self.event(self.models.after, is, &new.event);
        }
        let sign = |tilt: Tilt| if new.points < 0.0 { tilt.reversed() } else { tilt };
        let mut more = Tilt::SAME;
        if !same_rows(&old.event, &new.event) {
            more = Tilt::OPEN;
        } else if old.event.filter != new.event.filter {
            let judged = self.filters(&old.event, &new.event);
            more = wider(judged.code);
            for (model, kept, other) in
                [(self.models.after, &new.event, &old.event), (self.models.before, &old.event, &new.event)]
            {
                self.event_not(model, if std::ptr::eq(kept, &new.event) { is } else { was }, kept, other);
            }
        }
        match (old.limit, new.limit) {
            (old, new) if old == new => {}
            (Some(_), None) => more = more.and(Tilt::UP),
            (None, Some(_)) => more = more.and(Tilt::DOWN),
            (Some(old), Some(new)) => more = more.and(limits(old, new)),
            (None, None) => {}
        }
        // Which of several events a limit counts decides which later ones it does not, and when idleness begins.
        if more != Tilt::SAME && (old.limit.is_some() || new.limit.is_some()) {
            more = more.and(Tilt::OPEN);
        }
        if more != Tilt::SAME && new.points < 0.0 && !is.decay.is_empty() {
            more = more.and(Tilt::OPEN);
        }
        self.add(sign(more));
    }

    fn filters(&self, old: &Event, new: &Event) -> Judgement {
        conditions(self.models, &new.on, old.filter.as_ref(), new.filter.as_ref(), self.allowance)
    }

    fn decay(&mut self, old: &Decay, new: &Decay) {
        self.add(Tilt::of(old.points, new.points));
        self.add(Tilt::of_time(old.idle, new.idle));
        self.add(Tilt::of_time(old.every, new.every));
        if old.pauses != new.pauses {
            self.add(if new.pauses { Tilt::UP } else { Tilt::DOWN });
        }
        let plain = |decay: &Decay| {
            decay.activity.iter().map(|event| (event.on.clone(), event.filter.clone())).collect::<Vec<_>>()
        };
        if plain(old) != plain(new) {
            self.add(Tilt::OPEN);
        }
    }

    fn reset(&mut self, old: &Reset, new: &Reset) {
        self.add(Tilt::of(old.to, new.to));
        if !same_rows(&old.event, &new.event) || self.filters(&old.event, &new.event).code != "equivalent" {
            self.add(Tilt::OPEN);
        }
    }

    /// Looks for a record with such an event.
    fn event(&mut self, model: &'a Model, events: &Events, event: &Event) {
        self.look_for_event(model, events, event, event.filter.clone());
    }

    /// Looks for a record with such an event that is none of the other.
    fn event_not(&mut self, model: &'a Model, events: &Events, event: &Event, other: &Event) {
        let Some(other) = &other.filter else { return };
        let form = |form| Predicate { pointer: String::new(), form };
        let not = form(PredicateForm::Not(Box::new(other.clone())));
        let both = event.filter.iter().cloned().chain([not]).collect();
        self.look_for_event(model, events, event, Some(form(PredicateForm::All(both))));
    }

    fn look_for_event(&mut self, model: &'a Model, events: &Events, event: &Event, filter: Option<Predicate>) {
        let happened = happened(event, filter);
        let conditions: Vec<&Predicate> = [&happened].into_iter().chain(&events.accrue_when).collect();
        self.look_for(model, &conditions);
    }

    fn look_for(&mut self, model: &'a Model, conditions: &[&Predicate]) {
        let wanted: Vec<Claim> = conditions.iter().map(|predicate| Claim { model, predicate, holds: true }).collect();
        // Somebody who is scored at all: under no case that says otherwise.
        let standing = self.standing;
        let others = standing.iter().flat_map(|standing| standing.cases.iter().filter(|case| case.is != "scored"));
        let others = others.map(|case| Claim { model: self.models.after, predicate: &case.when, holds: false });
        let scored: Vec<Claim> = wanted.iter().copied().chain(others).collect();
        // Whether it shows anything is seen when it is replayed.
        for claims in [scored.as_slice(), wanted.get(..1).unwrap_or_default()] {
            if let Answer::Yes(witness) = self.allowance.find(self.subject, claims) {
                self.records.push(*witness);
                return;
            }
        }
    }

    /// The records of which the totals differ: one that rose and one that fell.
    fn flips(&mut self, id: &str) -> Vec<Flip> {
        let (mut risen, mut fallen): (Option<Flip>, Option<Flip>) = (None, None);
        let total = |model: &Model, witness: &Witness| {
            let state = scoring::replayed(id, &witness.to_value(), model)?;
            Some(state.get("total").cloned().unwrap_or(Value::Null))
        };
        let (before, after) = self.values;
        let written = [before, after].into_iter().flat_map(|value| {
            value.get("examples").and_then(Value::as_array).unwrap_or_default().iter().filter_map(written)
        });
        let written: Vec<Witness> = written.take(MOST_WRITTEN).collect();
        let found: Vec<Witness> = std::mem::take(&mut self.records);
        // A bound may hide a step from a record of which little is known, and not from one that has points already.
        let both = found.iter().flat_map(|found| {
            written.iter().map(|base| Witness { record: over(&base.record, &found.record), ..base.clone() })
        });
        let all: Vec<Witness> = found.iter().cloned().chain(written.iter().cloned()).chain(both).collect();
        for witness in all {
            if risen.is_some() && fallen.is_some() {
                break;
            }
            let (Some(before), Some(after)) = (total(self.models.before, &witness), total(self.models.after, &witness))
            else {
                continue;
            };
            let flip = Flip { entity: self.subject.to_owned(), witness, before, after };
            let slot = match rises_in(&flip) {
                _ if flip.before == flip.after => continue,
                Some(false) => &mut fallen,
                _ => &mut risen,
            };
            slot.get_or_insert(flip);
        }
        fallen.into_iter().chain(risen).collect()
    }
}

/// How many examples are looked at.
const MOST_WRITTEN: usize = 20;

/// A record with members of another instead of its own.
fn over(base: &Value, instead: &Value) -> Value {
    let (Value::Object(base), Value::Object(members)) = (base, instead) else { return instead.clone() };
    let mut record = Value::Object(base.clone());
    for (key, value) in members {
        let value = base.get(key).map_or_else(|| value.clone(), |own| over(own, value));
        record.set(key, value);
    }
    record
}

/// The record of an example.
fn written(example: &Value) -> Option<Witness> {
    let at = example.get("at")?.as_str()?.parse().ok()?;
    Some(Witness { at, record: example.get("record")?.clone(), scores: Value::Null })
}

/// A choice whose cases have names of its side: what counts is what they give, whatever they are called.
fn unnamed(cases: &Cases, side: &str) -> Cases {
    let mut cases = cases.clone();
    cases.cases.iter_mut().for_each(|case| case.id = format!("{side} {}", case.id));
    cases
}

/// The fewest and the most points that a part gives.
fn range(part: &Part) -> (f64, f64) {
    let (least, most) = match &part.points {
        Points::State(components) => {
            let ranges = components.iter().map(range_of);
            ranges.fold((0.0, 0.0), |sum, range| (sum.0 + range.0, sum.1 + range.1))
        }
        Points::Events(events) => {
            let gains = events.components.iter().map(|component| component.points);
            let steps = gains.chain(events.resets.iter().map(|reset| reset.to));
            let steps: Vec<f64> = steps.chain(events.decay.iter().map(|decay| decay.points)).collect();
            let most = if steps.iter().any(|points| *points > 0.0) { f64::INFINITY } else { 0.0 };
            let least = if steps.iter().any(|points| *points < 0.0) { f64::NEG_INFINITY } else { 0.0 };
            (least, most)
        }
    };
    (part.bounds.clamp(least), part.bounds.clamp(most))
}

/// The fewest and the most points that a choice gives.
fn range_of(cases: &Cases) -> (f64, f64) {
    let all = cases.cases.iter().map(|case| points(&case.is)).chain([points(&cases.otherwise)]);
    all.fold((f64::INFINITY, f64::NEG_INFINITY), |range, points| (range.0.min(points), range.1.max(points)))
}

fn points(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

/// Items of both sides with the same name, and those of one side.
fn pairs<'i, T>(
    before: &'i [T],
    after: &'i [T],
    name: impl Fn(&T) -> String,
) -> impl Iterator<Item = (Option<&'i T>, Option<&'i T>)> {
    let mut all: BTreeMap<String, (Option<&'i T>, Option<&'i T>)> = BTreeMap::new();
    before.iter().for_each(|item| all.entry(name(item)).or_default().0 = Some(item));
    after.iter().for_each(|item| all.entry(name(item)).or_default().1 = Some(item));
    all.into_values()
}
