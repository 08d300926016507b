//! Text messages (SMS) by Twilio.
//!
//! [`TwilioSms`] hands messages over. Twilio has no idempotency key, so what it may have taken is in doubt until it says so itself: our own
//! name of the message travels in the address of its status callback, and comes back with every one ([`TwilioEvents`]). That it was Twilio
//! who called, [`TwilioDoor`] proves by the signature.
//!
//! What Twilio's error codes mean is a table (`codes.rs`). No secret and no telephone number stands in an error or in `Debug`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod answer;
mod codes;
mod config;
mod door;
mod events;
mod form;
mod media;
mod sender;
mod signature;

pub use config::{ConfigError, TwilioConfig, TwilioFrom};
pub use door::TwilioDoor;
pub use events::TwilioEvents;
pub use media::TwilioMedia;
pub use sender::TwilioSms;
pub use signature::{Params, is_signed};

/// The scope of Twilio's ids of text messages.
pub const SCOPE: &str = "twilio";
/// The parameter of our callback address in which our own name of the message travels.
const REFERENCE: &str = "ref";
