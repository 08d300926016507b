//! WhatsApp by Meta's Cloud API.
//!
//! [`MetaWhatsapp`] hands messages over. Meta has no idempotency key, so what it may have taken is in doubt until it says so itself: our own
//! name of the message travels in `biz_opaque_callback_data`, and comes back with every status ([`MetaEvents`]). That it was Meta who
//! called, [`MetaDoor`] proves by the signature. [`MetaMedia`] fetches the files of messages, [`MetaTemplates`] lists the account's templates.
//!
//! What Meta's error codes mean is a table (`codes.rs`), and so is each kind of message that comes in (`events/kinds.rs`). No secret and no
//! telephone number stands in an error or in `Debug`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod account;
mod answer;
mod codes;
mod config;
mod door;
mod events;
mod media;
mod request;
mod sender;
mod templates;
mod words;

pub use account::MetaAccount;
pub use config::{ConfigError, MetaConfig};
pub use door::MetaDoor;
pub use events::MetaEvents;
pub use media::MetaMedia;
pub use sender::MetaWhatsapp;
pub use templates::MetaTemplates;

/// The scope of Meta's ids of messages (`wamid.…`).
pub const SCOPE: &str = "meta";
