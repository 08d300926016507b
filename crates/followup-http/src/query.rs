//! Parameters of a query or a form: each at most once, the unknown ones refused by name.

use actix_web::HttpRequest;
use chrono::NaiveDate;
use followup_domain::case::FieldError;
use followup_domain::ports::PageRequest;

use crate::errors::ApiError;
use crate::texts;

const DEFAULT_PAGE_SIZE: i64 = 20;
const LARGEST_PAGE_SIZE: i64 = 200;

/// Parameters by name; read them all, then ask [`Parameters::finish`].
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    values: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Parameters {
    /// Those in a request's address.
    ///
    /// # Errors
    /// They cannot be decoded.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        Self::parse(request.query_string())
    }

    /// Reads `a=1&b=2`.
    ///
    /// # Errors
    /// What is not UTF-8, by its name.
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let mut parameters = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let [name, value] = [name, value].map(|part| String::from_utf8(percent_decoded(&part.replace('+', " "))));
            match (name, value) {
                (Ok(name), Ok(value)) => parameters.values.push((name, value)),
                (Ok(name), Err(_)) => parameters.refuse(&name, texts::PARAMETER_NOT_UTF8),
                (Err(name), _) => parameters.refuse(&String::from_utf8_lossy(name.as_bytes()), texts::PARAMETER_NOT_UTF8),
            }
        }
        if parameters.errors.is_empty() { Ok(parameters) } else { Err(ApiError::Invalid(parameters.errors)) }
    }

    /// A parameter's text as it was sent; empty counts as given.
    pub(crate) fn take_raw(&mut self, name: &str) -> Option<String> {
        let position = self.values.iter().position(|(key, _)| key == name)?;
        let (_, value) = self.values.remove(position);
        if self.values.iter().any(|(key, _)| key == name) {
            self.values.retain(|(key, _)| key != name);
            self.refuse(name, texts::REPEATED_PARAMETER);
        }
        if value.contains('\0') {
            self.refuse(name, texts::NUL_CHARACTER);
        }
        Some(value)
    }

    /// A parameter's text, trimmed; empty counts as absent.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.take_raw(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// A parameter that `read` understands; what it does not is refused with its message.
    pub(crate) fn take_with<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.take(name)?;
        read(&text).map_err(|message| self.refuse(name, &message)).ok()
    }

    /// One of the published `values`.
    pub(crate) fn take_choice<T: Copy>(&mut self, name: &str, values: &[(&str, T)]) -> Option<T> {
        let names = || values.iter().map(|(value, _)| *value).collect::<Vec<_>>();
        self.take_with(name, |text| {
            let found = values.iter().find(|(value, _)| *value == text).map(|(_, found)| *found);
            found.ok_or_else(|| texts::one_of(&names()))
        })
    }

    /// A day, `AAAA-MM-DD`.
    pub(crate) fn take_day(&mut self, name: &str) -> Option<NaiveDate> {
        let form = |text: &str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        self.take_with(name, |text| {
            let day = form(text).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
            day.ok_or_else(|| texts::DAY_EXPECTED.to_owned())
        })
    }

    /// `page` from 1 and `page_size` from 1 to 200.
    pub(crate) fn take_page(&mut self) -> PageNumber {
        let page = self.take_with("page", |text| whole(text, 1..=i64::MAX / LARGEST_PAGE_SIZE, texts::PAGE_RANGE)).unwrap_or(1);
        let range = 1..=LARGEST_PAGE_SIZE;
        let size = self.take_with("page_size", |text| whole(text, range, texts::PAGE_SIZE_RANGE)).unwrap_or(DEFAULT_PAGE_SIZE);
        PageNumber { page, size }
    }

    /// Names a parameter as not valid.
    pub(crate) fn refuse(&mut self, name: &str, message: &str) {
        self.errors.push(FieldError::new(name, message));
    }

    /// # Errors
    /// Everything that was refused, and what was never asked for.
    pub(crate) fn finish(mut self) -> Result<(), ApiError> {
        for (name, _) in std::mem::take(&mut self.values) {
            self.refuse(&name, texts::UNKNOWN_PARAMETER);
        }
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::Invalid(self.errors)) }
    }
}

/// A page as a client counts: from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageNumber {
    pub(crate) page: i64,
    pub(crate) size: i64,
}

impl From<PageNumber> for PageRequest {
    fn from(number: PageNumber) -> Self {
        Self { offset: (number.page - 1) * number.size, limit: number.size }
    }
}

fn whole(text: &str, range: std::ops::RangeInclusive<i64>, message: &str) -> Result<i64, String> {
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| message.to_owned())
}

/// `%2F` and the like decoded, in full; what is no such code stays.
pub(crate) fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits = (byte == b'%').then(|| Some((hex(ahead.next()?)?, hex(ahead.next()?)?))).flatten();
        if let Some((high, low)) = digits {
            bytes = ahead;
            decoded.push(high * 16 + low);
        } else {
            decoded.push(byte);
        }
    }
    decoded
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
