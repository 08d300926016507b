//! The pages as a person sees them: a real Chromium before a real `api-server`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod journey;
mod looks;
mod site;
#[path = "../support/mod.rs"]
mod support;
