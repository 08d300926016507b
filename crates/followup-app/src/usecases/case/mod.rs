//! A case: registered, corrected, closed, looked at.

pub(crate) mod channels;
pub(crate) mod close;
pub(crate) mod document_field;
pub(crate) mod find;
pub(crate) mod register;
pub(crate) mod reopen;
pub(crate) mod reopen_field;
pub(crate) mod summary;
pub(crate) mod update;
pub(crate) mod warnings;
