//! The e-mail sender: SMTP by lettre.
//!
//! [`SmtpSender`] speaks SMTP with lettre's commands, extensions and authentication over a connection of its own
//! (`session`, `wire`), for three promises that lettre's `SmtpConnection` does not make: the whole exchange
//! keeps one deadline however slowly a server drips its bytes; what a server says is kept whatever its encoding, so that
//! an acceptance in Latin-1 is an acceptance; and nothing that was said before TLS began is read after it.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod config;
mod envelope;
mod failure;
mod refusal;
mod relay_id;
mod reply;
mod sender;
mod session;
mod sign_in;
mod tls;
mod wire;

pub use config::{SmtpConfig, SmtpConfigError, SmtpLogin, SmtpTls};
pub use sender::SmtpSender;
