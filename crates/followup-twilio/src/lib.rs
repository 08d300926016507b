//! Text messages (SMS) and WhatsApp by Twilio.
//!
//! [`TwilioSms`] and [`TwilioWhatsapp`] hand messages over, and [`TwilioTemplates`] lists what WhatsApp takes at any time. Twilio has no idempotency key, so what it may have taken is in doubt until it says so itself: our own
//! name of the message travels in the address of its status callback, and comes back with every one ([`TwilioEvents`], [`TwilioWhatsappEvents`]). That it was Twilio
//! who called, [`TwilioDoor`] proves by the signature.
//!
//! What Twilio's error codes mean is a table (`codes.rs`). No secret and no telephone number stands in an error or in `Debug`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod account;
mod answer;
mod codes;
mod config;
mod door;
mod events;
mod media;
mod sender;
mod signature;
mod templates;
mod whatsapp;

use followup_https::form;

pub use config::{ConfigError, TwilioConfig, TwilioFrom};
pub use door::TwilioDoor;
pub use events::{TwilioEvents, TwilioWhatsappEvents};
pub use media::TwilioMedia;
pub use sender::TwilioSms;
pub use signature::{Algorithm, Params, is_signed};
pub use templates::{TwilioTemplates, TwilioTemplatesConfig};
pub use whatsapp::TwilioWhatsapp;

/// The scope of Twilio's ids of text messages.
pub const SCOPE: &str = "twilio";
/// The scope of its ids of WhatsApp messages.
pub const WHATSAPP_SCOPE: &str = "twilio_whatsapp";
/// What stands before a number that is meant by WhatsApp.
const WHATSAPP: &str = "whatsapp:";
/// The parameter of our callback address in which our own name of the message travels.
const REFERENCE: &str = "ref";
