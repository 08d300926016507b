//! The mailbox's numbers for Prometheus, as a file that the node exporter's textfile collector picks up.

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use followup_app::Followup;
use followup_domain::mailbox_health::{MailboxHealth, MailboxTrouble};
use followup_wiring::MailSource;

/// The source, which from now on writes the file after each look.
///
/// # Errors
/// The folder of the file does not exist, or there is no mailbox.
pub(crate) fn shown(source: MailSource, path: &Path, followup: &Followup) -> anyhow::Result<MailSource> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    ensure!(folder.is_dir(), "POLLER_METRICS_FILE {} is in a folder that does not exist", path.display());
    let key = source.mailbox_key().context("POLLER_METRICS_FILE is about a mailbox, and mail comes from .eml files")?;
    let (path, followup) = (path.to_owned(), followup.clone());
    Ok(source.observed_by(move || {
        // While the store is down the file stays as it is, and its timestamps grow old: that is what they are for.
        let health = followup.mailbox_health().map(|all| all.into_iter().find(|health| health.mailbox == key));
        let written = match health {
            Ok(Some(health)) => write(&path, &render(&health)),
            Ok(None) => Ok(()),
            Err(error) => Err(io::Error::other(error)),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "POLLER_METRICS_FILE could not be written");
        }
    }))
}

/// Writes the file whole: a scrape sees the last look or this one. It holds counts only, so anybody may read it.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    // The collector reads *.prom only, so never a half of it.
    let partial = path.with_file_name(format!(".{}.{}.partial", name.display(), std::process::id()));
    let written = fs::write(&partial, text)
        .and_then(|()| fs::set_permissions(&partial, Permissions::from_mode(0o644)))
        .and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // The failure above is what is told.
        let _ = fs::remove_file(&partial);
    }
    written
}

/// No label names the mailbox: a poller reads one, and its name holds an address.
fn render(health: &MailboxHealth) -> String {
    let mut text = String::new();
    let since = |at: Option<DateTime<Utc>>| at.map_or(0, |at| at.timestamp()).to_string();
    let mut alone = |name: &str, help: &str, value: String| gauge(&mut text, name, help, [(String::new(), value)]);
    alone("last_success_timestamp_seconds", "When the mailbox was last read to its end; 0: never.", since(health.last_success_at));
    alone("failing_since_timestamp_seconds", "Since when it could not be read; 0: it can.", since(health.failing_since));
    alone("alarm_since_timestamp_seconds", "Since when a person should look after it; 0: no alarm.", since(health.alarm_since));
    if let Some(found) = health.reconciliation {
        alone("messages", "Mails in the mailbox at the last comparison.", found.in_mailbox.to_string());
        alone("stored_messages", "How many of them were stored.", found.stored.to_string());
        alone("missing_messages", "How many of them were not.", found.missing().to_string());
    }
    alone("reconciled_timestamp_seconds", "When they were last compared; 0: never.", since(health.reconciliation.map(|found| found.at)));
    let failing = |kind: MailboxTrouble| health.failing_since.is_some() && health.last_error == Some(kind);
    let kinds = MailboxTrouble::ALL.iter().map(|kind| (format!("{{kind=\"{}\"}}", kind.as_str()), u8::from(failing(*kind)).to_string()));
    gauge(&mut text, "failing", "1 for the kind of trouble for which it cannot be read now.", kinds);
    text
}

/// One family in the text format (version 0.0.4).
fn gauge(text: &mut String, name: &str, help: &str, samples: impl IntoIterator<Item = (String, String)>) {
    // Writing to a String cannot fail.
    let _ = write!(text, "# HELP followup_mailbox_{name} {help}\n# TYPE followup_mailbox_{name} gauge\n");
    for (labels, value) in samples {
        let _ = writeln!(text, "followup_mailbox_{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use followup_domain::mailbox_health::Reconciliation;

    use super::*;

    #[test]
    fn every_number_has_its_line_and_no_line_names_the_mailbox() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let health = MailboxHealth {
            mailbox: "pv@vigia.test@mail.vigia.test/INBOX".into(),
            last_success_at: Some(at(1_700_000_000)),
            last_error: Some(MailboxTrouble::SignIn),
            last_error_at: Some(at(1_700_000_200)),
            failing_since: Some(at(1_700_000_100)),
            alarm_since: None,
            reconciliation: Some(Reconciliation { at: at(1_600_000_000), in_mailbox: 12, stored: 9 }),
        };
        let text = render(&health);
        for line in [
            "followup_mailbox_last_success_timestamp_seconds 1700000000",
            "followup_mailbox_failing_since_timestamp_seconds 1700000100",
            "followup_mailbox_alarm_since_timestamp_seconds 0",
            "followup_mailbox_messages 12",
            "followup_mailbox_stored_messages 9",
            "followup_mailbox_missing_messages 3",
            "followup_mailbox_reconciled_timestamp_seconds 1600000000",
            "followup_mailbox_failing{kind=\"sign_in\"} 1",
            "followup_mailbox_failing{kind=\"unreachable\"} 0",
        ] {
            assert!(text.lines().any(|written| written == line), "{line} is not in\n{text}");
        }
        assert!(!text.contains('@'));
    }
}
