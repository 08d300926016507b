//! Mail that is signed in one piece is read, mail that is encrypted says so.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use followup_domain::mail::inbound::{MailReader, ParsedMail};
use followup_domain::message::{Classification, MailFlag};
use followup_mail::MimeReader;

const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const ENVELOPED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const ENTITY: &str = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nLa ni=F1a pesa 21 kg; lote QX-9.\r\n";

/// Tag, length, value (X.690 §8.1), the length as signers write it or left open.
fn element(tag: u8, contents: &[u8], is_open: bool) -> Vec<u8> {
    if is_open && tag & 0x20 != 0 {
        return [&[tag, 0x80], contents, &[0, 0]].concat();
    }
    let length = u32::try_from(contents.len()).unwrap().to_be_bytes();
    [&[tag, 0x84], &length[..], contents].concat()
}

fn content_info(kind: &[u8], content: &[u8], is_open: bool) -> Vec<u8> {
    element(0x30, &[element(6, kind, false), element(0xa0, content, is_open)].concat(), is_open)
}

/// SignedData with this content, in pieces where lengths are open, and nothing that could be verified.
fn signed(entity: &str, is_open: bool) -> Vec<u8> {
    let string = match is_open {
        true => {
            let pieces: Vec<u8> = entity.as_bytes().chunks(50).flat_map(|piece| element(4, piece, false)).collect();
            element(0x24, &pieces, true)
        }
        false => element(4, entity.as_bytes(), false),
    };
    let content = [element(6, DATA, false), element(0xa0, &string, is_open)].concat();
    let data = [element(2, &[1], false), element(0x31, &[], false), element(0x30, &content, is_open), element(0x31, &[], false)].concat();
    content_info(SIGNED, &element(0x30, &data, is_open), is_open)
}

fn lines(bytes: &[u8]) -> String {
    STANDARD.encode(bytes).as_bytes().chunks(76).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect()
}

fn part(kind: &str, bytes: &[u8]) -> String {
    format!(
        "Content-Type: {kind}; name=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n{}",
        lines(bytes)
    )
}

const MIME: &str = "application/pkcs7-mime; smime-type=signed-data";

fn read(part: &str) -> ParsedMail {
    let raw = format!("From: a@b.example\r\nSubject: Lote\r\nIn-Reply-To: <o@x.example>\r\nMIME-Version: 1.0\r\n{part}");
    MimeReader::default().read(raw.as_bytes()).unwrap()
}

#[test]
fn what_is_signed_is_read_and_marked_as_unverified() {
    for is_open in [false, true] {
        for kind in [MIME, "application/x-pkcs7-mime", "application/pkcs7-mime", "application/octet-stream"] {
            let mail = read(&part(kind, &signed(ENTITY, is_open)));
            assert_eq!((mail.reply.as_str(), mail.classification), ("La niña pesa 21 kg; lote QX-9.", Classification::Human), "{kind}");
            assert_eq!(mail.flags, [MailFlag::UnverifiedSignature]);
            assert_eq!((mail.subject.as_deref(), mail.in_reply_to.len()), (Some("Lote"), 1));
            let names: Vec<_> = mail.attachments.iter().map(|file| file.name.as_deref()).collect();
            assert_eq!(names, [Some("smime.p7m")], "{kind}");
        }
    }
}

#[test]
fn the_signature_stays_as_it_was_and_files_inside_it_are_attachments() {
    let entity = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nvea el alta\r\n--b\r\nContent-Type: application/pdf; name=alta.pdf\r\n\r\n%PDF\r\n--b--\r\n";
    let bytes = signed(entity, false);
    let raw = format!("From: a@b.example\r\nMIME-Version: 1.0\r\n{}", part(MIME, &bytes));
    let reader = MimeReader::default();
    let mail = reader.read(raw.as_bytes()).unwrap();
    assert_eq!(mail.body_text, "vea el alta");
    let names: Vec<_> = mail.attachments.iter().map(|file| file.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["alta.pdf", "smime.p7m"]);
    assert_eq!((reader.attachment(raw.as_bytes(), 0).unwrap(), reader.attachment(raw.as_bytes(), 1).unwrap()), (b"%PDF".to_vec(), bytes));
}

#[test]
fn signed_mail_is_read_through_lists_gateways_and_further_signatures() {
    let whole = signed(ENTITY, false);
    let listed =
        format!("Content-Type: multipart/mixed; boundary=l\r\n\r\n--l\r\n{}--l\r\n\r\nlista de medicos\r\n--l--\r\n", part(MIME, &whole));
    let binary = |bytes: &[u8]| {
        [b"From: a@b.example\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n", bytes].concat()
    };
    let twice = signed(&part(MIME, &whole), false);
    let wrapped = format!("Content-Type: message/rfc822; forwarded=no\r\n\r\nSubject: Lote\r\n{ENTITY}");
    let cut = &whole[..whole.len() - 3];
    for mail in [
        read(&listed),
        read(&part(MIME, &twice)),
        read(&part(MIME, &signed(&wrapped, false))),
        read(&part(MIME, cut)),
        read(&format!("{}-- \r\nRevisado por el antivirus\r\n", part(MIME, &whole))),
        MimeReader::default().read(&binary(&whole)).unwrap(),
    ] {
        assert!(mail.body_text.starts_with("La niña pesa 21 kg; lote QX-9."), "{mail:#?}");
        assert_eq!(mail.flags, [MailFlag::UnverifiedSignature]);
    }
    assert_eq!(read(&part(MIME, &signed("Peso 21 kg, sin cabecera", false))).body_text, "Peso 21 kg, sin cabecera");
}

#[test]
fn encrypted_mail_says_that_it_is() {
    let enveloped =
        content_info(ENVELOPED, &element(0x30, &[element(2, &[0], false), element(4, &[7; 300], false)].concat(), false), false);
    let armour = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n";
    for mail in [
        read(&part("application/pkcs7-mime; smime-type=enveloped-data", &enveloped)),
        read(&part("application/octet-stream", &enveloped)),
        read(&format!(
            "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n\
             Version: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n{armour}--b--\r\n"
        )),
        read(&format!("\r\n{armour}")),
    ] {
        assert_eq!((mail.classification, mail.flags.as_slice()), (Classification::Human, &[MailFlag::Encrypted][..]), "{mail:#?}");
    }
}

#[test]
fn what_holds_no_content_changes_nothing() {
    let certificates = content_info(
        SIGNED,
        &element(
            0x30,
            &[element(2, &[1], false), element(0x31, &[], false), element(0x30, &element(6, DATA, false), false)].concat(),
            false,
        ),
        false,
    );
    for bytes in [&certificates[..], b"", b"hola", &[0x30, 0x80, 0x30, 0x80], &signed("", false), &signed(ENTITY, true)[..40]] {
        let mail = read(&part(MIME, bytes));
        assert_eq!((mail.body_text.as_str(), mail.attachments.len(), mail.flags.len()), ("", 1, 0), "{bytes:x?}");
    }
    let deep = [b"\x30\x80".repeat(300_000), b"\x24\x80".repeat(300_000)].concat();
    assert!(read(&part(MIME, &deep)).flags.is_empty());
    let text = read("Content-Type: text/plain\r\n\r\nVea smime.p7m, application/pkcs7-mime.\r\n");
    assert!(text.flags.is_empty() && text.attachments.is_empty());
}
