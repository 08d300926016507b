//! Composed mail: whatever people type into it, it adds no header field and no line of SMTP.

use chrono::DateTime;
use followup_domain::contact::EmailAddress;
use followup_domain::mail::inbound::MailReader;
use followup_domain::message::enclosure::MailFile;
use followup_domain::message::threading::{InternetMessageId, parse_id_list};
use followup_domain::sending::MailParcel;
use followup_mail::MimeReader;

use crate::text;

/// Name, subject, ids and body of a letter, and name and bytes of a file, parted by a byte 0xFF.
pub(crate) fn compose(data: &[u8]) {
    let mut fields = data.split(|byte| *byte == 0xff).map(text);
    let mut next = || fields.next().unwrap_or_default();
    let (subject, name, ids, body) = (next(), next(), next(), next());
    let file = MailFile { name: next(), media_type: "application/pdf".into(), bytes: next().into_bytes() };
    let files: Vec<MailFile> = [file].into_iter().filter(|file| !file.name.is_empty()).collect();
    let Some(message) = message(subject, name, &ids, (body, files)) else { return };
    let Ok(raw) = followup_mail::compose(&message) else { return };
    assert_clean(&raw);
    let read = MimeReader::default().read(&raw);
    let Ok(mail) = read else { panic!("what we compose can be read: {read:?}") };
    assert_eq!(mail.message_id.as_ref(), Some(&message.message_id));
    assert_eq!(mail.to.len(), 1, "one recipient");
    assert_eq!(mail.attachments.len(), message.files.len());
    assert_eq!(mail.attachments.first().map(|file| file.size), message.files.first().map(|file| file.bytes.len() as u64));
    assert_eq!(mail.from.map(|from| from.address).as_deref(), Some("pv@example.org"));
}

fn message(subject: String, name: String, ids: &str, (body, files): (String, Vec<MailFile>)) -> Option<MailParcel> {
    let mut references = parse_id_list(ids);
    references.truncate(20);
    Some(MailParcel {
        message_id: InternetMessageId::parse("m1@example.org")?,
        date: DateTime::from_timestamp(1_700_000_000, 0)?,
        from: EmailAddress::parse("pv@example.org").ok()?,
        from_name: Some(name),
        reply_to: EmailAddress::parse("pv+1.abc@example.org").ok(),
        to: EmailAddress::parse("reporter@example.com").ok()?,
        subject,
        body,
        in_reply_to: references.last().cloned(),
        references,
        automatic: true,
        files,
    })
}

/// ASCII, CRLF as the only line end, lines within RFC 5322 §2.1.1, and no header field but ours.
fn assert_clean(raw: &[u8]) {
    const FIELDS: &[&str] =
        &["date", "from", "to", "subject", "message-id", "in-reply-to", "references", "reply-to", "auto-submitted", "mime-version"];
    let text = String::from_utf8_lossy(raw);
    assert!(raw.is_ascii() && text.ends_with("\r\n"));
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']));
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
    let header = text.split("\r\n\r\n").next().unwrap_or_default();
    let names = header
        .split("\r\n")
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(':').next().unwrap_or_default().to_ascii_lowercase());
    for name in names {
        let is_ours =
            FIELDS.contains(&name.as_str()) || name.starts_with("x-") || name.starts_with("content-") || name.starts_with("list-");
        assert!(is_ours, "{name}");
    }
}
