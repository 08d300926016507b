//! Settings of the SMTP sender, checked before anything is sent.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use followup_domain::ports::AccessTokens;
use lettre::transport::smtp::extension::ClientId;

/// How the connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// STARTTLS, which the server must offer (RFC 3207); commonly port 587.
    StartTls,
    /// TLS from the first byte (RFC 8314); commonly port 465.
    Wrapper,
    /// No TLS: only to a server on the same machine.
    None,
}

/// How to sign in.
#[derive(Clone)]
pub enum SmtpLogin {
    /// AUTH PLAIN or LOGIN.
    Password {
        /// The user's name.
        user: String,
        /// The password.
        password: String,
    },
    /// AUTH XOAUTH2.
    XOauth2 {
        /// The user's name: the mailbox whose mail it is.
        user: String,
        /// Where the access tokens come from.
        tokens: Arc<dyn AccessTokens>,
    },
}

impl SmtpLogin {
    /// With a password.
    pub fn password(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self::Password { user: user.into(), password: password.into() }
    }

    /// What would break the lines they are put on.
    fn cannot_stand(&self) -> bool {
        let has_control = |text: &str| text.is_empty() || text.chars().any(char::is_control);
        match self {
            Self::Password { user, password } => has_control(user) || has_control(password),
            Self::XOauth2 { user, .. } => has_control(user),
        }
    }
}

/// Where and how to hand mail over.
#[derive(Clone)]
pub struct SmtpConfig {
    /// Host name, or an IP address. The server's certificate must be for it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is secured.
    pub tls: SmtpTls,
    /// PEM file of the only authorities to trust; the machine's own when absent.
    pub ca_file: Option<PathBuf>,
    /// How to sign in, if at all.
    pub login: Option<SmtpLogin>,
    /// What EHLO says: this machine's full host name, or its IP address.
    pub hello_name: String,
    /// The longest to wait for one answer before the message is handed over; the answer to the message itself may take
    /// all that is left of the budget, because giving up on it leaves its fate unknown.
    pub timeout: Duration,
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SmtpConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("ca_file", &self.ca_file)
            .field("hello_name", &self.hello_name)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A setting that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmtpConfigError {
    /// No host name and no IP address.
    #[error("SMTP: {0:?} is neither a host name nor an IP address")]
    Host(String),
    /// Clear text over a network.
    #[error("SMTP: without TLS mail goes only to this machine (localhost, 127.0.0.1, ::1), not to {0}")]
    ClearText(String),
    /// Nothing that EHLO can say.
    #[error("SMTP: {0:?} cannot be this machine's name in EHLO; it takes a host name or an IP address")]
    HelloName(String),
    /// An empty user name, or a control character.
    #[error("SMTP: the user name or the password is empty or has a control character in it")]
    Credentials,
    /// No time to wait.
    #[error("SMTP: the timeout must be longer than nothing")]
    Timeout,
    /// The CA file is of no use.
    #[error("SMTP: the CA file {path} cannot be used: {reason}")]
    CaFile {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The machine trusts nobody.
    #[error("SMTP: this machine has no certificates of authorities to check the server by; install them or name a CA file")]
    NoAuthorities,
}

impl SmtpConfig {
    /// Checks everything but the CA file, which [`crate::tls`] reads, and gives what EHLO says.
    pub(crate) fn check(&self) -> Result<ClientId, SmtpConfigError> {
        if self.host.is_empty() || !self.host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_:".contains(c)) {
            return Err(SmtpConfigError::Host(self.host.clone()));
        }
        if self.tls == SmtpTls::None && !self.is_loopback() {
            return Err(SmtpConfigError::ClearText(self.host.clone()));
        }
        if self.login.as_ref().is_some_and(SmtpLogin::cannot_stand) {
            return Err(SmtpConfigError::Credentials);
        }
        if self.timeout.is_zero() {
            return Err(SmtpConfigError::Timeout);
        }
        client_id(&self.hello_name).ok_or_else(|| SmtpConfigError::HelloName(self.hello_name.clone()))
    }

    /// `host:port`, for messages.
    pub(crate) fn address(&self) -> String {
        if self.host.contains(':') { format!("[{}]:{}", self.host, self.port) } else { format!("{}:{}", self.host, self.port) }
    }

    fn is_loopback(&self) -> bool {
        match self.host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => self.host.eq_ignore_ascii_case("localhost"),
        }
    }
}

/// RFC 5321 §4.1.1.1: a domain, or an address literal.
fn client_id(name: &str) -> Option<ClientId> {
    match name.parse() {
        Ok(IpAddr::V4(address)) => return Some(ClientId::Ipv4(address)),
        Ok(IpAddr::V6(address)) => return Some(ClientId::Ipv6(address)),
        Err(_) => {}
    }
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    (name.len() <= 253 && name.split('.').all(is_label)).then(|| ClientId::Domain(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> SmtpConfig {
        SmtpConfig {
            host: "smtp.example.org".into(),
            port: 587,
            tls: SmtpTls::StartTls,
            ca_file: None,
            login: Some(SmtpLogin::password("pv", "clave-secreta")),
            hello_name: "pv.example.org".into(),
            timeout: Duration::from_secs(10),
        }
    }

    #[test]
    fn clear_text_is_for_this_machine_only() {
        for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1"] {
            assert!(SmtpConfig { host: host.into(), tls: SmtpTls::None, ..config() }.check().is_ok(), "{host}");
        }
        for host in ["smtp.example.org", "10.0.0.1", "0.0.0.0", "localhost.example.org", "::2"] {
            let error = SmtpConfig { host: host.into(), tls: SmtpTls::None, ..config() }.check().unwrap_err();
            assert_eq!(error, SmtpConfigError::ClearText(host.into()));
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        for host in ["", "smtp example", "smtp.example.org\r\n", "user@host", "ñandú.pe"] {
            assert_eq!(SmtpConfig { host: host.into(), ..config() }.check(), Err(SmtpConfigError::Host(host.into())));
        }
        for name in ["", "a b", "a\r\nMAIL", "a..b", "."] {
            assert_eq!(SmtpConfig { hello_name: name.into(), ..config() }.check(), Err(SmtpConfigError::HelloName(name.into())));
        }
        for (user, password) in [("", "x"), ("x", ""), ("a\0b", "x"), ("x", "a\nb")] {
            let config = SmtpConfig { login: Some(SmtpLogin::password(user, password)), ..config() };
            assert_eq!(config.check(), Err(SmtpConfigError::Credentials));
        }
        assert_eq!(SmtpConfig { timeout: Duration::ZERO, ..config() }.check(), Err(SmtpConfigError::Timeout));
    }

    #[test]
    fn an_ip_address_greets_as_an_address_literal() {
        assert_eq!(client_id("127.0.0.1").unwrap().to_string(), "[127.0.0.1]");
        assert_eq!(client_id("::1").unwrap().to_string(), "[IPv6:::1]");
        assert_eq!(client_id("pv.example.org").unwrap().to_string(), "pv.example.org");
    }

    #[test]
    fn debug_output_has_no_credentials() {
        let text = format!("{:?}", config());
        assert!(!text.contains("clave-secreta") && text.contains("smtp.example.org"), "{text}");
    }
}
