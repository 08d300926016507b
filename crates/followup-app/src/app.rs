//! What every use case works with.

use std::sync::Arc;

use followup_domain::asking::request::LetterRenderer;
use followup_domain::mail::inbound::MailReader;
use followup_domain::message::Channel;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{Clock, IdGen, Sender, Store};

/// The transports; a channel without one is not configured.
#[derive(Clone, Default)]
pub struct Senders {
    /// E-mail.
    pub email: Option<Arc<dyn Sender>>,
}

impl Senders {
    /// The transport of a channel.
    pub fn of(&self, channel: Channel) -> Option<&Arc<dyn Sender>> {
        match channel {
            Channel::Email => self.email.as_ref(),
            Channel::Sms | Channel::Whatsapp | Channel::Call => None,
        }
    }
}

/// The application: every use case is a method. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Message-IDs and tokens.
    pub ids: Arc<dyn IdGen>,
    /// Lays letters out.
    pub letters: Arc<dyn LetterRenderer>,
    /// Understands mail.
    pub reader: Arc<dyn MailReader>,
    /// Transports.
    pub senders: Senders,
    /// What the deployment decided.
    pub policy: Arc<FollowupPolicy>,
    /// The process that acts when no person does: `api-server`, `dispatcher`, `mail-poller`.
    pub service: &'static str,
}
