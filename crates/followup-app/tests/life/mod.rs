//! A unit that lives through random days: what can happen to it, and what must hold whatever happened.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

pub mod commands;
pub mod invariants;
pub mod replay;
pub mod world;
pub mod year;
