//! Access tokens for mail servers: the client-credentials and refresh-token grants of OAuth 2.0 (RFC 6749 §4.4, §6).
//!
//! One [`TokenSource`] serves one account and all threads of a process: a token is kept until shortly before it expires, one thread at
//! a time fetches the next, and what the others waited for is given to them too. Nothing runs by itself; the pace follows the service's
//! own clock. No token and no secret stands in an error or a log line.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod answer;
mod config;
mod endpoint;
mod given;
mod refresh;
mod source;

pub use config::{CurrentSecret, Grant, OauthConfig};
pub use endpoint::OauthConfigError;
pub use given::GivenToken;
pub use source::TokenSource;
