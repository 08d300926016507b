//! What diesel reports, in the words of the port. No text contains values of rows.

use diesel::result::{DatabaseErrorKind, Error};
use followup_domain::ports::StoreError;

/// Why a piece of work on the database failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The database said no.
    Query(Error),
    /// What is stored, or was given, cannot be right.
    Refused(String),
}

/// What a piece of work on the database gives.
pub(crate) type Done<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Query(error)
    }
}

/// A stored value that this program cannot read.
pub(crate) fn unreadable(what: &str) -> Failure {
    Failure::Refused(format!("stored {what} cannot be read"))
}

impl Failure {
    /// Whether the same transaction may succeed when it is run again.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Query(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
            Self::Query(Error::DatabaseError(DatabaseErrorKind::Unknown, information)) => {
                // "deadlock" stands in the English, Spanish, French, German and Portuguese texts of Postgres.
                information.message().contains("deadlock") || is_sqlite_lock(information.message())
            }
            _ => false,
        }
    }

    /// Whether the connection is gone.
    pub(crate) fn is_disconnection(&self) -> bool {
        let Self::Query(Error::DatabaseError(kind, information)) = self else {
            return matches!(self, Self::Query(Error::BrokenTransactionManager));
        };
        matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand)
            || (matches!(kind, DatabaseErrorKind::Unknown) && starts_with_any(information.message(), CONNECTION_LOST))
    }

    fn is_passing(&self) -> bool {
        let Self::Query(Error::DatabaseError(DatabaseErrorKind::Unknown, information)) = self else { return false };
        let message = information.message();
        BUSY_OR_FULL.iter().any(|known| message.contains(known))
    }
}

impl From<&Failure> for StoreError {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Refused(reason) => Self::Refused(reason.clone()),
            Failure::Query(error) => {
                let text = describe(error);
                let passing = failure.may_pass() || failure.is_disconnection() || failure.is_passing();
                if passing { Self::Unavailable(text) } else { Self::Refused(text) }
            }
        }
    }
}

/// Texts of libpq and of the server about a connection that ended; the first are not translated where libpq has no catalogue.
const CONNECTION_LOST: &[&str] = &[
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "could not receive data from server",
    "could not send data to server",
    "SSL connection has been closed",
    "connection not open",
];

/// Lock and statement timeouts, shutdown, full disk, too many connections; of Postgres in English, and of SQLite.
const BUSY_OR_FULL: &[&str] = &[
    "lock timeout",
    "statement timeout",
    "the database system is",
    "could not extend file",
    "No space left on device",
    "too many clients",
    "remaining connection slots",
    "could not obtain lock",
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
];

fn starts_with_any(message: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| message.starts_with(start))
}

fn is_sqlite_lock(message: &str) -> bool {
    message == "database is locked" || message == "database table is locked"
}

/// The error's kind and the database's main sentence, which names tables and constraints but no values. Errors of
/// reading and writing values may quote them, so they are told by kind alone.
fn describe(error: &Error) -> String {
    match error {
        Error::DatabaseError(_, information) => information.message().lines().next().unwrap_or_default().to_owned(),
        Error::NotFound => "a row that must exist does not".to_owned(),
        Error::InvalidCString(_) => "a text contains a NUL character".to_owned(),
        Error::DeserializationError(_) => "a stored value cannot be read".to_owned(),
        Error::SerializationError(_) => "a value cannot be stored".to_owned(),
        Error::BrokenTransactionManager => "the connection was lost within a transaction".to_owned(),
        _ => "the query cannot be run".to_owned(),
    }
}
