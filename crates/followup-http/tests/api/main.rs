//! The API as a client sees it: a real HTTP server on a loopback port, a real store (SQLite in memory), real letters and MIME.
//! Only the clock, the identifiers and the mail server are stand-ins.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod admin;
mod attempts;
mod auth;
mod automatic;
mod bounces;
mod cases;
mod cors;
mod errors;
mod followup;
mod health;
mod hostile;
mod html;
mod idempotency;
mod inbox;
mod life_cycle;
mod list;
mod message_changes;
mod openapi;
mod provider_calls;
mod roles;
mod room;
mod send;
mod slow;
mod stored;
mod strict;
mod support;
mod tables;
mod templates;
mod thread;
mod tokens;
mod trays;
mod warnings;
mod webhooks;
mod worklist;
