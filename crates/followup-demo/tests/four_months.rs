//! The demonstration, on a store in memory.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use followup_app::{App, EventReaders, Senders, Turns};
use followup_demo::Demonstration;
use followup_diesel::{MigratingStore, SqliteStore};
use followup_domain::asking::lanes::Lane;
use followup_domain::asking::missing::RequiredFields;
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::Clock;
use followup_letters::TemplateLetters;
use followup_mail::MimeReader;
use followup_outbox::{EmlOutbox, TextInbox, TextOutbox};
use followup_testkit::builders;
use followup_testkit::fakes::{ManualClock, SequentialIds};
use tempfile::TempDir;

fn app(outbox: &TempDir) -> (App, DateTime<Utc>) {
    let store = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    let policy = FollowupPolicy {
        automatic_requests: false,
        daily_cap_per_address: Some(1),
        required: RequiredFields::parse("").unwrap(),
        ..builders::policy("fv@vigia.test")
    };
    let clock = Arc::new(ManualClock::default());
    let now = clock.now();
    let folder = outbox.path();
    let app = App {
        store: Arc::new(store),
        clock,
        ids: Arc::new(SequentialIds::default()),
        letters: Arc::new(TemplateLetters::built_in()),
        answers: Arc::new(followup_testkit::fakes::PlainAnswers::default()),
        reader: Arc::new(MimeReader::new([policy.sender.clone()])),
        events: EventReaders::default().with(Arc::new(TextInbox::sms())).with(Arc::new(TextInbox::whatsapp())),
        senders: Senders::default()
            .with(Channel::Email, Arc::new(EmlOutbox::new(folder)))
            .with(Channel::Sms, Arc::new(TextOutbox::sms(folder)))
            .with(Channel::Whatsapp, Arc::new(TextOutbox::whatsapp(folder))),
        policy: Arc::new(policy),
        templates: None,
        turns: Turns::default(),
        service: "test",
    };
    (app, now)
}

#[test]
fn every_lane_has_rows_and_every_state_is_seen() {
    let outbox = TempDir::new().unwrap();
    let (app, now) = app(&outbox);
    let count = Demonstration::of(&app).fill().unwrap();
    assert!(count >= 60, "{count}");
    let empty: Vec<&Lane> = Lane::ALL.iter().filter(|lane| app.worklist("admin", **lane, None, 1).unwrap().items.is_empty()).collect();
    assert!(empty.is_empty(), "nothing stands in {empty:?}");

    let (mut seen, mut longest, mut latest) = (BTreeSet::new(), 0, DateTime::<Utc>::MIN_UTC);
    for id in (1..=count).map(CaseId) {
        let thread = app.thread(id).unwrap();
        longest = longest.max(thread.len());
        for message in &thread {
            latest = latest.max(message.recorded_at);
            seen.insert(format!("channel {}", message.channel.as_str()));
            seen.extend(message.delivery.map(|delivery| format!("delivery {}", delivery.as_str())));
            seen.extend(message.status.map(|status| format!("status {}", status.as_str())));
            seen.extend(message.classification.as_ref().map(|classification| format!("mail {}", classification.as_str())));
            seen.extend(message.call_outcome.map(|outcome| format!("call {}", outcome.as_str())));
        }
        seen.extend(app.attempts(id).unwrap().iter().map(|attempt| format!("attempt {}", attempt.status.as_str())));
        seen.insert(format!("estado {}", app.case(id).unwrap().record.estado));
    }
    assert!(longest >= 60, "{longest}");
    assert!(latest <= now, "nothing happens after the end");
    for wanted in [
        "channel email",
        "channel sms",
        "channel whatsapp",
        "channel call",
        "delivery accepted",
        "delivery bounced",
        "delivery rejected",
        "delivery uncertain",
        "delivery delivered",
        "status responded",
        "status failed",
        "mail human",
        "mail auto_reply",
        "mail bounce",
        "call reached",
        "call refused",
        "attempt pending",
        "attempt sent",
        "attempt responded",
        "attempt completed",
        "attempt skipped",
        "attempt cancelled",
        "attempt failed",
        "attempt uncertain",
        "estado Pendiente",
        "estado En progreso",
        "estado Completado",
        "estado Enviado",
    ] {
        assert!(seen.contains(wanted), "{wanted} is not there");
    }
}
