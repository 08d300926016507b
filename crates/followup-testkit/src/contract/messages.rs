//! Promises of the messages; those of the queue are in `queue`.

promises! { $ messages as messages_contract:
    a_second_message_with_the_same_key_is_the_same_message,
    an_outbound_message_comes_back_as_it_was_queued,
    an_inbound_message_comes_back_as_it_was_stored,
    an_unknown_message_is_none,
    a_thread_is_ordered_to_the_second_and_then_by_id,
    a_thread_holds_the_messages_of_its_case_only,
    headers_are_built_from_what_left_and_what_people_wrote,
    ids_find_the_messages_they_name,
    many_ids_are_looked_up_at_once,
    an_address_is_known_by_any_message_ignoring_case,
    an_unconfirmed_mail_does_not_make_its_sender_known,
    human_replies_wait_until_somebody_who_has_read_them_decides,
    a_repetition_waits_for_nobody_and_another_text_with_the_same_id_does,
    what_one_has_read_is_new_to_the_others,
    a_mail_that_was_stored_after_the_mark_is_unread,
    who_has_read_nothing_decides_about_nothing,
    a_human_reply_counts_after_a_message_that_was_stored_before_it,
    what_failed_dmarc_waits_and_may_answer_only_when_it_is_confirmed,
    a_status_moves_only_from_the_one_it_has,
    the_parts_that_the_transport_told_of_are_kept,
}

use chrono::Duration;
use followup_domain::ids::{CaseId, MessageId, RawId};
use followup_domain::message::threading::ThreadEntry;
use followup_domain::message::{
    Attachment, CaseMatch, Classification, Delivery, Direction, MailFlag, MatchKind, MessageKind, MessageStatus,
};
use followup_domain::ports::{Assignment, Inserted, NewInboundMessage, NewOutboundMessage, Outcome, Store, Updated};

use super::support::{a_case, a_raw, enqueue, message, outcome, read, receive, record, send, token, transmit, write};
use crate::builders::{at, message_id, outbound, reply};
use crate::one_letter::OneLetter;

pub fn a_second_message_with_the_same_key_is_the_same_message(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "k"));
    let mut second = outbound(case_id, "k");
    second.content.body = "otro texto".into();
    assert_eq!(write(store, |tx| tx.messages().insert_outbound(&second)), Inserted::Duplicate(id));
    assert_eq!(message(store, id).content.body, outbound(case_id, "k").content.body);
    assert_eq!(read(store, |tx| tx.threads().whole(case_id)).len(), 1);
}

pub fn an_outbound_message_comes_back_as_it_was_queued(store: &dyn Store) {
    let case_id = a_case(store);
    let first = enqueue(store, &outbound(case_id, "a"));
    let mut new = NewOutboundMessage { resend_of: Some(first), reminder_of: Some(first), ..outbound(case_id, "b") };
    new.content.in_reply_to = vec![message_id("x")];
    new.content.references = vec![message_id("y"), message_id("x")];
    let id = enqueue(store, &new);
    let stored = message(store, id);
    assert_eq!((stored.id, stored.case_id, stored.channel, stored.kind), (id, Some(case_id), new.channel, new.kind));
    assert_eq!((stored.direction, stored.content, stored.external_id), (Direction::Out, new.content, Some(new.external_id)));
    assert_eq!((stored.status, stored.delivery), (Some(MessageStatus::Pending), Some(Delivery::Queued)));
    assert_eq!((stored.resend_of, stored.reminder_of, stored.attempt_id), (Some(first), Some(first), None));
    assert_eq!((stored.parent_id, stored.duplicate_of), (None, None));
    assert_eq!((stored.classification, stored.case_match, stored.raw_id), (None, None, None));
    assert_eq!((stored.created_at, stored.recorded_at, stored.sent_at), (at(0), at(0), None));
    assert_eq!((stored.transport_response, stored.error), (None, None));
}

pub fn an_inbound_message_comes_back_as_it_was_stored(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    let sent = send(store, &outbound(case_id, "a"));
    let first = receive(store, &reply(case_id, raw_id, "r"));
    let mut new = NewInboundMessage { parent_id: Some(sent), duplicate_of: Some(first), ..reply(case_id, raw_id, "r") };
    new.content.body_quoted = Some("> Estimada".into());
    new.attachments = vec![
        Attachment {
            name: Some("foto «1».jpg".into()),
            content_type: "image/jpeg".into(),
            size: 10_000_000_000,
            sha256: "ab".into(),
            content_id: Some("i1@x".into()),
            absent: None,
        },
        Attachment { name: None, content_type: "text/plain".into(), size: 0, sha256: "cd".into(), content_id: None, absent: None },
    ];
    let stored = message(store, receive(store, &new));
    assert_eq!((stored.case_id, stored.direction, stored.kind), (Some(case_id), Direction::In, MessageKind::Inbound));
    assert_eq!((stored.content, stored.external_id, stored.attachments), (new.content, new.external_id, new.attachments));
    assert_eq!((stored.parent_id, stored.duplicate_of, stored.raw_id), (Some(sent), Some(first), Some(raw_id)));
    assert_eq!((stored.classification, stored.case_match), (Some(Classification::Human), new.case_match));
    assert_eq!((stored.status, stored.delivery, stored.created_at, stored.recorded_at), (None, None, at(60), at(61)));
}

pub fn an_unknown_message_is_none(store: &dyn Store) {
    assert_eq!(read(store, |tx| tx.messages().find(MessageId(4711))), None);
    assert_eq!(read(store, |tx| tx.originals().find_whole(RawId(4711))), None);
}

fn thread_ids(store: &dyn Store, case_id: CaseId) -> Vec<MessageId> {
    read(store, |tx| tx.threads().whole(case_id)).iter().map(|message| message.id).collect()
}

pub fn a_thread_is_ordered_to_the_second_and_then_by_id(store: &dyn Store) {
    let case_id = a_case(store);
    let add = |key: &str, millis: i64| {
        enqueue(store, &NewOutboundMessage { created_at: at(0) + Duration::milliseconds(millis), ..outbound(case_id, key) })
    };
    let (late, same_second, earlier_millis, early) = (add("a", 2_000), add("b", 1_900), add("c", 1_100), add("d", 999));
    assert_eq!(thread_ids(store, case_id), [early, same_second, earlier_millis, late]);
}

pub fn a_thread_holds_the_messages_of_its_case_only(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let id = enqueue(store, &outbound(case_id, "a"));
    enqueue(store, &outbound(other, "b"));
    assert_eq!(thread_ids(store, case_id), [id]);
    assert_eq!(thread_ids(store, CaseId(4711)), []);
}

pub fn headers_are_built_from_what_left_and_what_people_wrote(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    send(store, &outbound(case_id, "accepted"));
    let uncertain = enqueue(store, &outbound(case_id, "uncertain"));
    transmit(store, uncertain, "t", b"u");
    record(store, uncertain, "t", Delivery::Uncertain);
    let rejected = enqueue(store, &outbound(case_id, "rejected"));
    transmit(store, rejected, "t", b"r");
    record(store, rejected, "t", Delivery::Rejected);
    enqueue(store, &outbound(case_id, "queued"));
    receive(store, &reply(case_id, raw_id, "reply"));
    receive(store, &NewInboundMessage { external_id: None, ..reply(case_id, raw_id, "nameless") });
    receive(store, &NewInboundMessage { classification: Classification::Bounce, ..reply(case_id, raw_id, "bounce") });
    let entry = |name: &str, inbound| ThreadEntry { id: Some(message_id(name)), inbound };
    let expected = [entry("accepted", false), entry("uncertain", false), entry("reply", true), ThreadEntry { id: None, inbound: true }];
    assert_eq!(read(store, |tx| tx.threads().entries(case_id)), expected);
}

pub fn ids_find_the_messages_they_name(store: &dyn Store) {
    let case_id = a_case(store);
    let out = enqueue(store, &outbound(case_id, "a"));
    let unassigned = receive(store, &NewInboundMessage { case_id: None, ..reply(case_id, a_raw(store, b"raw"), "b") });
    let ids = [message_id("zz"), message_id("b"), message_id("a")];
    let known = read(store, |tx| tx.names().find(&ids));
    let found: Vec<_> = known.iter().map(|known| (known.external_id.as_str(), known.message_id, known.case_id, known.inbound)).collect();
    assert_eq!(found, [("<a@example.org>", out, Some(case_id), false), ("<b@example.org>", unassigned, None, true)]);
    assert_eq!(read(store, |tx| tx.names().find(&[])), []);
}

pub fn many_ids_are_looked_up_at_once(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "m9999"));
    let ids: Vec<_> = (0..10_000).map(|number| message_id(&format!("m{number}"))).collect();
    let known = read(store, |tx| tx.names().find(&ids));
    assert_eq!(known.iter().map(|known| known.message_id).collect::<Vec<_>>(), [id]);
}

pub fn an_address_is_known_by_any_message_ignoring_case(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    enqueue(store, &outbound(case_id, "a"));
    let mut answer = reply(case_id, a_raw(store, b"raw"), "b");
    answer.content.from = Some("Colega.Ñandú@Example.ORG".into());
    receive(store, &answer);
    let knows = |case_id, address: &str| read(store, |tx| tx.exchanges().knows_address(case_id, address));
    assert!(knows(case_id, "ROJAS@example.org") && knows(case_id, "colega.ñandú@example.org"));
    assert!(!knows(case_id, "rojas@example.or") && !knows(case_id, "%@example.org"));
    assert!(!knows(other, "rojas@example.org"));
}

pub fn an_unconfirmed_mail_does_not_make_its_sender_known(store: &dyn Store) {
    let case_id = a_case(store);
    let mut stranger = reply(case_id, a_raw(store, b"raw"), "a");
    stranger.content.from = Some("otro@example.com".into());
    stranger.case_match = Some(CaseMatch { kind: MatchKind::References, confirmed: false });
    receive(store, &stranger);
    assert!(!read(store, |tx| tx.exchanges().knows_address(case_id, "otro@example.com")));
}

/// How many of those that wait somebody has not read.
fn new_to(store: &dyn Store, case_id: CaseId, reader: &str) -> i64 {
    read(store, |tx| tx.answers().count_unread(&[case_id], reader)).first().map_or(0, |(_, count)| *count)
}

fn mark(store: &dyn Store, case_id: CaseId, reader: &str, up_to: MessageId) -> i64 {
    write(store, |tx| tx.answers().mark_read(case_id, reader, up_to, at(70)))
}

fn attend(store: &dyn Store, case_id: CaseId, reader: &str) -> i64 {
    write(store, |tx| tx.answers().attend(case_id, reader))
}

fn waiting(store: &dyn Store, case_id: CaseId) -> i64 {
    read(store, |tx| tx.answers().count_unattended(case_id))
}

pub fn human_replies_wait_until_somebody_who_has_read_them_decides(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    enqueue(store, &outbound(case_id, "a"));
    let unconfirmed = Some(CaseMatch { kind: MatchKind::InReplyTo, confirmed: false });
    receive(store, &NewInboundMessage { classification: Classification::AutoReply, ..reply(case_id, raw_id, "c") });
    assert_eq!(waiting(store, case_id), 0);
    let flagged = receive(store, &NewInboundMessage { case_match: unconfirmed, ..reply(case_id, raw_id, "d") });
    receive(store, &NewInboundMessage { duplicate_of: Some(flagged), is_repeated: true, ..reply(case_id, raw_id, "f") });
    let last = receive(store, &reply(case_id, raw_id, "e"));
    assert_eq!(waiting(store, case_id), 2);
    assert_eq!(mark(store, case_id, "ana", last), 2);
    assert_eq!((waiting(store, case_id), new_to(store, case_id, "ana"), new_to(store, case_id, "eva")), (2, 0, 2), "a look is no decision");
    assert_eq!((attend(store, case_id, "ana"), attend(store, case_id, "ana")), (2, 0));
    assert_eq!((waiting(store, case_id), new_to(store, case_id, "eva")), (0, 0), "what is decided is new to nobody");
}

pub fn a_repetition_waits_for_nobody_and_another_text_with_the_same_id_does(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    let first = receive(store, &reply(case_id, raw_id, "a"));
    let again = |is_repeated| NewInboundMessage { duplicate_of: Some(first), is_repeated, ..reply(case_id, raw_id, "a") };
    receive(store, &again(true));
    assert_eq!(waiting(store, case_id), 1);
    receive(store, &again(false));
    assert_eq!(waiting(store, case_id), 2);
    // By a person's hand too.
    for (is_repeated, expected) in [(true, 2), (false, 3)] {
        let lost = receive(store, &NewInboundMessage { case_id: None, case_match: None, ..again(false) });
        write(store, |tx| tx.trays().assign(lost, &Assignment { case_id, parent_id: None, confirmed: true, is_repeated }));
        assert_eq!(waiting(store, case_id), expected);
    }
}

pub fn what_one_has_read_is_new_to_the_others(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let raw_id = a_raw(store, b"raw");
    let ids = ["a", "b", "c"].map(|name| receive(store, &reply(case_id, raw_id, name)));
    receive(store, &reply(other, raw_id, "d"));
    assert_eq!(mark(store, case_id, "ana", ids[1]), 2);
    assert_eq!((mark(store, case_id, "ana", ids[0]), mark(store, case_id, "eva", ids[0])), (0, 1), "never back");
    let mut counts = read(store, |tx| tx.answers().count_unread(&[case_id, other, CaseId(99)], "ana"));
    counts.sort_unstable();
    assert_eq!((counts, new_to(store, case_id, "eva")), (vec![(case_id, 1), (other, 1)], 2));
    assert_eq!((attend(store, case_id, "ana"), waiting(store, case_id), new_to(store, case_id, "eva")), (2, 1, 1));
}

pub fn who_has_read_nothing_decides_about_nothing(store: &dyn Store) {
    let case_id = a_case(store);
    let id = receive(store, &reply(case_id, a_raw(store, b"raw"), "a"));
    mark(store, case_id, "ana", id);
    assert_eq!((attend(store, case_id, "eva"), attend(store, case_id, ""), waiting(store, case_id)), (0, 0, 1));
}

pub fn a_mail_that_was_stored_after_the_mark_is_unread(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    let seen = receive(store, &reply(case_id, raw_id, "a"));
    mark(store, case_id, "ana", seen);
    // It had arrived before the one that was read.
    receive(store, &NewInboundMessage { created_at: at(1), ..reply(case_id, raw_id, "b") });
    assert_eq!((new_to(store, case_id, "ana"), attend(store, case_id, "ana"), waiting(store, case_id)), (1, 1, 1));
}

pub fn a_human_reply_counts_after_a_message_that_was_stored_before_it(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    let replied_after = |id| read(store, |tx| tx.exchanges().has_human_reply_after(case_id, id));
    let first = enqueue(store, &outbound(case_id, "a"));
    receive(store, &NewInboundMessage { classification: Classification::AutoReply, ..reply(case_id, raw_id, "b") });
    assert!(!replied_after(first));
    // Flagged, and it arrived before the letter was queued, by the clock of another server.
    let unconfirmed = Some(CaseMatch { kind: MatchKind::InReplyTo, confirmed: false });
    let flagged = receive(store, &NewInboundMessage { case_match: unconfirmed, created_at: at(-90), ..reply(case_id, raw_id, "c") });
    let second = enqueue(store, &outbound(case_id, "d"));
    assert!(replied_after(first) && !replied_after(flagged) && !replied_after(second));
}

pub fn what_failed_dmarc_waits_and_may_answer_only_when_it_is_confirmed(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    let letter = enqueue(store, &outbound(case_id, "a"));
    let unconfirmed = Some(CaseMatch { kind: MatchKind::InReplyTo, confirmed: false });
    let doubted = receive(store, &NewInboundMessage { case_match: unconfirmed, ..reply(case_id, raw_id, "b") });
    let may_answer =
        || read(store, |tx| Ok((tx.answers().has_unattended(case_id)?, tx.exchanges().has_human_reply_after(case_id, letter)?)));
    assert_eq!(may_answer(), (true, true), "a stranger may");
    write(store, |tx| tx.readings().insert_flag(doubted, MailFlag::FailedDmarc));
    write(store, |tx| tx.readings().insert_flag(doubted, MailFlag::Encrypted));
    assert_eq!((may_answer(), waiting(store, case_id)), ((false, false), 1));
    let other = receive(store, &NewInboundMessage { case_match: unconfirmed, ..reply(case_id, raw_id, "c") });
    assert_eq!(may_answer(), (true, true));
    write(store, |tx| tx.readings().insert_flag(other, MailFlag::FailedDmarc));
    write(store, |tx| tx.messages().confirm(doubted));
    assert_eq!(may_answer(), (true, true));
}

pub fn a_status_moves_only_from_the_one_it_has(store: &dyn Store) {
    let case_id = a_case(store);
    let id = send(store, &outbound(case_id, "a"));
    let move_on = |from, to| write(store, |tx| tx.messages().update_status(id, from, to, at(9)));
    assert_eq!(move_on(MessageStatus::Pending, MessageStatus::Responded), Updated::Stale);
    assert_eq!(move_on(MessageStatus::Sent, MessageStatus::Responded), Updated::Yes);
    assert_eq!(move_on(MessageStatus::Sent, MessageStatus::Responded), Updated::Stale);
    let stored = message(store, id);
    assert_eq!((stored.status, stored.delivery), (Some(MessageStatus::Responded), Some(Delivery::Accepted)));
    assert_eq!((stored.recorded_at, stored.sent_at), (at(9), Some(at(3))));
}

pub fn the_parts_that_the_transport_told_of_are_kept(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    transmit(store, id, "x", b"a");
    assert_eq!(message(store, id).parts, None);
    let accepted = Outcome { parts: Some(3), ..outcome(Delivery::Accepted) };
    assert_eq!(write(store, |tx| tx.dispatch().record_one(id, &token("x"), &accepted)), Updated::Yes);
    assert_eq!(message(store, id).parts, Some(3));
    let shown = read(store, |tx| tx.threads().page(case_id, None, 10));
    assert_eq!(shown.iter().map(|view| view.message.parts).collect::<Vec<_>>(), [Some(3)]);
}
