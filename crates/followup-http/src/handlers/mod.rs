//! One file per resource. A handler's arguments are read in order: the caller first, then the rest.

pub(crate) mod admin;
pub(crate) mod auth;
pub(crate) mod cases;
pub(crate) mod docs;
pub(crate) mod followup;
pub(crate) mod health;
pub(crate) mod inbox;
pub(crate) mod mail;
pub(crate) mod messages;
mod path;
pub(crate) mod plans;
