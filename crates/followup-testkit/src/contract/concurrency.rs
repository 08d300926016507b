//! Promises to several threads at once, which stand for several processes.

promises! { $ concurrency as concurrency_contract:
    two_claimers_never_share_a_message,
    two_inserts_with_one_key_are_one_message,
    two_automatic_letters_at_once_are_one,
    two_requests_with_one_idempotency_key_make_one_resource,
    two_writers_of_one_chain_follow_each_other,
    what_is_read_while_a_chain_is_held_is_what_its_next_row_follows,
    two_updates_of_one_version_are_one,
    two_plans_at_once_are_one,
    a_letter_is_withdrawn_or_transmitted_and_never_both,
    two_mails_with_the_same_bytes_at_once_are_one,
    a_reading_transaction_sees_one_state,
    one_of_several_runs_finds_out_whether_a_provider_is_back,
    two_letters_to_one_address_at_once_are_counted_one_after_the_other,
    an_event_and_the_name_that_it_waits_for_never_miss_each_other,
    calls_are_taken_by_one_of_several_and_stored_once,
}

use std::sync::Barrier;
use std::thread;

use chrono::Duration;
use followup_domain::asking::plan::BUILT_IN_TEMPLATE;
use followup_domain::audit::{AuditChain, AuditEntry, facts};
use followup_domain::ids::{CaseId, InboundMailId, LeaseToken, MessageId};
use followup_domain::message::{Channel, Delivery, MessageStatus};
use followup_domain::ports::{
    CaseQuery, DoNotContact, Inserted, NewCallback, NewOutboundMessage, NewPlan, NewProviderEvent, Remembered, Reserved, Store, StoreError,
    StoreExt, Updated,
};
use followup_domain::sending::breaker::{OPENS_AFTER, Permit};
use followup_domain::sending::{EventKind, ExternalName, SendStage, StatusEvent};

use super::support::{ALL, a_case, a_raw, claim, enqueue, message, read, write};
use crate::builders::{at, audit_entry, automatic, imap_mail, incomplete_record, lease, new_case, outbound};
use crate::one_letter::OneLetter;

/// Enough to meet, few enough to be quick.
const THREADS: usize = 4;

/// Runs `work` in several threads that start at the same instant; their answers, by thread.
fn at_once<T: Send>(work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        let run = |number| {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                start.wait();
                work(number)
            })
        };
        let threads: Vec<_> = (0..THREADS).map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

pub fn two_claimers_never_share_a_message(store: &dyn Store) {
    let case_id = a_case(store);
    let mut all: Vec<MessageId> = (0..40).map(|number| enqueue(store, &outbound(case_id, &format!("m{number}")))).collect();
    let claimed = at_once(|number| {
        let mut mine = Vec::new();
        loop {
            let lease = lease(&format!("t{number}"), at(60));
            let some = write(store, |tx| tx.dispatch().claim_mail(at(0), &lease, 3));
            if some.is_empty() {
                return mine;
            }
            mine.extend(some.into_iter().map(|claimed| claimed.message_id));
        }
    });
    let mut claimed: Vec<MessageId> = claimed.into_iter().flatten().collect();
    // What a thread passed over because another was taking it, that other one has.
    claimed.sort_unstable();
    all.sort_unstable();
    assert_eq!(claimed, all);
    assert_eq!(claim(store, at(1), "late"), []);
}

pub fn two_inserts_with_one_key_are_one_message(store: &dyn Store) {
    let case_id = a_case(store);
    let inserted = at_once(|_| write(store, |tx| tx.messages().insert_outbound(&outbound(case_id, "k"))));
    let first = inserted[0].id();
    assert!(inserted.iter().all(|inserted| inserted.id() == first));
    assert_eq!(inserted.iter().filter(|inserted| matches!(inserted, Inserted::New(_))).count(), 1);
}

pub fn two_automatic_letters_at_once_are_one(store: &dyn Store) {
    let case_id = a_case(store);
    let letters: Vec<MessageId> = (0..THREADS).map(|number| enqueue(store, &automatic(case_id, &format!("a{number}")))).collect();
    let reserved = at_once(|number| write(store, |tx| tx.automatics().reserve(case_id, letters[number], at(5), Duration::hours(1))));
    assert_eq!(reserved.iter().filter(|reserved| **reserved == Reserved::Yes).count(), 1);
    assert_eq!(reserved.iter().filter(|reserved| **reserved == Reserved::TakenAt(at(5))).count(), THREADS - 1);
}

pub fn two_requests_with_one_idempotency_key_make_one_resource(store: &dyn Store) {
    let outcomes = at_once(|_| {
        write(store, |tx| match tx.idempotency().begin("k", "f", at(0))? {
            Remembered::New => {
                let id = tx.cases().insert(&new_case())?.0;
                tx.idempotency().complete("k", id)?;
                Ok(id)
            }
            Remembered::Same(id) => Ok(id),
            Remembered::Different => Err(StoreError::Refused("the same request".into())),
        })
    });
    assert!(outcomes.iter().all(|id| *id == outcomes[0]));
    assert_eq!(read(store, |tx| tx.cases().list(&CaseQuery::default(), ALL)).total, 1);
}

pub fn two_writers_of_one_chain_follow_each_other(store: &dyn Store) {
    let chain = AuditChain::Case(CaseId(7));
    at_once(|_| {
        for _ in 0..10 {
            write(store, |tx| tx.audit().append(&audit_entry(chain, "a")));
        }
    });
    let rows = read(store, |tx| tx.audit().list(chain, ALL)).items;
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
    assert!(rows.windows(2).all(|pair| pair[1].prev_hash == pair[0].hash));
}

pub fn what_is_read_while_a_chain_is_held_is_what_its_next_row_follows(store: &dyn Store) {
    let blocked = |reason: String| DoNotContact { address: "x@example.org".into(), reason, actor: "user:ana".into(), at: at(0) };
    at_once(|number| {
        write(store, |tx| {
            tx.audit().hold(AuditChain::System)?;
            let before = tx.do_not_contact().find_blocked("x@example.org")?;
            let reason = format!("{number}");
            tx.do_not_contact().block(&blocked(reason.clone()))?;
            let old = facts([("reason", before.map(|contact| contact.reason).into())]);
            tx.audit().append(&AuditEntry { old, new: facts([("reason", reason.into())]), ..audit_entry(AuditChain::System, "blocked") })
        });
    });
    let rows = read(store, |tx| tx.audit().list(AuditChain::System, ALL)).items;
    assert_eq!(rows.len(), THREADS);
    assert!(rows.windows(2).all(|pair| pair[1].old["reason"] == pair[0].new["reason"]), "{rows:?}");
}

pub fn two_updates_of_one_version_are_one(store: &dyn Store) {
    let case_id = a_case(store);
    let updated = at_once(|_| write(store, |tx| tx.cases().update(case_id, &incomplete_record(), at(0).date_naive(), 1, at(9))));
    assert_eq!(updated.iter().filter(|updated| **updated == Updated::Yes).count(), 1);
    assert_eq!(read(store, |tx| tx.cases().find(case_id)).unwrap().version, 2);
}

pub fn two_plans_at_once_are_one(store: &dyn Store) {
    let case_id = a_case(store);
    let plan = NewPlan { case_id, template_id: BUILT_IN_TEMPLATE, name: "x".into(), base_at: at(0), applied_at: at(0) };
    let applied = at_once(|_| write(store, |tx| tx.plans().insert(&plan)));
    assert_eq!(applied.iter().filter(|applied| matches!(applied, Inserted::New(_))).count(), 1);
    assert!(applied.iter().all(|one| one.id() == applied[0].id()));
}

pub fn two_mails_with_the_same_bytes_at_once_are_one(store: &dyn Store) {
    let stored = at_once(|number| {
        let uid = u32::try_from(number).unwrap() + 1;
        write(store, |tx| tx.inbox().insert(&imap_mail(1, uid, b"same")))
    });
    assert_eq!(stored.iter().filter(|stored| matches!(stored, Inserted::New(_))).count(), 1);
    let mailbox = imap_mail(1, 1, b"").position.mailbox;
    let cursor = read(store, |tx| tx.mailboxes().cursor(&mailbox)).unwrap();
    assert_eq!(cursor.last_uid, u32::try_from(THREADS).unwrap());
}

pub fn a_reading_transaction_sees_one_state(store: &dyn Store) {
    let count = |tx: &mut dyn followup_domain::ports::Tx| Ok::<_, StoreError>(tx.cases().list(&CaseQuery::default(), ALL)?.total);
    let seen = store.read(|tx| {
        let before = count(tx)?;
        // Another thread commits in between.
        thread::scope(|scope| scope.spawn(|| a_case(store)).join()).unwrap();
        Ok::<_, StoreError>((before, count(tx)?))
    });
    assert_eq!(seen, Ok((0, 0)));
    assert_eq!(read(store, count), 1);
}

pub fn a_letter_is_withdrawn_or_transmitted_and_never_both(store: &dyn Store) {
    for round in 0..10 {
        let case_id = a_case(store);
        let id = enqueue(store, &automatic(case_id, &format!("a{round}")));
        claim(store, at(1), "one");
        let happened = at_once(|number| match number % 2 {
            0 => write(store, |tx| tx.deliveries().withdraw_queued(case_id, "seguimiento cerrado", at(2))) == [id],
            _ => write(store, |tx| tx.dispatch().transmit_one(id, &lease("one", at(60)), b"raw", at(2))) == Updated::Yes,
        });
        assert_eq!(happened.iter().filter(|happened| **happened).count(), 1, "{happened:?}");
        let withdrawn = happened.iter().step_by(2).any(|happened| *happened);
        let expected =
            if withdrawn { (Some(MessageStatus::Skipped), None) } else { (Some(MessageStatus::Pending), Some(Delivery::Transmitting)) };
        let letter = message(store, id);
        assert_eq!((letter.status, letter.delivery), expected);
    }
}

pub fn one_of_several_runs_finds_out_whether_a_provider_is_back(store: &dyn Store) {
    write(store, |tx| {
        let mut breaker = tx.breakers().find_for_update("smtp:a", at(0))?;
        for _ in 0..OPENS_AFTER {
            breaker.count_failure(SendStage::Connection.into(), 0.5, at(0));
        }
        tx.breakers().update(&breaker)
    });
    let permits = at_once(|number| {
        write(store, |tx| {
            let mut breaker = tx.breakers().find_for_update("smtp:a", at(60))?;
            let permit = breaker.ask(&LeaseToken(format!("run-{number}")), at(60));
            tx.breakers().update(&breaker)?;
            Ok(permit)
        })
    });
    assert_eq!(permits.iter().filter(|permit| **permit == Permit::Yes).count(), 1, "{permits:?}");
}

/// Each looks how many went, and lets its own go if there were fewer than two.
pub fn two_letters_to_one_address_at_once_are_counted_one_after_the_other(store: &dyn Store) {
    let cap = 2;
    let letter = |number: usize| {
        let key = format!("a{number}");
        let case_id = a_case(store);
        enqueue(store, &NewOutboundMessage { content: outbound(case_id, &key).content, ..automatic(case_id, &key) })
    };
    let letters: Vec<MessageId> = (0..THREADS).map(letter).collect();
    assert_eq!(claim(store, at(1), "one"), letters);
    let to = message(store, letters[0]).content.to.unwrap();
    let went = at_once(|number| {
        write(store, |tx| {
            tx.automatics().lock_address(&to)?;
            if tx.automatics().count_to(&to, at(0))? >= cap {
                return Ok(false);
            }
            Ok(tx.dispatch().transmit_one(letters[number], &lease("one", at(60)), b"raw", at(2))? == Updated::Yes)
        })
    });
    assert_eq!(went.iter().filter(|went| **went).count(), 2, "{went:?}");
}

/// One keeps an event of a name that nobody knows, one learns whose name it is: whoever comes second sees what the first did.
pub fn an_event_and_the_name_that_it_waits_for_never_miss_each_other(store: &dyn Store) {
    let (case_id, raw_id) = (a_case(store), a_raw(store, b"1"));
    for round in 0..20 {
        let letter = enqueue(store, &automatic(case_id, &format!("a{round}")));
        let name = ExternalName::new("prov", format!("X{round}"));
        let event = StatusEvent {
            key: format!("k{round}"),
            provider_id: Some(name.name.clone()),
            reference: None,
            kind: EventKind::Delivered,
            failure: None,
            at: Some(at(1)),
        };
        let new = NewProviderEvent { provider: "prov".into(), event, received_at: at(2), raw_id, told_of: None };
        let seen = at_once(|number| match number {
            0 => write(store, |tx| {
                tx.provider_events().insert(std::slice::from_ref(&new))?;
                tx.names().find_provider(&name).map(|found| found.is_some())
            }),
            1 => write(store, |tx| {
                tx.names().insert_provider(&name, letter)?;
                tx.provider_events().list_waiting("prov", &[&name.name], &[]).map(|waiting| !waiting.is_empty())
            }),
            _ => false,
        });
        assert!(seen[0] != seen[1], "{seen:?} in round {round}");
    }
}

/// Each has them in an order of its own.
pub fn calls_are_taken_by_one_of_several_and_stored_once(store: &dyn Store) {
    let turned = |number: usize, mut all: Vec<NewCallback>| {
        all.rotate_left(number * 10);
        all
    };
    let call = |number: u32| NewCallback {
        provider: "prov".into(),
        channel: Channel::Sms,
        received_at: at(1),
        raw: number.to_string().into_bytes(),
    };
    let calls: Vec<NewCallback> = (0..40).map(call).collect();
    let stored = at_once(|number| write(store, |tx| tx.provider_events().insert_callbacks(&turned(number, calls.clone()))));
    let is_new = |stored: &&Inserted<InboundMailId>| matches!(stored, Inserted::New(_));
    assert_eq!(stored.iter().flatten().filter(is_new).count(), 40);
    let ids: Vec<InboundMailId> = stored[0].iter().map(|stored| stored.id()).collect();
    let taken = at_once(|number| {
        let mut ids = ids.clone();
        ids.rotate_left(number * 10);
        write(store, |tx| tx.provider_events().take_calls(&ids))
    });
    let mut all = taken.concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!((taken.concat().len(), all.len()), (40, 40), "each by one");
}
