//! `mail-poller accept`: a mail on standard input, from a mail server's pipe.
//!
//! The exit code tells the mail server what to do (sysexits.h): whatever is not certain is "try again", so that no mail is bounced for a
//! fault of ours.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use anyhow::Context;
use followup_domain::ports::Inserted;
use followup_wiring::Service;

/// The mail cannot be taken, now or later: empty, or too large. The mail server tells its sender.
const DATA_ERROR: u8 = 65;
/// Try again.
const TEMPORARY_FAILURE: u8 = 75;
/// The name of this way in the store.
const WAY: &str = "pipe";

/// What became of the mail.
enum Outcome {
    Stored { duplicate: bool },
    Empty,
    TooLarge,
}

/// Stores the mail that `service` finds on standard input.
pub(crate) fn run(service: impl FnOnce() -> anyhow::Result<(Service, u64)>) -> ExitCode {
    // A panic has said its word on standard error.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let (service, largest) = service()?;
        accept(&service, largest, std::io::stdin().lock())
    }));
    match outcome {
        Ok(Ok(Outcome::Stored { duplicate })) => {
            tracing::info!(duplicate, "mail accepted");
            ExitCode::SUCCESS
        }
        Ok(Ok(Outcome::Empty)) => refused(DATA_ERROR, "standard input holds no mail"),
        Ok(Ok(Outcome::TooLarge)) => refused(DATA_ERROR, "the mail is above IMAP_MAX_MAIL_MB; its header section is in the quarantine"),
        Ok(Err(error)) => refused(TEMPORARY_FAILURE, &format!("{error:#}").replace('\n', " ")),
        Err(_) => ExitCode::from(TEMPORARY_FAILURE),
    }
}

/// Wrong usage must not bounce mail either.
pub(crate) fn wrong_usage(error: &str) -> ExitCode {
    refused(TEMPORARY_FAILURE, error)
}

fn refused(code: u8, why: &str) -> ExitCode {
    // With standard error closed the exit code still says it.
    let _ = writeln!(std::io::stderr(), "error: {why}");
    ExitCode::from(code)
}

fn accept(service: &Service, largest: u64, mut input: impl Read) -> anyhow::Result<Outcome> {
    service.require_current_schema()?;
    let mut raw = Vec::new();
    input.by_ref().take(largest + 1).read_to_end(&mut raw).context("standard input cannot be read")?;
    if raw.trim_ascii().is_empty() {
        return Ok(Outcome::Empty);
    }
    if raw.len() as u64 > largest {
        // To the end, or the mail server takes the broken pipe for the outcome.
        std::io::copy(&mut input, &mut std::io::sink()).context("standard input cannot be read")?;
        service.followup.accept_header_of_mail(WAY, &raw, largest)?;
        return Ok(Outcome::TooLarge);
    }
    let stored = service.followup.accept_mail(WAY, raw)?;
    Ok(Outcome::Stored { duplicate: matches!(stored, Inserted::Duplicate(_)) })
}
