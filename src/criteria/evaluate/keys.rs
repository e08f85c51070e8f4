//! Single values read from a record: to put rows in order, to tell them apart, to compute with.

use std::cmp::Ordering;

use jiff::Timestamp;

use super::compare::Scalar;
use super::{Evaluator, Exhausted, Scope};
use crate::criteria::model::Field;
use crate::criteria::syntax::Path;

/// A known value by which rows are put in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// A truth value; false comes first.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A day, by its first instant, or an instant.
    Instant(Timestamp),
    /// Text.
    Text(String),
}

impl Key {
    /// A total order; values of different types keep the order in which the types stand here.
    #[must_use]
    pub fn compare(&self, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Boolean(left), Key::Boolean(right)) => left.cmp(right),
            (Key::Number(left), Key::Number(right)) => left.total_cmp(right),
            (Key::Instant(left), Key::Instant(right)) => left.cmp(right),
            (Key::Text(left), Key::Text(right)) => left.cmp(right),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Key::Boolean(_) => 0,
            Key::Number(_) => 1,
            Key::Instant(_) => 2,
            Key::Text(_) => 3,
        }
    }
}

impl Evaluator<'_> {
    /// The first known value that a path reads, by which rows are put in order.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn sort_key(&self, path: &Path, scope: &Scope) -> Result<Option<Key>, Exhausted> {
        let operated = self.field(path, scope)?;
        Ok(operated.values.first().map(|value| self.key_of(*value, &operated.field)))
    }

    /// The known values that a path reads, as texts that are equal where the values are.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn identities(&self, path: &Path, scope: &Scope) -> Result<Vec<String>, Exhausted> {
        let operated = self.field(path, scope)?;
        Ok(operated.values.iter().map(|value| self.key(*value, &operated.field)).collect())
    }

    /// The numbers that a path reads.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn numbers(&self, path: &Path, scope: &Scope) -> Result<Vec<f64>, Exhausted> {
        Ok(self.field(path, scope)?.values.into_iter().filter_map(Scalar::number).collect())
    }

    /// The first known text that a path reads.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn text(&self, path: &Path, scope: &Scope) -> Result<Option<String>, Exhausted> {
        let values = self.field(path, scope)?.values;
        Ok(values.into_iter().find_map(Scalar::text).map(str::to_owned))
    }

    fn key_of(&self, value: Scalar, field: &Field) -> Key {
        let instant = match field.field_type.is_date() {
            true => value.moment().and_then(|moment| moment.first_instant(self.model.zone())),
            false => None,
        };
        match (value, instant) {
            (_, Some(instant)) => Key::Instant(instant),
            (Scalar::Text(text), None) => Key::Text(text.to_owned()),
            (Scalar::Number(number), None) => Key::Number(number),
            (Scalar::Boolean(truth), None) => Key::Boolean(truth),
        }
    }
}
