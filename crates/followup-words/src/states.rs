//! Channels and states as people read them.

use followup_domain::asking::plan::{AttemptStatus, PlanStatus, PlannedChannel};
use followup_domain::case::ClosureReason;
use followup_domain::message::{CallOutcome, Channel, Delivery, MessageKind, MessageStatus};

/// A channel.
pub fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "Correo",
        Channel::Sms => "SMS",
        Channel::Whatsapp => "WhatsApp",
        Channel::Call => "Llamada",
    }
}

/// How the reporter is to be reached by a scheduled contact.
pub fn planned(planned: PlannedChannel) -> &'static str {
    match planned.decided() {
        None => "Primer canal disponible",
        Some(decided) => channel(decided),
    }
}

/// What the transport knows of a message. Accepted is not delivered.
pub fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Queued => "En cola",
        Delivery::Transmitting => "Saliendo",
        Delivery::Accepted => "Aceptado para su entrega",
        Delivery::Delivered => "Entregado",
        Delivery::Read => "Leído",
        Delivery::Bounced => "Devuelto",
        Delivery::Rejected => "Rechazado",
        Delivery::Uncertain => "Incierto: no se sabe si salió",
    }
}

/// What came of a message, where that is more than its delivery.
pub fn outcome(status: MessageStatus) -> Option<&'static str> {
    match status {
        MessageStatus::Responded => Some("Respondido"),
        MessageStatus::Completed => Some("Completado"),
        MessageStatus::Skipped => Some("No se envió"),
        MessageStatus::Failed => Some("Falló"),
        MessageStatus::Pending | MessageStatus::Sent | MessageStatus::Uncertain => None,
    }
}

/// Why a message exists.
pub fn kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Manual => "Escrito por la unidad",
        MessageKind::AutomaticRequest => "Solicitud automática",
        MessageKind::PlanLetter => "Mensaje del plan",
        MessageKind::SentNow => "Enviado a mano",
        MessageKind::Notification => "Aviso a la unidad",
        MessageKind::Call => "Llamada",
        MessageKind::Inbound => "Recibido",
    }
}

/// The state of a scheduled contact.
pub fn attempt(status: AttemptStatus) -> &'static str {
    match status {
        AttemptStatus::Pending => "Programado",
        AttemptStatus::Sending => "En cola",
        AttemptStatus::Sent => "Enviado",
        AttemptStatus::Responded => "Respondido",
        AttemptStatus::Completed => "Completado",
        AttemptStatus::Skipped => "Omitido",
        AttemptStatus::Cancelled => "Detenido",
        AttemptStatus::Failed => "Falló",
        AttemptStatus::Uncertain => "Incierto",
    }
}

/// The state of a plan.
pub fn plan(status: PlanStatus) -> &'static str {
    match status {
        PlanStatus::Active => "En curso",
        PlanStatus::Finished => "Terminado",
        PlanStatus::Cancelled => "Anulado",
    }
}

/// How a call ended.
pub fn call(outcome: CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::Reached => "Se habló con el reportante",
        CallOutcome::NoAnswer => "No contestó",
        CallOutcome::WrongNumber => "El número no es suyo",
        CallOutcome::Refused => "No desea dar información",
    }
}

/// Why a follow-up is closed.
pub fn closure(reason: ClosureReason) -> &'static str {
    match reason {
        ClosureReason::Complete => "Llegó todo lo que faltaba, o consta que no se puede obtener",
        ClosureReason::MaxAttempts => "Nadie respondió a los intentos previstos",
        ClosureReason::Declined => "El reportante no desea dar más información",
        ClosureReason::Unreachable => "No hay manera de llegar al reportante",
        ClosureReason::CaseClosed => "El caso mismo se cerró: duplicado o no válido",
    }
}
