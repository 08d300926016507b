//! The pages: each asks use cases and shows what they say.

pub(crate) mod board;
pub(crate) mod cases;
pub(crate) mod counters;
pub(crate) mod followup;
pub(crate) mod letter;
pub(crate) mod proposals;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod trays;
pub(crate) mod work;
