//! The composition root that the three binaries share: settings in, adapters chosen, use cases out.
#![warn(missing_docs)]

mod background;
mod build;
mod demonstration;
mod first_start;
mod mail_in;
mod store_watch;
mod texts;
mod tokens;

pub use background::{start_dispatching, start_fetching, start_listing_templates, start_sending, start_understanding};
pub use build::{CommonSettings, Service, build, build_on_existing_store};
pub use demonstration::{Demonstrated, fill_demonstration, is_demonstration};
pub use first_start::{FirstUser, create_first_user};
pub use mail_in::MailSource;
pub use store_watch::{end_when_store_is_silent, when_store_is_there};
