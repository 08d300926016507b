//! The head that every page of a case has.

use followup_domain::asking::request::product_names;
use followup_domain::case::{Case, FollowupStatus};
use serde::Serialize;

use crate::show::brief::{followup_href, seriousness};

/// Which case this is.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CaseHead {
    pub(crate) id: i64,
    pub(crate) number: String,
    pub(crate) products: Vec<String>,
    pub(crate) patient: Option<String>,
    pub(crate) reporter: Option<String>,
    pub(crate) event: Option<String>,
    pub(crate) seriousness: &'static str,
    pub(crate) is_closed: bool,
    pub(crate) version: i64,
    pub(crate) href: String,
    pub(crate) followup: String,
}

impl CaseHead {
    /// Of a case.
    pub(crate) fn of(case: &Case) -> Self {
        let id = case.id.0;
        Self {
            id,
            number: case.record.numero.clone().unwrap_or_else(|| format!("Caso {id}")),
            products: product_names(&case.record),
            patient: case.record.paciente_iniciales.clone(),
            reporter: case.record.reportante_nombre.clone(),
            event: case.record.descripcion_evento.as_deref().map(beginning),
            seriousness: seriousness(case.record.seriousness()),
            is_closed: case.followup_status == FollowupStatus::Closed,
            version: case.version,
            href: format!("/casos/{id}"),
            followup: followup_href(id),
        }
    }
}

/// Enough of a narrative to know it again.
fn beginning(text: &str) -> String {
    const LONGEST: usize = 140;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}
