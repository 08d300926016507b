//! Promises about mail that found no case, or could not be understood.

promises! { $ trays as trays_contract:
    unassigned_messages_are_listed_newest_first,
    what_came_in_our_name_and_is_no_copy_waits_like_any_other_mail,
    a_message_that_was_set_aside_is_listed_apart_and_no_longer_waits,
    a_message_is_set_aside_once_and_only_without_a_case,
    a_message_gets_a_case_once,
    a_reply_that_gets_a_case_is_unread_however_far_the_thread_was_read,
    an_address_tells_its_open_cases,
    an_address_tells_a_case_that_was_never_written_to,
    an_alias_names_its_message_for_good,
    quarantined_mails_are_listed_newest_first,
    a_quarantined_mail_that_was_set_aside_is_listed_apart_and_may_come_back,
    only_quarantined_mail_is_understood_again,
    a_part_of_a_mail_is_known_as_one,
    a_request_to_try_again_is_taken_once,
    another_mail_at_a_known_place_that_is_not_given_stands_in_the_quarantine,
    another_mail_at_a_known_place_gets_its_bytes_later,
    a_mailbox_that_was_set_back_is_an_alarm_until_a_comparison_agrees,
    a_person_may_acknowledge_that_a_mailbox_was_set_back,
}

use followup_domain::ids::{CaseId, InboundMailId, MessageId};
use followup_domain::mail::inbound::{InboundState, MailboxCursor, UnfetchedMail};
use followup_domain::mail::mailbox_health::{MailboxHealth, MailboxTrouble, Reconciliation};
use followup_domain::message::{CaseMatch, Classification, MatchKind};
use followup_domain::ports::{
    Assignment, Discard, Inserted, NewInboundMessage, Onlooker, PageRequest, SenderCases, Store, TrayState, Updated,
};

use super::support::{ALL, a_case, a_raw, enqueue, message, read, receive, send, write};
use crate::builders::{at, closure, dropped_mail, imap_mail, message_id, notification, outbound, record, reply};

const MAILBOX: &str = "fv@example.net/INBOX";

fn lost(store: &dyn Store, name: &str, seconds: i64) -> MessageId {
    let raw_id = a_raw(store, b"raw");
    let message = reply(CaseId(0), raw_id, name);
    receive(store, &NewInboundMessage { case_id: None, case_match: None, created_at: at(seconds), ..message })
}

fn discard(seconds: i64) -> Discard {
    Discard { reason: "publicidad".into(), actor: "user:ana".into(), at: at(seconds) }
}

fn listed(store: &dyn Store, state: TrayState) -> Vec<MessageId> {
    read(store, |tx| tx.trays().list(state, ALL)).items.iter().map(|found| found.mail.message.id).collect()
}

fn assign(store: &dyn Store, id: MessageId, case_id: CaseId) -> Updated {
    write(store, |tx| tx.trays().assign(id, &Assignment { case_id, parent_id: None, confirmed: true, is_repeated: false }))
}

fn quarantine(store: &dyn Store, seconds: i64, raw: &[u8]) -> InboundMailId {
    let mail = followup_domain::mail::inbound::NewInboundMail { arrived_at: at(seconds), ..dropped_mail(raw) };
    write(store, |tx| {
        let id = tx.inbox().insert(&mail)?.id();
        tx.inbox().record_quarantined(id, "x")?;
        Ok(id)
    })
}

fn quarantined(store: &dyn Store, state: TrayState) -> Vec<InboundMailId> {
    read(store, |tx| tx.quarantine().list(state, ALL)).items.iter().map(|found| found.mail.id).collect()
}

fn state(store: &dyn Store, id: InboundMailId) -> InboundState {
    write(store, |tx| tx.inbox().find_for_update(id)).unwrap().state
}

fn unfetched(uid: u32) -> UnfetchedMail {
    UnfetchedMail { mailbox: MAILBOX.into(), uid: (1, uid), arrived_at: at(7), recorded_at: at(8), reason: "sin contenido".into() }
}

fn set_cursor(store: &dyn Store, last_uid: u32) {
    write(store, |tx| tx.mailboxes().set_cursor(MAILBOX, MailboxCursor { uid_validity: 1, last_uid }));
}

fn places(store: &dyn Store) -> (Vec<u32>, Vec<u32>) {
    let all = MailboxCursor { uid_validity: 1, last_uid: 0 };
    read(store, |tx| Ok((tx.unfetched().list_known(MAILBOX, all, 100)?, tx.unfetched().list(MAILBOX, all, 100)?)))
}

fn health(store: &dyn Store) -> MailboxHealth {
    read(store, |tx| tx.mailboxes().health()).remove(0)
}

pub fn unassigned_messages_are_listed_newest_first(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    enqueue(store, &outbound(case_id, "a"));
    receive(store, &reply(case_id, raw_id, "b"));
    let (old, new, middle) = (lost(store, "c", 1), lost(store, "d", 9), lost(store, "e", 5));
    // A proven copy of a message of ours is nobody's to assign.
    let told = enqueue(store, &notification(case_id, "n"));
    let echo = NewInboundMessage { classification: Classification::Echo, case_id: None, case_match: None, ..reply(case_id, raw_id, "f") };
    let copy = receive(store, &NewInboundMessage { parent_id: Some(told), ..echo });
    assert_eq!(listed(store, TrayState::Open), [new, middle, old]);
    let page = read(store, |tx| tx.trays().list(TrayState::Open, PageRequest { offset: 1, limit: 1 }));
    assert_eq!((page.items[0].mail.message.id, page.total), (middle, 3));
    assert_eq!(read(store, |tx| tx.trays().find(copy)), None);
}

pub fn what_came_in_our_name_and_is_no_copy_waits_like_any_other_mail(store: &dyn Store) {
    let echo = NewInboundMessage { classification: Classification::Echo, ..reply(CaseId(0), a_raw(store, b"raw"), "f") };
    let id = receive(store, &NewInboundMessage { case_id: None, case_match: None, ..echo });
    assert_eq!(
        (listed(store, TrayState::Open), read(store, |tx| tx.trays().badge(Onlooker { reader: "", now: at(0) })).unassigned),
        (vec![id], 1)
    );
    assert_eq!(write(store, |tx| tx.trays().discard(id, &discard(5))), Updated::Yes);
    assert_eq!((listed(store, TrayState::Discarded), assign(store, id, a_case(store))), (vec![id], Updated::Yes));
    assert_eq!((listed(store, TrayState::Open), listed(store, TrayState::Discarded)), (vec![], vec![]));
}

pub fn a_message_that_was_set_aside_is_listed_apart_and_no_longer_waits(store: &dyn Store) {
    let (first, second) = (lost(store, "a", 1), lost(store, "b", 2));
    assert_eq!(write(store, |tx| tx.trays().discard(first, &discard(5))), Updated::Yes);
    assert_eq!((listed(store, TrayState::Open), listed(store, TrayState::Discarded)), (vec![second], vec![first]));
    let found = read(store, |tx| tx.trays().find(first)).unwrap();
    assert_eq!((found.mail.id, found.discard), (first, Some(discard(5))));
    let page = read(store, |tx| tx.trays().list(TrayState::Discarded, ALL));
    assert_eq!((page.total, page.items[0].discard.clone()), (1, Some(discard(5))));
    assert_eq!(read(store, |tx| tx.trays().badge(Onlooker { reader: "", now: at(0) })).unassigned, 1);
    // It may still get a case.
    assert_eq!(assign(store, first, a_case(store)), Updated::Yes);
    assert_eq!((listed(store, TrayState::Discarded), read(store, |tx| tx.trays().find(first))), (vec![], None));
}

pub fn a_message_is_set_aside_once_and_only_without_a_case(store: &dyn Store) {
    let id = lost(store, "a", 1);
    let set_aside = |id, seconds| write(store, |tx| tx.trays().discard(id, &discard(seconds)));
    assert_eq!((set_aside(id, 5), set_aside(id, 6)), (Updated::Yes, Updated::Stale));
    let of_case = receive(store, &reply(a_case(store), a_raw(store, b"raw"), "b"));
    assert_eq!((set_aside(of_case, 5), set_aside(MessageId(4711), 5)), (Updated::Stale, Updated::Stale));
    assert_eq!(read(store, |tx| tx.trays().find(id)).unwrap().discard, Some(discard(5)));
}

pub fn a_message_gets_a_case_once(store: &dyn Store) {
    let (one, two) = (a_case(store), a_case(store));
    let letter = send(store, &outbound(one, "a"));
    let id = lost(store, "r", 70);
    let assignment = Assignment { case_id: one, parent_id: Some(letter), confirmed: false, is_repeated: false };
    assert_eq!(write(store, |tx| tx.trays().assign(id, &assignment)), Updated::Yes);
    let found = message(store, id);
    assert_eq!((found.case_id, found.parent_id, found.created_at), (Some(one), Some(letter), at(70)));
    assert_eq!(found.case_match, Some(CaseMatch { kind: MatchKind::Manual, confirmed: false }));
    assert_eq!((assign(store, id, two), assign(store, letter, two)), (Updated::Stale, Updated::Stale));
    assert_eq!(read(store, |tx| tx.threads().whole(one)).iter().map(|message| message.id).collect::<Vec<_>>(), [letter, id]);
}

pub fn a_reply_that_gets_a_case_is_unread_however_far_the_thread_was_read(store: &dyn Store) {
    let case_id = a_case(store);
    let id = lost(store, "a", 1);
    let robot = NewInboundMessage {
        classification: Classification::AutoReply,
        case_id: None,
        case_match: None,
        ..reply(case_id, a_raw(store, b"raw"), "robot")
    };
    let robot = receive(store, &robot);
    let later = receive(store, &reply(case_id, a_raw(store, b"raw"), "b"));
    write(store, |tx| tx.answers().mark_read(case_id, "ana", later, at(9)));
    assign(store, id, case_id);
    assign(store, robot, case_id);
    let unread = || read(store, |tx| tx.answers().count_unread(&[case_id], "ana")).first().map_or(0, |(_, count)| *count);
    assert_eq!(unread(), 1);
    write(store, |tx| tx.answers().mark_read(case_id, "ana", later, at(10)));
    assert_eq!(unread(), 0);
}

pub fn an_address_tells_its_open_cases(store: &dyn Store) {
    let ask = |addresses: &[&str]| {
        let addresses: Vec<String> = addresses.iter().map(|address| (*address).to_owned()).collect();
        read(store, |tx| tx.trays().open_cases_of(&addresses))
    };
    assert_eq!(ask(&[]), []);
    let (one, two) = (a_case(store), a_case(store));
    send(store, &notification(one, "n"));
    for (case_id, key) in [(one, "a"), (one, "b"), (two, "c")] {
        enqueue(store, &outbound(case_id, key));
        receive(store, &reply(case_id, a_raw(store, b"raw"), "r"));
    }
    let stranger = NewInboundMessage {
        case_match: Some(CaseMatch { kind: MatchKind::InReplyTo, confirmed: false }),
        content: followup_domain::message::MessageContent {
            from: Some("x@example.org".into()),
            ..reply(one, a_raw(store, b"raw"), "s").content
        },
        ..reply(one, a_raw(store, b"raw"), "s")
    };
    receive(store, &stranger);
    let both = SenderCases { address: "rojas@example.org".into(), open_cases: 2, first: one };
    assert_eq!(ask(&["rojas@example.org", "nobody@example.org", "x@example.org", "evaluadora@example.net"]), vec![both.clone()]);
    write(store, |tx| tx.cases().close(one, &closure()));
    assert_eq!(ask(&["rojas@example.org"]), [SenderCases { open_cases: 1, first: two, ..both }]);
}

pub fn an_address_tells_a_case_that_was_never_written_to(store: &dyn Store) {
    let ask = |address: &str| read(store, |tx| tx.trays().open_cases_of(&[address.to_owned()]));
    let (one, two) = (a_case(store), a_case(store));
    let by_record = SenderCases { address: "rojas@example.org".into(), open_cases: 2, first: one };
    assert_eq!(ask("rojas@example.org"), std::slice::from_ref(&by_record));
    // Counted once, however it is known.
    enqueue(store, &outbound(two, "a"));
    assert_eq!(ask("rojas@example.org"), [by_record]);
    let elsewhere = record(&[("reportante_email", "Otra@Example.org")]);
    write(store, |tx| tx.cases().update(one, &elsewhere, at(0).date_naive(), 1, at(1)));
    let only = |address: &str, first| vec![SenderCases { address: address.into(), open_cases: 1, first }];
    assert_eq!((ask("rojas@example.org"), ask("otra@example.org")), (only("rojas@example.org", two), only("otra@example.org", one)));
    write(store, |tx| tx.cases().close(one, &closure()));
    assert_eq!(ask("otra@example.org"), []);
}

pub fn an_alias_names_its_message_for_good(store: &dyn Store) {
    let case_id = a_case(store);
    let (first, second) = (enqueue(store, &outbound(case_id, "a")), enqueue(store, &notification(case_id, "n")));
    let learn = |alias: &str, id| write(store, |tx| tx.names().insert_alias(&message_id(alias), id));
    assert_eq!([learn("x", first), learn("x", second), learn("y", second)], [Updated::Yes, Updated::Stale, Updated::Yes]);
    let ids: Vec<_> = (0..700).map(|number| message_id(&number.to_string())).chain([message_id("x"), message_id("y")]).collect();
    let known = read(store, |tx| tx.names().find_by_aliases(&ids));
    let known: Vec<_> =
        known.iter().map(|known| (known.external_id.clone(), known.message_id, known.case_id, known.notification)).collect();
    assert_eq!(known, [(message_id("x"), first, Some(case_id), false), (message_id("y"), second, Some(case_id), true)]);
}

pub fn quarantined_mails_are_listed_newest_first(store: &dyn Store) {
    let (old, new, middle) = (quarantine(store, 1, b"a"), quarantine(store, 9, b"b"), quarantine(store, 5, b"c"));
    write(store, |tx| tx.inbox().insert(&dropped_mail(b"d")));
    assert_eq!(quarantined(store, TrayState::Open), [new, middle, old]);
    let last = read(store, |tx| tx.quarantine().list(TrayState::Open, PageRequest { offset: 2, limit: 10 }));
    assert_eq!((last.total, last.items.len(), last.items[0].mail.id), (3, 1, old));
}

pub fn a_quarantined_mail_that_was_set_aside_is_listed_apart_and_may_come_back(store: &dyn Store) {
    let (first, second) = (quarantine(store, 1, b"a"), quarantine(store, 2, b"b"));
    let set_aside = |id, seconds| write(store, |tx| tx.quarantine().discard(id, &discard(seconds)));
    assert_eq!((set_aside(first, 5), set_aside(first, 6)), (Updated::Yes, Updated::Stale));
    assert_eq!((quarantined(store, TrayState::Open), quarantined(store, TrayState::Discarded)), (vec![second], vec![first]));
    assert_eq!(read(store, |tx| tx.quarantine().find_discard(first)), Some(discard(5)));
    assert_eq!(read(store, |tx| tx.trays().badge(Onlooker { reader: "", now: at(0) })).quarantined, 1);
    assert_eq!(write(store, |tx| tx.quarantine().requeue(first)), Updated::Yes);
    assert_eq!((state(store, first), quarantined(store, TrayState::Discarded)), (InboundState::Stored, vec![]));

    let withheld = write(store, |tx| tx.unfetched().insert(&unfetched(9))).id();
    set_aside(withheld, 7);
    assert_eq!(places(store), (vec![9], vec![]));
    assert_eq!(write(store, |tx| tx.quarantine().requeue(withheld)), Updated::Yes);
    assert_eq!((state(store, withheld), places(store)), (InboundState::Quarantined, (vec![], vec![9])));
}

pub fn only_quarantined_mail_is_understood_again(store: &dyn Store) {
    let id = quarantine(store, 1, b"a");
    let requeue = |id| write(store, |tx| tx.quarantine().requeue(id));
    assert_eq!((requeue(id), requeue(id)), (Updated::Yes, Updated::Stale));
    let mail = write(store, |tx| tx.inbox().find_for_update(id)).unwrap();
    assert_eq!((mail.state, mail.reason), (InboundState::Stored, None));
    let message_id = receive(store, &reply(a_case(store), mail.raw_id.unwrap(), "r"));
    write(store, |tx| tx.inbox().record_processed(id, Some(message_id)));
    let withheld = write(store, |tx| tx.unfetched().insert(&unfetched(9))).id();
    assert_eq!((requeue(id), requeue(withheld), requeue(InboundMailId(4711))), (Updated::Stale, Updated::Stale, Updated::Stale));
}

pub fn a_part_of_a_mail_is_known_as_one(store: &dyn Store) {
    let (part, whole) = (quarantine(store, 1, b"a"), quarantine(store, 2, b"b"));
    for _ in 0..2 {
        write(store, |tx| tx.inbox().record_partial(part));
    }
    assert!(read(store, |tx| tx.inbox().is_partial(part)) && !read(store, |tx| tx.inbox().is_partial(whole)));
}

pub fn a_request_to_try_again_is_taken_once(store: &dyn Store) {
    for _ in 0..2 {
        write(store, |tx| tx.unfetched().request_retry(MAILBOX, at(1)));
    }
    let take = |mailbox| write(store, |tx| tx.unfetched().take_retry_request(mailbox));
    assert_eq!([take("another"), take(MAILBOX), take(MAILBOX)], [false, true, false]);
}

pub fn another_mail_at_a_known_place_that_is_not_given_stands_in_the_quarantine(store: &dyn Store) {
    let first = write(store, |tx| tx.inbox().insert(&imap_mail(1, 5, b"a"))).id();
    // The cursor says that the place was read: it is this mail.
    assert_eq!(write(store, |tx| tx.unfetched().insert(&unfetched(5))), Inserted::Duplicate(first));
    // The mailbox was set back, and is read anew.
    set_cursor(store, 0);
    let Inserted::New(second) = write(store, |tx| tx.unfetched().insert(&unfetched(5))) else { panic!("it is lost from view") };
    assert_eq!(quarantined(store, TrayState::Open), [second]);
    assert_eq!((places(store), state(store, first)), ((vec![], vec![5]), InboundState::Stored));
    set_cursor(store, 0);
    assert_eq!(write(store, |tx| tx.unfetched().insert(&unfetched(5))), Inserted::Duplicate(second));
    // What is not known takes nothing from a page of what is.
    write(store, |tx| tx.inbox().insert(&imap_mail(1, 7, b"b")));
    let all = MailboxCursor { uid_validity: 1, last_uid: 0 };
    assert_eq!(read(store, |tx| tx.unfetched().list_known(MAILBOX, all, 1)), [7]);
}

pub fn another_mail_at_a_known_place_gets_its_bytes_later(store: &dyn Store) {
    for (uid, bytes, expected) in [(5, b"other", InboundState::Stored), (6, b"known", InboundState::Processed)] {
        write(store, |tx| tx.inbox().insert(&imap_mail(1, uid, b"known")));
        set_cursor(store, uid - 1);
        let id = write(store, |tx| tx.unfetched().insert(&unfetched(uid))).id();
        write(store, |tx| tx.inbox().insert(&imap_mail(1, uid, bytes)));
        assert_eq!(state(store, id), expected);
        assert_eq!(places(store), ((5..=uid).collect(), vec![]));
    }
}

pub fn a_mailbox_that_was_set_back_is_an_alarm_until_a_comparison_agrees(store: &dyn Store) {
    let compare = |stored| {
        let found = Reconciliation { at: at(5), in_mailbox: 7, stored };
        write(store, |tx| tx.mailboxes().record_reconciliation(MAILBOX, found));
        health(store).alarm_since
    };
    write(store, |tx| tx.mailboxes().record_trouble(MAILBOX, at(1), MailboxTrouble::SetBack, true));
    write(store, |tx| tx.mailboxes().record_trouble(MAILBOX, at(2), MailboxTrouble::SetBack, true));
    write(store, |tx| tx.mailboxes().record_read(MAILBOX, at(3)));
    let found = health(store);
    assert_eq!((found.alarm_since, found.set_back_since, found.failing_since), (Some(at(1)), Some(at(1)), None));
    assert_eq!((compare(6), compare(7)), (Some(at(1)), None));
}

pub fn a_person_may_acknowledge_that_a_mailbox_was_set_back(store: &dyn Store) {
    write(store, |tx| tx.mailboxes().record_trouble(MAILBOX, at(1), MailboxTrouble::SetBack, true));
    write(store, |tx| tx.mailboxes().record_read(MAILBOX, at(3)));
    let acknowledge = || write(store, |tx| tx.mailboxes().acknowledge_set_back(MAILBOX));
    assert_eq!((acknowledge(), acknowledge(), health(store).alarm_since), (Updated::Yes, Updated::Stale, None));
}
