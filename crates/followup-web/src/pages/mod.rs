//! The pages: each asks use cases and shows what they say.

pub(crate) mod counters;
pub(crate) mod letter;
pub(crate) mod sign_in;
pub(crate) mod work;
