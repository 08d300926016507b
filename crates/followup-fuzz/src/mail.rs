//! Inbound mail: whatever comes, what is made of it is sound.

use followup_domain::mail::inbound::{MailReader, ParsedMail, UnreadableMail};
use followup_domain::message::Classification;
use followup_mail::{MimeReader, inspect, split_reply, split_reply_knowing};

use crate::text;

/// A whole mail.
pub(crate) fn parse(data: &[u8]) {
    let reader = MimeReader::default();
    let Some(mail) = checked(reader.read(data)) else { return };
    for (index, attachment) in mail.attachments.iter().enumerate() {
        let bytes = reader.attachment(data, index).unwrap_or_default();
        assert_eq!(bytes.len() as u64, attachment.size, "an attachment has the size that is told");
        assert!(attachment.content_type.chars().all(|c| !c.is_control()));
    }
    let _ = inspect(data, &reader);
}

/// Header fields of a mail with a short body: a person's if nothing else is told.
pub(crate) fn classify(data: &[u8]) {
    read(b"From: Ana <ana@example.com>\r\n", data);
    let plain: String = text(data).chars().filter(|c| !c.is_control()).collect();
    if let Some(mail) =
        read(b"From: Ana <ana@example.com>\r\nSubject: Re: ICSR\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n", plain.as_bytes())
        && !plain.starts_with('{')
    {
        assert_eq!(mail.classification, Classification::Human, "nothing in a plain text makes a machine of a person");
        assert!(mail.recipients.is_empty() && mail.returned.is_none());
    }
}

/// The text of a bounce, its fields, and the mail it returns.
pub(crate) fn report(data: &[u8]) {
    const HEADER: &str = "From: MAILER-DAEMON@mx.example.com\r\nTo: pv@example.org\r\nSubject: Undelivered Mail\r\n";
    read(format!("{HEADER}\r\n").as_bytes(), data);
    let parts = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n";
    read(format!("{HEADER}{parts}Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; ").as_bytes(), data);
}

/// The text of an automatic answer.
pub(crate) fn absence(data: &[u8]) {
    const HEADER: &[u8] = b"From: a@example.com\r\nDate: Wed, 5 Mar 2025 10:00:00 +0000\r\nAuto-Submitted: auto-replied\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\r\nEstoy de vacaciones; regreso el ";
    if let Some(mail) = read(HEADER, data)
        && let (Some(returns), Some(sent)) = (mail.returns_on, mail.date)
    {
        assert!(returns > sent.date_naive(), "nobody returns before he wrote");
    }
}

/// The body of a mail in HTML: as text, and made harmless.
pub(crate) fn html(data: &[u8]) {
    const HEADER: &[u8] = b"From: a@example.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
    read(HEADER, data);
    let Some(shown) = MimeReader::default().html(&[HEADER, data].concat()) else { return };
    for tag in shown.body.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default().to_ascii_lowercase();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        assert!(!FORBIDDEN.contains(&name), "<{tag}>");
        assert!(!tag.contains(" on") || !tag.contains('=') || !has_handler(&tag), "<{tag}>");
        assert!(!tag.contains("=\"javascript:") && !tag.contains("=\"vbscript:"), "<{tag}>");
    }
}

/// Elements that run, load, send or change how HTML is read.
const FORBIDDEN: &[&str] = &[
    "script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "link", "meta", "base", "template", "frame", "applet",
];

/// Whether a tag has an attribute such as `onclick`; what stands in quotes is a value.
fn has_handler(tag: &str) -> bool {
    let outside = tag.split('"').step_by(2);
    outside.flat_map(|names| names.split(' ')).any(|name| name.starts_with("on") && name.ends_with('='))
}

/// A text, apart from any mail: nothing that is written gets lost.
pub(crate) fn trim(data: &[u8]) {
    let text = text(data);
    let (letter, answer) = text.split_once('\u{1}').unwrap_or(("1. ¿Lote?\n2. ¿Peso del paciente?\n", &text));
    for (reply, quoted) in [split_reply(answer), split_reply_knowing(answer, letter)] {
        assert_parted(answer, &reply, quoted.as_deref());
    }
}

fn assert_parted(text: &str, reply: &str, quoted: Option<&str>) {
    let words = |text: &str| text.split_whitespace().map(str::len).sum::<usize>();
    assert!(words(reply) <= words(text), "a reply is a part of the text");
    assert!(quoted.is_some() || words(reply) == words(text), "what is folded away is kept");
}

fn read(header: &[u8], rest: &[u8]) -> Option<ParsedMail> {
    let reader = MimeReader::new([]);
    checked(reader.read(&[header, rest].concat()))
}

/// A mail that is sound; none if it was refused, which must be for what it is and not because reading it panicked.
fn checked(outcome: Result<ParsedMail, UnreadableMail>) -> Option<ParsedMail> {
    assert_ne!(outcome.as_ref().err(), Some(&UnreadableMail::ParserFailed), "reading a mail panicked");
    let mail = outcome.ok()?;
    assert_sound(&mail);
    Some(mail)
}

/// What the store and the people who read it rely on.
fn assert_sound(mail: &ParsedMail) {
    let texts = [Some(&mail.body_text), Some(&mail.reply), mail.quoted.as_ref(), mail.subject.as_ref()];
    assert!(texts.into_iter().flatten().all(|text| !text.contains(['\0', '\r'])));
    assert!(mail.subject.iter().all(|subject| !subject.contains('\n')));
    let is_report = !matches!(mail.classification, Classification::Human | Classification::AutoReply | Classification::Echo);
    assert!(is_report || mail.recipients.is_empty(), "only reports tell of recipients");
    for recipient in &mail.recipients {
        let (local, domain) = recipient.address.rsplit_once('@').unwrap_or_default();
        assert!(!local.is_empty() && !domain.is_empty(), "{:?}", recipient.address);
        assert_eq!(domain, domain.to_lowercase());
        let texts =
            [Some(&recipient.address), recipient.original_address.as_ref(), recipient.diagnostic.as_ref(), recipient.status.as_ref()];
        assert!(texts.into_iter().flatten().all(|text| text.chars().count() <= 1000 && !text.contains(['\n', '\r', '\0'])));
    }
    assert!(mail.returns_on.is_none() || mail.classification == Classification::AutoReply);
}
