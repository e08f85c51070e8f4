//! When idleness costs points: after a while in which nothing happened, and again and again until something does.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::model::Decay;
use crate::criteria::syntax::Duration;
use crate::criteria::time::Moment;

/// How long nothing has happened, as one decay sees it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Idle {
    since: Option<Timestamp>,
    /// Losses since then, those left out included.
    taken: i64,
    due: Option<Timestamp>,
}

impl Idle {
    /// When the next loss is due; never before anything happened.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// Something happened that ends idleness: it begins anew.
    pub(super) fn ends(&mut self, at: Timestamp, decay: &Decay, zone: &TimeZone) {
        *self = Idle { since: Some(at), taken: 0, due: None };
        self.due = self.next(decay, zone);
    }

    /// Something happened to the sum. Where nothing happened before, idleness counts from it.
    pub(super) fn begins(&mut self, at: Timestamp, decay: &Decay, zone: &TimeZone) {
        if self.since.is_none() {
            self.ends(at, decay, zone);
        }
    }

    /// The loss that was due has been dealt with.
    pub(super) fn passes(&mut self, decay: &Decay, zone: &TimeZone) {
        self.taken += 1;
        self.due = self.next(decay, zone);
    }

    /// Lengths of days and longer end when a local day begins. Every loss is reckoned from the first one, so that
    /// months clamped to their end do not drift.
    fn next(&self, decay: &Decay, zone: &TimeZone) -> Option<Timestamp> {
        let first = Moment::Instant(self.since?).shifted(decay.idle, zone)?;
        let due = match self.taken {
            0 => first,
            taken => {
                let amount = decay.every.amount.checked_mul(taken)?;
                first.shifted(Duration { amount, unit: decay.every.unit }, zone)?
            }
        };
        due.first_instant(zone)
    }
}
