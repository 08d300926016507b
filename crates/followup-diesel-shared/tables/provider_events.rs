//! What providers tell, as it arrived and as it was understood.

use diesel::dsl::AsSelect;
use diesel::prelude::*;
use followup_domain::contact::{Failure as ContactFailure, FailureReason, Permanence};
use followup_domain::ids::{InboundMailId, MessageId, ProviderEventId};
use followup_domain::mail::inbound::InboundState;
use followup_domain::message::Channel;
use followup_domain::ports::{Inserted, NewCallback, NewProviderEvent, ProviderEventRepository, StoreError, Updated};
use followup_domain::sending::{EventKind, ExternalName, StatusEvent, StoredEvent};

use super::super::{Conn, Db};
use super::inbox::with_bytes;
use super::message_row::{parse, parse_optional};
use super::names::lock_provider_name;
use super::schema::{arrival, provider_event};
use super::work::Work;
use super::{At, LONGEST_PAGE, content, updated};
use crate::error::Done;

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

impl ProviderEventRepository for Work<'_> {
    fn insert_callback(&mut self, callback: &NewCallback) -> Result<Inserted<InboundMailId>, StoreError> {
        self.write(|conn| insert_callback(conn, callback))
    }

    fn find_provider(&mut self, id: InboundMailId) -> Result<Option<String>, StoreError> {
        self.read(|conn| {
            let call = arrival::table.filter(arrival::id.eq(id.0)).filter(arrival::channel.ne(Channel::Email.as_str()));
            Ok(call.select(arrival::mailbox).first(conn).optional()?)
        })
    }

    fn insert(&mut self, event: &NewProviderEvent) -> Result<Inserted<ProviderEventId>, StoreError> {
        self.write(|conn| {
            if let Some(id) = &event.event.provider_id {
                lock_provider_name(conn, &ExternalName::new(&event.provider, id))?;
            }
            insert(conn, event)
        })
    }

    fn list_waiting(&mut self, provider: &str, provider_id: Option<&str>, reference: Option<&str>) -> Result<Vec<StoredEvent>, StoreError> {
        self.read(|conn| {
            let waiting = || {
                let of_it = provider_event::table.filter(provider_event::provider.eq(provider));
                of_it.filter(provider_event::message_id.is_null()).order(provider_event::id).limit(LONGEST_PAGE)
            };
            let row: AsSelect<EventRow, Db> = EventRow::as_select();
            let mut rows: Vec<EventRow> = match provider_id {
                Some(id) => waiting().filter(provider_event::provider_id.eq(id)).select(row).load(conn)?,
                None => Vec::new(),
            };
            if let Some(reference) = reference {
                let row: AsSelect<EventRow, Db> = EventRow::as_select();
                rows.extend(waiting().filter(provider_event::reference.eq(reference)).select(row).load::<EventRow>(conn)?);
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

fn insert_callback(conn: &mut Conn, callback: &NewCallback) -> Done<Inserted<InboundMailId>> {
    let content_id = content::store(conn, &content::sha256(&callback.raw), &callback.raw, callback.received_at)?;
    let row = (
        arrival::channel.eq(callback.channel.as_str()),
        arrival::mailbox.eq(&callback.provider),
        arrival::arrived_at.eq(At::from(callback.received_at)),
        arrival::recorded_at.eq(At::from(callback.received_at)),
        arrival::content_id.eq(content_id),
        arrival::state.eq(InboundState::Stored.as_str()),
        arrival::is_partial.eq(false),
    );
    let new: Option<i64> =
        diesel::insert_into(arrival::table).values(row).on_conflict_do_nothing().returning(arrival::id).get_result(conn).optional()?;
    match new {
        Some(id) => Ok(Inserted::New(InboundMailId(id))),
        None => with_bytes(conn, content_id)?.map(Inserted::Duplicate).ok_or_else(|| diesel::result::Error::NotFound.into()),
    }
}

fn insert(conn: &mut Conn, new: &NewProviderEvent) -> Done<Inserted<ProviderEventId>> {
    let StatusEvent { key, provider_id, reference, kind, failure, at } = &new.event;
    let row = (
        provider_event::provider.eq(&new.provider),
        provider_event::event_key.eq(key),
        provider_event::provider_id.eq(provider_id.as_deref()),
        provider_event::reference.eq(reference.as_deref()),
        provider_event::kind.eq(kind.as_str()),
        provider_event::permanence.eq(failure.as_ref().map(|failure| failure.permanence.as_str())),
        provider_event::reason.eq(failure.as_ref().map(|failure| failure.reason.as_str())),
        provider_event::status.eq(failure.as_ref().and_then(|failure| failure.status.as_deref())),
        provider_event::at.eq(At::from(at.unwrap_or(new.received_at))),
        provider_event::received_at.eq(At::from(new.received_at)),
        provider_event::content_id.eq(new.raw_id.0),
    );
    let inserted = diesel::insert_into(provider_event::table).values(row).on_conflict_do_nothing().returning(provider_event::id);
    if let Some(id) = inserted.get_result::<i64>(conn).optional()? {
        return Ok(Inserted::New(ProviderEventId(id)));
    }
    let known = provider_event::table.filter(provider_event::provider.eq(&new.provider)).filter(provider_event::event_key.eq(key));
    Ok(Inserted::Duplicate(ProviderEventId(known.select(provider_event::id).first(conn)?)))
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
