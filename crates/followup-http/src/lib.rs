//! REST adapter: actix-web routes, DTOs, OpenAPI. The contract is the OpenAPI document that it serves.
//!
//! The use cases of `followup-app` are sync; every handler crosses to the blocking pool once, through `blocking`.
//! Nothing of the domain is serialised directly: `dto` says what a client sees.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod answer;
mod auth;
mod blocking;
mod body;
mod cors;
mod csv;
mod download;
mod dto;
mod errors;
mod handlers;
mod health_probe;
mod idempotency;
mod input;
mod json;
mod mail_page;
mod metrics;
mod openapi;
mod original;
mod pace;
mod query;
mod request_log;
mod routes;
mod serve;
mod state;
mod upload;
mod webhook;

pub use openapi::openapi_json;
pub use routes::{ROUTES, RouteEntry, app_config};
pub use serve::{ServeOptions, serve};
pub use state::HttpState;
pub use webhook::{EmailWebhook, EmailWebhookKeys};
