//! Which migrations a database has, and which this program knows.

use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel_migrations::EmbeddedMigrations;
use followup_domain::ports::StoreError;

/// What migrating did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationReport {
    /// The migrations that were applied, in order.
    pub applied: Vec<String>,
}

/// Why a database was not brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// The database has migrations that this program does not know: it was migrated by a newer one.
    #[error("the database has migrations that this program does not know: {}", .0.join(", "))]
    Unknown(Vec<String>),
    /// A migration, or the way to the database, failed.
    #[error("the database could not be migrated: {0}")]
    Failed(String),
    /// It cannot be reached, is locked, full or shutting down. It may work later; what a migration had begun is undone.
    #[error("the database could not be migrated now: {0}")]
    Unavailable(String),
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Unavailable(_) => Self::Unavailable(error.to_string()),
            _ => Self::Refused(error.to_string()),
        }
    }
}

impl From<StoreError> for MigrateError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(text) | StoreError::Unknown(text) => Self::Unavailable(text),
            StoreError::Refused(text) => Self::Failed(text),
        }
    }
}

/// The migrations that this program knows: their versions, in order.
pub fn known<DB: Backend>(source: &EmbeddedMigrations) -> Result<Vec<String>, MigrateError> {
    let migrations = MigrationSource::<DB>::migrations(source).map_err(|error| MigrateError::Failed(error.to_string()))?;
    let mut versions: Vec<String> = migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    versions.sort();
    Ok(versions)
}

/// Those of `applied` that are not among `known`, as an error.
pub fn refuse_unknown(known: &[String], applied: &[String]) -> Result<(), MigrateError> {
    let unknown = missing_from(known, applied);
    if unknown.is_empty() { Ok(()) } else { Err(MigrateError::Unknown(unknown)) }
}

/// Whether the database has exactly the migrations that this program knows.
pub fn check(known: &[String], applied: &[String]) -> Result<(), StoreError> {
    refuse_unknown(known, applied)?;
    let pending = missing_from(applied, known);
    if pending.is_empty() {
        return Ok(());
    }
    Err(StoreError::Refused(format!("the database lacks these migrations: {}", pending.join(", "))))
}

fn missing_from(these: &[String], those: &[String]) -> Vec<String> {
    those.iter().filter(|version| !these.contains(version)).cloned().collect()
}
