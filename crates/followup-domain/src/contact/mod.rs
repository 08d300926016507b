//! The channels by which a reporter can be reached, read from what people type (docs/product.md §3).
//!
//! [`extract_channels`] reads one free text; [`channels_of`] adds the explicit fields of a case. Only
//! the first [`MAX_CONTACT_CHARS`] characters of a text are read, so that the time stays bounded
//! whatever somebody pastes. Nothing here changes or loses the text itself: the case keeps it.

mod country;
mod email;
mod email_in_text;
mod failure;
mod not_phone;
mod opt_out;
mod phone;
mod phone_in_text;
mod point;
mod readable;
mod set_aside;
mod spelling;

use thiserror::Error;

pub use country::Country;
pub use email::EmailAddress;
pub use failure::{Failure, FailureReason, Permanence};
pub use opt_out::asks_to_stop;
pub use phone::{E164, PhoneNumber};
pub use point::{ContactKind, ContactPoint, contact_key, failure_key};
pub use readable::MAX_CONTACT_CHARS;

/// What a contact text yields. The first address and the first number are the ones to use; the lists
/// keep all that were found, without repetitions, in the order in which they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Channels {
    /// The first e-mail address.
    pub email: Option<EmailAddress>,
    /// The first telephone number, fixed or mobile.
    pub phone: Option<PhoneNumber>,
    /// The first number that can be a mobile one (WhatsApp and SMS need that).
    pub whatsapp: Option<PhoneNumber>,
    /// Every address found; two spellings of one mailbox count once.
    pub all_emails: Vec<EmailAddress>,
    /// Every number found.
    pub all_phones: Vec<PhoneNumber>,
    /// Addresses of which the text says that they are not to be used: known, and never written to.
    pub set_aside: Vec<EmailAddress>,
    /// What looks like an address and is none, as it was written: nothing is written to any part of it.
    pub unreadable: Vec<String>,
}

/// Reads e-mail addresses and telephone numbers from free text. National numbers are read by the
/// numbering plan of `country`, international ones (`+51…`, `0051…`) by their own. Identity documents,
/// licences, dates, amounts, case numbers and extensions are not telephone numbers.
///
/// ```
/// use followup_domain::contact::{Country, extract_channels};
///
/// let found = extract_channels("Dra. Ríos, +51999999999 / arios@hospital.pe", Country::PERU);
/// assert_eq!(found.phone.as_ref().map(|phone| phone.as_e164()), Some("+51999999999"));
/// assert_eq!(found.whatsapp, found.phone);
/// assert_eq!(found.email.as_ref().map(|email| email.as_str()), Some("arios@hospital.pe"));
/// ```
#[must_use]
pub fn extract_channels(contact: &str, country: Country) -> Channels {
    let text = readable::without_links(&readable::readable(contact));
    let email_in_text::FoundAddresses { addresses, broken } = email_in_text::find_addresses(&text);
    let rest = email_in_text::without_addresses(&text, &addresses);
    let numbers = phone_in_text::find_numbers(&rest, country);
    let places: Vec<_> = addresses.iter().map(|found| found.span.clone()).collect();

    let mut channels = Channels { unreadable: broken, ..Channels::default() };
    for (found, is_set_aside) in addresses.into_iter().zip(set_aside::set_aside(&text, &places)) {
        if is_set_aside {
            channels.set_aside.push(found.address);
        } else {
            channels.add_email(found.address);
        }
    }
    // A number that is not to be called does not come first; a person may need it all the same.
    let (unused, used): (Vec<_>, Vec<_>) = numbers.into_iter().partition(|(_, is_set_aside)| *is_set_aside);
    for (number, _) in used.into_iter().chain(unused) {
        channels.add_phone(number);
    }
    channels.set_aside.retain(|address| !channels.all_emails.iter().any(|known| known.same_mailbox(address)));
    channels
}

/// The channels of a case: those of its free text first, then those of the explicit fields
/// (`reportante_email`, `reportante_telefono`), which therefore serve where the free text yields
/// nothing and are otherwise kept as further known contacts. `reportante_email` is whole addresses and nothing else, or none: a part of
/// what somebody mistyped could be another person's address.
#[must_use]
pub fn channels_of(contact: Option<&str>, email: Option<&str>, phone: Option<&str>, country: Country) -> Channels {
    let mut channels = extract_channels(contact.unwrap_or_default(), country);
    channels.append(explicit_addresses(email.unwrap_or_default()));
    // The field's name says that a telephone number follows: read it as labelled.
    let labelled = phone.map(|phone| format!("{} {phone}", phone_in_text::LABEL));
    channels.append(extract_channels(&labelled.unwrap_or_default(), country));
    channels
}

/// One address, or several behind commas, semicolons or blanks: with brackets (`<a@b.pe>`), `mailto:` or the dot of the DNS root, and nothing
/// else around them.
fn explicit_addresses(text: &str) -> Channels {
    let text = readable::readable(text);
    let tokens = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|token| !token.is_empty());
    let bare = |token: &str| {
        let token = token.strip_prefix('<').and_then(|token| token.strip_suffix('>')).unwrap_or(token);
        let token = token.strip_prefix("mailto:").unwrap_or(token);
        EmailAddress::parse(token.strip_suffix('.').unwrap_or(token)).ok()
    };
    let mut channels = Channels::default();
    match tokens.map(bare).collect::<Option<Vec<EmailAddress>>>() {
        Some(addresses) => addresses.into_iter().for_each(|address| channels.add_email(address)),
        None => channels.unreadable.push(text.trim().chars().take(LONGEST_UNREADABLE).collect()),
    }
    channels
}

/// Characters of an unreadable address that are told.
const LONGEST_UNREADABLE: usize = 120;

/// Every e-mail address by which a case may know somebody: those that [`channels_of`] finds, and those of which the text says that they are not
/// to be used. A country has no say in those.
#[must_use]
pub fn emails_of(contact: Option<&str>, email: Option<&str>, phone: Option<&str>) -> Vec<EmailAddress> {
    let mut channels = Channels::default();
    for text in [contact, phone].into_iter().flatten() {
        let text = readable::without_links(&readable::readable(text));
        for found in email_in_text::find_addresses(&text).addresses {
            channels.add_email(found.address);
        }
    }
    channels.append(explicit_addresses(email.unwrap_or_default()));
    channels.all_emails
}

impl Channels {
    /// True when nothing was found: the reporter can only be reached by somebody who reads the text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all_emails.is_empty() && self.all_phones.is_empty()
    }

    fn append(&mut self, other: Self) {
        for email in other.all_emails {
            // What one text says not to use is not taken up from another.
            if !self.set_aside.iter().any(|unused| unused.same_mailbox(&email)) {
                self.add_email(email);
            }
        }
        for phone in other.all_phones {
            self.add_phone(phone);
        }
        self.unreadable.extend(other.unreadable);
        self.set_aside.extend(other.set_aside);
    }

    fn add_email(&mut self, email: EmailAddress) {
        if self.all_emails.iter().any(|known| known.same_mailbox(&email)) {
            return;
        }
        self.email.get_or_insert_with(|| email.clone());
        self.all_emails.push(email);
    }

    fn add_phone(&mut self, phone: PhoneNumber) {
        if self.all_phones.contains(&phone) {
            return;
        }
        self.phone.get_or_insert_with(|| phone.clone());
        if phone.is_mobile() {
            self.whatsapp.get_or_insert_with(|| phone.clone());
        }
        self.all_phones.push(phone);
    }
}

/// Why a text is not an address, a number or a country.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ContactError {
    /// Not exactly one `@` with something on both sides.
    #[error("an e-mail address has one @ between a local part and a domain")]
    EmailShape,
    /// The part before the `@` is not a dot-atom, or is longer than 64 octets.
    #[error("the part before the @ is not valid in an e-mail address")]
    EmailLocalPart,
    /// The part after the `@` is not a host name with at least two labels.
    #[error("the part after the @ is not an Internet domain")]
    EmailDomain,
    /// Not a valid number of the country, nor an international one.
    #[error("not a valid telephone number of {country}, nor an international one")]
    PhoneNumber {
        /// The country whose numbering plan was tried.
        country: Country,
    },
    /// Not a country with a numbering plan.
    #[error("not the ISO 3166-1 alpha-2 code of a country with a numbering plan")]
    Country,
}
