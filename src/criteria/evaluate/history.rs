//! The value of a field at the instant of evaluation. A row may state the history of a tracked field.

use crate::document::Value;

use super::{Evaluator, Exhausted};
use crate::criteria::model::Field;
use crate::criteria::time::Moment;

/// The member of a row that holds the histories of its tracked fields: `{"<field>": [{"at", "is"}, ...]}`.
pub const HISTORY: &str = "history";

/// The entries of a field's history, if the row states one.
#[must_use]
pub fn history_of<'v>(row: &'v Value, field: &str) -> Option<&'v [Value]> {
    row.get(HISTORY)?.get(field)?.as_array()
}

impl Evaluator<'_> {
    /// Pays for looking through the histories of a field in rows.
    pub(super) fn pay_for_history<'v>(
        &self,
        rows: impl IntoIterator<Item = &'v Value>,
        field: &str,
    ) -> Result<(), Exhausted> {
        self.budget.pay(rows.into_iter().filter_map(|row| history_of(row, field)).map(<[Value]>::len).sum())
    }

    /// The value of a field in a row: what its history says last at this instant, which before the first entry is
    /// nothing. Without a history the field has held its value all the time.
    pub(super) fn value<'s>(&self, row: &'s Value, id: &str, field: &Field) -> Option<&'s Value> {
        let history = if field.tracked { history_of(row, id) } else { None };
        let Some(entries) = history else { return row.get(id) };
        let zone = self.model.zone();
        let instant = |entry: &Value| Moment::parse(entry.get("at")?.as_str()?)?.first_instant(zone);
        let dated = entries.iter().filter_map(|entry| Some((instant(entry)?, entry)));
        let past = dated.filter(|(at, _)| *at <= self.clock.now);
        past.max_by_key(|(at, _)| *at).and_then(|(_, entry)| entry.get("is"))
    }
}
