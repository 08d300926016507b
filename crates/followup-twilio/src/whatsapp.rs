//! Handing WhatsApp messages to Twilio (<https://www.twilio.com/docs/whatsapp/api>): free text, or a template by its ContentSid.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{Parcel, Refusal, SendError, WhatsappContent, WhatsappParcel, WhatsappTemplate};
use serde_json::{Map, Value};

use crate::account::{Account, PreparedForm};
use crate::config::{ConfigError, TwilioConfig, TwilioFrom, is_sid};
use crate::sender::LONGEST_BODY;
use crate::{WHATSAPP, WHATSAPP_SCOPE};

/// Sends WhatsApp messages by Twilio.
#[derive(Clone)]
pub struct TwilioWhatsapp(Arc<Account>);

impl TwilioWhatsapp {
    /// Checks the account. Nobody is asked.
    ///
    /// # Errors
    /// What cannot work.
    pub fn new(config: TwilioConfig) -> Result<Self, ConfigError> {
        Ok(Self(Arc::new(Account::new(config, WHATSAPP_SCOPE)?)))
    }

    fn form(&self, message: &WhatsappParcel) -> Result<String, &'static str> {
        let to = format!("{WHATSAPP}{}", message.to.as_e164());
        let from = match &self.0.config.from {
            TwilioFrom::Number(number) => ("From", format!("{WHATSAPP}{number}")),
            TwilioFrom::Service(sid) => ("MessagingServiceSid", sid.clone()),
        };
        let (sid, variables);
        let mut fields = vec![("To", to.as_str()), (from.0, from.1.as_str())];
        match &message.content {
            WhatsappContent::Text(body) if body.encode_utf16().count() > LONGEST_BODY => {
                return Err("el texto supera los 1600 caracteres que admite Twilio");
            }
            WhatsappContent::Text(body) => fields.push(("Body", body)),
            WhatsappContent::Template(template) => {
                (sid, variables) = filled(template)?;
                fields.extend([("ContentSid", sid.as_str()), ("ContentVariables", variables.as_str())]);
            }
        }
        Ok(self.0.form(&fields, &message.reference))
    }
}

/// The ContentSid, and what fills its places as a text of JSON: `{"1":"Juan"}`.
fn filled(template: &WhatsappTemplate) -> Result<(String, String), &'static str> {
    let sid = template.provider_id.as_deref().filter(|sid| is_sid("HX", sid));
    let sid = sid.ok_or("Twilio no ha nombrado esta plantilla: actualice la lista de plantillas")?;
    let places = template.places.iter().zip(&template.parameters);
    let variables: Map<String, Value> = places.map(|(place, parameter)| (place.clone(), parameter.as_str().into())).collect();
    Ok((sid.to_owned(), Value::from(variables).to_string()))
}

impl Sender for TwilioWhatsapp {
    fn provider(&self) -> &str {
        "twilio:whatsapp"
    }

    fn longest_text(&self) -> Option<usize> {
        Some(LONGEST_BODY)
    }

    fn prepare(&self, parcel: &Parcel, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        let refuse = |why: &str| SendError::Refused(Refusal::before_asking(why));
        let Parcel::Whatsapp(message) = parcel else { return Err(refuse("no es un mensaje de WhatsApp")) };
        let body = self.form(message).map_err(refuse)?.into_bytes();
        Ok(Box::new(PreparedForm { account: Arc::clone(&self.0), body, deadline: Instant::now() + budget }))
    }
}

/// Neither secret nor number.
impl fmt::Debug for TwilioWhatsapp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TwilioWhatsapp").finish_non_exhaustive()
    }
}
