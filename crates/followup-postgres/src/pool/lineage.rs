//! Which line of history a connection's server writes. A promotion begins a new one, with a higher number, and the server that was primary
//! before may go on with the old one, unaware: a process that has seen the new line neither stays on the old one nor goes back to it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::CustomizeConnection;
use diesel::sql_types::{BigInt, Integer};

/// Of a server that writes. A role may ask for both; a server that only resembles Postgres may know neither.
const MARK: &str = "SELECT (SELECT system_identifier FROM pg_control_system()) AS cluster, \
                    ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer AS timeline";

/// A cluster's line of history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(super) struct Mark {
    #[diesel(sql_type = BigInt)]
    cluster: i64,
    #[diesel(sql_type = Integer)]
    timeline: i32,
}

/// The newest line that this process has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lineage(Arc<Mutex<Option<Mark>>>, Arc<AtomicBool>);

impl Lineage {
    /// Whether it has gone on since a pool's first connection was made.
    pub(super) fn has_left(&self, born: &OnceLock<Mark>) -> bool {
        let newest = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        born.get().is_some_and(|born| newest.is_some_and(|newest| newest != *born))
    }

    /// Whether a server did not tell its line, so that a promotion may not be noticed.
    pub(crate) fn is_blind(&self) -> bool {
        self.1.load(Ordering::SeqCst)
    }

    /// Notes whether a server told its line; why it did not is logged once, until it does.
    fn note(&self, refusal: Option<&diesel::result::Error>) {
        let was_blind = self.1.swap(refusal.is_some(), Ordering::SeqCst);
        if let Some(error) = refusal.filter(|_| !was_blind) {
            tracing::warn!(
                %error,
                "the database does not tell its timeline, so that the promotion of a standby is not noticed while the old primary answers: grant \
                 EXECUTE on pg_control_system(), pg_walfile_name(pg_lsn) and pg_current_wal_lsn() to the service's role"
            );
        }
    }

    /// Takes notice of a server's line.
    ///
    /// # Errors
    /// It is an older one of the same cluster.
    fn see(&self, mark: Mark) -> Result<(), String> {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *newest {
            Some(known) if known.cluster == mark.cluster && known.timeline > mark.timeline => Err(format!(
                "this server writes timeline {} and another was promoted to {}: it is no longer the primary",
                mark.timeline, known.timeline
            )),
            _ => {
                *newest = Some(mark);
                Ok(())
            }
        }
    }
}

/// Makes a new connection ready.
#[derive(Debug)]
pub(super) struct SetUp {
    pub(super) settings: String,
    pub(super) lineage: Lineage,
    /// The line of the pool's first connection.
    pub(super) born: Arc<OnceLock<Mark>>,
    /// How many are being made ready: those that hang stay so until the peer speaks.
    pub(super) under_way: Arc<AtomicUsize>,
}

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for SetUp {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let outcome = self.make_ready(conn);
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        outcome
    }
}

impl SetUp {
    fn make_ready(&self, conn: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        conn.batch_execute(&self.settings)?;
        let told = diesel::sql_query(MARK).get_result::<Mark>(conn);
        self.lineage.note(told.as_ref().err());
        if let Ok(mark) = told {
            self.lineage.see(mark).map_err(|text| diesel::result::Error::QueryBuilderError(text.into()))?;
            self.born.get_or_init(|| mark);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_line_of_the_same_cluster_is_refused_and_another_cluster_is_not() {
        let lineage = Lineage::default();
        let mark = |cluster, timeline| Mark { cluster, timeline };
        let born = OnceLock::new();
        lineage.see(mark(7, 1)).unwrap();
        born.set(mark(7, 1)).unwrap();
        assert!(!lineage.has_left(&born));
        lineage.see(mark(7, 2)).unwrap();
        assert!(lineage.has_left(&born));
        assert!(lineage.see(mark(7, 1)).unwrap_err().contains("no longer the primary"));
        assert_eq!(lineage.see(mark(7, 2)), Ok(()));
        // Moved, or upgraded, on purpose.
        assert_eq!(lineage.see(mark(8, 1)), Ok(()));
    }
}
