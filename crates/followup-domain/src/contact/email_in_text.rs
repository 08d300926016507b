//! E-mail addresses in running text.

use std::ops::Range;

use super::{
    email::{EmailAddress, is_word_char},
    readable::SEPARATOR,
};

/// An address and where it stands.
pub(super) struct FoundAddress {
    pub(super) span: Range<usize>,
    pub(super) address: EmailAddress,
}

/// What stands around the `@` signs of a text.
#[derive(Default)]
pub(super) struct FoundAddresses {
    /// The addresses, in order.
    pub(super) addresses: Vec<FoundAddress>,
    /// What looks like one and is none, as it was written: a part of it could be somebody else's address.
    pub(super) broken: Vec<String>,
}

/// Every address in the text. What is ambiguous (`a@b.pe@c.pe`) or broken (`ana..rios@hospital.pe`, `rios@clinica.com,pe`) yields no
/// address, and is left to a person.
pub(super) fn find_addresses(text: &str) -> FoundAddresses {
    let mut found = FoundAddresses::default();
    for (at, _) in text.match_indices('@') {
        match address_at(text, at) {
            Some(address) => found.addresses.push(address),
            None => found.broken.extend(token_around(text, at)),
        }
    }
    found.broken.dedup();
    found
}

/// What was written without a blank around an `@`; none for a sign that stands alone.
fn token_around(text: &str, at: usize) -> Option<String> {
    let begin = text[..at].rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
    let end = text[at..].find(char::is_whitespace).map_or(text.len(), |blank| at + blank);
    let token = &text[begin..end];
    let is_written = token.chars().any(is_word_char);
    is_written.then(|| token.chars().take(LONGEST_TOKEN).collect())
}

/// Characters of a broken address that are told.
const LONGEST_TOKEN: usize = 120;

/// The text with a separator in the place of each address, whose digits are no telephone number.
pub(super) fn without_addresses(text: &str, addresses: &[FoundAddress]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut end = 0;
    for found in addresses {
        rest.push_str(&text[end..found.span.start]);
        rest.push_str(SEPARATOR);
        end = found.span.end;
    }
    rest.push_str(&text[end..]);
    rest
}

fn address_at(text: &str, at: usize) -> Option<FoundAddress> {
    let before = &text[..at];
    let after = &text[at + 1..];
    let run = before.trim_end_matches(is_local_char).len();
    let tail = after.trim_start_matches(is_domain_char);
    if before[..run].ends_with('@') || tail.starts_with('@') || continues_before(&before[..run]) {
        return None;
    }
    let local = local_of(&before[run..])?;
    let domain = domain_of(&after[..after.len() - tail.len()])?;
    let span = at - local.len()..at + 1 + domain.len();
    if continues_behind(domain, &text[span.end..]) {
        return None;
    }
    let address = EmailAddress::parse(&text[span.clone()]).ok()?;
    Some(FoundAddress { span, address })
}

/// `ana#rios@…`, `ana(rios@…`: a sign that is no separator in the middle of a word.
fn continues_before(before: &str) -> bool {
    let mut characters = before.chars().rev();
    characters.next().is_some_and(|sign| "#$!^?`{}\\".contains(sign)) && characters.next().is_some_and(is_word_char)
}

/// What makes an address doubtful that seems to end: `clinica.com,pe` and `clinica.com .pe`, which lack only a dot or have a blank too
/// much, and `clinica.com_x`.
fn continues_behind(domain: &str, behind: &str) -> bool {
    let mut characters = behind.chars();
    let Some(sign) = characters.next() else { return false };
    let glued = characters.as_str();
    if "_&#$^`{}+=%*~".contains(sign) {
        return glued.starts_with(is_word_char);
    }
    let label = match sign {
        ',' | ';' | ':' => glued,
        _ if sign.is_whitespace() => match glued.trim_start_matches(' ').strip_prefix('.') {
            Some(label) => label,
            None => return false,
        },
        _ => return false,
    };
    let end = label.find(|c: char| !is_word_char(c)).unwrap_or(label.len());
    !domain.is_empty() && !label[end..].starts_with('@') && TOP_LEVELS.contains(&label[..end].to_lowercase().as_str())
}

/// Top-level domains under which hospitals, clinics and companies of the region have their addresses.
const TOP_LEVELS: &[&str] = &[
    "ar", "bo", "br", "cl", "co", "com", "cr", "cu", "do", "ec", "edu", "es", "eu", "gob", "gov", "gt", "hn", "info", "int", "mil", "mx",
    "net", "ni", "org", "pa", "pe", "pr", "pt", "py", "sv", "uk", "us", "uy", "ve",
];

/// Letters, digits and the signs people have in their addresses. RFC 5322 allows more (`/`, `=`, `|`,
/// `*` …), but in typed text those stand between an address and its neighbour.
fn is_local_char(c: char) -> bool {
    is_word_char(c) || "._+-'&%~".contains(c)
}

fn is_domain_char(c: char) -> bool {
    is_word_char(c) || c == '.' || c == '-'
}

/// The local part without what leads up to it: dotted lines of a form (three dots and more), quotes, list marks. `None` where a dot stands
/// that no address has: what follows it could be another person's address.
fn local_of(run: &str) -> Option<&str> {
    let last = run.rfind("...").map_or(run, |leader| &run[leader + 3..]);
    let marked = last.trim_start_matches(|c: char| !is_word_char(c) && c != '_' && c != '.');
    (!marked.starts_with('.') && !marked.contains("..")).then_some(marked)
}

/// The domain without what follows it: the full stop, or words and digits typed without a space. `None` where two dots stand in its midst.
fn domain_of(run: &str) -> Option<&str> {
    let run = match run.find("..") {
        Some(dots) if run[dots..].starts_with("...") || run[dots + 2..].is_empty() => &run[..dots],
        Some(_) => return None,
        None => run,
    };
    let mut end = 0;
    for (index, label) in run.split('.').enumerate() {
        let next = if index == 0 { label.len() } else { end + 1 + label.len() };
        if label.is_empty() || (index >= 2 && begins_a_sentence(&run[..end], label)) {
            break;
        }
        end = next;
    }
    Some(without_glued_tail(&run[..end]))
}

/// `hospital.pe.Tel` or `hospital.pe.cel`: the next word after the full stop, not a label.
fn begins_a_sentence(domain: &str, label: &str) -> bool {
    let is_capitalised = label.starts_with(char::is_uppercase) && !domain.contains(char::is_uppercase);
    is_capitalised || super::phone_in_text::is_label(label)
}

/// Cuts `hospital.pe-999` and `hospital.pe999` after the letters of the top-level domain.
fn without_glued_tail(domain: &str) -> &str {
    let Some(dot) = domain.rfind('.') else { return domain };
    let top = &domain[dot + 1..];
    if top.starts_with("xn--") {
        return domain.trim_end_matches('-');
    }
    let letters = top.find(|c: char| c == '-' || c.is_numeric()).unwrap_or(top.len());
    &domain[..dot + 1 + letters]
}
