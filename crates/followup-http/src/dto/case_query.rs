//! The parameters of the case list.

use followup_domain::case::{Estado, FollowupStatus, Gravedad};
use followup_domain::ports::{CaseQuery, CaseSort};

use crate::errors::ApiError;
use crate::query::{PageNumber, Parameters};
use crate::texts;

/// The published names of the orders.
const SORTS: [(&str, CaseSort); 4] = [
    ("-created_at", CaseSort::NewestFirst),
    ("created_at", CaseSort::OldestFirst),
    ("-updated_at", CaseSort::LastChangedFirst),
    ("-fecha_recepcion", CaseSort::LastReceivedFirst),
];

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
        let sort = |text: &str| SORTS.iter().find(|(name, _)| *name == text).map(|(_, sort)| *sort);
        let page = parameters.take_page();
        let query = CaseQuery {
            text: parameters.take("q"),
            estado: parameters.take_with("estado", |text| Estado::parse(text).map_err(|error| error.0)),
            gravedad: parameters.take_with("gravedad", |text| Gravedad::parse(text).map_err(|error| error.0)),
            followup_status: parameters
                .take_with("followup_status", |text| FollowupStatus::parse(text).ok_or_else(|| texts::FOLLOWUP_STATUS_EXPECTED.into())),
            received_from: parameters.take_day("fecha_desde"),
            received_to: parameters.take_day("fecha_hasta"),
            awaiting_since: None,
            sort: parameters.take_with("sort", |text| sort(text).ok_or_else(|| texts::SORT_EXPECTED.into())).unwrap_or_default(),
        };
        let awaiting = |text: &str| if text == "overdue" { Ok(()) } else { Err(texts::AWAITING_EXPECTED.to_owned()) };
        let overdue = parameters.take_with("awaiting", awaiting).is_some();
        parameters.finish()?;
        Ok(Self { query, page, overdue })
    }
}
