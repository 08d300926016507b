//! What waits for a transport that nobody configured.

use std::collections::BTreeMap;

use followup_domain::message::Channel;
use followup_domain::ports::StoreError;

use crate::step::Step;

/// How many messages are queued by channel, of the channels that have no transport here.
pub(crate) fn unserved(step: &mut Step<'_>) -> Result<BTreeMap<Channel, i64>, StoreError> {
    let senders = step.deployment.senders;
    let queued = step.tx.health().queued_by_channel()?;
    Ok(queued.into_iter().filter(|(channel, count)| *count > 0 && senders.of(*channel).is_none()).collect())
}
