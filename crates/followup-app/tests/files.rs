//! Files that go with what a person writes: kept, sent byte for byte, told of, and forgotten where nobody sent them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use chrono::Duration;
use followup_app::{SendMessageError, SendRequest, Sent, UploadError};
use followup_domain::ids::{CaseId, UploadId};
use followup_domain::message::enclosure::{FileRefused, MOST_ENCLOSED, MOST_WAITING, judge};
use followup_domain::message::{Channel, MessageStatus};
use followup_domain::sending::SendError;
use followup_testkit::fakes::{RecordingSender, Script};
use support::{Unit, qf, unit_with};

const FORM: &[u8] = b"%PDF-1.7\n1 0 obj <</Type /Catalog>>\r\n%%EOF\0\xff";

fn quiet() -> (Unit, CaseId) {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[("reportante_telefono", "+51 999 888 777")]);
    (unit, id)
}

fn upload(unit: &Unit, id: CaseId, name: &str, bytes: &[u8]) -> UploadId {
    unit.app.upload_file(&qf(), id, name, bytes).unwrap().upload.id
}

fn send(unit: &Unit, id: CaseId, channel: &str, attachments: &[UploadId]) -> Result<Sent, SendMessageError> {
    let (channel, body) = (Some(channel.into()), Some("Adjunto el formulario.".into()));
    unit.app.send_message(&qf(), id, &SendRequest { channel, body, attachments: attachments.to_vec(), ..SendRequest::default() }, None)
}

fn large(size: u64) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7".to_vec();
    bytes.resize(usize::try_from(size).unwrap(), b' ');
    bytes
}

fn refused(told: Result<Sent, SendMessageError>) -> String {
    match told {
        Err(SendMessageError::Invalid(error)) => error.field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_goes_with_the_mail_byte_for_byte_and_thread_and_trail_name_it() {
    let (unit, id) = quiet();
    let files = [upload(&unit, id, "Formulario análisis.pdf", FORM), upload(&unit, id, "foto.png", b"\x89PNG\r\n\x1a\n")];
    let message = send(&unit, id, "email", &files).unwrap().message;
    let mail = unit.mail.accepted().pop().unwrap();
    assert_eq!(
        mail.files.iter().map(|file| (file.name.as_str(), file.media_type.as_str())).collect::<Vec<_>>(),
        [("Formulario análisis.pdf", "application/pdf"), ("foto.png", "image/png")]
    );
    assert_eq!(mail.files[0].bytes, FORM);
    let hash = judge("a.pdf", FORM).unwrap().sha256;
    let stored = unit.thread(id).pop().unwrap();
    let shown = &stored.attachments[0];
    assert_eq!((shown.name.as_deref(), shown.size, &shown.sha256), (Some("Formulario análisis.pdf"), FORM.len() as u64, &hash));
    assert_eq!(unit.app.attachment(id, message.id, 0).unwrap().1, FORM);
    let rows = unit.audit(id);
    let told = &rows.iter().find(|row| row.action == "message.queued").unwrap().new;
    assert_eq!(told["attachment_1_name"], "Formulario análisis.pdf".into());
    assert_eq!((&told["attachment_1_size"], &told["attachment_1_sha256"]), (&(FORM.len() as i64).into(), &hash.as_str().into()));
    assert_eq!(told["attachment_2_name"], "foto.png".into());
    assert_eq!(unit.app.waiting_files(id).unwrap(), []);
}

#[test]
fn what_failed_keeps_its_files_and_is_sent_again_with_them() {
    let (unit, id) = quiet();
    let file = upload(&unit, id, "a.pdf", FORM);
    unit.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    send(&unit, id, "email", &[file]).unwrap_err();
    let failed = unit.thread(id).pop().unwrap();
    assert_eq!(failed.status, Some(MessageStatus::Failed));
    assert_eq!(unit.app.attachment(id, failed.id, 0).unwrap().1, FORM, "it never left, and is there");
    unit.clock.advance(Duration::days(30));
    unit.dispatch();
    let again = unit.app.resend_message(&qf(), id, failed.id, None).unwrap();
    assert_eq!(unit.mail.accepted().pop().unwrap().files[0].bytes, FORM);
    let reminder = unit.app.resend_message(&qf(), id, again.id, None).unwrap();
    assert_eq!((reminder.attachments, unit.mail.accepted().pop().unwrap().files[0].bytes.as_slice()), (failed.attachments, FORM));
}

#[test]
fn a_file_that_was_sent_may_go_with_another_message_while_it_is_remembered() {
    let (unit, id) = quiet();
    let file = upload(&unit, id, "a.pdf", FORM);
    for _ in 0..2 {
        send(&unit, id, "email", &[file, file]).unwrap();
        assert_eq!(unit.mail.accepted().pop().unwrap().files.len(), 1, "named twice, it goes once");
    }
}

#[test]
fn only_an_email_takes_files_along_and_only_those_of_its_case() {
    let (mut unit, id) = quiet();
    unit.app.senders = unit.app.senders.clone().with(Channel::Sms, Arc::new(RecordingSender::of(Channel::Sms, "sms:test")));
    let (file, other) = (upload(&unit, id, "a.pdf", FORM), unit.case(&[]));
    for channel in ["sms", "whatsapp"] {
        assert_eq!(refused(send(&unit, id, channel, &[file])), "attachments");
    }
    assert_eq!(refused(send(&unit, other, "email", &[file])), "attachments[0]");
    assert_eq!(refused(send(&unit, id, "email", &[file, UploadId(99)])), "attachments[1]");
    assert_eq!(unit.app.waiting_files(id).unwrap().len(), 1, "what was refused waits still");
    assert_eq!((unit.mail.accepted(), unit.thread(id)), (vec![], vec![]));
}

#[test]
fn a_message_takes_no_more_than_ten_files_and_ten_megabytes() {
    let (unit, id) = quiet();
    let half = MOST_ENCLOSED / 2;
    let files = [("a.pdf", half), ("b.pdf", half), ("c.pdf", 9)].map(|(name, size)| upload(&unit, id, name, &large(size)));
    assert_eq!(refused(send(&unit, id, "email", &files)), "attachments");
    assert_eq!(refused(send(&unit, id, "email", &[files[0]; 11])), "attachments");
    send(&unit, id, "email", &files[..2]).unwrap();
}

#[test]
fn the_same_file_again_is_the_same_and_a_case_gathers_no_more_than_may_wait() {
    let (unit, id) = quiet();
    let first = unit.app.upload_file(&qf(), id, "0.pdf", FORM).unwrap();
    let again = unit.app.upload_file(&qf(), id, "C:\\x\\0.pdf", FORM).unwrap();
    assert_eq!((first.created, again.created, first.upload.id), (true, false, again.upload.id));
    for n in 1..MOST_WAITING {
        upload(&unit, id, &format!("{n}.pdf"), FORM);
    }
    assert_eq!(unit.app.upload_file(&qf(), id, "más.pdf", FORM), Err(UploadError::TooMany));
    assert!(unit.app.upload_file(&qf(), id, "0.pdf", FORM).is_ok(), "it waits already");
    unit.app.discard_file(&qf(), id, first.upload.id).unwrap();
    assert_eq!(unit.app.discard_file(&qf(), id, first.upload.id), Err(UploadError::NotFound));
    assert!(unit.app.upload_file(&qf(), id, "más.pdf", FORM).is_ok());
    let other = unit.case(&[]);
    for n in 0..4 {
        upload(&unit, other, &format!("{n}.pdf"), &large(MOST_ENCLOSED));
    }
    assert_eq!(unit.app.upload_file(&qf(), other, "más.pdf", FORM), Err(UploadError::TooMany));
}

#[test]
fn a_file_that_nobody_sent_is_forgotten_after_seven_days_and_one_that_was_sent_stays_with_its_message() {
    let (unit, id) = quiet();
    let sent = upload(&unit, id, "a.pdf", FORM);
    let message = send(&unit, id, "email", &[sent]).unwrap().message;
    upload(&unit, id, "b.pdf", FORM);
    unit.clock.advance(Duration::days(6));
    unit.dispatch();
    assert_eq!(unit.app.waiting_files(id).unwrap().len(), 1);
    unit.clock.advance(Duration::days(2));
    unit.dispatch();
    assert_eq!(unit.app.waiting_files(id).unwrap(), []);
    assert_eq!(unit.app.attachment(id, message.id, 0).unwrap().1, FORM);
    assert_eq!(refused(send(&unit, id, "email", &[sent])), "attachments[0]");
}

#[test]
fn what_is_no_file_for_a_letter_is_refused_before_the_case_is_looked_for() {
    let (unit, id) = quiet();
    assert_eq!(unit.app.upload_file(&qf(), CaseId(99), "a.exe", b"MZ"), Err(FileRefused::Kind.into()));
    assert_eq!(unit.app.upload_file(&qf(), CaseId(99), "a.pdf", FORM), Err(UploadError::CaseNotFound));
    assert_eq!(unit.app.upload_file(&qf(), id, "a.pdf", b""), Err(FileRefused::Empty.into()));
    assert_eq!(unit.app.waiting_files(id).unwrap(), []);
}
