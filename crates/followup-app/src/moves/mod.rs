//! The only writers of state. Each is legal, conditional, and appends its audit row in the same transaction; none follows up on itself, and
//! none calls another, except that a letter taken out of the queue settles its attempt.

pub(crate) mod address;
pub(crate) mod attempt;
pub(crate) mod call;
pub(crate) mod case;
pub(crate) mod channel_test;
pub(crate) mod claim;
pub(crate) mod deadline;
pub(crate) mod delivery;
pub(crate) mod draft;
pub(crate) mod field;
pub(crate) mod file;
pub(crate) mod inbox;
pub(crate) mod keys;
pub(crate) mod letter_text;
pub(crate) mod media;
pub(crate) mod message;
pub(crate) mod plan;
pub(crate) mod proposal;
pub(crate) mod provider_event;
pub(crate) mod queue;
pub(crate) mod received;
pub(crate) mod session;
pub(crate) mod standing;
pub(crate) mod template;
pub(crate) mod tray;
pub(crate) mod user;
pub(crate) mod warning;
pub(crate) mod whatsapp_template;
