//! What is stored is understood in the order in which it came. Calls that tell nothing but what became of messages are taken together: read without a
//! transaction, then many in one, for there may be a thousand in a second. Whatever goes wrong with many, each is taken alone, so that one that cannot be
//! taken holds up no other and is dealt with as it is.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use followup_domain::ids::{InboundMailId, RawId};
use followup_domain::ports::{StoreError, StoredCall};
use followup_domain::sending::{EventKind, ProviderEvent, StatusEvent};

use super::ingest::process_one;
use super::placed::Placed;
use super::statuses::{self, Came};
use crate::app::App;
use crate::moves::provider_event;
use crate::step;
use crate::transaction;

/// So much is taken up at a time.
const MOST: i64 = 100;
/// Larger calls are taken alone; and so many bytes are read at a time.
const LARGEST: u64 = 16 * 1024;
/// Calls that tell more are taken alone; and so many events are taken together.
const MOST_EVENTS: usize = 20;
const MOST_TOGETHER: usize = 200;

/// Some of what is stored and not looked at yet, oldest first.
pub(crate) struct Page {
    ids: Vec<InboundMailId>,
    calls: Vec<(StoredCall, Vec<u8>)>,
}

/// A call of which nothing is to be said but what became of messages.
struct Statuses {
    call: StoredCall,
    events: Vec<StatusEvent>,
}

impl Page {
    /// The next one.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn next(app: &App) -> Result<Self, StoreError> {
        step::read(app, |step| {
            let ids = step.tx.inbox().list_stored(MOST)?;
            let calls: Vec<StoredCall> =
                step.tx.provider_events().list_calls(&ids)?.into_iter().filter(|call| call.size <= LARGEST).collect();
            let raw_ids: Vec<RawId> = calls.iter().map(|call| call.raw_id).collect();
            let mut bytes: HashMap<RawId, Vec<u8>> = step.tx.originals().list_small(&raw_ids)?.into_iter().collect();
            let calls = calls.into_iter().filter_map(|call| bytes.remove(&call.raw_id).map(|raw| (call, raw))).collect();
            Ok(Self { ids, calls })
        })
    }

    /// Whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Understands it; gives where messages were put.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub(crate) fn process(self, app: &App, stop: &dyn Fn() -> bool) -> Result<Vec<Placed>, StoreError> {
        let quick: Vec<Statuses> = self.calls.into_iter().filter_map(|(call, raw)| statuses_of(app, call, &raw)).collect();
        let mut taken = BTreeSet::new();
        for together in groups(&quick) {
            if !stop() {
                taken.extend(take_together(app, together));
            }
        }
        let mut placed = Vec::new();
        for id in self.ids.into_iter().filter(|id| !taken.contains(id)) {
            if stop() {
                return Ok(placed);
            }
            placed.extend(process_one(app, id)?);
        }
        Ok(placed)
    }
}

/// What a call tells, if that is nothing but what became of messages: of one that failed more follows than of one that arrived.
fn statuses_of(app: &App, call: StoredCall, raw: &[u8]) -> Option<Statuses> {
    let reader = app.events.of(&call.provider)?;
    // What it stumbles over, it stumbles over again when the call is taken alone.
    let read = catch_unwind(AssertUnwindSafe(|| reader.read(raw))).ok()?.ok()?;
    let is_quick = |event: &ProviderEvent| matches!(event, ProviderEvent::Status(event) if event.kind != EventKind::Failed);
    if read.is_empty() || read.len() > MOST_EVENTS || !read.iter().all(is_quick) {
        return None;
    }
    let status = |event| match event {
        ProviderEvent::Status(event) => Some(event),
        _ => None,
    };
    Some(Statuses { call, events: read.into_iter().filter_map(status).collect() })
}

/// As they come, in groups that may be taken together.
fn groups(mut calls: &[Statuses]) -> Vec<&[Statuses]> {
    let mut groups = Vec::new();
    while !calls.is_empty() {
        let mut events = 0;
        let fits = |of: &&Statuses| {
            events += of.events.len();
            events <= MOST_TOGETHER
        };
        let (group, others) = calls.split_at(calls.iter().take_while(fits).count().max(1));
        groups.push(group);
        calls = others;
    }
    groups
}

/// Takes calls in one transaction; gives those with which somebody is done.
fn take_together(app: &App, calls: &[Statuses]) -> Vec<InboundMailId> {
    let ids: Vec<InboundMailId> = calls.iter().map(|of| of.call.id).collect();
    if ids.len() < 2 {
        return Vec::new();
    }
    // What a panic leaves half done is a transaction, which the store rolls back.
    let taken = catch_unwind(AssertUnwindSafe(|| {
        transaction::write_itself(app, |step| {
            // Those that another process took are done.
            let mine = provider_event::take(step, &ids)?;
            let came: Vec<Came<'_>> = calls.iter().filter(|of| mine.contains(&of.call.id)).flat_map(Statuses::came).collect();
            statuses::take(step, &came)
        })
    }));
    match taken {
        Ok(Ok(())) => ids,
        Ok(Err(error)) => {
            tracing::warn!(calls = ids.len(), %error, "providers' calls are taken one by one: together they could not be");
            Vec::new()
        }
        Err(_) => {
            tracing::warn!(calls = ids.len(), "providers' calls are taken one by one: together they made the service panic");
            Vec::new()
        }
    }
}

impl Statuses {
    fn came(&self) -> impl Iterator<Item = Came<'_>> {
        let StoredCall { provider, received_at, raw_id, .. } = &self.call;
        self.events.iter().map(move |event| Came { scope: provider, event, received_at: *received_at, raw_id: *raw_id })
    }
}
