//! Dev only: contract suites, builders, private Postgres and mail servers.

pub mod builders;
pub mod chaos;
pub mod contract;
pub mod fakes;
pub mod hostile;
pub mod metrics;
pub mod one_letter;
pub mod rigs;
