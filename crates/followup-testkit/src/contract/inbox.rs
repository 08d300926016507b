//! Promises of the inbox.

promises! { $ inbox as inbox_contract:
    a_mail_comes_back_as_it_arrived,
    an_original_comes_in_pieces_and_all_of_it_is_its_bytes,
    the_cursor_moves_with_the_mail_in_one_transaction,
    the_same_mail_at_the_same_position_is_one_and_the_cursor_moves_on,
    other_bytes_at_a_known_position_are_a_new_mail,
    the_same_bytes_are_one_mail_and_the_cursor_moves_on,
    the_cursor_never_goes_back_within_a_uidvalidity,
    the_cursor_follows_a_new_uidvalidity,
    the_cursor_can_be_set,
    stored_mails_are_listed_oldest_first,
    a_mail_is_processed_once,
    a_mail_is_quarantined_with_its_reason,
    any_bytes_are_kept_exactly,
    a_mail_that_is_not_given_stands_without_bytes_and_the_cursor_moves_on,
    a_mail_without_bytes_gets_them_later_and_is_stored,
    a_mail_without_bytes_whose_bytes_are_known_is_settled,
    a_mail_without_bytes_is_settled_by_one_of_its_instant_under_another_uidvalidity,
    an_empty_mail_of_a_mailbox_is_refused_and_the_cursor_stays,
    refusals_of_one_mail_are_counted_in_a_row,
    every_place_of_a_stored_mail_is_known,
    known_mails_are_listed_from_a_place_on,
    a_mailbox_that_was_read_is_well,
    trouble_is_dated_from_its_beginning_until_the_mailbox_is_read,
    a_comparison_replaces_the_one_before,
}

use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::{InboundMail, InboundState, MailboxCursor, NewInboundMail, UnfetchedMail};
use followup_domain::mail::mailbox_health::{MailboxHealth, MailboxTrouble, Reconciliation};
use followup_domain::ports::{Inserted, PageRequest, Store, StoreError, StoreExt, TrayState, Updated};

use super::support::{a_case, read, receive, write};
use crate::builders::{at, dropped_mail, imap_mail, reply};

const MAILBOX: &str = "fv@example.net/INBOX";

fn insert(store: &dyn Store, mail: &NewInboundMail) -> Inserted<InboundMailId> {
    write(store, |tx| tx.inbox().insert(mail))
}

fn unfetched(uid: u32) -> UnfetchedMail {
    UnfetchedMail { mailbox: MAILBOX.into(), uid: (1, uid), arrived_at: at(7), recorded_at: at(8), reason: "sin contenido".into() }
}

fn refuse(store: &dyn Store, uid: u32) -> Inserted<InboundMailId> {
    write(store, |tx| tx.unfetched().insert(&unfetched(uid)))
}

fn mail(store: &dyn Store, id: InboundMailId) -> InboundMail {
    write(store, |tx| tx.inbox().find_for_update(id)).unwrap()
}

fn from(uid: u32) -> MailboxCursor {
    MailboxCursor { uid_validity: 1, last_uid: uid }
}

fn known(store: &dyn Store) -> Vec<u32> {
    read(store, |tx| tx.unfetched().list_known(MAILBOX, from(0), 100))
}

fn without_bytes(store: &dyn Store) -> Vec<u32> {
    read(store, |tx| tx.unfetched().list(MAILBOX, from(0), 100))
}

fn health(store: &dyn Store) -> MailboxHealth {
    let mut all = read(store, |tx| tx.mailboxes().health());
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn cursor(store: &dyn Store) -> Option<(u32, u32)> {
    read(store, |tx| tx.mailboxes().cursor(MAILBOX)).map(|cursor| (cursor.uid_validity, cursor.last_uid))
}

pub fn a_mail_comes_back_as_it_arrived(store: &dyn Store) {
    let new = imap_mail(u32::MAX, u32::MAX, b"abc");
    let id = insert(store, &new).id();
    let mail = write(store, |tx| tx.inbox().find_for_update(id)).unwrap();
    assert_eq!((mail.id, mail.position, mail.arrived_at, mail.recorded_at), (id, new.position, new.arrived_at, new.recorded_at));
    assert_eq!(mail.sha256.as_deref(), Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assert_eq!((mail.size, mail.state, mail.reason, mail.message_id), (Some(3), InboundState::Stored, None, None));
    assert_eq!(read(store, |tx| tx.originals().find_whole_arrival(id)).unwrap(), b"abc");
    assert_eq!(read(store, |tx| tx.originals().find_whole(mail.raw_id.unwrap())).unwrap(), b"abc");
    assert_eq!(write(store, |tx| tx.inbox().find_for_update(InboundMailId(4711))), None);
    assert_eq!(read(store, |tx| tx.originals().find_whole_arrival(InboundMailId(4711))), None);
}

pub fn an_original_comes_in_pieces_and_all_of_it_is_its_bytes(store: &dyn Store) {
    let bytes: Vec<u8> = (0..9_000_000_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[2]).collect();
    let id = insert(store, &imap_mail(1, 1, &bytes)).id();
    assert_eq!(read(store, |tx| tx.inbox().is_stored(id).map(Some)), Some(true));
    let raw_id = read(store, |tx| tx.originals().find_arrived(id)).unwrap();
    let piece = |from: u64, most| read(store, |tx| tx.originals().find_piece(raw_id, from, most)).unwrap();
    let size = bytes.len() as u64;
    for (from, most, wanted) in
        [(0, 3, &bytes[..3]), (4_999_999, 7, &bytes[4_999_999..5_000_006]), (size - 1, 9, &bytes[bytes.len() - 1..])]
    {
        assert_eq!((piece(from, most).bytes.as_slice(), piece(from, most).size), (wanted, size), "{from}");
    }
    for behind in [size, u64::MAX] {
        assert_eq!((piece(behind, 9).bytes, piece(behind, 9).size), (vec![], size));
    }
    assert!(read(store, |tx| tx.originals().find_whole(raw_id)).unwrap() == bytes);
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

pub fn the_same_mail_at_the_same_position_is_one_and_the_cursor_moves_on(store: &dyn Store) {
    let first = insert(store, &imap_mail(1, 5, b"a"));
    write(store, |tx| tx.mailboxes().set_cursor(MAILBOX, MailboxCursor { uid_validity: 1, last_uid: 0 }));
    assert_eq!(insert(store, &imap_mail(1, 5, b"a")), Inserted::Duplicate(first.id()));
    assert_eq!((cursor(store), known(store)), (Some((1, 5)), vec![5]));
}

pub fn other_bytes_at_a_known_position_are_a_new_mail(store: &dyn Store) {
    let first = insert(store, &imap_mail(1, 5, b"a")).id();
    write(store, |tx| tx.mailboxes().set_cursor(MAILBOX, from(0)));
    let Inserted::New(second) = insert(store, &imap_mail(1, 5, b"b")) else { panic!("it is taken for the first") };
    assert_eq!(insert(store, &imap_mail(1, 5, b"b")), Inserted::Duplicate(second));
    let Inserted::New(third) = insert(store, &imap_mail(1, 5, b"c")) else { panic!("it is taken for the second") };
    let raw = |id| read(store, |tx| tx.originals().find_whole_arrival(id)).unwrap();
    assert_eq!((raw(first), raw(second), raw(third)), (b"a".to_vec(), b"b".to_vec(), b"c".to_vec()));
    assert_eq!((mail(store, first).position.uid, mail(store, second).position.uid), (Some((1, 5)), None));
    assert_eq!((cursor(store), known(store)), (Some((1, 5)), vec![5]));
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)), [first, second, third]);
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
        write(store, |tx| tx.mailboxes().set_cursor(MAILBOX, set));
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
    let message_id = receive(store, &reply(case_id, mail.raw_id.unwrap(), "r"));
    assert_eq!(write(store, |tx| tx.inbox().record_processed(id, Some(message_id))), Updated::Yes);
    assert_eq!(write(store, |tx| tx.inbox().record_processed(id, Some(message_id))), Updated::Stale);
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

pub fn any_bytes_are_kept_exactly(store: &dyn Store) {
    let every_byte: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    for raw in [Vec::new(), vec![0], every_byte] {
        let id = insert(store, &dropped_mail(&raw)).id();
        assert_eq!(read(store, |tx| tx.originals().find_whole_arrival(id)).unwrap(), raw);
    }
}

pub fn a_mail_that_is_not_given_stands_without_bytes_and_the_cursor_moves_on(store: &dyn Store) {
    insert(store, &imap_mail(1, 5, b"a"));
    let id = refuse(store, 6).id();
    assert_eq!(refuse(store, 6), Inserted::Duplicate(id));
    let found = mail(store, id);
    assert_eq!((found.position.uid, found.arrived_at, found.recorded_at), (Some((1, 6)), at(7), at(8)));
    assert_eq!((found.raw_id, found.sha256, found.size, found.message_id), (None, None, None, None));
    assert_eq!((found.state, found.reason.as_deref()), (InboundState::Quarantined, Some("sin contenido")));
    assert_eq!((cursor(store), read(store, |tx| tx.originals().find_whole_arrival(id))), (Some((1, 6)), None));
    let page = read(store, |tx| tx.quarantine().list(TrayState::Open, PageRequest { offset: 0, limit: 10 }));
    assert_eq!((page.total, page.items[0].mail.id), (1, id));
    assert_eq!((known(store), without_bytes(store)), (vec![5], vec![6]));
    // Nothing of it can be understood.
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)).len(), 1);
}

pub fn a_mail_without_bytes_gets_them_later_and_is_stored(store: &dyn Store) {
    let id = refuse(store, 6).id();
    insert(store, &imap_mail(1, 9, b"later"));
    assert_eq!(insert(store, &imap_mail(1, 6, b"abc")), Inserted::New(id));
    let found = mail(store, id);
    assert_eq!((found.state, found.reason, found.size, found.arrived_at), (InboundState::Stored, None, Some(3), at(60)));
    assert_eq!(read(store, |tx| tx.originals().find_whole_arrival(id)).unwrap(), b"abc");
    assert_eq!((known(store), without_bytes(store), cursor(store)), (vec![6, 9], vec![], Some((1, 9))));
    assert_eq!(insert(store, &imap_mail(1, 6, b"abc")), Inserted::Duplicate(id));
    assert_eq!(refuse(store, 6), Inserted::Duplicate(id));
    assert_eq!(mail(store, id).state, InboundState::Stored);
}

pub fn a_mail_without_bytes_whose_bytes_are_known_is_settled(store: &dyn Store) {
    let first = insert(store, &imap_mail(1, 5, b"a")).id();
    let id = refuse(store, 6).id();
    // Its own number, which is the one that an audit of it names.
    assert_eq!(insert(store, &imap_mail(1, 6, b"a")), Inserted::Duplicate(id));
    let found = mail(store, id);
    assert_eq!((found.state, found.raw_id, found.reason), (InboundState::Processed, None, None));
    assert_eq!((known(store), without_bytes(store)), (vec![5, 6], vec![]));
    assert_eq!(insert(store, &imap_mail(1, 6, b"a")), Inserted::Duplicate(first));
}

pub fn a_mail_without_bytes_is_settled_by_one_of_its_instant_under_another_uidvalidity(store: &dyn Store) {
    let (first, second) = (refuse(store, 6).id(), refuse(store, 7).id());
    let place = UnfetchedMail { arrived_at: at(60), ..unfetched(8) };
    let of_another_instant = write(store, |tx| tx.unfetched().insert(&place)).id();
    let stored = |validity, uid, raw: &[u8], arrived_at| {
        let new = NewInboundMail { arrived_at, ..imap_mail(validity, uid, raw) };
        let id = insert(store, &new).id();
        write(store, |tx| tx.unfetched().settle_elsewhere(id, validity))
    };
    // Where it stands itself another mail says nothing of it.
    assert_eq!(stored(1, 9, b"same", at(7)), None);
    assert_eq!(stored(2, 1, b"early", at(6)), None);
    assert_eq!((stored(2, 2, b"a", at(7)), stored(2, 3, b"b", at(7)), stored(2, 4, b"c", at(7))), (Some(first), Some(second), None));
    let found = mail(store, first);
    assert_eq!((found.state, found.raw_id, found.reason, found.message_id), (InboundState::Processed, None, None, None));
    assert_eq!(mail(store, of_another_instant).state, InboundState::Quarantined);
    assert_eq!((without_bytes(store), stored(3, 1, b"d", at(60))), (vec![8], Some(of_another_instant)));
}

pub fn an_empty_mail_of_a_mailbox_is_refused_and_the_cursor_stays(store: &dyn Store) {
    let id = refuse(store, 5).id();
    for uid in [5, 6] {
        let refused: Result<_, StoreError> = store.write(|tx| tx.inbox().insert(&imap_mail(1, uid, b"")));
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    }
    assert_eq!((mail(store, id).raw_id, cursor(store), known(store)), (None, Some((1, 5)), vec![]));
}

pub fn refusals_of_one_mail_are_counted_in_a_row(store: &dyn Store) {
    let count = |uid| write(store, |tx| tx.unfetched().count_refusal(MAILBOX, from(uid)));
    assert_eq!([count(5), count(5), count(5), count(6), count(6), count(5)], [1, 2, 3, 1, 2, 1]);
    let other = write(store, |tx| tx.unfetched().count_refusal("another", from(5)));
    let anew = write(store, |tx| tx.unfetched().count_refusal(MAILBOX, MailboxCursor { uid_validity: 2, last_uid: 5 }));
    assert_eq!((other, anew), (1, 1));
}

pub fn every_place_of_a_stored_mail_is_known(store: &dyn Store) {
    for uid in [3, 5] {
        insert(store, &imap_mail(1, uid, b"a"));
    }
    insert(store, &imap_mail(1, 5, b"a"));
    insert(store, &imap_mail(2, 1, b"a"));
    insert(store, &dropped_mail(b"a"));
    assert_eq!(known(store), [3, 5]);
    let anew = MailboxCursor { uid_validity: 2, last_uid: 0 };
    assert_eq!(read(store, |tx| tx.unfetched().list_known(MAILBOX, anew, 10)), [1]);
    assert_eq!(read(store, |tx| tx.unfetched().list_known("another", anew, 10)), Vec::<u32>::new());
}

pub fn known_mails_are_listed_from_a_place_on(store: &dyn Store) {
    for (uid, raw) in [(2, b"a"), (4, b"a"), (5, b"b"), (7, b"b"), (9, b"c")] {
        insert(store, &imap_mail(1, uid, raw));
    }
    for uid in [10, 11, 12] {
        refuse(store, uid);
    }
    let page = |uid, limit| read(store, |tx| tx.unfetched().list_known(MAILBOX, from(uid), limit));
    assert_eq!((page(0, 3), page(5, 3), page(9, 3)), (vec![2, 4, 5], vec![7, 9], vec![]));
    assert_eq!(read(store, |tx| tx.unfetched().list(MAILBOX, from(10), 1)), [11]);
}

pub fn a_mailbox_that_was_read_is_well(store: &dyn Store) {
    assert_eq!(read(store, |tx| tx.mailboxes().health()), []);
    write(store, |tx| tx.mailboxes().record_read("b", at(5)));
    write(store, |tx| tx.mailboxes().record_read("b", at(6)));
    let well = MailboxHealth {
        mailbox: "b".into(),
        last_success_at: Some(at(6)),
        last_error: None,
        last_error_at: None,
        failing_since: None,
        alarm_since: None,
        set_back_since: None,
        reconciliation: None,
    };
    assert_eq!(health(store), well);
    write(store, |tx| tx.mailboxes().record_read("a", at(7)));
    let names: Vec<String> = read(store, |tx| tx.mailboxes().health()).into_iter().map(|health| health.mailbox).collect();
    assert_eq!(names, ["a", "b"]);
}

pub fn trouble_is_dated_from_its_beginning_until_the_mailbox_is_read(store: &dyn Store) {
    let trouble = |seconds, trouble, alarm| write(store, |tx| tx.mailboxes().record_trouble(MAILBOX, at(seconds), trouble, alarm));
    let since = |store| {
        let health = health(store);
        (health.failing_since, health.alarm_since, health.last_error, health.last_error_at)
    };
    trouble(1, MailboxTrouble::Unreachable, false);
    assert_eq!(since(store), (Some(at(1)), None, Some(MailboxTrouble::Unreachable), Some(at(1))));
    trouble(2, MailboxTrouble::SignIn, true);
    trouble(3, MailboxTrouble::Unreachable, false);
    trouble(4, MailboxTrouble::SignIn, true);
    assert_eq!(since(store), (Some(at(1)), Some(at(2)), Some(MailboxTrouble::SignIn), Some(at(4))));
    write(store, |tx| tx.mailboxes().record_read(MAILBOX, at(5)));
    assert_eq!(since(store), (None, None, Some(MailboxTrouble::SignIn), Some(at(4))));
    for kind in MailboxTrouble::ALL {
        trouble(9, *kind, true);
        assert_eq!(since(store), (Some(at(9)), Some(at(9)), Some(*kind), Some(at(9))));
    }
    assert_eq!(health(store).last_success_at, Some(at(5)));
}

pub fn a_comparison_replaces_the_one_before(store: &dyn Store) {
    for (seconds, in_mailbox, stored) in [(1, 5, 3), (2, 7, 7)] {
        let found = Reconciliation { at: at(seconds), in_mailbox, stored };
        write(store, |tx| tx.mailboxes().record_reconciliation(MAILBOX, found));
        assert_eq!(health(store).reconciliation, Some(found));
    }
}
