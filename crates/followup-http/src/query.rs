//! Parameters of a query or a form: each at most once, the unknown ones refused by name.

use actix_web::HttpRequest;
use followup_answers::Refusal;
use followup_domain::case::FieldError;
use followup_domain::ports::PageRequest;
use followup_words::answers as texts;

use crate::csv::Format;
use crate::errors::ApiError;
use crate::input::{Fields, Input, Whole, query};

const DEFAULT_PAGE_SIZE: i64 = 20;
const LARGEST_PAGE_SIZE: i64 = 200;
/// The offset of a later one could not be counted.
const LAST_PAGE: i64 = i64::MAX / LARGEST_PAGE_SIZE;

/// Parameters as they were sent.
#[derive(Debug, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

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
        let (mut values, mut errors) = (Vec::new(), Vec::new());
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let [name, value] = [name, value].map(|part| String::from_utf8(percent_decoded(&part.replace('+', " "))));
            match (name, value) {
                (Ok(name), Ok(value)) => values.push((name, value)),
                (Ok(name), Err(_)) => errors.push(FieldError::new(name, texts::PARAMETER_NOT_UTF8)),
                (Err(name), _) => errors.push(FieldError::new(String::from_utf8_lossy(name.as_bytes()), texts::PARAMETER_NOT_UTF8)),
            }
        }
        if errors.is_empty() { Ok(Self(values)) } else { Err(Refusal::Invalid(errors).into()) }
    }

    /// # Errors
    /// Parameters that are unknown, absent or not valid, each by its name.
    pub(crate) fn read<I: Input>(self) -> Result<I::Value, ApiError> {
        Fields::of_texts(self.0).read::<I>()
    }

    /// # Errors
    /// There is one.
    pub(crate) fn none(self) -> Result<(), ApiError> {
        self.read::<Nothing>()
    }
}

/// No parameters.
struct Nothing;

impl Input for Nothing {
    type Value = ();
    const NAME: &'static str = "";
    const ABOUT: &'static str = "";
    fn read(_: &mut Fields) -> Option<()> {
        Some(())
    }
}

/// A page as a client counts: from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageNumber {
    pub(crate) page: i64,
    pub(crate) size: i64,
}

impl PageNumber {
    /// `page` and `page_size`, wherever they are absent the first and the usual one.
    pub(crate) fn of(fields: &mut Fields) -> Self {
        let page = fields.optional("page", Whole::within(1..=LAST_PAGE, texts::PAGE_RANGE), "Página, desde 1");
        Self { page: page.unwrap_or(1), size: page_size(fields) }
    }
}

/// `page_size`, where it is absent the usual one.
pub(crate) fn page_size(fields: &mut Fields) -> i64 {
    let size = Whole::within(1..=LARGEST_PAGE_SIZE, texts::PAGE_SIZE_RANGE);
    fields.optional("page_size", size, "Elementos por página; 20 si no se da").unwrap_or(DEFAULT_PAGE_SIZE)
}

/// A page of a list, or all of it as a file.
pub(crate) struct ListInput {
    pub(crate) page: PageNumber,
    pub(crate) format: Format,
}

impl Input for ListInput {
    type Value = Self;
    const NAME: &'static str = "List";
    const ABOUT: &'static str = "Una página de una lista, o toda en un archivo.";
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { page: PageNumber::of(fields), format: Format::of(fields) })
    }
}

query!(ListInput);

impl From<PageNumber> for PageRequest {
    fn from(number: PageNumber) -> Self {
        Self { offset: (number.page - 1) * number.size, limit: number.size }
    }
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
