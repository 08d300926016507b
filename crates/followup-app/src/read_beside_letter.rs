//! A reply is read beside the letter that it answers: what stands in the quoted letter and is not the letter's is the reporter's.

use std::borrow::Cow;

use followup_domain::ids::MessageId;
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::message::{Classification, Direction};
use followup_domain::ports::{ReplyReading, StoreError, StoreExt, Tx};

use crate::match_mail::Matched;
use crate::service::Followup;

/// Longer texts are split without the letter: the transaction is open, and nobody writes so much.
const LONGEST_TEXT: usize = 1024 * 1024;

impl Followup {
    /// The mail with its reply told from the quoted letter, when it answers one of ours.
    pub(crate) fn read_beside_letter<'a>(
        &self,
        tx: &mut dyn Tx,
        mail: &'a ParsedMail,
        matched: &Matched,
    ) -> Result<Cow<'a, ParsedMail>, StoreError> {
        let answered = matched.answers.filter(|_| matched.classification == Classification::Human);
        let Some(answered) = answered else { return Ok(Cow::Borrowed(mail)) };
        let reading = self.reading_of(tx, &mail.body_text, answered.message_id)?;
        Ok(match reading {
            Some(ReplyReading { reply, quoted, .. }) => Cow::Owned(ParsedMail { reply, quoted, ..mail.clone() }),
            None => Cow::Borrowed(mail),
        })
    }

    /// A person's text as it reads beside a letter of ours.
    pub(crate) fn reading_of(&self, tx: &mut dyn Tx, text: &str, letter: MessageId) -> Result<Option<ReplyReading>, StoreError> {
        if text.len() > LONGEST_TEXT {
            return Ok(None);
        }
        let Some(letter) = tx.messages().find(letter)?.filter(|letter| letter.direction == Direction::Out) else { return Ok(None) };
        let (reply, quoted) = self.reader.split_knowing(text, &letter.content.body);
        Ok(Some(ReplyReading { parent_id: letter.id, reply, quoted }))
    }

    /// The whole text of a stored mail of a person, to be read beside a letter once somebody says which one it answers. Understanding
    /// needs no transaction, and may take a while for a large mail.
    pub(crate) fn whole_text(&self, id: MessageId) -> Result<Option<String>, StoreError> {
        let raw = self.store.read::<_, StoreError>(|tx| {
            let mail = tx.messages().find(id)?.filter(|mail| mail.classification == Some(Classification::Human));
            match mail.and_then(|mail| mail.raw_id) {
                Some(raw_id) => tx.messages().raw(raw_id),
                None => Ok(None),
            }
        })?;
        Ok(raw.and_then(|raw| self.reader.read(&raw).ok()).map(|mail| mail.body_text))
    }

    /// Keeps how a stored mail reads beside the letter that a person says it answers.
    pub(crate) fn read_again(&self, tx: &mut dyn Tx, id: MessageId, text: Option<&str>, letter: MessageId) -> Result<(), StoreError> {
        let Some(text) = text else { return Ok(()) };
        match self.reading_of(tx, text, letter)? {
            Some(reading) => tx.messages().insert_reading(id, &reading),
            None => Ok(()),
        }
    }
}
