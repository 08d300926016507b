//! Judges what is decoded of a mail.
//!
//! stalwart: decoded `headers`, `text_bodies[].{type,text}`, number of `attachments`. mime4j: `raw_headers` as they stand, and
//! `leaves[]`, the parts without parts: `content_type`, `size`, `sha256_lf` (of the content with its transfer encoding undone and
//! lines ended by `\n`) and `text`.

use chrono::{DateTime, FixedOffset};
use followup_domain::mail::inbound::{MailAddress, MailReader, ParsedMail};
use followup_mail::MimeReader;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::score::Judged;
use crate::sets::{Case, Kind};

/// Header, text and number of attachments.
pub(crate) fn judge_bodies(case: &Case) -> Judged {
    let Ok(mail) = case.read(Kind::Mail) else { return unreadable(case) };
    let expected = |name: &str| case.expected.pointer(&format!("/headers/{name}"));
    let text = |name: &str| expected(name).and_then(Value::as_str);
    let id = mail.message_id.as_ref().map(|id| id.inner().to_owned());
    let bodies = case.expected.get("text_bodies").and_then(Value::as_array).into_iter().flatten();
    let is_read = bodies.into_iter().all(|body| stands_in(body, &mail.body_text));
    let attachments = case.expected.get("attachments").and_then(Value::as_u64);
    let measures = [
        ("from", expected("from").is_none_or(|from| addresses(from).first().is_none_or(|from| mail.from.as_ref() == Some(from)))),
        ("to", expected("to").is_none_or(|to| addresses(to).iter().all(|to| mail.to.contains(to)))),
        ("subject", text("subject").is_none_or(|subject| blanks(subject) == blanks(mail.subject.as_deref().unwrap_or_default()))),
        ("date", text("date").is_none_or(|date| same_instant(date, &mail))),
        ("message_id", text("message_id").is_none_or(|expected| id.as_deref() == Some(expected))),
        ("text", is_read),
        ("attachments", attachments.is_none_or(|number| mail.attachments.len() as u64 == number)),
    ];
    judged(case, &mail, &measures)
}

/// Every leaf stands in the text or among the attachments, also those of a mail that is attached.
pub(crate) fn judge_leaves(case: &Case) -> Judged {
    let raw = case.raw(Kind::Mail);
    let Ok(mail) = case.read(Kind::Mail) else { return unreadable(case) };
    let mut pieces = Pieces::default();
    pieces.add(&raw, 0);
    let raw_header = |name: &str| case.expected.pointer(&format!("/raw_headers/{name}")).and_then(Value::as_str).unwrap_or_default();
    let from = raw_header("from");
    let is_encoded = |text: &str| text.contains("=?");
    let subject = Some(raw_header("subject")).filter(|subject| !is_encoded(subject));
    let leaves = case.expected.get("leaves").and_then(Value::as_array).into_iter().flatten();
    let measures = [
        ("from", from.is_empty() || mail.from.as_ref().is_some_and(|found| from.contains(&found.address))),
        ("subject", subject.is_none_or(|subject| blanks(subject) == blanks(mail.subject.as_deref().unwrap_or_default()))),
        ("parts", leaves.into_iter().all(|leaf| pieces.have(leaf))),
    ];
    judged(case, &mail, &measures)
}

/// What is left of a mail: its texts, and its attachments' bytes, level by level.
#[derive(Default)]
struct Pieces {
    texts: Vec<String>,
    /// Of the texts as bytes again.
    text_hashes: Vec<String>,
    attachments: Vec<Vec<u8>>,
}

impl Pieces {
    fn add(&mut self, raw: &[u8], depth: usize) {
        const DEEPEST: usize = 5;
        let reader = MimeReader::new([]);
        let Ok(mail) = reader.read(raw) else { return };
        self.text_hashes.extend(text_hashes(&mail.body_text));
        self.texts.push(mail.body_text);
        for (index, attachment) in mail.attachments.iter().enumerate() {
            let Some(bytes) = reader.attachment(raw, index) else { continue };
            if attachment.content_type.starts_with("message/") && depth < DEEPEST {
                self.add(&bytes, depth + 1);
            }
            self.attachments.push(bytes);
        }
    }

    fn have(&self, leaf: &Value) -> bool {
        if leaf.get("size").and_then(Value::as_u64) == Some(0) {
            return true;
        }
        let hash = leaf.get("sha256_lf").and_then(Value::as_str).unwrap_or_default();
        let text = leaf.get("text").and_then(Value::as_str);
        let is_attached = self.attachments.iter().any(|bytes| hashes(bytes).iter().any(|found| found == hash));
        let is_read = self.text_hashes.iter().any(|found| found == hash);
        is_attached || is_read || text.is_some_and(|text| self.texts.iter().any(|found| blanks(found).contains(&blanks(text))))
    }
}

/// SHA-256 with lines ended by `\n`, as it is, and without or with one line end at its end.
fn hashes(bytes: &[u8]) -> Vec<String> {
    let mut text: Vec<u8> = Vec::with_capacity(bytes.len());
    for (position, byte) in bytes.iter().enumerate() {
        if !(*byte == b'\r' && bytes.get(position + 1) == Some(&b'\n')) {
            text.push(*byte);
        }
    }
    let bare = text.strip_suffix(b"\n").unwrap_or(&text);
    let forms = [bytes.to_vec(), text.clone(), bare.to_vec(), [bare, b"\n"].concat()];
    forms.iter().map(|form| Sha256::digest(form).iter().map(|byte| format!("{byte:02x}")).collect()).collect()
}

/// SHA-256 of a text in UTF-8 and in ISO 8859-1, with up to seven line ends at its end: of most text parts only that is expected.
fn text_hashes(text: &str) -> Vec<String> {
    let latin: Option<Vec<u8>> = text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect();
    let forms = std::iter::once(text.as_bytes().to_vec()).chain(latin);
    let hash = |bytes: &[u8], ends: usize| {
        Sha256::digest([bytes, "\n".repeat(ends).as_bytes()].concat()).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    forms.flat_map(|form| (0..=7).map(move |ends| hash(&form, ends)).collect::<Vec<_>>()).collect()
}

fn stands_in(body: &Value, text: &str) -> bool {
    // A text that is stored has no NUL: U+FFFD stands for it.
    let expected = body.get("text").and_then(Value::as_str).unwrap_or_default().replace('\0', "\u{fffd}");
    match body.get("type").and_then(Value::as_str) {
        Some("text") => blanks(text).contains(&blanks(&expected)),
        // How HTML becomes text is our own affair; here only that there is one.
        _ => expected.trim().is_empty() || !text.trim().is_empty(),
    }
}

fn addresses(list: &Value) -> Vec<MailAddress> {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|one| Some(MailAddress { name: text(one, "name"), address: text(one, "address")? })).collect()
}

fn same_instant(expected: &str, mail: &ParsedMail) -> bool {
    mail.date.is_some_and(|date| expected.parse().is_ok_and(|expected: DateTime<FixedOffset>| date == expected))
}

fn blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn judged(case: &Case, mail: &ParsedMail, measures: &[(&'static str, bool)]) -> Judged {
    let mut measures = measures.to_vec();
    measures.push(("all of it", measures.iter().all(|(_, is_right)| *is_right)));
    measures.push(("a person stays a person", mail.classification == followup_domain::message::Classification::Human));
    Judged { measures, shown: format!("{}\nexpected {}\nread {mail:#?}\n", case.id, case.expected) }
}

fn unreadable(case: &Case) -> Judged {
    Judged { measures: vec![("all of it", false)], shown: format!("{}\nunreadable\n", case.id) }
}
