//! Numbers as gateways write them: with and without the sign of an international one, or national.

use followup_domain::contact::{Country, PhoneNumber};

/// The number in E.164 where it is one; else what stands there: a short number, a name.
pub(crate) fn e164(text: &str, country: Country) -> String {
    let text = text.trim();
    let digits = text.trim_start_matches('+');
    let is_number = digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return text.to_owned();
    }
    let found = PhoneNumber::parse(text, country).or_else(|_| PhoneNumber::parse(&format!("+{digits}"), country));
    found.map_or_else(|_| text.to_owned(), |number| number.as_e164().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_networks_write_them() {
        for (country, text, number) in [
            ("PE", "+51999888777", "+51999888777"),
            ("PE", "51999888777", "+51999888777"),
            ("PE", "999888777", "+51999888777"),
            ("PE", "0051999888777", "+51999888777"),
            ("PE", "34612345678", "+34612345678"),
            ("ES", "612345678", "+34612345678"),
            ("AR", "5491123456789", "+5491123456789"),
            ("PE", "13013", "13013"),
            ("PE", "BANCO", "BANCO"),
            ("PE", "", ""),
        ] {
            assert_eq!(e164(text, Country::parse(country).unwrap()), number, "{country} {text}");
        }
    }
}
