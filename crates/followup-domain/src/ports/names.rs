//! The names by which others know a message.

use super::{StoreError, Updated};
use crate::ids::{CaseId, MessageId};
use crate::message::threading::InternetMessageId;
use crate::sending::ExternalName;

/// A stored message that an id of an inbound mail names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMessage {
    /// The id that named it.
    pub external_id: InternetMessageId,
    /// The message.
    pub message_id: MessageId,
    /// Its case, if known.
    pub case_id: Option<CaseId>,
    /// Whether it came in.
    pub inbound: bool,
    /// Whether it is word to the unit itself: what answers it does not come from the reporter.
    pub notification: bool,
}

/// External names of messages: their Message-IDs, those that relays gave them, and the ids of providers.
pub trait NameRepository {
    /// Which stored messages the ids name; one query for all.
    fn find(&mut self, ids: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError>;

    /// Keeps another id of a message, in the form of [`crate::message::alias::alias_key`]. The first message that has it keeps it:
    /// [`Updated::Stale`] when one has it already.
    fn insert_alias(&mut self, alias: &InternetMessageId, id: MessageId) -> Result<Updated, StoreError>;

    /// Keeps a provider's id of a message; [`Updated::Stale`] when a message has it already.
    fn insert_provider(&mut self, name: &ExternalName, id: MessageId) -> Result<Updated, StoreError>;

    /// The messages that providers know by these ids, in the order in which they are asked for.
    fn find_providers(&mut self, names: &[ExternalName]) -> Result<Vec<Option<MessageId>>, StoreError>;

    /// The message that a provider knows by this id.
    fn find_provider(&mut self, name: &ExternalName) -> Result<Option<MessageId>, StoreError> {
        Ok(self.find_providers(std::slice::from_ref(name))?.pop().flatten())
    }

    /// Which messages the ids name as aliases, each under the alias; one query for all.
    fn find_by_aliases(&mut self, aliases: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError>;
}
