//! Promises of the inbox.

promises! { $ inbox as inbox_contract:
    a_mail_comes_back_as_it_arrived,
    the_cursor_moves_with_the_mail_in_one_transaction,
    the_same_position_is_one_mail_and_the_cursor_moves_on,
    the_same_bytes_are_one_mail_and_the_cursor_moves_on,
    the_cursor_never_goes_back_within_a_uidvalidity,
    the_cursor_follows_a_new_uidvalidity,
    the_cursor_can_be_set,
    stored_mails_are_listed_oldest_first,
    a_mail_is_processed_once,
    a_mail_is_quarantined_with_its_reason,
    quarantined_mails_are_listed_newest_first,
    any_bytes_are_kept_exactly,
}

use followup_domain::ids::InboundMailId;
use followup_domain::inbound::{InboundState, MailboxCursor, NewInboundMail};
use followup_domain::ports::{Inserted, PageRequest, Store, StoreError, StoreExt, Updated};

use super::support::{a_case, read, receive, write};
use crate::builders::{at, dropped_mail, imap_mail, reply};

const MAILBOX: &str = "fv@example.net/INBOX";

fn insert(store: &dyn Store, mail: &NewInboundMail) -> Inserted<InboundMailId> {
    write(store, |tx| tx.inbox().insert(mail))
}

fn cursor(store: &dyn Store) -> Option<(u32, u32)> {
    read(store, |tx| tx.inbox().cursor(MAILBOX)).map(|cursor| (cursor.uid_validity, cursor.last_uid))
}

pub fn a_mail_comes_back_as_it_arrived(store: &dyn Store) {
    let new = imap_mail(u32::MAX, u32::MAX, b"abc");
    let id = insert(store, &new).id();
    let mail = write(store, |tx| tx.inbox().find_for_update(id)).unwrap();
    assert_eq!((mail.id, mail.position, mail.arrived_at, mail.recorded_at), (id, new.position, new.arrived_at, new.recorded_at));
    assert_eq!(mail.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((mail.size, mail.state, mail.reason, mail.message_id), (3, InboundState::Stored, None, None));
    assert_eq!(read(store, |tx| tx.inbox().raw(id)).unwrap(), b"abc");
    assert_eq!(read(store, |tx| tx.messages().raw(mail.raw_id)).unwrap(), b"abc");
    assert_eq!(write(store, |tx| tx.inbox().find_for_update(InboundMailId(4711))), None);
    assert_eq!(read(store, |tx| tx.inbox().raw(InboundMailId(4711))), None);
}

pub fn the_cursor_moves_with_the_mail_in_one_transaction(store: &dyn Store) {
    assert_eq!(cursor(store), None);
    let undone: Result<(), StoreError> = store.write(|tx| {
        tx.inbox().insert(&imap_mail(1, 5, b"a"))?;
        Err(StoreError::Refused("by the work".into()))
    });
    assert!(undone.is_err());
    assert_eq!((cursor(store), read(store, |tx| tx.inbox().list_stored(10))), (None, vec![]));
    let id = insert(store, &imap_mail(1, 5, b"a")).id();
    assert_eq!((cursor(store), read(store, |tx| tx.inbox().list_stored(10))), (Some((1, 5)), vec![id]));
}

pub fn the_same_position_is_one_mail_and_the_cursor_moves_on(store: &dyn Store) {
    let first = insert(store, &imap_mail(1, 5, b"a"));
    write(store, |tx| tx.inbox().set_cursor(MAILBOX, MailboxCursor { uid_validity: 1, last_uid: 0 }));
    assert_eq!(insert(store, &imap_mail(1, 5, b"b")), Inserted::Duplicate(first.id()));
    assert_eq!(cursor(store), Some((1, 5)));
    assert_eq!(read(store, |tx| tx.inbox().raw(first.id())).unwrap(), b"a");
}

pub fn the_same_bytes_are_one_mail_and_the_cursor_moves_on(store: &dyn Store) {
    let first = insert(store, &imap_mail(1, 5, b"a"));
    assert_eq!(insert(store, &imap_mail(1, 6, b"a")), Inserted::Duplicate(first.id()));
    assert_eq!(insert(store, &dropped_mail(b"a")), Inserted::Duplicate(first.id()));
    assert_eq!(cursor(store), Some((1, 6)));
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)), [first.id()]);
}

pub fn the_cursor_never_goes_back_within_a_uidvalidity(store: &dyn Store) {
    insert(store, &imap_mail(1, 9, b"a"));
    insert(store, &imap_mail(1, 4, b"b"));
    assert_eq!(cursor(store), Some((1, 9)));
}

pub fn the_cursor_follows_a_new_uidvalidity(store: &dyn Store) {
    insert(store, &imap_mail(7, 9, b"a"));
    insert(store, &imap_mail(3, 1, b"b"));
    assert_eq!(cursor(store), Some((3, 1)));
}

pub fn the_cursor_can_be_set(store: &dyn Store) {
    for place in [(1, 10), (2, 0), (2, 7)] {
        let set = MailboxCursor { uid_validity: place.0, last_uid: place.1 };
        write(store, |tx| tx.inbox().set_cursor(MAILBOX, set));
        assert_eq!(cursor(store), Some(place));
    }
}

pub fn stored_mails_are_listed_oldest_first(store: &dyn Store) {
    let insert_at = |seconds: i64, raw: &[u8]| insert(store, &NewInboundMail { arrived_at: at(seconds), ..dropped_mail(raw) }).id();
    let (second, third, first) = (insert_at(5, b"b"), insert_at(5, b"c"), insert_at(1, b"a"));
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)), [first, second, third]);
    assert_eq!(read(store, |tx| tx.inbox().list_stored(1)), [first]);
}

pub fn a_mail_is_processed_once(store: &dyn Store) {
    let case_id = a_case(store);
    let id = insert(store, &dropped_mail(b"a")).id();
    let mail = write(store, |tx| tx.inbox().find_for_update(id)).unwrap();
    let message_id = receive(store, &reply(case_id, mail.raw_id, "r"));
    assert_eq!(write(store, |tx| tx.inbox().record_processed(id, message_id)), Updated::Yes);
    assert_eq!(write(store, |tx| tx.inbox().record_processed(id, message_id)), Updated::Stale);
    assert_eq!(write(store, |tx| tx.inbox().record_quarantined(id, "x")), Updated::Stale);
    let mail = write(store, |tx| tx.inbox().find_for_update(id)).unwrap();
    assert_eq!((mail.state, mail.message_id, mail.reason), (InboundState::Processed, Some(message_id), None));
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)), []);
}

pub fn a_mail_is_quarantined_with_its_reason(store: &dyn Store) {
    let id = insert(store, &dropped_mail(b"a")).id();
    assert_eq!(write(store, |tx| tx.inbox().record_quarantined(id, "sin cabeceras")), Updated::Yes);
    assert_eq!(write(store, |tx| tx.inbox().record_quarantined(id, "otra")), Updated::Stale);
    let mail = write(store, |tx| tx.inbox().find_for_update(id)).unwrap();
    assert_eq!((mail.state, mail.reason.as_deref()), (InboundState::Quarantined, Some("sin cabeceras")));
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)), []);
}

pub fn quarantined_mails_are_listed_newest_first(store: &dyn Store) {
    let quarantine = |seconds: i64, raw: &[u8]| {
        let id = insert(store, &NewInboundMail { arrived_at: at(seconds), ..dropped_mail(raw) }).id();
        write(store, |tx| tx.inbox().record_quarantined(id, "x"));
        id
    };
    let (old, new, middle) = (quarantine(1, b"a"), quarantine(9, b"b"), quarantine(5, b"c"));
    insert(store, &dropped_mail(b"d"));
    let page = |offset, limit| read(store, |tx| tx.inbox().list_quarantined(PageRequest { offset, limit }));
    let listed: Vec<InboundMailId> = page(0, 10).items.iter().map(|mail| mail.id).collect();
    assert_eq!(listed, [new, middle, old]);
    let last = page(2, 10);
    assert_eq!((last.total, last.items.len(), last.items[0].id), (3, 1, old));
}

pub fn any_bytes_are_kept_exactly(store: &dyn Store) {
    let every_byte: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    for raw in [Vec::new(), vec![0], every_byte] {
        let id = insert(store, &dropped_mail(&raw)).id();
        assert_eq!(read(store, |tx| tx.inbox().raw(id)).unwrap(), raw);
    }
}
