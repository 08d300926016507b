//! Reads the unit's mailbox into the store: as a daemon, or once.

mod accept;
mod metrics;
mod reconcile;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use followup_mail::MimeReader;
use followup_runtime::settings::ImapSettings;
use followup_runtime::shutdown::Shutdown;
use followup_runtime::{exit, memory, settings, telemetry};
use followup_wiring::{CommonSettings, MailSource, build, build_on_existing_store, end_when_store_is_silent, when_store_is_there};
use tokio::runtime::Runtime;

/// Reads the unit's mailbox into the store.
///
/// Every new mail is kept as it arrived, then understood and put into its case's thread.
#[derive(Parser)]
#[command(name = "mail-poller", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Look once and exit.
    ///
    /// 0 when the mailbox was read, 1 when it could not be.
    #[arg(long)]
    once: bool,
    /// File for Prometheus.
    ///
    /// The mailbox's numbers in its text format, written after each look, as the node exporter's textfile collector reads it. Unset: none.
    #[arg(long, env = "POLLER_METRICS_FILE", value_name = "PATH")]
    metrics_file: Option<PathBuf>,
    // After these, for their headings would stand above what follows them.
    #[command(flatten)]
    common: CommonSettings,
    #[command(flatten)]
    imap: ImapSettings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What to do; without a command, read the mailbox.
#[derive(Subcommand)]
enum Command {
    /// Compare the mailbox with what is stored, and fetch what is missing.
    ///
    /// 0 when they agree in the end, 1 when they differ or could not be compared. Takes its settings from the environment.
    Reconcile,
    /// Store the mail on standard input, for a mail server's pipe.
    ///
    /// 0 when it is stored, 75 (try again) for every trouble of ours, 65 when it is empty or above IMAP_MAX_MAIL_MB. api-server understands
    /// it. Takes its settings from the environment.
    Accept,
    /// Print as JSON how a mail is understood; needs no database.
    Inspect {
        /// An .eml file; - is standard input.
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    memory::give_back();
    let arguments: Arguments = match settings::parse_from(std::env::args_os(), std::env::vars_os()) {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() && std::env::args_os().any(|word| word == "accept") => {
            return accept::wrong_usage(&error.to_string());
        }
        Err(error) => error.exit(),
    };
    if matches!(arguments.command, Some(Command::Accept)) {
        return accept::run(|| {
            let service = build_on_existing_store(&arguments.common, "mail-poller")?;
            let largest = service.mail_in(&arguments.imap)?.largest_mail;
            Ok((service, largest))
        });
    }
    exit::run(|| match &arguments.command {
        Some(Command::Inspect { file }) => inspect(file),
        // It has ended above, with codes of its own.
        Some(Command::Accept) => Ok(()),
        Some(Command::Reconcile) => with_source(&arguments, |source, shutdown, runtime| {
            print_line(&reconcile::told(&runtime.block_on(source.reconcile(&shutdown))?)?);
            Ok(())
        }),
        None => with_source(&arguments, |source, shutdown, runtime| {
            if arguments.once {
                telemetry::tell(&runtime.block_on(source.poll_once(&shutdown))?);
            } else {
                runtime.block_on(source.run(shutdown));
            }
            Ok(())
        }),
    })
}

/// Makes everything ready to read mail, and reads it as `work` says.
fn with_source(arguments: &Arguments, work: impl FnOnce(MailSource, Shutdown, &Runtime) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let waits_for_store = !arguments.once && arguments.command.is_none();
    let service = if waits_for_store { build } else { build_on_existing_store }(&arguments.common, "mail-poller")?;
    let mail_in = service.mail_in(&arguments.imap)?;
    let source = MailSource::build(&mail_in, &service)?.context("IMAP_HOST is not set, nor is MAIL_INBOX_DIR: there is no mail to read")?;
    let shutdown = Shutdown::on_signals()?;
    end_when_store_is_silent(service.store.clone(), service.store_config.timeout)?;
    if waits_for_store {
        when_store_is_there(&shutdown, || service.require_current_schema())?;
    } else {
        service.require_current_schema()?;
    }
    let metrics_file = arguments.metrics_file.as_deref().filter(|path| !path.as_os_str().is_empty());
    let source = match metrics_file {
        Some(path) => metrics::shown(source, path, &service.followup)?,
        None => source,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    tracing::info!(mail_in = mail_in.source.kind(), "reading the mailbox");
    work(source, shutdown, &runtime)
}

fn inspect(file: &Path) -> anyhow::Result<()> {
    let raw = if file == Path::new("-") {
        let mut raw = Vec::new();
        std::io::stdin().read_to_end(&mut raw).context("standard input cannot be read")?;
        raw
    } else {
        std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?
    };
    let inspection = followup_mail::inspect(&raw, &MimeReader::new([]));
    print_line(&serde_json::to_string_pretty(&inspection)?);
    Ok(())
}

#[allow(clippy::print_stdout)] // What the command was asked for.
fn print_line(text: &str) {
    println!("{text}");
}
