//! From cells to a row: fields, scores and related rows that have the values that were found.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::document::Value;
use jiff::Span as Step;
use jiff::tz::TimeZone;

use super::Stop;
use super::cells::written;
use super::json::{empty, holding, member, object_at};
use super::place::{Place, Root};
use super::rows::{self, Writing};
use super::search::State;
use super::space::{Key, Space};
use crate::criteria::evaluate::is_missing;
use crate::criteria::scores::{Scores, Standing};
use crate::criteria::time::{Moment, days_between};

/// A row and what score models say of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Built {
    /// The row, with related rows nested under their relations.
    pub(super) row: Value,
    /// The scores, by model; null where no model says anything.
    pub(super) scores: Value,
}

impl<'a> Space<'a> {
    /// A row for a root that has the values of a state. Only values that the state narrows are written, or all that
    /// criteria read. Nothing where no row was found.
    pub(super) fn build(&self, state: &State, root: usize, all: bool) -> Result<Option<Built>, Stop> {
        let full = State::full(self, false);
        let narrowed = |variable: usize| !state.same(&full, variable);
        let mut dates: BTreeMap<usize, Value> = BTreeMap::new();
        for variable in 0..self.variables.len() {
            let asked = matches!(self.variables[variable].key, Key::Days(..)) && narrowed(variable);
            if asked && !self.settle_days(variable, state, &mut dates)? {
                return Ok(None);
            }
        }
        let mut row = empty();
        let mut scores = empty();
        let mut ids: Vec<(Place, String, Value)> = Vec::new();
        for (index, variable) in self.variables.iter().enumerate() {
            let value = dates.get(&index).cloned().or_else(|| self.value(state, index));
            let wanted = all || dates.contains_key(&index) || !state.same(&full, index);
            let Some(value) = value.filter(|value| wanted && !is_missing(Some(value))) else { continue };
            match &variable.key {
                Key::Present(place) if value == true => drop(object_at(&mut row, &place.steps)),
                Key::Field(place, field) if place.root == root && self.is_there(place, state) => {
                    if let Some(object) = object_at(&mut row, &place.steps) {
                        object.set(field, value);
                    }
                }
                Key::RowId(place, relation) if self.is_there(place, state) => {
                    ids.push((place.clone(), relation.clone(), value));
                }
                Key::Score(None, model, part) => state_score(&mut scores, model, part.as_deref(), value),
                Key::Scored(None, model) => drop(member(&mut scores, model, || stands(true))),
                _ => {}
            }
        }
        for (index, variable) in self.variables.iter().enumerate() {
            // Who is not scored has no points.
            if let Key::Scored(None, model) = &variable.key
                && scores.get(model).is_some()
                && self.value(state, index).is_none_or(|value| value == false)
            {
                scores.set(model, stands(false));
            }
        }
        for (place, relation, id) in ids {
            self.write_id(&mut row, &place, &relation, id);
        }
        let stated = Rc::new(Scores::read(Some(&scores)));
        let scores_now = if root == 0 { &stated } else { &self.scores };
        for group in 0..self.groups.len() {
            if self.groups[group].place.root == root
                && !rows::write(self, state, group, &mut row, &Writing { scores: scores_now, all })?
            {
                return Ok(None);
            }
        }
        let scores = if scores == empty() { Value::Null } else { scores };
        Ok(Some(Built { row, scores }))
    }

    /// The value of a variable: of one of its cells, or of as many as the tests require.
    fn value(&self, state: &State, variable: usize) -> Option<Value> {
        let cells = &self.variables[variable].cells;
        let mut values = state.cells(variable).filter_map(|cell| Some((cell, cells.list[cell].value.as_ref()?)));
        if !cells.several {
            return values.next().map(|(_, value)| value.clone());
        }
        let values: Vec<(usize, &Value)> = values.collect();
        let mut chosen: Vec<(usize, &Value)> = Vec::new();
        for test in state.required(variable) {
            if !chosen.iter().any(|(cell, _)| cells.holds(*test, *cell)) {
                chosen.push(*values.iter().find(|(cell, _)| cells.holds(*test, *cell))?);
            }
        }
        if chosen.is_empty() && !cells.may_be_none {
            chosen.extend(values.first());
        }
        chosen.sort_by_key(|(cell, _)| *cell);
        Some(Value::from(chosen.into_iter().map(|(_, value)| value.clone()).collect::<Vec<Value>>()))
    }

    /// Whether the row at a place may be there.
    fn is_there(&self, place: &Place, state: &State) -> bool {
        let mut way = Place::root(place.root);
        place.steps.iter().all(|step| {
            way.steps.push(step.clone());
            let present = self.variables.iter().position(|variable| variable.key == Key::Present(way.clone()));
            present.is_none_or(|present| {
                let cells = &self.variables[present].cells.list;
                state.cells(present).any(|cell| cells[cell].value == Some(Value::Bool(true)))
            })
        })
    }

    /// Writes the id of a related row: alone, or into the row if that is there.
    fn write_id(&self, row: &mut Value, place: &Place, relation: &str, id: Value) {
        let entity = self.rows.iter().find(|(known, ..)| known == &place.step(relation)).map(|(_, entity, ..)| *entity);
        let Some(object) = object_at(row, &place.steps) else { return };
        match (object.get(relation), entity.and_then(|entity| entity.identified_by.as_ref())) {
            (Some(Value::Object(_)), Some(identified_by)) => object[relation].set(identified_by, id),
            (Some(_), _) => {}
            (None, _) => object.set(relation, id),
        }
    }

    /// Chooses two dates that lie as far apart as a variable says; says whether there were any.
    fn settle_days(&self, variable: usize, state: &State, dates: &mut BTreeMap<usize, Value>) -> Result<bool, Stop> {
        let Key::Days(from, to) = &self.variables[variable].key else { return Ok(true) };
        let Some((one, other)) = from.open().zip(to.open()) else { return Ok(true) };
        let (clock, zone) = (&self.clocks[0], self.models[0].zone());
        let cells = &self.variables[variable].cells.list;
        let wanted: Vec<(f64, f64)> = state.cells(variable).map(|cell| (cells[cell].low, cells[cell].high)).collect();
        let days = |start: Moment, end: Moment| {
            let ends = from.moment(Some(start), clock, zone).zip(to.moment(Some(end), clock, zone))?;
            Some(f64::from(days_between(ends.0, ends.1, zone)))
        };
        let moments = |variable: usize| -> Vec<Moment> {
            let chosen = dates.get(&variable).cloned();
            let cells =
                state.cells(variable).filter_map(|cell| self.variables[variable].cells.list[cell].value.clone());
            let values: Vec<Value> = chosen.map_or_else(|| cells.collect(), |chosen| vec![chosen]);
            values.iter().filter_map(|value| Moment::parse(value.as_str()?)).collect()
        };
        let (starts, ends) = (moments(one), moments(other));
        let fits = |start: Moment, end: Moment| {
            days(start, end).is_some_and(|days| wanted.iter().any(|(low, high)| *low <= days && days <= *high))
        };
        // First as they are, then with one of them moved.
        for moves in [false, true] {
            for start in &starts {
                for end in &ends {
                    self.budget.pay(8)?;
                    let mut pairs = vec![(*start, *end)];
                    if let Some(now) = days(*start, *end).filter(|_| moves) {
                        let nearest = |(low, high): &(f64, f64)| now.clamp(*low, *high) - now;
                        let distances = wanted.iter().map(nearest);
                        let distance = distances.min_by(|left, right| left.abs().total_cmp(&right.abs()));
                        let distance = distance.unwrap_or_default();
                        pairs = moved(*end, distance).map(|end| (*start, end)).into_iter().collect();
                        pairs.extend(moved(*start, -distance).map(|start| (start, *end)));
                    }
                    for (start, end) in pairs {
                        let (first, second) = (written(start), written(end));
                        if fits(start, end)
                            && self.is_like(one, &first, state)?
                            && self.is_like(other, &second, state)?
                        {
                            dates.extend([(one, first), (other, second)]);
                            return Ok(true);
                        }
                    }
                }
            }
        }
        Ok(false)
    }

    /// Whether the tests of a variable come out for a value as in a cell that is left.
    fn is_like(&self, variable: usize, value: &Value, state: &State) -> Result<bool, Stop> {
        let pattern = self.pattern(variable, value)?;
        let cells = &self.variables[variable].cells;
        let same = |cell: usize| pattern.iter().enumerate().all(|(test, truth)| cells.holds(test, cell) == *truth);
        Ok(state.cells(variable).any(same))
    }

    /// A space in which the row of a root is known as it stands, with its scores, and one more row is asked for.
    pub(super) fn beside(&self, root: usize, row: &Value, scores: &Rc<Scores>, further: Root) -> Space<'a> {
        let mut roots = self.roots.clone();
        roots[root] = Root::Known(Rc::new(row.clone()));
        roots.push(further);
        let mut space = self.inner(roots);
        space.scores = Rc::clone(scores);
        space
    }
}

/// A date so many days later.
fn moved(moment: Moment, days: f64) -> Option<Moment> {
    let days = Step::new().try_days(days as i64).ok()?;
    match moment {
        Moment::Day(day) => day.checked_add(days).ok().map(Moment::Day),
        Moment::Instant(instant) => {
            let later = instant.to_zoned(TimeZone::UTC).checked_add(days).ok()?;
            Some(Moment::Instant(later.timestamp()))
        }
    }
}

/// What a score model says of somebody who is scored, or is not.
fn stands(scored: bool) -> Value {
    let standing = if scored { Standing::Scored } else { Standing::Unscored };
    holding("standing", Value::from(standing.word()))
}

fn state_score(scores: &mut Value, model: &str, part: Option<&str>, value: Value) {
    let Some(state) = member(scores, model, || stands(true)) else { return };
    match part {
        None => state.set("total", value),
        Some(part) => {
            if let Some(parts) = member(state, "parts", empty) {
                parts.set(part, value);
            }
        }
    }
}
