//! Why delivery failed: by a server's words first ([`super::reason_words`]), then by its codes.

use std::sync::LazyLock;

use followup_domain::contact::{FailureReason, Permanence};

use super::reason_words::{AFTER_DATA, CLEAR, PAGES_OF_LISTS, VAGUE};
use super::unknown;
use crate::phrases::Phrases;

use FailureReason::{Loop, MailboxFull, Other, Refused, TooLarge, UnknownHost, UnknownUser, Unreachable};
use Permanence::{Hard, Soft};

/// A reason and what it says of the address.
pub(super) type Verdict = (FailureReason, Permanence);

/// Subjects and details of RFC 3463 that tell why; a detail of `*` stands for the others.
const STATUS: &[(&str, Verdict)] = &[
    ("1.1", (UnknownUser, Hard)),
    ("1.2", (UnknownHost, Hard)),
    ("1.3", (UnknownUser, Hard)),
    ("1.6", (UnknownUser, Hard)),
    ("1.7", (Refused, Soft)),
    ("1.8", (Refused, Soft)),
    ("1.10", (UnknownHost, Hard)),
    ("2.1", (UnknownUser, Soft)),
    ("2.2", (MailboxFull, Soft)),
    ("2.3", (TooLarge, Soft)),
    ("3.1", (Unreachable, Soft)),
    ("3.2", (UnknownHost, Hard)),
    ("3.4", (TooLarge, Soft)),
    ("4.4", (UnknownHost, Hard)),
    ("4.6", (Loop, Soft)),
    ("4.*", (Unreachable, Soft)),
    ("6.*", (Refused, Soft)),
    ("7.*", (Refused, Soft)),
];

/// Reply codes that tell why (RFC 5321 §4.2.2, RFC 7504).
const REPLIES: &[(u16, Verdict)] = &[
    (421, (Unreachable, Soft)),
    (450, (Unreachable, Soft)),
    (451, (Unreachable, Soft)),
    (452, (MailboxFull, Soft)),
    (511, (UnknownUser, Hard)),
    (521, (UnknownHost, Hard)),
    (552, (MailboxFull, Soft)),
    (553, (Refused, Soft)),
    (554, (Refused, Soft)),
    (556, (UnknownHost, Hard)),
];

static CLEAR_PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(CLEAR.iter().map(|(_, phrases)| *phrases)));
static VAGUE_PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(VAGUE.iter().map(|(_, phrases)| *phrases)));
static AFTER_DATA_PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of([AFTER_DATA]));
static DISABLED_PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::of(CLEAR.iter().filter(|(verdict, _)| *verdict == (UnknownUser, Soft)).map(|(_, phrases)| *phrases)));

/// What words tell that mean one thing: those of the table, and whatever says that a mailbox is not there.
pub(super) fn by_clear_words(folded: &str) -> Option<Verdict> {
    let row = CLEAR_PHRASES.first_row(folded);
    // Its place in the order of the rows is that of the table's words for the same.
    let is_before = |row: usize| CLEAR[..row].iter().any(|(verdict, _)| *verdict == (UnknownUser, Hard));
    let is_unknown = row.is_none_or(is_before) && unknown::is_told(folded);
    if is_unknown { Some((UnknownUser, Hard)) } else { row.map(|row| CLEAR[row].0) }
}

/// What the address of a page tells (`http://…`), in a text that has not lost its names: block lists explain themselves there.
pub(super) fn by_page(folded: &str) -> Option<Verdict> {
    let is_page = |word: &str| word.contains("://") && PAGES_OF_LISTS.iter().any(|known| word.contains(known));
    folded.split(' ').any(is_page).then_some((Refused, Soft))
}

/// What words tell that may stand beside anything.
pub(super) fn by_vague_words(folded: &str) -> Option<Verdict> {
    VAGUE_PHRASES.first_row(folded).map(|row| VAGUE[row].0)
}

/// Whether words say that the mailbox is there, but disabled.
pub(super) fn says_disabled(folded: &str) -> bool {
    DISABLED_PHRASES.is_in(folded)
}

/// Whether the refusal came after the content, so that it says nothing about the address.
pub(super) fn is_after_data(folded: &str) -> bool {
    AFTER_DATA_PHRASES.is_in(folded) || in_transcript(folded)
}

/// `>>> DATA`, and an answer that the user is unknown.
fn in_transcript(folded: &str) -> bool {
    /// Where commands are sent before their answers come, the recipient's stands below DATA, and DATA's behind it.
    const NO_RECIPIENT_LEFT: &[&str] = &["no valid recipients", "no recipients", "need rcpt", "503 "];
    let Some((_, answers)) = folded.split_once(">>> data <<< ") else { return false };
    let (first, others) = answers.split_once("<<<").unwrap_or((answers, ""));
    let is_policy = first.contains(" 5.7.");
    let is_pipelined = !is_policy && NO_RECIPIENT_LEFT.iter().any(|answer| others.contains(answer));
    !is_pipelined && by_clear_words(first) == Some((UnknownUser, Hard))
}

/// What an enhanced status code tells.
pub(super) fn by_status(status: &str) -> Option<Verdict> {
    let (_, rest) = status.split_once('.')?;
    let (subject, _) = rest.split_once('.')?;
    let row = |wanted: &str| STATUS.iter().find(|(code, _)| *code == wanted).map(|(_, verdict)| *verdict);
    row(rest).or_else(|| row(&format!("{subject}.*")))
}

/// What an SMTP reply code tells.
pub(super) fn by_reply(code: u16) -> Option<Verdict> {
    REPLIES.iter().find(|(reply, _)| *reply == code).map(|(_, verdict)| *verdict)
}

/// What nothing tells.
pub(super) const UNKNOWN: Verdict = (Other, Soft);

#[cfg(test)]
mod tests {
    use followup_domain::text::fold;

    use super::*;

    #[test]
    fn phrases_stand_as_they_are_compared() {
        for phrase in CLEAR.iter().chain(VAGUE).flat_map(|(_, phrases)| *phrases).chain(AFTER_DATA).chain(PAGES_OF_LISTS) {
            assert_eq!(fold(phrase), *phrase);
        }
    }
}
