//! The pages as a browser sees them: a real HTTP server on a loopback port, a real store (SQLite in memory), real letters and MIME. Only the
//! clock, the identifiers and the mail server are stand-ins.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod board;
mod cases;
mod channels;
mod door;
mod followup;
mod framing;
mod hostile;
mod letter;
mod letter_texts;
mod proposals;
mod settings;
mod settings_people;
mod sign_in;
mod support;
mod tray_sends;
mod trays;
mod work;
