//! The thread of a case: read, and what people decide about a message of it.

pub(crate) mod confirm_sender;
pub(crate) mod link;
pub(crate) mod mark_read;
pub(crate) mod original;
pub(crate) mod read;
pub(crate) mod resolve;
pub(crate) mod set_status;
