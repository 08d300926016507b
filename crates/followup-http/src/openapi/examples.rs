//! What a request's body looks like, for the document: invented, and each valid as it stands.

use serde_json::Value;
use utoipa::openapi::OpenApi;

/// Method, path, and a body.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("post", "/api/v1/admin/sms/test", r#"{"to": "+51999888777"}"#),
    ("post", "/api/v1/icsr", CASE),
    ("put", "/api/v1/icsr/{icsr_id}", r#"{"paciente_peso": 68, "dosis": "500 mg", "version": 1}"#),
    (
        "put",
        "/api/v1/icsr/{icsr_id}/warnings/{warning}",
        r#"{"state": "set_aside", "reason": "La doctora confirma la fecha por teléfono"}"#,
    ),
    ("post", "/api/v1/icsr/{icsr_id}/followup/draft", r#"{"channel": "email"}"#),
    (
        "post",
        "/api/v1/icsr/{icsr_id}/followup/send",
        r#"{"channel": "email", "subject": "Reporte de reacción adversa", "body": "Estimada doctora: ¿cuál fue la dosis?"}"#,
    ),
    ("post", "/api/v1/icsr/{icsr_id}/followup/read", r#"{"up_to": 31}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/attended", r#"{"up_to": 31}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/plan", r#"{"plan_id": 1, "base_at": "2024-03-01T09:00:00-05:00"}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/plan/resume", r#"{"due_at": "2024-03-22T09:00:00-05:00"}"#),
    (
        "post",
        "/api/v1/icsr/{icsr_id}/followup/attempts",
        r#"{"label": "Llamar al consultorio", "due_at": "2024-03-15T09:00:00-05:00", "channel": "call"}"#,
    ),
    (
        "patch",
        "/api/v1/icsr/{icsr_id}/followup/attempts/{attempt_id}",
        r#"{"action": "reschedule", "due_at": "2024-04-02T09:00:00-05:00", "reason": "Está de vacaciones"}"#,
    ),
    ("post", "/api/v1/icsr/{icsr_id}/followup/attempts/{attempt_id}/send", r#"{"reason": "El plazo vence mañana"}"#),
    ("put", "/api/v1/icsr/{icsr_id}/followup/fields/{field}", r#"{"state": "unobtainable", "reason": "No quedó registro del peso"}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/proposals/accept", r#"{"ids": [12, 13], "version": 4}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/proposals/{proposal_id}/accept", r#"{"value": "68", "version": 4}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/proposals/{proposal_id}/reject", r#"{"reason": "Es el peso de la madre"}"#),
    (
        "post",
        "/api/v1/icsr/{icsr_id}/followup/calls",
        r#"{"outcome": "reached", "notes": "Confirma la dosis y enviará el peso por correo."}"#,
    ),
    ("post", "/api/v1/icsr/{icsr_id}/followup/close", r#"{"reason": "declined", "notes": "Prefiere no dar más datos."}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/reopen", r#"{"reason": "Llegó un dato nuevo por teléfono"}"#),
    ("patch", "/api/v1/icsr/{icsr_id}/followup/{message_id}", r#"{"status": "responded", "reason": "Respondió en persona"}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/{message_id}/resend", r#"{"reason": "El servidor lo rechazó por error"}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/{message_id}/resolve", r#"{"status": "sent", "reason": "Está en los enviados del buzón"}"#),
    ("post", "/api/v1/icsr/{icsr_id}/followup/{message_id}/link", r#"{"parent_id": 12}"#),
    ("post", "/api/v1/inbox/unassigned/{message_id}/assign", r#"{"icsr_id": 7, "confirm": true}"#),
    (
        "post",
        "/api/v1/inbox/unassigned/{message_id}/case",
        r#"{"reportante_contacto": "rojas@example.org", "producto_sospechoso": "Paracetamol"}"#,
    ),
    ("post", "/api/v1/inbox/unassigned/{message_id}/discard", r#"{"reason": "Publicidad"}"#),
    ("post", "/api/v1/inbox/quarantine/{mail_id}/discard", r#"{"reason": "Correo vacío"}"#),
    (
        "post",
        "/api/v1/admin/whatsapp/test",
        r##"{"to": "+51 999 888 777", "template": "followup_request", "parameters": ["Ana", "#123", "la dosis del medicamento"]}"##,
    ),
    ("post", "/api/v1/admin/mail/test", r#"{"to": "farmacovigilancia@example.org"}"#),
    ("post", "/api/v1/admin/mailboxes/acknowledge", r#"{"mailbox": "farmacovigilancia@example.org/INBOX"}"#),
    ("post", "/api/v1/admin/followup/plans", PLAN),
    ("put", "/api/v1/admin/followup/plans/{plan_id}", PLAN),
    (
        "post",
        "/api/v1/admin/followup/do-not-contact",
        r#"{"contact": "+51999888777", "reason": "Pidió por teléfono que no se le escriba"}"#,
    ),
    ("post", "/api/v1/admin/followup/do-not-contact/lift", r#"{"contact": "+51999888777"}"#),
    ("put", "/api/v1/admin/followup/do-not-contact/{address}", r#"{"reason": "Pidió por teléfono que no se le escriba"}"#),
    (
        "post",
        "/api/v1/admin/followup/bounced-addresses/clear",
        r#"{"contact": "+51999888777", "reason": "El número vuelve a recibir mensajes"}"#,
    ),
    ("post", "/api/v1/admin/followup/bounced-addresses/{address}/clear", r#"{"reason": "El buzón vuelve a recibir"}"#),
    ("put", "/api/v1/admin/followup/letters/{letter}", LETTER),
    ("post", "/api/v1/admin/followup/letters/{letter}/reset", r#"{"version": 1}"#),
    (
        "post",
        "/api/v1/admin/followup/letters/{letter}/preview",
        r#"{"text": "{{ unidad }}: de su reporte (caso #{{ caso }}) nos falta {{ faltan | join(\", \") }}."}"#,
    ),
    ("post", "/api/v1/admin/followup/deadlines", DEADLINE),
    ("put", "/api/v1/admin/followup/deadlines/{deadline_id}", DEADLINE),
];

const CASE: &str = r#"{
  "reportante_nombre": "Dra. Rojas",
  "reportante_contacto": "rojas@example.org",
  "paciente_iniciales": "J.P.",
  "paciente_sexo": "Femenino",
  "producto_sospechoso": "Paracetamol",
  "descripcion_evento": "Exantema en el tronco",
  "fecha_recepcion": "2024-03-01"
}"#;

const PLAN: &str = r#"{
  "name": "Casos graves",
  "attempts": [{"label": "Solicitud", "afterHours": 0}, {"label": "Recordatorio", "afterHours": 168}, {"label": "Última", "afterHours": 336}]
}"#;

const LETTER: &str = r#"{
  "text": "{{ unidad }}: de su reporte (caso #{{ caso }}) nos falta {{ faltan | join(\", \") }}. Gracias.",
  "version": 0
}"#;

const DEADLINE: &str =
    r#"{"authority": "DIGEMID", "role": "titular", "scope": "serious", "days": 1, "norm": "La norma y su artículo", "verificado": false}"#;

/// Adds them to the document.
pub(crate) fn add(document: &mut OpenApi) {
    for (method, path, body) in EXAMPLES {
        let Some(item) = document.paths.paths.get_mut(*path) else { continue };
        let operation = match *method {
            "put" => &mut item.put,
            "patch" => &mut item.patch,
            _ => &mut item.post,
        };
        let content = operation.as_mut().and_then(|operation| operation.request_body.as_mut());
        if let Some(content) = content.and_then(|body| body.content.get_mut("application/json")) {
            content.example = serde_json::from_str::<Value>(body).ok();
        }
    }
}
