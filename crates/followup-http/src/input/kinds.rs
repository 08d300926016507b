//! The kinds of fields: how each is read, and beside it what the document says of it.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use followup_domain::case::InvalidValue;
use followup_domain::contact::{Country, E164, EmailAddress, PhoneNumber};
use followup_words::answers as texts;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::Place;
use super::patterns::{DAY_OR_NOTHING, INSTANT, NO_NUL, NOT_BLANK};
use crate::json::Json;

/// A kind of field.
pub(crate) trait Kind {
    /// What is read.
    type Value;

    /// Reads a value that is not null; none when it says nothing, which is absence.
    ///
    /// # Errors
    /// What is wrong, for the person who sent it.
    fn read(&self, value: Json) -> Result<Option<Self::Value>, String>;

    /// Reads a value of a query or a form.
    ///
    /// # Errors
    /// As [`Kind::read`].
    fn read_text(&self, text: String) -> Result<Option<Self::Value>, String> {
        self.read(Json::Text(text))
    }

    /// What the document says of it.
    fn schema(&self, use_of: Use) -> ObjectBuilder;
}

/// How a kind is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub(crate) place: Place,
    pub(crate) required: bool,
}

/// The years in which anything of a case can happen, as they are written.
const YEARS: RangeInclusive<i32> = 1900..=2199;

/// A text of at most so many characters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    longest: Option<usize>,
    is_verbatim: bool,
    must_say_something: bool,
    takes_nul: bool,
}

impl Text {
    /// Blanks around it are dropped, and nothing but blanks is absence.
    pub(crate) const fn of(longest: usize) -> Self {
        Self { longest: Some(longest), ..Self::ANY }
    }

    /// Kept as it was sent, also when it is empty.
    pub(crate) const fn verbatim(longest: usize) -> Self {
        Self { longest: Some(longest), ..Self::VERBATIM }
    }

    /// As [`Text::of`], as long as the request may be.
    pub(crate) const ANY: Self = Self { longest: None, is_verbatim: false, must_say_something: false, takes_nul: false };
    /// As [`Text::verbatim`], as long as the request may be.
    pub(crate) const VERBATIM: Self = Self { is_verbatim: true, ..Self::ANY };

    /// The use case refuses it when it is nothing but blanks; the document says so here.
    pub(crate) const fn not_blank(self) -> Self {
        Self { must_say_something: true, ..self }
    }

    /// The use case makes one line of it, in which there is no control character.
    pub(crate) const fn made_a_line(self) -> Self {
        Self { takes_nul: true, ..self }
    }
}

impl Kind for Text {
    type Value = String;

    fn read(&self, value: Json) -> Result<Option<String>, String> {
        let Json::Text(text) = value else { return Err(texts::TEXT_EXPECTED.into()) };
        if text.contains('\0') && !self.takes_nul {
            return Err(texts::NUL_CHARACTER.into());
        }
        if let Some(longest) = self.longest.filter(|longest| is_longer(&text, *longest)) {
            return Err(texts::too_long(longest));
        }
        let text = if self.is_verbatim { text } else { text.trim().to_owned() };
        Ok(Some(text).filter(|text| self.is_verbatim || !text.is_empty()))
    }

    fn schema(&self, use_of: Use) -> ObjectBuilder {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(self.longest);
        if self.must_say_something || (use_of.required && !self.is_verbatim) {
            text.min_length(Some(1)).pattern(Some(NOT_BLANK))
        } else {
            text.pattern((!self.takes_nul).then_some(NO_NUL))
        }
    }
}

/// Whether a text has more characters than so many.
pub(crate) fn is_longer(text: &str, longest: usize) -> bool {
    // So many bytes are at least as many characters.
    text.len() > longest && text.chars().count() > longest
}

/// One of the published values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'v, T>(pub(crate) &'v [(&'v str, T)]);

impl<T: Copy> Kind for Choice<'_, T> {
    type Value = T;

    fn read(&self, value: Json) -> Result<Option<T>, String> {
        let Json::Text(text) = value else { return Err(texts::TEXT_EXPECTED.into()) };
        let found = self.0.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        found.map(Some).ok_or_else(|| texts::one_of(&self.0.iter().map(|(name, _)| *name).collect::<Vec<_>>()))
    }

    fn read_text(&self, text: String) -> Result<Option<T>, String> {
        let text = text.trim();
        if text.is_empty() { Ok(None) } else { self.read(Json::Text(text.to_owned())) }
    }

    fn schema(&self, use_of: Use) -> ObjectBuilder {
        listed(self.0.iter().map(|(name, _)| *name), use_of)
    }
}

/// A code that is read in several spellings; the document lists one of each.
#[derive(Clone, Copy)]
pub(crate) struct Coded<'v, T> {
    pub(crate) parse: fn(&str) -> Result<T, InvalidValue>,
    pub(crate) codes: &'v [&'v str],
}

impl<T> Kind for Coded<'_, T> {
    type Value = T;

    fn read(&self, value: Json) -> Result<Option<T>, String> {
        let Json::Text(text) = value else { return Err(texts::TEXT_EXPECTED.into()) };
        if text.trim().is_empty() {
            return Ok(None);
        }
        (self.parse)(&text).map(Some).map_err(|error| error.0)
    }

    fn schema(&self, use_of: Use) -> ObjectBuilder {
        listed(self.codes.iter().copied(), use_of)
    }
}

/// A text of which the use case says whether it is one of the published values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Published<'v>(pub(crate) &'v [&'v str]);

impl Kind for Published<'_> {
    type Value = String;

    fn read(&self, value: Json) -> Result<Option<String>, String> {
        if let Json::Text(text) = value { Ok(Some(text)) } else { Err(texts::TEXT_EXPECTED.into()) }
    }

    fn schema(&self, use_of: Use) -> ObjectBuilder {
        listed(self.0.iter().copied(), use_of)
    }
}

/// In a query, a form's empty field is absence.
fn listed<'v>(values: impl Iterator<Item = &'v str>, use_of: Use) -> ObjectBuilder {
    let nothing = (use_of.place == Place::Address && !use_of.required).then_some("");
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values.chain(nothing).collect::<Vec<_>>()))
}

/// A whole number of a range.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    range: RangeInclusive<i64>,
    refusal: &'static str,
}

impl Whole {
    /// Any number; that of something, or none.
    pub(crate) const ANY: Self = Self { range: i64::MIN..=i64::MAX, refusal: texts::INTEGER_EXPECTED };

    /// Outside of the range it is refused with this text.
    pub(crate) fn within(range: RangeInclusive<i64>, refusal: &'static str) -> Self {
        Self { range, refusal }
    }

    fn checked(&self, number: i64) -> Result<Option<i64>, String> {
        if self.range.contains(&number) { Ok(Some(number)) } else { Err(self.refusal.to_owned()) }
    }
}

impl Kind for Whole {
    type Value = i64;

    fn read(&self, value: Json) -> Result<Option<i64>, String> {
        if let Json::Integer(number) = value { self.checked(number) } else { Err(texts::INTEGER_EXPECTED.into()) }
    }

    fn read_text(&self, text: String) -> Result<Option<i64>, String> {
        text.trim().parse().map_err(|_| self.refusal.to_owned()).and_then(|number| self.checked(number))
    }

    fn schema(&self, _: Use) -> ObjectBuilder {
        whole_number_of(&self.range)
    }
}

/// What the document says of any whole number that is kept.
pub(crate) fn whole_number() -> ObjectBuilder {
    whole_number_of(&(i64::MIN..=i64::MAX))
}

/// The same, of one that is within a range.
pub(crate) fn whole_number_of(range: &RangeInclusive<i64>) -> ObjectBuilder {
    let of = |bound: &i64| isize::try_from(*bound).ok().map(utoipa::Number::Int);
    let number = ObjectBuilder::new().schema_type(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
    number.minimum(of(range.start())).maximum(of(range.end()))
}

/// True or false.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flag;

impl Kind for Flag {
    type Value = bool;

    fn read(&self, value: Json) -> Result<Option<bool>, String> {
        if let Json::Bool(value) = value { Ok(Some(value)) } else { Err(texts::BOOLEAN_EXPECTED.into()) }
    }

    fn read_text(&self, text: String) -> Result<Option<bool>, String> {
        text.trim().parse().map(Some).map_err(|_| texts::BOOLEAN_EXPECTED.to_owned())
    }

    fn schema(&self, _: Use) -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::Boolean)
    }
}

/// An RFC 3339 instant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instant;

impl Kind for Instant {
    type Value = DateTime<Utc>;

    fn read(&self, value: Json) -> Result<Option<DateTime<Utc>>, String> {
        let Json::Text(text) = value else { return Err(texts::TEXT_EXPECTED.into()) };
        // Chrono keeps a leap second as an overlong one, which a database would move.
        let at = DateTime::parse_from_rfc3339(text.trim()).ok().filter(|at| at.nanosecond() < 1_000_000_000);
        let at = at.ok_or(texts::INSTANT_EXPECTED)?;
        if YEARS.contains(&at.year()) { Ok(Some(at.to_utc())) } else { Err(texts::INSTANT_OUT_OF_RANGE.into()) }
    }

    fn schema(&self, _: Use) -> ObjectBuilder {
        let text = ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
        text.pattern(Some(INSTANT))
    }
}

/// A day of a query, `AAAA-MM-DD`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Day;

impl Kind for Day {
    type Value = NaiveDate;

    fn read(&self, value: Json) -> Result<Option<NaiveDate>, String> {
        let Json::Text(text) = value else { return Err(texts::TEXT_EXPECTED.into()) };
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let is_form = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let day = is_form.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
        day.map(Some).ok_or_else(|| texts::DAY_EXPECTED.to_owned())
    }

    fn schema(&self, _: Use) -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(DAY_OR_NOTHING))
    }
}

/// An e-mail address (RFC 5321).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address;

impl Kind for Address {
    type Value = EmailAddress;

    fn read(&self, value: Json) -> Result<Option<EmailAddress>, String> {
        let Json::Text(text) = value else { return Err(texts::TEXT_EXPECTED.into()) };
        EmailAddress::parse(&text).map(Some).map_err(|_| texts::ADDRESS_EXPECTED.to_owned())
    }

    fn schema(&self, _: Use) -> ObjectBuilder {
        let text = ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)));
        text.max_length(Some(EmailAddress::LONGEST)).pattern(Some(format!("^{}$", EmailAddress::PATTERN)))
    }
}

/// A telephone number in E.164 form that its country's plan allows: the schema says the form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number;

impl Kind for Number {
    type Value = PhoneNumber;

    fn read(&self, value: Json) -> Result<Option<PhoneNumber>, String> {
        let Json::Text(text) = value else { return Err(texts::TEXT_EXPECTED.into()) };
        let number = E164::parse(&text).and_then(|number| PhoneNumber::parse(number.as_str(), Country::default()).ok());
        number.map(Some).ok_or_else(|| texts::NUMBER_IN_E164_EXPECTED.to_owned())
    }

    fn schema(&self, _: Use) -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(format!("^{}$", E164::PATTERN)))
    }
}

/// Where somebody is written to.
#[derive(Debug, Clone)]
pub(crate) enum AddressOrNumber {
    Address(EmailAddress),
    Number(E164),
}

/// An e-mail address, or a telephone number in E.164 form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contact;

impl Kind for Contact {
    type Value = AddressOrNumber;

    fn read(&self, value: Json) -> Result<Option<AddressOrNumber>, String> {
        let Json::Text(text) = value else { return Err(texts::TEXT_EXPECTED.into()) };
        let number = E164::parse(&text).map(AddressOrNumber::Number);
        let found = number.or_else(|| EmailAddress::parse(&text).ok().map(AddressOrNumber::Address));
        found.map(Some).ok_or_else(|| texts::CONTACT_EXPECTED.to_owned())
    }

    fn schema(&self, _: Use) -> ObjectBuilder {
        let pattern = format!("^({}|{})$", E164::PATTERN, EmailAddress::PATTERN);
        ObjectBuilder::new().schema_type(Type::String).max_length(Some(EmailAddress::LONGEST)).pattern(Some(pattern))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::string::string_regex;
    use utoipa::openapi::schema::Object;

    use super::*;

    const REQUIRED: Use = Use { place: Place::Body, required: true };

    /// Texts that a kind's pattern takes.
    fn texts_of(kind: &impl Kind) -> impl Strategy<Value = String> {
        let object: Object = kind.schema(REQUIRED).into();
        string_regex(object.pattern.unwrap().trim_matches(['^', '$'])).unwrap()
    }

    proptest! {
        #[test]
        fn what_a_pattern_takes_is_read(
            text in texts_of(&Text::of(100_000)),
            verbatim in texts_of(&Text::verbatim(100_000)),
            instant in texts_of(&Instant),
            day in texts_of(&Day),
            address in texts_of(&Address).prop_filter("overlong", |address| address.len() <= EmailAddress::LONGEST),
        ) {
            prop_assert!(matches!(Text::of(100_000).read(Json::Text(text.clone())), Ok(Some(_))), "{text:?}");
            prop_assert!(matches!(Text::verbatim(100_000).read(Json::Text(verbatim.clone())), Ok(Some(_))), "{verbatim:?}");
            prop_assert!(matches!(Instant.read(Json::Text(instant.clone())), Ok(Some(_))), "{instant}");
            prop_assert!(matches!(Address.read(Json::Text(address.clone())), Ok(Some(_))), "{address}");
            prop_assert!(matches!(Day.read(Json::Text(day.clone())), Ok(read) if read.is_none() == day.is_empty()), "{day}");
        }

        /// Which blanks there are, Unicode says to both.
        #[test]
        fn a_text_of_blanks_is_taken_by_neither_pattern_nor_reader(text in "[\\s\\u{85}]{0,5}") {
            let pattern = NOT_BLANK.trim_matches(['^', '$']);
            prop_assert_eq!(Text::of(9).read(Json::Text(text.clone())), Ok(None));
            let listed = pattern.split('[').nth(2).and_then(|rest| rest.split(']').next()).unwrap();
            prop_assert!(text.chars().all(|blank| is_listed(listed, blank)), "{text:?}");
        }
    }

    /// Whether a character stands in the class that the pattern excludes, written as `\\u0009-\\u000d` or `\\u0020`.
    fn is_listed(class: &str, wanted: char) -> bool {
        let codes: Vec<(u32, bool)> =
            class.split("\\u").skip(1).map(|part| (u32::from_str_radix(&part[..4], 16).unwrap(), part.ends_with('-'))).collect();
        let is_in = |index: usize| match codes[index] {
            (from, true) => (from..=codes[index + 1].0).contains(&u32::from(wanted)),
            (code, false) => code == u32::from(wanted),
        };
        (0..codes.len()).any(is_in)
    }
}
