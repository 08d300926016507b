//! The log.

use clap::Args;

use super::SettingError;
use super::check::{choice, given};

/// Form and amount of the log.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Log")]
pub struct LogSettings {
    /// Form of a log line: text or json.
    #[arg(long, env = "LOG_FORMAT", default_value = "text")]
    pub log_format: String,
    /// What is logged: error, warn, info, debug or trace. Libraries log warnings and errors only.
    #[arg(long, env = "LOG_LEVEL", default_value = "info")]
    pub log_level: String,
    /// Log filter in tracing's syntax, in place of LOG_LEVEL. For development: at debug, libraries may log what a mail says.
    #[arg(long, env = "RUST_LOG")]
    pub rust_log: Option<String>,
}

/// The checked [`LogSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// Form of a line.
    pub format: LogFormat,
    /// A valid filter in tracing's syntax.
    pub filter: String,
}

/// Form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one JSON object per line.
    Json,
}

/// The project's own crates and binaries. The level is theirs alone: mail and database libraries write what passes
/// through them (addresses, letters) when they log in detail.
const OWN: [&str; 14] = [
    "api_server",
    "dispatcher",
    "mail_poller",
    "followup_access",
    "followup_app",
    "followup_diesel",
    "followup_domain",
    "followup_http",
    "followup_imap",
    "followup_letters",
    "followup_mail",
    "followup_runtime",
    "followup_smtp",
    "followup_wiring",
];

impl LogSettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self) -> Result<LogConfig, SettingError> {
        let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
        Ok(LogConfig { format: choice("LOG_FORMAT", &self.log_format, &formats)?, filter: self.filter()? })
    }

    fn filter(&self) -> Result<String, SettingError> {
        if let Some(filter) = given(self.rust_log.as_ref()) {
            let valid = tracing_subscriber::EnvFilter::try_new(filter);
            return valid
                .map(|_| filter.to_owned())
                .map_err(|error| SettingError::new("RUST_LOG", format_args!("is not a log filter: {error}")));
        }
        let levels = ["error", "warn", "info", "debug", "trace"].map(|level| (level, level));
        let level = choice("LOG_LEVEL", &self.log_level, &levels)?;
        let others = if level == "error" { "error" } else { "warn" };
        Ok(OWN.iter().fold(others.to_owned(), |filter, own| format!("{filter},{own}={level}")))
    }
}
