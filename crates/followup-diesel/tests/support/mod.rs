//! What both adapters' own tests share: a fresh database, and raw SQL on it.
#![allow(dead_code, unreachable_pub)] // Each test binary uses a part, as its own.

pub mod guards;
pub mod migrations;
pub mod tolerance;

use diesel::prelude::*;
use diesel::sql_types::Text;
use followup_diesel::MigratingStore;
use followup_domain::ports::{Store, StoreError, StoreExt, Tx};
use followup_testkit::fakes::salts;

/// A fresh database of one kind.
pub trait Rig {
    /// The store on it.
    fn store(&self) -> &dyn MigratingStore;
    /// Reverts every migration.
    fn revert_all(&self);
    /// Reverts the last so many migrations.
    fn revert(&self, count: usize);
    /// Runs SQL that gives no rows; the database's message when it refuses.
    fn execute(&self, sql: &str) -> Result<(), String>;
    /// The first column of a query, whose name must be `text`.
    fn texts(&self, sql: &str) -> Vec<String>;
}

/// One column of text.
#[derive(QueryableByName)]
pub struct TextRow {
    #[diesel(sql_type = Text)]
    pub text: String,
}

/// The port of a store that can migrate.
pub fn port(rig: &dyn Rig) -> &dyn Store {
    rig.store()
}

pub fn write<T>(rig: &dyn Rig, work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError>) -> T {
    port(rig).write(work).unwrap()
}

pub fn read<T>(rig: &dyn Rig, work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError>) -> T {
    port(rig).read(work).unwrap()
}

#[cfg(feature = "sqlite")]
pub mod sqlite {
    use super::*;
    use std::path::PathBuf;

    use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
    use followup_diesel::{SqliteOptions, SqliteStore};
    use tempfile::TempDir;

    const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

    /// A store on a SQLite file.
    pub struct SqliteRig {
        pub store: SqliteStore,
        pub path: PathBuf,
        _folder: TempDir,
    }

    impl SqliteRig {
        pub fn unmigrated() -> Self {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join("followup.db");
            let store = SqliteStore::open(&path, SqliteOptions::default(), salts()).unwrap();
            Self { store, path, _folder: folder }
        }

        pub fn migrated() -> Self {
            let rig = Self::unmigrated();
            rig.store.migrate().unwrap();
            rig
        }

        pub fn connect(&self) -> SqliteConnection {
            let mut conn = SqliteConnection::establish(self.path.to_str().unwrap()).unwrap();
            diesel::sql_query("PRAGMA foreign_keys = ON").execute(&mut conn).unwrap();
            diesel::sql_query("PRAGMA recursive_triggers = ON").execute(&mut conn).unwrap();
            conn
        }
    }

    impl Rig for SqliteRig {
        fn store(&self) -> &dyn MigratingStore {
            &self.store
        }
        fn revert_all(&self) {
            self.store.revert_all().unwrap();
        }
        fn revert(&self, count: usize) {
            let mut conn = self.connect();
            for _ in 0..count {
                conn.revert_last_migration(MIGRATIONS).unwrap();
            }
        }
        fn execute(&self, sql: &str) -> Result<(), String> {
            diesel::sql_query(sql).execute(&mut self.connect()).map(|_| ()).map_err(|error| error.to_string())
        }
        fn texts(&self, sql: &str) -> Vec<String> {
            let rows: Vec<TextRow> = diesel::sql_query(sql).load(&mut self.connect()).unwrap();
            rows.into_iter().map(|row| row.text).collect()
        }
    }
}

#[cfg(feature = "postgres")]
pub mod postgres {
    use super::*;

    use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
    use followup_diesel::PostgresStore;
    use followup_testkit::rigs::postgres::PostgresCluster;

    const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

    /// A store on a database of its own.
    pub struct PostgresRig {
        pub store: PostgresStore,
        pub url: String,
    }

    impl PostgresRig {
        pub fn unmigrated() -> Self {
            let url = PostgresCluster::shared().create_database().url;
            Self { store: PostgresStore::connect(&url, 4, salts()).unwrap(), url }
        }

        pub fn migrated() -> Self {
            let rig = Self::unmigrated();
            rig.store.migrate().unwrap();
            rig
        }

        pub fn connect(&self) -> PgConnection {
            PgConnection::establish(&self.url).unwrap()
        }
    }

    impl Rig for PostgresRig {
        fn store(&self) -> &dyn MigratingStore {
            &self.store
        }
        fn revert_all(&self) {
            self.store.revert_all().unwrap();
        }
        fn revert(&self, count: usize) {
            let mut conn = self.connect();
            for _ in 0..count {
                conn.revert_last_migration(MIGRATIONS).unwrap();
            }
        }
        fn execute(&self, sql: &str) -> Result<(), String> {
            diesel::sql_query(sql).execute(&mut self.connect()).map(|_| ()).map_err(|error| error.to_string())
        }
        fn texts(&self, sql: &str) -> Vec<String> {
            let rows: Vec<TextRow> = diesel::sql_query(sql).load(&mut self.connect()).unwrap();
            rows.into_iter().map(|row| row.text).collect()
        }
    }
}
