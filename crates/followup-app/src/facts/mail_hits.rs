//! What an inbound mail names of what is stored: cases by signed address, messages by their ids and by those that relays gave them.

use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::mail::reply_address::{ReplyAddressReading, ReplyAddresses};
use followup_domain::message::alias::alias_key;
use followup_domain::message::threading::{InternetMessageId, match_candidates};
use followup_domain::message::{Classification, MatchKind};
use followup_domain::ports::{KnownMessage, StoreError};

use crate::step::Step;

/// A message of ours that a mail answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answered {
    /// The message.
    pub(crate) message_id: MessageId,
    /// In-Reply-To names it, or a person said so; else it only stands among the References, as every message of the thread may.
    pub(crate) named: bool,
}

/// One way in which a mail names a case.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) case_id: CaseId,
    pub(crate) kind: MatchKind,
    /// The message that was named, if one was.
    pub(crate) message: Option<MessageId>,
    /// It was named by something that we gave out: an address, or a letter's id.
    pub(crate) is_ours: bool,
}

/// A stored message, and the id in the mail that names it.
struct Named {
    id: InternetMessageId,
    message: KnownMessage,
    by_alias: bool,
}

/// Everything that a mail names.
pub(crate) struct MailHits {
    hits: Vec<Hit>,
    named: Vec<Named>,
    /// Messages with the mail's own Message-ID, and the one of which it says that it is a copy.
    same_id: Vec<KnownMessage>,
    copied: Option<KnownMessage>,
    pub(crate) has_forged_token: bool,
}

impl MailHits {
    /// Two queries find every id.
    pub(crate) fn find(step: &mut Step<'_>, mail: &ParsedMail) -> Result<Self, StoreError> {
        let addresses = step.policy().reply_addresses.as_ref();
        let mut candidates = match_candidates(&mail.in_reply_to, &mail.references);
        // A report names the mail that it is about by bringing its header along.
        candidates.extend(mail.returned.iter().filter(|_| mail.classification != Classification::Human).cloned());
        let asked: Vec<InternetMessageId> = candidates.iter().chain(&mail.message_id).chain(&mail.left_as).cloned().collect();
        let known = if asked.is_empty() { Vec::new() } else { step.tx.names().find(&asked)? };
        let keys: Vec<InternetMessageId> = candidates.iter().map(alias_key).collect();
        let aliased = if keys.is_empty() { Vec::new() } else { step.tx.names().find_by_aliases(&keys)? };

        let under = |known: &[KnownMessage], id: &InternetMessageId| -> Vec<KnownMessage> {
            known.iter().filter(|message| message.external_id == *id).cloned().collect()
        };
        let direct = candidates.iter().flat_map(|id| under(&known, id).into_iter().map(move |message| (id, message, false)));
        let by_alias =
            candidates.iter().zip(&keys).flat_map(|(id, key)| under(&aliased, key).into_iter().map(move |message| (id, message, true)));
        let named: Vec<Named> = direct.chain(by_alias).map(|(id, message, by_alias)| Named { id: id.clone(), message, by_alias }).collect();

        let (tokens, has_forged_token) = cases_of_addresses(mail, addresses);
        let tokens = tokens.into_iter().map(|case_id| Hit { case_id, kind: MatchKind::ReplyToken, message: None, is_ours: true });
        let of_messages = named.iter().filter(|named| !named.message.notification).filter_map(|named| hit(mail, named));
        let hits = tokens.chain(of_messages).collect();
        let same_id = mail.message_id.iter().flat_map(|id| under(&known, id)).collect();
        let copied = mail.left_as.iter().flat_map(|id| under(&known, id)).find(|message| !message.inbound);
        Ok(Self { hits, named, same_id, copied, has_forged_token })
    }

    /// Best first.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &Hit> {
        self.hits.iter()
    }

    /// The message of ours that the mail is a copy of.
    pub(crate) fn our_own(&self) -> Option<&KnownMessage> {
        self.same_id.iter().find(|message| !message.inbound).or(self.copied.as_ref())
    }

    /// A hit by a message that the mail is a copy of.
    pub(crate) fn hit_of(&self, mail: &ParsedMail, message: &KnownMessage) -> Option<Hit> {
        let named = Named { id: message.external_id.clone(), message: message.clone(), by_alias: false };
        hit(mail, &named)
    }

    /// Earlier inbound mails with the same Message-ID.
    pub(crate) fn earlier(&self) -> impl Iterator<Item = &KnownMessage> {
        self.same_id.iter().filter(|message| message.inbound)
    }

    /// The message of ours that a report, or an answer, is about: References do not say so.
    pub(crate) fn subject(&self, mail: &ParsedMail) -> Option<MessageId> {
        let ids = mail.in_reply_to.iter().chain(&mail.returned);
        let named = ids.flat_map(|id| self.named.iter().filter(move |named| named.id == *id));
        named.filter(|named| !named.message.inbound).map(|named| named.message.message_id).next()
    }

    /// The first letter of ours in a case that the mail names.
    pub(crate) fn letter_of(&self, mail: &ParsedMail, case_id: CaseId) -> Option<Answered> {
        let is_letter = |named: &&Named| !named.message.inbound && !named.message.notification && named.message.case_id == Some(case_id);
        let letter = self.named.iter().find(is_letter)?;
        Some(Answered { message_id: letter.message.message_id, named: mail.in_reply_to.contains(&letter.id) })
    }
}

fn hit(mail: &ParsedMail, named: &Named) -> Option<Hit> {
    let kind = if named.by_alias {
        MatchKind::Alias
    } else if mail.in_reply_to.contains(&named.id) {
        MatchKind::InReplyTo
    } else if mail.returned.as_ref() == Some(&named.id) && !mail.references.contains(&named.id) {
        MatchKind::Returned
    } else {
        MatchKind::References
    };
    Some(Hit { case_id: named.message.case_id?, kind, message: Some(named.message.message_id), is_ours: !named.message.inbound })
}

/// The cases whose signed address the mail was sent to, in the order of its header; and whether an address only looks like one.
fn cases_of_addresses(mail: &ParsedMail, addresses: Option<&ReplyAddresses>) -> (Vec<CaseId>, bool) {
    let (mut cases, mut has_forged) = (Vec::new(), false);
    let Some(addresses) = addresses else { return (cases, has_forged) };
    for address in mail.to.iter().map(|to| to.address.as_str()).chain(mail.delivered_to.iter().map(String::as_str)) {
        match addresses.read(address) {
            ReplyAddressReading::Case(id) if !cases.contains(&id) => cases.push(id),
            ReplyAddressReading::Forged => has_forged = true,
            ReplyAddressReading::Case(_) | ReplyAddressReading::Other => {}
        }
    }
    (cases, has_forged)
}
