//! The service's numbers for Prometheus. Counts only: no address, nothing of a case.

use followup_app::{Health, NotReady};
use followup_domain::asking::lanes::Lane;
use followup_domain::message::Channel;
use followup_runtime::metrics::{Labels, MetricsText, seconds};

use crate::dto::badge::metrics_id;

/// What is known; of a store that is away, that it is.
pub(crate) fn render(reading: &Result<Health, NotReady>) -> MetricsText {
    let mut text = MetricsText::default();
    let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
    text.gauge("followup_build_info", "The version of the program.", [(version, 1)]);
    let is_up = !matches!(reading, Err(NotReady::Store(_)));
    text.number("followup_store_up", "1: the database answers.", i64::from(is_up));
    if is_up {
        let help = "1: its schema is the one that this program knows.";
        text.number("followup_schema_current", help, i64::from(reading.is_ok()));
    }
    if let Ok(health) = reading {
        add_figures(&mut text, health);
    }
    text
}

fn add_figures(text: &mut MetricsText, health: &Health) {
    let schema = vec![("version", health.schema_version.clone())];
    text.gauge("followup_schema_info", "The last migration that the database has.", [(schema, 1)]);
    let help = "1 for the standbys that the database has; asynchronous: a failover may send letters twice.";
    text.by("followup_store_standbys", help, "kind", [(health.standbys.as_str(), 1)]);
    let waiting = &health.waiting;
    let lanes = Lane::ALL.iter().map(|lane| (lane.as_str(), waiting.of(*lane)));
    let waiting = lanes.chain([("bounced", waiting.bounced)]);
    text.by("followup_waiting", "What waits for a person.", "kind", waiting);
    add_outgoing(text, health);
    let mailboxes: Vec<(Labels, _)> =
        health.mailboxes.iter().map(|mailbox| (vec![("mailbox", metrics_id(&mailbox.mailbox))], mailbox)).collect();
    text.mailboxes(&mailboxes);
    let head = health.audit.iter().map(|head| (vec![("chain", head.chain.clone()), ("hash", head.hash.clone())], head.seq));
    text.gauge("followup_audit_rows", "Rows of the system's audit chain, with the hash of the last one.", head);
}

fn add_outgoing(text: &mut MetricsText, health: &Health) {
    let queue = &health.queue;
    let states = [("queued", queue.queued), ("transmitting", queue.transmitting)];
    text.by("followup_queue_messages", "Messages to be sent.", "state", states);
    let help = "When the oldest queued message was written; 0: none is queued.";
    text.number("followup_queue_oldest_timestamp_seconds", help, seconds(queue.oldest_at));
    let help = "Since when a queued message may be sent; 0: none may now.";
    text.number("followup_queue_due_since_timestamp_seconds", help, seconds(queue.due_since));
    let help = "Answers in which the rules could not look for values; they stand in their threads all the same.";
    text.number("followup_unread_answers", help, health.unread_answers);
    let unserved = health.unserved.iter().map(|(channel, count)| (channel.as_str(), *count));
    text.by("followup_queue_unserved_messages", "Queued messages of channels that are not configured.", "channel", unserved);
    let sent = || health.sent_today.iter().filter(|sent| sent.channel != Channel::Call);
    let help = "Messages that a transport took since the organisation's day began.";
    text.by("followup_sent_today_messages", help, "channel", sent().map(|sent| (sent.channel.as_str(), sent.messages)));
    let help = "The parts in which text messages of this day left, as far as it is known: what is paid.";
    let parts = sent().filter(|sent| sent.channel == Channel::Sms).map(|sent| (sent.channel.as_str(), sent.parts));
    text.by("followup_sent_today_parts", help, "channel", parts);
    let due = || health.due.iter();
    let counts = due().map(|due| (due.channel.as_str(), due.count));
    text.by("followup_due_attempts", "Pending attempts that are due; calls wait for a person.", "channel", counts);
    let oldest = due().map(|due| (due.channel.as_str(), seconds(due.oldest_at)));
    let help = "Since when the oldest of them is due; 0: none is.";
    text.by("followup_due_attempts_oldest_timestamp_seconds", help, "channel", oldest);
    let help = "1 for the state of a provider's circuit breaker; one that never failed has none.";
    text.breakers("followup_provider_breaker", help, &health.breakers, health.at);
}
