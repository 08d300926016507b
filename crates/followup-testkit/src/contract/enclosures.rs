//! Promises of files that people enclose with messages.

promises! { $ enclosures as enclosures_contract:
    a_file_waits_in_its_case_until_it_is_dropped_or_forgotten,
    the_same_file_of_a_case_is_one_and_waits_from_the_last_time_on,
    what_a_message_took_along_is_kept_once_and_can_be_neither_dropped_nor_forgotten,
    the_files_of_a_message_come_back_in_their_order_with_their_bytes,
    no_case_has_the_file_of_another,
}

use chrono::Duration;
use followup_domain::ids::{CaseId, UploadId};
use followup_domain::message::Attachment;
use followup_domain::message::enclosure::judge;
use followup_domain::ports::{Inserted, NewOutboundMessage, NewUpload, Store, Updated};

use super::support::{a_case, enqueue, message, read, write};
use crate::builders::{at, outbound};

fn file(name: &str, bytes: &[u8]) -> Attachment {
    judge(name, bytes).unwrap()
}

fn upload(store: &dyn Store, case_id: CaseId, name: &str, bytes: &[u8], minute: i64) -> Inserted<UploadId> {
    let file = file(name, bytes);
    let at = at(0) + Duration::minutes(minute);
    write(store, |tx| tx.enclosures().insert(&NewUpload { case_id, file: &file, bytes, at }))
}

fn waiting(store: &dyn Store, case_id: CaseId) -> Vec<UploadId> {
    read(store, |tx| tx.enclosures().waiting(case_id, &[])).into_iter().map(|upload| upload.id).collect()
}

pub fn a_file_waits_in_its_case_until_it_is_dropped_or_forgotten(store: &dyn Store) {
    let case_id = a_case(store);
    let ids: Vec<UploadId> = (0..3).map(|n| upload(store, case_id, &format!("{n}.pdf"), b"%PDF-1.7", n).id()).collect();
    let stored = read(store, |tx| tx.enclosures().waiting(case_id, &[])).remove(0);
    assert_eq!((stored.id, stored.case_id, stored.file, stored.at), (ids[0], case_id, file("0.pdf", b"%PDF-1.7"), at(0)));
    assert_eq!(write(store, |tx| tx.enclosures().discard(case_id, ids[1])), Updated::Yes);
    assert_eq!(write(store, |tx| tx.enclosures().discard(case_id, ids[1])), Updated::Stale);
    assert_eq!(waiting(store, case_id), [ids[0], ids[2]]);
    let before = at(0) + Duration::minutes(2);
    assert_eq!(write(store, |tx| tx.enclosures().forget_before(before, 10)), 1);
    assert_eq!(waiting(store, case_id), [ids[2]]);
    assert_eq!(write(store, |tx| tx.enclosures().enclose(case_id, ids[0], at(0))), None);
}

pub fn the_same_file_of_a_case_is_one_and_waits_from_the_last_time_on(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let first = upload(store, case_id, "a.pdf", b"%PDF-1.7", 0).id();
    assert_eq!(upload(store, case_id, "a.pdf", b"%PDF-1.7", 5), Inserted::Duplicate(first));
    assert_eq!(read(store, |tx| tx.enclosures().waiting(case_id, &[]))[0].at, at(0) + Duration::minutes(5));
    for (case_id, name, bytes) in
        [(case_id, "b.pdf", &b"%PDF-1.7"[..]), (case_id, "a.pdf", &b"%PDF-1.8"[..]), (other, "a.pdf", &b"%PDF-1.7"[..])]
    {
        assert!(matches!(upload(store, case_id, name, bytes, 6), Inserted::New(_)), "{name}");
    }
}

pub fn what_a_message_took_along_is_kept_once_and_can_be_neither_dropped_nor_forgotten(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let (id, again) = (upload(store, case_id, "a.pdf", b"%PDF-1.7", 0).id(), upload(store, other, "b.pdf", b"%PDF-1.7", 0).id());
    let taken = write(store, |tx| tx.enclosures().enclose(case_id, id, at(1))).unwrap();
    assert_eq!(taken.file, file("a.pdf", b"%PDF-1.7"));
    assert_eq!(read(store, |tx| tx.originals().find_whole(taken.content)).unwrap(), b"%PDF-1.7");
    assert_eq!(waiting(store, case_id), []);
    assert_eq!(write(store, |tx| tx.enclosures().discard(case_id, id)), Updated::Stale);
    assert_eq!(write(store, |tx| tx.enclosures().enclose(case_id, id, at(2))).as_ref(), Some(&taken), "it may go with another message");
    assert_eq!(upload(store, case_id, "a.pdf", b"%PDF-1.7", 1), Inserted::Duplicate(id));
    let same_bytes = write(store, |tx| tx.enclosures().enclose(other, again, at(2))).unwrap();
    assert_eq!((same_bytes.content, same_bytes.file.name.as_deref()), (taken.content, Some("b.pdf")));
    assert_eq!(write(store, |tx| tx.enclosures().forget_before(at(0) + Duration::days(9), 10)), 2);
    assert_eq!(read(store, |tx| tx.originals().find_whole(taken.content)).unwrap(), b"%PDF-1.7");
}

pub fn the_files_of_a_message_come_back_in_their_order_with_their_bytes(store: &dyn Store) {
    let case_id = a_case(store);
    let files = [("z.pdf", &b"%PDF-1.7 z"[..]), ("a.png", &b"\x89PNG\r\n\x1a\n\0"[..]), ("ñ.gif", &b"GIF89a.."[..])];
    let enclosures: Vec<_> = files
        .iter()
        .map(|(name, bytes)| {
            let id = upload(store, case_id, name, bytes, 0).id();
            write(store, |tx| tx.enclosures().enclose(case_id, id, at(1))).unwrap()
        })
        .collect();
    let id = enqueue(store, &NewOutboundMessage { enclosures: enclosures.clone(), ..outbound(case_id, "k") });
    assert_eq!(read(store, |tx| tx.enclosures().of_message(id)), enclosures);
    let described: Vec<Attachment> = files.iter().map(|(name, bytes)| file(name, bytes)).collect();
    assert_eq!(message(store, id).attachments, described);
    let shown = read(store, |tx| tx.threads().page(case_id, None, 10)).remove(0);
    assert_eq!(shown.message.attachments, described);
    for (enclosure, (_, bytes)) in enclosures.iter().zip(files) {
        assert_eq!(read(store, |tx| tx.originals().find_whole(enclosure.content)).unwrap(), bytes);
    }
    let plain = enqueue(store, &outbound(case_id, "none"));
    assert_eq!((read(store, |tx| tx.enclosures().of_message(plain)), message(store, plain).attachments), (vec![], vec![]));
}

pub fn no_case_has_the_file_of_another(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let id = upload(store, case_id, "a.pdf", b"%PDF-1.7", 0).id();
    assert_eq!(write(store, |tx| tx.enclosures().enclose(other, id, at(1))), None);
    assert_eq!(write(store, |tx| tx.enclosures().discard(other, id)), Updated::Stale);
    assert_eq!((waiting(store, case_id), waiting(store, other)), (vec![id], vec![]));
}
