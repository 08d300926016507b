//! Files that go with a mail: what is composed is read as it was, whatever the files are called.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{TimeZone, Utc};
use followup_domain::contact::EmailAddress;
use followup_domain::mail::inbound::MailReader;
use followup_domain::message::enclosure::MailFile;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::sending::MailParcel;
use followup_mail::{MimeReader, compose};

fn letter(files: Vec<MailFile>) -> MailParcel {
    MailParcel {
        message_id: InternetMessageId::parse("018f-1@followup.example.org").unwrap(),
        date: Utc.with_ymd_and_hms(2024, 3, 4, 15, 10, 0).unwrap(),
        from: EmailAddress::parse("farmacovigilancia@example.org").unwrap(),
        from_name: None,
        reply_to: None,
        to: EmailAddress::parse("reportante@example.com").unwrap(),
        subject: "Formulario".to_owned(),
        body: "Estimada doctora:\n\nAdjunto el formulario. --=_018f1\n".to_owned(),
        in_reply_to: None,
        references: Vec::new(),
        automatic: false,
        files,
    }
}

fn file(name: &str, bytes: &[u8]) -> MailFile {
    MailFile { name: name.to_owned(), media_type: "application/pdf".to_owned(), bytes: bytes.to_vec() }
}

#[test]
fn a_mail_with_a_file() {
    let raw = compose(&letter(vec![file("formulario.pdf", b"%PDF-1.7\n"), file("análisis \"1\".pdf", b"x")])).unwrap();
    insta::assert_snapshot!(String::from_utf8(raw).unwrap().replace("\r\n", "\n"));
}

#[test]
fn names_and_bytes_come_through_as_they_were() {
    let names = [
        "formulario.pdf",
        "Formulario de seguimiento n.º 1 (versión final).pdf",
        "análisis clínico.pdf",
        "日本語の報告書.pdf",
        "💊 receta.pdf",
        "a%20b'c*d.pdf",
        "con 'comillas' y; punto, y coma=.pdf",
        &format!("{}.pdf", "ñ".repeat(116)),
        &format!("{}.pdf", "x".repeat(116)),
        "a.b.c.pdf",
    ];
    let every_byte: Vec<u8> = (0..=255).cycle().take(70_001).collect();
    for (length, name) in [0, 1, 2, 3, 56, 57, 58, 114, 1000, 70_001].into_iter().zip(names) {
        let files = vec![file(name, &every_byte[..length]), file("segundo.pdf", b"%PDF-")];
        let raw = compose(&letter(files)).unwrap();
        assert!(raw.is_ascii() && raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 78), "{name}");
        let reader = MimeReader::default();
        let mail = reader.read(&raw).unwrap();
        let read: Vec<_> = mail.attachments.iter().map(|file| (file.name.as_deref(), file.size)).collect();
        assert_eq!(read, [(Some(name), length as u64), (Some("segundo.pdf"), 5)]);
        assert_eq!(reader.attachment(&raw, 0).unwrap(), every_byte[..length]);
        assert!(mail.body_text.contains("Adjunto el formulario. --=_018f1"), "{}", mail.body_text);
    }
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let message = letter(vec![file("a.pdf", b"%PDF-")]);
    assert_eq!(compose(&message).unwrap(), compose(&message).unwrap());
}
