//! A message of a thread.

use followup_app::{Resent, ThreadPage};
use followup_domain::ids::MessageId;
use followup_domain::message::Absence;
use followup_domain::message::{Attachment, CaseMatch, Channel, Direction, Message};
use followup_domain::ports::MessageView;
use followup_words::reasons::shown;
use followup_words::{answers as texts, notices};
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use super::notice::ReportOutput;
use super::send::{SmsOutput, TemplateOutput};
use crate::input::{Fields, Input, Whole, query};

/// A thread is whole up to so many messages; more are asked for by parts.
const LONGEST_THREAD: i64 = 500;

/// Un mensaje de la conversación. Los campos que no se conocen no aparecen, salvo los primeros.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageOutput {
    /// Número del mensaje.
    id: i64,
    /// Número del caso; null mientras no se sepa.
    icsr_id: Option<i64>,
    /// `email`, `sms`, `whatsapp` o `call`.
    channel: &'static str,
    /// `in` (del reportante) u `out` (de la unidad).
    direction: &'static str,
    /// El texto; en un mensaje recibido, sin lo citado. Con `body_quoted`, a lo sumo 32 KiB.
    body: String,
    /// Si el texto o lo citado es más largo: todo está en `GET …/{id}/body`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    body_cut: bool,
    /// Message-ID del correo, con sus ángulos.
    external_id: Option<String>,
    /// Llegada (`in`) o puesta en cola (`out`).
    #[schema(format = DateTime)]
    created_at: String,
    /// Asunto.
    subject: Option<String>,
    /// `pending`, `sent`, `responded`, `completed`, `skipped`, `failed` o `uncertain`; null en los recibidos.
    status: Option<&'static str>,
    /// Lo que sabe el transporte: `queued`, `transmitting`, `accepted`, `delivered`, `read`, `bounced`, `rejected` o `uncertain`.
    delivery: Option<&'static str>,
    /// `manual`, `automatic_request`, `plan_letter`, `sent_now`, `call` o `inbound`.
    kind: &'static str,
    /// Remitente.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<String>,
    /// Destinatario.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<String>,
    /// Message-ID al que responde.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    in_reply_to: Option<String>,
    /// Intento del plan al que pertenece.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    attempt_id: Option<i64>,
    /// Adjuntos, recibidos o enviados.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    attachments: Vec<AttachmentOutput>,
    /// Si son más de los 50 que se nombran: todos están en el original.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    attachments_cut: bool,
    /// Si un mensaje recibido tiene versión HTML: `GET …/{id}/html`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    has_html: bool,
    /// Qué es un mensaje recibido: `human`, `bounce`, `delivery_notice`, `auto_reply`, `complaint` o `echo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    classification: Option<&'static str>,
    /// De un correo automático: qué es, en palabras.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    label: Option<String>,
    /// De un informe de un servidor de correo: qué dice de nuestro mensaje.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    report: Option<ReportOutput>,
    /// De una respuesta automática: desde cuándo su autor vuelve a leer su correo.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    returns_on: Option<String>,
    /// Lo que hay que saber de un mensaje recibido antes de confiar en él, en palabras.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    warnings: Vec<&'static str>,
    /// De una llamada: `reached`, `no_answer`, `wrong_number` o `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    call_outcome: Option<&'static str>,
    /// Lo citado y la firma de un mensaje recibido.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    body_quoted: Option<String>,
    /// Por qué no se envió.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
    /// Las palabras del servidor de correo.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    transport_response: Option<String>,
    /// De un SMS de la unidad: cómo viaja.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sms: Option<SmsOutput>,
    /// De un mensaje de WhatsApp que es una plantilla: cuál; `body` es cómo se lee.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    template: Option<TemplateOutput>,
    /// Cuándo lo aceptó el transporte.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    sent_at: Option<String>,
    /// Cómo llegó a su caso un mensaje recibido.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    case_match: Option<MatchOutput>,
    /// Mensaje al que responde.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    parent_id: Option<i64>,
    /// Mensaje en cuyo lugar se envió.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    resend_of: Option<i64>,
    /// Mensaje enviado del que es recordatorio.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reminder_of: Option<i64>,
    /// De un mensaje enviado: fue reenviado como recordatorio, con este mensaje.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reminded_by: Option<i64>,
    /// Solo al reenviar: cuándo había salido el último mensaje al reportante.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    previous_sent_at: Option<String>,
    /// Mensaje anterior con el mismo Message-ID y otro contenido; o el mismo correo en otro caso, si trata de los dos.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    duplicate_of: Option<i64>,
}

/// Un adjunto.
#[derive(Serialize, ToSchema)]
#[schema(as = Attachment)]
pub(crate) struct AttachmentOutput {
    /// Su lugar, desde 0: el `n` de su descarga.
    n: usize,
    /// Nombre del archivo.
    name: Option<String>,
    /// Tipo declarado.
    content_type: String,
    /// Tamaño en bytes.
    size: u64,
    /// SHA-256 en hexadecimal.
    sha256: String,
    /// Content-ID con el que el HTML muestra la imagen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    content_id: Option<String>,
    /// `true` cuando solo Outlook lo abre (TNEF, `winmail.dat`): hay que pedir el correo de nuevo.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    unreadable: bool,
    /// Por qué sus bytes no están, de un archivo que el proveedor entrega aparte: `waiting` mientras se recupera; `expired`, `too_large`,
    /// `foreign`, `altered` o `unreachable` si no se recuperó. Mientras tanto su tamaño es 0 y no tiene SHA-256.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    absent: Option<&'static str>,
    /// Qué hacer con un adjunto que no se puede leer, o que no está.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    note: Option<&'static str>,
}

/// Cómo llegó un mensaje a su caso.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseMatch)]
struct MatchOutput {
    /// `reply_token`, `in_reply_to`, `references`, `alias`, `returned` o `manual`.
    kind: &'static str,
    /// Qué tan seguro es: `high`, `medium` o `low`.
    confidence: &'static str,
    /// Por qué, en palabras.
    reason: &'static str,
    /// Si cuenta como respuesta: uno de un remitente desconocido, o que no pasó DMARC, espera a que una persona lo confirme.
    confirmed: bool,
}

impl From<CaseMatch> for MatchOutput {
    fn from(CaseMatch { kind, confirmed }: CaseMatch) -> Self {
        Self { kind: kind.as_str(), confidence: kind.confidence().as_str(), reason: followup_words::matching::reason(kind), confirmed }
    }
}

impl From<MessageView> for MessageOutput {
    fn from(MessageView { message, is_cut, has_more_attachments, flags, notice, reminded_by }: MessageView) -> Self {
        let notice = notice.as_ref();
        let label = notices::label(&message, notice);
        let is_sms = (message.channel, message.direction) == (Channel::Sms, Direction::Out);
        let sms = is_sms.then(|| SmsOutput::of(&message.content.body, message.parts));
        let content = message.content;
        Self {
            id: message.id.0,
            icsr_id: message.case_id.map(|id| id.0),
            channel: message.channel.as_str(),
            direction: message.direction.as_str(),
            body: content.body,
            body_cut: is_cut,
            external_id: message.external_id.map(|id| id.to_string()),
            created_at: instant(message.created_at),
            subject: content.subject,
            status: message.status.map(|status| status.as_str()),
            delivery: message.delivery.map(|delivery| delivery.as_str()),
            kind: message.kind.as_str(),
            from: content.from,
            to: content.to,
            in_reply_to: content.in_reply_to.first().map(ToString::to_string),
            attempt_id: message.attempt_id.map(|id| id.0),
            attachments: message.attachments.into_iter().enumerate().map(AttachmentOutput::from).collect(),
            attachments_cut: has_more_attachments,
            has_html: message.has_html,
            classification: message.classification.map(|classification| classification.as_str()),
            label,
            report: notice.and_then(ReportOutput::of),
            returns_on: notice.and_then(|notice| notice.returns_on).map(|day| day.to_string()),
            warnings: flags.into_iter().map(followup_words::matching::flag).collect(),
            call_outcome: message.call_outcome.map(|outcome| outcome.as_str()),
            body_quoted: content.body_quoted,
            error: message.error.as_deref().map(shown),
            transport_response: message.transport_response,
            sms,
            template: content.template.map(TemplateOutput::from),
            sent_at: message.sent_at.map(instant),
            case_match: message.case_match.map(MatchOutput::from),
            parent_id: message.parent_id.map(|id| id.0),
            resend_of: message.resend_of.map(|id| id.0),
            reminder_of: message.reminder_of.map(|id| id.0),
            reminded_by: reminded_by.map(|id| id.0),
            previous_sent_at: None,
            duplicate_of: message.duplicate_of.map(|id| id.0),
        }
    }
}

impl From<Resent> for MessageOutput {
    fn from(Resent { message, previous_sent_at }: Resent) -> Self {
        Self { previous_sent_at: previous_sent_at.map(instant), ..Self::from(MessageView::of(message)) }
    }
}

/// El texto de un mensaje, entero.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageBody)]
pub(crate) struct BodyOutput {
    /// El texto; en un mensaje recibido, sin lo citado. De un correo se lee a lo sumo 1 MiB; el original tiene todo.
    body: String,
    /// Lo citado y la firma de un mensaje recibido.
    body_quoted: Option<String>,
}

impl From<Message> for BodyOutput {
    fn from(message: Message) -> Self {
        Self { body: message.content.body, body_quoted: message.content.body_quoted }
    }
}

/// Una parte de la conversación.
#[derive(Serialize, ToSchema)]
#[schema(as = Thread)]
pub(crate) struct ThreadOutput {
    /// Los mensajes, en orden cronológico.
    items: Vec<MessageOutput>,
    /// Cuántos son en esta parte.
    total: usize,
    /// Si hay anteriores: el mensaje que se da como `before` para verlos.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    before: Option<i64>,
}

impl From<ThreadPage> for ThreadOutput {
    fn from(page: ThreadPage) -> Self {
        let first = page.messages.first().map(|first| first.message.id.0).filter(|_| page.has_earlier);
        let items: Vec<MessageOutput> = page.messages.into_iter().map(MessageOutput::from).collect();
        Self { total: items.len(), items, before: first }
    }
}

/// Which part of a thread.
pub(crate) struct ThreadInput;

impl Input for ThreadInput {
    type Value = (Option<MessageId>, usize);
    const NAME: &'static str = "ThreadPart";
    const ABOUT: &'static str = "Una parte de la conversación.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let before = fields.optional("before", Whole::ANY, "Solo los anteriores a este mensaje; sin él, los últimos").map(MessageId);
        let limit = Whole::within(1..=LONGEST_THREAD, texts::THREAD_RANGE);
        let limit = fields.optional("limit", limit, "Mensajes a lo sumo; 500 si no se da").unwrap_or(LONGEST_THREAD);
        usize::try_from(limit).ok().map(|limit| (before, limit))
    }
}

query!(ThreadInput);

impl From<(usize, Attachment)> for AttachmentOutput {
    fn from((n, attachment): (usize, Attachment)) -> Self {
        let unreadable = attachment.is_unreadable();
        let Attachment { name, content_type, size, sha256, content_id, absent } = attachment;
        let note = absent.map(followup_words::files::absent).or(unreadable.then_some(texts::UNREADABLE_ATTACHMENT));
        Self { n, name, content_type, size, sha256, content_id, unreadable, absent: absent.map(Absence::as_str), note }
    }
}
