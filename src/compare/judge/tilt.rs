//! Which way scores can have gone.

use std::cmp::Ordering;

use crate::compare::scale::Shift;
use crate::criteria::syntax::Duration;

/// Which way scores can have gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tilt {
    pub(super) up: bool,
    pub(super) down: bool,
    /// Whether something is not known.
    pub(super) open: bool,
}

impl Tilt {
    pub(super) const SAME: Tilt = Tilt { up: false, down: false, open: false };
    pub(super) const UP: Tilt = Tilt { up: true, ..Tilt::SAME };
    pub(super) const DOWN: Tilt = Tilt { down: true, ..Tilt::SAME };
    pub(super) const BOTH: Tilt = Tilt { up: true, down: true, open: false };
    pub(super) const OPEN: Tilt = Tilt { open: true, ..Tilt::SAME };

    pub(super) fn and(self, other: Tilt) -> Tilt {
        Tilt { up: self.up || other.up, down: self.down || other.down, open: self.open || other.open }
    }

    pub(super) fn reversed(self) -> Tilt {
        Tilt { up: self.down, down: self.up, open: self.open }
    }

    /// That a number of which more gives more points went from one to another.
    pub(super) fn of(before: f64, after: f64) -> Tilt {
        match before.total_cmp(&after) {
            Ordering::Less => Tilt::UP,
            Ordering::Equal => Tilt::SAME,
            Ordering::Greater => Tilt::DOWN,
        }
    }

    /// That something appears which gives points between two bounds.
    pub(super) fn of_range((least, most): (f64, f64)) -> Tilt {
        Tilt { up: most > 0.0, down: least < 0.0, open: false }
    }

    /// That a length of time of which more gives more points went from one to another.
    pub(super) fn of_time(before: Duration, after: Duration) -> Tilt {
        let length = |time: Duration| Shift::default().and(time);
        match length(before).order(length(after)) {
            None => Tilt::OPEN,
            Some(Ordering::Less) => Tilt::UP,
            Some(Ordering::Equal) => Tilt::SAME,
            Some(Ordering::Greater) => Tilt::DOWN,
        }
    }
}

/// What the code of two conditions says where to meet them gives points.
pub(super) fn wider(code: &str) -> Tilt {
    match code {
        "equivalent" => Tilt::SAME,
        "looser" => Tilt::UP,
        "stricter" => Tilt::DOWN,
        "reshaped" => Tilt::BOTH,
        _ => Tilt::OPEN,
    }
}
