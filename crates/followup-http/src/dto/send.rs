//! Drafts and messages to be sent.

use followup_app::{Draft, SendRequest};
use followup_domain::message::Channel;
use serde::Serialize;
use utoipa::ToSchema;

use super::fields::{Fields, NAME_LENGTH, NARRATIVE_LENGTH, TEXT_LENGTH};
use crate::errors::ApiError;
use crate::json::Json;
use crate::texts;

/// Un mensaje para el reportante: `channel` y `body`, o una plantilla de WhatsApp.
#[derive(ToSchema)]
#[schema(as = SendRequest)]
#[allow(dead_code)] // Only described here: the fields are read one by one, to name what is wrong.
pub(crate) struct SendInput {
    /// `email`, `sms` o `whatsapp`.
    channel: String,
    /// El texto, con al menos un carácter.
    body: Option<String>,
    /// Asunto del correo; sin él, el habitual de la solicitud.
    subject: Option<String>,
    /// Plantilla de WhatsApp, en lugar de `body`.
    template: Option<String>,
    /// Por qué se le escribe aunque los mensajes a esa dirección volvieron.
    override_reason: Option<String>,
    /// Valores de la plantilla.
    parameters: Option<Vec<String>>,
}

/// # Errors
/// Fields that are unknown or of the wrong type. An absent channel or body is the use case's to refuse.
pub(crate) fn send_request(fields: Vec<(String, Json)>) -> Result<SendRequest, ApiError> {
    let mut fields = Fields::new(fields);
    let request = SendRequest {
        channel: fields.text("channel"),
        body: fields.clean("body", NARRATIVE_LENGTH),
        subject: fields.text("subject"),
        template: fields.clean("template", NAME_LENGTH),
        override_reason: fields.optional("override_reason", TEXT_LENGTH),
    };
    // Checked, and used when WhatsApp has a provider.
    let _ = fields.texts("parameters");
    if fields.take("attachments").is_some() {
        fields.refuse::<()>("attachments", texts::NO_ATTACHMENTS);
    }
    fields.finish()?;
    Ok(request)
}

/// The channels that messages are sent by. Another one is the use case's to refuse, with the seed's words.
pub(crate) fn channels() -> Vec<&'static str> {
    Channel::ALL.iter().filter(|channel| **channel != Channel::Call).map(|channel| channel.as_str()).collect()
}

/// El canal del borrador.
#[derive(ToSchema)]
#[schema(as = DraftRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct DraftInput {
    /// `email`, `sms` o `whatsapp`.
    channel: String,
}

/// # Errors
/// Fields that are unknown or of the wrong type.
pub(crate) fn draft_channel(fields: Vec<(String, Json)>) -> Result<String, ApiError> {
    let mut fields = Fields::new(fields);
    let channel = fields.text("channel");
    fields.finish()?;
    Ok(channel.unwrap_or_default())
}

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
    /// De un SMS: en cuántas partes lo divide la red.
    #[serde(skip_serializing_if = "Option::is_none")]
    segments: Option<usize>,
}

impl From<Draft> for DraftOutput {
    fn from(draft: Draft) -> Self {
        let subject = Some(draft.letter.subject).filter(|subject| !subject.is_empty());
        Self { channel: draft.channel.as_str(), subject, body: draft.letter.body, segments: draft.letter.segments }
    }
}
