//! Numbers: the points that criteria name, and the stretches between them.

use super::Candidate;

/// The points and stretches between two bounds, small numbers first, those below zero last.
pub(super) fn cells(mut points: Vec<f64>, whole: bool, low: Option<f64>, high: Option<f64>) -> Vec<Candidate> {
    let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
    points.retain(|point| point.is_finite() && *point >= low && *point <= high);
    points.extend([low, high].into_iter().filter(|bound| bound.is_finite()));
    points.sort_by(f64::total_cmp);
    // Zero has two signs and is one number.
    points.dedup_by(|left, right| left == right);
    let mut cells: Vec<(f64, f64, f64)> = Vec::new();
    let mut before = f64::NEG_INFINITY;
    for point in points {
        if before >= low {
            cells.extend(between(before, point, whole));
        }
        if !whole || point.fract() == 0.0 {
            cells.push((point, point, point + 0.0));
        }
        before = point;
    }
    if high == f64::INFINITY {
        cells.extend(between(before, f64::INFINITY, whole));
    }
    cells.sort_by(|left, right| (left.2 < 0.0).cmp(&(right.2 < 0.0)).then(left.2.abs().total_cmp(&right.2.abs())));
    cells.into_iter().map(|(low, high, number)| Candidate::Interval(low, high, number)).collect()
}

/// The numbers strictly between two, and one of them.
fn between(after: f64, before: f64, whole: bool) -> Option<(f64, f64, f64)> {
    let (low, high) = match whole {
        true => (after.floor() + 1.0, before.ceil() - 1.0),
        false => (after.next_up(), before.next_down()),
    };
    let number = match (after.is_finite(), before.is_finite()) {
        (false, false) => 1.0,
        (false, true) => (before - 1.0).ceil().min(before.next_down()),
        (true, false) => (after.floor() + 1.0).max(after.next_up()),
        (true, true) if after.floor() + 1.0 < before => after.floor() + 1.0,
        (true, true) => after + (before - after) / 2.0,
    };
    let fits = number > after && number < before && number.is_finite() && (!whole || number.fract() == 0.0);
    fits.then_some((low, high, number))
}
