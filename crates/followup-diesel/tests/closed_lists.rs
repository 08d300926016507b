//! Every column that holds one of a closed list of words says so in the schema, in the words of the domain: neither more nor fewer.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use followup_domain::asking::lanes::LANES;
use followup_domain::asking::plan::{AttemptStatus, PlanStatus, PlannedChannel};
use followup_domain::asking::standing::NextKind;
use followup_domain::case::deadlines::DeadlineScope;
use followup_domain::case::{ClosureReason, FollowupStatus};
use followup_domain::contact::{FailureReason, Permanence};
use followup_domain::mail::inbound::InboundState;
use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::mail::report::ReportAction;
use followup_domain::message::Absence;
use followup_domain::message::{CallOutcome, Channel, Classification, Delivery, MailFlag, MatchKind, MessageKind, MessageStatus};
use followup_domain::proposal::{Precision, ProposalClass, ProposalStatus, SaidState};
use followup_domain::sending::{EventKind, SendStage, TemplateStatus};

type Lists = BTreeMap<(String, String), BTreeSet<String>>;

/// `column … CHECK (column IN ('a', 'b'))`, by table and column.
fn lists_of(database: &str) -> Lists {
    let folder = format!("{}/../../migrations/{database}", env!("CARGO_MANIFEST_DIR"));
    let mut lists = Lists::new();
    for migration in std::fs::read_dir(folder).unwrap() {
        let sql = std::fs::read_to_string(migration.unwrap().path().join("up.sql")).unwrap();
        for table in sql.split("CREATE TABLE ").skip(1) {
            let (name, body) = table.split_once(" (").unwrap();
            let body = body.split("\n);").next().unwrap();
            for check in body.split("CHECK (").skip(1) {
                let Some((column, values)) = check.split_once(" IN (") else { continue };
                if column.contains(' ') {
                    continue;
                }
                let values = values.split(')').next().unwrap().split(", ").map(|value| value.trim_matches('\'').to_owned());
                lists.insert((name.to_owned(), column.to_owned()), values.collect());
            }
        }
    }
    lists
}

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> BTreeSet<String> {
    all.iter().map(|value| word(*value).to_owned()).collect()
}

/// What the domain knows; a list that is the schema's own is not among them.
fn expected() -> Lists {
    let channels = words(Channel::ALL, Channel::as_str);
    let outbound: Vec<MessageKind> = MessageKind::ALL.iter().copied().filter(|kind| *kind != MessageKind::Inbound).collect();
    let failure = words(FailureReason::ALL, FailureReason::as_str);
    let permanence = words(Permanence::ALL, Permanence::as_str);
    let all = [
        ("icsr", "followup_status", words(&[FollowupStatus::Open, FollowupStatus::Closed], FollowupStatus::as_str)),
        ("icsr", "closure_reason", words(ClosureReason::ALL, ClosureReason::as_str)),
        ("case_standing", "next_kind", words(NextKind::ALL, NextKind::as_str)),
        ("case_lane", "lane", LANES.iter().filter(|row| row.of_standing).map(|row| row.lane.as_str().to_owned()).collect()),
        (
            "case_lane",
            "ask",
            LANES.iter().filter(|row| row.of_standing).flat_map(|row| row.asks).map(|ask| ask.as_str().to_owned()).collect(),
        ),
        ("reporting_deadline", "scope", words(DeadlineScope::ALL, DeadlineScope::as_str)),
        ("plan", "status", words(PlanStatus::ALL, PlanStatus::as_str)),
        ("attempt", "status", words(AttemptStatus::ALL, AttemptStatus::as_str)),
        ("attempt", "channel", words(PlannedChannel::ALL, PlannedChannel::as_str)),
        ("message", "channel", channels.clone()),
        ("message_queue", "channel", channels.clone()),
        ("letter_draft", "channel", channels.clone()),
        ("arrival", "channel", channels),
        ("outbound", "kind", words(&outbound, MessageKind::as_str)),
        ("outbound", "status", words(MessageStatus::ALL, MessageStatus::as_str)),
        ("outbound", "delivery", words(Delivery::ALL, Delivery::as_str)),
        ("inbound", "classification", words(Classification::ALL, Classification::as_str)),
        ("inbound", "match_kind", words(MatchKind::ALL, MatchKind::as_str)),
        ("media", "absent", words(Absence::ALL, Absence::as_str)),
        ("call", "outcome", words(CallOutcome::ALL, CallOutcome::as_str)),
        ("mail_flag", "flag", words(MailFlag::ALL, MailFlag::as_str)),
        ("mail_notice", "action", words(ReportAction::ALL, ReportAction::as_str)),
        ("mail_notice", "permanence", permanence.clone()),
        ("mail_notice", "reason", failure.clone()),
        ("failed_contact", "permanence", permanence.clone()),
        ("failed_contact", "reason", failure.clone()),
        ("whatsapp_template", "status", words(TemplateStatus::ALL, TemplateStatus::as_str)),
        ("provider_event", "kind", words(EventKind::ALL, EventKind::as_str)),
        ("provider_event", "permanence", permanence),
        ("provider_event", "reason", failure),
        ("provider_breaker", "stage", words(SendStage::ALL, SendStage::as_str)),
        ("arrival", "state", words(InboundState::ALL, InboundState::as_str)),
        ("proposal", "state", words(SaidState::ALL, SaidState::as_str)),
        ("proposal", "exactness", words(Precision::ALL, Precision::as_str)),
        ("proposal", "class", words(ProposalClass::ALL, ProposalClass::as_str)),
        ("proposal", "status", words(ProposalStatus::ALL, ProposalStatus::as_str)),
        ("mailbox_health", "last_error", words(MailboxTrouble::ALL, MailboxTrouble::as_str)),
    ];
    all.into_iter().map(|(table, column, words)| ((table.to_owned(), column.to_owned()), words)).collect()
}

/// Lists that no type of the domain spells, or spells in part.
const OF_THE_SCHEMA: [(&str, &str); 8] = [
    ("message", "direction"),
    ("inbound", "tray"),
    ("external_name", "scope"),
    ("message_queue", "state"),
    ("contact_point", "kind"),
    ("field_entry", "state"),
    ("answer_reading", "state"),
    ("field_entry", "null_flavor"),
];

#[test]
fn both_databases_check_every_closed_list_in_the_words_of_the_domain() {
    for database in ["postgres", "sqlite"] {
        let mut lists = lists_of(database);
        for (place, words) in expected() {
            assert_eq!(lists.remove(&place), Some(words), "{database}: {place:?}");
        }
        lists.retain(|(table, column), _| !OF_THE_SCHEMA.contains(&(table, column)));
        assert_eq!(lists, Lists::new(), "{database}: a list of which nobody here knows");
    }
}
