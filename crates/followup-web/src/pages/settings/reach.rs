//! An address or a number, as somebody types it.

use followup_domain::contact::{Country, E164, EmailAddress, PhoneNumber};

/// Where somebody is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    Address(EmailAddress),
    Number(E164),
}

/// What was typed, if it is an address or a number; a number without its country is one of `country`.
pub(super) fn reach(text: &str, country: Country) -> Option<Reach> {
    if text.contains('@') {
        return EmailAddress::parse(text).ok().map(Reach::Address);
    }
    let number = E164::parse(text).or_else(|| E164::parse(PhoneNumber::parse(text, country).ok()?.as_e164()));
    number.map(Reach::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_however_it_is_typed() {
        let peru = Country::default();
        let number = Some(Reach::Number(E164::parse("+51999888777").unwrap()));
        for text in ["+51999888777", "999 888 777", "+51 999-888-777"] {
            assert_eq!(reach(text, peru), number, "{text}");
        }
        assert!(matches!(reach("Ana@clinic.test", peru), Some(Reach::Address(_))));
        for text in ["", "ana", "@", "12", "ana@"] {
            assert_eq!(reach(text, peru), None, "{text}");
        }
    }
}
