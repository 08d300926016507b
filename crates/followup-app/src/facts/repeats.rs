//! When a mail with a known Message-ID brings nothing new.

use followup_domain::ids::CaseId;
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{Attachment, Message};
use followup_domain::ports::StoreError;

use crate::step::Step;

/// What a mail says: all its text, however it was divided into reply and quote, what is attached, and what it answers.
struct Said<'m> {
    text: (&'m str, Option<&'m str>),
    attachments: &'m [Attachment],
    answers: (&'m [InternetMessageId], &'m [InternetMessageId]),
}

/// Whether a mail says what a stored message said, to the same letter.
pub(crate) fn repeats_mail(stored: &Message, mail: &ParsedMail) -> bool {
    let said = Said {
        text: (&mail.reply, mail.quoted.as_deref()),
        attachments: &mail.attachments,
        answers: (&mail.in_reply_to, &mail.references),
    };
    said.is_same(&of_message(stored))
}

/// Whether the case has the same mail under the same Message-ID already.
pub(crate) fn is_repeated(step: &mut Step<'_>, mail: &Message, case_id: CaseId) -> Result<bool, StoreError> {
    let Some(earlier) = mail.duplicate_of else { return Ok(false) };
    let earlier = step.tx.messages().find(earlier)?;
    let is_here = |earlier: &Message| (earlier.case_id, earlier.classification) == (Some(case_id), mail.classification);
    Ok(earlier.is_some_and(|earlier| is_here(&earlier) && repeats_message(&earlier, mail)))
}

/// Whether a stored message says what another one said, to the same letter.
fn repeats_message(earlier: &Message, message: &Message) -> bool {
    of_message(earlier).is_same(&of_message(message))
}

fn of_message(message: &Message) -> Said<'_> {
    let content = &message.content;
    Said {
        text: (&content.body, content.body_quoted.as_deref()),
        attachments: &message.attachments,
        answers: (&content.in_reply_to, &content.references),
    }
}

impl Said<'_> {
    fn is_same(&self, other: &Self) -> bool {
        self.answers == other.answers && self.hashes() == other.hashes() && self.lines() == other.lines()
    }

    fn hashes(&self) -> Vec<&str> {
        let mut hashes: Vec<&str> = self.attachments.iter().map(|attachment| attachment.sha256.as_str()).collect();
        hashes.sort_unstable();
        hashes
    }

    fn lines(&self) -> Vec<&str> {
        let (reply, quoted) = self.text;
        let all = reply.lines().chain(quoted.unwrap_or_default().lines());
        let mut lines: Vec<&str> = all.filter(|line| !line.trim().is_empty()).collect();
        lines.sort_unstable();
        lines
    }
}
