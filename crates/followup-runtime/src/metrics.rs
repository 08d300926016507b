//! Numbers for Prometheus: the text format (version 0.0.4), and the families that several processes show alike.
//!
//! Everything is a gauge: what is shown is what stands in the store, or what one run did. Instants are seconds since 1970 UTC, and 0
//! where there is none.

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chrono::{DateTime, Utc};
use followup_domain::mail::mailbox_health::{MailboxHealth, MailboxTrouble};
use followup_domain::sending::breaker::{Breaker, BreakerState};

/// What an HTTP answer in this format says of itself.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Labels of one sample: name and value. A value may hold anything.
pub type Labels = Vec<(&'static str, String)>;

/// An instant as a sample: 0 for none.
pub fn seconds(at: Option<DateTime<Utc>>) -> i64 {
    at.map_or(0, |at| at.timestamp())
}

/// A text that grows by families.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetricsText(String);

impl MetricsText {
    /// Adds a family. One without samples is left out: nothing is known of it.
    pub fn gauge(&mut self, name: &str, help: &str, samples: impl IntoIterator<Item = (Labels, i64)>) {
        let mut samples = samples.into_iter().peekable();
        if samples.peek().is_none() {
            return;
        }
        // Writing to a String cannot fail.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge\n");
        for (labels, value) in samples {
            let labels: Vec<String> = labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(self.0, "{name}{labels} {value}");
        }
    }

    /// Adds a family of one sample without labels.
    pub fn number(&mut self, name: &str, help: &str, value: i64) {
        self.gauge(name, help, [(Labels::new(), value)]);
    }

    /// Adds a family with one label.
    pub fn by(&mut self, name: &str, help: &str, label: &'static str, samples: impl IntoIterator<Item = (&'static str, i64)>) {
        self.gauge(name, help, samples.into_iter().map(|(value, count)| (vec![(label, value.to_owned())], count)));
    }

    /// Adds a family of the circuit breakers: 1 for the state at this instant.
    pub fn breakers(&mut self, name: &str, help: &str, breakers: &[Breaker], at: DateTime<Utc>) {
        let samples = breakers.iter().flat_map(|breaker| {
            let state_now = breaker.state(at);
            BreakerState::ALL.iter().map(move |state| {
                let labels = vec![("provider", breaker.provider.clone()), ("state", state.to_string())];
                (labels, i64::from(*state == state_now))
            })
        });
        self.gauge(name, help, samples);
    }

    /// Adds the families of the mailboxes. Their names hold addresses: the labels say which one is meant.
    pub fn mailboxes(&mut self, mailboxes: &[(Labels, &MailboxHealth)]) {
        let mut family = |name: &str, help: &str, value: &dyn Fn(&MailboxHealth) -> Option<i64>| {
            let samples = mailboxes.iter().filter_map(|(labels, health)| Some((labels.clone(), value(health)?)));
            self.gauge(&format!("followup_mailbox_{name}"), help, samples);
        };
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let compared = |health: &MailboxHealth| health.reconciliation;
        family("last_success_timestamp_seconds", "When the mailbox was last read to its end; 0: never.", &|health| {
            Some(seconds(health.last_success_at))
        });
        family("failing_since_timestamp_seconds", "Since when it could not be read; 0: it can.", &|health| {
            Some(seconds(health.failing_since))
        });
        family("alarm_since_timestamp_seconds", "Since when a person should look after it; 0: no alarm.", &|health| {
            Some(seconds(health.alarm_since))
        });
        family("messages", "Mails in the mailbox at the last comparison.", &|health| Some(count(compared(health)?.in_mailbox)));
        family("stored_messages", "How many of them were stored.", &|health| Some(count(compared(health)?.stored)));
        family("missing_messages", "How many of them were not.", &|health| Some(count(compared(health)?.missing())));
        family("reconciled_timestamp_seconds", "When they were last compared; 0: never.", &|health| {
            Some(seconds(compared(health).map(|found| found.at)))
        });
        let failing = mailboxes.iter().flat_map(|(labels, health)| {
            MailboxTrouble::ALL.iter().map(move |kind| {
                let labels = labels.iter().cloned().chain([("kind", kind.to_string())]).collect();
                (labels, i64::from(health.trouble() == Some(*kind)))
            })
        });
        self.gauge("followup_mailbox_failing", "1 for the kind of trouble that it has now.", failing);
    }

    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Writes it as a file for the textfile collector of Prometheus's node exporter. The file is replaced whole: a scrape sees the last
    /// one or this one. It holds counts only, so anybody may read it.
    ///
    /// # Errors
    /// The file or its folder cannot be written.
    pub fn write_file(self, path: &Path) -> io::Result<()> {
        let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
        // The collector reads *.prom only, so never a half of it.
        let partial = path.with_file_name(format!(".{}.{}.partial", name.display(), std::process::id()));
        let written = fs::write(&partial, self.0)
            .and_then(|()| fs::set_permissions(&partial, Permissions::from_mode(0o644)))
            .and_then(|()| fs::rename(&partial, path));
        if written.is_err() {
            // The failure above is what is told.
            let _ = fs::remove_file(&partial);
        }
        written
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono::TimeDelta;
    use followup_domain::mail::mailbox_health::Reconciliation;
    use followup_domain::sending::SendStage;
    use followup_domain::sending::breaker::OPENS_AFTER;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[track_caller]
    fn assert_lines(text: MetricsText, lines: &[&str]) {
        let text = text.into_string();
        for line in lines {
            assert!(text.lines().any(|written| written == *line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn a_family_is_its_help_its_type_and_its_samples() {
        let mut text = MetricsText::default();
        text.by("a_b", "What it is.", "state", [("x", 1), ("y", -2)]);
        text.number("c", "One.", 3);
        text.gauge("unknown", "Nothing.", []);
        let expected =
            "# HELP a_b What it is.\n# TYPE a_b gauge\na_b{state=\"x\"} 1\na_b{state=\"y\"} -2\n# HELP c One.\n# TYPE c gauge\nc 3\n";
        assert_eq!(text.into_string(), expected);
    }

    #[test]
    fn a_label_may_hold_anything() {
        let mut text = MetricsText::default();
        text.gauge("a", "A.", [(vec![("x", "\"\\\n".to_owned()), ("y", "ñ".to_owned())], 0)]);
        assert_lines(text, &[r#"a{x="\"\\\n",y="ñ"} 0"#]);
    }

    #[test]
    fn a_provider_that_is_not_asked_shows() {
        let mut breaker = Breaker::closed("smtp:mail.example.org", at(0));
        for _ in 0..OPENS_AFTER {
            breaker.count_failure(SendStage::SignIn.into(), 0.5, at(0));
        }
        let mut text = MetricsText::default();
        text.breakers("b", "States.", &[breaker], at(0));
        let line = |state: &str, value: i64| format!("b{{provider=\"smtp:mail.example.org\",state=\"{state}\"}} {value}");
        assert_lines(text, &[&line("closed", 0), &line("open", 1), &line("half_open", 0), &line("recovering", 0)]);
    }

    #[test]
    fn every_number_of_a_mailbox_has_its_line_and_no_line_names_it() {
        let health = MailboxHealth {
            mailbox: "pv@vigia.test@mail.vigia.test/INBOX".into(),
            last_success_at: Some(at(1_700_000_000)),
            last_error: Some(MailboxTrouble::SignIn),
            last_error_at: Some(at(1_700_000_200)),
            failing_since: Some(at(1_700_000_100)),
            alarm_since: None,
            set_back_since: None,
            reconciliation: Some(Reconciliation { at: at(1_600_000_000), in_mailbox: 12, stored: 9 }),
        };
        let mut text = MetricsText::default();
        text.mailboxes(&[(Labels::new(), &health)]);
        assert!(!text.0.contains('@'));
        let lines = [
            "followup_mailbox_last_success_timestamp_seconds 1700000000",
            "followup_mailbox_failing_since_timestamp_seconds 1700000100",
            "followup_mailbox_alarm_since_timestamp_seconds 0",
            "followup_mailbox_messages 12",
            "followup_mailbox_stored_messages 9",
            "followup_mailbox_missing_messages 3",
            "followup_mailbox_reconciled_timestamp_seconds 1600000000",
            "followup_mailbox_failing{kind=\"sign_in\"} 1",
            "followup_mailbox_failing{kind=\"unreachable\"} 0",
        ];
        assert_lines(text, &lines);

        let mut labelled = MetricsText::default();
        labelled.mailboxes(&[(vec![("mailbox", "x".into())], &health), (vec![("mailbox", "y".into())], &health)]);
        assert_lines(
            labelled,
            &["followup_mailbox_messages{mailbox=\"y\"} 12", "followup_mailbox_failing{mailbox=\"x\",kind=\"sign_in\"} 1"],
        );
    }

    #[test]
    fn a_new_file_takes_the_place_of_the_old_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("followup.prom");
        for value in [1, 2] {
            let mut text = MetricsText::default();
            text.number("a", "A.", value);
            text.write_file(&path).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "# HELP a A.\n# TYPE a gauge\na 2\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }
}
