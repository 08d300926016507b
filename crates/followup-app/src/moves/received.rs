//! What came in by mail: a message of a thread or of the tray, with its flags, its notice, and the id under which a letter of ours is known.

use followup_domain::audit::{AuditFacts, facts};
use followup_domain::ids::MessageId;
use followup_domain::mail::bounce::{LetterReport, MailNotice};
use followup_domain::mail::inbound::InboundMail;
use followup_domain::message::MailFlag;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::ports::{NewInboundMessage, StoreError, Updated};

use crate::facts::matching::{AlsoMatched, Matched};
use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// So many of the cases that a mail names in vain are written into the trail.
const MOST_LEFT_OUT: usize = 50;

/// A stored mail becomes a message.
pub(crate) fn receive(
    step: &mut Step<'_>,
    stored: &InboundMail,
    message: &NewInboundMessage,
    matched: &Matched,
) -> Result<MessageId, StoreError> {
    let id = insert(step, message, matched.flags())?;
    step.tx.inbox().record_processed(stored.id, Some(id))?;
    tell(step, Subject::Message(message.case_id, id), Told::new("message.received", received_facts(stored, matched)))?;
    Ok(id)
}

/// The same mail stands in the thread of a further case; `first` is where it was received.
pub(crate) fn receive_copy(
    step: &mut Step<'_>,
    (copy, first): (&NewInboundMessage, MessageId),
    matched: &Matched,
    other: &AlsoMatched,
) -> Result<MessageId, StoreError> {
    let id = insert(step, copy, matched.flags())?;
    let new = facts([
        ("classification", copy.classification.as_str().into()),
        ("arrived_at", copy.created_at.into()),
        ("match", other.case_match.kind.as_str().into()),
        ("confirmed", other.case_match.confirmed.into()),
        ("copy_of", first.0.into()),
    ]);
    tell(step, Subject::Message(copy.case_id, id), Told::new("message.received", new))?;
    Ok(id)
}

/// Keeps what an automatic mail says.
pub(crate) fn notice(step: &mut Step<'_>, notice: &MailNotice) -> Result<(), StoreError> {
    step.tx.notices().insert(notice)
}

/// A person says about which letter an automatic mail is; says whether that was open.
pub(crate) fn name_notice(step: &mut Step<'_>, id: MessageId, letter: MessageId, report: &LetterReport) -> Result<bool, StoreError> {
    Ok(step.tx.notices().name(id, letter, report)? == Updated::Yes)
}

/// An id under which a message of ours is known elsewhere. `learnt_from`: the mail that shows it; none where the transport's answer to the
/// message itself says so.
pub(crate) fn learn_alias(
    step: &mut Step<'_>,
    alias: &InternetMessageId,
    of: MessageId,
    learnt_from: Option<MessageId>,
) -> Result<(), StoreError> {
    if step.tx.names().insert_alias(alias, of)? == Updated::Stale {
        return Ok(());
    }
    let case_id = step.tx.messages().find(of)?.and_then(|letter| letter.case_id);
    let new = facts([("alias", alias.as_str().into()), ("learnt_from", learnt_from.map(|mail| mail.0).into())]);
    tell(step, Subject::Message(case_id, of), Told::new("message.alias", new))
}

fn insert(step: &mut Step<'_>, message: &NewInboundMessage, flags: impl Iterator<Item = MailFlag>) -> Result<MessageId, StoreError> {
    let id = step.tx.messages().insert_inbound(message)?;
    for flag in flags {
        step.tx.readings().insert_flag(id, flag)?;
    }
    Ok(id)
}

/// What the audit trail keeps of a mail and of why it stands where it does.
fn received_facts(stored: &InboundMail, matched: &Matched) -> AuditFacts {
    let mut new = facts([
        ("classification", matched.classification.as_str().into()),
        ("arrived_at", stored.arrived_at.into()),
        ("sha256", stored.sha256.clone().into()),
        ("match", matched.case_match.map(|found| found.kind.as_str()).into()),
        ("confirmed", matched.case_match.map(|found| found.confirmed).into()),
    ]);
    if matched.has_forged_token {
        new.insert("reply_token".into(), "forged".into());
    }
    if !matched.left_out.is_empty() {
        let left_out: Vec<String> = matched.left_out.iter().take(MOST_LEFT_OUT).map(ToString::to_string).collect();
        new.insert("further_cases".into(), left_out.join(", ").into());
    }
    new
}
