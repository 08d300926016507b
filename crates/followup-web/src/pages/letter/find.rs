//! What the page of a letter asks the store.

use followup_answers::Refusal;
use followup_app::{App, Draft, FollowupSummary, LetterWay};
use followup_domain::asking::draft::{DraftKey, LetterDraft};
use followup_domain::asking::missing::FieldPath;
use followup_domain::ids::CaseId;
use followup_domain::message::enclosure::Upload;
use followup_domain::message::{Channel, Message};
use followup_domain::ports::Badge;

use super::Typed;

/// So far back it is looked for letters that wait to leave.
const LAST: usize = 10;

/// What is to be shown.
pub(super) struct Wanted {
    pub(super) case_id: CaseId,
    /// By which channel; else the one of the draft that was begun last, or the first that reaches the reporter.
    pub(super) channel: Option<Channel>,
    /// What somebody typed; else the draft, or the letter as the service would write it.
    pub(super) typed: Option<Typed>,
    /// What was typed gives way to the letter as the service would write it of what is ticked.
    pub(super) write_anew: bool,
}

/// What there is to show.
pub(super) struct Found {
    pub(super) summary: FollowupSummary,
    pub(super) ways: Vec<LetterWay>,
    /// The service's own letter, of what is ticked.
    pub(super) letter: Draft,
    /// What stands in the form.
    pub(super) typed: Typed,
    /// Somebody typed it just now, and it is not kept.
    pub(super) is_typed: bool,
    /// The draft of whoever looks that is written still.
    pub(super) draft: Option<LetterDraft>,
    /// Others who are writing.
    pub(super) others: Vec<LetterDraft>,
    /// Files that wait.
    pub(super) files: Vec<Upload>,
    /// What stands last in the thread.
    pub(super) last: Vec<Message>,
    pub(super) badge: Badge,
}

pub(super) fn find(app: &App, reader: &str, wanted: Wanted) -> Result<Found, Refusal> {
    let case_id = wanted.case_id;
    let summary = app.followup_summary(case_id, reader)?;
    let ways = app.letter_ways(case_id)?;
    let drafts = app.drafts(case_id)?;
    let (own, others): (Vec<LetterDraft>, Vec<LetterDraft>) = drafts.into_iter().partition(|draft| draft.key.username == reader);
    let begun = own.first().map(|draft| draft.key.channel);
    let reaching = ways.iter().find(|way| way.stopped.is_none()).map(|way| way.channel);
    let named = wanted.typed.as_ref().map(|typed| typed.channel).or(wanted.channel);
    let channel = named.or(begun).or(reaching).unwrap_or(Channel::Email);
    let stored = app.draft(&DraftKey { case_id, username: reader.to_owned(), channel })?;
    let version = stored.as_ref().map_or(0, |draft| draft.version);
    let draft = stored.filter(LetterDraft::is_open);
    let (is_typed, text) = match (wanted.typed, &draft) {
        (Some(typed), _) => (true, Some(typed)),
        (None, Some(draft)) => (false, Some(Typed::of_draft(draft.clone()))),
        (None, None) => (false, None),
    };
    let open = open_paths(&summary);
    let asks = text.as_ref().and_then(|typed| typed.text.asks.clone());
    let letter = app.draft_request_of(case_id, channel.as_str(), asks.as_deref())?;
    let typed = match text {
        Some(typed) if wanted.write_anew => {
            let anew = Typed::of_letter(&letter, asks.unwrap_or(open), typed.version);
            let mut text = anew.text;
            (text.files, text.override_reason) = (typed.text.files, typed.text.override_reason);
            Typed { text, key: typed.key, ..anew }
        }
        Some(typed) => typed,
        None => Typed::of_letter(&letter, open, version),
    };
    let files = app.files_for(case_id, &typed.text.files)?;
    let last = app.thread_page(case_id, None, LAST)?.messages.into_iter().map(|view| view.message).collect();
    let badge = app.badge(reader)?;
    Ok(Found { summary, ways, letter, typed, is_typed, draft, others, files, last, badge })
}

/// What a letter may ask for.
fn open_paths(summary: &FollowupSummary) -> Vec<FieldPath> {
    let is_open = |path: &FieldPath| !summary.documented.iter().any(|field| field.item.path == *path);
    summary.missing.iter().map(|missing| missing.item.path.clone()).filter(is_open).collect()
}
