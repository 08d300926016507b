//! What must be so at the end.

use std::collections::{BTreeMap, BTreeSet};

use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::asking::reason::{Because, Why};
use followup_domain::audit::{Actor, AuditChain, AuditRow, AuditValue};
use followup_domain::ids::CaseId;
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::{PageRequest, StoreError, StoreExt};
use followup_testkit::rigs::sink::AcceptedMail;

use crate::fleet::Fleet;
use crate::mischief::Mischief;
use crate::unit::Unit;

/// What became of everything that was due.
#[derive(Default)]
struct Tally {
    sent: u32,
    failed: u32,
    overtaken: u32,
    /// Uncertain because the server said nothing that could be understood.
    uncertain_by_server: u32,
    /// Uncertain because the process died.
    uncertain_by_kill: u32,
}

/// Checks everything and says what was seen.
pub fn check(unit: &Unit, accepted: &[AcceptedMail], fleet: &Fleet, mischief: &Mischief) {
    let ids: BTreeSet<&str> = accepted.iter().map(|mail| mail.message_id.as_str()).collect();
    assert!(!ids.contains(""), "a mail without Message-ID was accepted");
    assert_eq!(ids.len(), accepted.len(), "a Message-ID was accepted twice");
    assert_eq!(unit.uncertain_without_transmission(), 0);

    let mut tally = Tally::default();
    let mut known = BTreeSet::new();
    for case in &unit.cases {
        check_case(unit, *case, &ids, &mut tally, &mut known);
    }
    let strangers: Vec<_> = ids.iter().filter(|id| !known.contains(**id)).collect();
    assert!(strangers.is_empty(), "the server accepted what nobody knows: {strangers:?}");

    let verdict = followup_audit::verify(&*unit.app.store).unwrap();
    assert!(verdict.broken.is_empty(), "{:?}", verdict.broken);

    let kills = fleet.kills();
    println!(
        "  kills={kills} (aimed {:?}) runs={} cases={} accepted={} sent={} failed={} overtaken={} uncertain by the server={} \
         uncertain by kills={} ({:.3} a kill) audit rows={}",
        mischief.kills(),
        fleet.runs(),
        unit.cases.len(),
        accepted.len(),
        tally.sent,
        tally.failed,
        tally.overtaken,
        tally.uncertain_by_server,
        tally.uncertain_by_kill,
        f64::from(tally.uncertain_by_kill) / f64::from(kills.max(1)),
        verdict.tally.rows
    );
    end_all_doubt(unit, accepted, &ids);
    // A dispatcher has one session open at a time.
    assert!(tally.uncertain_by_kill <= kills, "{} uncertain by {kills} kills", tally.uncertain_by_kill);
}

/// Copies of what the server accepted come into the mailbox, as from a Sent folder, and settle what was sent; a person settles the rest.
fn end_all_doubt(unit: &Unit, accepted: &[AcceptedMail], ids: &BTreeSet<&str>) {
    let doubtful = unit.uncertain();
    let is_doubtful = |mail: &&AcceptedMail| doubtful.iter().any(|message| id_of(message) == mail.message_id);
    let copies: Vec<_> = accepted.iter().filter(is_doubtful).collect();
    for copy in &copies {
        unit.receive(&copy.raw);
    }
    let left = unit.uncertain();
    assert_eq!(left.len(), doubtful.len() - copies.len(), "a copy settles its letter and no other");
    assert!(left.iter().all(|message| !ids.contains(id_of(message))));
    let somebody = Actor::User { id: None, username: "qf".into() };
    for message in &left {
        unit.app.resolve_message(&somebody, message.case_id.unwrap(), message.id, false, None).unwrap();
    }
    assert!(unit.uncertain().is_empty());
    assert!(followup_audit::verify(&*unit.app.store).unwrap().broken.is_empty());
    println!("  doubts={}: {} ended by a copy, {} by a person", doubtful.len(), copies.len(), left.len());
}

pub fn id_of(message: &Message) -> &str {
    message.external_id.as_ref().unwrap().as_str()
}

fn check_case(unit: &Unit, case: CaseId, accepted: &BTreeSet<&str>, tally: &mut Tally, known: &mut BTreeSet<String>) {
    let thread = unit.app.thread(case).unwrap();
    let audit = unit.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::Case(case), ALL)).unwrap().items;
    for message in &thread {
        check_message(message, accepted, &audit, tally);
        known.insert(id_of(message).to_owned());
    }
    let now = unit.app.clock.now();
    for attempt in unit.app.attempts(case).unwrap().iter().filter(|attempt| attempt.due_at <= now) {
        if attempt.waits_for_a_person() {
            // Nothing else reaches the reporter.
            assert!(thread.iter().any(|message| message.delivery == Some(Delivery::Rejected)), "{case} is to be called for nothing");
        } else {
            check_attempt(attempt, &thread, tally);
        }
        let last = last_fact(&audit, "attempt", attempt.id.0, "status");
        assert_eq!(last.as_deref(), Some(attempt.status.as_str()), "attempt {} and its audit differ", attempt.id);
    }
    let by_attempt = thread.iter().fold(BTreeMap::<_, u32>::new(), |mut count, message| {
        *count.entry(message.attempt_id).or_default() += 1;
        count
    });
    assert!(by_attempt.values().all(|count| *count == 1), "an attempt has two letters: {by_attempt:?}");
}

fn check_message(message: &Message, accepted: &BTreeSet<&str>, audit: &[AuditRow], tally: &mut Tally) {
    let was_accepted = accepted.contains(id_of(message));
    let delivery = message.delivery.unwrap_or_else(|| panic!("{} was withdrawn: {:?}", message.id, message.error));
    match delivery {
        Delivery::Accepted => assert!(was_accepted, "{} is said to be sent and was not", message.id),
        Delivery::Rejected => {
            // Only what is said of the recipient or of the message; what is the server's or our own burns no letter.
            let reason = message.error.as_deref().unwrap_or_default();
            let is_the_letters = ["RCPT TO: 5", "DATA: 5", "end of DATA: 5"].iter().any(|start| reason.starts_with(start));
            assert!(!was_accepted && is_the_letters, "{} has failed: {reason}", message.id);
        }
        Delivery::Uncertain if message.transport_response.is_some() => tally.uncertain_by_server += 1,
        Delivery::Uncertain => tally.uncertain_by_kill += 1,
        other => panic!("message {} is {other} at the end", message.id),
    }
    let last = last_fact(audit, "message", message.id.0, "delivery");
    assert_eq!(last.as_deref(), Some(delivery.as_str()), "message {} and its audit differ", message.id);
    let began = audit.iter().any(|row| row.entity_id == message.id.0 && row.action == "message.transmitting");
    assert!(began || delivery == Delivery::Rejected, "message {} left without a word in the audit", message.id);
}

fn check_attempt(attempt: &Attempt, thread: &[Message], tally: &mut Tally) {
    let letter = thread.iter().find(|message| Some(message.id) == attempt.message_id);
    let delivery = letter.and_then(|letter| letter.delivery);
    match attempt.status {
        AttemptStatus::Sent => {
            assert_eq!(delivery, Some(Delivery::Accepted), "attempt {}", attempt.id);
            tally.sent += 1;
        }
        AttemptStatus::Uncertain => assert_eq!(delivery, Some(Delivery::Uncertain), "attempt {}", attempt.id),
        AttemptStatus::Failed => {
            assert_eq!(delivery, Some(Delivery::Rejected), "attempt {}", attempt.id);
            tally.failed += 1;
        }
        AttemptStatus::Skipped => {
            assert_eq!((letter, attempt.reason.as_deref().map(Why::read)), (None, Some(Because::Overdue.into())), "attempt {}", attempt.id);
            tally.overtaken += 1;
        }
        other => panic!("attempt {} is {other} at the end", attempt.id),
    }
    assert!(attempt.status == AttemptStatus::Sent || attempt.reason.is_some(), "attempt {} has no reason", attempt.id);
}

pub const ALL: PageRequest = PageRequest { offset: 0, limit: 1000 };

/// The last value that the audit trail gives a fact of a thing.
pub fn last_fact(audit: &[AuditRow], entity: &str, id: i64, fact: &str) -> Option<String> {
    let of_it = audit.iter().filter(|row| row.entity == entity && row.entity_id == id);
    let values: Vec<(i64, String)> = of_it
        .filter_map(|row| match row.new.get(fact) {
            Some(AuditValue::Text(text)) => Some((row.seq, text.clone())),
            _ => None,
        })
        .collect();
    values.into_iter().max().map(|(_, text)| text)
}
