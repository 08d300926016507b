//! The clock of a case.

use followup_domain::case::deadlines::{CaseClock, DueReport};
use followup_words::answers as texts;
use serde::Serialize;
use utoipa::ToSchema;

/// El reloj de un caso, en días calendario de la organización.
#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
pub(crate) struct ClockOutput {
    /// Días desde que llegó la información (día cero).
    days_since_receipt: i64,
    /// Días desde el último mensaje al reportante que aceptó el transporte, también los escritos a mano.
    days_since_last_request: Option<i64>,
    /// Días desde la última respuesta que cuenta, si después no se le escribió ni se habló con él por teléfono. Marcarla como leída no la
    /// contesta.
    days_since_last_unanswered_reply: Option<i64>,
    /// Los reportes a las autoridades, el próximo primero.
    reports: Vec<DueReportOutput>,
}

/// Un reporte a una autoridad.
#[derive(Serialize, ToSchema)]
#[schema(as = DueReport)]
struct DueReportOutput {
    /// La autoridad.
    authority: String,
    /// Quién reporta.
    role: String,
    /// Plazo en días calendario desde el día cero.
    days: u32,
    /// El último día, AAAA-MM-DD.
    #[schema(format = Date)]
    due_on: String,
    /// Días que quedan; negativo si ya venció.
    days_left: i64,
    /// La norma.
    norm: String,
    /// Si alguien confirmó el plazo en la norma.
    verificado: bool,
    /// `por verificar` mientras nadie lo haya confirmado.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    nota: Option<&'static str>,
}

impl From<CaseClock> for ClockOutput {
    fn from(clock: CaseClock) -> Self {
        Self {
            days_since_receipt: clock.days_since_receipt,
            days_since_last_request: clock.days_since_last_request,
            days_since_last_unanswered_reply: clock.days_since_last_unanswered_reply,
            reports: clock.reports.into_iter().map(DueReportOutput::from).collect(),
        }
    }
}

impl From<DueReport> for DueReportOutput {
    fn from(report: DueReport) -> Self {
        let rule = report.deadline.rule;
        Self {
            authority: rule.authority,
            role: rule.role,
            days: rule.days,
            due_on: report.due_on.to_string(),
            days_left: report.days_left,
            norm: rule.norm,
            verificado: rule.verified,
            nota: (!rule.verified).then_some(texts::TO_BE_VERIFIED),
        }
    }
}
