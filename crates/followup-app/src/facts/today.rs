//! The organisation's day.

use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};

use crate::step::Step;

/// When the organisation's day began (UTC).
pub(crate) fn day_begins(step: &Step<'_>) -> DateTime<Utc> {
    let zone = step.policy().zone;
    let midnight = step.now.with_timezone(&zone).date_naive().and_time(NaiveTime::MIN);
    // Where clocks were put on at midnight, there was none.
    let local =
        zone.from_local_datetime(&midnight).earliest().or_else(|| zone.from_local_datetime(&(midnight + TimeDelta::hours(1))).earliest());
    local.map_or(step.now, |begin| begin.with_timezone(&Utc))
}
