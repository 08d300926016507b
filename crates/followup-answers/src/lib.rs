//! What every face of the service answers when a use case or the door refuses: which kind of refusal, and its words. How a face shows it
//! is its own.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod access;
mod case;
mod inbox;
mod life_cycle;
mod refusal;
mod request_id;
mod sending;

pub use refusal::Refusal;
pub use request_id::RequestId;
