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

/// Every address in the text, in order. What is ambiguous (`a@b.pe@c.pe`) is left to a person.
pub(super) fn find_addresses(text: &str) -> Vec<FoundAddress> {
    text.match_indices('@').filter_map(|(at, _)| address_at(text, at)).collect()
}

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
    if before[..run].ends_with('@') || tail.starts_with('@') {
        return None;
    }
    let local = local_of(&before[run..]);
    let domain = domain_of(&after[..after.len() - tail.len()]);
    let span = at - local.len()..at + 1 + domain.len();
    let address = EmailAddress::parse(&text[span.clone()]).ok()?;
    Some(FoundAddress { span, address })
}

/// Letters, digits and the signs people have in their addresses. RFC 5322 allows more (`/`, `=`, `|`,
/// `*` …), but in typed text those stand between an address and its neighbour.
fn is_local_char(c: char) -> bool {
    is_word_char(c) || "._+-'&%~".contains(c)
}

fn is_domain_char(c: char) -> bool {
    is_word_char(c) || c == '.' || c == '-'
}

/// The local part without what leads up to it: dotted lines of a form, quotes, list marks.
fn local_of(run: &str) -> &str {
    let last = run.rsplit("..").next().unwrap_or_default();
    last.trim_start_matches(|c: char| !is_word_char(c) && c != '_')
}

/// The domain without what follows it: the full stop, or words and digits typed without a space.
fn domain_of(run: &str) -> &str {
    let run = run.split("..").next().unwrap_or_default();
    let mut end = 0;
    for (index, label) in run.split('.').enumerate() {
        let next = if index == 0 { label.len() } else { end + 1 + label.len() };
        if label.is_empty() || (index >= 2 && begins_a_sentence(&run[..end], label)) {
            break;
        }
        end = next;
    }
    without_glued_tail(&run[..end])
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
