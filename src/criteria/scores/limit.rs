//! How often an event counts within a rolling stretch of time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::model::Limit;
use crate::criteria::time::Moment;

/// When an event counted, from the earliest.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted(Vec<Timestamp>);

impl Counted {
    /// Counts an event, unless the limit is reached. Only what counted uses the limit up, so the stretch rolls: once
    /// in five days means five days since the one that counted.
    pub(super) fn count(&mut self, at: Timestamp, limit: Option<Limit>, zone: &TimeZone) -> bool {
        let Some(limit) = limit else { return true };
        let oldest = self.0.len().checked_sub(limit.times).and_then(|index| self.0.get(index));
        let free = oldest.is_none_or(|oldest| {
            let until = Moment::Instant(*oldest).shifted(limit.per, zone);
            until.is_some_and(|until| until.compare(Moment::Instant(at), zone).is_le())
        });
        if free {
            self.0.push(at);
        }
        free
    }
}
