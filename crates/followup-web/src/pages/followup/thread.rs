//! The thread: each message with its state, its warnings, and what can be done with it.

use followup_domain::message::{CallOutcome, Channel, Classification, Delivery, Direction, MessageKind, MessageStatus};
use followup_domain::ports::MessageView;
use followup_words::{files, matching, notices, reasons, states};
use serde::Serialize;

use super::links::{Here, MessageLink};
use crate::show::excerpt::size;
use crate::show::undo::UndoView;
use crate::show::when::{Reading, When};

/// A message of the thread.
#[derive(Serialize)]
pub(super) struct MessageRow {
    pub(super) id: i64,
    /// `in` or `out`.
    direction: &'static str,
    channel: &'static str,
    channel_name: &'static str,
    kind: &'static str,
    at: When,
    subject: Option<String>,
    body: String,
    /// A letter of the service's own: its text is known, and folded.
    is_generated: bool,
    body_lines: usize,
    /// The first line, for the index.
    line: String,
    is_cut: bool,
    quoted: Option<String>,
    quoted_lines: usize,
    from: Option<String>,
    to: Option<String>,
    state: Option<State>,
    /// Why it did not go, in words.
    error: Option<String>,
    transport: Option<String>,
    sent: Option<When>,
    warnings: Vec<&'static str>,
    /// What an automatic mail is, in words; it is shown on one line.
    automatic: Option<String>,
    /// How it came into the case.
    matched: Option<&'static str>,
    attachments: Vec<AttachmentView>,
    has_more_attachments: bool,
    has_html: bool,
    has_original: bool,
    parts: Option<u16>,
    template: Option<String>,
    outcome: Option<&'static str>,
    answers: Option<MessageLink>,
    in_place_of: Option<MessageLink>,
    reminded_by: Option<MessageLink>,
    /// How it is taken back, while it waits.
    undo: Option<UndoView>,
    /// What can be done with it.
    to_confirm: bool,
    to_settle: bool,
    to_resend: bool,
    to_complete: bool,
    to_link: bool,
}

#[derive(Serialize)]
struct State {
    name: &'static str,
    /// `good`, `warn`, `bad` or nothing.
    tone: &'static str,
}

#[derive(Serialize)]
struct AttachmentView {
    n: usize,
    name: String,
    size: String,
    /// Why it cannot be opened.
    note: Option<&'static str>,
}

/// So much of a text stands in the thread, in characters: the whole of it is one click away.
const LONGEST_IN_THREAD: usize = 4_000;

/// A message as the thread shows it.
pub(super) fn row(view: MessageView, here: &Here, reading: Reading) -> MessageRow {
    let MessageView { message, is_cut, has_more_attachments, flags, notice, reminded_by } = view;
    let undo = UndoView::of(&message, reading);
    let automatic = notices::label(&message, notice.as_ref());
    let is_out = message.direction == Direction::Out;
    let is_call = message.channel == Channel::Call;
    let is_unconfirmed = message.case_match.is_some_and(|matched| !matched.confirmed);
    let is_human = message.classification == Some(Classification::Human);
    let status = message.status;
    let has_failed = status == Some(MessageStatus::Failed);
    let is_uncertain = status == Some(MessageStatus::Uncertain);
    let content = message.content;
    let body_lines = content.body.lines().count();
    let quoted_lines = content.body_quoted.as_deref().map_or(0, |quoted| quoted.lines().count());
    let (body, has_more) = shortened(content.body);
    let (quoted, has_more_quoted) = content.body_quoted.map(shortened).unzip();
    MessageRow {
        id: message.id.0,
        direction: message.direction.as_str(),
        channel: message.channel.as_str(),
        channel_name: states::channel(message.channel),
        kind: states::kind(message.kind),
        at: reading.when(message.created_at),
        is_generated: message.kind.is_written_at_claim(),
        body_lines,
        line: first_line(&body),
        quoted_lines,
        subject: content.subject,
        body,
        is_cut: is_cut || has_more || has_more_quoted.unwrap_or_default(),
        quoted: quoted.filter(|quoted| !quoted.trim().is_empty()),
        from: content.from,
        to: content.to,
        state: is_out.then(|| state(message.kind, message.delivery, status)).flatten(),
        error: message.error.as_deref().map(reasons::shown),
        transport: message.transport_response,
        sent: message.sent_at.map(|at| reading.when(at)),
        warnings: flags.into_iter().map(matching::flag).collect(),
        matched: message.case_match.map(|matched| matching::reason(matched.kind)),
        attachments: message.attachments.into_iter().enumerate().map(attachment).collect(),
        has_more_attachments,
        has_html: message.has_html,
        has_original: message.raw_id.is_some(),
        parts: message.parts,
        template: content.template.map(|template| template.name),
        outcome: message.call_outcome.map(states::call),
        answers: message.parent_id.map(|id| here.link(id)),
        in_place_of: message.resend_of.or(message.reminder_of).map(|id| here.link(id)),
        reminded_by: reminded_by.map(|id| here.link(id)),
        to_confirm: !is_out && is_unconfirmed,
        to_settle: is_uncertain,
        to_resend: is_out && !is_call && (has_failed || is_uncertain),
        to_complete: has_failed,
        to_link: !is_out && is_human && message.parent_id.is_none(),
        automatic,
        undo,
    }
}

fn state(kind: MessageKind, delivery: Option<Delivery>, status: Option<MessageStatus>) -> Option<State> {
    if kind == MessageKind::Call {
        return None;
    }
    if let Some(status) = status
        && let Some(name) = states::outcome(status)
    {
        let tone = match status {
            MessageStatus::Responded | MessageStatus::Completed => "good",
            MessageStatus::Failed => "bad",
            _ => "",
        };
        return Some(State { name, tone });
    }
    delivery.map(|delivery| State {
        name: states::delivery(delivery),
        tone: match delivery {
            Delivery::Delivered | Delivery::Read => "good",
            Delivery::Uncertain => "warn",
            Delivery::Bounced | Delivery::Rejected => "bad",
            Delivery::Queued | Delivery::Transmitting | Delivery::Accepted => "",
        },
    })
}

fn attachment((n, attachment): (usize, followup_domain::message::Attachment)) -> AttachmentView {
    let unreadable = attachment.is_unreadable().then_some(followup_words::answers::UNREADABLE_ATTACHMENT);
    AttachmentView {
        n,
        note: attachment.absent.map(files::absent).or(unreadable),
        name: attachment.name.unwrap_or_else(|| format!("Adjunto {}", n + 1)),
        size: size(attachment.size),
    }
}

/// The beginning of a text, and whether there is more.
fn shortened(mut text: String) -> (String, bool) {
    let Some((end, _)) = text.char_indices().nth(LONGEST_IN_THREAD) else { return (text, false) };
    text.truncate(end);
    text.push('…');
    (text, true)
}

fn first_line(body: &str) -> String {
    const LONGEST: usize = 90;
    let line = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}…", &line[..end]),
    }
}

/// The outcomes of a call, for its form.
pub(super) fn call_outcomes() -> Vec<(&'static str, &'static str)> {
    CallOutcome::ALL.iter().map(|outcome| (outcome.as_str(), states::call(*outcome))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shortened_between_characters() {
        assert_eq!(shortened("ñ".repeat(LONGEST_IN_THREAD)), ("ñ".repeat(LONGEST_IN_THREAD), false));
        assert_eq!(shortened("ñ".repeat(LONGEST_IN_THREAD + 1)), ("ñ".repeat(LONGEST_IN_THREAD) + "…", true));
    }

    #[test]
    fn first_lines_are_short() {
        assert_eq!(first_line("\n  Estimada doctora:\nhola"), "Estimada doctora:");
        assert_eq!(first_line(&"ñ".repeat(100)).chars().count(), 91);
    }
}
