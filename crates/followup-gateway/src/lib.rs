//! Text messages (SMS) by a gateway of one's own: Kannel and what speaks as it does, or one that takes JSON (telephones, appliances).
//!
//! [`GatewaySms`] hands messages over. No gateway has an idempotency key, so what it may have taken is in doubt until it says so itself: our
//! own name of the message travels in the address of its delivery report, and comes back with it ([`GatewayEvents`]). Gateways sign nothing:
//! whoever calls must know the secret in the path, and call from an address that is allowed ([`GatewayDoor`]).
//!
//! No secret and no telephone number stands in an error or in `Debug`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod call;
mod charset;
mod config;
mod door;
mod events;
mod json;
mod kannel;
mod number;
mod sender;
mod words;

pub use config::{ConfigError, GatewayConfig, JsonProfile, Login, Profile, SignIn};
pub use door::{AddressRange, GatewayDoor};
pub use events::GatewayEvents;
pub use sender::GatewaySms;

/// The scope of the gateway's ids of text messages.
pub const SCOPE: &str = "gateway";
/// Where the gateway calls, before the secret.
pub const WEBHOOK: &str = "/api/v1/webhooks/sms/";
/// The parameter of our callback address in which our own name of the message travels.
const REFERENCE: &str = "ref";
