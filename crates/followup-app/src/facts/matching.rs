//! To which case an inbound mail belongs: first hit wins, and a stranger's mail is flagged.

use chrono::{DateTime, Utc};
use followup_domain::case::Case;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::message::{CaseMatch, Classification, MailFlag, MatchKind};
use followup_domain::ports::StoreError;

use super::letters::letter_with_address;
use super::mail_hits::{Answered, Hit, MailHits};
use super::reach::knows_address;
use super::repeats::repeats_mail;
use crate::step::Step;

/// A mail may concern several cases; more than so many it does not.
const MOST_CASES: usize = 5;

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
    /// A person's answer may concern further cases.
    pub(crate) also: Vec<AlsoMatched>,
    /// It was addressed to what looks like a signed reply address and is none: that was not believed.
    pub(crate) has_forged_token: bool,
    /// Cases of a person's mail that it names and does not stand in, being too many.
    pub(crate) left_out: Vec<CaseId>,
    /// What the mail itself tells of how far it is to be trusted.
    told: Vec<MailFlag>,
}

/// A further case that a mail concerns.
pub(crate) struct AlsoMatched {
    /// The case, locked.
    pub(crate) case: Case,
    /// How it was found.
    pub(crate) case_match: CaseMatch,
    /// The message of ours that it answers there.
    pub(crate) answers: Option<Answered>,
}

impl Matched {
    /// What people should know of the mail.
    pub(crate) fn flags(&self) -> impl Iterator<Item = MailFlag> {
        let forged = self.has_forged_token.then_some(MailFlag::ForgedReplyAddress);
        forged.into_iter().chain((!self.left_out.is_empty()).then_some(MailFlag::FurtherCases)).chain(self.told.iter().copied())
    }
}

/// A mail that is being matched.
struct Arriving<'a> {
    mail: &'a ParsedMail,
    hits: MailHits,
    /// When it did (UTC).
    arrived_at: DateTime<Utc>,
}

/// Matches by the signed reply address, In-Reply-To, References from right to left, and the ids that relays gave to our messages.
/// `arrived_at`: when the mail did.
pub(crate) fn match_mail(step: &mut Step<'_>, mail: &ParsedMail, arrived_at: DateTime<Utc>) -> Result<Matched, StoreError> {
    let arriving = Arriving { mail, hits: MailHits::find(step, mail)?, arrived_at };
    let hits = &arriving.hits;
    let our_own = hits.our_own();
    let (cases, left_out) = lock_cases(step, hits)?;
    let case_of = |hit: &Hit| cases.iter().find(|case| case.id == hit.case_id);
    // An answer to a notification comes from the unit itself, so it is no reply of the reporter's.
    let own_hit = our_own.filter(|message| !message.notification).and_then(|message| hits.hit_of(mail, message));
    let hit = own_hit.or_else(|| hits.in_order().find(|hit| case_of(hit).is_some()).cloned());
    let case = hit.as_ref().and_then(case_of).cloned();
    let case_id = case.as_ref().map(|case| case.id);
    let repeated = repeated(step, &arriving, case_id)?;

    // What the unit's own people write in the thread with another program is no answer of the reporter's. Without a case it may be
    // a report that somebody passes on.
    let from_unit = case_id.is_some() && mail.classification == Classification::Human && is_own_address(step, mail);
    let classification = if our_own.is_some() || from_unit { Classification::Echo } else { mail.classification };

    let (mut case_match, mut answers) = (None, None);
    if let (Some(case), Some(hit)) = (&case, &hit) {
        case_match = Some(CaseMatch { kind: hit.kind, confirmed: counts_for(step, case, mail)? });
        answers = answered(step, &arriving, case.id, hit.kind)?;
    }
    let also = if classification == Classification::Human { also_matched(step, &arriving, &cases, case_id)? } else { Vec::new() };
    Ok(Matched {
        case_match,
        // A copy of what the unit was told has no case, and is known as a copy by its parent.
        parent_id: hit
            .and_then(|hit| hit.message)
            .or(answers.map(|answered| answered.message_id))
            .or(our_own.map(|copied| copied.message_id)),
        answers,
        proves: match our_own {
            Some(copied) => Some(copied.message_id),
            // It says that we wrote it, and is no copy of a message that we know.
            None => hits.subject(mail).filter(|_| classification != Classification::Echo),
        },
        duplicate_of: repeated.or_else(|| hits.earlier().map(|message| message.message_id).min()),
        is_repeated: repeated.is_some(),
        left_out: if classification == Classification::Human { left_out } else { Vec::new() },
        classification,
        also,
        has_forged_token: hits.has_forged_token,
        told: mail.flags.clone(),
        case,
    })
}

/// The further cases that a mail names beyond doubt: by their own signed address, or by a letter of ours. What came in before
/// names none: every later mail of its thread names it too.
fn also_matched(
    step: &mut Step<'_>,
    arriving: &Arriving<'_>,
    cases: &[Case],
    first: Option<CaseId>,
) -> Result<Vec<AlsoMatched>, StoreError> {
    let mut also: Vec<AlsoMatched> = Vec::new();
    for hit in arriving.hits.in_order().filter(|hit| hit.is_ours && first.is_some() && Some(hit.case_id) != first) {
        let Some(case) = cases.iter().find(|case| case.id == hit.case_id) else { continue };
        let known = also.iter().any(|other| other.case.id == case.id);
        if known || repeated(step, arriving, Some(case.id))?.is_some() {
            continue;
        }
        // Standing among the References proves a thread, not an answer.
        let is_answer = matches!(hit.kind, MatchKind::ReplyToken | MatchKind::InReplyTo);
        let confirmed = is_answer && counts_for(step, case, arriving.mail)?;
        also.push(AlsoMatched {
            case_match: CaseMatch { kind: hit.kind, confirmed },
            answers: answered(step, arriving, case.id, hit.kind)?,
            case: case.clone(),
        });
    }
    Ok(also)
}

/// The message of ours that a mail answers in a case: the one that its headers name, else, where the address says that there is
/// one, the last letter that left before it came.
fn answered(step: &mut Step<'_>, arriving: &Arriving<'_>, case_id: CaseId, kind: MatchKind) -> Result<Option<Answered>, StoreError> {
    let named = arriving.hits.letter_of(arriving.mail, case_id);
    if named.is_some() || kind != MatchKind::ReplyToken || arriving.mail.classification != Classification::Human {
        return Ok(named);
    }
    letter_with_address(step, case_id, arriving.arrived_at)
}

fn is_own_address(step: &Step<'_>, mail: &ParsedMail) -> bool {
    let from = mail.from.as_ref().and_then(|from| EmailAddress::parse(&from.address).ok());
    from.is_some_and(|from| from.same_mailbox(&step.policy().sender))
}

/// Whether a mail counts for a case by itself: the case knows the sender, and the server that received the mail did not doubt it.
fn counts_for(step: &mut Step<'_>, case: &Case, mail: &ParsedMail) -> Result<bool, StoreError> {
    Ok(!mail.flags.contains(&MailFlag::FailedDmarc) && knows_sender(step, case, mail)?)
}

/// Whether the case knows the sender: an address of its contact, or one it has exchanged mail with.
fn knows_sender(step: &mut Step<'_>, case: &Case, mail: &ParsedMail) -> Result<bool, StoreError> {
    let Some(from) = &mail.from else { return Ok(false) };
    knows_address(step, case, &from.address)
}

/// The cases that a mail names, each locked; always in one order, so that two mails never wait for each other. And those that it names
/// by something of ours beyond the most that are taken.
fn lock_cases(step: &mut Step<'_>, hits: &MailHits) -> Result<(Vec<Case>, Vec<CaseId>), StoreError> {
    let mut ids: Vec<CaseId> = Vec::new();
    let own = hits.our_own().and_then(|message| message.case_id);
    for id in own.into_iter().chain(hits.in_order().map(|hit| hit.case_id)) {
        if !ids.contains(&id) && ids.len() < MOST_CASES {
            ids.push(id);
        }
    }
    let mut left_out: Vec<CaseId> =
        hits.in_order().filter(|hit| hit.is_ours && !ids.contains(&hit.case_id)).map(|hit| hit.case_id).collect();
    left_out.sort_unstable();
    left_out.dedup();
    ids.sort_unstable();
    let mut cases = Vec::with_capacity(ids.len());
    for id in ids {
        cases.extend(step.tx.cases().find_for_update(id)?);
    }
    Ok((cases, left_out))
}

/// Of the earlier mails with the same Message-ID, the one that says the same in the same case. Some gateways give every mail the same
/// Message-ID; and a copy in the tray, or in another case, had no effect on this one.
fn repeated(step: &mut Step<'_>, arriving: &Arriving<'_>, case_id: Option<CaseId>) -> Result<Option<MessageId>, StoreError> {
    let mail = arriving.mail;
    for message in arriving.hits.earlier().filter(|message| case_id.is_some() && message.case_id == case_id) {
        let known = step.tx.messages().find(message.message_id)?;
        if known.is_some_and(|known| known.classification == Some(mail.classification) && repeats_mail(&known, mail)) {
            return Ok(Some(message.message_id));
        }
    }
    Ok(None)
}
