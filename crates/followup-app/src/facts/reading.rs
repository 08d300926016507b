//! A reply is read beside the letter that it answers: what stands in the quoted letter and is not the letter's is the reporter's.

use std::borrow::Cow;

use followup_domain::ids::MessageId;
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::message::{Classification, Direction, Message};
use followup_domain::ports::{ReplyReading, StoreError};

use super::matching::Matched;
use crate::step::Step;

/// Longer texts are split without the letter: the transaction is open, and nobody writes so much.
const LONGEST_TEXT: usize = 1024 * 1024;

/// The mail with its reply told from the quoted letter, when it answers one of ours.
pub(crate) fn read_beside_letter<'m>(
    step: &mut Step<'_>,
    mail: &'m ParsedMail,
    matched: &Matched,
) -> Result<Cow<'m, ParsedMail>, StoreError> {
    let answered = matched.answers.filter(|_| matched.classification == Classification::Human);
    let Some(answered) = answered else { return Ok(Cow::Borrowed(mail)) };
    let reading = reading_of(step, &mail.body_text, answered.message_id)?;
    Ok(match reading {
        Some(ReplyReading { reply, quoted, .. }) => Cow::Owned(ParsedMail { reply, quoted, ..mail.clone() }),
        None => Cow::Borrowed(mail),
    })
}

/// A person's text as it reads beside a letter of ours.
pub(crate) fn reading_of(step: &mut Step<'_>, text: &str, letter: MessageId) -> Result<Option<ReplyReading>, StoreError> {
    if text.len() > LONGEST_TEXT {
        return Ok(None);
    }
    let Some(letter) = step.tx.messages().find(letter)?.filter(|letter| letter.direction == Direction::Out) else { return Ok(None) };
    let (reply, quoted) = step.deployment.reader.split_knowing(text, &letter.content.body);
    Ok(Some(ReplyReading { parent_id: letter.id, reply, quoted }))
}

/// How a stored mail of a person reads beside the letter that somebody says it answers. `parsed`: the mail as it was read anew.
pub(crate) fn reading_of_reply(
    step: &mut Step<'_>,
    (mail, parsed): (&Message, Option<&ParsedMail>),
    letter: MessageId,
) -> Result<Option<ReplyReading>, StoreError> {
    match parsed.filter(|_| mail.classification == Some(Classification::Human)) {
        Some(parsed) => reading_of(step, &parsed.body_text, letter),
        None => Ok(None),
    }
}
