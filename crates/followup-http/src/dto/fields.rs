//! Reads the fields of a JSON object one by one; what nobody asked for is refused by name.

use chrono::{DateTime, Datelike, Timelike, Utc};
use followup_domain::case::FieldError;

use crate::errors::ApiError;
use crate::json::Json;
use crate::texts;

/// A name or a label is no longer, in characters.
pub(crate) const NAME_LENGTH: usize = 200;
/// A reason, and most texts.
pub(crate) const TEXT_LENGTH: usize = 2_000;
/// Notes of a closing or a call.
pub(crate) const NOTES_LENGTH: usize = 20_000;
/// A message, or the narrative of a case.
pub(crate) const NARRATIVE_LENGTH: usize = 100_000;
/// A list has no more items, unless it says otherwise.
pub(crate) const LIST_LENGTH: usize = 100;

/// The years in which anything of a case can happen.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// The fields of an object. Read them all, then ask [`Fields::finish`].
pub(crate) struct Fields {
    fields: Vec<(String, Json)>,
    errors: Vec<FieldError>,
}

impl Fields {
    pub(crate) fn new(fields: Vec<(String, Json)>) -> Self {
        Self { fields, errors: Vec::new() }
    }

    /// A field's value; null is absence.
    pub(crate) fn take(&mut self, name: &str) -> Option<Json> {
        let position = self.fields.iter().position(|(field, _)| field == name)?;
        Some(self.fields.remove(position).1).filter(|value| *value != Json::Null)
    }

    /// A text, as it was sent.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Json::Text(text) => Some(text),
            _ => self.refuse(name, texts::TEXT_EXPECTED),
        }
    }

    /// A text of at most so many characters, without NUL, which no database keeps.
    pub(crate) fn clean(&mut self, name: &str, longest: usize) -> Option<String> {
        let text = self.text(name)?;
        match text_fault(&text, longest) {
            Some(fault) => self.refuse(name, &fault),
            None => Some(text),
        }
    }

    /// A text that must be there and say something; trimmed.
    pub(crate) fn filled(&mut self, name: &str, longest: usize) -> Option<String> {
        let text = self.optional(name, longest);
        self.required(name, text)
    }

    /// A text that may say something; trimmed.
    pub(crate) fn optional(&mut self, name: &str, longest: usize) -> Option<String> {
        self.clean(name, longest).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// One of the published `values`.
    pub(crate) fn choice<T: Copy>(&mut self, name: &str, values: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let names: Vec<&str> = values.iter().map(|(value, _)| *value).collect();
        let found = values.iter().find(|(value, _)| *value == text).map(|(_, found)| *found);
        found.or_else(|| self.refuse(name, &texts::one_of(&names)))
    }

    /// True or false.
    pub(crate) fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Json::Bool(value) => Some(value),
            _ => self.refuse(name, texts::BOOLEAN_EXPECTED),
        }
    }

    /// A list of at most so many items.
    fn list(&mut self, name: &str, most: usize) -> Option<Vec<Json>> {
        match self.take(name)? {
            Json::List(items) if items.len() > most => self.refuse(name, &texts::too_many(most)),
            Json::List(items) => Some(items),
            _ => self.refuse(name, texts::LIST_EXPECTED),
        }
    }

    /// A list of at most so many objects, each read by `read`; what is wrong in one is named `name[i].field`.
    pub(crate) fn objects<T>(&mut self, name: &str, most: usize, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let items = self.list(name, most)?;
        let mut objects = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let Json::Object(fields) = item else {
                self.refuse::<()>(&format!("{name}[{index}]"), texts::OBJECT_EXPECTED);
                continue;
            };
            let mut inner = Self::new(fields);
            objects.extend(read(&mut inner));
            if let Err(ApiError::Invalid(errors)) = inner.finish() {
                let within = errors.into_iter().map(|error| FieldError::new(format!("{name}[{index}].{}", error.field), error.message));
                self.errors.extend(within);
            }
        }
        Some(objects)
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, name: &str) -> Option<i64> {
        match self.take(name)? {
            Json::Integer(number) => Some(number),
            _ => self.refuse(name, texts::INTEGER_EXPECTED),
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let items = self.list(name, LIST_LENGTH)?;
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match item {
                Json::Text(text) => texts.push(text),
                _ => self.refuse::<()>(&format!("{name}[{index}]"), texts::TEXT_EXPECTED).unwrap_or_default(),
            }
        }
        Some(texts)
    }

    /// An RFC 3339 instant.
    pub(crate) fn instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let text = self.text(name)?;
        // Chrono keeps a leap second as an overlong one, which a database would move.
        let at = DateTime::parse_from_rfc3339(text.trim()).ok().filter(|at| at.nanosecond() < 1_000_000_000);
        match at.map(|at| at.to_utc()) {
            Some(at) if YEARS.contains(&at.year()) => Some(at),
            Some(_) => self.refuse(name, texts::INSTANT_OUT_OF_RANGE),
            None => self.refuse(name, texts::INSTANT_EXPECTED),
        }
    }

    /// A field that must be there; already refused fields are not refused twice.
    pub(crate) fn required<T>(&mut self, name: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.errors.iter().any(|error| error.field == name) {
            return self.refuse(name, texts::REQUIRED);
        }
        value
    }

    /// Names a field as not valid.
    pub(crate) fn refuse<T>(&mut self, name: &str, message: &str) -> Option<T> {
        self.errors.push(FieldError::new(name, message));
        None
    }

    /// What was read, unless anything was refused. What is required and was not read, was refused.
    ///
    /// # Errors
    /// As [`Fields::finish`].
    pub(crate) fn finish_with<T>(self, read: Option<T>) -> Result<T, ApiError> {
        self.finish()?;
        read.ok_or_else(|| ApiError::Internal("a required field was neither read nor refused".into()))
    }

    /// # Errors
    /// Everything that was refused, and what was never asked for.
    pub(crate) fn finish(mut self) -> Result<(), ApiError> {
        for (name, _) in std::mem::take(&mut self.fields) {
            self.refuse::<()>(&name, texts::UNKNOWN_FIELD);
        }
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::Invalid(self.errors)) }
    }
}

/// What is wrong with a text: a NUL character, or more characters than so many.
pub(crate) fn text_fault(text: &str, longest: usize) -> Option<String> {
    if text.contains('\0') {
        return Some(texts::NUL_CHARACTER.to_owned());
    }
    // So many bytes are at least as many characters.
    (text.len() > longest && text.chars().count() > longest).then(|| texts::too_long(longest))
}
