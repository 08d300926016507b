//! What waits for a person.

use followup_domain::ports::Badge;
use serde::Serialize;
use utoipa::ToSchema;

/// Lo que espera a una persona, en todos los casos.
#[derive(Serialize, ToSchema)]
#[schema(as = Badge)]
pub(crate) struct BadgeOutput {
    /// Casos con respuestas sin leer.
    new_replies: i64,
    /// Mensajes que fallaron y nadie reenvió ni resolvió.
    failed: i64,
    /// Mensajes de resultado incierto.
    uncertain: i64,
    /// Correos que no son de ningún caso conocido.
    unassigned: i64,
    /// Correos que no se pudieron leer.
    quarantined: i64,
    /// Respuestas de remitentes por confirmar.
    unconfirmed: i64,
}

impl From<Badge> for BadgeOutput {
    fn from(badge: Badge) -> Self {
        let Badge { new_replies, failed, uncertain, unassigned, quarantined, unconfirmed } = badge;
        Self { new_replies, failed, uncertain, unassigned, quarantined, unconfirmed }
    }
}
