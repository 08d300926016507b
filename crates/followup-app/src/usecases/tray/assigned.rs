//! What became of a mail that is not in the unassigned tray any more.

use chrono::{DateTime, Utc};
use followup_domain::audit::AuditChain;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::Direction;
use followup_domain::ports::{PageRequest, StoreError};

use crate::app::App;
use crate::step;

/// So many rows of the case's trail are looked at, from its end.
const LOOKED_BACK: i64 = 200;

/// A mail that a case has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedMail {
    /// The case.
    pub case_id: CaseId,
    /// The case's own number.
    pub numero: Option<String>,
    /// Who gave it to the case, as the trail names them, and when (UTC); none where that was long ago, or nobody did.
    pub by: Option<(String, DateTime<Utc>)>,
}

impl App {
    /// The case that has an inbound message, and who gave it to the case: for whoever comes second. None where no case has it.
    ///
    /// # Errors
    /// The store's.
    pub fn assigned_mail(&self, id: MessageId) -> Result<Option<AssignedMail>, StoreError> {
        step::read(self, |step| {
            let message = step.tx.messages().find(id)?.filter(|message| message.direction == Direction::In);
            let Some(case_id) = message.and_then(|message| message.case_id) else { return Ok(None) };
            let numero = step.tx.standings().list(&[case_id])?.pop().and_then(|brief| brief.numero);
            let chain = AuditChain::Case(case_id);
            let total = step.tx.audit().list(chain, PageRequest { offset: 0, limit: 1 })?.total;
            let last = PageRequest { offset: (total - LOOKED_BACK).max(0), limit: LOOKED_BACK };
            let rows = step.tx.audit().list(chain, last)?.items;
            let by = rows.into_iter().rev().find(|row| row.action == "message.assigned" && row.entity_id == id.0);
            Ok(Some(AssignedMail { case_id, numero, by: by.map(|row| (row.actor, row.at)) }))
        })
    }
}
