//! Handing text messages to SNS (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use followup_domain::ports::{Clock, Prepared, Sender};
use followup_domain::sending::{Parcel, Receipt, Refusal, SendError, SmsParts, TextParcel};
use followup_https::{Client, ClientError, Limits, form};

use crate::answer::judge;
use crate::config::SnsConfig;
use crate::signature::{Signed, authorization};

/// Bytes of SNS's answer: it takes some three hundred.
const LARGEST_ANSWER: u64 = 64 * 1024;
/// Bytes that SNS takes of a text message.
const LONGEST_BODY: usize = 1600;
const SERVICE: &str = "sns";
const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// Sends text messages by AWS SNS.
#[derive(Clone)]
pub struct SnsSms(Arc<Account>);

struct Account {
    client: Client,
    host: String,
    config: SnsConfig,
    clock: Arc<dyn Clock>,
}

impl SnsSms {
    /// Checks the account. Nobody is asked. `clock`: a signature is good for a quarter of an hour.
    ///
    /// # Errors
    /// The address cannot work.
    pub fn new(config: SnsConfig, clock: Arc<dyn Clock>) -> Result<Self, ClientError> {
        let client = Client::new(&config.base_url, config.ca_pem.as_deref())?;
        Ok(Self(Arc::new(Account { client, host: host(&config.base_url), config, clock })))
    }

    fn form(&self, text: &TextParcel) -> String {
        let attribute = |number: usize, name: &str, value: &str| {
            let entry = format!("MessageAttributes.entry.{number}");
            [("Name", format!("AWS.SNS.SMS.{name}")), ("Value.DataType", "String".into()), ("Value.StringValue", value.to_owned())]
                .map(|(part, value)| (format!("{entry}.{part}"), value))
        };
        let mut fields = vec![
            ("Action".to_owned(), "Publish".to_owned()),
            ("Version".to_owned(), "2010-03-31".to_owned()),
            ("PhoneNumber".to_owned(), text.to.as_e164().to_owned()),
            ("Message".to_owned(), text.body.clone()),
        ];
        // Not to be dropped when the month's budget for advertising is used up.
        fields.extend(attribute(1, "SMSType", "Transactional"));
        fields.extend(self.0.config.sender_id.iter().flat_map(|name| attribute(2, "SenderID", name)));
        form::written(&fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>())
    }
}

impl Account {
    fn send(&self, body: Vec<u8>, limits: Limits) -> Result<Receipt, SendError> {
        let SnsConfig { region, key, .. } = &self.config;
        let time = self.clock.now().format("%Y%m%dT%H%M%SZ").to_string();
        let mut headers = vec![("content-type", MEDIA_TYPE), ("host", self.host.as_str()), ("x-amz-date", time.as_str())];
        headers.extend(key.session_token.iter().map(|token| ("x-amz-security-token", token.as_str())));
        let signed = Signed { method: "POST", path: "/", query: "", headers: &headers, body: &body };
        let authorization = authorization(signed, (&key.id, &key.secret), &time, (region, SERVICE));
        let request = self.client.post().at("/").header("x-amz-date", time.as_str()).header("authorization", authorization);
        let request = match &key.session_token {
            Some(token) => request.header("x-amz-security-token", token.as_str()),
            None => request,
        };
        judge(request.form_body(body).send(limits))
    }
}

/// As it stands in the request: without the port of its scheme.
fn host(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let authority = rest.split(['/', '?']).next().unwrap_or_default().to_ascii_lowercase();
    let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    authority.strip_suffix(port).map(str::to_owned).unwrap_or(authority)
}

impl Sender for SnsSms {
    fn provider(&self) -> &str {
        "sns:sms"
    }

    fn prepare(&self, parcel: &Parcel, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        let refuse = |why: &str| Err(SendError::Refused(Refusal::before_asking(why)));
        let Parcel::Text(text) = parcel else { return refuse("no es un mensaje de texto") };
        if text.body.len() > LONGEST_BODY {
            return refuse("el texto supera los 1600 bytes que admite AWS SNS");
        }
        let deadline = Instant::now() + budget;
        let parts = SmsParts::of(&text.body).parts.try_into().unwrap_or(u16::MAX);
        Ok(Box::new(PreparedText { account: Arc::clone(&self.0), body: self.form(text).into_bytes(), parts, deadline }))
    }
}

struct PreparedText {
    account: Arc<Account>,
    body: Vec<u8>,
    parts: u16,
    deadline: Instant,
}

impl Prepared for PreparedText {
    fn content(&self) -> &[u8] {
        &self.body
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        let within = self.deadline.saturating_duration_since(Instant::now());
        let receipt = self.account.send(self.body, Limits { within, largest_answer: LARGEST_ANSWER })?;
        // SNS does not say: it is counted as networks do.
        Ok(Receipt { parts: Some(self.parts), ..receipt })
    }
}

/// Neither secret nor number.
impl fmt::Debug for SnsSms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SnsSms").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_signed_as_it_is_sent() {
        for (url, expected) in [
            ("https://sns.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com"),
            ("https://SNS.example:443/", "sns.example"),
            ("http://127.0.0.1:24100", "127.0.0.1:24100"),
            ("http://[::1]:80/x", "[::1]"),
        ] {
            assert_eq!(host(url), expected);
        }
    }
}
