//! Mail that belongs to no case yet, or cannot be understood, and what people decide about it.

use chrono_tz::Tz;
use followup_app::{AssignRequest, Retried, UnassignedMail};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::inbound::InboundMail;
use followup_domain::mail::suggestion::Suggestion;
use followup_domain::ports::{Discard, InTray, MessageView, TrayState};
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use super::message::MessageOutput;
use crate::csv::{Cell, Format, Row};
use crate::input::{Choice, Fields, Flag, Input, TEXT_LENGTH, Text, Whole, json_body, query};
use crate::query::PageNumber;

/// The parts of a tray.
const STATES: [(&str, TrayState); 2] = [("open", TrayState::Open), ("discarded", TrayState::Discarded)];

/// Un correo sin caso. Además de los campos de un mensaje:
#[derive(Serialize, ToSchema)]
#[schema(as = UnassignedMail)]
pub(crate) struct UnassignedOutput {
    #[serde(flatten)]
    message: MessageOutput,
    /// A qué casos puede pertenecer, el más probable primero. Son conjeturas: decide una persona.
    suggestions: Vec<SuggestionOutput>,
    /// Su propio reloj, por si cuenta un evento adverso nuevo.
    clock: MailClockOutput,
    /// Su destinatario parece una dirección de respuesta firmada y no lo es: no se creyó.
    forged_reply_address: bool,
    /// Si se descartó: quién, cuándo y por qué.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    discarded: Option<DiscardOutput>,
}

/// Una conjetura sobre el caso de un correo.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseSuggestion)]
struct SuggestionOutput {
    /// El caso.
    icsr_id: i64,
    /// Por qué.
    reason: String,
    /// `high`, `medium` o `low`.
    confidence: &'static str,
}

/// El reloj de un correo sin caso, en días calendario de la organización.
#[derive(Serialize, ToSchema)]
#[schema(as = MailClock)]
struct MailClockOutput {
    /// El día en que llegó: el día cero, si cuenta un evento adverso. AAAA-MM-DD.
    #[schema(format = Date)]
    day_zero: String,
    /// Días desde entonces.
    days_since_arrival: i64,
    /// Si lo escribió una persona, o llegó a nuestro nombre sin ser copia de un mensaje nuestro, puede ser un evento adverso nuevo.
    may_be_new_case: bool,
}

/// Que una persona descartó un correo; se conserva.
#[derive(Serialize, ToSchema)]
#[schema(as = MailDiscard)]
pub(crate) struct DiscardOutput {
    /// Por qué.
    reason: String,
    /// Quién.
    actor: String,
    /// Cuándo.
    #[schema(format = DateTime)]
    at: String,
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
    /// Si se descartó: quién, cuándo y por qué.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    discarded: Option<DiscardOutput>,
}

/// Qué resultó de intentar leer de nuevo un correo en cuarentena.
#[derive(Serialize, ToSchema)]
#[schema(as = QuarantineRetry)]
pub(crate) struct RetriedOutput {
    /// `processed` (ya es un mensaje), `quarantined` (sigue sin poderse leer) o `requested` (se pide otra vez al servidor de correo en la
    /// próxima lectura del buzón).
    state: &'static str,
    /// El mensaje que es ahora.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message_id: Option<i64>,
    /// Su caso; ausente si quedó sin asignar.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    icsr_id: Option<i64>,
    /// Por qué no se pudo leer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
}

/// The columns of the unassigned tray as a file.
pub(crate) const UNASSIGNED_COLUMNS: &[&str] =
    &["Mensaje", "Llegó", "De", "Asunto", "Clase", "Adjuntos", "Descartado por", "Por qué", "Descartado el"];

/// A mail of no case as a line of a file.
pub(crate) fn unassigned_line(InTray { mail, discard }: InTray<MessageView>, zone: Tz) -> Row {
    let message = mail.message;
    let mut line: Row = vec![
        message.id.0.into(),
        Cell::at(message.created_at, zone),
        message.content.from.into(),
        message.content.subject.into(),
        message.classification.map(|class| class.as_str()).into(),
        i64::try_from(message.attachments.len()).unwrap_or(i64::MAX).into(),
    ];
    line.extend(discard_cells(discard, zone));
    line
}

/// The columns of the quarantine as a file.
pub(crate) const QUARANTINED_COLUMNS: &[&str] =
    &["Correo", "Buzón", "Llegó", "Guardado", "Bytes", "SHA-256", "Por qué no se leyó", "Descartado por", "Por qué", "Descartado el"];

/// A mail of the quarantine as a line of a file.
pub(crate) fn quarantined_line(InTray { mail, discard }: InTray<InboundMail>, zone: Tz) -> Row {
    let mut line: Row = vec![
        mail.id.0.into(),
        mail.position.mailbox.into(),
        Cell::at(mail.arrived_at, zone),
        Cell::at(mail.recorded_at, zone),
        mail.size.and_then(|size| i64::try_from(size).ok()).into(),
        mail.sha256.into(),
        mail.reason.into(),
    ];
    line.extend(discard_cells(discard, zone));
    line
}

fn discard_cells(discard: Option<Discard>, zone: Tz) -> [Cell; 3] {
    match discard {
        None => [Cell::Empty, Cell::Empty, Cell::Empty],
        Some(Discard { actor, reason, at }) => [actor.into(), reason.into(), Cell::at(at, zone)],
    }
}

impl From<UnassignedMail> for UnassignedOutput {
    fn from(mail: UnassignedMail) -> Self {
        Self {
            suggestions: mail.suggestions.into_iter().map(SuggestionOutput::from).collect(),
            clock: MailClockOutput {
                day_zero: mail.day_zero.to_string(),
                days_since_arrival: mail.days,
                may_be_new_case: mail.may_be_new_case,
            },
            forged_reply_address: mail.has_forged_token,
            discarded: mail.discard.map(DiscardOutput::from),
            message: mail.view.into(),
        }
    }
}

impl From<Suggestion> for SuggestionOutput {
    fn from(suggestion: Suggestion) -> Self {
        Self { icsr_id: suggestion.case_id.0, reason: suggestion.reason, confidence: suggestion.confidence.as_str() }
    }
}

impl From<Discard> for DiscardOutput {
    fn from(discard: Discard) -> Self {
        Self { reason: discard.reason, actor: discard.actor, at: instant(discard.at) }
    }
}

impl From<InTray<InboundMail>> for QuarantinedOutput {
    fn from(InTray { mail, discard }: InTray<InboundMail>) -> Self {
        Self {
            id: mail.id.0,
            mailbox: mail.position.mailbox,
            arrived_at: instant(mail.arrived_at),
            recorded_at: instant(mail.recorded_at),
            size: mail.size,
            sha256: mail.sha256,
            reason: mail.reason,
            discarded: discard.map(DiscardOutput::from),
        }
    }
}

impl From<Retried> for RetriedOutput {
    fn from(retried: Retried) -> Self {
        let of = |state| Self { state, message_id: None, icsr_id: None, reason: None };
        match retried {
            Retried::Understood { message_id, case_id } => {
                Self { message_id: Some(message_id.0), icsr_id: case_id.map(|id| id.0), ..of("processed") }
            }
            Retried::Handled => of("processed"),
            Retried::StillQuarantined { reason } => Self { reason: Some(reason), ..of("quarantined") },
            Retried::Requested => of("requested"),
        }
    }
}

/// To which case a mail is assigned.
pub(crate) struct AssignInput;

impl Input for AssignInput {
    type Value = AssignRequest;
    const NAME: &'static str = "AssignRequest";
    const ABOUT: &'static str = "A qué caso se asigna un correo.";

    fn read(fields: &mut Fields) -> Option<AssignRequest> {
        let case_id = fields.required("icsr_id", Whole::ANY, "El caso.");
        let about = "El mensaje anterior del caso al que responde. Sin él, lo que escribió una persona responde a la última carta que salió antes de que llegara.";
        let parent_id = fields.optional("parent_id", Whole::ANY, about).map(MessageId);
        let about =
            "Si cuenta como respuesta del reportante; true si no se da. Con false espera a que una persona confirme a su remitente.";
        let confirm = fields.optional("confirm", Flag, about).unwrap_or(true);
        case_id.map(|case_id| AssignRequest { case_id: CaseId(case_id), parent_id, confirm })
    }
}

/// A mailbox, as `/followup/badge` names it.
pub(crate) struct MailboxInput;

impl Input for MailboxInput {
    type Value = String;
    const NAME: &'static str = "MailboxRequest";
    const ABOUT: &'static str = "Un buzón, como lo nombra `/followup/badge`.";

    fn read(fields: &mut Fields) -> Option<String> {
        fields.required("mailbox", Text::of(TEXT_LENGTH), "Cuenta y carpeta, como `fv@example.org/INBOX`.")
    }
}

/// Which part of a tray, and which page of it.
pub(crate) struct TrayInput {
    pub(crate) part: TrayState,
    pub(crate) page: PageNumber,
    pub(crate) format: Format,
}

impl Input for TrayInput {
    type Value = Self;
    const NAME: &'static str = "Tray";
    const ABOUT: &'static str = "Una parte de una bandeja.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let about = "`open` (por defecto), los que esperan a una persona, o `discarded`, los descartados";
        let part = fields.optional("state", Choice(&STATES), about).unwrap_or_default();
        Some(Self { part, page: PageNumber::of(fields), format: Format::of(fields) })
    }
}

json_body!(AssignInput, MailboxInput);
query!(TrayInput);
