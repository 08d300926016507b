//! Letter templates: lays out what the domain decided to ask.
//!
//! The Spanish templates are compiled in; a unit replaces any of them by a file of the same name in its templates folder.
//! Their variables are documented in `templates/README.md`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod catalogue;
mod check;
mod context;
mod error;
mod greeting;
mod layout;
mod overrides;
mod templates;

pub use error::TemplateError;
pub use templates::TemplateLetters;
