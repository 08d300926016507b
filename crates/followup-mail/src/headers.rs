//! The header fields of a mail's top level: what the MIME library decodes, and the raw text where it is not trusted.

use chrono::{DateTime, Utc};
use followup_domain::mail::inbound::MailAddress;
use followup_domain::message::threading::{InternetMessageId, parse_id_list};
use mail_parser::{Address, Header, HeaderName, Message};

use crate::header_text::one_line;
use crate::mend;

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
    let is_address = |from: &MailAddress| from.address.find('@').is_some_and(|at| at > 0);
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
        (Some(name), Some(address)) => Some(MailAddress { name: Some(name), address: bare(address) }),
        // What stands without an address is kept as one: it may be an address in a shape that nobody foresaw.
        (None, Some(text)) | (Some(text), None) => Some(rescued(text)),
        (None, None) => None,
    }
}

/// A quote or comment that is never closed leaves name and address in one: `Name <address>`.
fn rescued(address: String) -> MailAddress {
    match address.rsplit_once('<') {
        Some((name, inside)) if inside.contains('@') => {
            let name = Some(name.trim_matches(['<', ' ', '"']).to_owned()).filter(|name| !name.is_empty());
            MailAddress { name, address: bare(inside.trim_end_matches(['>', ' ']).to_owned()) }
        }
        _ => MailAddress { name: None, address: bare(address) },
    }
}

/// An address without what programs put around it: quotes, further brackets, the dot that ends a domain's name. A quoted local part
/// (RFC 5321 §4.1.2) keeps its quotes.
fn bare(address: String) -> String {
    let mut bare = address.as_str();
    loop {
        let trimmed = bare.trim().trim_end_matches(['>', '.', ',', ';']).trim_start_matches(['<', ',', ';']);
        let trimmed = trimmed.strip_prefix("mailto:").unwrap_or(trimmed);
        let unquoted = ['"', '\''].iter().find_map(|quote| {
            let inside = trimmed.strip_suffix(*quote).map(|inside| inside.strip_prefix(*quote).unwrap_or(inside));
            // Only the one that begins is there.
            let begun = || trimmed.strip_prefix(*quote).filter(|inside| !inside.split('@').next().unwrap_or_default().contains(*quote));
            inside.or_else(begun)
        });
        match unquoted {
            _ if !trimmed.contains('@') => return address,
            None if trimmed.len() == bare.len() => return bare.to_owned(),
            unquoted => bare = unquoted.unwrap_or(trimmed),
        }
    }
}

/// Fields of mailing lists and groups, and of what they note of themselves.
const LIST_FIELDS: &[&str] =
    &["list-id", "list-post", "mailing-list", "x-google-group-id", "x-mailing-list", "x-mailman-version", "x-original-from"];
/// Fields in which a list that puts itself into From says who wrote, best first.
const AUTHOR_FIELDS: &[&str] = &["x-original-from", "x-original-sender", "reply-to"];

/// Who wrote a mail that came through a list of ours: a group that writes its own address into From, so that DMARC (RFC 7489) holds, names its author
/// elsewhere. `is_own`: whether an address is one of ours. None for what no list passed on.
pub(crate) fn author_behind_list(message: &Message<'_>, is_own: impl Fn(&str) -> bool) -> Option<MailAddress> {
    let is_list = || raw_first(message, "precedence").is_some_and(|value| value.trim().eq_ignore_ascii_case("list"));
    if !LIST_FIELDS.iter().any(|field| raw_first(message, field).is_some()) && !is_list() {
        return None;
    }
    let named = AUTHOR_FIELDS.iter().flat_map(|field| match *field {
        "reply-to" => addresses(message, HeaderName::ReplyTo),
        field => raw_values(message, field).map(|value| rescued(mend::decoded_words(&value).into_owned())).collect(),
    });
    let mut foreign =
        named.filter(|author| author.address.contains('@') && !author.address.contains(char::is_whitespace) && !is_own(&author.address));
    foreign.next()
}

/// The Message-ID; none when it is missing, empty or no id.
pub(crate) fn message_id(message: &Message<'_>) -> Option<InternetMessageId> {
    let raw = mend::decoded_words(&raw_first(message, "message-id")?).into_owned();
    parse_id_list(&raw).into_iter().next().or_else(|| InternetMessageId::parse(&raw))
}

/// The ids of every field of this name, from its raw text: the library's own reading drops ids that are slightly broken.
pub(crate) fn ids(message: &Message<'_>, name: &str) -> Vec<InternetMessageId> {
    let values = raw_values(message, name).collect::<Vec<_>>().join(" ");
    // Some gateways encode whatever field they fold.
    let mut ids = parse_id_list(&mend::decoded_words(&values));
    // The last ids are the nearest in the thread.
    ids.drain(..ids.len().saturating_sub(MOST_ENTRIES));
    ids
}

/// The Date field in UTC; none when it is missing or no date.
pub(crate) fn date(message: &Message<'_>) -> Option<DateTime<Utc>> {
    let date = message.date().filter(|date| date.is_valid())?;
    DateTime::from_timestamp(date.to_timestamp(), 0)
}
