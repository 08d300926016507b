//! Cases: the list, one case, and the form in which it is written.

pub(crate) mod file;
mod filter;
pub(crate) mod list;

use followup_domain::case::Scalar;

/// A value as people read and type it; none where nothing is known.
pub(crate) fn text_of(value: Option<Scalar>) -> Option<String> {
    match value? {
        Scalar::Null => None,
        Scalar::Text(text) => Some(text),
        Scalar::Number(number) => Some(number.to_string()),
        Scalar::Bool(value) => Some(if value { "Sí" } else { "No" }.to_owned()),
    }
}
