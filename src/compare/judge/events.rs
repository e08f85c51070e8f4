//! Events that give points: which are alike, which keep the order of two sums, and that one happened.

use super::tilt::Tilt;
use crate::criteria::scores::{Bounds, Component, Event, Events, Limit};
use crate::criteria::syntax::{
    Aggregate, Argument, Comparison, Date, DateForm, Duration, Ends, Function, Literal, Operand, Operator, Predicate,
    PredicateForm, Target, Unit, Window,
};

/// That an event gives points which gave none. Whatever gives points, be it less than none, ends idleness too.
pub(super) fn appears(component: &Component, events: &Events) -> Tilt {
    let tilt = Tilt::of(0.0, component.points);
    match (events.decay.is_empty(), component.points < 0.0) {
        (true, _) => tilt,
        (false, true) => tilt.and(Tilt::OPEN),
        (false, false) => Tilt::UP,
    }
}

/// Whether losses fall due by what happened alone, whatever it gave, so that they keep the order of two sums: whatever
/// gives points is activity, nothing is put off while sums are frozen, and no sum begins at anything but nothing.
pub(super) fn is_idle_alike(events: &Events, bounds: Bounds) -> bool {
    events.decay.iter().all(|decay| {
        let is_activity =
            |event: &Event| decay.activity.iter().any(|known| known.filter.is_none() && same_rows(known, event));
        !decay.pauses && events.components.iter().all(|component| is_activity(&component.event))
    }) && events.resets.iter().all(|reset| reset.to == 0.0)
        && bounds.min == Some(0.0)
}

pub(super) fn limits(old: Limit, new: Limit) -> Tilt {
    Tilt::of(old.times as f64, new.times as f64).and(Tilt::of_time(old.per, new.per).reversed())
}

pub(super) fn same_rows(old: &Event, new: &Event) -> bool {
    let way = |event: &Event| event.via.as_ref().map(ToString::to_string);
    old.on == new.on && way(old) == way(new)
}

/// That such an event happened since yesterday, so that idleness took nothing of its points.
pub(super) fn happened(event: &Event, filter: Option<Predicate>) -> Predicate {
    let target = Target { pointer: String::new(), entity: event.on.clone(), field: None };
    let date = |form| Date { pointer: String::new(), form };
    let yesterday =
        DateForm::Shift { of: Box::new(date(DateForm::Now)), by: Duration { amount: -1, unit: Unit::Days } };
    let (from, to) = (Some(date(yesterday)), Some(date(DateForm::Now)));
    let window = Window { pointer: String::new(), from, to, ends: Ends::Both };
    let rows = Aggregate { function: Function::Count, target, via: event.via.clone(), filter, window: Some(window) };
    let comparison = Comparison {
        operand: Operand::Aggregate(Box::new(rows)),
        operator: Operator::AtLeast,
        argument: Argument::Literal(Literal::Number(1.0)),
        argument_pointer: String::new(),
    };
    Predicate { pointer: String::new(), form: PredicateForm::Compare(comparison) }
}
