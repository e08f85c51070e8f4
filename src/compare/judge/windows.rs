//! Two stretches of time: which of them holds more.

use std::cmp::Ordering;

use super::Judgement;
use crate::compare::scale::Shift;
use crate::criteria::syntax::{Date, DateForm, Ends, Window};

/// What it does that the one window takes the place of the other.
pub(in crate::compare) fn windows(before: &Window, after: &Window) -> Judgement {
    let steps = [
        end(before.from.as_ref(), after.from.as_ref(), false),
        end(before.to.as_ref(), after.to.as_ref(), true),
        edge(before.from.is_some() && after.from.is_some(), starts(before.ends), starts(after.ends)),
        edge(before.to.is_some() && after.to.is_some(), stops(before.ends), stops(after.ends)),
    ];
    let any = |wanted: Step| steps.contains(&wanted);
    Judgement::plain(match (any(Step::Wider), any(Step::Narrower)) {
        _ if any(Step::Elsewhere) => "window-moved",
        _ if any(Step::Open) => "not-decided",
        (false, false) => "equivalent",
        (true, false) => "window-widened",
        (false, true) => "window-narrowed",
        (true, true) => "window-moved",
    })
}

/// What one end does to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Same,
    Wider,
    Narrower,
    /// It is counted from another date.
    Elsewhere,
    /// It depends on the day.
    Open,
}

/// What it does that an end moves.
fn end(before: Option<&Date>, after: Option<&Date>, later_is_wider: bool) -> Step {
    let (before, after) = match (before, after) {
        (None, None) => return Step::Same,
        (Some(_), None) => return Step::Wider,
        (None, Some(_)) => return Step::Narrower,
        (Some(before), Some(after)) => (Place::of(before), Place::of(after)),
    };
    if before.base != after.base {
        return Step::Elsewhere;
    }
    match before.shift.order(after.shift) {
        None => Step::Open,
        Some(Ordering::Equal) => Step::Same,
        Some(order) if order.is_lt() == later_is_wider => Step::Wider,
        Some(_) => Step::Narrower,
    }
}

/// What it does that an end, if there is one on both sides, belongs to a window or not.
fn edge(there: bool, before: bool, after: bool) -> Step {
    match (before, after) {
        _ if !there => Step::Same,
        (false, true) => Step::Wider,
        (true, false) => Step::Narrower,
        _ => Step::Same,
    }
}

fn starts(ends: Ends) -> bool {
    matches!(ends, Ends::Both | Ends::Start)
}

fn stops(ends: Ends) -> bool {
    matches!(ends, Ends::Both | Ends::End)
}

/// A date as a step from another, which no shift leads away from.
struct Place {
    base: String,
    shift: Shift,
}

impl Place {
    fn of(date: &Date) -> Place {
        let base = |name: &str| Place { base: name.to_owned(), shift: Shift::default() };
        match &date.form {
            DateForm::Field(path) => base(&path.to_string()),
            DateForm::Now => base("now"),
            DateForm::AsOf => base("as_of"),
            DateForm::PeriodStart => base("period.start"),
            DateForm::PeriodEnd => base("period.end"),
            DateForm::EndOf { span, of } => {
                let of = Place::of(of);
                base(&format!("{} {} {:?}", span.word(), of.base, of.shift))
            }
            DateForm::Shift { of, by } => {
                let of = Place::of(of);
                Place { base: of.base, shift: of.shift.and(*by) }
            }
        }
    }
}
