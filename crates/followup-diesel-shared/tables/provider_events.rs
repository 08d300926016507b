//! What providers tell, as it arrived and as it was understood.

use std::collections::{BTreeSet, HashMap, HashSet};

use diesel::dsl::AsSelect;
use diesel::prelude::*;
use followup_domain::contact::{Failure as ContactFailure, FailureReason, Permanence};
use followup_domain::ids::{InboundMailId, MessageId, ProviderEventId, RawId};
use followup_domain::mail::inbound::InboundState;
use followup_domain::message::Channel;
use followup_domain::ports::{Inserted, NewCallback, NewProviderEvent, ProviderEventRepository, StoreError, StoredCall, Updated};
use followup_domain::sending::{EventKind, ExternalName, StatusEvent, StoredEvent};

use super::super::{Conn, Db};
use super::inbox::with_bytes;
use super::message_row::{parse, parse_optional};
use super::names::lock_provider_name;
use super::schema::{arrival, content as contents, provider_event};
use super::work::Work;
use super::{At, IDS_PER_QUERY, LONGEST_PAGE, content, updated};
use crate::error::{Done, unreadable};

#[derive(Queryable, Selectable)]
#[diesel(table_name = provider_event, check_for_backend(Db))]
struct EventRow {
    id: i64,
    event_key: String,
    provider_id: Option<String>,
    reference: Option<String>,
    kind: String,
    permanence: Option<String>,
    reason: Option<String>,
    status: Option<String>,
    at: At,
    received_at: At,
}

/// A call as it is stored for the first time.
#[derive(Insertable)]
#[diesel(table_name = arrival, check_for_backend(Db), treat_none_as_default_value = false)]
struct NewCall<'c> {
    channel: &'static str,
    mailbox: &'c str,
    arrived_at: At,
    recorded_at: At,
    content_id: i64,
    state: &'static str,
    is_partial: bool,
}

#[derive(Insertable)]
#[diesel(table_name = provider_event, check_for_backend(Db), treat_none_as_default_value = false)]
struct NewEvent<'e> {
    provider: &'e str,
    event_key: &'e str,
    provider_id: Option<&'e str>,
    reference: Option<&'e str>,
    message_id: Option<i64>,
    kind: &'static str,
    permanence: Option<&'static str>,
    reason: Option<&'static str>,
    status: Option<&'e str>,
    at: At,
    received_at: At,
    content_id: i64,
}

impl<'e> From<&'e NewProviderEvent> for NewEvent<'e> {
    fn from(new: &'e NewProviderEvent) -> Self {
        let StatusEvent { key, provider_id, reference, kind, failure, at } = &new.event;
        let failure = failure.as_ref();
        Self {
            provider: &new.provider,
            event_key: key,
            provider_id: provider_id.as_deref(),
            reference: reference.as_deref(),
            message_id: new.told_of.map(|id| id.0),
            kind: kind.as_str(),
            permanence: failure.map(|failure| failure.permanence.as_str()),
            reason: failure.map(|failure| failure.reason.as_str()),
            status: failure.and_then(|failure| failure.status.as_deref()),
            at: at.unwrap_or(new.received_at).into(),
            received_at: new.received_at.into(),
            content_id: new.raw_id.0,
        }
    }
}

impl ProviderEventRepository for Work<'_> {
    fn insert_callbacks(&mut self, batch: &[NewCallback]) -> Result<Vec<Inserted<InboundMailId>>, StoreError> {
        self.carried(batch.iter().map(|callback| callback.raw.len()).sum());
        self.write(|conn| insert_callbacks(conn, batch))
    }

    fn list_calls(&mut self, ids: &[InboundMailId]) -> Result<Vec<StoredCall>, StoreError> {
        self.read(|conn| list_calls(conn, ids))
    }

    fn take_calls(&mut self, ids: &[InboundMailId]) -> Result<Vec<InboundMailId>, StoreError> {
        self.write(|conn| take_calls(conn, ids))
    }

    fn insert(&mut self, batch: &[NewProviderEvent]) -> Result<Vec<Inserted<ProviderEventId>>, StoreError> {
        self.write(|conn| {
            let waiting = batch.iter().filter(|new| new.told_of.is_none());
            let names = waiting.filter_map(|new| Some(ExternalName::new(&new.provider, new.event.provider_id.as_ref()?)));
            for name in names.collect::<BTreeSet<_>>() {
                lock_provider_name(conn, &name)?;
            }
            insert(conn, batch)
        })
    }

    fn list_waiting(&mut self, provider: &str, provider_ids: &[&str], references: &[&str]) -> Result<Vec<StoredEvent>, StoreError> {
        self.read(|conn| {
            let waiting = || {
                let of_it = provider_event::table.filter(provider_event::provider.eq(provider));
                of_it.filter(provider_event::message_id.is_null()).order(provider_event::id).limit(LONGEST_PAGE)
            };
            let mut rows: Vec<EventRow> = Vec::new();
            for some in provider_ids.chunks(IDS_PER_QUERY) {
                let row: AsSelect<EventRow, Db> = EventRow::as_select();
                rows.extend(waiting().filter(provider_event::provider_id.eq_any(some)).select(row).load::<EventRow>(conn)?);
            }
            for some in references.chunks(IDS_PER_QUERY) {
                let row: AsSelect<EventRow, Db> = EventRow::as_select();
                rows.extend(waiting().filter(provider_event::reference.eq_any(some)).select(row).load::<EventRow>(conn)?);
            }
            rows.sort_by_key(|row| row.id);
            rows.dedup_by_key(|row| row.id);
            rows.truncate(usize::try_from(LONGEST_PAGE).unwrap_or(usize::MAX));
            rows.into_iter().map(stored_event).collect()
        })
    }

    fn record_told(&mut self, id: ProviderEventId, message_id: MessageId) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let waiting = provider_event::table.filter(provider_event::id.eq(id.0)).filter(provider_event::message_id.is_null());
            Ok(updated(diesel::update(waiting).set(provider_event::message_id.eq(message_id.0)).execute(conn)?))
        })
    }
}

fn insert_callbacks(conn: &mut Conn, batch: &[NewCallback]) -> Done<Vec<Inserted<InboundMailId>>> {
    let hashes: Vec<String> = batch.iter().map(|callback| content::sha256(&callback.raw)).collect();
    let bytes = hashes.iter().cloned().zip(batch.iter().map(|callback| (callback.raw.as_slice(), callback.received_at))).collect();
    let contents = content::store_all(conn, &bytes)?;
    let content_ids: Vec<i64> = hashes.iter().filter_map(|hash| contents.get(hash).copied()).collect();
    let mut seen = HashSet::new();
    let is_first: Vec<bool> = content_ids.iter().map(|id| seen.insert(*id)).collect();
    let mut rows = Vec::with_capacity(batch.len());
    for ((callback, content_id), _) in batch.iter().zip(&content_ids).zip(&is_first).filter(|(_, is_first)| **is_first) {
        rows.push(NewCall {
            channel: callback.channel.as_str(),
            mailbox: &callback.provider,
            arrived_at: callback.received_at.into(),
            recorded_at: callback.received_at.into(),
            content_id: *content_id,
            state: InboundState::Stored.as_str(),
            is_partial: false,
        });
    }
    let mut new: HashMap<i64, i64> = HashMap::with_capacity(rows.len());
    for rows in rows.chunks(IDS_PER_QUERY) {
        let inserted: Vec<(Option<i64>, i64)> = diesel::insert_into(arrival::table)
            .values(rows)
            .on_conflict_do_nothing()
            .returning((arrival::content_id, arrival::id))
            .get_results(conn)?;
        new.extend(inserted.into_iter().filter_map(|(content_id, id)| Some((content_id?, id))));
    }
    let mut answers = Vec::with_capacity(batch.len());
    for (content_id, is_first) in content_ids.iter().zip(is_first) {
        answers.push(match new.get(content_id).map(|id| InboundMailId(*id)) {
            Some(id) if is_first => Inserted::New(id),
            Some(id) => Inserted::Duplicate(id),
            None => with_bytes(conn, *content_id)?.map(Inserted::Duplicate).ok_or(diesel::result::Error::NotFound)?,
        });
    }
    Ok(answers)
}

fn list_calls(conn: &mut Conn, ids: &[InboundMailId]) -> Done<Vec<StoredCall>> {
    let mut calls = Vec::with_capacity(ids.len());
    for some in ids.chunks(IDS_PER_QUERY) {
        let found = arrival::table
            .inner_join(contents::table.on(contents::id.nullable().eq(arrival::content_id)))
            .filter(arrival::id.eq_any(some.iter().map(|id| id.0)))
            .filter(arrival::channel.ne(Channel::Email.as_str()));
        let columns = (arrival::id, arrival::mailbox, arrival::recorded_at, contents::id, contents::size);
        let rows: Vec<(i64, String, At, i64, i64)> = found.select(columns).load(conn)?;
        for (id, provider, received_at, raw_id, size) in rows {
            let size = u64::try_from(size).map_err(|_| unreadable("call size"))?;
            calls.push(StoredCall { id: InboundMailId(id), provider, received_at: received_at.0, raw_id: RawId(raw_id), size });
        }
    }
    calls.sort_by_key(|call| call.id);
    Ok(calls)
}

fn take_calls(conn: &mut Conn, ids: &[InboundMailId]) -> Done<Vec<InboundMailId>> {
    let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    let mut taken = Vec::with_capacity(ids.len());
    for some in ids.chunks(IDS_PER_QUERY) {
        let calls = arrival::table.filter(arrival::id.eq_any(some)).filter(arrival::channel.ne(Channel::Email.as_str()));
        let stored = calls.filter(arrival::state.eq(InboundState::Stored.as_str()));
        let locked: Vec<i64> = lock_rows!(stored.order(arrival::id).select(arrival::id)).load(conn)?;
        let processed = arrival::state.eq(InboundState::Processed.as_str());
        diesel::update(arrival::table.filter(arrival::id.eq_any(&locked))).set(processed).execute(conn)?;
        taken.extend(locked.into_iter().map(InboundMailId));
    }
    Ok(taken)
}

fn insert(conn: &mut Conn, batch: &[NewProviderEvent]) -> Done<Vec<Inserted<ProviderEventId>>> {
    let mut new: HashMap<(String, String), i64> = HashMap::with_capacity(batch.len());
    let columns = (provider_event::provider, provider_event::event_key, provider_event::id);
    for some in batch.chunks(IDS_PER_QUERY) {
        let rows: Vec<NewEvent<'_>> = some.iter().map(NewEvent::from).collect();
        let inserted: Vec<(String, String, i64)> =
            diesel::insert_into(provider_event::table).values(&rows).on_conflict_do_nothing().returning(columns).get_results(conn)?;
        new.extend(inserted.into_iter().map(|(provider, key, id)| ((provider, key), id)));
    }
    let mut told = HashMap::with_capacity(batch.len());
    let mut answers = Vec::with_capacity(batch.len());
    for event in batch {
        let key = (event.provider.clone(), event.event.key.clone());
        let answer = match (told.get(&key), new.get(&key)) {
            (Some(id), _) => Inserted::Duplicate(ProviderEventId(*id)),
            (None, Some(id)) => Inserted::New(ProviderEventId(*id)),
            (None, None) => Inserted::Duplicate(known(conn, event)?),
        };
        told.insert(key, answer.id().0);
        answers.push(answer);
    }
    Ok(answers)
}

fn known(conn: &mut Conn, event: &NewProviderEvent) -> Done<ProviderEventId> {
    let known = provider_event::table.filter(provider_event::provider.eq(&event.provider));
    let known = known.filter(provider_event::event_key.eq(&event.event.key));
    Ok(ProviderEventId(known.select(provider_event::id).first(conn)?))
}

fn stored_event(row: EventRow) -> Done<StoredEvent> {
    let permanence = parse_optional("permanence", row.permanence.as_deref(), Permanence::parse)?;
    let reason = parse_optional("reason", row.reason.as_deref(), FailureReason::parse)?;
    let status = row.status;
    let failure = permanence.zip(reason).map(|(permanence, reason)| ContactFailure { permanence, reason, status });
    Ok(StoredEvent {
        id: ProviderEventId(row.id),
        event: StatusEvent {
            key: row.event_key,
            provider_id: row.provider_id,
            reference: row.reference,
            kind: parse("kind of event", &row.kind, EventKind::parse)?,
            failure,
            at: Some(row.at.0),
        },
        received_at: row.received_at.0,
    })
}
