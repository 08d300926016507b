//! What is composed is what is read, whatever people type.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{TimeZone, Utc};
use followup_domain::contact::EmailAddress;
use followup_domain::mail::inbound::{MailReader, ParsedMail};
use followup_domain::message::threading::InternetMessageId;
use followup_domain::sending::MailParcel;
use followup_mail::{MimeReader, compose};
use proptest::prelude::*;

fn outbound(subject: &str, from_name: &str, body: &str) -> MailParcel {
    MailParcel {
        message_id: InternetMessageId::parse("m1@example.org").unwrap(),
        date: Utc.with_ymd_and_hms(2024, 3, 4, 15, 10, 0).unwrap(),
        from: EmailAddress::parse("pv@example.org").unwrap(),
        from_name: Some(from_name.to_owned()),
        reply_to: None,
        to: EmailAddress::parse("reporter@example.com").unwrap(),
        subject: subject.to_owned(),
        body: body.to_owned(),
        in_reply_to: Some(InternetMessageId::parse("r1@example.com").unwrap()),
        references: vec![InternetMessageId::parse("m0@example.org").unwrap(), InternetMessageId::parse("r1@example.com").unwrap()],
        automatic: true,
        files: Vec::new(),
    }
}

fn through(message: &MailParcel) -> (Vec<u8>, ParsedMail) {
    let raw = compose(message).unwrap();
    let read = MimeReader::default().read(&raw).unwrap();
    (raw, read)
}

/// What the documentation of `compose` promises for one line of text.
fn one_line(text: &str) -> Option<String> {
    let breaks = ['\r', '\n', '\t', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    let text: String = text.replace("\r\n", " ").replace(breaks, " ").chars().filter(|c| !c.is_control()).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn body_text(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}").trim_end_matches('\n').to_owned()
}

fn assert_comes_through(subject: &str, name: &str, body: &str) {
    let (raw, read) = through(&outbound(subject, name, body));
    assert_eq!(read.subject, one_line(subject));
    let from = read.from.unwrap();
    assert_eq!((from.name, from.address.as_str()), (one_line(name), "pv@example.org"));
    assert_eq!(read.body_text, body_text(body));
    assert_eq!(read.to.len(), 1);
    assert_eq!(read.message_id.unwrap().as_str(), "<m1@example.org>");
    assert_eq!(read.references.len(), 2);
    assert_is_clean(&raw);
}

/// ASCII, CRLF only, short lines, and exactly the header fields that belong there.
fn assert_is_clean(raw: &[u8]) {
    assert!(raw.is_ascii());
    let text = std::str::from_utf8(raw).unwrap();
    assert!(text.ends_with("\r\n"));
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']));
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
    let header = text.split("\r\n\r\n").next().unwrap();
    let names: Vec<&str> = header.split("\r\n").filter(|line| !line.starts_with(' ')).map(|line| line.split(':').next().unwrap()).collect();
    let expected = [
        "Date",
        "From",
        "To",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Followup-Origin",
        "X-Followup-Message-ID",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Language",
    ];
    assert_eq!(names, expected);
}

#[test]
fn what_people_type_comes_through() {
    for text in [
        "Pérez, Juan",
        "\"Comillas\" y \\barras\\",
        "pv@example.org",
        "=?UTF-8?Q?falso?=",
        "Farmacovigilancia 💊 Ñandú",
        "dos  blancos   tres",
        "uno\r\nBcc: victim@example.com",
        "uno\nBcc: victim@example.com\n\ncuerpo",
        "nul\0 y \u{7} campana \u{85} y \u{2028} raya",
        ".",
        "From aquí",
        "a=b_c?d",
        "(comentario) <x@y> ; , :",
        "ñ",
        "  ",
        &"palabra ".repeat(200),
        &"x".repeat(1900),
        &"日本語".repeat(300),
    ] {
        assert_comes_through(text, text, text);
    }
}

#[test]
fn bodies_survive_relays_and_mailbox_formats() {
    let body = ".\n..\nFrom aquí\n>From allí\nblancos al final  \ntabulador\t\n\n\n  sangría\n--\n-- \nfin";
    let (raw, read) = through(&outbound("x", "x", body));
    assert_eq!(read.body_text, body);
    let text = String::from_utf8(raw).unwrap();
    for line in text.split_once("\r\n\r\n").unwrap().1.split("\r\n") {
        assert!(!line.starts_with('.') && !line.starts_with("From ") && !line.ends_with([' ', '\t']) && line.len() <= 76, "{line:?}");
    }
}

#[test]
fn the_same_message_gives_the_same_bytes() {
    let message = outbound("Asunto", "Nombre", "Cuerpo");
    assert_eq!(compose(&message).unwrap(), compose(&message.clone()).unwrap());
}

#[test]
fn the_longest_ids_and_chains_stay_within_the_lines() {
    let mut message = outbound("x", "x", "x");
    let longest = |n: usize| InternetMessageId::parse(&format!("{n:03}{}@example.org", "i".repeat(975))).unwrap();
    message.message_id = longest(0);
    message.references = (1..20).map(longest).collect();
    message.in_reply_to = Some(longest(19));
    let (raw, read) = through(&message);
    assert_is_clean(&raw);
    assert_eq!((read.message_id, read.references), (Some(message.message_id), message.references));
    assert_eq!(read.in_reply_to, [longest(19)]);
}

#[test]
fn addresses_that_need_smtputf8_are_refused_by_name() {
    let mut message = outbound("x", "x", "x");
    message.to = EmailAddress::parse("josé@example.com").unwrap();
    assert!(compose(&message).unwrap_err().to_string().contains("recipient"));
}

#[test]
fn a_letter_written_by_a_person_does_not_call_itself_automatic() {
    let mut message = outbound("x", "x", "x");
    message.automatic = false;
    let text = String::from_utf8(compose(&message).unwrap()).unwrap();
    assert!(!text.contains("Auto-Submitted") && !text.contains("X-Auto-Response-Suppress"));
}

proptest! {
    #[test]
    fn any_text_comes_through(subject in any::<String>(), name in any::<String>(), body in any::<String>()) {
        assert_comes_through(&subject, &name, &body);
    }

    #[test]
    fn any_printable_text_comes_through(subject in "[ -~]{0,300}", name in "[ -~áéñ]{0,90}", body in "[ -~\t\n.=áñ]{0,3000}") {
        assert_comes_through(&subject, &name, &body);
    }
}
