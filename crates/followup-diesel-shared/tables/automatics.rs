//! The delay between automatic letters.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Delivery, MessageKind};
use followup_domain::ports::{AutomaticRepository, Reserved, StoreError};

use super::super::lock_name;
use super::schema::{icsr, message, outbound};
use super::work::Work;
use super::{At, address_key};
use crate::error::unreadable;

impl AutomaticRepository for Work<'_> {
    fn reserve(&mut self, case_id: CaseId, message_id: MessageId, now: DateTime<Utc>, delay: Duration) -> Result<Reserved, StoreError> {
        self.write(|conn| {
            let free_since = now.checked_sub_signed(delay).unwrap_or(DateTime::UNIX_EPOCH);
            let ran_ahead = now.checked_add_signed(delay).unwrap_or(DateTime::<Utc>::MAX_UTC);
            let free = icsr::last_automatic_at
                .is_null()
                .or(icsr::last_automatic_at.le(At::from(free_since)))
                .or(icsr::last_automatic_message.eq(message_id.0));
            let place = (icsr::last_automatic_at.eq(At::from(now)), icsr::last_automatic_message.eq(message_id.0));
            // Postgres looks at the condition again after it has waited for another's update of the row.
            let target = icsr::table.filter(icsr::id.eq(case_id.0)).filter(free.assume_not_null());
            if diesel::update(target).set(place).execute(conn)? == 1 {
                return Ok(Reserved::Yes);
            }
            // It left at this instant at the latest, whatever a clock said then that ran ahead.
            let is_ahead = icsr::last_automatic_at.gt(At::from(ran_ahead)).assume_not_null();
            let ahead = icsr::table.filter(icsr::id.eq(case_id.0)).filter(is_ahead);
            diesel::update(ahead).set(icsr::last_automatic_at.eq(At::from(now))).execute(conn)?;
            let taken: Option<At> = icsr::table.find(case_id.0).select(icsr::last_automatic_at).first(conn)?;
            taken.map(|at| Reserved::TakenAt(at.0)).ok_or_else(|| unreadable("last automatic letter"))
        })
    }

    fn release(&mut self, case_id: CaseId, message_id: MessageId) -> Result<(), StoreError> {
        self.write(|conn| {
            let held = icsr::table.filter(icsr::id.eq(case_id.0)).filter(icsr::last_automatic_message.eq(message_id.0));
            let nobody = (icsr::last_automatic_at.eq(None::<At>), icsr::last_automatic_message.eq(None::<i64>));
            diesel::update(held).set(nobody).execute(conn)?;
            Ok(())
        })
    }

    fn queued(&mut self, case_id: CaseId) -> Result<Option<MessageId>, StoreError> {
        self.read(|conn| {
            let queued = of_case(case_id).filter(outbound::delivery.eq(Delivery::Queued.as_str()));
            let id: Option<i64> = queued.order((message::created_at, message::id)).select(message::id).first(conn).optional()?;
            Ok(id.map(MessageId))
        })
    }

    fn count(&mut self, case_id: CaseId) -> Result<i64, StoreError> {
        self.read(|conn| Ok(of_case(case_id).count().get_result(conn)?))
    }

    fn lock_address(&mut self, address: &str) -> Result<(), StoreError> {
        self.write(|conn| lock_name(conn, &format!("address:{}", address_key(address))))
    }

    fn count_to(&mut self, address: &str, since: DateTime<Utc>) -> Result<i64, StoreError> {
        self.read(|conn| {
            // What was rejected did not leave; nor did what the server turned down for the moment, whose instant stays.
            let did_not_leave = [Delivery::Rejected.as_str(), Delivery::Queued.as_str()];
            let letters = outbound::table
                .filter(outbound::recipient.eq(address_key(address)))
                .filter(outbound::transmitted_at.ge(At::from(since)))
                .filter(outbound::kind.eq_any(automatic_kinds()))
                .filter(outbound::delivery.ne_all(did_not_leave));
            Ok(letters.count().get_result(conn)?)
        })
    }
}

fn automatic_kinds() -> [&'static str; 2] {
    [MessageKind::AutomaticRequest.as_str(), MessageKind::PlanLetter.as_str()]
}

/// The automatic requests of a case.
#[diesel::dsl::auto_type(no_type_alias)]
fn of_case(case_id: CaseId) -> _ {
    let case_id: i64 = case_id.0;
    let kind: &'static str = MessageKind::AutomaticRequest.as_str();
    message::table.inner_join(outbound::table).filter(message::case_id.eq(case_id)).filter(outbound::kind.eq(kind))
}
