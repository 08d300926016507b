//! The parameters of the case list.

use chrono::{Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use followup_domain::case::{Estado, FollowupStatus, Gravedad};
use followup_domain::ports::{CaseQuery, CaseSort, StandingFilter};
use followup_words::answers as texts;

use crate::csv::Format;
use crate::input::{Choice, Coded, Day, Fields, Flag, Input, Text, Whole, query};
use crate::query::PageNumber;

/// The published names of the orders.
const SORTS: [(&str, CaseSort); 7] = [
    ("-created_at", CaseSort::NewestFirst),
    ("created_at", CaseSort::OldestFirst),
    ("-updated_at", CaseSort::LastChangedFirst),
    ("-fecha_recepcion", CaseSort::LastReceivedFirst),
    ("-last_movement_at", CaseSort::LastMovedFirst),
    ("answers", CaseSort::AnswersFirst),
    ("next_at", CaseSort::NextFirst),
];

/// What is said of them.
const ABOUT_SORTS: &str = "-created_at si no se da; answers: primero los que tienen respuestas por atender, cada parte por su último movimiento; next_at deja solo los casos en los que algo está previsto";

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
    /// Days of the organisation's zone, which the deployment decided.
    pub(crate) days: StandingDays,
    pub(crate) format: Format,
}

/// Between which days something last happened, and something comes next.
#[derive(Debug, Default)]
pub(crate) struct StandingDays {
    moved: (Option<NaiveDate>, Option<NaiveDate>),
    next: (Option<NaiveDate>, Option<NaiveDate>),
}

impl StandingDays {
    fn read(fields: &mut Fields) -> Self {
        let moved_from = fields.optional("moved_from", Day, "Con movimiento este día o después, AAAA-MM-DD");
        let moved_to = fields.optional("moved_to", Day, "Con el último movimiento este día o antes, AAAA-MM-DD");
        let next_from = fields.optional("next_from", Day, "Con lo próximo este día o después, AAAA-MM-DD");
        let next_to = fields.optional("next_to", Day, "Con lo próximo este día o antes, AAAA-MM-DD");
        Self { moved: (moved_from, moved_to), next: (next_from, next_to) }
    }

    /// Days begin where people of the unit live.
    pub(crate) fn narrow(&self, filter: &mut StandingFilter, zone: Tz) {
        let begins = |day: NaiveDate| {
            let midnight = day.and_time(NaiveTime::MIN);
            zone.from_local_datetime(&midnight).earliest().map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
        };
        let ends = |day: NaiveDate| day.checked_add_days(Days::new(1)).map(begins);
        filter.moved_from = self.moved.0.map(begins);
        filter.moved_before = self.moved.1.and_then(ends);
        filter.next_from = self.next.0.map(begins);
        filter.next_before = self.next.1.and_then(ends);
    }
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
            warned_at: None,
            standing: StandingFilter {
                unread: fields.optional("unread", Flag, "true: con respuestas por atender que quien pregunta no leyó; false: sin ellas"),
                unattended: fields.optional("unattended", Flag, "true: con respuestas que nadie atendió; false: sin ellas"),
                missing_from: fields.optional("missing_from", count(), "Les faltan al menos tantos datos"),
                missing_to: fields.optional("missing_to", count(), "Les faltan a lo sumo tantos datos"),
                ..StandingFilter::default()
            },
            reader: String::new(),
            sort: fields.optional("sort", Choice(&SORTS), ABOUT_SORTS).unwrap_or_default(),
        };
        let about = "overdue: los que esperan respuesta más días de los que la unidad configuró para escalar (30 si no lo hizo)";
        let overdue = fields.optional("awaiting", Choice(&AWAITING), about).is_some();
        let days = StandingDays::read(fields);
        let about = "open: los que tienen una advertencia que nadie apartó";
        let warned = fields.optional("warnings", Choice(&WARNINGS), about).is_some();
        let format = Format::of(fields);
        Some(Self { query, page, overdue, warned, days, format })
    }
}

/// No case lacks more.
fn count() -> Whole {
    Whole::within(0..=1000, texts::COUNT_RANGE)
}

query!(CaseListInput);
