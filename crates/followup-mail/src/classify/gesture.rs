//! Mails in which nobody says anything: a reaction to a mail, an answer to an invitation.

use followup_domain::text::fold;
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use crate::attachments::{content, content_type};
use crate::trim::split_reply;

/// What stands for a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gesture {
    /// An emoji beside a mail: `Content-Disposition: reaction` (RFC 9078), or Gmail's own part.
    Reaction,
    /// Accepted, declined, another time proposed (RFC 5546 §3.2).
    CalendarAnswer,
}

/// Gmail's part; its text beside it says in the sender's language who reacted.
const GMAIL_REACTION: &str = "text/vnd.google.email-reaction+json";
/// Words of that text: a name, and "reacted via Gmail".
const MOST_WORDS: usize = 24;
/// What people answer to an invitation with.
const ANSWERS: &[&str] = &["reply", "counter", "declinecounter"];
/// So much of an invitation is looked at.
const SEARCHED: usize = 64 * 1024;

impl Gesture {
    /// The gesture that a mail with this text is; as soon as the text says more than the gesture, quotes aside, it is somebody's words.
    pub(super) fn of(message: &Message<'_>, body_text: &str) -> Option<Self> {
        let has = |wanted: &dyn Fn(&MessagePart<'_>) -> bool| message.parts.iter().any(wanted);
        let may_be_one = |part: &MessagePart<'_>| {
            let is_disposed = part.content_disposition().is_some_and(|disposition| disposition.ctype().eq_ignore_ascii_case("reaction"));
            is_disposed || matches!(content_type(part).as_str(), GMAIL_REACTION | "text/calendar")
        };
        if !has(&may_be_one) {
            return None;
        }
        let (reply, _) = split_reply(body_text);
        // What is only quoted may stand in the reply, where nothing else does.
        let mut own_lines = reply.lines().filter(|line| !line.trim_start().starts_with('>'));
        let says_nothing = !own_lines.any(|line| line.contains(char::is_alphanumeric));
        if has(&|part| content_type(part) == GMAIL_REACTION) && is_told_by_program(&reply) {
            return Some(Self::Reaction);
        }
        let is_reaction = |part: &MessagePart<'_>| {
            part.content_disposition().is_some_and(|disposition| disposition.ctype().eq_ignore_ascii_case("reaction"))
        };
        if has(&is_reaction) && says_nothing {
            return Some(Self::Reaction);
        }
        let is_answer = has(&|part| content_type(part) == "text/calendar" && is_bare_answer(message, part));
        let has_files = || message.attachments().any(|part| !matches!(content_type(part).as_str(), "text/calendar" | "application/ics"));
        (is_answer && says_nothing && !has_files()).then_some(Self::CalendarAnswer)
    }
}

/// A few words without a number: who reacted, and in which program.
fn is_told_by_program(reply: &str) -> bool {
    !reply.contains(|c: char| c.is_ascii_digit()) && reply.split_whitespace().count() <= MOST_WORDS
}

/// Whether an invitation is answered, and the answer has no comment.
fn is_bare_answer(message: &Message<'_>, part: &MessagePart<'_>) -> bool {
    let bytes = match &part.body {
        PartType::Text(text) => text.as_bytes().into(),
        _ => content(message, part),
    };
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SEARCHED)]).replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let declared = part.content_type().and_then(|declared| declared.attribute("method")).map(fold);
    let property = |name: &str| {
        let named = |line: &str| line.split([':', ';']).next().is_some_and(|found| found.eq_ignore_ascii_case(name));
        text.lines()
            .filter(move |line| named(line))
            .filter_map(|line| line.split_once(':'))
            .map(|(_, value)| fold(value))
            .collect::<Vec<_>>()
    };
    let method = declared.or_else(|| property("method").into_iter().next()).unwrap_or_default();
    ANSWERS.contains(&method.as_str()) && !property("comment").iter().any(|comment| comment.contains(char::is_alphanumeric))
}
