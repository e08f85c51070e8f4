//! Whose calendar counts: the one of the owner at the start of a timer.
//!
//! Changes of owner are rows that say `from` and `to`. An owner is either written out there, or named by an id and
//! written out in the record. A record whose owner has no id states it for whoever owns the row.

use crate::document::Value;
use jiff::Timestamp;

use super::{CalendarOf, Happening, Sla, What};
use crate::criteria::evaluate::is_missing;
use crate::criteria::syntax::Path;
use crate::criteria::{Evaluator, Exhausted, Scope};

impl Sla {
    /// The id of the calendar for a timer that starts at an instant; none on the wall clock.
    pub(super) fn calendar_at(
        &self,
        started: Timestamp,
        evaluator: &Evaluator,
        scope: &Scope,
        record: &Value,
        happenings: &[Happening],
    ) -> Result<Option<String>, Exhausted> {
        let named = match &self.calendar {
            None => return Ok(None),
            Some(CalendarOf::Is(id)) => Some(id.clone()),
            Some(CalendarOf::Field(path)) => match self.owner_at(started, path, evaluator, record, happenings) {
                Owner::OfRecord => evaluator.text(path, scope)?,
                Owner::Unknown => None,
                Owner::Row { entity, row, rest } => evaluator.text(&rest, &Scope::subject(&entity, row))?,
            },
        };
        Ok(named.or_else(|| self.fallback_calendar.clone()))
    }

    fn owner_at<'h>(
        &self,
        started: Timestamp,
        path: &Path,
        evaluator: &Evaluator,
        record: &'h Value,
        happenings: &[Happening<'h>],
    ) -> Owner<'h> {
        let changes = || happenings.iter().filter(|happening| happening.what == What::OwnerChange);
        let entity = evaluator.model.entity(&path.entity);
        let (Some(entity), Some((relation, rest))) = (entity, path.steps.split_first()) else {
            return Owner::OfRecord;
        };
        let Some(target) = entity.relations.get(relation).filter(|relation| !relation.many && !rest.is_empty()) else {
            return Owner::OfRecord;
        };
        let id_field = evaluator.model.entity(&target.to).and_then(|owner| owner.identified_by.as_deref());
        let of_record = record.get(relation);
        let id_of = |owner: &'h Value| id_field.and_then(|field| owner.get(field)).filter(|id| !is_missing(Some(id)));
        if of_record.is_none_or(|owner| id_of(owner).is_none()) || changes().next().is_none() {
            return Owner::OfRecord;
        }
        let before = changes().rfind(|change| change.at <= started).map(|change| change.row.get("to"));
        let after = || changes().find(|change| change.at > started).map(|change| change.row.get("from"));
        let Some(Some(owner)) = before.or_else(after) else { return Owner::Unknown };
        let written_out = match owner {
            Value::Object(_) => Some(owner),
            id => {
                let sides = changes().flat_map(|change| [change.row.get("from"), change.row.get("to")]);
                let known = of_record.into_iter().chain(sides.flatten());
                known.filter(|known| known.is_object()).find(|known| id_of(known) == Some(id))
            }
        };
        match written_out {
            None => Owner::Unknown,
            Some(row) => {
                let entity = target.to.clone();
                let rest = Path { pointer: path.pointer.clone(), entity: entity.clone(), steps: rest.to_vec() };
                Owner::Row { entity, row, rest }
            }
        }
    }
}

/// Who owns the subject when a timer starts.
enum Owner<'h> {
    /// Whoever the record says.
    OfRecord,
    /// Somebody of whom the record says nothing.
    Unknown,
    /// A row, from which the rest of the path is read.
    Row { entity: String, row: &'h Value, rest: Path },
}
