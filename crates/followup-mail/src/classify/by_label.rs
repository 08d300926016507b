//! Mails that are automatic by a label that programs also put on people's mail (rules of a mailbox, ticket systems, scanners): somebody is told to
//! look at what reads as nothing that an automatic mail says.

use std::sync::LazyLock;

use followup_domain::message::Classification;
use followup_domain::text::fold;

use super::automatic_words::{ABSENCE, GREETINGS, RECEIPT, REPORT};
use super::{AUTO_SUBMITTED, AUTOMATIC_FIELD, Signs, words};
use crate::phrases::Phrases;

/// So many words beside greetings say something ("La paciente falleció"), and so does a number.
const FEWEST_WORDS: usize = 3;

/// So many characters are read: what an automatic mail is stands at its beginning.
const SEARCHED: usize = 4096;

static TOLD: LazyLock<Phrases> = LazyLock::new(|| Phrases::of([ABSENCE, RECEIPT, REPORT]));

/// Whether a mail of this class is automatic by its label alone, and its text is neither of an absence, nor a receipt, nor a report.
pub(crate) fn is_automatic_by_label_alone(signs: &Signs, class: Classification, reply: &str) -> bool {
    let (_, reason) = super::classify(signs);
    let is_by_label = class == Classification::AutoReply && [AUTO_SUBMITTED, AUTOMATIC_FIELD].contains(&reason);
    if !is_by_label || signs.subject_has_label(words::ANSWER_LABELS) || signs.subject_begins_with(words::ABSENCE) {
        return false;
    }
    let text = fold(&reply.chars().take(SEARCHED).collect::<String>());
    says_something(&text) && !TOLD.is_in(&text) && !TOLD.is_in(&signs.subject)
}

fn says_something(folded: &str) -> bool {
    let mut words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !GREETINGS.contains(word));
    folded.contains(|c: char| c.is_ascii_digit()) || words.by_ref().take(FEWEST_WORDS).count() == FEWEST_WORDS
}
