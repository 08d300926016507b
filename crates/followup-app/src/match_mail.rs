//! To which case an inbound mail belongs: first hit wins, and a stranger's mail is flagged.

use followup_domain::case::Case;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::MessageId;
use followup_domain::inbound::ParsedMail;
use followup_domain::message::{CaseMatch, Classification, MatchKind};
use followup_domain::ports::{KnownMessage, StoreError, Tx};
use followup_domain::threading::{InternetMessageId, match_candidates};

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
    pub(crate) answers: Option<MessageId>,
    /// An earlier inbound mail with the same Message-ID.
    pub(crate) duplicate_of: Option<MessageId>,
    /// An earlier mail with the same Message-ID stands in the same case.
    pub(crate) has_had_effect: bool,
    /// What it is, now that our own messages are known.
    pub(crate) classification: Classification,
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
        let duplicate_of = earlier.iter().map(|message| message.message_id).min();
        // An answer to a notification comes from the unit itself, so it is no reply of the reporter's.
        let hit = candidates.iter().flat_map(named).find(|message| message.case_id.is_some() && !message.notification);
        let hit = our_own.copied().filter(|message| !message.notification).or(hit);
        let case_id = hit.and_then(|message| message.case_id);
        let answers = candidates
            .iter()
            .flat_map(named)
            .find(|message| !message.inbound && !message.notification && message.case_id == case_id)
            .map(|message| message.message_id);

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
            // A copy in the tray, or in another case, had no effect on this one.
            has_had_effect: case_id.is_some() && earlier.iter().any(|message| message.case_id == case_id),
            duplicate_of,
            classification: if our_own.is_some() { Classification::Echo } else { mail.classification },
        })
    }

    /// Whether the case knows the sender: an address of its contact, or one it has exchanged mail with.
    fn knows_sender(&self, tx: &mut dyn Tx, case: &Case, mail: &ParsedMail) -> Result<bool, StoreError> {
        let Some(from) = &mail.from else { return Ok(false) };
        let contacts = self.channels(&case.record).all_emails;
        let is_contact = EmailAddress::parse(&from.address).is_ok_and(|from| contacts.iter().any(|contact| contact.same_mailbox(&from)));
        Ok(is_contact || tx.messages().knows_address(case.id, &from.address)?)
    }
}

fn named_by<'a>(known: &'a [KnownMessage], id: &'a InternetMessageId) -> impl Iterator<Item = &'a KnownMessage> {
    known.iter().filter(move |message| message.external_id == *id)
}

fn match_kind(mail: &ParsedMail, hit: &KnownMessage) -> MatchKind {
    if mail.in_reply_to.contains(&hit.external_id) { MatchKind::InReplyTo } else { MatchKind::References }
}
