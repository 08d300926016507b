//! Drafts and messages to be sent.

use followup_app::{Draft, DraftedTemplate, LONGEST_SUBJECT, SendRequest};
use followup_domain::ids::UploadId;
use followup_domain::message::enclosure::MOST_FILES;
use followup_domain::message::{Channel, WhatsappTemplate};
use followup_domain::sending::{SmsParts, TemplateStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use crate::input::{Fields, Input, MESSAGE_LENGTH, NAME_LENGTH, Published, TEXT_LENGTH, Text, json_body};

/// The channels that messages are sent by. Another one is the use case's to refuse, with the seed's words.
const CHANNELS: Published = Published(&["email", "sms", "whatsapp"]);
/// Those that know templates.
const WITH_TEMPLATES: Published = Published(&["whatsapp"]);

/// What a message consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Template,
    /// Both, which the use case refuses.
    Both,
}

impl Form {
    fn of(fields: &Fields) -> Self {
        match (fields.has("body"), fields.has("template")) {
            (_, false) => Self::Text,
            (false, true) => Self::Template,
            (true, true) => Self::Both,
        }
    }
}

/// A message to the reporter.
pub(crate) struct SendInput;

impl Input for SendInput {
    type Value = SendRequest;
    const NAME: &'static str = "SendRequest";
    const ABOUT: &'static str = "Un mensaje para el reportante: `channel` y `body`, o una plantilla de WhatsApp.";

    /// An absent channel or body is the use case's to refuse.
    fn read(fields: &mut Fields) -> Option<SendRequest> {
        let request = fields.form(&[Form::Text, Form::Template], Form::of, |fields, form| {
            let channels = if form == Form::Template { WITH_TEMPLATES } else { CHANNELS };
            let mut request =
                SendRequest { channel: fields.awaited("channel", channels, "`email`, `sms` o `whatsapp`."), ..SendRequest::default() };
            match form {
                Form::Template => fields.not_here("body", "", "No con una plantilla."),
                Form::Text | Form::Both => {
                    let body = Text::verbatim(MESSAGE_LENGTH).not_blank();
                    request.body = fields.awaited("body", body, "El texto, con al menos un carácter que no sea un blanco.");
                }
            }
            let subject = Text::verbatim(LONGEST_SUBJECT).made_a_line();
            request.subject = fields.optional("subject", subject, "Asunto del correo; sin él, el habitual de la solicitud.");
            match form {
                Form::Text => fields.not_here("template", "", "No con un texto."),
                Form::Template | Form::Both => {
                    let template = Text::verbatim(NAME_LENGTH);
                    request.template = fields.awaited("template", template, "Plantilla de WhatsApp, en lugar de `body`.");
                }
            }
            Some(request)
        });
        let about = "Por qué se le escribe aunque los mensajes a esa dirección volvieron.";
        let override_reason = fields.optional("override_reason", Text::of(TEXT_LENGTH), about);
        let about = "Lo que llena los lugares de la plantilla, uno por lugar y en su orden; sin `template` no se admite. Saltos de línea, tabuladores y blancos seguidos valen como un blanco, y ninguno queda vacío. La plantilla llena tiene 1024 caracteres a lo sumo.";
        let parameters = fields.texts("parameters", about);
        let about =
            "Archivos subidos antes (`POST …/followup/attachments`), por su `id`; solo en un correo, y 10 MB a lo sumo entre todos.";
        let attachments = fields.numbers("attachments", MOST_FILES, about).unwrap_or_default().into_iter().map(UploadId).collect();
        request.map(|request| SendRequest { override_reason, attachments, parameters, ..request })
    }
}

/// The channel of a draft.
pub(crate) struct DraftInput;

impl Input for DraftInput {
    type Value = String;
    const NAME: &'static str = "DraftRequest";
    const ABOUT: &'static str = "El canal del borrador.";

    /// An absent channel is the use case's to refuse.
    fn read(fields: &mut Fields) -> Option<String> {
        Some(fields.awaited("channel", CHANNELS, "`email`, `sms` o `whatsapp`.").unwrap_or_default())
    }
}

json_body!(SendInput, DraftInput);

/// La solicitud redactada; no se guarda nada.
#[derive(Serialize, ToSchema)]
#[schema(as = Draft)]
pub(crate) struct DraftOutput {
    /// El canal.
    channel: &'static str,
    /// Asunto; null donde el canal no lo tiene.
    subject: Option<String>,
    /// Texto.
    body: String,
    /// De un SMS: en cuántas partes lo divide la red; como en `sms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    segments: Option<usize>,
    /// De un SMS: cómo viaja.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sms: Option<SmsOutput>,
    /// De WhatsApp: la plantilla que el servicio enviaría por sí mismo, con lo que la llena. Fuera de la ventana de 24 horas solo sale una plantilla.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    template: Option<DraftedTemplateOutput>,
    /// De WhatsApp: hasta cuándo se admite texto libre, si ahora se admite.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    free_text_until: Option<String>,
}

/// Una plantilla de WhatsApp con lo que llena sus lugares.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageTemplate)]
pub(crate) struct TemplateOutput {
    /// Su nombre con el proveedor.
    name: String,
    /// Su idioma.
    language: String,
    /// Lo que llena sus lugares, en su orden.
    parameters: Vec<String>,
}

impl From<WhatsappTemplate> for TemplateOutput {
    fn from(WhatsappTemplate { name, language, parameters, .. }: WhatsappTemplate) -> Self {
        Self { name, language, parameters }
    }
}

/// Una plantilla de WhatsApp como saldría.
#[derive(Serialize, ToSchema)]
#[schema(as = DraftTemplate)]
pub(crate) struct DraftedTemplateOutput {
    #[serde(flatten)]
    #[allow(missing_docs)]
    template: TemplateOutput,
    /// Cómo se lee.
    body: String,
    /// `approved`, `pending`, `paused`, `rejected` o `disabled`, según el proveedor; null si no la ha nombrado.
    status: Option<&'static str>,
    /// Por qué no saldría.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<String>,
}

impl From<DraftedTemplate> for DraftedTemplateOutput {
    fn from(DraftedTemplate { template, body, status, problem, .. }: DraftedTemplate) -> Self {
        let problem = problem.as_ref().map(followup_words::reasons::stopped);
        Self { template: template.into(), body, status: status.map(TemplateStatus::as_str), problem }
    }
}

/// Cómo viaja un SMS. Cada parte se cobra.
#[derive(Serialize, ToSchema)]
#[schema(as = Sms)]
pub(crate) struct SmsOutput {
    /// En cuántas partes; de uno enviado, las que dijo el proveedor, si las dijo.
    parts: usize,
    /// `GSM-7` (160 unidades en una parte, 153 en cada una de varias) o `UCS-2` (70 y 67), si tiene un carácter que no es de GSM-7: á, í, ó y ú lo son.
    encoding: &'static str,
    /// Unidades del texto entero: septetos o unidades de UTF-16.
    units: usize,
    /// Unidades que caben aún en la última parte.
    left: usize,
}

impl SmsOutput {
    /// Of a text, which the transport divided into so many parts, if it said so.
    pub(crate) fn of(text: &str, told: Option<u16>) -> Self {
        let SmsParts { encoding, parts, units, left } = SmsParts::of(text);
        Self { parts: told.map_or(parts, usize::from), encoding: encoding.as_str(), units, left }
    }
}

impl From<Draft> for DraftOutput {
    fn from(draft: Draft) -> Self {
        let subject = Some(draft.letter.subject).filter(|subject| !subject.is_empty());
        let sms = (draft.channel == Channel::Sms).then(|| SmsOutput::of(&draft.letter.body, None));
        let segments = sms.as_ref().map(|sms| sms.parts);
        Self {
            channel: draft.channel.as_str(),
            subject,
            body: draft.letter.body,
            segments,
            sms,
            template: draft.template.map(DraftedTemplateOutput::from),
            free_text_until: draft.free_text_until.map(instant),
        }
    }
}
