//! The sender against a real Postfix.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_domain::ports::{Outbound, Receipt, SendError, Sender};
use followup_domain::threading::InternetMessageId;
use followup_smtp::{SmtpConfig, SmtpSender, SmtpTls};
use followup_testkit::rigs::mail::{HOST, MailRig};

use support::{AMPLE, address, message, plain};

fn config(rig: &MailRig, tls: SmtpTls, port: u16) -> SmtpConfig {
    let credentials = Some((rig.unit.address.clone(), rig.unit.password.clone()));
    SmtpConfig { host: HOST.into(), tls, ca_file: Some(rig.ca_file.clone()), credentials, ..plain(port) }
}

fn submission(rig: &MailRig) -> SmtpConfig {
    config(rig, SmtpTls::StartTls, rig.submission_port)
}

fn to(rig: &MailRig, recipient: &str, id: &str) -> Outbound {
    Outbound { from: address(&rig.unit.address), to: address(recipient), message_id: InternetMessageId::parse(id).unwrap(), ..message() }
}

fn send(config: SmtpConfig, message: &Outbound) -> Result<Receipt, SendError> {
    SmtpSender::new(config).unwrap().prepare(message, AMPLE)?.transmit()
}

/// One rig for all: it takes a while to start.
#[test]
fn a_real_server_takes_refuses_and_is_down() {
    let mut rig = MailRig::start();

    // By STARTTLS and by TLS from the first byte, both signed in.
    let by_submission = send(submission(&rig), &to(&rig, &rig.reporter.address, "<one@vigia.test>")).unwrap();
    assert!(by_submission.response.starts_with("250 2.0.0 Ok: queued as "), "{}", by_submission.response);
    let inside_tls = config(&rig, SmtpTls::Wrapper, rig.smtps_port);
    let message = to(&rig, &rig.reporter.address, "<two@vigia.test>");
    let prepared = SmtpSender::new(inside_tls.clone()).unwrap().prepare(&message, AMPLE).unwrap();
    let content = prepared.content().to_vec();
    prepared.transmit().unwrap();

    // It arrives byte by byte as it was prepared, below what the servers put before it.
    let arrived = rig.wait_for_mail(&rig.reporter, 2, AMPLE);
    let second = arrived.iter().find(|mail| String::from_utf8_lossy(mail).contains("<two@vigia.test>")).unwrap();
    let second = String::from_utf8_lossy(second).replace("\r\n", "\n");
    assert!(second.ends_with(&String::from_utf8_lossy(&content).replace("\r\n", "\n")), "{second}");

    // A recipient that does not exist, and one that is busy.
    let error = send(submission(&rig), &to(&rig, "nobody@clinic.test", "<three@vigia.test>")).unwrap_err();
    assert!(matches!(&error, SendError::Refused(text) if text.starts_with("RCPT TO: 550 5.1.1 <nobody@clinic.test>")), "{error}");
    let error = send(submission(&rig), &to(&rig, "someone@busy.test", "<four@vigia.test>")).unwrap_err();
    assert!(matches!(&error, SendError::NotSent(text) if text.starts_with("RCPT TO: 450 4.7.1 ")), "{error}");

    // A wrong password, none at all, and authorities that do not know the server.
    let message = to(&rig, &rig.reporter.address, "<five@vigia.test>");
    let wrong = SmtpConfig { credentials: Some((rig.unit.address.clone(), "otra".into())), ..submission(&rig) };
    let error = send(wrong, &message).unwrap_err();
    assert!(matches!(&error, SendError::NotSent(text) if text.starts_with("AUTH: 535 5.7.8 ")), "{error}");
    let error = send(SmtpConfig { credentials: None, ..submission(&rig) }, &message).unwrap_err();
    assert!(matches!(&error, SendError::Refused(text) if text.starts_with("RCPT TO: 554 5.7.1 ")), "{error}");
    let foreign = tempfile::NamedTempFile::new().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    std::fs::write(foreign.path(), rcgen::CertificateParams::default().self_signed(&key).unwrap().pem()).unwrap();
    let error = send(SmtpConfig { ca_file: Some(foreign.path().into()), ..submission(&rig) }, &message).unwrap_err();
    assert_eq!(error, SendError::NotSent("STARTTLS: certificate not trusted (unknown issuer)".into()));

    // Down, and back.
    rig.stop_smtp();
    let error = send(inside_tls, &message).unwrap_err();
    assert!(matches!(&error, SendError::NotSent(text) if text.ends_with(": Connection refused")), "{error}");
    rig.start_smtp();
    send(submission(&rig), &message).unwrap();
    assert_eq!(rig.wait_for_mail(&rig.reporter, 3, AMPLE).len(), 3);
}
