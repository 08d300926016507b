//! The run's numbers for Prometheus, as a file that the node exporter's textfile collector picks up.

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chrono::{DateTime, Utc};
use followup_app::DispatchReport;
use followup_domain::breaker::{Breaker, BreakerState};
use followup_domain::plan::AttemptStatus;

/// Writes the file whole: a scrape sees the last run or this one. It holds counts only, so anybody may read it.
///
/// # Errors
/// The file or its folder cannot be written.
pub(crate) fn write(path: &Path, report: &DispatchReport, breakers: &[Breaker], at: DateTime<Utc>) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    // The collector reads *.prom only, so never a half of it.
    let partial = path.with_file_name(format!(".{}.{}.partial", name.display(), std::process::id()));
    let written = fs::write(&partial, render(report, breakers, at))
        .and_then(|()| fs::set_permissions(&partial, Permissions::from_mode(0o644)))
        .and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // The failure above is what is told.
        let _ = fs::remove_file(&partial);
    }
    written
}

fn render(report: &DispatchReport, breakers: &[Breaker], at: DateTime<Utc>) -> String {
    let delivery = &report.delivery;
    let attempts = AttemptStatus::ALL.iter().map(|status| {
        let count = report.attempts.iter().filter(|attempt| attempt.status == *status).count();
        (format!("{{status=\"{}\"}}", status.as_str()), count.to_string())
    });
    let messages = [
        ("accepted", delivery.accepted),
        ("rejected", delivery.rejected),
        ("uncertain", delivery.uncertain),
        ("put_off", delivery.put_off),
        ("withdrawn", delivery.withdrawn),
    ];
    let messages = messages.map(|(fate, count)| (format!("{{fate=\"{fate}\"}}"), count.to_string()));
    let alone = |value: String| [(String::new(), value)];
    let mut text = String::new();
    gauge(&mut text, "attempts", "Due attempts of the last run by their state after it.", attempts);
    gauge(&mut text, "messages", "Queued messages of the last run by what became of them.", messages);
    gauge(&mut text, "escalated_cases", "Cases that the last run escalated.", alone(report.escalated.to_string()));
    gauge(&mut text, "closed_cases", "Cases that the last run closed.", alone(report.closed.to_string()));
    let errors = report.errors + delivery.errors;
    gauge(&mut text, "errors", "Cases and messages that the last run could not handle.", alone(errors.to_string()));
    let states = breakers.iter().flat_map(|breaker| {
        let state_now = breaker.state(at);
        BreakerState::ALL.iter().map(move |state| {
            // A provider is a word and a host name; nothing in it needs escaping.
            (format!("{{provider=\"{}\",state=\"{state}\"}}", breaker.provider), u8::from(*state == state_now).to_string())
        })
    });
    gauge(&mut text, "provider_breaker", "1 for the state of a provider's circuit breaker after the last run.", states);
    let seconds = at.timestamp().to_string();
    gauge(&mut text, "last_run_timestamp_seconds", "When the last run ended.", alone(seconds));
    text
}

/// One family in the text format (version 0.0.4). Gauges: each file speaks of one run.
fn gauge(text: &mut String, name: &str, help: &str, samples: impl IntoIterator<Item = (String, String)>) {
    // Writing to a String cannot fail.
    let _ = write!(text, "# HELP followup_dispatch_{name} {help}\n# TYPE followup_dispatch_{name} gauge\n");
    for (labels, value) in samples {
        let _ = writeln!(text, "followup_dispatch_{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use followup_app::{DeliveryReport, DispatchedAttempt};
    use followup_domain::ids::{AttemptId, CaseId};

    use super::*;

    fn report() -> DispatchReport {
        let attempt = |id, status| DispatchedAttempt { attempt_id: AttemptId(id), case_id: CaseId(7), status, reason: None };
        DispatchReport {
            attempts: vec![attempt(1, AttemptStatus::Skipped), attempt(2, AttemptStatus::Skipped), attempt(3, AttemptStatus::Sent)],
            delivery: DeliveryReport { accepted: 4, put_off: 2, errors: 1, ..DeliveryReport::default() },
            escalated: 3,
            errors: 5,
            ..DispatchReport::default()
        }
    }

    #[test]
    fn every_state_has_its_line_even_when_it_is_zero() {
        let text = render(&report(), &[], DateTime::UNIX_EPOCH + chrono::Duration::milliseconds(1_700_000_000_999));
        for line in [
            "followup_dispatch_attempts{status=\"skipped\"} 2",
            "followup_dispatch_attempts{status=\"sent\"} 1",
            "followup_dispatch_attempts{status=\"uncertain\"} 0",
            "followup_dispatch_messages{fate=\"accepted\"} 4",
            "followup_dispatch_messages{fate=\"put_off\"} 2",
            "followup_dispatch_messages{fate=\"rejected\"} 0",
            "followup_dispatch_escalated_cases 3",
            "followup_dispatch_closed_cases 0",
            "followup_dispatch_errors 6",
            "followup_dispatch_last_run_timestamp_seconds 1700000000",
        ] {
            assert!(text.lines().any(|written| written == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn a_provider_that_is_not_asked_shows() {
        let mut breaker = Breaker::closed("smtp:mail.example.org", DateTime::UNIX_EPOCH);
        for _ in 0..followup_domain::breaker::OPENS_AFTER {
            breaker.count_failure(followup_domain::ports::SendStage::SignIn, 0.5, DateTime::UNIX_EPOCH);
        }
        let text = render(&report(), &[breaker], DateTime::UNIX_EPOCH);
        for (state, value) in [("closed", 0), ("open", 1), ("half_open", 0), ("recovering", 0)] {
            let line = format!("followup_dispatch_provider_breaker{{provider=\"smtp:mail.example.org\",state=\"{state}\"}} {value}");
            assert!(text.lines().any(|written| written == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn a_new_file_takes_the_place_of_the_old_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("followup.prom");
        write(&path, &report(), &[], DateTime::UNIX_EPOCH).unwrap();
        write(&path, &DispatchReport::default(), &[], DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), render(&DispatchReport::default(), &[], DateTime::UNIX_EPOCH));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }
}
