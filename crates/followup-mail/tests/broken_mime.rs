//! Mails that programs, lists and gateways broke are read whole.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use followup_domain::mail::inbound::{MailReader, ParsedMail};
use followup_domain::message::MailFlag;
use followup_mail::MimeReader;

fn read(raw: &[u8]) -> ParsedMail {
    MimeReader::default().read(raw).unwrap()
}

/// A mail with this header behind its From, lines ended by CRLF.
fn mail(header: &str, body: &str) -> Vec<u8> {
    format!("From: a@b.example\nMIME-Version: 1.0\n{header}\n\n{body}").replace('\n', "\r\n").into_bytes()
}

fn text(header: &str, body: &str) -> String {
    read(&mail(header, body)).body_text
}

fn coded(text: &str) -> String {
    let code = STANDARD.encode(text);
    code.as_bytes().chunks(76).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect()
}

const SAID: &str = "La paciente, de 71 años, sigue en la UCI; recibió 450 mg cada 12 h del lote QX-9.";
const BASE64: &str = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64";

#[test]
fn base64_without_padding_loses_nothing() {
    for said in ["Dosis 1500", "Dosis 150", "Dosis 15", SAID, "Lote QX-9\r\nPeso 60"] {
        let body = coded(said).replace('=', "");
        let read = said.replace("\r\n", "\n");
        assert_eq!(text(BASE64, body.trim_end()), read);
        assert_eq!(text(BASE64, &format!("{body}\n")), read);
        let parts = format!("--b\n{BASE64}\n\n{body}--b\n{BASE64}\n\n{body}\n--b--\n");
        assert_eq!(text("Content-Type: multipart/mixed; boundary=b", &parts), format!("{read}\n{read}"), "{parts}");
    }
}

#[test]
fn an_attachment_keeps_its_last_bytes_and_its_hash() {
    let reader = MimeReader::default();
    for bytes in [&b"%PDF-1.4 12"[..], b"%PDF-1.4 123", b"%PDF-1.4 1234", &[0xff; 200]] {
        let code = STANDARD.encode(bytes);
        let sound: String = code.as_bytes().chunks(76).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect();
        let raw = |body: &str| {
            let part = format!("--b\nContent-Type: application/pdf; name=alta.pdf\nContent-Transfer-Encoding: base64\n\n{body}");
            mail("Content-Type: multipart/mixed; boundary=b", &format!("--b\n\nvea\n{part}\n--b--\n"))
        };
        let whole = read(&raw(&sound)).attachments[0].clone();
        assert_eq!(whole.size, bytes.len() as u64);
        for broken in [
            sound.replace('=', ""),
            format!("{sound}-- \nRevisado por el antivirus\n"),
            format!("*\n{sound}"),
            sound.replacen('\n', "!\n", 1),
        ] {
            assert_eq!(read(&raw(&broken)).attachments, std::slice::from_ref(&whole), "{broken}");
            assert_eq!(reader.attachment(&raw(&broken), 0).as_deref(), Some(bytes));
        }
    }
}

#[test]
fn a_foot_or_a_heading_stays_in_clear_beside_the_decoded_text() {
    let body = coded(SAID);
    for foot in [
        "-- \nCorreo revisado por el filtro del hospital\n",
        "_______________________________________________\nmedicos mailing list\nmedicos@example.org\nhttps://example.org/listinfo/medicos\n",
        "\nEste correo no contiene virus.\nwww.example.org\n",
        "---\nScanned by gateway\n",
        "To unsubscribe send a mail to lista-off@example.org\n",
    ] {
        let read = text(BASE64, &format!("{body}{foot}"));
        assert!(read.starts_with(SAID), "{read}");
        for line in foot.lines().filter(|line| !line.is_empty()) {
            assert!(read.lines().any(|read| read == line.trim()), "{line:?} in {read}");
        }
    }
    for heading in ["[EXTERNAL] This mail came from outside.\n\n", "*** ATENCION: correo externo ***\n", "AVISO: no abra adjuntos\n"] {
        let read = text(BASE64, &format!("{heading}{body}"));
        assert!(read.starts_with(heading.trim_end()) && read.ends_with(SAID), "{read}");
    }
}

#[test]
fn stray_characters_in_base64_are_passed_over() {
    let body = coded(SAID);
    for (at, stray) in [(3, "!"), (40, "\u{e9}"), (76, " \t"), (77, "> "), (10, "\0"), (50, "*.*")] {
        let torn = format!("{}{stray}{}", &body[..at], &body[at..]);
        assert_eq!(text(BASE64, &torn), SAID, "{stray:?}");
    }
}

#[test]
fn clear_text_that_is_said_to_be_base64_is_read() {
    for clear in ["Gracias", "Peso 60 kg, lote QX-9.", "Hola\nLa paciente pesa 60 kg.", "Lote: QX-9\n"] {
        assert_eq!(text(BASE64, clear), clear.trim_end());
    }
}

#[test]
fn encodings_are_known_by_the_names_that_programs_give_them() {
    for name in ["\"base64\"", "Base-64", "B64", "base64;", "base64 (MIME)"] {
        assert_eq!(
            text(&format!("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {name}"), &coded(SAID)),
            SAID,
            "{name}"
        );
    }
    let quoted = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable";
    assert_eq!(text(quoted, "ni=C3=B1a == peso=\n 60"), "niña == peso 60");
}

#[test]
fn utf8_is_read_under_any_label() {
    for label in [
        "us-ascii",
        "iso-8859-1",
        "iso-8859-15",
        "windows-1252",
        "windows-1251",
        "koi8-r",
        "big5",
        "gb2312",
        "shift_jis",
        "euc-kr",
        "utf-16",
        "utf-7",
        "iso-2022-jp",
        "latin-1",
        "ansi",
        "utf-8*fr",
        "unknown-8bit",
        "x-none",
        "8bit",
        "",
    ] {
        let header = format!("Content-Type: text/plain; charset=\"{label}\"\nContent-Transfer-Encoding: 8bit");
        assert_eq!(text(&header, SAID), SAID, "{label}");
        let html = format!("Content-Type: text/html; charset={label}\nContent-Transfer-Encoding: base64");
        assert_eq!(text(&html, &coded(&format!("<p>{SAID}</p>"))), SAID, "{label}");
    }
}

#[test]
fn a_label_that_nobody_knows_counts_as_none() {
    for label in ["latin-1", "windows1252", "ansi", "cp-1252", "iso-8859-1*es", "x-latin1", "western", "iso 8859-1", "unknown", "ISO8859_1"]
    {
        let raw = [&mail(&format!("Content-Type: text/plain; charset=\"{label}\""), "")[..], b"Ni\xf1a de 7 a\xf1os, 300 mg/d\xeda \x80"]
            .concat();
        assert_eq!(read(&raw).body_text, "Niña de 7 años, 300 mg/día €", "{label}");
    }
    let raw = [&mail("Content-Type: text/plain; charset=win1251", "")[..], b"\xcb\xee\xf2 QX-9"].concat();
    assert_eq!(read(&raw).body_text, "Лот QX-9");
}

#[test]
fn subjects_and_names_are_read_whatever_their_encoded_words_are_labelled() {
    for subject in [
        "=?latin-1?Q?Ni=F1a?= QX",
        "=?iso-8859-1?Q?Ni=C3=B1a?= QX",
        "=?utf-8?Q?Ni=C3?=\n =?utf-8?Q?=B1a?= QX",
        "=?utf-8?B?TmnDsWE?= QX",
        "=?ansi?Q?Ni=F1a_QX?=",
    ] {
        let read = read(&mail(&format!("Subject: {subject}\nTo: {subject} <c@d.example>"), "x"));
        assert_eq!((read.subject.as_deref(), read.to[0].name.as_deref()), (Some("Niña QX"), Some("Niña QX")), "{subject}");
    }
}

#[test]
fn an_inner_multipart_ends_where_the_outer_one_goes_on() {
    let inner = "--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\nContent-Type: text/plain\n\nla paciente mejora\n";
    let html = "--i\nContent-Type: text/html\n\n<p>la paciente mejora</p>\n";
    let file = "--o\nContent-Type: application/pdf; name=alta.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n";
    let text_part = "--o\nContent-Type: text/plain\n\nfin\n";
    for (body, files) in [
        (format!("{inner}{file}--o--\n"), 1),
        (format!("{inner}{html}{file}{file}--o--\n"), 2),
        (format!("{inner}{html}--o--\n"), 0),
        (format!("{inner}{file}"), 1),
        (
            format!(
                "{inner}--i\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<p>la paciente mejora</p>\n{file}--o--"
            ),
            1,
        ),
    ] {
        let read = read(&mail("Content-Type: multipart/mixed; boundary=o", &body));
        assert_eq!((read.body_text.as_str(), read.attachments.len()), ("la paciente mejora", files), "{body}");
    }
    let both = text("Content-Type: multipart/mixed; boundary=o", &format!("{inner}{text_part}--o--\n"));
    assert_eq!(both, "la paciente mejora\nfin");
}

#[test]
fn text_that_declares_itself_wrongly_is_shown() {
    for (header, body) in [
        ("Content-Type: text", "lote QX-9"),
        ("Content-Type: text; charset=utf-8", "lote QX-9"),
        ("Content-Type: plain", "lote QX-9"),
        ("Content-Type: html", "<p>lote <b>QX-9</b></p>"),
        ("Content-Type: text/", "lote QX-9"),
        ("Content-Type: text/plain charset=utf-8", "lote QX-9"),
        ("Content-Type: text/markdown", "lote QX-9"),
        ("Content-Type:", "lote QX-9"),
        ("Content-Type: multipart/alternative", "lote QX-9"),
        ("Content-Type: multipart/mixed", "<html><p>lote QX-9</p></html>"),
        ("Content-Type: multipart/mixed; boundary=falta", "lote QX-9"),
        ("Content-Type: multipart/mixed", "--z\nContent-Type: text/plain\n\nlote QX-9\n--z--\n"),
        ("Content-Type: multipart/mixed; boundary=otra", "--z1\nContent-Type: text/plain\n\nlote QX-9\n--z1--\n"),
        ("Content-Type: text/plain; name=carta.txt\nContent-Disposition: attachment; filename=carta.txt", "lote QX-9"),
        ("Content-Type: text/html\nContent-Disposition: attachment; filename=carta.html", "<p>lote QX-9</p>"),
        ("Content-Type: text/enriched", "<bold>lote</bold>\nQX-9"),
        ("Content-Type: text/richtext; charset=us-ascii", "<bold>lote</bold> QX-9"),
        ("Content-Type: multipart/alternative; boundary=b", "--b\nContent-Type: text/enriched\n\n<bold>lote QX-9</bold>\n--b--\n"),
    ] {
        assert_eq!(text(header, body), "lote QX-9", "{header}");
    }
}

#[test]
fn lines_ended_by_a_return_alone_are_lines() {
    let raw = String::from_utf8(mail(
        "Subject: Lote\nContent-Type: multipart/mixed; boundary=b",
        "--b\nContent-Type: text/plain\n\nlote QX-9\nfin\n--b--\n",
    ))
    .unwrap();
    let read = read(raw.replace("\r\n", "\r").as_bytes());
    assert_eq!((read.subject.as_deref(), read.body_text.as_str()), (Some("Lote"), "lote QX-9\nfin"));
}

#[test]
fn files_for_programs_are_not_read_as_text() {
    for kind in ["calendar", "csv", "vcard", "xml"] {
        let part = format!("--b\nContent-Type: text/{kind}\nContent-Disposition: attachment\n\nBEGIN:X\n--b--\n");
        let read = read(&mail("Content-Type: multipart/mixed; boundary=b", &part));
        assert_eq!((read.body_text.as_str(), read.attachments.len()), ("", 1), "{kind}");
    }
}

#[test]
fn ids_are_read_out_of_encoded_words() {
    let header = "Message-ID: =?utf-8?Q?=3Cm1=40b=2Eexample=3E?=\nIn-Reply-To: =?us-ascii?Q?=3Cletter=2E1=40fol?=\n =?us-ascii?Q?low=2Eexample=3E?=\n\
        References: <o0@x.example> =?utf-8?B?PG8xQHguZXhhbXBsZT4=?=\n =?UTF-8?Q?=3Co2=40x=2Eexample=3E?=";
    let read = read(&mail(header, "x"));
    assert_eq!(read.message_id.unwrap().as_str(), "<m1@b.example>");
    assert_eq!(read.in_reply_to.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["<letter.1@follow.example>"]);
    assert_eq!(read.references.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["<o0@x.example>", "<o1@x.example>", "<o2@x.example>"]);
}

#[test]
fn an_address_is_read_without_what_programs_put_around_it() {
    for from in [
        "ana@clinica.example.",
        "<ana@clinica.example.>",
        "Ana <<ana@clinica.example>>",
        "<<ana@clinica.example>>",
        "'ana@clinica.example'",
        "\"ana@clinica.example\"",
        "\"Ana\" <'ana@clinica.example'>",
        "\"'ana@clinica.example'\" <ana@clinica.example>",
        "Ana <ana@clinica.example>,",
        "Ana <mailto:ana@clinica.example>",
        "<ana@clinica.example",
        "ana@clinica.example>",
    ] {
        let raw = format!("From: {from}\r\nTo: pv@example.org\r\n\r\nx");
        assert_eq!(read(raw.as_bytes()).from.unwrap().address, "ana@clinica.example", "{from}");
    }
    let quoted = read(b"From: \"ana paz\"@clinica.example\r\n\r\nx").from.unwrap().address;
    assert!(quoted.ends_with("@clinica.example") && quoted.contains("ana paz"), "{quoted}");
}

#[test]
fn what_the_receiving_server_says_of_the_sender_is_read_as_it_stands() {
    for field in [
        "spf=pass smtp.mailfrom=\"=?utf-8?Q?x\"@a.example; dmarc=fail header.from=a.example (?=)",
        "spf=pass smtp.mailfrom=\"=?utf-8?Q?x\"@a.example;\r\n dmarc=fail header.from=a.example (?=)",
        "dkim=fail header.d==?iso-8859-1?q?a; dmarc=fail reason=?=",
        "dkim=fail header.d==?utf-8?B?YQ; dmarc=fail header.from=a?=",
        "dkim=fail (\u{e1}); dmarc=fail",
    ] {
        for name in ["Authentication-Results", "AUTHENTICATION-RESULTS", "authentication-results "] {
            let raw = format!("{name}: mx.unit.example; {field}\r\nFrom: a@a.example\r\nSubject: x\r\n\r\nhola\r\n");
            let mail = MimeReader::default().trusting(Some("mx.unit.example".into())).read(raw.as_bytes()).unwrap();
            assert!(mail.flags.contains(&MailFlag::FailedDmarc), "{name}: {field}");
        }
    }
}
