//! The one outgoing HTTP client of the service.
//!
//! Whoever hands something over by HTTP must know, when it fails, whether it may have arrived. So a [`Failure`] tells the stage: nothing
//! left ([`Failure::NotSent`]), something may have ([`Failure::MaybeSent`], [`Failure::AnswerLost`]), or the server said no
//! ([`Failure::Answered`]). Nothing is retried, no redirect is followed and no connection is used twice: a connection that the server
//! just gave up would make every failure a doubt.
//!
//! [`Files`] fetches what another party's address names, from the servers that its owner is known to keep files on, and from no other.
//!
//! A [`Client`] speaks to one server, so what is presented to it goes nowhere else. Beyond this machine it speaks `https` only. Its answers
//! are bounded in size and in time. No address, header or body stands in an error or in `Debug`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod address;
mod answer;
mod client;
mod failure;
mod files;
pub mod form;
mod public;
mod request;
mod stage;
mod trust;

pub use answer::{Answer, leaves_in_doubt};
pub use client::{Client, ClientError};
pub use failure::{Cause, Failure};
pub use files::{FileError, FileHost, Files, Login};
pub use request::{Limits, Request};
