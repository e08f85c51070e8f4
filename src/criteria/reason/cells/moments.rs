//! Days and instants: the moments at which some test changes its outcome, and the stretches between them.

use crate::document::Value;
use jiff::civil::Date as Day;
use jiff::tz::TimeZone;
use jiff::{Span as Step, Timestamp, ToSpan};

use super::{MOST_CELLS, literals};
use crate::criteria::model::FieldType;
use crate::criteria::reason::Stop;
use crate::criteria::reason::space::{Space, Test, TestForm};
use crate::criteria::reason::terms::{Base, Move, Term};
use crate::criteria::syntax::{Argument, Duration, Literal, Unit};
use crate::criteria::time::Moment;

/// A moment at which an outcome changes, and how far it lies from the instant of evaluation.
struct Cut {
    moment: Moment,
    from_now: Lies,
}

/// How a moment lies to the instant of evaluation, whenever that is.
#[derive(Clone, Copy, PartialEq)]
enum Lies {
    /// It does not move with it.
    Fixed,
    /// So many days from it, at least and at most.
    Days(i64, i64),
    /// It is that instant, after which rows do not exist.
    Here,
}

impl<'a> Space<'a> {
    /// Moments to try for a variable, as JSON, and whether they are all that its tests can tell apart.
    pub(super) fn moments(&mut self, variable: usize, field_type: FieldType) -> Result<(Vec<Value>, bool), Stop> {
        let model = self.variables[variable].tests.first().map_or(0, |test| test.model);
        let (zone, now) = (self.models[model].zone().clone(), self.clocks[model].now);
        let mut cuts = Vec::new();
        let mut complete = true;
        for test in &self.variables[variable].tests {
            complete &= self.cuts(test, &mut cuts)?;
        }
        self.budget.pay(cuts.len().saturating_mul(16))?;
        self.at_this_instant_only |= !settled(&cuts, now, &zone);
        let fixed = cuts.iter().filter(|cut| cut.from_now == Lies::Fixed).map(|cut| cut.moment.day(&zone));
        self.latest_day = fixed.max().max(self.latest_day);
        let cuts: Vec<Moment> = cuts.into_iter().map(|cut| cut.moment).collect();
        if cuts.len() > MOST_CELLS {
            return Err(Stop::Theory);
        }
        let mut moments: Vec<Moment> = Vec::new();
        if field_type == FieldType::Instant {
            moments.extend(instants(&cuts, now, &zone).into_iter().map(Moment::Instant));
        }
        moments.extend(days(&cuts, now, &zone).into_iter().map(Moment::Day));
        // What has happened comes first, the latest of it before the others.
        moments.sort_by_cached_key(|moment| {
            let instant = moment.first_instant(&zone).unwrap_or(now);
            let distance = now.as_second().abs_diff(instant.as_second());
            let unlike = matches!(moment, Moment::Day(_)) == (field_type == FieldType::Instant);
            (unlike, instant > now, cuts.contains(moment), distance)
        });
        Ok((moments.into_iter().map(written).collect(), complete))
    }

    /// Adds the moments at which a test changes its outcome; says whether they are all.
    fn cuts(&self, test: &Test, cuts: &mut Vec<Cut>) -> Result<bool, Stop> {
        let (clock, zone) = (&self.clocks[test.model], self.models[test.model].zone());
        match &test.form {
            TestForm::Known | TestForm::Holds => {}
            TestForm::Compare(_, argument) => {
                let moments = literals(argument).iter().filter_map(|literal| match literal {
                    Literal::Text(text) => Moment::parse(text),
                    _ => None,
                });
                cuts.extend(moments.map(|moment| Cut { moment, from_now: Lies::Fixed }));
            }
            TestForm::Exists => cuts.push(Cut { moment: Moment::Instant(clock.now), from_now: Lies::Here }),
            TestForm::Within(reach) => {
                for term in reach.from.iter().chain(&reach.to) {
                    if let Some(moment) = term.moment(None, clock, zone) {
                        cuts.push(Cut { moment, from_now: lies(term, 0) });
                    }
                }
            }
            TestForm::Days(terms, _, argument) => {
                let (term, other) = if terms.0.open().is_some() { (&terms.0, &terms.1) } else { (&terms.1, &terms.0) };
                if other.open().is_some() || term.moves.iter().any(is_fine) {
                    return Ok(false);
                }
                let Some(other_moment) = other.moment(None, clock, zone) else { return Ok(true) };
                for number in numbers(argument) {
                    // Days run from the first date to the second.
                    let days = if terms.0.open().is_some() { -number } else { number };
                    for days in [days.floor() - 1.0, days.floor(), days.floor() + 1.0, days.floor() + 2.0] {
                        self.budget.pay(16)?;
                        let moved = moved(other_moment.day(zone), days);
                        let Some(day) = moved.and_then(|wanted| self.first_day(term, wanted, test.model)) else {
                            continue;
                        };
                        let (least, most) = term.offset();
                        let from_now = match lies(other, days as i64) {
                            Lies::Days(low, high) => Lies::Days(low.saturating_sub(most), high.saturating_sub(least)),
                            other => other,
                        };
                        cuts.push(Cut { moment: Moment::Day(day), from_now });
                    }
                }
            }
        }
        Ok(true)
    }

    /// The first day whose term lies on a day or later.
    fn first_day(&self, term: &Term, wanted: Day, model: usize) -> Option<Day> {
        let (clock, zone) = (&self.clocks[model], self.models[model].zone());
        let reaches = |day: Day| {
            let moment = term.moment(Some(Moment::Day(day)), clock, zone);
            moment.is_some_and(|moment| moment.day(zone) >= wanted)
        };
        let (least, most) = term.offset();
        let shifted = |days: i64| wanted.checked_add(Step::new().try_days(days).ok()?).ok();
        let (mut low, mut high) = (shifted(-most - 2)?, shifted(-least + 2)?);
        while low < high {
            let half = low.until(high).ok()?.get_days() / 2;
            let middle = low.checked_add(half.days()).ok()?;
            if reaches(middle) {
                high = middle;
            } else {
                low = middle.tomorrow().ok()?;
            }
        }
        reaches(low).then_some(low)
    }
}

/// Whether a move can leave the grid of days.
fn is_fine(step: &Move) -> bool {
    matches!(step, Move::Shift(Duration { unit: Unit::Minutes | Unit::Hours, .. }))
}

fn numbers(argument: &Argument) -> impl Iterator<Item = f64> {
    literals(argument).iter().filter_map(|literal| match literal {
        Literal::Number(number) if number.abs() < 4_000_000.0 => Some(*number),
        _ => None,
    })
}

fn moved(day: Day, days: f64) -> Option<Day> {
    day.checked_add(Step::new().try_days(days as i64).ok()?).ok()
}

fn lies(term: &Term, days: i64) -> Lies {
    if term.base != Base::Now {
        return Lies::Fixed;
    }
    if term.moves.is_empty() && days == 0 {
        return Lies::Here;
    }
    let (least, most) = term.offset();
    Lies::Days(least.saturating_add(days), most.saturating_add(days))
}

/// Whether the moments lie to one another as they do at every other instant of evaluation. Those that do not move
/// must lie before all that move.
fn settled(cuts: &[Cut], now: Timestamp, zone: &TimeZone) -> bool {
    let today = now.to_zoned(zone.clone()).date();
    let fixed = cuts.iter().filter(|cut| cut.from_now == Lies::Fixed);
    let mut moving: Vec<(i64, i64)> = cuts
        .iter()
        .filter_map(|cut| match cut.from_now {
            Lies::Days(least, most) => Some((least, most)),
            Lies::Here | Lies::Fixed => None,
        })
        .collect();
    let mut fixed = fixed.peekable();
    if fixed.peek().is_some() {
        let here = cuts.iter().any(|cut| cut.from_now == Lies::Here);
        return moving.is_empty() && (!here || fixed.all(|cut| cut.moment.day(zone) < today));
    }
    if cuts.iter().any(|cut| cut.from_now == Lies::Here) {
        moving.push((0, 0));
    }
    moving.sort_unstable();
    moving.dedup();
    moving.windows(2).all(|pair| pair[0].1 < pair[1].0)
        && moving.iter().all(|(least, most)| least == most || moving.len() == 1)
        || moving.windows(2).all(|pair| pair[0].1.saturating_add(1) < pair[1].0)
}

/// Days on both sides of every moment and between.
fn days(cuts: &[Moment], now: Timestamp, zone: &TimeZone) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for cut in cuts {
        let day = cut.day(zone);
        days.extend([day.yesterday().ok(), Some(day), day.tomorrow().ok()].into_iter().flatten());
    }
    if days.is_empty() {
        let today = now.to_zoned(zone.clone()).date();
        days.extend(today.yesterday().ok());
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// Instants before and after every moment and in between.
fn instants(cuts: &[Moment], now: Timestamp, zone: &TimeZone) -> Vec<Timestamp> {
    let mut edges: Vec<Timestamp> = Vec::new();
    for cut in cuts {
        match cut {
            Moment::Instant(instant) => {
                edges.push(*instant);
                edges.extend(instant.checked_add(1.nanosecond()).ok());
            }
            Moment::Day(_) => {}
        }
        // Whatever is compared with a day is compared by its own day, and days of others are compared with its day.
        edges.extend(midnights(cut.day(zone), zone));
    }
    edges.sort_unstable();
    edges.dedup();
    let Some(first) = edges.first() else {
        return now.checked_sub(24.hours()).into_iter().collect();
    };
    let mut instants: Vec<Timestamp> = first.checked_sub(12.hours()).into_iter().collect();
    for (index, edge) in edges.iter().enumerate() {
        let later = |step: Step| {
            let later = edge.checked_add(step).ok()?;
            edges.get(index + 1).is_none_or(|next| later < *next).then_some(later)
        };
        let is_whole = edge.subsec_nanosecond() == 0;
        let comfortable = if is_whole {
            later(23.hours()).and(later(12.hours()))
        } else {
            later(3_599_999_999_999_i64.nanoseconds()).or(later(999_999_999.nanoseconds()))
        };
        instants.push(comfortable.unwrap_or(*edge));
        if comfortable.is_some() && cuts.contains(&Moment::Instant(*edge)) {
            instants.push(*edge);
        }
    }
    instants
}

/// When a local day begins and ends, and changes of the clock around it.
fn midnights(day: Day, zone: &TimeZone) -> Vec<Timestamp> {
    let mut edges = Vec::new();
    let Some(around) = day.yesterday().ok().and_then(|before| before.to_zoned(TimeZone::UTC).ok()) else {
        return edges;
    };
    let start = around.timestamp();
    let mut offsets = vec![zone.to_offset(start)];
    let end = start.checked_add(96.hours()).unwrap_or(start);
    for change in zone.following(start).take_while(|change| change.timestamp() <= end) {
        offsets.push(change.offset());
        edges.push(change.timestamp());
    }
    for midnight in [Some(day), day.tomorrow().ok()].into_iter().flatten() {
        let midnight = midnight.at(0, 0, 0, 0);
        edges.extend(offsets.iter().filter_map(|offset| offset.to_timestamp(midnight).ok()));
    }
    edges
}

/// A moment as records write it.
pub(in crate::criteria::reason) fn written(moment: Moment) -> Value {
    match moment {
        Moment::Instant(instant) => Value::from(instant.to_string()),
        Moment::Day(day) => Value::from(day.to_string()),
    }
}
