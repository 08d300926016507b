//! The unassigned tray: mail that matched no case, with its own clock, and what it may belong to.

use chrono::{DateTime, NaiveDate, Utc};
use followup_domain::case::FollowupStatus;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::reply_address::ReplyAddressReading;
use followup_domain::mail::suggestion::{Suggestion, case_in_subject, combined};
use followup_domain::message::{Classification, Confidence, MailFlag, Message};
use followup_domain::ports::{Discard, InTray, LanePlace, MessageView, Page, PageRequest, SenderCases, StoreError, TrayState};

use crate::app::App;
use crate::errors::TrayError;
use crate::facts::lookup::in_tray;
use crate::facts::pages::cut;
use crate::facts::reach::knows_address;
use crate::step::{self, Step};

/// A mail of the unassigned tray.
#[derive(Debug, Clone, PartialEq)]
pub struct UnassignedMail {
    /// The mail, as it is shown.
    pub view: MessageView,
    /// To which cases it may belong, best first.
    pub suggestions: Vec<Suggestion>,
    /// The day on which it arrived, where people of the unit live: day zero, should it tell of an adverse event.
    pub day_zero: NaiveDate,
    /// Calendar days since.
    pub days: i64,
    /// Whether it may tell of a new adverse event: a person wrote it, or it came in our own name and is no copy of a message of ours,
    /// as what a web form sends.
    pub may_be_new_case: bool,
    /// Its recipient looks like a signed reply address and is none.
    pub has_forged_token: bool,
    /// Who set it aside, if anybody did.
    pub discard: Option<Discard>,
}

impl App {
    /// Inbound mail that matched no case, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn unassigned(&self, state: TrayState, page: PageRequest) -> Result<Page<UnassignedMail>, StoreError> {
        step::read(self, |step| {
            let found = step.tx.trays().list(state, page)?;
            Ok(Page { items: all_with_suggestions(step, found.items)?, total: found.total })
        })
    }

    /// The same in the order in which it came, a piece after `after`; and after which the next one begins.
    ///
    /// # Errors
    /// The store's.
    pub fn unassigned_in_order(
        &self,
        state: TrayState,
        after: Option<LanePlace>,
        limit: i64,
    ) -> Result<(Vec<UnassignedMail>, Option<LanePlace>), StoreError> {
        step::read(self, |step| {
            let (mails, next) = piece(step, state, after, limit)?;
            Ok((all_with_suggestions(step, mails)?, next))
        })
    }

    /// One mail of the tray, set aside or not, with all of its text.
    ///
    /// # Errors
    /// The tray does not have it; then which case has, if one does. Or the store failed.
    pub fn unassigned_mail(&self, id: MessageId) -> Result<UnassignedMail, TrayError> {
        step::read(self, |step| {
            let InTray { mail: message, discard } = in_tray(step, id)?;
            let flags = step.tx.readings().flags(&[id])?.into_iter().map(|(_, flag)| flag).collect();
            let notice = step.tx.notices().of_messages(&[id])?.pop();
            let view = MessageView { message, is_cut: false, has_more_attachments: false, flags, notice, reminded_by: None };
            all_with_suggestions(step, vec![InTray { mail: view, discard }])?.pop().ok_or(TrayError::NotFound)
        })
    }

    /// The same in the order in which it came, without suggestions, a piece after `after`; and after which the next one begins.
    ///
    /// # Errors
    /// The store's.
    pub fn export_unassigned(
        &self,
        state: TrayState,
        after: Option<LanePlace>,
        limit: i64,
    ) -> Result<(Vec<InTray<MessageView>>, Option<LanePlace>), StoreError> {
        step::read(self, |step| piece(step, state, after, limit))
    }
}

type Piece = (Vec<InTray<MessageView>>, Option<LanePlace>);

fn piece(step: &mut Step<'_>, state: TrayState, after: Option<LanePlace>, limit: i64) -> Result<Piece, StoreError> {
    let mut mails = step.tx.exports().unassigned(state, after, limit.saturating_add(1))?;
    let place = |last: &InTray<MessageView>| LanePlace { since: last.mail.message.created_at, id: last.mail.message.id.0 };
    let next = cut(&mut mails, limit, place);
    Ok((mails, next))
}

fn all_with_suggestions(step: &mut Step<'_>, mails: Vec<InTray<MessageView>>) -> Result<Vec<UnassignedMail>, StoreError> {
    let senders = senders_of(step, &mails)?;
    mails.into_iter().map(|mail| with_suggestions(step, mail, &senders)).collect()
}

fn with_suggestions(
    step: &mut Step<'_>,
    InTray { mail: mut view, discard }: InTray<MessageView>,
    senders: &[SenderCases],
) -> Result<UnassignedMail, StoreError> {
    let policy = step.policy();
    let message = &view.message;
    let mut suggestions = Vec::new();
    suggestions.extend(by_subject(step, message)?);
    suggestions.extend(by_sender(message, senders));
    suggestions.extend(by_message_id(step, message)?);
    let day = |at: DateTime<Utc>| at.with_timezone(&policy.zone).date_naive();
    let day_zero = day(message.created_at);
    let addresses = policy.reply_addresses.as_ref();
    // Mail of before the flag was kept is told by its first recipient alone.
    let reading = addresses.zip(message.content.to.as_deref()).map(|(addresses, to)| addresses.read(to));
    let may_be_new_case = matches!(message.classification, Some(Classification::Human | Classification::Echo));
    if reading == Some(ReplyAddressReading::Forged) && !view.flags.contains(&MailFlag::ForgedReplyAddress) {
        view.flags.push(MailFlag::ForgedReplyAddress);
    }
    Ok(UnassignedMail {
        suggestions: combined(suggestions),
        day_zero,
        days: (day(step.now) - day_zero).num_days(),
        may_be_new_case,
        has_forged_token: view.flags.contains(&MailFlag::ForgedReplyAddress),
        discard,
        view,
    })
}

/// The subject names a case. Anybody can write a number, so that a sender whom the case does not know makes it a weak guess.
fn by_subject(step: &mut Step<'_>, message: &Message) -> Result<Option<Suggestion>, StoreError> {
    let Some(named) = message.content.subject.as_deref().and_then(case_in_subject) else { return Ok(None) };
    let Some(case) = step.tx.cases().find(named)? else { return Ok(None) };
    let is_known = match &message.content.from {
        Some(from) => knows_address(step, &case, from)?,
        None => false,
    };
    let state = if case.followup_status == FollowupStatus::Closed { " (seguimiento cerrado)" } else { "" };
    let (words, confidence) =
        if is_known { ("remitente conocido", Confidence::Medium) } else { ("remitente desconocido para el caso", Confidence::Low) };
    Ok(Some(Suggestion { case_id: case.id, reason: format!("el asunto nombra ICSR #{}{state}, {words}", case.id), confidence }))
}

/// One query for the page.
fn senders_of(step: &mut Step<'_>, mails: &[InTray<MessageView>]) -> Result<Vec<SenderCases>, StoreError> {
    let mut addresses: Vec<String> = mails.iter().filter_map(|mail| mail.mail.message.content.from.as_deref()).map(key).collect();
    addresses.sort_unstable();
    addresses.dedup();
    if addresses.is_empty() { Ok(Vec::new()) } else { step.tx.trays().open_cases_of(&addresses) }
}

fn by_sender(message: &Message, senders: &[SenderCases]) -> Option<Suggestion> {
    let from = key(message.content.from.as_deref()?);
    let sender = senders.iter().find(|sender| sender.address == from && sender.open_cases == 1)?;
    let CaseId(id) = sender.first;
    Some(Suggestion { case_id: sender.first, reason: format!("mismo remitente, caso #{id} abierto"), confidence: Confidence::Medium })
}

fn by_message_id(step: &mut Step<'_>, message: &Message) -> Result<Option<Suggestion>, StoreError> {
    let Some(earlier) = message.duplicate_of else { return Ok(None) };
    let case_id = step.tx.messages().find(earlier)?.and_then(|earlier| earlier.case_id);
    let reason = "un mensaje del caso tiene el mismo Message-ID".to_owned();
    Ok(case_id.map(|case_id| Suggestion { case_id, reason, confidence: Confidence::Medium }))
}

fn key(address: &str) -> String {
    address.trim().to_lowercase()
}
