//! What is wrong with a form, as a list that leads to its fields.

use followup_domain::case::FieldError;
use serde::Serialize;

/// Something that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Mistake {
    /// The id of its field; none where the page has none for it.
    pub(crate) anchor: Option<String>,
    pub(crate) label: String,
    pub(crate) message: String,
}

impl Mistake {
    /// Of a field of the page.
    pub(crate) fn new(anchor: &str, label: &str, message: &str) -> Self {
        Self { anchor: Some(anchor.to_owned()), label: label.to_owned(), message: message.to_owned() }
    }
}

/// What a use case refused. `fields`: its names, the ids of the page's fields, and how they are called.
pub(crate) fn mistakes(errors: &[FieldError], fields: &[(&str, &str, &str)]) -> Vec<Mistake> {
    let told = |error: &FieldError| match fields.iter().find(|(name, _, _)| *name == error.field) {
        Some((_, anchor, label)) => Mistake::new(anchor, label, &error.message),
        None => Mistake { anchor: None, label: error.field.to_string(), message: error.message.to_string() },
    };
    errors.iter().map(told).collect()
}
