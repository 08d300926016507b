//! The names by which somebody else may speak of a message: its Message-ID, the ids that relays give to our mails, those of providers. Each
//! look-up is in one scope.

use std::collections::HashMap;

use diesel::prelude::*;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::threading::InternetMessageId;
use followup_domain::ports::{KnownMessage, NameRepository, StoreError, Updated};
use followup_domain::sending::ExternalName;

use super::super::{Conn, lock_name};
use super::message_row::{TO_THE_UNIT, parse};
use super::schema::{external_name, message};
use super::work::Work;
use super::{IDS_PER_QUERY, updated};
use crate::error::Done;

impl NameRepository for Work<'_> {
    fn find(&mut self, ids: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError> {
        self.read(|conn| find(conn, RFC5322, ids))
    }

    fn insert_alias(&mut self, alias: &InternetMessageId, id: MessageId) -> Result<Updated, StoreError> {
        self.write(|conn| insert(conn, RELAY, alias, id.0))
    }

    fn insert_provider(&mut self, name: &ExternalName, id: MessageId) -> Result<Updated, StoreError> {
        self.write(|conn| {
            lock_provider_name(conn, name)?;
            let row = (external_name::scope.eq(PROVIDER), external_name::name.eq(of_provider(name)), external_name::message_id.eq(id.0));
            Ok(updated(diesel::insert_into(external_name::table).values(row).on_conflict_do_nothing().execute(conn)?))
        })
    }

    fn find_providers(&mut self, names: &[ExternalName]) -> Result<Vec<Option<MessageId>>, StoreError> {
        self.read(|conn| find_providers(conn, names))
    }

    fn find_by_aliases(&mut self, aliases: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError> {
        self.read(|conn| find(conn, RELAY, aliases))
    }
}

fn find_providers(conn: &mut Conn, names: &[ExternalName]) -> Done<Vec<Option<MessageId>>> {
    let names: Vec<String> = names.iter().map(of_provider).collect();
    let mut known: HashMap<String, i64> = HashMap::with_capacity(names.len());
    for some in names.chunks(IDS_PER_QUERY) {
        let named = external_name::table.filter(external_name::scope.eq(PROVIDER)).filter(external_name::name.eq_any(some));
        known.extend(named.select((external_name::name, external_name::message_id)).load::<(String, i64)>(conn)?);
    }
    Ok(names.iter().map(|name| known.get(name).copied().map(MessageId)).collect())
}

/// Whoever keeps an event under a name and whoever learns whose name it is come one after the other, until the transaction ends: the
/// second sees what the first did.
pub(super) fn lock_provider_name(conn: &mut Conn, name: &ExternalName) -> Done<()> {
    lock_name(conn, &format!("provider:{}", of_provider(name)))
}

/// A Message-ID, as its mail has it.
pub(super) const RFC5322: &str = "rfc5322";
/// Another id of a mail of ours, in the form in which it is looked for. One message has it.
pub(super) const RELAY: &str = "relay";

/// A provider's id, with its provider before it. One message has it.
const PROVIDER: &str = "provider";

fn of_provider(name: &ExternalName) -> String {
    format!("{}:{}", name.scope, name.name)
}

/// Names a message; [`Updated::Stale`] when another one has a name that only one may have.
pub(super) fn insert(conn: &mut Conn, scope: &str, name: &InternetMessageId, id: i64) -> Done<Updated> {
    let row = (external_name::scope.eq(scope), external_name::name.eq(name.as_str()), external_name::message_id.eq(id));
    Ok(updated(diesel::insert_into(external_name::table).values(row).on_conflict_do_nothing().execute(conn)?))
}

/// Which messages have these names, by their numbers.
pub(super) fn find(conn: &mut Conn, scope: &str, names: &[InternetMessageId]) -> Done<Vec<KnownMessage>> {
    let mut known = Vec::new();
    for some in names.chunks(IDS_PER_QUERY) {
        let named = external_name::table
            .inner_join(message::table)
            .filter(external_name::scope.eq(scope))
            .filter(external_name::name.eq_any(some.iter().map(InternetMessageId::as_str)));
        let columns = (external_name::name, message::id, message::case_id, message::direction);
        let rows: Vec<(String, i64, Option<i64>, String)> = named.order(message::id).select(columns).load(conn)?;
        for (name, id, case_id, direction) in rows {
            known.push(KnownMessage {
                external_id: parse("Message-ID", &name, InternetMessageId::parse)?,
                message_id: MessageId(id),
                case_id: case_id.map(CaseId),
                inbound: direction == "in",
                notification: direction == TO_THE_UNIT,
            });
        }
    }
    Ok(known)
}
