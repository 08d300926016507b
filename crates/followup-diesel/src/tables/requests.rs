//! What was asked, and the delay between automatic letters.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Delivery, MessageKind};
use followup_domain::ports::{AnsweredField, AskedField, AskedItem, DocumentedField, RequestRepository, Reserved, StoreError, Updated};

use super::super::lock_name;
use super::schema::{answered_field, asked_field, documented_field, icsr, message};
use super::work::Work;
use super::{At, address_key, updated};
use crate::error::{Done, unreadable};

#[derive(Insertable)]
#[diesel(table_name = asked_field)]
struct NewAsked {
    message_id: i64,
    path: String,
    product: Option<String>,
    position: i32,
    case_id: i64,
}

/// Path, product, message, its delivery, and when it was accepted.
type AskedRow = (String, Option<String>, i64, Option<String>, Option<At>);

impl RequestRepository for Work<'_> {
    fn set_asked(&mut self, message_id: MessageId, case_id: CaseId, items: &[AskedItem]) -> Result<(), StoreError> {
        self.write(|conn| {
            diesel::delete(asked_field::table.filter(asked_field::message_id.eq(message_id.0))).execute(conn)?;
            let mut seen = std::collections::HashSet::new();
            let each_once = items.iter().filter(|item| seen.insert(&item.path));
            let row = |(position, item): (i32, &AskedItem)| NewAsked {
                message_id: message_id.0,
                path: item.path.to_string(),
                product: item.product.clone(),
                position,
                case_id: case_id.0,
            };
            let rows: Vec<NewAsked> = (0..).zip(each_once).map(row).collect();
            if !rows.is_empty() {
                diesel::insert_into(asked_field::table).values(&rows).execute(conn)?;
            }
            Ok(())
        })
    }

    fn asked(&mut self, case_id: CaseId) -> Result<Vec<AskedField>, StoreError> {
        self.read(|conn| {
            let asked = asked_field::table.inner_join(message::table.on(message::id.eq(asked_field::message_id)));
            let columns = (asked_field::path, asked_field::product, message::id, message::delivery, message::sent_at);
            let rows: Vec<AskedRow> = asked
                .filter(asked_field::case_id.eq(case_id.0))
                .order((message::created_at, message::id, asked_field::position))
                .select(columns)
                .load(conn)?;
            let known = rows.into_iter().filter_map(|(path, product, id, delivery, sent_at)| {
                Some((AskedItem { path: FieldPath::parse(&path)?, product }, id, delivery, sent_at))
            });
            known.map(asked_field_of).collect()
        })
    }

    fn reserve_automatic(
        &mut self,
        case_id: CaseId,
        message_id: MessageId,
        now: DateTime<Utc>,
        delay: Duration,
    ) -> Result<Reserved, StoreError> {
        self.write(|conn| {
            let free_since = now.checked_sub_signed(delay).unwrap_or(DateTime::UNIX_EPOCH);
            let ran_ahead = now.checked_add_signed(delay).unwrap_or(DateTime::<Utc>::MAX_UTC);
            let free = icsr::last_automatic_at
                .is_null()
                .or(icsr::last_automatic_at.le(At::from(free_since)))
                .or(icsr::last_automatic_at.gt(At::from(ran_ahead)))
                .or(icsr::last_automatic_message.eq(message_id.0));
            let place = (icsr::last_automatic_at.eq(At::from(now)), icsr::last_automatic_message.eq(message_id.0));
            // Postgres looks at the condition again after it has waited for another's update of the row.
            let target = icsr::table.filter(icsr::id.eq(case_id.0)).filter(free.assume_not_null());
            if diesel::update(target).set(place).execute(conn)? == 1 {
                return Ok(Reserved::Yes);
            }
            let taken: Option<At> = icsr::table.find(case_id.0).select(icsr::last_automatic_at).first(conn)?;
            taken.map(|at| Reserved::TakenAt(at.0)).ok_or_else(|| unreadable("last automatic letter"))
        })
    }

    fn document_field(&mut self, case_id: CaseId, field: &DocumentedField) -> Result<(), StoreError> {
        self.write(|conn| {
            let said = (
                documented_field::product.eq(&field.item.product),
                documented_field::state.eq(field.state.as_str()),
                documented_field::reason.eq(&field.reason),
                documented_field::actor.eq(&field.actor),
                documented_field::at.eq(At::from(field.at)),
            );
            diesel::insert_into(documented_field::table)
                .values((documented_field::case_id.eq(case_id.0), documented_field::path.eq(field.item.path.to_string()), said))
                .on_conflict((documented_field::case_id, documented_field::path))
                .do_update()
                .set(said)
                .execute(conn)?;
            Ok(())
        })
    }

    fn remove_documented(&mut self, case_id: CaseId, path: &FieldPath) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(diesel::delete(documented_field::table.find((case_id.0, path.to_string()))).execute(conn)?)))
    }

    fn record_answered(&mut self, case_id: CaseId, field: &AnsweredField) -> Result<(), StoreError> {
        self.write(|conn| {
            let known = (
                answered_field::product.eq(&field.item.product),
                answered_field::asked_by.eq(field.asked_by.0),
                answered_field::answered_by.eq(field.answered_by.map(|id| id.0)),
                answered_field::at.eq(At::from(field.at)),
            );
            diesel::insert_into(answered_field::table)
                .values((answered_field::case_id.eq(case_id.0), answered_field::path.eq(field.item.path.to_string()), known))
                .on_conflict((answered_field::case_id, answered_field::path))
                .do_update()
                .set(known)
                .execute(conn)?;
            Ok(())
        })
    }

    fn answered(&mut self, case_id: CaseId) -> Result<Vec<AnsweredField>, StoreError> {
        self.read(|conn| {
            let columns =
                (answered_field::path, answered_field::product, answered_field::asked_by, answered_field::answered_by, answered_field::at);
            let mut rows: Vec<AnsweredRow> =
                answered_field::table.filter(answered_field::case_id.eq(case_id.0)).select(columns).load(conn)?;
            rows.sort();
            Ok(rows.into_iter().filter_map(answered_field_of).collect())
        })
    }

    fn remove_answered(&mut self, case_id: CaseId, path: &FieldPath) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(diesel::delete(answered_field::table.find((case_id.0, path.to_string()))).execute(conn)?)))
    }

    fn release_automatic(&mut self, case_id: CaseId, message_id: MessageId) -> Result<(), StoreError> {
        self.write(|conn| {
            let held = icsr::table.filter(icsr::id.eq(case_id.0)).filter(icsr::last_automatic_message.eq(message_id.0));
            let nobody = (icsr::last_automatic_at.eq(None::<At>), icsr::last_automatic_message.eq(None::<i64>));
            diesel::update(held).set(nobody).execute(conn)?;
            Ok(())
        })
    }

    fn documented(&mut self, case_id: CaseId) -> Result<Vec<DocumentedField>, StoreError> {
        self.read(|conn| {
            let columns = (
                documented_field::path,
                documented_field::product,
                documented_field::state,
                documented_field::reason,
                documented_field::actor,
                documented_field::at,
            );
            let mut rows: Vec<DocumentedRow> =
                documented_field::table.filter(documented_field::case_id.eq(case_id.0)).select(columns).load(conn)?;
            // Here, because the databases order texts each in its own way.
            rows.sort();
            rows.into_iter().filter_map(documented_field_of).collect()
        })
    }

    fn queued_automatic(&mut self, case_id: CaseId) -> Result<Option<MessageId>, StoreError> {
        self.read(|conn| {
            let queued = message::table
                .filter(message::case_id.eq(case_id.0))
                .filter(message::kind.eq(MessageKind::AutomaticRequest.as_str()))
                .filter(message::delivery.eq(Delivery::Queued.as_str()));
            let id: Option<i64> = queued.order((message::created_at, message::id)).select(message::id).first(conn).optional()?;
            Ok(id.map(MessageId))
        })
    }

    fn count_automatic(&mut self, case_id: CaseId) -> Result<i64, StoreError> {
        self.read(|conn| {
            let requests =
                message::table.filter(message::case_id.eq(case_id.0)).filter(message::kind.eq(MessageKind::AutomaticRequest.as_str()));
            Ok(requests.count().get_result(conn)?)
        })
    }

    fn lock_address(&mut self, address: &str) -> Result<(), StoreError> {
        self.write(|conn| lock_name(conn, &format!("address:{}", address_key(address))))
    }

    fn count_automatic_to(&mut self, address: &str, since: DateTime<Utc>) -> Result<i64, StoreError> {
        self.read(|conn| {
            // What was rejected did not leave; nor did what the server turned down for the moment, whose instant stays.
            let did_not_leave = [Delivery::Rejected.as_str(), Delivery::Queued.as_str()];
            let letters = message::table
                .filter(message::correspondent.eq(address_key(address)))
                .filter(message::transmitted_at.ge(At::from(since)))
                .filter(message::kind.eq_any(automatic_kinds()))
                .filter(message::delivery.ne_all(did_not_leave));
            Ok(letters.count().get_result(conn)?)
        })
    }
}

fn automatic_kinds() -> [&'static str; 2] {
    [MessageKind::AutomaticRequest.as_str(), MessageKind::PlanLetter.as_str()]
}

/// Path, product, state, reason, actor, instant.
type DocumentedRow = (String, Option<String>, String, String, String, At);

/// `None` for a path that the catalogue no longer has.
fn documented_field_of((path, product, state, reason, actor, at): DocumentedRow) -> Option<Done<DocumentedField>> {
    let item = AskedItem { path: FieldPath::parse(&path)?, product };
    let state = FieldState::parse(&state).ok_or_else(|| unreadable("field state"));
    Some(state.map(|state| DocumentedField { item, state, reason, actor, at: at.0 }))
}

/// Path, product, the message that asked, the one that answered, instant.
type AnsweredRow = (String, Option<String>, i64, Option<i64>, At);

/// `None` for a path that the catalogue no longer has.
fn answered_field_of((path, product, asked_by, answered_by, at): AnsweredRow) -> Option<AnsweredField> {
    let item = AskedItem { path: FieldPath::parse(&path)?, product };
    Some(AnsweredField { item, asked_by: MessageId(asked_by), answered_by: answered_by.map(MessageId), at: at.0 })
}

fn asked_field_of((item, message_id, delivery, sent_at): (AskedItem, i64, Option<String>, Option<At>)) -> Done<AskedField> {
    let delivery = delivery.map(|text| Delivery::parse(&text).ok_or_else(|| unreadable("delivery"))).transpose()?;
    Ok(AskedField { item, message_id: MessageId(message_id), delivery, sent_at: sent_at.map(|at| at.0) })
}
