//! Addresses: those at which letters failed, and those that must not be written to.

pub(crate) mod block;
pub(crate) mod clear;
pub(crate) mod list;
pub(crate) mod unblock;
