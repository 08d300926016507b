//! What answers say of the case's fields: read, listed, accepted, refused.

pub(crate) mod accept;
pub(crate) mod list;
mod read;
mod reject;
