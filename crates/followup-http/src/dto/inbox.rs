//! Mail that belongs to no case yet, or cannot be understood.

use followup_domain::inbound::InboundMail;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;

/// Un correo que no se pudo leer.
#[derive(Serialize, ToSchema)]
#[schema(as = QuarantinedMail)]
pub(crate) struct QuarantinedOutput {
    /// Número del correo.
    id: i64,
    /// Buzón o carpeta.
    mailbox: String,
    /// Cuándo llegó.
    #[schema(format = DateTime)]
    arrived_at: String,
    /// Cuándo se guardó.
    #[schema(format = DateTime)]
    recorded_at: String,
    /// Tamaño en bytes; nulo si el servidor de correo nombra el mensaje pero no lo entrega.
    size: Option<u64>,
    /// SHA-256 en hexadecimal; nulo como `size`.
    sha256: Option<String>,
    /// Por qué no se pudo leer.
    reason: Option<String>,
}

impl From<InboundMail> for QuarantinedOutput {
    fn from(mail: InboundMail) -> Self {
        Self {
            id: mail.id.0,
            mailbox: mail.position.mailbox,
            arrived_at: instant(mail.arrived_at),
            recorded_at: instant(mail.recorded_at),
            size: mail.size,
            sha256: mail.sha256,
            reason: mail.reason,
        }
    }
}
