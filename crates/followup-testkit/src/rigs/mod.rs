//! Real servers for tests, each private to the test that starts it.
//!
//! A rig listens on loopback only, keeps everything in its own folder below `/tmp` and outlives
//! its test by no more than the time it takes to stop, even when the test is killed (see
//! `lifeline`). A rig that cannot start says what is missing; it never lets a test pass unrun.

pub mod browser;
pub mod kannel;
pub mod mail;
pub mod meta_server;
pub mod moto;
pub mod postgres;
pub mod proxy;
pub mod scripted_http;
pub mod sink;
pub mod text_provider;
pub mod tokens;
pub mod twilio_server;

mod folder;
mod http_wire;
mod lifeline;
mod ports;
mod programs;
mod wait;
