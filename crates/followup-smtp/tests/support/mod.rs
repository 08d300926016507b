//! A message, and how it is sent to a server of the tests' own.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use chrono::{TimeZone, Utc};
use followup_domain::contact::EmailAddress;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::ports::Sender;
use followup_domain::sending::{MailParcel, Parcel, Receipt, SendError, SendStage};
use followup_smtp::{SmtpConfig, SmtpSender, SmtpTls};

/// Longer than any answer on loopback takes.
pub const AMPLE: Duration = Duration::from_secs(30);
/// For what is waited out.
pub const SHORT: Duration = Duration::from_millis(150);

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn message() -> MailParcel {
    MailParcel {
        message_id: InternetMessageId::parse("<m1.abc@vigia.test>").unwrap(),
        date: Utc.with_ymd_and_hms(2024, 3, 1, 10, 15, 0).unwrap(),
        from: address("pv@vigia.test"),
        from_name: Some("Farmacovigilancia".into()),
        reply_to: None,
        to: address("reporter@clinic.test"),
        subject: "[VIGIA] Solicitud de información - ICSR #123".into(),
        body: "Estimado(a) reportante,\n.\n..\n.fin\n\nQUIT\n".into(),
        in_reply_to: None,
        references: Vec::new(),
        automatic: true,
        files: Vec::new(),
    }
}

/// Settings for a server on this machine without TLS and without AUTH.
pub fn plain(port: u16) -> SmtpConfig {
    SmtpConfig {
        host: "127.0.0.1".into(),
        port,
        tls: SmtpTls::None,
        ca_file: None,
        login: None,
        hello_name: "pv.vigia.test".into(),
        timeout: AMPLE,
    }
}

/// Both steps.
pub fn send(config: SmtpConfig) -> Result<Receipt, SendError> {
    send_within(config, AMPLE)
}

pub fn send_within(config: SmtpConfig, budget: Duration) -> Result<Receipt, SendError> {
    SmtpSender::new(config).unwrap().prepare(&Parcel::Mail(message()), budget)?.transmit()
}

/// The provider's fault or ours, at this stage.
pub fn unavailable(stage: SendStage, text: &str) -> SendError {
    SendError::Unavailable { stage, text: text.into() }
}

/// What was said, if the letter is none the worse for it and the provider's breaker counts a failure of this stage.
pub fn providers(error: &SendError, at: SendStage) -> Option<&str> {
    match error {
        SendError::Unavailable { stage, text } if *stage == at => Some(text),
        _ => None,
    }
}
