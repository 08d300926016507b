//! Dev only: contract suites, builders, private Postgres and mail servers.

pub mod fakes;
pub mod rigs;
