//! Handing WhatsApp messages to Meta.

use std::time::{Duration, Instant};

use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{Parcel, Receipt, Refusal, SendError, WhatsappContent, WhatsappParcel};
use followup_https::Limits;

use crate::account::MetaAccount;
use crate::answer::judge;
use crate::request::Message;

/// Bytes of Meta's answer: it has three short texts.
const LARGEST_ANSWER: u64 = 64 * 1024;
/// Characters of a free text that Meta takes.
const LONGEST_BODY: usize = 4096;
/// Characters of `biz_opaque_callback_data` that it gives back.
const LONGEST_REFERENCE: usize = 512;

/// Sends WhatsApp messages by Meta's Cloud API.
#[derive(Debug, Clone)]
pub struct MetaWhatsapp(MetaAccount);

impl MetaWhatsapp {
    /// From the account's number.
    pub fn new(account: MetaAccount) -> Self {
        Self(account)
    }
}

impl Sender for MetaWhatsapp {
    fn provider(&self) -> &str {
        "meta:whatsapp"
    }

    fn prepare(&self, parcel: &Parcel, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        let refuse = |why: &str| SendError::Refused(Refusal::before_asking(why));
        let Parcel::Whatsapp(message) = parcel else { return Err(refuse("no es un mensaje de WhatsApp")) };
        if let Some(why) = cannot_be_sent(message) {
            return Err(refuse(why));
        }
        let body = serde_json::to_vec(&Message::of(message)).map_err(|_| refuse("el mensaje no se puede escribir"))?;
        Ok(Box::new(PreparedMessage { account: self.0.clone(), body, deadline: Instant::now() + budget }))
    }
}

/// What Meta would refuse, and why.
fn cannot_be_sent(message: &WhatsappParcel) -> Option<&'static str> {
    match &message.content {
        WhatsappContent::Text(text) if text.chars().count() > LONGEST_BODY => {
            Some("el texto supera los 4096 caracteres que admite WhatsApp")
        }
        WhatsappContent::Template(template) if template.parameters.iter().any(|text| text.trim().is_empty()) => {
            Some("una variable de la plantilla está vacía, y WhatsApp no lo admite")
        }
        // Without it nothing would end a doubt.
        _ if message.reference.chars().count() > LONGEST_REFERENCE => {
            Some("el nombre del mensaje supera los 512 caracteres que WhatsApp devuelve")
        }
        _ => None,
    }
}

struct PreparedMessage {
    account: MetaAccount,
    body: Vec<u8>,
    deadline: Instant,
}

impl Prepared for PreparedMessage {
    fn content(&self) -> &[u8] {
        &self.body
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        let within = self.deadline.saturating_duration_since(Instant::now());
        let path = format!("{}/messages", self.account.config().phone_number_id);
        judge(self.account.post(&path).json(self.body).send(Limits { within, largest_answer: LARGEST_ANSWER }))
    }
}
