//! Text messages (SMS) by AWS SNS: `Publish` to a number, signed by ourselves.
//!
//! SNS calls nobody back and takes no replies: what is in doubt stays so until a person looks into its delivery log, and a message that it
//! took is never known to have arrived.
//!
//! No secret and no telephone number stands in an error or in `Debug`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod answer;
mod codes;
mod config;
mod sender;
mod signature;
mod xml;

pub use config::{SnsConfig, SnsKey};
pub use sender::SnsSms;
pub use signature::{Signed, authorization};

/// The scope of SNS's ids of text messages.
pub const SCOPE: &str = "sns";
