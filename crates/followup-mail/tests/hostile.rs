//! No bytes stop the reader. (A quadratic step would keep these tests busy for hours.)

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::mail::inbound::{MailReader, UnreadableMail};
use followup_mail::{MimeReader, inspect, split_reply, split_reply_knowing};
use proptest::prelude::*;

const MAIL: &[u8] = b"Date: Mon, 4 Mar 2024 10:15:00 Z\r\nFrom: =?utf-8?q?Ana?= <ana@example.com>\r\nTo: pv@example.org, (c) \"x\" <y@z>\r\n\
    Subject: =?utf-8?b?w7E=?= x\r\nMessage-ID: <m@x>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nhola=C3=B1 =\r\n> x \r\n> y\r\n\
    --b\r\nContent-Type: text/html; charset=x\r\n\r\n<p>a&amp;<blockquote type=cite>b</p>\r\n\
    --b\r\nContent-Type: text/plain; charset=latin-1\r\nContent-Transfer-Encoding: base64\r\n\r\nbmnxYSBwZXNhIDIxIGtn\r\n-- \r\nfoot\r\n\
    --b\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHAqCAMIACAQExADCABgEqoIAkgAQGDQpsb3RlAAAAAAAAAAAAAAAA\r\n\
    --b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\
    --b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTogYUBiLmMNCg0KeA==\r\n--b--\r\n";

/// Whatever is read is fit for storage, and its attachments can be fetched.
fn assert_sound(raw: &[u8]) {
    let reader = MimeReader::default();
    let Ok(mail) = reader.read(raw) else { return };
    let texts = [Some(&mail.body_text), Some(&mail.reply), mail.quoted.as_ref(), mail.subject.as_ref()];
    assert!(texts.into_iter().flatten().all(|text| !text.contains(['\0', '\r'])));
    assert!(mail.subject.iter().all(|subject| !subject.contains('\n')));
    for (index, attachment) in mail.attachments.iter().enumerate() {
        assert_eq!(reader.attachment(raw, index).unwrap().len() as u64, attachment.size);
        assert!(attachment.content_type.chars().all(|c| !c.is_control()));
    }
    reader.html(raw);
    serde_json::to_string(&inspect(raw, &reader)).unwrap();
}

#[test]
fn nesting_does_not_exhaust_the_stack() {
    let nested = |part: &str, count: usize| format!("From: a@b.c\r\n{}", part.repeat(count));
    let bomb = nested("Content-Type: message/rfc822\r\n\r\n", 100_000);
    assert!(matches!(MimeReader::default().read(bomb.as_bytes()), Err(UnreadableMail::ManyParts(_))));
    assert_sound(nested("Content-Type: message/rfc822\r\n\r\n", 499).as_bytes());
    assert_sound(nested("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 499).as_bytes());
    let digest = "From: a@b.c\r\nContent-Type: multipart/digest; boundary=b\r\n\r\n".to_owned() + &"--b\r\n\r\n".repeat(100_000);
    assert!(MimeReader::default().read(digest.as_bytes()).is_err());
}

fn assert_splits(line: &str, size: usize) {
    let text = line.repeat(size / line.len());
    let (reply, quoted) = split_reply(&text);
    assert!(reply.len() + quoted.map_or(0, |quoted| quoted.len()) <= text.len());
}

const ATTRIBUTION: &str = "El lun, 4 mar 2024 a las 10:15, X <x@y.z> escribió:\n";

#[test]
fn ten_megabytes_of_quotes_or_attributions_are_split() {
    for line in [">", ATTRIBUTION, "escribió: ", "\n"] {
        assert_splits(line, 10_000_000);
    }
}

#[test]
fn a_megabyte_on_one_framed_line_announces_nothing() {
    for word in ["a/", "a-", "a.", "1/", "a\u{200b}/"] {
        for end in ["1 >>>", "4/3/2024 10:15 >>>", "x@y.z a1 >>>\n> hola"] {
            let line = format!(">>> {}{end}", word.repeat((1 << 20) / word.len()));
            let (reply, _) = split_reply(&line);
            assert!(reply.starts_with(">>> "), "{word:?} {end:?}");
            assert_eq!(split_reply(&format!("De: {line}")).1, None);
        }
    }
}

#[test]
fn a_megabyte_of_anything_is_read() {
    const SIZE: usize = 1_000_000;
    for line in ["> a\n", &format!("{ATTRIBUTION}> q\n"), "De: x\n", "-- \n", "__________\n", "Enviado desde mi x\n"] {
        assert_splits(line, SIZE);
    }
    for markup in ["<", "<a ", "<a b=\"", "<!--", "&", "<blockquote type=cite>", "<style>", "<br>"] {
        let raw = format!("From: a@b.c\r\nContent-Type: text/html\r\n\r\n{}", markup.repeat(SIZE / markup.len()));
        assert!(MimeReader::default().read(raw.as_bytes()).is_ok());
    }
    let parameters = format!("From: a@b.c\r\nContent-Type: text/plain{}\r\n\r\nx", "; a*1=b".repeat(SIZE / 70));
    assert!(matches!(MimeReader::default().read(parameters.as_bytes()), Err(UnreadableMail::LongField(_))));
}

#[test]
fn megabytes_around_a_known_letter_are_split() {
    let letter =
        "Para completar el caso necesitamos la siguiente información:\n- Sexo\n- Peso aproximado\n- Número de lote\nAtentamente,\nPV";
    for line in ["> \n", ATTRIBUTION, "- Sexo\n", "Sexo Peso ", "> - Peso aproximado\nx\n", "<mailto:x ", letter] {
        let text = format!("hola\n{ATTRIBUTION}\n{letter}\n{}", line.repeat(1_000_000 / line.len()));
        let (reply, quoted) = split_reply_knowing(&text, letter);
        assert!(reply.len() + quoted.map_or(0, |quoted| quoted.len()) <= text.len() + 2);
        split_reply_knowing(&format!("hola\n{ATTRIBUTION}\n{letter}"), &text);
    }
}

#[test]
fn what_is_kept_of_a_bomb_is_bounded() {
    const SIZE: usize = 1_000_000;
    let long = |piece: &str| piece.repeat(SIZE / piece.len());
    let header = |piece: &str| piece.repeat(500_000 / piece.len());
    for field in ["Subject: ", "To: ", "References: ", "Date: "] {
        for piece in ["<a@b.c> ", "a@b.c, ", "(", "\"", "=?utf-8?q?=C3=B1?= "] {
            let Ok(mail) = MimeReader::default().read(format!("X: y\r\nSubject: s\r\n{field}{}\r\n\r\nx", header(piece)).as_bytes()) else {
                continue;
            };
            assert!(mail.to.len() <= 1000 && mail.references.len() <= 1000 && mail.in_reply_to.len() <= 1000, "{field}{piece}");
            let texts = [mail.subject, mail.from.map(|from| from.address), mail.message_id.map(|id| id.as_str().to_owned())];
            assert!(texts.iter().flatten().all(|text| text.len() <= 10_000), "{field}{piece}");
        }
    }
    let parts = format!("From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}", long("--b\r\n\r\nx\r\n"));
    assert!(matches!(MimeReader::default().read(parts.as_bytes()), Err(UnreadableMail::ManyParts(_))));
    let encoded = format!("From: a@b.c\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", long("QUJD\r\n"));
    let mail = MimeReader::default().read(encoded.as_bytes()).unwrap();
    assert!(mail.attachments[0].size <= SIZE as u64 && mail.body_text.is_empty());
}

#[test]
fn headers_that_nobody_writes_are_refused_wherever_they_stand() {
    let much = "X: y\r\n".repeat(100_000);
    let part = format!("--b\r\nContent-Type: image/gif\r\n{much}\r\nx\r\n--b--\r\n");
    let divided = "From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    for raw in [
        format!("From: a@b.c\r\n{much}\r\nx"),
        format!("{divided}{part}"),
        format!("From: a@b.c\r\nContent-Type: message/rfc822\r\n\r\n{divided}{part}"),
        format!("{}{divided}x", "From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(40)) + &part.repeat(2),
    ] {
        assert!(MimeReader::default().read(raw.as_bytes()).is_err(), "{}", &raw[..200]);
    }
}

#[test]
fn boundaries_by_the_thousand_are_looked_for_in_linear_time() {
    let declared: String =
        (0..400).map(|number| format!("Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n")).collect();
    let raw = format!("From: a@b.c\r\n{declared}{}", " --b1 --b2 --b399".repeat(100_000));
    assert_sound(raw.as_bytes());
    assert_sound(format!("From: a@b.c\r\nContent-Type: multipart/mixed; boundary=\"-\"\r\n\r\n{}", "-".repeat(1_000_000)).as_bytes());
}

#[test]
fn much_of_anything_that_is_broken_is_read() {
    const SIZE: usize = 150_000;
    let many = |piece: &str| piece.repeat(SIZE / piece.len());
    let base64 = "From: a@b.c\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    for piece in ["A", "AA\n", "A!", "A B ", "-- \n", "AAAA=\n", "Zm9vYmFy\r\nfoo bar\r\n", "=", "\u{e9}"] {
        assert_sound(format!("{base64}{}", many(piece)).as_bytes());
    }
    for piece in ["=", "==", "=C", "= ", "=\t=\n"] {
        assert_sound(format!("{}{}", base64.replace("base64", "quoted-printable"), many(piece)).as_bytes());
    }
    for piece in ["=?utf-8?q?a?= ", "=?a?q?x", "=?", "=?utf-8?b?w7E?=", "=?x?b?", "\u{e9}=?a?q?b?="] {
        assert_sound(format!("Subject: {}\r\nFrom: a@b.c\r\n\r\nx", many(piece)).as_bytes());
    }
    let open: String =
        (0..400).map(|number| format!("--b{number}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n", number + 1)).collect();
    for piece in ["--\r\n", "--b1\r\n\r\nx\r\n", "--b399--\r\n", "--b0"] {
        assert_sound(format!("From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n{open}{}", many(piece)).as_bytes());
    }
    let undeclared = "Content-Type: multipart/mixed\r\n\r\n--";
    for piece in [undeclared, "--x\r\nContent-Type: multipart/mixed\r\n\r\n", "--x\r\nContent-Type: message/rfc822\r\n\r\n"] {
        assert_sound(format!("From: a@b.c\r\n{undeclared}\r\n{}", many(piece)).as_bytes());
    }
    for charset in ["iso-8859-1", "utf-8", "big5", "x-none"] {
        for piece in [&b"\xc3\xb1\n\xf1\n"[..], b"\xf1", b"\xc3"] {
            let head = format!("From: a@b.c\r\nContent-Type: text/plain; charset={charset}\r\n\r\n");
            assert_sound(&[head.as_bytes(), &piece.repeat(SIZE / piece.len())].concat());
        }
    }
    for piece in ["<", "<<", "<bold>", "<param>", "\n"] {
        assert_sound(format!("From: a@b.c\r\nContent-Type: text/enriched\r\n\r\n{}", many(piece)).as_bytes());
    }
    assert_sound(many("From: a@b.c\r").as_bytes());
}

#[test]
fn signed_content_in_signed_content_ends() {
    let wrap = |inside: &[u8]| {
        let length = |contents: &[u8]| u32::try_from(contents.len()).unwrap().to_be_bytes();
        let element = |tag: u8, contents: &[u8]| [&[tag, 0x84], &length(contents)[..], contents].concat();
        let data =
            [element(2, &[1]), element(0x31, &[]), element(0x30, &[element(6, &[0x2a]), element(0xa0, &element(4, inside))].concat())]
                .concat();
        let info = [element(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), element(0xa0, &element(0x30, &data))].concat();
        [&b"Content-Type: application/pkcs7-mime\r\n\r\n"[..], &element(0x30, &info)].concat()
    };
    let mut entity = b"\r\nlote".to_vec();
    for _ in 0..50 {
        entity = wrap(&entity);
    }
    assert_sound(&[b"From: a@b.c\r\n", entity.as_slice()].concat());
    let many: Vec<u8> = (0..40).flat_map(|_| [&b"--b\r\n"[..], &wrap(&[b'x'; 2000]), b"\r\n"].concat()).collect();
    assert_sound(&[&b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"[..], &many, b"--b--\r\n"].concat());
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        assert_sound(&bytes);
        assert_sound(&[b"From: a@b.c\r\n", bytes.as_slice()].concat());
        assert_sound(&[b"From: a@b.c\r\nContent-Type: text/html\r\n\r\n", bytes.as_slice()].concat());
    }

    #[test]
    fn mutated_mails_do_not_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..4), 1..12)) {
        let mut raw = MAIL.to_vec();
        for (place, byte, kind) in changes {
            if raw.is_empty() {
                break;
            }
            let place = place.index(raw.len());
            match kind {
                0 => raw[place] = byte,
                1 => raw.insert(place, byte),
                2 => raw.truncate(place.max(20)),
                _ => drop(raw.drain(place..(place + 5).min(raw.len()))),
            }
        }
        assert_sound(&raw);
    }

    #[test]
    fn any_text_can_be_split(text in any::<String>()) {
        split_reply(&text);
    }
}
