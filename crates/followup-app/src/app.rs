//! What every use case works with.

use std::collections::BTreeMap;
use std::sync::Arc;

use followup_domain::asking::request::LetterRenderer;
use followup_domain::mail::inbound::MailReader;
use followup_domain::message::Channel;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{Clock, IdGen, MediaSource, Sender, Store, TemplateCatalogue};
use followup_domain::proposal::AnswerReader;
use followup_domain::sending::EventReader;

use crate::runs::turn::Turns;

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

/// What understands the calls of providers, by the scope of their ids, and who keeps the files that they tell of.
#[derive(Clone, Default)]
pub struct EventReaders {
    readers: BTreeMap<String, Arc<dyn EventReader>>,
    media: Vec<Arc<dyn MediaSource>>,
}

impl EventReaders {
    /// These, and one more. Mails are understood by the mail reader: one of e-mail is never asked.
    #[must_use]
    pub fn with(mut self, reader: Arc<dyn EventReader>) -> Self {
        self.readers.insert(reader.scope().to_owned(), reader);
        self
    }

    /// These, and who keeps the files of a provider's messages.
    #[must_use]
    pub fn with_media(mut self, source: Arc<dyn MediaSource>) -> Self {
        self.media.push(source);
        self
    }

    /// Everybody who keeps files.
    pub fn media(&self) -> &[Arc<dyn MediaSource>] {
        &self.media
    }

    /// The one of a provider.
    pub fn of(&self, scope: &str) -> Option<&dyn EventReader> {
        self.readers.get(scope).map(AsRef::as_ref).filter(|reader| reader.channel() != Channel::Email)
    }

    /// The providers that carry a channel.
    pub fn scopes_of(&self, channel: Channel) -> impl Iterator<Item = &str> {
        self.readers.iter().filter(move |(_, reader)| reader.channel() == channel).map(|(scope, _)| scope.as_str())
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
    /// Reads values in answers.
    pub answers: Arc<dyn AnswerReader>,
    /// Transports.
    pub senders: Senders,
    /// What understands the calls of providers, and fetches their files.
    pub events: EventReaders,
    /// Lists the message templates of WhatsApp's provider; none where nobody does.
    pub templates: Option<Arc<dyn TemplateCatalogue>>,
    /// What the deployment decided.
    pub policy: Arc<FollowupPolicy>,
    /// Whose turn it is to have a large mail in hand; one for a process.
    pub turns: Turns,
    /// The process that acts when no person does: `api-server`, `dispatcher`, `mail-poller`.
    pub service: &'static str,
}
