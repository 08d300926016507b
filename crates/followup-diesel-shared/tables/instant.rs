//! Instants as both databases keep them: UTC, to the microsecond.

use chrono::{DateTime, SubsecRound, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;

use super::super::sql;

/// An instant of a column. How it is written is each database's own (`postgres.rs`, `sqlite.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Instant)]
pub(in super::super) struct At(pub(in super::super) DateTime<Utc>);

impl From<DateTime<Utc>> for At {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(6))
    }
}

impl At {
    /// An instant to the second: the order of a thread.
    pub(in super::super) fn second_of(instant: DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(0))
    }
}
