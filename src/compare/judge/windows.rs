//! Two stretches of time: which of them holds more.

use super::Judgement;
use crate::compare::scale::minutes;
use crate::criteria::syntax::{Date, DateForm, Ends, Window};

/// What it does that the one window takes the place of the other.
pub(in crate::compare) fn windows(before: &Window, after: &Window) -> Judgement {
    let steps = [
        end(before.from.as_ref(), after.from.as_ref(), false),
        end(before.to.as_ref(), after.to.as_ref(), true),
        edge(before.from.is_some() && after.from.is_some(), starts(before.ends), starts(after.ends)),
        edge(before.to.is_some() && after.to.is_some(), stops(before.ends), stops(after.ends)),
    ];
    let all = |wanted: Step| steps.iter().all(|step| step.is_some_and(|step| step == wanted || step == Step::Same));
    Judgement::plain(match (all(Step::Wider), all(Step::Narrower)) {
        (true, true) => "equivalent",
        (true, false) => "window-widened",
        (false, true) => "window-narrowed",
        (false, false) => "window-moved",
    })
}

/// What one end does to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Same,
    Wider,
    Narrower,
}

/// What it does that an end moves. None where it depends on the row.
fn end(before: Option<&Date>, after: Option<&Date>, later_is_wider: bool) -> Option<Step> {
    let (before, after) = match (before, after) {
        (None, None) => return Some(Step::Same),
        (Some(_), None) => return Some(Step::Wider),
        (None, Some(_)) => return Some(Step::Narrower),
        (Some(before), Some(after)) => (Place::of(before), Place::of(after)),
    };
    if before.base != after.base {
        return None;
    }
    let later = match (&before, &after) {
        (old, new) if (old.least, old.most) == (new.least, new.most) => return Some(Step::Same),
        (old, new) if new.least >= old.most => true,
        (old, new) if new.most <= old.least => false,
        _ => return None,
    };
    Some(if later == later_is_wider { Step::Wider } else { Step::Narrower })
}

/// What it does that an end, if there is one on both sides, belongs to a window or not.
fn edge(there: bool, before: bool, after: bool) -> Option<Step> {
    Some(match (before, after) {
        _ if !there => Step::Same,
        (false, true) => Step::Wider,
        (true, false) => Step::Narrower,
        _ => Step::Same,
    })
}

fn starts(ends: Ends) -> bool {
    matches!(ends, Ends::Both | Ends::Start)
}

fn stops(ends: Ends) -> bool {
    matches!(ends, Ends::Both | Ends::End)
}

/// A date as minutes from another, which no shift leads away from: at least and at most, since months differ.
struct Place {
    base: String,
    least: f64,
    most: f64,
}

impl Place {
    fn of(date: &Date) -> Place {
        let base = |name: &str| Place { base: name.to_owned(), least: 0.0, most: 0.0 };
        match &date.form {
            DateForm::Field(path) => base(&path.to_string()),
            DateForm::Now => base("now"),
            DateForm::AsOf => base("as_of"),
            DateForm::PeriodStart => base("period.start"),
            DateForm::PeriodEnd => base("period.end"),
            DateForm::EndOf { span, of } => {
                let of = Place::of(of);
                base(&format!("{} {} {} {}", span.word(), of.base, of.least, of.most))
            }
            DateForm::Shift { of, by } => {
                let of = Place::of(of);
                let (fewest, _, most) = minutes(by.unit);
                let amount = by.amount as f64;
                let (one, other) = (amount * fewest, amount * most);
                Place { base: of.base, least: of.least + one.min(other), most: of.most + one.max(other) }
            }
        }
    }
}
