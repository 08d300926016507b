//! The page where the unit works: HTML made by the server, forms, sessions. A driving adapter beside the REST interface, on the same use cases.
//!
//! `routes.rs` is the one table of pages and of what each needs. `door` lets people in and keeps strangers' forms out; a handler in `pages` asks
//! use cases, turns what they say into what its template shows (`show` has what several share), and nothing else. Every page works without
//! JavaScript; nothing is loaded from elsewhere, and no page holds a line of script or style.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod asked;
mod assets;
mod door;
mod form;
mod pages;
mod problem;
mod query;
mod render;
mod routes;
mod show;
mod state;
mod upload;

pub use routes::{PAGES, PageEntry, pages};
pub use state::{ChannelSettings, WebOptions, WebState};
