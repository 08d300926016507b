//! The parameters of the case list.

use followup_domain::case::{Estado, FollowupStatus, Gravedad};
use followup_domain::ports::{CaseQuery, CaseSort};

use crate::input::{Choice, Coded, Day, Fields, Input, Text, query};
use crate::query::PageNumber;

/// The published names of the orders.
const SORTS: [(&str, CaseSort); 4] = [
    ("-created_at", CaseSort::NewestFirst),
    ("created_at", CaseSort::OldestFirst),
    ("-updated_at", CaseSort::LastChangedFirst),
    ("-fecha_recepcion", CaseSort::LastReceivedFirst),
];

/// Which cases that wait.
const AWAITING: [(&str, ()); 1] = [("overdue", ())];

/// Which cases with warnings.
const WARNINGS: [(&str, ()); 1] = [("open", ())];

/// Which cases, and which page of them.
pub(crate) struct CaseListInput {
    pub(crate) query: CaseQuery,
    pub(crate) page: PageNumber,
    /// Only those that wait too long for an answer; how long that is, the deployment decided.
    pub(crate) overdue: bool,
    /// Only those with a warning that nobody set aside; today is the service's to say.
    pub(crate) warned: bool,
}

impl Input for CaseListInput {
    type Value = Self;
    const NAME: &'static str = "Cases";
    const ABOUT: &'static str = "Qué casos.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let statuses = [FollowupStatus::Open, FollowupStatus::Closed].map(|status| (status.as_str(), status));
        let page = PageNumber::of(fields);
        let about = "Palabras que busca en iniciales, números, productos, descripción y reportante, sin distinguir mayúsculas ni tildes";
        let text = fields.optional("q", Text::ANY, about);
        let estado = Coded { parse: Estado::parse, codes: Estado::SPELLINGS };
        let gravedad = Coded { parse: Gravedad::parse, codes: Gravedad::SPELLINGS };
        let query = CaseQuery {
            text,
            estado: fields.optional("estado", estado, "Sin distinguir mayúsculas ni tildes"),
            gravedad: fields.optional("gravedad", gravedad, "Sin distinguir mayúsculas ni tildes"),
            followup_status: fields.optional("followup_status", Choice(&statuses), "open o closed"),
            received_from: fields.optional("fecha_desde", Day, "Recibidos este día o después, AAAA-MM-DD"),
            received_to: fields.optional("fecha_hasta", Day, "Recibidos este día o antes, AAAA-MM-DD"),
            awaiting_since: None,
            warned_on: None,
            sort: fields.optional("sort", Choice(&SORTS), "-created_at si no se da").unwrap_or_default(),
        };
        let about = "overdue: los que esperan respuesta más días de los que la unidad configuró para escalar (30 si no lo hizo)";
        let overdue = fields.optional("awaiting", Choice(&AWAITING), about).is_some();
        let about = "open: los que tienen una advertencia que nadie apartó";
        let warned = fields.optional("warnings", Choice(&WARNINGS), about).is_some();
        Some(Self { query, page, overdue, warned })
    }
}

query!(CaseListInput);
