//! Contacts in free text, and addresses.

use followup_domain::contact::{Country, EmailAddress, extract_channels};

use crate::text;

/// Free text of a form.
pub(crate) fn contact(data: &[u8]) {
    let text = text(data);
    let found = extract_channels(&text, Country::PERU);
    assert_eq!(found.email.as_ref(), found.all_emails.first());
    assert_eq!(found.phone.as_ref(), found.all_phones.first());
    for email in &found.all_emails {
        assert_eq!(EmailAddress::parse(email.as_str()).as_ref(), Ok(email), "what is found is an address");
    }
    for phone in &found.all_phones {
        let e164 = phone.as_e164();
        assert!(e164.starts_with('+') && e164[1..].bytes().all(|byte| byte.is_ascii_digit()) && e164.len() <= 16, "{e164}");
    }
}

/// One address: what is accepted can stand in a header and in an SMTP command.
pub(crate) fn address(data: &[u8]) {
    let text = text(data);
    let Ok(address) = EmailAddress::parse(&text) else { return };
    let written = address.as_str();
    assert!(written.len() <= 254 && written.matches('@').count() == 1);
    assert!(written.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"<>\",;:()[]\\".contains(c)), "{written:?}");
    assert_eq!(EmailAddress::parse(written).as_ref(), Ok(&address));
}
