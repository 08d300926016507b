//! The header fields of a mail's top level: what the MIME library decodes, and the raw text where it is not trusted.

use chrono::{DateTime, Utc};
use followup_domain::mail::inbound::MailAddress;
use followup_domain::message::threading::{InternetMessageId, parse_id_list};
use mail_parser::{Address, Header, HeaderName, Message};

use crate::header_text::one_line;

/// Fields of which at least one stands in anything that a mail system handled.
const MAIL_FIELDS: &[&str] = &[
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "received",
    "return-path",
    "delivered-to",
    "x-original-to",
    "reply-to",
    "sender",
    "mime-version",
    "content-type",
    "auto-submitted",
];

/// Addresses or ids of one kind.
const MOST_ENTRIES: usize = 1000;
/// Characters of a subject, a name or an address.
const LONGEST: usize = 2000;

/// One line of text, bounded; none if there is nothing to read in it.
fn bounded(text: &str) -> Option<String> {
    let text: String = one_line(text).chars().take(LONGEST).collect();
    Some(text).filter(|text| !text.is_empty())
}

/// Whether the header fields are those of a mail.
pub(crate) fn is_mail(message: &Message<'_>) -> bool {
    message.headers().iter().any(|header| MAIL_FIELDS.iter().any(|field| header.name().eq_ignore_ascii_case(field)))
}

/// The raw values of every field of this name, unfolded, in the mail's order; bytes that are not UTF-8 become U+FFFD.
/// The raw value of one field, unfolded.
pub(crate) fn raw_values<'a>(message: &'a Message<'_>, name: &'a str) -> impl Iterator<Item = String> + 'a {
    message.headers().iter().filter(move |header| header.name().eq_ignore_ascii_case(name)).map(|header| raw_value(message, header))
}

/// The first raw value of a field.
pub(crate) fn raw_first(message: &Message<'_>, name: &str) -> Option<String> {
    raw_values(message, name).next()
}

/// The raw value of one field, unfolded.
pub(crate) fn raw_value(message: &Message<'_>, header: &Header<'_>) -> String {
    let range = header.offset_start() as usize..header.offset_end() as usize;
    one_line(&String::from_utf8_lossy(message.raw_message.get(range).unwrap_or_default()))
}

/// Decoded subject, one line; none if there is nothing to read in it.
pub(crate) fn subject(message: &Message<'_>) -> Option<String> {
    message.subject().and_then(bounded)
}

/// The first address of From; looked for in the raw text when the library finds none in it.
pub(crate) fn from(message: &Message<'_>) -> Option<MailAddress> {
    let parsed = addresses(message, HeaderName::From).into_iter().next();
    let is_address = |from: &MailAddress| from.address.contains('@');
    let in_raw = || raw_first(message, "from").and_then(|raw| bounded(&raw)).map(rescued).filter(is_address);
    parsed.clone().filter(is_address).or_else(in_raw).or(parsed)
}

/// Everyone in To and Cc.
pub(crate) fn recipients(message: &Message<'_>) -> Vec<MailAddress> {
    let mut all = addresses(message, HeaderName::To);
    all.extend(addresses(message, HeaderName::Cc));
    all
}

/// Fields in which mail servers note to which address a mail was delivered.
const DELIVERY_FIELDS: &[&str] =
    &["delivered-to", "x-delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-original-recipient", "x-forwarded-to"];

/// The addresses of the [`DELIVERY_FIELDS`], as written.
pub(crate) fn delivered_to(message: &Message<'_>) -> Vec<String> {
    let values = DELIVERY_FIELDS.iter().flat_map(|field| raw_values(message, field));
    let words = values.flat_map(|value| value.split([' ', ',', ';']).map(str::to_owned).collect::<Vec<_>>());
    words.filter(|word| word.contains('@') && word.len() <= LONGEST).take(MOST_ENTRIES).collect()
}

fn addresses(message: &Message<'_>, name: HeaderName<'static>) -> Vec<MailAddress> {
    let values = message.headers().iter().filter(|header| header.name == name).filter_map(|header| header.value().as_address());
    values.flat_map(Address::iter).filter_map(mail_address).take(MOST_ENTRIES).collect()
}

fn mail_address(address: &mail_parser::Addr<'_>) -> Option<MailAddress> {
    let (name, address) = (address.name().and_then(bounded), address.address().and_then(bounded));
    match (name, address) {
        (Some(name), Some(address)) => Some(MailAddress { name: Some(name), address }),
        // What stands without an address is kept as one: it may be an address in a shape that nobody foresaw.
        (None, Some(text)) | (Some(text), None) => Some(rescued(text)),
        (None, None) => None,
    }
}

/// A quote or comment that is never closed leaves name and address in one: `Name <address>`.
fn rescued(address: String) -> MailAddress {
    match address.rsplit_once('<') {
        Some((name, inside)) if inside.contains('@') => {
            let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
            MailAddress { name, address: inside.trim_end_matches(['>', ' ']).to_owned() }
        }
        _ => MailAddress { name: None, address },
    }
}

/// The Message-ID; none when it is missing, empty or no id.
pub(crate) fn message_id(message: &Message<'_>) -> Option<InternetMessageId> {
    let raw = raw_first(message, "message-id")?;
    parse_id_list(&raw).into_iter().next().or_else(|| InternetMessageId::parse(&raw))
}

/// The ids of every field of this name, from its raw text: the library's own reading drops ids that are slightly broken.
pub(crate) fn ids(message: &Message<'_>, name: &str) -> Vec<InternetMessageId> {
    let mut ids = parse_id_list(&raw_values(message, name).collect::<Vec<_>>().join(" "));
    // The last ids are the nearest in the thread.
    ids.drain(..ids.len().saturating_sub(MOST_ENTRIES));
    ids
}

/// The Date field in UTC; none when it is missing or no date.
pub(crate) fn date(message: &Message<'_>) -> Option<DateTime<Utc>> {
    let date = message.date().filter(|date| date.is_valid())?;
    DateTime::from_timestamp(date.to_timestamp(), 0)
}
