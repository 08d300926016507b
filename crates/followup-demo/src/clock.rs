//! A clock that is moved by hand.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use followup_domain::ports::Clock;

/// It stands still until it is set.
pub(crate) struct MovedClock(Mutex<DateTime<Utc>>);

impl MovedClock {
    /// Shows this.
    pub(crate) fn at(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    /// Shows this from now on; it is never set back.
    pub(crate) fn set(&self, now: DateTime<Utc>) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = now.max(*shown);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pause(&self, time: Duration) {
        self.set(self.now() + TimeDelta::from_std(time).unwrap_or_default());
    }
}
