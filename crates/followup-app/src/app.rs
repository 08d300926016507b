//! What every use case works with.

use std::collections::BTreeMap;
use std::sync::Arc;

use followup_domain::asking::request::LetterRenderer;
use followup_domain::mail::inbound::MailReader;
use followup_domain::message::Channel;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{Clock, IdGen, Sender, Store};

/// The transports, one lane for each channel that has one; a channel without is not configured.
#[derive(Clone, Default)]
pub struct Senders(BTreeMap<Channel, Arc<dyn Sender>>);

impl Senders {
    /// These, and a lane for a channel.
    #[must_use]
    pub fn with(mut self, channel: Channel, sender: Arc<dyn Sender>) -> Self {
        self.0.insert(channel, sender);
        self
    }

    /// The transport of a channel.
    pub fn of(&self, channel: Channel) -> Option<&Arc<dyn Sender>> {
        self.0.get(&channel)
    }

    /// Every lane.
    pub fn lanes(&self) -> impl Iterator<Item = (Channel, &dyn Sender)> {
        self.0.iter().map(|(channel, sender)| (*channel, sender.as_ref()))
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
