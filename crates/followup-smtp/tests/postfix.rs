//! The sender against a real Postfix.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_domain::mail::inbound::MailReader;
use followup_domain::message::enclosure::MailFile;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::ports::Sender;
use followup_domain::sending::{MailParcel, Parcel, Receipt, SendError, SendStage};
use followup_smtp::{SmtpConfig, SmtpLogin, SmtpSender, SmtpTls};
use followup_testkit::rigs::mail::{HOST, MailRig};

use support::{AMPLE, address, message, plain};

fn config(rig: &MailRig, tls: SmtpTls, port: u16) -> SmtpConfig {
    let login = Some(SmtpLogin::password(&rig.unit.address, &rig.unit.password));
    SmtpConfig { host: HOST.into(), tls, ca_file: Some(rig.ca_file.clone()), login, ..plain(port) }
}

fn submission(rig: &MailRig) -> SmtpConfig {
    config(rig, SmtpTls::StartTls, rig.submission_port)
}

fn to(rig: &MailRig, recipient: &str, id: &str) -> MailParcel {
    MailParcel { from: address(&rig.unit.address), to: address(recipient), message_id: InternetMessageId::parse(id).unwrap(), ..message() }
}

fn send(config: SmtpConfig, message: &MailParcel) -> Result<Receipt, SendError> {
    SmtpSender::new(config).unwrap().prepare(&Parcel::Mail(message.clone()), AMPLE)?.transmit()
}

#[test]
fn what_arrives_is_byte_by_byte_what_was_prepared() {
    let rig = MailRig::start();
    let receipt = send(submission(&rig), &to(&rig, &rig.reporter.address, "<one@vigia.test>")).unwrap();
    assert!(receipt.words.starts_with("250 2.0.0 Ok: queued as "), "{}", receipt.words);

    let inside_tls = config(&rig, SmtpTls::Wrapper, rig.smtps_port);
    let message = to(&rig, &rig.reporter.address, "<two@vigia.test>");
    let prepared = SmtpSender::new(inside_tls).unwrap().prepare(&Parcel::Mail(message.clone()), AMPLE).unwrap();
    let content = String::from_utf8(prepared.content().to_vec()).unwrap().replace("\r\n", "\n");
    prepared.transmit().unwrap();

    // The servers put their own lines before it.
    let arrived = rig.wait_for_mail(&rig.reporter, 2, AMPLE);
    let ends_so = |mail: &Vec<u8>| String::from_utf8_lossy(mail).replace("\r\n", "\n").ends_with(&content);
    assert_eq!(arrived.iter().filter(|mail| ends_so(mail)).count(), 1);
}

#[test]
fn a_file_arrives_byte_by_byte_under_its_name() {
    let rig = MailRig::start();
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let (name, media_type) = ("Formulario de seguimiento n.º 1 (análisis).pdf".to_owned(), "application/pdf".to_owned());
    let file = MailFile { name: name.clone(), media_type, bytes: bytes.clone() };
    let message = MailParcel { files: vec![file], ..to(&rig, &rig.reporter.address, "<file@vigia.test>") };
    send(submission(&rig), &message).unwrap();
    let arrived = rig.wait_for_mail(&rig.reporter, 1, AMPLE).remove(0);
    let reader = followup_mail::MimeReader::default();
    assert_eq!(reader.read(&arrived).unwrap().attachments[0].name, Some(name));
    assert!(reader.attachment(&arrived, 0).unwrap() == bytes);
}

#[test]
fn a_recipient_that_does_not_exist_is_refused_and_a_busy_one_is_not() {
    let rig = MailRig::start();
    let error = send(submission(&rig), &to(&rig, "nobody@clinic.test", "<one@vigia.test>")).unwrap_err();
    assert!(
        matches!(&error, SendError::Refused(refusal) if refusal.text.starts_with("RCPT TO: 550 5.1.1 <nobody@clinic.test>")),
        "{error}"
    );
    let error = send(submission(&rig), &to(&rig, "someone@busy.test", "<two@vigia.test>")).unwrap_err();
    assert!(matches!(&error, SendError::NotSent(text) if text.starts_with("RCPT TO: 450 4.7.1 ")), "{error}");
}

#[test]
fn wrong_passwords_and_foreign_authorities_are_told() {
    let rig = MailRig::start();
    let message = to(&rig, &rig.reporter.address, "<one@vigia.test>");
    let wrong = SmtpConfig { login: Some(SmtpLogin::password(&rig.unit.address, "otra")), ..submission(&rig) };
    let error = send(wrong, &message).unwrap_err();
    assert!(matches!(&error, SendError::Unavailable { stage: SendStage::SignIn, text } if text.starts_with("AUTH: 535 5.7.8 ")), "{error}");
    let error = send(SmtpConfig { login: None, ..submission(&rig) }, &message).unwrap_err();
    assert!(matches!(&error, SendError::Refused(refusal) if refusal.text.starts_with("RCPT TO: 554 5.7.1 ")), "{error}");

    let foreign = tempfile::NamedTempFile::new().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    std::fs::write(foreign.path(), rcgen::CertificateParams::default().self_signed(&key).unwrap().pem()).unwrap();
    let error = send(SmtpConfig { ca_file: Some(foreign.path().into()), ..submission(&rig) }, &message).unwrap_err();
    assert_eq!(
        error,
        SendError::Unavailable { stage: SendStage::Tls, text: "STARTTLS: certificado no fiable (emisor desconocido)".into() }
    );
    assert!(rig.inbox(&rig.reporter).is_empty());
}

#[test]
fn one_sender_goes_on_when_the_server_is_back() {
    let mut rig = MailRig::start();
    let sender = SmtpSender::new(submission(&rig)).unwrap();
    let message = to(&rig, &rig.reporter.address, "<one@vigia.test>");
    rig.stop_smtp();
    let error = sender.prepare(&Parcel::Mail(message.clone()), AMPLE).err().unwrap();
    assert!(
        matches!(&error, SendError::Unavailable { stage: SendStage::Connection, text } if text.ends_with(": Connection refused")),
        "{error}"
    );
    rig.start_smtp();
    sender.prepare(&Parcel::Mail(message.clone()), AMPLE).unwrap().transmit().unwrap();
    assert_eq!(rig.wait_for_mail(&rig.reporter, 1, AMPLE).len(), 1);
}
