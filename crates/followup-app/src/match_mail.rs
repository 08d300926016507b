//! To which case an inbound mail belongs: first hit wins, and a stranger's mail is flagged.

use followup_domain::case::Case;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::inbound::ParsedMail;
use followup_domain::message::{CaseMatch, Classification, MatchKind};
use followup_domain::ports::{KnownMessage, StoreError, Tx};
use followup_domain::threading::{InternetMessageId, match_candidates};

use crate::read_beside_letter::has_same_text;
use crate::service::Followup;

/// Where a mail belongs.
pub(crate) struct Matched {
    /// Its case, locked; none for the unassigned tray.
    pub(crate) case: Option<Case>,
    /// How it was found.
    pub(crate) case_match: Option<CaseMatch>,
    /// The message that it answers, in or out.
    pub(crate) parent_id: Option<MessageId>,
    /// The message of ours that it answers.
    pub(crate) answers: Option<Answered>,
    /// The message of ours that it proves something about: its copy, or what it names as its subject. References only say which
    /// thread it belongs to.
    pub(crate) proves: Option<MessageId>,
    /// An earlier inbound mail with the same Message-ID; rather the one that it repeats.
    pub(crate) duplicate_of: Option<MessageId>,
    /// An earlier mail with the same Message-ID says the same in the same case.
    pub(crate) is_repeated: bool,
    /// What it is, now that our own messages are known.
    pub(crate) classification: Classification,
}

/// A message of ours that a mail answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answered {
    /// The message.
    pub(crate) message_id: MessageId,
    /// In-Reply-To names it, or a person said so; else it only stands among the References, as every message of the thread may.
    pub(crate) named: bool,
}

impl Followup {
    /// Matches by In-Reply-To, then References from right to left. One query finds every id.
    pub(crate) fn match_mail(&self, tx: &mut dyn Tx, mail: &ParsedMail) -> Result<Matched, StoreError> {
        let mut candidates = match_candidates(&mail.in_reply_to, &mail.references);
        // A report names the mail that it is about by bringing its header along.
        candidates.extend(mail.returned.iter().filter(|_| mail.classification != Classification::Human).cloned());
        let asked: Vec<InternetMessageId> = candidates.iter().chain(&mail.message_id).cloned().collect();
        let known = if asked.is_empty() { Vec::new() } else { tx.messages().find_by_external_ids(&asked)? };
        let named = |id| named_by(&known, id);

        let same_id: Vec<&KnownMessage> = mail.message_id.iter().flat_map(named).collect();
        let our_own = same_id.iter().find(|message| !message.inbound);
        let earlier: Vec<_> = same_id.iter().filter(|message| message.inbound).collect();
        // An answer to a notification comes from the unit itself, so it is no reply of the reporter's.
        let hit = candidates.iter().flat_map(named).find(|message| message.case_id.is_some() && !message.notification);
        let hit = our_own.copied().filter(|message| !message.notification).or(hit);
        let case_id = hit.and_then(|message| message.case_id);
        let answers = candidates
            .iter()
            .flat_map(named)
            .find(|message| !message.inbound && !message.notification && message.case_id == case_id)
            .map(|message| Answered { message_id: message.message_id, named: mail.in_reply_to.contains(&message.external_id) });
        let subjects = mail.in_reply_to.iter().chain(&mail.returned).flat_map(named);
        let subject = subjects.into_iter().find(|message| !message.inbound).map(|message| message.message_id);
        let repeated = repeated(tx, &earlier, case_id, mail)?;

        // What the unit's own people write in the thread with another program is no answer of the reporter's. Without a case it may be
        // a report that somebody passes on.
        let from_unit = case_id.is_some() && mail.classification == Classification::Human && self.is_own_address(mail);
        let classification = if our_own.is_some() || from_unit { Classification::Echo } else { mail.classification };

        let case = match case_id {
            Some(case_id) => tx.cases().find_for_update(case_id)?,
            None => None,
        };
        let case_match = match (&case, hit) {
            (Some(case), Some(hit)) => Some(CaseMatch { kind: match_kind(mail, hit), confirmed: self.knows_sender(tx, case, mail)? }),
            _ => None,
        };
        Ok(Matched {
            case,
            case_match,
            parent_id: hit.map(|message| message.message_id),
            answers,
            proves: match our_own {
                Some(copied) => Some(copied.message_id),
                // It says that we wrote it, and is no copy of a message that we know.
                None => subject.filter(|_| classification != Classification::Echo),
            },
            duplicate_of: repeated.or_else(|| earlier.iter().map(|message| message.message_id).min()),
            is_repeated: repeated.is_some(),
            classification,
        })
    }

    fn is_own_address(&self, mail: &ParsedMail) -> bool {
        let from = mail.from.as_ref().and_then(|from| EmailAddress::parse(&from.address).ok());
        from.is_some_and(|from| from.same_mailbox(&self.policy.sender))
    }

    /// Whether the case knows the sender: an address of its contact, or one it has exchanged mail with.
    fn knows_sender(&self, tx: &mut dyn Tx, case: &Case, mail: &ParsedMail) -> Result<bool, StoreError> {
        let Some(from) = &mail.from else { return Ok(false) };
        let contacts = self.channels(&case.record).all_emails;
        let is_contact = EmailAddress::parse(&from.address).is_ok_and(|from| contacts.iter().any(|contact| contact.same_mailbox(&from)));
        Ok(is_contact || tx.messages().knows_address(case.id, &from.address)?)
    }
}

/// Of the earlier mails with the same Message-ID, the one that says the same in the same case. Some gateways give every mail the same
/// Message-ID; and a copy in the tray, or in another case, had no effect on this one.
fn repeated(
    tx: &mut dyn Tx,
    earlier: &[&&KnownMessage],
    case_id: Option<CaseId>,
    mail: &ParsedMail,
) -> Result<Option<MessageId>, StoreError> {
    for message in earlier.iter().filter(|message| case_id.is_some() && message.case_id == case_id) {
        let known = tx.messages().find(message.message_id)?;
        if known.is_some_and(|known| known.classification == Some(mail.classification) && has_same_text(&known.content, mail)) {
            return Ok(Some(message.message_id));
        }
    }
    Ok(None)
}

fn named_by<'a>(known: &'a [KnownMessage], id: &'a InternetMessageId) -> impl Iterator<Item = &'a KnownMessage> {
    known.iter().filter(move |message| message.external_id == *id)
}

fn match_kind(mail: &ParsedMail, hit: &KnownMessage) -> MatchKind {
    if mail.in_reply_to.contains(&hit.external_id) {
        MatchKind::InReplyTo
    } else if mail.returned.as_ref() == Some(&hit.external_id) && !mail.references.contains(&hit.external_id) {
        MatchKind::Returned
    } else {
        MatchKind::References
    }
}
