//! Where one person can be reached by a channel: an e-mail address or a telephone number, compared by one key.

use std::fmt;

use super::{Channels, EmailAddress, PhoneNumber};
use crate::message::Channel;
use crate::published::published_enum;

published_enum! {
    /// What a contact point is.
    ContactKind {
        /// An e-mail address.
        Email = "email",
        /// A telephone number, for SMS, WhatsApp and calls.
        Phone = "phone",
    }
}

/// An address or a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ContactPoint {
    /// For e-mail.
    Email(EmailAddress),
    /// For SMS, WhatsApp and calls.
    Phone(PhoneNumber),
}

impl ContactPoint {
    /// What it is.
    pub fn kind(&self) -> ContactKind {
        match self {
            Self::Email(_) => ContactKind::Email,
            Self::Phone(_) => ContactKind::Phone,
        }
    }

    /// As it is written to: the address as given, or E.164.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_e164(),
        }
    }

    /// By what it is compared and stored: the address in lower case, or E.164. The two cannot be mixed up, for only one has an `@`.
    pub fn key(&self) -> String {
        contact_key(self.as_str())
    }

    /// The address, if it is one.
    pub fn email(&self) -> Option<&EmailAddress> {
        match self {
            Self::Email(email) => Some(email),
            Self::Phone(_) => None,
        }
    }

    /// The number, if it is one.
    pub fn phone(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Phone(phone) => Some(phone),
            Self::Email(_) => None,
        }
    }
}

impl fmt::Display for ContactPoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// By what is kept that messages of a channel do not arrive: a number that has no WhatsApp takes text messages all the same.
pub fn failure_key(channel: Channel, address: &str) -> String {
    match channel {
        Channel::Whatsapp => format!("whatsapp:{}", contact_key(address)),
        _ => contact_key(address),
    }
}

/// The key of an address or number that stands in a message.
pub fn contact_key(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Channels {
    /// How a channel reaches the reporter: the first address or number that it can use.
    pub fn point_for(&self, channel: Channel) -> Option<ContactPoint> {
        match channel {
            Channel::Email => self.email.clone().map(ContactPoint::Email),
            Channel::Sms | Channel::Call => self.phone.clone().map(ContactPoint::Phone),
            Channel::Whatsapp => self.whatsapp.clone().map(ContactPoint::Phone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{Country, extract_channels};

    #[test]
    fn each_channel_reaches_the_reporter_by_what_it_can_use() {
        let channels = extract_channels("Dra. Ríos, +51 999 999 999 / ARios@Hospital.pe", Country::PERU);
        let keys = Channel::ALL.iter().map(|channel| channels.point_for(*channel).map(|point| point.key()));
        let number = Some("+51999999999".to_owned());
        assert_eq!(keys.collect::<Vec<_>>(), [Some("arios@hospital.pe".into()), number.clone(), number.clone(), number]);
        assert_eq!(Channels::default().point_for(Channel::Email), None);
    }
}
