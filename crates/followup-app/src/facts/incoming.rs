//! To which case a message belongs that came in through a provider: the case of the message that it answers. What answers none waits in the
//! tray, where its number says who may have written it.

use followup_domain::case::Case;
use followup_domain::message::{CaseMatch, Direction, MatchKind, Message, MessageKind};
use followup_domain::ports::StoreError;
use followup_domain::sending::{ExternalName, IncomingMessage};

use super::lookup::lock_case;
use super::mail_hits::Answered;
use super::reach::knows_address;
use crate::step::Step;

/// Where a message belongs.
pub(crate) struct Incoming {
    /// Its own name.
    pub(crate) name: ExternalName,
    /// Its case, locked; none for the tray.
    pub(crate) case: Option<Case>,
    /// How it was found.
    pub(crate) case_match: Option<CaseMatch>,
    /// The message that it answers.
    pub(crate) answers: Option<Message>,
}

impl Incoming {
    /// The message of ours that it answers.
    pub(crate) fn answered(&self) -> Option<Answered> {
        let ours = self.answers.as_ref().filter(|message| message.direction == Direction::Out);
        ours.map(|message| Answered { message_id: message.id, named: true })
    }
}

/// Finds it; none when the message is stored already.
pub(crate) fn match_incoming(step: &mut Step<'_>, scope: &str, incoming: &IncomingMessage) -> Result<Option<Incoming>, StoreError> {
    let name = ExternalName::new(scope, &incoming.provider_id);
    if step.tx.names().find_provider(&name)?.is_some() {
        return Ok(None);
    }
    let answers = match &incoming.answers {
        Some(id) => step.tx.names().find_provider(&ExternalName::new(scope, id))?,
        None => None,
    };
    let answers = match answers {
        Some(id) => step.tx.messages().find(id)?.filter(|message| message.kind != MessageKind::Notification),
        None => None,
    };
    lock_case(step, answers.as_ref().and_then(|message| message.case_id))?;
    let case = match answers.as_ref().and_then(|message| message.case_id) {
        Some(id) => step.tx.cases().find(id)?,
        None => None,
    };
    let case_match = match &case {
        Some(case) => Some(CaseMatch { kind: MatchKind::InReplyTo, confirmed: knows_address(step, case, &incoming.from)? }),
        None => None,
    };
    Ok(Some(Incoming { name, case, case_match, answers }))
}
