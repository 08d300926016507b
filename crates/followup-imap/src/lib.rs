//! IMAP poller and `.eml` inbox: drive the use case that stores inbound mail.
//!
//! Both only fetch. What they find goes to the store as it arrived, by [`followup_app::App::store_mail`]; it is
//! understood from there. Each can look once ([`ImapPoller::poll_once`], [`EmlInbox::scan_once`]) or go on until a
//! [`Stop`] is requested (`run`). Nothing on the server is changed: the mailbox is opened read-only, and `\Seen` is not our
//! memory. Two pollers of one mailbox are harmless: the store keeps each mail once.
//!
//! Log lines carry numbers only: UIDs, sizes, inodes, counts.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod backoff;
mod blocking;
mod config;
mod connect;
mod daemon;
mod eml;
mod error;
mod idle;
mod idle_limit;
mod login;
mod mailbox_name;
mod patience;
mod poll;
mod poller;
mod reconcile;
mod session;
mod stop;
mod tls;
mod trouble;
mod watch;
mod withheld;

pub use backoff::Backoff;
pub use config::{CurrentSecret, ImapConfig, ImapLimits, ImapLogin, ImapTimeouts, ImapTls, Password};
pub use eml::{EmlConfig, EmlInbox, FileCall, LeftFile, ScanError, ScanReport};
pub use error::{Cause, PollError, Stage};
pub use poll::PollReport;
pub use poller::ImapPoller;
pub use reconcile::Comparison;
pub use stop::Stop;
