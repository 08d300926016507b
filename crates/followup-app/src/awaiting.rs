//! Since when a case waits for an answer: computed anew from its thread whenever the thread, or what is missing, changes.

use chrono::{DateTime, Utc};
use followup_domain::asking::waiting::waits_since;
use followup_domain::case::FollowupStatus;
use followup_domain::ids::CaseId;
use followup_domain::ports::{StoreError, Tx};

use crate::service::Followup;

impl Followup {
    /// Stores since when the case waits; the case is locked. A closed follow-up waits for nothing.
    pub(crate) fn refresh_awaiting(&self, tx: &mut dyn Tx, case_id: CaseId) -> Result<(), StoreError> {
        let Some(case) = tx.cases().find(case_id)? else { return Ok(()) };
        let since = match case.followup_status {
            FollowupStatus::Closed => None,
            FollowupStatus::Open => waits_since(&tx.messages().contacts(case_id)?, case.settled_at),
        };
        if since == case.awaiting_since { Ok(()) } else { tx.cases().set_awaiting(case_id, since) }
    }

    /// What was sent until now is not waited for any more.
    pub(crate) fn settle_waiting(&self, tx: &mut dyn Tx, case_id: CaseId, now: DateTime<Utc>) -> Result<(), StoreError> {
        tx.cases().settle_waiting(case_id, now)?;
        self.refresh_awaiting(tx, case_id)
    }
}
