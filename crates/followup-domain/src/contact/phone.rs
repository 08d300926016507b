//! A validated telephone number.

use std::{fmt, sync::LazyLock};

use regex::Regex;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

use super::{
    ContactError, Country, not_phone,
    readable::{SEPARATOR, constant, readable},
};

/// A telephone number that its country's numbering plan allows, in E.164 form: `+` and 7 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneNumber {
    e164: String,
    is_mobile: bool,
}

/// A telephone number as it is compared: `+` and 7 to 15 digits, whether or not a numbering plan has it. Whoever is written to is a
/// [`PhoneNumber`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct E164(String);

impl E164 {
    /// What it looks like, as a regular expression.
    pub const PATTERN: &'static str = r"\+[1-9][0-9]{6,14}";

    /// Reads it as it is written in this form, and in no other.
    ///
    /// ```
    /// use followup_domain::contact::E164;
    /// assert_eq!(E164::parse("+51999888777").unwrap().as_str(), "+51999888777");
    /// assert_eq!(E164::parse("999 888 777"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let is_number = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        is_number.then(|| Self(text.to_owned()))
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PhoneNumber {
    /// Reads one number and nothing else, national (of `country`) or international. An extension after
    /// it is dropped: neither SMS nor WhatsApp can use it.
    ///
    /// # Errors
    /// [`ContactError::PhoneNumber`] when the text is something else, or no number of that plan.
    pub fn parse(text: &str, country: Country) -> Result<Self, ContactError> {
        let text = readable(text);
        let text = text.trim();
        let masked = not_phone::mask(text.strip_prefix("tel:").unwrap_or(text));
        let digits = masked.trim_end().trim_end_matches(SEPARATOR.trim());
        let is_bare = digits.chars().all(|c| c.is_numeric() || "+()-./ ".contains(c));
        let number = if is_bare { valid_number(digits, country) } else { None };
        number.ok_or(ContactError::PhoneNumber { country })
    }

    /// The number as `+` and digits, without separators.
    #[must_use]
    pub fn as_e164(&self) -> &str {
        &self.e164
    }

    /// Whether the number can be a mobile one. In countries whose plan does not tell fixed from mobile
    /// (Mexico, Chile, the United States) every such number can.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        self.is_mobile
    }

    /// A number of the library, if it is valid and has the length that E.164 allows.
    pub(super) fn from_plan(number: &rlibphonenumber::PhoneNumber) -> Option<Self> {
        if !number.is_valid() {
            return None;
        }
        let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
        let digits = e164.strip_prefix('+')?;
        let is_e164 = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let kind = number.get_type();
        let is_mobile = matches!(kind, PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile);
        is_e164.then_some(Self { e164, is_mobile })
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.e164)
    }
}

/// Reads a text that is one number.
pub(super) fn valid_number(text: &str, country: Country) -> Option<PhoneNumber> {
    let text = without_abolished_prefixes(text, country);
    let number = PHONE_NUMBER_UTIL.parse(text, Some(country.region())).ok()?;
    PhoneNumber::from_plan(&number)
}

/// Mexico abolished the mobile `1` after `+52` and the prefixes 01, 044 and 045 in August 2019; the
/// numbering plan no longer knows them, but people (and WhatsApp) still write them.
pub(super) fn without_abolished_prefixes(text: &str, country: Country) -> String {
    let text = MEXICO_INTERNATIONAL.replace_all(text, "+52 $1");
    if country.region() == rlibphonenumber::Region::MX {
        MEXICO_NATIONAL.replace_all(&text, "$1$2").into_owned()
    } else {
        text.into_owned()
    }
}

static MEXICO_INTERNATIONAL: LazyLock<Regex> = LazyLock::new(|| constant(r"\+52[ .-]*\(?1\)?[ .-]*(\(?[0-9](?:[ .()-]*[0-9]){9})\b"));
static MEXICO_NATIONAL: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(^|[^0-9+])\(?(?:044|045|01|521)\)?[ .-]*(\(?[0-9](?:[ .()-]*[0-9]){9})\b"));
