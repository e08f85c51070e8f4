//! Rows and values of a record: what a path reaches in it at the instant of evaluation.

use std::collections::BTreeSet;

use crate::document::Value;

use super::compare::{Operated, Scalar};
use super::{Evaluator, Exhausted, Scope};
use crate::criteria::model::{Entity, Field, FieldType};
use crate::criteria::syntax::Path;
use crate::criteria::time::Moment;

/// Whether a value is missing: null, absent, blank or an empty list.
#[must_use]
pub fn is_missing(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.iter().all(|item| is_missing(Some(item))),
        Some(_) => false,
    }
}

impl<'e> Evaluator<'e> {
    /// The known values of a field over to-one relations. A relation at the end gives the id of its row.
    pub(super) fn field<'s>(&'s self, path: &Path, scope: &Scope<'s>) -> Result<Operated<'s>, Exhausted> {
        self.budget.pay(path.steps.len())?;
        let Some((last, relations)) = path.steps.split_last() else { return Ok(Operated::missing()) };
        let Some((entity, row)) = self.follow(path, relations, scope) else { return Ok(Operated::missing()) };
        if let Some(field) = entity.fields.get(last) {
            self.pay_for_history([row], last)?;
            return Ok(Operated::of_field(field, known_values(self.value(row, last, field))));
        }
        let relation = entity.relations.get(last).filter(|relation| !relation.many);
        let Some(target) = relation.and_then(|relation| self.model.entity(&relation.to)) else {
            return Ok(Operated::missing());
        };
        let id = match row.get(last) {
            Some(nested @ Value::Object(_)) if self.exists(target, nested) => row_id(target, nested),
            Some(Value::Object(_)) => None,
            plain => plain,
        };
        Ok(Operated::computed(Field::computed(FieldType::Id), known_values(id)))
    }

    /// The row that a path over to-one relations ends at, and whether stated scores are about it.
    pub(super) fn row_at<'s>(&'s self, path: &Path, scope: &Scope<'s>) -> Result<Option<(&'s Value, bool)>, Exhausted> {
        self.budget.pay(path.steps.len())?;
        let stated = scope.of_entity(&path.entity).is_some_and(|scope| scope.stated);
        Ok(self.follow(path, &path.steps, scope).map(|(_, row)| (row, stated)))
    }

    /// Follows to-one relations from the row in scope that a path starts from.
    fn follow<'s>(&'s self, path: &Path, steps: &[String], scope: &Scope<'s>) -> Option<(&'s Entity, &'s Value)> {
        let mut row = scope.of_entity(&path.entity)?.row;
        let mut entity = self.model.entity(&path.entity)?;
        for step in steps {
            let relation = entity.relations.get(step).filter(|relation| !relation.many)?;
            entity = self.model.entity(&relation.to)?;
            row = row.get(step).filter(|row| row.is_object() && self.exists(entity, row))?;
        }
        Some((entity, row))
    }

    /// The rows of an entity that `via`, or the only relation that leads there, reaches. A row that is reached twice
    /// is one row. Each comes with the row that its last relation starts from.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn rows<'s>(
        &'s self,
        target: &str,
        via: Option<&Path>,
        scope: &Scope<'s>,
    ) -> Result<Vec<Related<'s>>, Exhausted> {
        let Ok(route) = self.model.route(&scope.entities(), target, via) else { return Ok(Vec::new()) };
        let Some(start) = scope.of_entity(route.start) else { return Ok(Vec::new()) };
        let Some(mut entity) = self.model.entity(route.start) else { return Ok(Vec::new()) };
        let mut reached = vec![Related { row: start.row, parent: start.row, parent_entity: entity }];
        for step in route.steps {
            let next = entity.relations.get(step).and_then(|relation| self.model.entity(&relation.to));
            let Some(next) = next else { return Ok(Vec::new()) };
            let mut further = Vec::new();
            for parent in &reached {
                let rows = match parent.row.get(step) {
                    Some(Value::Array(rows)) => rows,
                    Some(row) => std::slice::from_ref(row),
                    None => &[],
                };
                self.budget.pay(rows.len())?;
                let rows = rows.iter().filter(|row| row.is_object() && self.exists(next, row));
                further.extend(rows.map(|row| Related { row, parent: parent.row, parent_entity: entity }));
            }
            (reached, entity) = (further, next);
        }
        Ok(once_each(entity, reached))
    }

    /// Whether a row is there at the instant of evaluation: it has no date, or one that is not later.
    pub(in crate::criteria) fn exists(&self, entity: &Entity, row: &Value) -> bool {
        let now = Moment::Instant(self.clock.now);
        self.dated(entity, row).is_none_or(|date| date.compare(now, self.model.zone()).is_le())
    }

    /// The id of a row as text, by which ties are broken; empty where it has none.
    #[must_use]
    pub fn id_of(&self, entity: &Entity, row: &Value) -> String {
        id_text(entity, row)
    }

    /// The date of a row, by the field that dates its entity.
    #[must_use]
    pub fn dated(&self, entity: &Entity, row: &Value) -> Option<Moment> {
        Moment::parse(row.get(entity.dated_by.as_ref()?)?.as_str()?)
    }
}

/// A row that a relation leads to.
#[derive(Clone, Copy, Debug)]
pub struct Related<'s> {
    /// The row.
    pub row: &'s Value,
    /// The row that its relation starts from.
    pub parent: &'s Value,
    /// The entity of that row.
    pub parent_entity: &'s Entity,
}

/// The value that tells a row apart.
fn row_id<'s>(entity: &Entity, row: &'s Value) -> Option<&'s Value> {
    row.get(entity.identified_by.as_ref()?)
}

/// The id of a row as text, by which ties are broken; empty where it has none.
#[must_use]
pub(super) fn id_text(entity: &Entity, row: &Value) -> String {
    row_id(entity, row).and_then(Scalar::of_value).map(Scalar::id).unwrap_or_default()
}

fn once_each<'s>(entity: &Entity, rows: Vec<Related<'s>>) -> Vec<Related<'s>> {
    let mut seen = BTreeSet::new();
    let fresh = |related: &Related| {
        let id = id_text(entity, related.row);
        id.is_empty() || seen.insert(id)
    };
    rows.into_iter().filter(fresh).collect()
}

/// The values of a field that are known: one, or the elements of a list.
pub(in crate::criteria) fn known_values(value: Option<&Value>) -> Vec<Scalar<'_>> {
    let values = match value {
        Some(Value::Array(items)) => items,
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let known = values.iter().filter(|value| !is_missing(Some(value)));
    known.filter_map(Scalar::of_value).collect()
}
