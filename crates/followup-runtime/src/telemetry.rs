//! The log: to stderr, in UTC, as text or JSON.

use std::any::Any;
use std::io::{self, IsTerminal};
use std::sync::OnceLock;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::{LogConfig, LogFormat};

/// The log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not one; [`crate::settings::LogSettings::resolve`] gives only valid ones.
    #[error("the log filter is not valid")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The process has a log already.
    #[error("the log is set up twice")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// How the process logs, once that is set up.
static FORMAT: OnceLock<LogFormat> = OnceLock::new();

/// Sets up the process's log, once, at the beginning of `main`. As JSON, a panic is a line of it too.
///
/// # Errors
/// See [`TelemetryError`].
pub fn init(config: &LogConfig) -> Result<(), TelemetryError> {
    let colours = config.format == LogFormat::Text && io::stderr().is_terminal();
    subscriber(config, colours, io::stderr)?.try_init()?;
    if *FORMAT.get_or_init(|| config.format) == LogFormat::Json {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            tracing::error!(place, "panic: {}", words_of(panic.payload()));
        }));
    }
    Ok(())
}

/// Whether everything that the process says is a line of JSON, so that a collector can read all of it.
pub fn speaks_json() -> bool {
    FORMAT.get() == Some(&LogFormat::Json)
}

/// A line for whoever started the program by hand: on stdout, or in the log where that is JSON and nothing else may be said.
#[allow(clippy::print_stdout, reason = "what the line is for")]
pub fn tell(line: &str) {
    if speaks_json() {
        tracing::info!("{line}");
    } else {
        println!("{line}");
    }
}

/// What a panic said.
fn words_of(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}

fn subscriber<W>(config: &LogConfig, colours: bool, writer: W) -> Result<Box<dyn Subscriber + Send + Sync>, TelemetryError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // The default timer writes RFC 3339 in UTC.
    let builder = tracing_subscriber::fmt().with_env_filter(EnvFilter::try_new(&config.filter)?).with_ansi(colours).with_writer(writer);
    Ok(match config.format {
        LogFormat::Text => Box::new(builder.finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).finish()),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use clap::Parser;

    use super::*;
    use crate::settings::{LogSettings, parse_from};

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        log: LogSettings,
    }

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(variables: &[(&str, &str)]) -> String {
        let cli: Cli = parse_from(["test"], variables.to_vec()).unwrap();
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let subscriber = subscriber(&cli.log.resolve().unwrap(), false, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(target: "followup_app::send", message_id = 7, "own info");
            tracing::debug!(target: "followup_app::send", "own debug");
            tracing::warn!(target: "async_imap", "library warning");
            tracing::info!(target: "async_imap", "library info");
        });
        let bytes = buffer.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn own_information_and_library_warnings_are_logged_by_default() {
        let log = logged(&[]);
        assert!(log.contains("own info") && log.contains("library warning"), "{log}");
        assert!(!log.contains("own debug") && !log.contains("library info"), "{log}");
    }

    #[test]
    fn a_finer_level_does_not_make_libraries_talk() {
        let log = logged(&[("LOG_LEVEL", "trace")]);
        assert!(log.contains("own debug") && !log.contains("library info"), "{log}");
    }

    #[test]
    fn a_filter_replaces_the_level() {
        let log = logged(&[("LOG_LEVEL", "trace"), ("RUST_LOG", "async_imap=info")]);
        assert!(log.contains("library info") && !log.contains("own"), "{log}");
    }

    #[test]
    fn json_is_one_object_per_line_with_a_utc_time() {
        let log = logged(&[("LOG_FORMAT", "json")]);
        assert_eq!(log.lines().count(), 2, "{log}");
        let first = log.lines().next().unwrap();
        assert!(first.starts_with(r#"{"timestamp":""#) && first.ends_with('}'), "{first}");
        assert!(first.contains(r#"Z","level":"INFO""#) && first.contains(r#""message_id":7"#), "{first}");
    }
}
