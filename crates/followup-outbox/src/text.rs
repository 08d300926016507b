//! Text messages and WhatsApp messages as files, for trying everything out without an account: nobody is written to, and the thread says so.

use std::path::PathBuf;
use std::time::Duration;

use followup_domain::message::Channel;
use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{ExternalName, Parcel, Receipt, SendError, SmsParts, TextParcel, WhatsappContent, WhatsappParcel};
use serde::Serialize;

use crate::folder::{OutboxFolder, file_stem, not_of_this_channel};
use crate::scope_of;

/// Writes text messages as `.sms.txt`, or WhatsApp messages as `.whatsapp.json`, under the same promises as
/// [`EmlOutbox`](crate::EmlOutbox). The folder's provider is `simulado:sms` or `simulado:whatsapp`.
#[derive(Debug, Clone)]
pub struct TextOutbox {
    folder: OutboxFolder,
    channel: Channel,
}

impl TextOutbox {
    /// For text messages.
    #[must_use]
    pub fn sms(folder: impl Into<PathBuf>) -> Self {
        Self { folder: OutboxFolder::new(folder), channel: Channel::Sms }
    }

    /// For WhatsApp.
    #[must_use]
    pub fn whatsapp(folder: impl Into<PathBuf>) -> Self {
        Self { folder: OutboxFolder::new(folder), channel: Channel::Whatsapp }
    }
}

impl Sender for TextOutbox {
    fn provider(&self) -> &str {
        scope_of(self.channel)
    }

    fn prepare(&self, parcel: &Parcel, _budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        match (parcel, self.channel) {
            (Parcel::Text(text), Channel::Sms) => {
                let parts = u16::try_from(SmsParts::of(&text.body).parts).ok();
                let stem = file_stem(text.date, local_part(&text.reference));
                self.folder.prepare((&stem, "sms.txt"), as_text(text), Box::new(receipt(Channel::Sms, &text.reference, parts)))
            }
            (Parcel::Whatsapp(message), Channel::Whatsapp) => {
                let stem = file_stem(message.date, local_part(&message.reference));
                let receipt = receipt(Channel::Whatsapp, &message.reference, None);
                self.folder.prepare((&stem, "whatsapp.json"), as_json(message), Box::new(receipt))
            }
            _ => Err(not_of_this_channel(parcel)),
        }
    }
}

/// Says that nobody was written to. A reply may name the message by our own name of it.
fn receipt(channel: Channel, reference: &str, parts: Option<u16>) -> impl Fn(&str) -> Receipt + Send + use<> {
    let name = ExternalName::new(scope_of(channel), reference);
    move |file| Receipt { words: format!("simulado: guardado en {file}"), provider_id: Some(name.clone()), parts }
}

fn local_part(reference: &str) -> &str {
    reference.split('@').next().unwrap_or(reference)
}

fn as_text(text: &TextParcel) -> Vec<u8> {
    let date = text.date.format("%Y-%m-%dT%H:%M:%SZ");
    format!("Para: {}\nReferencia: {}\nFecha: {date}\n\n{}\n", text.to, text.reference, text.body).into_bytes()
}

#[derive(Serialize)]
struct Written<'m> {
    to: &'m str,
    reference: &'m str,
    date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<WrittenTemplate<'m>>,
}

#[derive(Serialize)]
struct WrittenTemplate<'m> {
    name: &'m str,
    language: &'m str,
    parameters: &'m [String],
}

fn as_json(message: &WhatsappParcel) -> Vec<u8> {
    let (text, template) = match &message.content {
        WhatsappContent::Text(text) => (Some(text.as_str()), None),
        WhatsappContent::Template(template) => {
            let (name, language) = (template.name.as_str(), template.language.as_str());
            (None, Some(WrittenTemplate { name, language, parameters: &template.parameters }))
        }
    };
    let date = message.date.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let written = Written { to: message.to.as_e164(), reference: &message.reference, date, text, template };
    // Texts alone: there is nothing that JSON cannot hold.
    let mut bytes = serde_json::to_vec_pretty(&written).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
