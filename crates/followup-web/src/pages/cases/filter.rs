//! Which cases a list shows, as its address says it: every filter is a parameter, so that a list can be kept and passed on.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use followup_domain::case::{Estado, FollowupStatus, Gravedad};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{CaseQuery, CaseSort, StandingFilter};
use form_urlencoded::Serializer;
use serde::Serialize;

use crate::query::Query;

/// The orders, the usual one first: code, words, order.
const ORDERS: &[(&str, &str, CaseSort)] = &[
    ("atencion", "Con respuestas por atender primero", CaseSort::AnswersFirst),
    ("movimiento", "Último movimiento primero", CaseSort::LastMovedFirst),
    ("recepcion", "Recibidos al final primero", CaseSort::LastReceivedFirst),
    ("nuevos", "Registrados al final primero", CaseSort::NewestFirst),
    ("antiguos", "Registrados primero", CaseSort::OldestFirst),
    ("proximo", "Lo próximo primero (solo con algo previsto)", CaseSort::NextFirst),
];

/// The seriousness by which cases are found.
const GRAVEDADES: &[Gravedad] = &[Gravedad::Grave, Gravedad::NoGrave];

/// Whether the follow-up goes on: code, words.
const STATUSES: &[(&str, &str, FollowupStatus)] =
    &[("abierto", "Abierto", FollowupStatus::Open), ("cerrado", "Cerrado", FollowupStatus::Closed)];

/// What can be ticked: parameter, words.
const TICKS: &[(&str, &str)] = &[
    ("sin_leer", "Con respuestas que no he leído"),
    ("por_atender", "Con respuestas por atender"),
    ("faltan", "Con datos por completar"),
    ("advertencias", "Con advertencias"),
    ("demora", "Sin respuesta hace demasiado"),
];

/// No list goes further.
const LAST_PAGE: i64 = 1_000_000;

/// Which cases, in which order, and which page of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    text: Option<String>,
    gravedad: Option<Gravedad>,
    estado: Option<Estado>,
    status: Option<&'static str>,
    received: (Option<NaiveDate>, Option<NaiveDate>),
    ticked: Vec<&'static str>,
    order: usize,
    /// The page, from 1 on.
    pub(super) page: i64,
}

impl Filter {
    /// What an address says; what it says wrongly is passed over.
    pub(super) fn read(query: &Query) -> Self {
        let day = |name: &str| query.get(name).and_then(|text| text.parse().ok());
        Self {
            text: query.get("q").map(str::to_owned),
            gravedad: query.get("gravedad").and_then(|text| Gravedad::parse(text).ok()).filter(|found| GRAVEDADES.contains(found)),
            estado: query.get("estado").and_then(|text| Estado::parse(text).ok()),
            status: query.get("seguimiento").and_then(|text| STATUSES.iter().find(|(code, ..)| *code == text)).map(|(code, ..)| *code),
            received: (day("desde"), day("hasta")),
            ticked: TICKS.iter().map(|(name, _)| *name).filter(|name| query.get(name).is_some()).collect(),
            order: query.get("orden").and_then(|text| ORDERS.iter().position(|(code, ..)| *code == text)).unwrap_or(0),
            page: query.get("pagina").and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, LAST_PAGE),
        }
    }

    /// The same as the store is asked.
    pub(super) fn query(&self, policy: &FollowupPolicy, now: DateTime<Utc>, reader: &str) -> CaseQuery {
        let is = |name: &str| self.ticked.contains(&name);
        CaseQuery {
            text: self.text.clone(),
            gravedad: self.gravedad,
            estado: self.estado,
            followup_status: STATUSES.iter().find(|(code, ..)| Some(*code) == self.status).map(|(_, _, status)| *status),
            received_from: self.received.0,
            received_to: self.received.1,
            awaiting_since: is("demora").then(|| now - Duration::days(policy.overdue_days())),
            warned_at: is("advertencias").then_some(now),
            standing: StandingFilter {
                unread: is("sin_leer").then_some(true),
                unattended: is("por_atender").then_some(true),
                missing_from: is("faltan").then_some(1),
                ..StandingFilter::default()
            },
            reader: reader.to_owned(),
            sort: ORDERS.get(self.order).map_or(CaseSort::AnswersFirst, |(_, _, sort)| *sort),
        }
    }

    /// Whether it leaves any case out; the order that shows only some is the reader's choice, too.
    pub(super) fn is_narrow(&self) -> bool {
        !self.conditions().is_empty() || ORDERS.get(self.order).is_some_and(|(_, _, sort)| *sort == CaseSort::NextFirst)
    }

    /// The address of one of its pages, or of what else is made of the same cases.
    pub(super) fn href(&self, path: &str, page: i64) -> String {
        let mut pairs = self.conditions();
        if self.order > 0 {
            pairs.extend(ORDERS.get(self.order).map(|(code, ..)| ("orden", (*code).to_owned())));
        }
        if page > 1 {
            pairs.push(("pagina", page.to_string()));
        }
        let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    fn conditions(&self) -> Vec<(&'static str, String)> {
        let days = [("desde", self.received.0), ("hasta", self.received.1)];
        let given = [
            ("q", self.text.clone()),
            ("gravedad", self.gravedad.map(|code| code.to_string())),
            ("estado", self.estado.map(|code| code.to_string())),
            ("seguimiento", self.status.map(str::to_owned)),
        ];
        let days = days.into_iter().filter_map(|(name, day)| Some((name, day?.to_string())));
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value?)));
        given.chain(days).chain(self.ticked.iter().map(|name| (*name, "1".to_owned()))).collect()
    }

    /// The form in which it is changed.
    pub(super) fn view(&self) -> FilterView {
        let coded = |codes: &[&'static str], chosen: Option<&str>| {
            codes.iter().map(|code| Choice { value: code, text: code, is_chosen: Some(*code) == chosen }).collect()
        };
        let gravedades: Vec<&str> = GRAVEDADES.iter().map(|code| code.as_str()).collect();
        FilterView {
            text: self.text.clone().unwrap_or_default(),
            gravedades: coded(&gravedades, self.gravedad.map(Gravedad::as_str)),
            estados: coded(Estado::SPELLINGS, self.estado.map(Estado::as_str)),
            statuses: STATUSES.iter().map(|(value, text, _)| Choice { value, text, is_chosen: Some(*value) == self.status }).collect(),
            from: self.received.0.map_or_else(String::new, |day| day.to_string()),
            to: self.received.1.map_or_else(String::new, |day| day.to_string()),
            ticks: TICKS.iter().map(|(value, text)| Choice { value, text, is_chosen: self.ticked.contains(value) }).collect(),
            orders: (0..).zip(ORDERS).map(|(at, (value, text, _))| Choice { value, text, is_chosen: at == self.order }).collect(),
            is_narrow: self.is_narrow(),
            // What stands folded and narrows must be seen.
            is_open: self.status.is_some() || self.estado.is_some() || self.received != (None, None) || !self.ticked.is_empty(),
        }
    }
}

/// Something to choose.
#[derive(Debug, Serialize)]
pub(super) struct Choice {
    value: &'static str,
    text: &'static str,
    is_chosen: bool,
}

/// The form of the filters.
#[derive(Debug, Serialize)]
pub(super) struct FilterView {
    text: String,
    gravedades: Vec<Choice>,
    estados: Vec<Choice>,
    statuses: Vec<Choice>,
    from: String,
    to: String,
    ticks: Vec<Choice>,
    orders: Vec<Choice>,
    is_narrow: bool,
    is_open: bool,
}
