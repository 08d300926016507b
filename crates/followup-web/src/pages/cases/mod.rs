//! Cases: the list, one case, and the form in which it is written.

pub(crate) mod decide;
pub(crate) mod edit;
pub(crate) mod file;
mod filter;
mod form;
pub(crate) mod list;
pub(crate) mod new;
mod rows;
pub(crate) mod view;

use followup_answers::Refusal;
use followup_domain::case::{Case, Scalar};
use followup_domain::ids::CaseId;
use followup_words::answers as texts;

/// The case that an address names.
fn case_id(path: &str) -> Result<CaseId, Refusal> {
    path.parse().map(CaseId).map_err(|_| Refusal::NotFound(texts::ICSR_NOT_FOUND))
}

/// Where a case is shown.
fn case_href(id: CaseId) -> String {
    format!("/casos/{id}")
}

/// The number that the unit gave it; else ours.
fn number_of(case: &Case) -> String {
    case.record.numero.clone().unwrap_or_else(|| format!("Caso {}", case.id))
}

/// A value as people read and type it; none where nothing is known.
pub(crate) fn text_of(value: Option<Scalar>) -> Option<String> {
    match value? {
        Scalar::Null => None,
        Scalar::Text(text) => Some(text),
        Scalar::Number(number) => Some(number.to_string()),
        Scalar::Bool(value) => Some(if value { "Sí" } else { "No" }.to_owned()),
    }
}
