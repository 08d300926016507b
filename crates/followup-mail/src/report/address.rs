//! Addresses in reports: as the value of a field, or somewhere in a line.

use std::collections::HashSet;
use std::ops::Range;

use mail_parser::Message;

use super::texts::Texts;
use crate::headers;

/// Octets of an address; a longer run of letters around an `@` is something else.
const LONGEST: usize = 320;

/// An address and where it stands.
pub(super) struct Found {
    pub(super) span: Range<usize>,
    pub(super) address: String,
}

/// Addresses that are not failed recipients, however a report names them; lower case.
pub(super) struct Known {
    own: HashSet<String>,
    /// Who sent the returned mail, and whom the report is for.
    senders: HashSet<String>,
    /// Who wrote the report.
    reporters: HashSet<String>,
}

impl Known {
    pub(super) fn of(message: &Message<'_>, texts: &Texts, own: &[String]) -> Self {
        let mut senders: HashSet<String> = headers::recipients(message).into_iter().map(|to| to.address.to_lowercase()).collect();
        for name in ["delivered-to", "envelope-to"] {
            senders.extend(headers::raw_values(message, name).flat_map(|value| in_text(&value)).map(lower));
        }
        for name in ["from", "return-path", "sender", "reply-to"] {
            senders.extend(texts.returned_values(name).flat_map(|value| in_text(&value)).map(lower));
        }
        let reporters = headers::raw_values(message, "from").flat_map(|value| in_text(&value)).map(lower).collect();
        Self { own: own.iter().cloned().collect(), senders, reporters }
    }

    /// One of the service's own addresses, or a mail server's.
    pub(super) fn is_never(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        self.own.contains(&address) || address.starts_with("mailer-daemon@")
    }

    /// The domain of who wrote the report.
    pub(super) fn reporter_domain(&self) -> Option<&str> {
        self.reporters.iter().next().and_then(|address| address.rsplit_once('@')).map(|(_, domain)| domain)
    }

    /// An address that prose mentions without meaning a recipient.
    pub(super) fn is_other_party(&self, address: &str) -> bool {
        let is_never = self.is_never(address);
        let address = address.to_lowercase();
        is_never || self.senders.contains(&address) || self.reporters.contains(&address)
    }
}

fn lower(found: Found) -> String {
    found.address.to_lowercase()
}

/// The address of a field such as Final-Recipient (`rfc822; <user@example.com>`), whose type may be missing.
pub(super) fn of_field(value: &str) -> Option<String> {
    let value = value.rsplit_once(';').map_or(value, |(_, address)| address).trim();
    let value: String = un_xtexted(value).chars().filter(|c| !c.is_control()).collect();
    let bare = value.trim_start_matches('<').trim_end_matches('>').trim();
    if let Some((local, domain)) = bare.rsplit_once('@')
        && !local.is_empty()
        && (local.starts_with('"') && local.ends_with('"') || is_one_word(bare))
        && domain.chars().all(is_domain)
        && !domain.is_empty()
        && bare.len() <= LONGEST
    {
        return Some(format!("{local}@{}", domain.to_lowercase()));
    }
    in_text(&value).into_iter().next().map(|found| found.address)
}

/// An address as it stands, whatever its local part is made of.
fn is_one_word(text: &str) -> bool {
    text.matches('@').count() == 1 && !text.contains(|c: char| c.is_whitespace() || "\"<>(,:|".contains(c))
}

/// RFC 3461 §4: `+3D` stands for `=`. Undone only where a server forgot to, for a `+` is ordinary in addresses.
fn un_xtexted(value: &str) -> String {
    let mut plain = value.to_owned();
    for (code, character) in [("+40", "@"), ("+3D", "="), ("+2B", "+")] {
        if code != "+40" || !plain.contains('@') {
            plain = plain.replace(code, character);
        }
    }
    plain
}

/// Every address in a text, in order.
pub(super) fn in_text(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let begin = found.last().map_or(0, |last| last.span.end);
        if at >= begin {
            found.extend(around(text, begin, at));
        }
    }
    found
}

fn around(text: &str, begin: usize, at: usize) -> Option<Found> {
    let before = &text[begin..at];
    let local = without_label(&before[before.trim_end_matches(is_local).len()..]);
    let after = &text[at + 1..];
    let domain = &after[..after.len() - after.trim_start_matches(is_domain).len()];
    let domain = domain.trim_end_matches(['.', '-']);
    let is_bracketed = text[..at - local.len()].ends_with('<') && after[domain.len()..].starts_with('>');
    let is_host = domain.contains('.') || is_bracketed;
    let is_sound =
        !local.is_empty() && !domain.is_empty() && !domain.starts_with(['.', '-']) && is_host && local.len() + domain.len() < LONGEST;
    let span = at - local.len()..at + 1 + domain.len();
    is_sound.then(|| Found { span, address: format!("{local}@{}", domain.to_lowercase()) })
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() || "._+-&%~=/!#$*?^`{|}'".contains(c)
}

fn is_domain(c: char) -> bool {
    c.is_alphanumeric() || c == '.' || c == '-' || c == '_'
}

/// The local part without what leads up to it: `SMTP=`, a list mark, a quote, dots.
fn without_label(run: &str) -> &str {
    let run = match run.split_once('=') {
        Some((label, rest)) if ["smtp", "rfc822", "mailto"].iter().any(|known| label.to_ascii_lowercase().ends_with(known)) => rest,
        _ => run,
    };
    run.trim_start_matches(['.', '\'', '*', '-', '?', '!', '#', '|', '`', '=', '/', '{', '}'])
}
