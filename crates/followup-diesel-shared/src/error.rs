//! What diesel reports, in the words of the port. No text contains values of rows.

use diesel::result::{DatabaseErrorKind, Error};
use followup_audit::Unsealable;
use followup_domain::ports::StoreError;

/// Why a piece of work on the database failed.
#[derive(Debug)]
pub enum Failure {
    /// The database said no.
    Query(Error),
    /// What is stored, or was given, cannot be right.
    Refused(String),
    /// Nobody knows whether it was committed.
    Unknown(String),
}

/// What a piece of work on the database gives.
pub type Done<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Query(error)
    }
}

impl From<Unsealable> for Failure {
    fn from(reason: Unsealable) -> Self {
        Self::Refused(reason.to_string())
    }
}

/// A stored value that this program cannot read.
pub fn unreadable(what: &str) -> Failure {
    Failure::Refused(format!("stored {what} cannot be read"))
}

impl Failure {
    /// The failure, of a COMMIT: when the connection was lost there, it may have been carried out.
    pub fn of_commit(self) -> Self {
        match &self {
            Self::Query(error) if self.is_disconnection() => {
                Self::Unknown(format!("the connection was lost in COMMIT: {}", describe(error)))
            }
            _ => self,
        }
    }

    /// Whether the same transaction may succeed when it is run again.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Query(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
            Self::Query(Error::DatabaseError(DatabaseErrorKind::Unknown, information)) => {
                // The word stands in the English, Spanish, French, German, Italian, Swedish and Korean texts of Postgres.
                information.message().to_lowercase().contains("deadlock") || is_sqlite_lock(information.message())
            }
            _ => false,
        }
    }

    /// Whether the connection must not be used again although it lives: it may have been opened when the file could not be written, or
    /// leads to a server that is no longer the primary.
    pub fn spoils_connection(&self) -> bool {
        match self {
            Self::Query(Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _)) => true,
            Self::Query(Error::DatabaseError(_, information)) => {
                SPOILT.iter().chain(STANDBY).any(|known| information.message().contains(known))
            }
            _ => false,
        }
    }

    /// Whether the server that the connection leads to has become a standby.
    pub fn is_of_standby(&self) -> bool {
        matches!(self, Self::Query(Error::DatabaseError(_, information)) if STANDBY.iter().any(|known| information.message().contains(known)))
    }

    /// The error, of a piece of work that took so long that a limit on waiting must have ended it, whatever it says.
    pub fn after_waiting(&self) -> StoreError {
        match (self, StoreError::from(self)) {
            (Self::Query(Error::DatabaseError(DatabaseErrorKind::Unknown, _)), StoreError::Refused(text)) => StoreError::Unavailable(text),
            (_, error) => error,
        }
    }

    /// Whether the connection is gone.
    pub fn is_disconnection(&self) -> bool {
        let Self::Query(Error::DatabaseError(kind, information)) = self else {
            return matches!(self, Self::Query(Error::BrokenTransactionManager));
        };
        matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand)
            || (matches!(kind, DatabaseErrorKind::Unknown) && starts_with_any(information.message(), CONNECTION_LOST))
    }

    fn is_passing(&self) -> bool {
        match self {
            // A transaction that was begun to write: the server has become a replica, or stopped taking writes.
            Self::Query(Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _)) => true,
            Self::Query(Error::DatabaseError(DatabaseErrorKind::Unknown, information)) => is_passing_text(information.message()),
            _ => false,
        }
    }
}

/// Whether a database's message tells of something that may pass.
pub fn is_passing_text(message: &str) -> bool {
    BUSY_OR_FULL.iter().any(|known| message.contains(known))
}

impl From<&Failure> for StoreError {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Refused(reason) => Self::Refused(reason.clone()),
            Failure::Unknown(reason) => Self::Unknown(reason.clone()),
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

/// Lock and statement timeouts, shutdown, full disk or memory, too many connections; of Postgres in English and Spanish (where the
/// service's role may not ask for English), and of SQLite.
const BUSY_OR_FULL: &[&str] = &[
    "canceling statement",
    "cancelando la sentencia",
    "the database system is",
    "could not extend file",
    "no se pudo extender el archivo",
    "No space left on device",
    "No queda espacio en el dispositivo",
    "out of memory",
    "memoria agotada",
    "out of shared memory",
    "memoria compartida agotada",
    "too many clients",
    "remaining connection slots",
    "could not obtain lock",
    "during recovery",
    "durante la recuperación",
    "server closed the connection",
    "terminating connection",
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
];

/// After these a connection is thrown away: SQLite opens what it cannot write for reading only, and does not look again.
const SPOILT: &[&str] = &[
    "attempt to write a readonly database",
    "disk I/O error",
    "unable to open database file",
    "file is not a database",
    "database disk image is malformed",
];

/// What a standby says to whoever wants to write.
const STANDBY: &[&str] = &["during recovery", "durante la recuperación"];

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
