//! Handing text messages to the gateway.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{Parcel, Receipt, Refusal, SendError, SmsParts, TextParcel};
use followup_https::{Answer, Client, Failure, Limits};

use crate::WEBHOOK;
use crate::config::{ConfigError, GatewayConfig, JsonProfile, Login, Profile};
use crate::json::{self, Template};
use crate::kannel;

/// Bytes of the gateway's answer.
const LARGEST_ANSWER: u64 = 64 * 1024;
/// In place of our address with its secret, in what is kept.
const HIDDEN: &str = "…";

/// Sends text messages by a gateway.
#[derive(Clone)]
pub struct GatewaySms(Arc<Gateway>);

struct Gateway {
    client: Client,
    from: Option<String>,
    callback: String,
    speech: Speech,
}

enum Speech {
    Kannel { path: String, login: Login },
    Json { profile: JsonProfile, template: Template },
}

impl GatewaySms {
    /// Checks the gateway. Nobody is asked.
    ///
    /// # Errors
    /// What cannot work.
    pub fn new(config: GatewayConfig) -> Result<Self, ConfigError> {
        let client = Client::new(&config.url, config.ca_pem.as_deref())?;
        let speech = match config.profile {
            Profile::Kannel(_) if config.status_callback.contains('%') => return Err(ConfigError::Callback),
            Profile::Kannel(login) => Speech::Kannel { path: path_with_query(&config.url), login },
            Profile::Json(profile) => Speech::Json { template: Template::parse(&profile.body)?, profile },
        };
        Ok(Self(Arc::new(Gateway { client, from: config.from, callback: config.status_callback, speech })))
    }
}

impl Gateway {
    /// What is kept of the request, and what is sent: the path and query, or the body.
    fn written(&self, text: &TextParcel) -> (String, String) {
        let from = self.from.as_deref();
        match &self.speech {
            Speech::Kannel { path, login } => {
                let (message, private) = kannel::query(text, from, login, &self.callback);
                let whole = format!("{path}{message}&{private}");
                (message, whole)
            }
            Speech::Json { template, .. } => (template.of(text, from, HIDDEN), template.of(text, from, &self.callback)),
        }
    }

    fn send(&self, sent: String, limits: Limits) -> Result<Receipt, SendError> {
        match &self.speech {
            Speech::Kannel { .. } => kannel::judge(self.without_secret(self.client.get().at(sent).send(limits))),
            Speech::Json { profile, .. } => {
                let request = json::signed_in(self.client.post().wanting_json().json(sent), profile);
                json::judge(self.without_secret(request.send(limits)), profile)
            }
        }
    }
}

impl Gateway {
    /// A gateway may repeat what it was asked, and its words are kept: neither our address nor the secret in it is.
    fn without_secret(&self, answered: Result<Answer, Failure>) -> Result<Answer, Failure> {
        match answered {
            Ok(answer) => Ok(self.hidden_in(answer)),
            Err(Failure::Answered(answer)) => Err(Failure::Answered(self.hidden_in(answer))),
            Err(failure) => Err(failure),
        }
    }

    fn hidden_in(&self, mut answer: Answer) -> Answer {
        let body = String::from_utf8_lossy(&answer.body);
        let secrets = [Some(self.callback.as_str()), secret_in(&self.callback)].into_iter().flatten();
        answer.body = secrets.fold(body.into_owned(), |body, secret| body.replace(secret, HIDDEN)).into_bytes();
        answer
    }
}

/// The secret in the address that the gateway calls.
fn secret_in(callback: &str) -> Option<&str> {
    let (_, rest) = callback.split_once(WEBHOOK)?;
    rest.split('/').next().filter(|secret| !secret.is_empty())
}

/// The address's path, to which parameters are added: some gateways need one of their own before.
fn path_with_query(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find(['/', '?']).map_or("/", |start| &rest[start..]);
    let slash = if path.starts_with('/') { "" } else { "/" };
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{slash}{path}{sign}")
}

impl Sender for GatewaySms {
    fn provider(&self) -> &str {
        "gateway:sms"
    }

    fn prepare(&self, parcel: &Parcel, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        let refuse = |why: &str| Err(SendError::Refused(Refusal::before_asking(why)));
        let Parcel::Text(text) = parcel else { return refuse("no es un mensaje de texto") };
        if text.body.is_empty() {
            // Kannel takes one, and nothing arrives that anybody could read.
            return refuse("el mensaje no tiene texto");
        }
        let deadline = Instant::now() + budget;
        let (kept, sent) = self.0.written(text);
        let parts = SmsParts::of(&text.body).parts.try_into().unwrap_or(u16::MAX);
        Ok(Box::new(PreparedText { gateway: Arc::clone(&self.0), kept: kept.into_bytes(), sent, parts, deadline }))
    }
}

struct PreparedText {
    gateway: Arc<Gateway>,
    kept: Vec<u8>,
    sent: String,
    parts: u16,
    deadline: Instant,
}

impl Prepared for PreparedText {
    fn content(&self) -> &[u8] {
        &self.kept
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        let within = self.deadline.saturating_duration_since(Instant::now());
        let receipt = self.gateway.send(self.sent, Limits { within, largest_answer: LARGEST_ANSWER })?;
        // No gateway says so: it is counted as networks do.
        Ok(Receipt { parts: Some(self.parts), ..receipt })
    }
}

/// Neither secret nor number.
impl fmt::Debug for GatewaySms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GatewaySms").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_added_to_whatever_the_address_has() {
        for (url, path) in [
            ("http://127.0.0.1:13013/cgi-bin/sendsms", "/cgi-bin/sendsms?"),
            ("https://sms.example", "/?"),
            ("https://sms.example?a=1", "/?a=1&"),
            ("https://sms.example/send?account=a/b", "/send?account=a/b&"),
        ] {
            assert_eq!(path_with_query(url), path);
        }
    }
}
