//! How the service does, for those who watch over it.

pub(crate) mod agenda;
pub(crate) mod badge;
pub(crate) mod board;
pub(crate) mod channel_states;
pub(crate) mod health;
pub(crate) mod keys;
pub(crate) mod mailboxes;
pub(crate) mod providers;
pub(crate) mod queue;
pub(crate) mod worklist;
