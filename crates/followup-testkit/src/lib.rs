//! Dev only: contract suites, builders, private Postgres and mail servers.

pub mod rigs;
