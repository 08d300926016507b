//! The sender over SMTP.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use followup_domain::message::threading::InternetMessageId;
use followup_domain::ports::{AccessTokens, Prepared, Sender};
use followup_domain::sending::{ExternalName, Parcel, Receipt, SendError, SendStage};
use lettre::transport::smtp::commands::{Data, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, ServerInfo};
use rustls::ClientConfig;

use crate::config::{SmtpConfig, SmtpConfigError, SmtpLogin, SmtpTls};
use crate::envelope;
use crate::failure::{Trouble, not_a_mail};
use crate::relay_id::alias_in_answer;
use crate::session::Session;
use crate::sign_in::{self, TokenFailure};
use crate::tls;
use crate::wire::Wire;

/// Hands mail to one SMTP server, each message over a connection of its own.
///
/// What its errors say is one line: the stage and the server's own words, such as
/// `RCPT TO: 550 5.1.1 <x@example.org>: Recipient address rejected`.
pub struct SmtpSender {
    config: SmtpConfig,
    /// `smtp:` and the host.
    provider: String,
    hello_name: ClientId,
    tls: Option<Arc<ClientConfig>>,
}

impl SmtpSender {
    /// A sender; connects to nothing yet.
    ///
    /// # Errors
    /// A setting that cannot work, or a CA file that cannot be read or has no certificate.
    pub fn new(config: SmtpConfig) -> Result<Self, SmtpConfigError> {
        let hello_name = config.check()?;
        let tls = match config.tls {
            SmtpTls::None => None,
            SmtpTls::StartTls | SmtpTls::Wrapper => Some(tls::client_config(config.ca_file.as_deref())?),
        };
        Ok(Self { provider: format!("smtp:{}", config.host), config, hello_name, tls })
    }

    /// A session that is ready for MAIL. A pool of sessions would be asked here.
    fn open(&self, deadline: Instant) -> Result<Session, SendError> {
        match &self.config.login {
            Some(SmtpLogin::XOauth2 { user, tokens }) => self.open_with_token(user, &**tokens, deadline),
            Some(SmtpLogin::Password { user, password }) => {
                let (mut session, server) = self.connect(deadline)?;
                sign_in::with_password(&mut session, &server, user, password)?;
                Ok(session)
            }
            None => self.connect(deadline).map(|(session, _)| session),
        }
    }

    /// The token is had before the server is asked to wait for it. One that was kept may have been withdrawn meanwhile: a new one is
    /// tried once, over a new connection, because servers hang up on whoever they did not let in.
    fn open_with_token(&self, user: &str, tokens: &dyn AccessTokens, deadline: Instant) -> Result<Session, SendError> {
        let mut is_first = true;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let granted = tokens.token(left).map_err(|error| sign_in::without_token(&error))?;
            let (mut session, server) = self.connect(deadline)?;
            match sign_in::with_token(&mut session, &server, user, &granted.token) {
                Ok(()) => return Ok(session),
                Err(TokenFailure { error, is_refusal }) => {
                    if is_refusal {
                        tokens.discard(&granted.token);
                    }
                    if !(is_refusal && granted.is_kept && is_first) {
                        return Err(error);
                    }
                }
            }
            is_first = false;
        }
    }

    /// A session up to AUTH, and what the server offers.
    fn connect(&self, deadline: Instant) -> Result<(Session, ServerInfo), SendError> {
        let connect = format!("conexión con {}", self.config.address());
        let unreachable = |trouble: Trouble| trouble.of_the_provider(SendStage::Connection, &connect);
        let step = Instant::now().checked_add(self.config.timeout).map_or(deadline, |end| end.min(deadline));
        let wire = Wire::connect(&self.config.host, self.config.port, step).map_err(|error| unreachable(Trouble::Io(error)))?;
        let mut session = Session::new(wire, deadline, self.config.timeout);
        if let (SmtpTls::Wrapper, Some(tls)) = (self.config.tls, &self.tls) {
            session.begin_tls(tls, &self.config.host).map_err(|trouble| trouble.of_the_provider(SendStage::Tls, &connect))?;
        }
        session.greeting().map_err(unreachable)?;
        let mut server = envelope::hello(&mut session, &self.hello_name)?;
        if let (SmtpTls::StartTls, Some(tls)) = (self.config.tls, &self.tls) {
            server = self.start_tls(&mut session, &server, tls)?;
        }
        Ok((session, server))
    }

    /// STARTTLS, which is demanded: a server that does not offer it gets neither password nor mail. What it offered
    /// before TLS is forgotten (RFC 3207 §4.2).
    fn start_tls(&self, session: &mut Session, server: &ServerInfo, tls: &Arc<ClientConfig>) -> Result<ServerInfo, SendError> {
        let stage = |trouble: Trouble| trouble.of_the_provider(SendStage::Tls, "STARTTLS");
        if !server.supports_feature(Extension::StartTls) {
            return Err(stage(Trouble::Other("el servidor no lo ofrece".into())));
        }
        session.command(Starttls).map_err(stage)?;
        session.begin_tls(tls, &self.config.host).map_err(stage)?;
        envelope::hello(session, &self.hello_name)
    }
}

impl fmt::Debug for SmtpSender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SmtpSender").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Sender for SmtpSender {
    fn provider(&self) -> &str {
        &self.provider
    }

    fn prepare(&self, parcel: &Parcel, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        let Parcel::Mail(message) = parcel else { return Err(not_a_mail(parcel)) };
        let now = Instant::now();
        // A budget beyond what the clock can count is no bound; a day is.
        let deadline = now.checked_add(budget).unwrap_or(now + Duration::from_secs(24 * 60 * 60));
        let content = followup_mail::compose(message)?;
        let mut session = self.open(deadline)?;
        envelope::address(&mut session, &message.from, &message.to)?;
        Ok(Box::new(PreparedMail { session, content, message_id: message.message_id.clone() }))
    }
}

/// A session whose server has accepted the recipient.
struct PreparedMail {
    session: Session,
    content: Vec<u8>,
    message_id: InternetMessageId,
}

impl Prepared for PreparedMail {
    fn content(&self) -> &[u8] {
        &self.content
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        let Self { mut session, content, message_id } = *self;
        let before = |trouble: Trouble| trouble.before_the_message(SendStage::Message, "DATA");
        let go_ahead = session.command(Data).map_err(before)?;
        if go_ahead.code != 354 {
            return Err(before(Trouble::Said(go_ahead)));
        }
        // An answer that came before its question could be taken for the acceptance.
        session.nothing_unread("el servidor habló antes del mensaje").map_err(before)?;
        match session.message(&content) {
            Ok(reply) if reply.is_accepted() => Ok(receipt(reply.text(), &message_id)),
            Ok(reply) => Err(Trouble::Said(reply).after_the_message("end of DATA")),
            Err(trouble) => Err(trouble.after_the_message("end of DATA")),
        }
    }
}

/// The acceptance, and the id under which the mail goes on where the server says that it is another.
fn receipt(words: String, own: &InternetMessageId) -> Receipt {
    let alias = alias_in_answer(&words, Some(own));
    Receipt { provider_id: alias.map(|alias| ExternalName::new(ExternalName::RFC5322, alias.as_str())), words, parts: None }
}
