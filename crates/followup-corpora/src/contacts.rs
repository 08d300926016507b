//! Judges what is found in contact texts: `addresses`; `e164` in the numbering plan of `region`.

use followup_domain::contact::{Country, extract_channels};

use crate::score::Judged;
use crate::sets::Case;

/// Every address, in order.
pub(crate) fn judge_addresses(case: &Case) -> Judged {
    let text = String::from_utf8_lossy(&case.bytes);
    let channels = extract_channels(&text, Country::default());
    let found: Vec<&str> = channels.all_emails.iter().map(|address| address.as_str()).collect();
    judged(case, "addresses", &text, found == case.texts("addresses"), &found)
}

/// Every telephone number, in order.
pub(crate) fn judge_phones(case: &Case) -> Judged {
    let text = String::from_utf8_lossy(&case.bytes);
    let country = case.text("region").and_then(|region| Country::parse(region).ok()).unwrap_or_default();
    let channels = extract_channels(&text, country);
    let found: Vec<&str> = channels.all_phones.iter().map(|phone| phone.as_e164()).collect();
    judged(case, "phones", &text, found == case.texts("e164"), &found)
}

fn judged(case: &Case, measure: &'static str, text: &str, is_right: bool, found: &[&str]) -> Judged {
    Judged { measures: vec![(measure, is_right)], shown: format!("{}\n{text:?}\nexpected {}\nfound {found:?}\n", case.id, case.expected) }
}
