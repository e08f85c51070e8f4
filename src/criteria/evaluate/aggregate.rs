//! Related rows, brought to one value.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::compare::{Operated, Scalar};
use super::rows::{id_text, known_values};
use super::{Evaluator, Exhausted, Scope};
use crate::criteria::model::{Entity, Field, FieldType};
use crate::criteria::number;
use crate::criteria::syntax::{Aggregate, Function, Predicate, Target, Window};
use crate::document::Value;

impl<'e> Evaluator<'e> {
    /// The value of an aggregate. A window with a missing end makes it missing.
    pub(super) fn aggregate<'s>(&'s self, aggregate: &Aggregate, scope: &Scope<'s>) -> Result<Operated<'s>, Exhausted> {
        let Some(entity) = self.model.entity(&aggregate.target.entity) else { return Ok(Operated::missing()) };
        let rows: Vec<&Value> =
            self.rows(&entity.id, aggregate.via.as_ref(), scope)?.into_iter().map(|related| related.row).collect();
        let Some(rows) = self.windowed(rows, entity, aggregate.window.as_ref(), scope)? else {
            return Ok(Operated::missing());
        };
        let rows = self.filtered(rows, entity, aggregate.filter.as_ref(), scope)?;
        let field = aggregate.target.field.as_ref().and_then(|id| Some((id.as_str(), entity.fields.get(id)?)));
        if let Some((id, _)) = field {
            self.pay_for_history(rows.iter().copied(), id)?;
        }
        Ok(self.reduce(aggregate.function, entity, field, rows))
    }

    /// The rows that lie in a window; nothing if an end of it is missing.
    pub(super) fn windowed<'s>(
        &self,
        rows: Vec<&'s Value>,
        entity: &Entity,
        window: Option<&Window>,
        scope: &Scope,
    ) -> Result<Option<Vec<&'s Value>>, Exhausted> {
        let Some(window) = window else { return Ok(Some(rows)) };
        let Some((from, to)) = self.window_ends(window, scope)? else { return Ok(None) };
        let zone = self.model.zone();
        let inside =
            |row: &&Value| self.dated(entity, row).is_some_and(|date| date.is_within(from, to, window.ends, zone));
        Ok(Some(rows.into_iter().filter(inside).collect()))
    }

    /// The rows for which a condition holds.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn filtered<'s>(
        &self,
        rows: Vec<&'s Value>,
        entity: &Entity,
        filter: Option<&Predicate>,
        scope: &Scope,
    ) -> Result<Vec<&'s Value>, Exhausted> {
        let Some(filter) = filter else { return Ok(rows) };
        let mut kept = Vec::new();
        for row in rows {
            if self.holds(filter, &scope.with(&entity.id, row))? {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    /// The number that rows come to: how many, or the sum, least or greatest of a field; none where there is none.
    #[must_use]
    pub fn aggregate_rows(
        &self,
        function: Function,
        entity: &Entity,
        target: &Target,
        rows: Vec<&Value>,
    ) -> Option<f64> {
        let field = target.field.as_ref().and_then(|id| Some((id.as_str(), entity.fields.get(id)?)));
        self.reduce(function, entity, field, rows).values.first().copied().and_then(Scalar::number)
    }

    /// One value of rows and, but for a count, of one of their fields.
    fn reduce<'s>(
        &self,
        function: Function,
        entity: &Entity,
        field: Option<(&str, &'s Field)>,
        rows: Vec<&'s Value>,
    ) -> Operated<'s> {
        if function == Function::Count {
            return whole(rows.len());
        }
        let Some((id, field)) = field else { return Operated::missing() };
        let values = || rows.iter().flat_map(|row| known_values(self.value(row, id, field)));
        let one = |value: Option<Scalar<'s>>| Operated::of_field(field, value.into_iter().collect());
        match function {
            Function::Count | Function::CountDistinct => {
                let keys: BTreeSet<String> = values().map(|value| self.key(value, field)).collect();
                whole(keys.len())
            }
            Function::Sum => {
                let numbers: Vec<f64> = values().filter_map(Scalar::number).collect();
                Operated::computed(Field::computed(field.field_type), vec![Scalar::Number(number::sum(&numbers))])
            }
            Function::Min => one(self.extreme(values(), field, Ordering::Less)),
            Function::Max => one(self.extreme(values(), field, Ordering::Greater)),
            Function::First | Function::Latest => {
                let mut rows = self.in_order(entity, rows);
                if function == Function::Latest {
                    rows.reverse();
                }
                let known = rows
                    .into_iter()
                    .map(|row| known_values(self.value(row, id, field)))
                    .find(|values| !values.is_empty());
                Operated::of_field(field, known.unwrap_or_default())
            }
        }
    }

    /// Dated rows from the earliest to the last; ties in order of their ids.
    #[must_use]
    pub fn in_order<'s>(&self, entity: &Entity, rows: Vec<&'s Value>) -> Vec<&'s Value> {
        let zone = self.model.zone();
        let dated = rows.into_iter().filter_map(|row| {
            let instant = self.dated(entity, row)?.first_instant(zone)?;
            Some((instant, id_text(entity, row), row))
        });
        let mut dated: Vec<_> = dated.collect();
        dated.sort_by(|left, right| (left.0, &left.1).cmp(&(right.0, &right.1)));
        dated.into_iter().map(|(_, _, row)| row).collect()
    }

    fn extreme<'s>(
        &self,
        values: impl Iterator<Item = Scalar<'s>>,
        field: &Field,
        wanted: Ordering,
    ) -> Option<Scalar<'s>> {
        let comparable = values.filter(|value| self.order(*value, *value, field).is_some());
        comparable.reduce(|best, value| if self.order(value, best, field) == Some(wanted) { value } else { best })
    }
}

fn whole<'s>(count: usize) -> Operated<'s> {
    let number = u32::try_from(count).map_or(f64::MAX, f64::from);
    Operated::computed(Field::computed(FieldType::Integer), vec![Scalar::Number(number)])
}
