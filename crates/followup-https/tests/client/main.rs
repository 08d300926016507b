//! The client against real servers on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod requests;
mod stages;
mod support;
