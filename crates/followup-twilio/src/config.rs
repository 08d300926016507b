//! The account, and what Twilio calls.

use std::fmt;

use followup_https::ClientError;

/// Who sends.
#[derive(Clone, PartialEq, Eq)]
pub enum TwilioFrom {
    /// A number of the account, in E.164, or a short code or name that it may use.
    Number(String),
    /// A messaging service (`MG…`), which chooses the number.
    Service(String),
}

/// Not the number.
impl fmt::Debug for TwilioFrom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Number(_) => "Number",
            Self::Service(_) => "Service",
        })
    }
}

/// The account with which messages are sent.
#[derive(Clone)]
pub struct TwilioConfig {
    /// The account (`AC…`).
    pub account_sid: String,
    /// Who signs in: the account itself, or an API key (`SK…`).
    pub user: String,
    /// The account's auth token, or the key's secret.
    pub password: String,
    /// Who sends.
    pub from: TwilioFrom,
    /// Twilio's API: `https://api.twilio.com`, or another one in tests.
    pub base_url: String,
    /// Authorities in PEM to trust besides the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// Where Twilio tells what became of a message: the public address of our status webhook, without a query.
    pub status_callback: String,
}

/// A configuration that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// An id that is none of Twilio's, and so would change the address that is called.
    #[error("the account SID must be AC and 32 hexadecimal digits")]
    AccountSid,
    /// Twilio's address.
    #[error("Twilio's address {0}")]
    BaseUrl(#[from] ClientError),
}

/// Neither password nor number.
impl fmt::Debug for TwilioConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TwilioConfig").field("account_sid", &self.account_sid).finish_non_exhaustive()
    }
}

/// Whether it is an id of this kind: two letters and 32 hexadecimal digits.
pub(crate) fn is_sid(kind: &str, text: &str) -> bool {
    text.strip_prefix(kind).is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_does_not_show_its_secret_or_its_number() {
        let config = TwilioConfig {
            account_sid: "AC1".into(),
            user: "SK1".into(),
            password: "geheim".into(),
            from: TwilioFrom::Number("+51999888777".into()),
            base_url: "https://api.twilio.com".into(),
            ca_pem: None,
            status_callback: "https://fv.example/x".into(),
        };
        let shown = format!("{config:?} {:?}", config.from);
        assert!(shown.contains("AC1") && !shown.contains("geheim") && !shown.contains("999888777"), "{shown}");
    }

    #[test]
    fn an_id_has_its_letters_and_32_digits() {
        let sid = format!("AC{}", "0aF9".repeat(8));
        assert!(is_sid("AC", &sid) && !is_sid("MG", &sid));
        for wrong in ["AC", "AC12", &format!("AC{}", "g".repeat(32)), &format!("AC{}/../..", "0".repeat(26)), &format!("{sid}0")] {
            assert!(!is_sid("AC", wrong), "{wrong}");
        }
    }
}
