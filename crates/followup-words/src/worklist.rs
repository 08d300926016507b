//! What needs a person, and what is asked of one.

use followup_domain::asking::lanes::{Ask, Lane};
use followup_domain::asking::standing::NextKind;

/// What a call is named that is scheduled because nothing else reaches the reporter.
pub const CALL_THE_REPORTER: &str = "Llamar al reportante";

/// A lane as people read it.
pub fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::NewReplies => "Nuevas respuestas",
        Lane::ReadReplies => "Respuestas leídas por atender",
        Lane::Unconfirmed => "Remitentes por confirmar",
        Lane::Failed => "Envíos fallidos",
        Lane::Uncertain => "Envíos inciertos",
        Lane::Unreachable => "Reportantes inalcanzables",
        Lane::Stalled => "Casos detenidos",
        Lane::CallsDue => "Llamadas por hacer",
        Lane::DeadlineAtRisk => "Plazos en riesgo",
        Lane::ToClose => "Por cerrar",
        Lane::Warnings => "Casos con advertencias",
        Lane::Unassigned => "Correos sin asignar",
        Lane::Quarantined => "Correos en cuarentena",
    }
}

/// What is asked of a person.
pub fn ask(ask: Ask) -> &'static str {
    match ask {
        Ask::ReadReply => "Leer la respuesta y pasar los datos al caso",
        Ask::AttendReply => "Pasar los datos al caso, contestar o llamar, o darla por atendida",
        Ask::ConfirmSender => "Confirmar si quien escribe es el reportante",
        Ask::SendAgain => "Corregir y reenviar, escribir por otro medio o darlo por resuelto",
        Ask::SettleOutcome => "Averiguar si llegó y resolverlo, o reenviar",
        Ask::FindAnotherWay => "Llamar al reportante o conseguir otro contacto",
        Ask::ResumePlan => "Continuar el plan detenido, o documentar por qué no",
        Ask::DecideNextStep => "Faltan datos y nada está programado: programar un contacto, documentar los datos o cerrar",
        Ask::MakeCall => "Llamar al reportante y registrar la llamada",
        Ask::ReportInTime => "Completar lo que se pueda y notificar dentro del plazo",
        Ask::CloseUnanswered => "Nadie responde: cerrar el seguimiento o insistir por otro medio",
        Ask::CloseComplete => "No falta ningún dato: cerrar el seguimiento",
        Ask::ReviewWarnings => "Corregir lo que se contradice o apartar la advertencia con su motivo",
        Ask::AssignMail => "Decir de qué caso es, crear un caso o descartarlo",
        Ask::RetryMail => "Volver a leerlo o descartarlo",
    }
}

/// What comes next in a case.
pub fn next(kind: NextKind) -> &'static str {
    match kind {
        NextKind::Letter => "Sale un mensaje",
        NextKind::Call => "Toca llamar",
        NextKind::Answer => "Vence la espera de respuesta",
    }
}
