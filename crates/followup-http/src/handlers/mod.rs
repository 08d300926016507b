//! One file per resource. Who may call it stands in the table of routes, and was checked before.

pub(crate) mod admin;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod badge;
pub(crate) mod bounced_addresses;
pub(crate) mod calls;
pub(crate) mod cases;
pub(crate) mod closing;
pub(crate) mod contacts;
pub(crate) mod deadlines;
pub(crate) mod docs;
pub(crate) mod fields;
pub(crate) mod followup;
pub(crate) mod health;
pub(crate) mod inbox;
pub(crate) mod mail;
pub(crate) mod message_changes;
pub(crate) mod messages;
mod path;
pub(crate) mod plans;
pub(crate) mod provider_calls;
pub(crate) mod quarantine;
pub(crate) mod templates;
pub(crate) mod warnings;
pub(crate) mod webhooks;
pub(crate) mod worklist;
