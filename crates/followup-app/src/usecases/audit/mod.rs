//! The audit trail as it is shown and checked.

pub(crate) mod read;
