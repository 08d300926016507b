//! A person decides about a mail of the unassigned tray: it belongs to a case, it is set aside.

use chrono::{DateTime, Utc};
use followup_domain::audit::{Actor, facts};
use followup_domain::case::Case;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Classification, Direction, MatchKind, Message};
use followup_domain::ports::{Assignment, Discard, InTray, StoreError, StoreExt, Tx, Updated};

use crate::audit_facts::message_entry;
use crate::change_message::{MessageError, given, locked};
use crate::match_mail::Answered;
use crate::repeated_mail::repeats_message;
use crate::service::Followup;

/// To which case a mail is given, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignRequest {
    /// The case.
    pub case_id: CaseId,
    /// The message of the case that it answers; without one, a person's mail answers the last letter that left before it came.
    pub parent_id: Option<MessageId>,
    /// Whether it counts as the reporter's; otherwise it waits for a person to confirm its sender.
    pub confirm: bool,
}

/// Why a mail was not assigned or set aside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrayError {
    /// There is no such mail.
    #[error("mail not found")]
    NotFound,
    /// There is no such case.
    #[error("case not found")]
    CaseNotFound,
    /// The case has no such message.
    #[error("parent not found")]
    ParentNotFound,
    /// A message answers an earlier one only.
    #[error("the parent is not earlier")]
    ParentNotEarlier,
    /// It belongs to this case already.
    #[error("assigned to case {0}")]
    Assigned(CaseId),
    /// A reason is needed.
    #[error("a reason is needed")]
    NoReason,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// A mail of the tray, set aside or not, joins a case's thread at the instant of its arrival. A person's mail has all the effects
    /// of a reply there, a bounce for which a letter is named those of one; any other stands in the thread and changes nothing. To assign it to the same case again changes nothing.
    ///
    /// # Errors
    /// [`TrayError`]; nothing is changed then.
    pub fn assign_mail(&self, actor: &Actor, id: MessageId, request: &AssignRequest) -> Result<Message, TrayError> {
        let now = self.now();
        let text = self.whole_text(id)?;
        self.store.write(|tx| {
            let case = tx.cases().find_for_update(request.case_id)?.ok_or(TrayError::CaseNotFound)?;
            let mail = match waiting(tx, id) {
                Err(TrayError::Assigned(known)) if known == case.id => return tx.messages().find(id)?.ok_or(TrayError::NotFound),
                mail => mail?.mail,
            };
            let parent_id = match request.parent_id {
                Some(parent_id) => Some(parent_of(tx, &mail, case.id, parent_id)?),
                None if mail.classification == Some(Classification::Human) => self.last_letter(tx, case.id, mail.created_at)?,
                None => None,
            };
            let is_repeated = is_repeated(tx, &mail, case.id)?;
            let assignment = Assignment { case_id: case.id, parent_id, confirmed: request.confirm, is_repeated };
            self.file_in_case(tx, actor, &mail, assignment, now)?;
            if let Some(parent_id) = parent_id {
                self.read_again(tx, id, text.as_deref(), parent_id)?;
            }
            if mail.classification == Some(Classification::Human) && !is_repeated {
                let named = request.parent_id.is_some();
                let answers = parent_id.map(|message_id| Answered { message_id, named });
                self.take_human_reply(tx, &case, id, request.confirm, answers, now)?;
            }
            if let Some(letter) = request.parent_id {
                self.take_named_report(tx, actor, &case, &mail, letter, now)?;
            }
            tx.messages().find(id)?.ok_or(TrayError::NotFound)
        })
    }

    /// A mail of the tray is set aside: it is kept, and may still be assigned. Once is enough.
    ///
    /// # Errors
    /// [`TrayError`]; nothing is changed then.
    pub fn discard_mail(&self, actor: &Actor, id: MessageId, reason: &str) -> Result<InTray<Message>, TrayError> {
        let now = self.now();
        let reason = given(Some(reason)).filter(|reason| !reason.contains('\0')).ok_or(TrayError::NoReason)?;
        let discard = Discard { reason: reason.to_owned(), actor: actor.to_string(), at: now };
        self.store.write(|tx| {
            let found = waiting(tx, id)?;
            if tx.trays().discard_unassigned(id, &discard)? == Updated::Stale {
                return Ok(found);
            }
            let new = facts([("state", "discarded".into())]);
            tx.audit().append(&message_entry(None, id, actor, now, "message.discarded", new, Some(reason)))?;
            waiting(tx, id)
        })
    }

    /// Gives a mail of the tray to a case, and writes it into the case's trail.
    pub(crate) fn file_in_case(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        mail: &Message,
        assignment: Assignment,
        now: DateTime<Utc>,
    ) -> Result<(), TrayError> {
        if tx.trays().assign(mail.id, &assignment)? == Updated::Stale {
            waiting(tx, mail.id)?;
            return Err(TrayError::NotFound);
        }
        let new = facts([
            ("icsr_id", assignment.case_id.0.into()),
            ("match", MatchKind::Manual.as_str().into()),
            ("confirmed", assignment.confirmed.into()),
            ("parent_id", assignment.parent_id.map(|id| id.0).into()),
            ("classification", mail.classification.map(Classification::as_str).into()),
            ("arrived_at", mail.created_at.into()),
        ]);
        let mut entry = message_entry(Some(assignment.case_id), mail.id, actor, now, "message.assigned", new, None);
        entry.old = facts([("icsr_id", None::<i64>.into())]);
        Ok(tx.audit().append(&entry)?)
    }
}

/// A mail of the tray; or the case that has it.
pub(crate) fn waiting(tx: &mut dyn Tx, id: MessageId) -> Result<InTray<Message>, TrayError> {
    if let Some(found) = tx.trays().find_unassigned(id)? {
        return Ok(found);
    }
    let assigned = tx.messages().find(id)?.filter(|message| message.direction == Direction::In).and_then(|message| message.case_id);
    Err(assigned.map_or(TrayError::NotFound, TrayError::Assigned))
}

fn parent_of(tx: &mut dyn Tx, mail: &Message, case_id: CaseId, parent_id: MessageId) -> Result<MessageId, TrayError> {
    let (_, parent): (Case, Message) = locked(tx, case_id, parent_id).map_err(|error| match error {
        MessageError::Store(error) => TrayError::Store(error),
        _ => TrayError::ParentNotFound,
    })?;
    if (parent.created_at, parent.id) >= (mail.created_at, mail.id) {
        return Err(TrayError::ParentNotEarlier);
    }
    Ok(parent_id)
}

/// Whether the case has the same mail under the same Message-ID already.
fn is_repeated(tx: &mut dyn Tx, mail: &Message, case_id: CaseId) -> Result<bool, StoreError> {
    let Some(earlier) = mail.duplicate_of else { return Ok(false) };
    let earlier = tx.messages().find(earlier)?;
    let is_here = |earlier: &Message| (earlier.case_id, earlier.classification) == (Some(case_id), mail.classification);
    Ok(earlier.is_some_and(|earlier| is_here(&earlier) && repeats_message(&earlier, mail)))
}
