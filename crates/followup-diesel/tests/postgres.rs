//! The store port's promises on Postgres: a private cluster, a fresh database for each test.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_diesel::{MigratingStore, PostgresStore};
use followup_testkit::rigs::postgres::PostgresCluster;

fn make_store() -> Box<PostgresStore> {
    let database = PostgresCluster::shared().create_database();
    let store = PostgresStore::connect(&database.url, 4).unwrap();
    store.migrate().unwrap();
    Box::new(store)
}

followup_testkit::contract_suite!(make_store);
