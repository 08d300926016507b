//! The pages as a person sees them: a real Chromium before a real `api-server`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod hostile;
mod journey;
mod looks;
mod post;
mod preview;
mod site;
#[path = "../support/mod.rs"]
mod support;
mod troubles;
