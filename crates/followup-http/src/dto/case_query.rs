//! The parameters of the case list.

use followup_domain::case::{Estado, FollowupStatus, Gravedad};
use followup_domain::ports::{CaseQuery, CaseSort};

use crate::errors::ApiError;
use crate::query::{PageNumber, Parameters};

/// The published names of the orders.
pub(crate) const SORTS: [(&str, CaseSort); 4] = [
    ("-created_at", CaseSort::NewestFirst),
    ("created_at", CaseSort::OldestFirst),
    ("-updated_at", CaseSort::LastChangedFirst),
    ("-fecha_recepcion", CaseSort::LastReceivedFirst),
];

/// Which cases that wait.
pub(crate) const AWAITING: [(&str, ()); 1] = [("overdue", ())];

/// The states of a follow-up.
pub(crate) fn followup_statuses() -> Vec<(&'static str, FollowupStatus)> {
    [FollowupStatus::Open, FollowupStatus::Closed].map(|status| (status.as_str(), status)).into()
}

/// Which cases, and which page of them.
pub(crate) struct CaseListInput {
    pub(crate) query: CaseQuery,
    pub(crate) page: PageNumber,
    /// Only those that wait too long for an answer; how long that is, the deployment decided.
    pub(crate) overdue: bool,
}

impl TryFrom<Parameters> for CaseListInput {
    type Error = ApiError;

    fn try_from(mut parameters: Parameters) -> Result<Self, ApiError> {
        let page = parameters.take_page();
        let query = CaseQuery {
            text: parameters.take("q"),
            estado: parameters.take_with("estado", |text| Estado::parse(text).map_err(|error| error.0)),
            gravedad: parameters.take_with("gravedad", |text| Gravedad::parse(text).map_err(|error| error.0)),
            followup_status: parameters.take_choice("followup_status", &followup_statuses()),
            received_from: parameters.take_day("fecha_desde"),
            received_to: parameters.take_day("fecha_hasta"),
            awaiting_since: None,
            sort: parameters.take_choice("sort", &SORTS).unwrap_or_default(),
        };
        let overdue = parameters.take_choice("awaiting", &AWAITING).is_some();
        parameters.finish()?;
        Ok(Self { query, page, overdue })
    }
}
