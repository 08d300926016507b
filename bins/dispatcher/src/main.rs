//! Sends what is due, once, and exits: for a timer.

use std::process::ExitCode;

use clap::Parser;
use followup_app::DispatchReport;
use followup_runtime::shutdown::Shutdown;
use followup_runtime::{exit, settings};
use followup_wiring::{CommonSettings, build};

/// Sends the letters of plans that are due and the requests that are queued, once, and exits.
///
/// Exit code 0 when it ran, even if some messages failed: those are data, shown in their threads. 1 when it could not run.
#[derive(Parser)]
#[command(name = "dispatcher", version)]
struct Arguments {
    #[command(flatten)]
    common: CommonSettings,
}

fn main() -> ExitCode {
    let arguments: Arguments = settings::parse();
    exit::run(|| run(&arguments))
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let service = build(&arguments.common, "dispatcher")?;
    service.require_current_schema()?;
    let shutdown = Shutdown::on_signals()?;
    let report = service.followup.dispatch_due(&|| shutdown.is_triggered())?;
    print_summary(&report);
    Ok(())
}

#[allow(clippy::print_stdout)] // The summary is what a person who starts it by hand reads.
fn print_summary(report: &DispatchReport) {
    let delivery = &report.delivery;
    println!(
        "attempts={} accepted={} rejected={} uncertain={} put_off={} withdrawn={} errors={}",
        report.attempts.len(),
        delivery.accepted,
        delivery.rejected,
        delivery.uncertain,
        delivery.put_off,
        delivery.withdrawn,
        report.errors + delivery.errors
    );
}
