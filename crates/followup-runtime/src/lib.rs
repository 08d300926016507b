//! Process plumbing: what a binary needs before and around the work itself. Knows no adapter.
//!
//! - [`settings`]: flags and environment, checked into plain structs;
//! - [`secrets`]: the secrets that an embedded deployment makes for itself;
//! - [`telemetry`]: the log;
//! - [`clock`]: the real time and real ids behind the domain's ports;
//! - [`metrics`]: numbers for Prometheus;
//! - [`memory`]: what is no longer needed goes back to the system;
//! - [`descriptors`]: how many files this process may have open;
//! - [`shutdown`]: one token for "finish what you are doing";
//! - [`exit`]: how a `main` ends.
//!
//! ```no_run
//! use clap::Parser;
//! use followup_runtime::{exit, settings::{self, LogSettings, OauthSettings, SmtpSettings, StoreSettings}, telemetry};
//!
//! #[derive(Parser)]
//! struct Cli {
//!     #[command(flatten)]
//!     store: StoreSettings,
//!     #[command(flatten)]
//!     smtp: SmtpSettings,
//!     #[command(flatten)]
//!     oauth: OauthSettings,
//!     #[command(flatten)]
//!     log: LogSettings,
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     let cli: Cli = settings::parse();
//!     exit::run(|| {
//!         telemetry::init(&cli.log.resolve()?)?;
//!         let store = cli.store.resolve()?;
//!         let mail = cli.smtp.resolve(&store, &cli.oauth)?;
//!         tracing::info!(embedded = store.is_embedded(), target = mail.target.kind(), "starting");
//!         Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
//!     })
//! }
//! ```

#![warn(missing_docs)]

pub mod clock;
pub mod descriptors;
pub mod exit;
pub mod memory;
pub mod metrics;
pub mod secrets;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
