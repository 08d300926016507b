//! A validated e-mail address.

use std::{fmt, str::FromStr};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::ContactError;

/// Octets of a local part and of a domain (RFC 5321 §4.5.3.1, less the brackets of the path).
const MAX_LOCAL: usize = 64;
const MAX_DOMAIN: usize = 253;
const MAX_ADDRESS: usize = 254;
/// Octets of one label of a domain (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;

/// An e-mail address as RFC 5321 and 5322 write it without comments or quotes: a dot-atom, `@`, a
/// domain of at least two labels. Letters of any script are accepted on both sides (RFC 6531), in
/// normal form C. It contains no control character, blank, quote or angle bracket, and can stand in a
/// header or an SMTP command as it is; one that is not ASCII needs SMTPUTF8.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress {
    text: String,
    at: usize,
}

/// Characters of a local part without the dot (RFC 5322 §3.2.3).
macro_rules! atext {
    () => {
        r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]"
    };
}

impl EmailAddress {
    /// ASCII addresses as they are in use, as a regular expression: whatever it takes within [`EmailAddress::LONGEST`] is read. Longer parts
    /// between the dots of a local part, and letters of other scripts, are read too.
    pub const PATTERN: &'static str = concat!(
        "(?:",
        atext!(),
        "{1,64}|",
        atext!(),
        r"{1,31}\.",
        atext!(),
        "{1,32}|",
        atext!(),
        r"{1,20}(?:\.",
        atext!(),
        "{1,21}){2}|",
        atext!(),
        r"{1,15}(?:\.",
        atext!(),
        r"{1,15}){3})@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24}"
    );
    /// Octets of an address.
    pub const LONGEST: usize = MAX_ADDRESS;

    /// Reads one address; blanks around it are dropped, the rest is kept as written.
    ///
    /// # Errors
    /// A [`ContactError`] that names the part which is not valid.
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let trimmed = text.trim();
        // An overlong text is refused before it is normalised.
        if trimmed.len() > 2 * MAX_ADDRESS {
            return Err(ContactError::EmailShape);
        }
        let text: String = if trimmed.is_ascii() { trimmed.to_owned() } else { trimmed.nfc().collect() };
        let at = text.find('@').ok_or(ContactError::EmailShape)?;
        let (local, domain) = (&text[..at], &text[at + 1..]);
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(ContactError::EmailShape);
        }
        if !is_dot_atom(local) {
            return Err(ContactError::EmailLocalPart);
        }
        if !is_domain(domain) || text.len() > MAX_ADDRESS {
            return Err(ContactError::EmailDomain);
        }
        Ok(Self { text, at })
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        &self.text[..self.at]
    }

    /// What stands after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// Whether two addresses name one mailbox, letter case aside. A domain has no case. RFC 5321 leaves
    /// the case of the local part to the receiving host, but no host in use keeps two mailboxes that
    /// differ by it alone, while people write their own address in both cases; so it is ignored too.
    /// Dots and `+tags` do count: not every host ignores them.
    #[must_use]
    pub fn same_mailbox(&self, other: &Self) -> bool {
        self.text == other.text || self.mailbox_key() == other.mailbox_key()
    }

    /// The address in lower case: equal for two addresses exactly when [`Self::same_mailbox`] holds. For
    /// unique keys (do-not-contact, daily caps); mail goes to [`Self::as_str`].
    #[must_use]
    pub fn mailbox_key(&self) -> String {
        self.text.to_lowercase()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for EmailAddress {
    type Err = ContactError;

    fn from_str(text: &str) -> Result<Self, ContactError> {
        Self::parse(text)
    }
}

/// A letter or digit of any script, or the mark that belongs to one.
pub(super) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// `dot-atom-text` of RFC 5322 §3.2.3 with the letters of RFC 6532, at most 64 octets.
fn is_dot_atom(local: &str) -> bool {
    let is_atext = |c: char| is_word_char(c) || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.len() <= MAX_LOCAL && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// A host name of two or more labels whose last one can be a top-level domain: letters only, at least
/// two, or an IDNA A-label.
fn is_domain(domain: &str) -> bool {
    let mut labels = domain.rsplit('.');
    let top = labels.next().unwrap_or_default();
    let top_is_possible = top.starts_with("xn--") || (top.chars().count() >= 2 && top.chars().all(|c| is_word_char(c) && !c.is_numeric()));
    domain.len() <= MAX_DOMAIN && domain.contains('.') && top_is_possible && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= MAX_LABEL
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| is_word_char(c) || c == '-')
}
