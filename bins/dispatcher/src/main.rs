//! Sends what is due, once, and exits: for a timer.

mod metrics;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Parser;
use followup_app::{DispatchPreview, DispatchReport, PreviewedFate};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::Reason;
use followup_domain::message::Channel;
use followup_domain::sending::breaker::BreakerState;
use followup_runtime::shutdown::Shutdown;
use followup_runtime::{exit, memory, settings, telemetry};
use followup_wiring::{CommonSettings, Service, build_on_existing_store, end_when_store_is_silent};
use followup_words::reasons::{in_words, shown};

/// Sends the letters that are due and the requests that are queued, once, and exits.
///
/// Exit code 0 when it ran, even if some messages failed: those are data, shown in their threads. 1 when it could not run, or could
/// not write its metrics.
#[derive(Parser)]
#[command(name = "dispatcher", version)]
struct Arguments {
    /// Print what a run would do, and keep and send nothing.
    #[arg(long)]
    dry_run: bool,
    /// File for Prometheus.
    ///
    /// The run's numbers in its text format, as the node exporter's textfile collector reads it. Unset: none.
    #[arg(long, env = "METRICS_FILE", value_name = "PATH")]
    metrics_file: Option<PathBuf>,
    // Last, for its heading would stand above what follows it.
    #[command(flatten)]
    common: CommonSettings,
}

fn main() -> ExitCode {
    memory::give_back();
    let arguments: Arguments = settings::parse();
    exit::run(|| run(&arguments))
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let metrics_file = arguments.metrics_file.as_deref().filter(|path| !path.as_os_str().is_empty());
    metrics_file.map(require_folder).transpose()?;
    let service = build_on_existing_store(&arguments.common, "dispatcher")?;
    end_when_store_is_silent(service.store.clone(), service.store_config.timeout)?;
    service.require_current_schema()?;
    if arguments.dry_run {
        let preview = service.followup.preview_dispatch()?;
        print_preview(&preview, &held_channels(&service)?);
        return Ok(());
    }
    let shutdown = Shutdown::on_signals()?;
    let report = service.followup.dispatch_due(&|| shutdown.is_triggered())?;
    print_summary(&report);
    if let Some(path) = metrics_file {
        let breakers = service.followup.provider_breakers()?;
        let written = metrics::render(&report, &breakers, service.followup.clock.now()).write_file(path);
        written.with_context(|| format!("METRICS_FILE {} cannot be written", path.display()))?;
    }
    Ok(())
}

/// Found out before anything is sent.
fn require_folder(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    ensure!(folder.is_dir(), "METRICS_FILE {} is in a folder that does not exist", path.display());
    Ok(())
}

/// The channels whose letters would all wait.
fn held_channels(service: &Service) -> anyhow::Result<BTreeSet<Channel>> {
    let now = service.followup.clock.now();
    let breakers = service.followup.provider_breakers()?;
    let is_open = |provider: &str| breakers.iter().any(|breaker| breaker.provider == provider && breaker.state(now) == BreakerState::Open);
    let lanes = service.followup.senders.lanes();
    Ok(lanes.filter(|(_, sender)| is_open(sender.provider())).map(|(channel, _)| channel).collect())
}

/// What would be done with a letter that may go, and why.
fn would_go(held: &BTreeSet<Channel>, channel: Channel) -> (&'static str, &'static str) {
    match channel {
        _ if !held.contains(&channel) => ("send", ""),
        Channel::Email => ("wait", "el servidor de correo no recibe por ahora"),
        _ => ("wait", "el proveedor del canal no recibe por ahora"),
    }
}

#[allow(clippy::print_stdout)] // What the command was asked for.
fn print_preview(preview: &DispatchPreview, held: &BTreeSet<Channel>) {
    for attempt in &preview.attempts {
        let reason = attempt.reason.as_deref().map(shown).unwrap_or_default();
        let reason = reason.as_str();
        let (would, reason) = match (attempt.status, &attempt.reason) {
            (AttemptStatus::Sending, None) => attempt.carried_by.map_or(("send", ""), |channel| would_go(held, channel)),
            (AttemptStatus::Sending | AttemptStatus::Pending, _) => ("wait", reason),
            (AttemptStatus::Completed, _) => ("complete", reason),
            (AttemptStatus::Skipped, _) => ("skip", reason),
            (AttemptStatus::Cancelled, _) => ("cancel", reason),
            (AttemptStatus::Failed, _) => ("fail", reason),
            // An earlier request counts in its place.
            (AttemptStatus::Sent | AttemptStatus::Responded | AttemptStatus::Uncertain, _) => ("keep", reason),
        };
        println!("case={} attempt={} would={would} reason={reason:?}", attempt.case_id, attempt.attempt_id);
    }
    for letter in &preview.letters {
        let (would, reason) = match &letter.fate {
            PreviewedFate::Send => {
                let (would, reason) = would_go(held, letter.channel);
                (would, reason.to_owned())
            }
            PreviewedFate::PutOff(reason) => ("wait", in_words(&Reason::from(*reason))),
            PreviewedFate::Withdraw(reason) => ("skip", in_words(&Reason::from(reason.clone()))),
        };
        println!("case={} message={} would={would} reason={reason:?}", letter.case_id, letter.message_id);
    }
    for case_id in &preview.restored {
        println!("case={case_id} would=restore");
    }
    for case_id in &preview.escalated {
        println!("case={case_id} would=escalate");
    }
    for case_id in &preview.closed {
        println!("case={case_id} would=close");
    }
    println!(
        "dry run: attempts={} letters={} restored={} escalated={} closed={}; nothing was kept or sent",
        preview.attempts.len(),
        preview.letters.len(),
        preview.restored.len(),
        preview.escalated.len(),
        preview.closed.len()
    );
}

fn print_summary(report: &DispatchReport) {
    let delivery = &report.delivery;
    telemetry::tell(&format!(
        "attempts={} accepted={} rejected={} uncertain={} put_off={} withdrawn={} escalated={} closed={} errors={}",
        report.attempts.len(),
        delivery.accepted,
        delivery.rejected,
        delivery.uncertain,
        delivery.put_off,
        delivery.withdrawn,
        report.escalated,
        report.closed,
        report.errors + delivery.errors
    ));
    for (channel, until) in &delivery.held {
        telemetry::tell(&format!("{channel}: the provider is out of order or has just come back: what is left waits until {until:?}"));
    }
    for (channel, count) in &delivery.unserved {
        telemetry::tell(&format!("{channel}: not configured: {count} messages stay queued"));
    }
}
