//! Promises about how a thread is read: a page of it, and its headers.

promises! { $ thread as thread_contract:
    a_page_is_the_last_messages_in_order,
    the_page_before_a_message_ends_there,
    there_is_no_page_before_what_does_not_stand_in_the_thread,
    a_page_says_all_that_is_shown_of_a_message,
    a_list_shows_the_beginning_of_what_is_long,
    the_headers_are_the_thread_without_what_was_written,
}

use chrono::Duration;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::MailNotice;
use followup_domain::message::{
    Attachment, CallOutcome, Classification, Delivery, LONGEST_SHOWN, MOST_ATTACHMENTS_SHOWN, MailFlag, Message, MessageContent,
    MessageHeader,
};
use followup_domain::ports::{MessageView, NewInboundMessage, NewOutboundMessage, PageRequest, ReplyReading, Store, TrayState};

use super::support::{a_case, a_raw, enqueue, message, read, receive, record, send, transmit, write};
use crate::builders::{at, call, message_id, notification, outbound, reply};

fn page(store: &dyn Store, case_id: CaseId, before: Option<MessageId>, limit: i64) -> Vec<MessageId> {
    read(store, |tx| tx.threads().page(case_id, before, limit)).iter().map(|shown| shown.message.id).collect()
}

/// Five messages, of which the middle ones stand in one second and in the order of their numbers; and what stands in no thread.
fn five(store: &dyn Store, case_id: CaseId) -> [MessageId; 5] {
    let add = |key: &str, millis: i64| {
        enqueue(store, &NewOutboundMessage { created_at: at(0) + Duration::milliseconds(millis), ..outbound(case_id, key) })
    };
    let (last, second, third, first, fourth) = (add("a", 9_000), add("b", 1_900), add("c", 1_100), add("d", 10), add("e", 1_500));
    enqueue(store, &notification(case_id, "n"));
    enqueue(store, &outbound(a_case(store), "other"));
    [first, second, third, fourth, last]
}

pub fn a_page_is_the_last_messages_in_order(store: &dyn Store) {
    let case_id = a_case(store);
    assert_eq!(page(store, case_id, None, 10), []);
    let all = five(store, case_id);
    assert_eq!(page(store, case_id, None, 10), all);
    assert_eq!(page(store, case_id, None, 2), all[3..]);
    assert_eq!((page(store, case_id, None, 0), page(store, case_id, None, -3)), (vec![], vec![]));
    assert_eq!(page(store, case_id, None, i64::MAX), all);
}

pub fn the_page_before_a_message_ends_there(store: &dyn Store) {
    let case_id = a_case(store);
    let all = five(store, case_id);
    for end in 0..all.len() {
        assert_eq!(page(store, case_id, Some(all[end]), 10), all[..end], "{end}");
        assert_eq!(page(store, case_id, Some(all[end]), 2), all[end.saturating_sub(2)..end], "{end}");
    }
}

pub fn there_is_no_page_before_what_does_not_stand_in_the_thread(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    five(store, case_id);
    let told = enqueue(store, &NewOutboundMessage { created_at: at(999), ..notification(case_id, "told") });
    let foreign = enqueue(store, &NewOutboundMessage { created_at: at(999), ..outbound(other, "foreign") });
    for before in [foreign, told, MessageId(4711), MessageId(-1)] {
        assert_eq!(page(store, case_id, Some(before), 10), [], "{before}");
    }
}

fn a_full_thread(store: &dyn Store) -> CaseId {
    let case_id = a_case(store);
    let letter = send(store, &outbound(case_id, "letter"));
    let bounced = enqueue(store, &outbound(case_id, "uncertain"));
    transmit(store, bounced, "t", b"u");
    record(store, bounced, "t", Delivery::Uncertain);
    write(store, |tx| tx.messages().insert_call(&call(case_id, CallOutcome::Reached)));
    let raw_id = a_raw(store, b"raw");
    let file = |name: &str| Attachment {
        name: Some(name.into()),
        content_type: "image/png".into(),
        size: 7,
        sha256: "ab".into(),
        content_id: Some("x@y".into()),
        absent: None,
    };
    let attachments = vec![file("b.png"), Attachment { name: None, content_id: None, ..file("") }, file("a.png")];
    let answer = reply(case_id, raw_id, "answer");
    let answer = receive(store, &NewInboundMessage { parent_id: Some(letter), attachments, has_html: true, ..answer });
    let report =
        NewInboundMessage { classification: Classification::Bounce, attachments: vec![file("c.png")], ..reply(case_id, raw_id, "report") };
    let report = receive(store, &report);
    write(store, |tx| {
        tx.readings().insert(answer, &ReplyReading { parent_id: letter, reply: "L-9".into(), quoted: Some("> Lote?".into()) })?;
        tx.readings().insert_flag(answer, MailFlag::FurtherCases)?;
        tx.readings().insert_flag(answer, MailFlag::ForgedReplyAddress)?;
        let notice = MailNotice { message_id: report, why: "x".into(), about: Some(bounced), report: None, returns_on: None };
        tx.notices().insert(&notice)
    });
    case_id
}

pub fn a_page_says_all_that_is_shown_of_a_message(store: &dyn Store) {
    let case_id = a_full_thread(store);
    let shown = read(store, |tx| tx.threads().page(case_id, None, 100));
    let (thread, notices) = read(store, |tx| Ok((tx.threads().whole(case_id)?, tx.notices().of_case(case_id)?)));
    let messages: Vec<&Message> = shown.iter().map(|shown| &shown.message).collect();
    let without_references = |message: &Message| {
        let content = MessageContent { references: Vec::new(), ..message.content.clone() };
        Message { content, ..message.clone() }
    };
    let expected: Vec<Message> = thread.iter().map(without_references).collect();
    assert_eq!(messages, expected.iter().collect::<Vec<_>>());
    assert!(!shown.iter().any(|shown| shown.is_cut || shown.has_more_attachments));
    assert!(thread.iter().all(|told| message(store, told.id) == *told));
    assert_eq!(shown.iter().filter_map(|shown| shown.notice.clone()).collect::<Vec<_>>(), notices);
    assert_eq!(notices.len(), 1);
    let answer = shown.iter().find(|shown| !shown.flags.is_empty()).unwrap();
    assert_eq!(answer.flags, [MailFlag::ForgedReplyAddress, MailFlag::FurtherCases]);
    assert_eq!((answer.message.content.body.as_str(), answer.message.has_html), ("L-9", true));
    let names: Vec<_> = answer.message.attachments.iter().map(|file| file.name.as_deref()).collect();
    assert_eq!(names, [Some("b.png"), None, Some("a.png")]);
    assert_eq!(answer.message.external_id, Some(message_id("answer")));
}

pub fn a_list_shows_the_beginning_of_what_is_long(store: &dyn Store) {
    let (case_id, raw_id) = (a_case(store), a_raw(store, b"raw"));
    let letter = send(store, &outbound(case_id, "letter"));
    // Characters of one to four bytes, so that the last one shown would be a broken one.
    let long = |character: char| format!("x{}", character.to_string().repeat(LONGEST_SHOWN));
    let file = Attachment { name: None, content_type: "a/b".into(), size: 1, sha256: "ab".into(), content_id: None, absent: None };
    for (number, character) in ['y', 'ñ', '€', '🌳'].into_iter().enumerate() {
        let mut mail = reply(case_id, raw_id, &format!("m{number}"));
        mail.content.body = long(character);
        mail.content.body_quoted = Some(long(character));
        mail.attachments = vec![file.clone(); MOST_ATTACHMENTS_SHOWN + number];
        receive(store, &mail);
        let lost = NewInboundMessage { case_id: None, case_match: None, external_id: None, ..mail };
        receive(store, &lost);
    }
    let beside = receive(store, &NewInboundMessage { parent_id: Some(letter), ..reply(case_id, raw_id, "beside") });
    write(store, |tx| tx.readings().insert(beside, &ReplyReading { parent_id: letter, reply: "si".into(), quoted: Some(long('ñ')) }));

    let mut silent = reply(case_id, raw_id, "silent");
    (silent.content.body, silent.content.body_quoted) = (String::new(), Some(String::new()));
    receive(store, &silent);

    let mut thread = read(store, |tx| tx.threads().page(case_id, None, 100)).split_off(1);
    let silent = thread.pop().unwrap();
    assert_eq!((silent.message.content.body.as_str(), silent.message.content.body_quoted.as_deref(), silent.is_cut), ("", Some(""), false));
    let tray = read(store, |tx| tx.trays().list(TrayState::Open, PageRequest { offset: 0, limit: 100 })).items;
    let tray: Vec<MessageView> = tray.into_iter().map(|found| found.mail).collect();
    assert_eq!((thread.len(), tray.len()), (5, 4));
    for shown in thread.iter().chain(&tray) {
        let whole = message(store, shown.message.id);
        let mut content = whole.content.clone();
        assert!(content.cut() && shown.is_cut);
        assert_eq!((&shown.message.content.body, &shown.message.content.body_quoted), (&content.body, &content.body_quoted));
        assert_eq!(shown.message.attachments.len(), whole.attachments.len().min(MOST_ATTACHMENTS_SHOWN));
        assert_eq!(shown.has_more_attachments, whole.attachments.len() > MOST_ATTACHMENTS_SHOWN);
    }
}

pub fn the_headers_are_the_thread_without_what_was_written(store: &dyn Store) {
    let case_id = a_full_thread(store);
    enqueue(store, &notification(case_id, "n"));
    let headers = read(store, |tx| tx.threads().headers(case_id));
    let thread = read(store, |tx| tx.threads().whole(case_id));
    assert_eq!(headers, thread.iter().map(header_of).collect::<Vec<_>>());
    assert_eq!(headers.iter().filter(|header| header.is_human_reply()).count(), 1);
    assert_eq!(read(store, |tx| tx.threads().headers(CaseId(4711))), []);
}

fn header_of(message: &Message) -> MessageHeader {
    MessageHeader {
        id: message.id,
        case_id: message.case_id,
        channel: message.channel,
        direction: message.direction,
        kind: message.kind,
        subject: message.content.subject.clone(),
        from: message.content.from.clone(),
        to: message.content.to.clone(),
        external_id: message.external_id.clone(),
        status: message.status,
        delivery: message.delivery,
        attempt_id: message.attempt_id,
        parent_id: message.parent_id,
        resend_of: message.resend_of,
        reminder_of: message.reminder_of,
        duplicate_of: message.duplicate_of,
        classification: message.classification,
        case_match: message.case_match,
        call_outcome: message.call_outcome,
        has_html: message.has_html,
        raw_id: message.raw_id,
        created_at: message.created_at,
        sent_at: message.sent_at,
        recorded_at: message.recorded_at,
    }
}
