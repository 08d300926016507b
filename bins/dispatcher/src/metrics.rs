//! The run's numbers for Prometheus, as a file that the node exporter's textfile collector picks up.

use chrono::{DateTime, Utc};
use followup_app::DispatchReport;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::sending::breaker::Breaker;
use followup_runtime::metrics::MetricsText;

/// Each file speaks of one run.
pub(crate) fn render(report: &DispatchReport, breakers: &[Breaker], at: DateTime<Utc>) -> MetricsText {
    let delivery = &report.delivery;
    let attempts = AttemptStatus::ALL.iter().map(|status| {
        let in_it = report.attempts.iter().filter(|attempt| attempt.status == *status).count();
        (status.as_str(), i64::try_from(in_it).unwrap_or(i64::MAX))
    });
    let messages = [
        ("accepted", delivery.accepted),
        ("rejected", delivery.rejected),
        ("uncertain", delivery.uncertain),
        ("put_off", delivery.put_off),
        ("withdrawn", delivery.withdrawn),
    ];
    let messages = messages.map(|(fate, count)| (fate, i64::from(count)));
    let mut text = MetricsText::default();
    text.by("followup_dispatch_attempts", "Due attempts of the last run by their state after it.", "status", attempts);
    text.by("followup_dispatch_messages", "Queued messages of the last run by what became of them.", "fate", messages);
    text.number("followup_dispatch_escalated_cases", "Cases that the last run escalated.", i64::from(report.escalated));
    text.number("followup_dispatch_closed_cases", "Cases that the last run closed.", i64::from(report.closed));
    let errors = i64::from(report.errors + delivery.errors);
    text.number("followup_dispatch_errors", "Cases and messages that the last run could not handle.", errors);
    let help = "1 for the state of a provider's circuit breaker after the last run.";
    text.breakers("followup_dispatch_provider_breaker", help, breakers, at);
    text.number("followup_dispatch_last_run_timestamp_seconds", "When the last run ended.", at.timestamp());
    text
}

#[cfg(test)]
mod tests {
    use followup_app::{DeliveryReport, DispatchedAttempt};
    use followup_domain::asking::plan::PlannedChannel;
    use followup_domain::ids::{AttemptId, CaseId};
    use followup_testkit::metrics::parse;

    use super::*;

    #[test]
    fn every_state_has_its_line_even_when_it_is_zero() {
        let attempt = |id, status| DispatchedAttempt {
            attempt_id: AttemptId(id),
            case_id: CaseId(7),
            channel: PlannedChannel::Email,
            carried_by: None,
            status,
            reason: None,
        };
        let report = DispatchReport {
            attempts: vec![attempt(1, AttemptStatus::Skipped), attempt(2, AttemptStatus::Skipped), attempt(3, AttemptStatus::Sent)],
            delivery: DeliveryReport { accepted: 4, put_off: 2, errors: 1, ..DeliveryReport::default() },
            escalated: 3,
            errors: 5,
            ..DispatchReport::default()
        };
        let breaker = Breaker::closed("smtp:mail.example.org", DateTime::UNIX_EPOCH);
        let at = DateTime::UNIX_EPOCH + chrono::Duration::milliseconds(1_700_000_000_999);
        let samples = parse(&render(&report, &[breaker], at).into_string());
        for (name, value) in [
            ("attempts{status=\"skipped\"}", 2),
            ("attempts{status=\"sent\"}", 1),
            ("attempts{status=\"uncertain\"}", 0),
            ("messages{fate=\"accepted\"}", 4),
            ("messages{fate=\"put_off\"}", 2),
            ("messages{fate=\"rejected\"}", 0),
            ("escalated_cases", 3),
            ("closed_cases", 0),
            ("errors", 6),
            ("provider_breaker{provider=\"smtp:mail.example.org\",state=\"closed\"}", 1),
            ("last_run_timestamp_seconds", 1_700_000_000),
        ] {
            assert_eq!(samples.get(&format!("followup_dispatch_{name}")), Some(&value), "{name}");
        }
    }
}
