//! A reply is read beside the letter that it answers: what stands in the quoted letter and is not the letter's is the reporter's.

use std::borrow::Cow;

use followup_domain::inbound::ParsedMail;
use followup_domain::message::{Classification, MessageContent};
use followup_domain::ports::{StoreError, Tx};

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
        let is_read = matched.classification == Classification::Human && mail.body_text.len() <= LONGEST_TEXT;
        let Some(answered) = matched.answers.filter(|_| is_read) else { return Ok(Cow::Borrowed(mail)) };
        let Some(letter) = tx.messages().find(answered.message_id)? else { return Ok(Cow::Borrowed(mail)) };
        let (reply, quoted) = self.reader.split_knowing(&mail.body_text, &letter.content.body);
        Ok(Cow::Owned(ParsedMail { reply, quoted, ..mail.clone() }))
    }
}

/// Whether a stored message has the text of a mail, however it was divided into reply and quote.
pub(crate) fn has_same_text(stored: &MessageContent, mail: &ParsedMail) -> bool {
    fn lines<'a>(reply: &'a str, quoted: Option<&'a str>) -> Vec<&'a str> {
        let all = reply.lines().chain(quoted.unwrap_or_default().lines());
        let mut lines: Vec<&str> = all.filter(|line| !line.trim().is_empty()).collect();
        lines.sort_unstable();
        lines
    }
    stored.body == mail.reply || lines(&stored.body, stored.body_quoted.as_deref()) == lines(&mail.reply, mail.quoted.as_deref())
}
