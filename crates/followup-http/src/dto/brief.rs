//! A case as lists of other things name it, and what a case stands at.

use followup_domain::asking::standing::Standing;
use followup_domain::ports::CaseBrief;
use followup_words::worklist::next;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;

/// Un caso, como lo nombran las listas de otras cosas.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseBrief)]
pub(crate) struct BriefOutput {
    /// Número del caso.
    icsr_id: Option<i64>,
    /// El número que la unidad le da.
    numero: Option<String>,
    /// El primer producto.
    producto: Option<String>,
    /// Si es grave; null si nadie lo clasificó.
    grave: Option<bool>,
    /// Cuándo es lo próximo; null si nada está previsto.
    #[schema(format = DateTime)]
    next_at: Option<String>,
}

impl BriefOutput {
    /// Of none, nothing is known.
    pub(crate) fn of(brief: Option<CaseBrief>) -> Self {
        match brief {
            None => Self { icsr_id: None, numero: None, producto: None, grave: None, next_at: None },
            Some(CaseBrief { case_id, numero, product, standing }) => Self {
                icsr_id: Some(case_id.0),
                numero,
                producto: product,
                grave: standing.serious,
                next_at: standing.next.map(|next| instant(next.at)),
            },
        }
    }
}

/// Cómo está un caso.
#[derive(Serialize, ToSchema)]
#[schema(as = Standing)]
pub(crate) struct StandingOutput {
    /// Respuestas que nadie atendió.
    unattended: i64,
    /// Datos que faltan y nadie documentó como imposibles de obtener.
    missing: i64,
    /// Cuándo pasó algo en él por última vez.
    #[schema(format = DateTime)]
    last_movement_at: String,
    /// Cuándo es lo próximo; null si nada está previsto.
    #[schema(format = DateTime)]
    next_at: Option<String>,
    /// Qué es lo próximo: `letter`, `call` o `answer` (vence la espera de respuesta).
    next: Option<&'static str>,
    /// Lo mismo en palabras.
    next_text: Option<&'static str>,
}

impl From<Standing> for StandingOutput {
    fn from(standing: Standing) -> Self {
        Self {
            unattended: standing.unattended,
            missing: standing.missing,
            last_movement_at: instant(standing.moved_at),
            next_at: standing.next.map(|next| instant(next.at)),
            next: standing.next.map(|next| next.kind.as_str()),
            next_text: standing.next.map(|found| next(found.kind)),
        }
    }
}
