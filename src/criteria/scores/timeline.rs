//! What happened to a subject, in the order in which a score is replayed.

use crate::document::Value;
use jiff::Timestamp;

use super::model::{Event, Events};
use crate::criteria::evaluate::{Evaluator, Exhausted, Scope};

/// Something that concerns a sum.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Happening<'t> {
    /// When.
    pub(super) at: Timestamp,
    /// What, by its class first: the order of what happens at one instant.
    pub(super) what: What,
    /// The id of the row, which orders what is of one class.
    row: String,
    /// The name of the component or reset, which orders what one row does.
    name: &'t str,
    /// Its place among the components, resets or decays.
    pub(super) index: usize,
}

/// The classes of what happens at one instant, in their order. A loss comes after them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The sum is set to a number.
    Reset,
    /// Points are given.
    Gain,
    /// Idleness ends.
    Activity,
}

/// All that happened up to the evaluator's instant, in order. The order of rows in the record does not matter.
pub(super) fn timeline<'t>(
    events: &'t Events,
    evaluator: &Evaluator,
    scope: &Scope,
) -> Result<Vec<Happening<'t>>, Exhausted> {
    let mut happenings = Vec::new();
    let mut add = |what: What, index: usize, name: &'t str, event: &Event| {
        let rows = rows(event, evaluator, scope)?.into_iter();
        happenings.extend(rows.map(|(at, row)| Happening { at, what, row, name, index }));
        Ok(())
    };
    for (index, reset) in events.resets.iter().enumerate() {
        add(What::Reset, index, &reset.id, &reset.event)?;
    }
    for (index, component) in events.components.iter().enumerate() {
        add(What::Gain, index, &component.id, &component.event)?;
    }
    for (index, decay) in events.decay.iter().enumerate() {
        for activity in &decay.activity {
            add(What::Activity, index, &decay.id, activity)?;
        }
    }
    happenings.sort();
    Ok(happenings)
}

/// The rows of an event, each with its instant and id. Conditions are looked at as of that instant.
fn rows(event: &Event, evaluator: &Evaluator, scope: &Scope) -> Result<Vec<(Timestamp, String)>, Exhausted> {
    let Some(entity) = evaluator.model.entity(&event.on) else { return Ok(Vec::new()) };
    let zone = evaluator.model.zone();
    let mut rows = Vec::new();
    for related in evaluator.rows(&event.on, event.via.as_ref(), scope)? {
        let row: &Value = related.row;
        let date = evaluator.dated(entity, row);
        let Some(at) = date.and_then(|date| date.first_instant(zone)) else { continue };
        let counts = match &event.filter {
            None => true,
            Some(filter) => evaluator.at(at).holds(filter, &scope.with(&entity.id, row))?,
        };
        if counts {
            rows.push((at, evaluator.id_of(entity, row)));
        }
    }
    Ok(rows)
}
