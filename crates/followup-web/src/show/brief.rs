//! A case as lists name it.

use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::CaseBrief;
use serde::Serialize;

/// A case in a row of a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BriefView {
    pub(crate) id: i64,
    pub(crate) href: String,
    /// The number that the unit gave it; else ours.
    pub(crate) number: String,
    pub(crate) product: Option<String>,
    /// `serious`, `not_serious` or `unknown`.
    pub(crate) seriousness: &'static str,
    pub(crate) missing: i64,
}

impl From<CaseBrief> for BriefView {
    fn from(brief: CaseBrief) -> Self {
        let id = brief.case_id.0;
        Self {
            id,
            href: followup_href(id),
            number: brief.numero.unwrap_or_else(|| format!("Caso {id}")),
            product: brief.product,
            seriousness: seriousness(brief.standing.serious),
            missing: brief.standing.missing,
        }
    }
}

/// Where the follow-up of a case stands.
pub(crate) fn followup_href(id: i64) -> String {
    format!("/casos/{id}/seguimiento")
}

/// Serious, not serious, or nobody said.
pub(crate) fn seriousness(serious: Option<bool>) -> &'static str {
    match serious {
        Some(true) => "serious",
        Some(false) => "not_serious",
        None => "unknown",
    }
}

/// Where a message stands in the thread of its case, on whatever page of it; with what was just done.
pub(crate) fn message_href(case: CaseId, message: MessageId, done: Option<&str>) -> String {
    let done = done.map(|code| format!("&hecho={code}")).unwrap_or_default();
    format!("{}?mensaje={message}{done}#m{message}", followup_href(case.0))
}
