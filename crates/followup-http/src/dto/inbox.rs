//! Mail that belongs to no case yet, or cannot be understood.

use followup_domain::inbound::InboundMail;
use followup_domain::message::Message;
use followup_domain::ports::Page;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use super::message::MessageOutput;
use crate::query::PageNumber;

/// Correos que no se pudieron asignar a un caso, los más nuevos primero.
#[derive(Serialize, ToSchema)]
#[schema(as = UnassignedPage)]
pub(crate) struct UnassignedPage {
    /// Los mensajes de esta página.
    items: Vec<MessageOutput>,
    /// Cuántos hay en todas las páginas.
    total: i64,
    /// Esta página, desde 1.
    page: i64,
    /// Mensajes por página.
    page_size: i64,
}

impl From<(Page<Message>, PageNumber)> for UnassignedPage {
    fn from((page, number): (Page<Message>, PageNumber)) -> Self {
        let items = page.items.into_iter().map(MessageOutput::from).collect();
        Self { items, total: page.total, page: number.page, page_size: number.size }
    }
}

/// Correos que no se pudieron leer, los más nuevos primero.
#[derive(Serialize, ToSchema)]
#[schema(as = QuarantinePage)]
pub(crate) struct QuarantinePage {
    /// Los correos de esta página.
    items: Vec<QuarantinedOutput>,
    /// Cuántos hay en todas las páginas.
    total: i64,
    /// Esta página, desde 1.
    page: i64,
    /// Correos por página.
    page_size: i64,
}

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

impl From<(Page<InboundMail>, PageNumber)> for QuarantinePage {
    fn from((page, number): (Page<InboundMail>, PageNumber)) -> Self {
        let items = page.items.into_iter().map(QuarantinedOutput::from).collect();
        Self { items, total: page.total, page: number.page, page_size: number.size }
    }
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
