//! Promises of files that providers give apart from their messages.

promises! { $ media as media_contract:
    a_file_stands_without_bytes_until_it_was_fetched_and_then_with_them,
    a_file_is_due_from_its_instant_on_at_its_own_provider_and_claimed_once,
    what_became_of_a_file_is_final_and_shown,
    files_without_bytes_are_told_from_those_of_mails,
}

use followup_domain::ids::MessageId;
use followup_domain::message::Absence;
use followup_domain::message::{Attachment, Channel, MessageContent};
use followup_domain::ports::{DueMedia, NewInboundMessage, Store, Updated};
use followup_domain::sending::IncomingMedia;

use super::support::{a_case, a_raw, message, read, receive, write};
use crate::builders::{at, reply};

const SHA256_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn described() -> Attachment {
    Attachment {
        name: Some("foto.jpg".into()),
        content_type: "image/jpeg".into(),
        size: 0,
        sha256: String::new(),
        content_id: None,
        absent: Some(Absence::Waiting),
    }
}

fn media(source: &str, sha256: Option<&str>) -> IncomingMedia {
    IncomingMedia {
        source: source.into(),
        media_type: "image/jpeg".into(),
        name: Some("foto.jpg".into()),
        sha256: sha256.map(str::to_owned),
    }
}

/// A WhatsApp message with two files, due from the second 100 on.
fn with_files(store: &dyn Store) -> MessageId {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"call");
    let new = NewInboundMessage {
        channel: Channel::Whatsapp,
        content: MessageContent { body: "Foto".into(), from: Some("+51999888777".into()), ..MessageContent::default() },
        external_id: None,
        attachments: vec![described(), described()],
        ..reply(case_id, raw_id, "r")
    };
    let id = receive(store, &new);
    write(store, |tx| tx.media().insert(id, "prov", &[media("a", Some(SHA256_OF_ABC)), media("b", None)], at(100)));
    id
}

fn due(store: &dyn Store, second: i64) -> Vec<DueMedia> {
    read(store, |tx| tx.media().list_due("prov", at(second), 10))
}

pub fn a_file_stands_without_bytes_until_it_was_fetched_and_then_with_them(store: &dyn Store) {
    let id = with_files(store);
    assert_eq!(message(store, id).attachments, [described(), described()]);
    assert_eq!(read(store, |tx| tx.media().find_bytes(id, 0)), None);
    let file = due(store, 100).remove(0);
    assert!(file.is(b"abc") && !file.is(b"abd"));
    assert_eq!(write(store, |tx| tx.media().record_fetched(&file, b"abc", at(101))), Updated::Yes);
    let known = Attachment { size: 3, sha256: SHA256_OF_ABC.into(), absent: None, ..described() };
    assert_eq!(message(store, id).attachments, [known, described()]);
    let content = read(store, |tx| tx.media().find_bytes(id, 0)).unwrap();
    assert_eq!(read(store, |tx| tx.originals().find_whole(content)).as_deref(), Some(&b"abc"[..]));
    assert_eq!(due(store, 1000).len(), 1);
}

pub fn a_file_is_due_from_its_instant_on_at_its_own_provider_and_claimed_once(store: &dyn Store) {
    let id = with_files(store);
    assert_eq!(due(store, 99), []);
    assert_eq!(read(store, |tx| tx.media().list_due("other", at(100), 10)), []);
    let listed = due(store, 100);
    let case_id = message(store, id).case_id;
    let first = DueMedia {
        message_id: id,
        case_id,
        n: 0,
        provider: "prov".into(),
        source: "a".into(),
        sha256: Some(SHA256_OF_ABC.into()),
        tries: 0,
    };
    assert_eq!(listed, [first.clone(), DueMedia { n: 1, source: "b".into(), sha256: None, ..first }]);
    assert_eq!(read(store, |tx| tx.media().list_due("prov", at(100), 1)).len(), 1);
    assert_eq!(write(store, |tx| tx.media().claim(&listed[0], at(200))), Updated::Yes);
    assert_eq!(write(store, |tx| tx.media().claim(&listed[0], at(200))), Updated::Stale, "somebody else has it");
    assert_eq!(due(store, 199), [listed[1].clone()]);
    let again = due(store, 200);
    assert_eq!((again[0].n, again[1].n, again[1].tries), (1, 0, 1), "the longest due comes first");
}

pub fn what_became_of_a_file_is_final_and_shown(store: &dyn Store) {
    let id = with_files(store);
    let listed = due(store, 100);
    assert_eq!(write(store, |tx| tx.media().record_absent(&listed[0], Absence::Expired)), Updated::Yes);
    assert_eq!(write(store, |tx| tx.media().record_fetched(&listed[1], b"abc", at(101))), Updated::Yes);
    for file in &listed {
        assert_eq!(write(store, |tx| tx.media().record_fetched(file, b"xyz", at(102))), Updated::Stale);
        assert_eq!(write(store, |tx| tx.media().record_absent(file, Absence::Unreachable)), Updated::Stale);
        assert_eq!(write(store, |tx| tx.media().claim(file, at(300))), Updated::Stale);
    }
    let shown = message(store, id).attachments;
    assert_eq!((shown[0].absent, shown[1].absent, shown[1].size), (Some(Absence::Expired), None, 3));
    assert_eq!(due(store, 1000), []);
    let case_id = message(store, id).case_id.unwrap();
    let view = read(store, |tx| tx.threads().page(case_id, None, 10)).remove(0);
    assert_eq!(view.message.attachments, shown);
}

pub fn files_without_bytes_are_told_from_those_of_mails(store: &dyn Store) {
    let (case_id, raw_id) = (a_case(store), a_raw(store, b"raw"));
    let file = Attachment { size: 7, sha256: "ab".into(), absent: None, ..described() };
    let mail = receive(store, &NewInboundMessage { attachments: vec![file.clone()], ..reply(case_id, raw_id, "r") });
    assert_eq!(message(store, mail).attachments, [file]);
    assert_eq!(read(store, |tx| tx.media().find_bytes(mail, 0)), None);
    assert_eq!(due(store, 1000), []);
}
