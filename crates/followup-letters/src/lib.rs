//! Letter templates: lays out what the domain decided to ask.
//!
//! The Spanish templates are compiled in; a deployment replaces any of them by a file of the same name in its templates
//! folder, and the unit by a text of its own, which is looked at first and laid out within bounds.
//! Their variables are documented in `templates/README.md`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod catalogue;
mod check;
mod context;
mod error;
mod greeting;
mod guard;
mod layout;
mod overrides;
mod own;
mod templates;

pub use error::TemplateError;
pub use templates::TemplateLetters;
