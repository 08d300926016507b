//! The store port's promises on SQLite: in a file, and in memory.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod in_file {
    use std::ops::Deref;

    use followup_diesel::{MigratingStore, SqliteOptions, SqliteStore};
    use tempfile::TempDir;

    /// A store with its file, which goes when it goes.
    struct FileStore {
        store: SqliteStore,
        _folder: TempDir,
    }

    impl Deref for FileStore {
        type Target = SqliteStore;

        fn deref(&self) -> &SqliteStore {
            &self.store
        }
    }

    fn make_store() -> FileStore {
        let folder = TempDir::new().unwrap();
        let store = SqliteStore::open(&folder.path().join("followup.db"), SqliteOptions::default()).unwrap();
        store.migrate().unwrap();
        FileStore { store, _folder: folder }
    }

    followup_testkit::contract_suite!(make_store);
}

mod in_memory {
    use followup_diesel::{MigratingStore, SqliteStore};

    fn make_store() -> Box<SqliteStore> {
        let store = SqliteStore::in_memory().unwrap();
        store.migrate().unwrap();
        Box::new(store)
    }

    followup_testkit::contract_suite_on_one_connection!(make_store);
}
