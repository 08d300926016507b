//! What the page of a letter shows.

use followup_answers::Refusal;
use followup_app::{AskState, Draft, LetterWay, MissingWithState};
use followup_domain::asking::catalogue::Group;
use followup_domain::asking::draft::LetterDraft;
use followup_domain::asking::missing::FieldPath;
use followup_domain::asking::reason::StopReason;
use followup_domain::asking::request::product_names;
use followup_domain::case::FollowupStatus;
use followup_domain::ids::CaseId;
use followup_domain::ids::UploadId;
use followup_domain::message::Channel;
use followup_domain::message::enclosure::Upload;
use followup_domain::policy::FollowupPolicy;
use followup_domain::sending::SmsParts;
use followup_words::{failures, reasons, states};
use serde::Serialize;

use super::find::Found;
use super::{CHANNELS, Told, Typed, letter_href};
use crate::show::brief::{followup_href, message_href, seriousness};
use crate::show::mistakes::Mistake;
use crate::show::undo::UndoView;
use crate::show::when::{Reading, When};

/// What there is to show, and how it is read.
pub(super) struct Shown<'a> {
    pub(super) found: Found,
    pub(super) told: Told,
    pub(super) reading: Reading,
    pub(super) policy: &'a FollowupPolicy,
}

#[derive(Serialize)]
pub(super) struct LetterPage {
    href: String,
    case_href: String,
    followup_href: String,
    number: String,
    product: Option<String>,
    seriousness: &'static str,
    tabs: Vec<Tab>,
    /// The channel reaches the reporter, or somebody typed something that is not to be lost.
    is_writable: bool,
    /// Why nothing can be sent by this channel.
    problem: Option<String>,
    /// Letters to the address failed: it takes a reason to write to it.
    failing: Option<String>,
    mistakes: Vec<Mistake>,
    conflict: Option<Conflict>,
    /// Letters that can still be taken back.
    waiting: Vec<UndoView>,
    others: Vec<Writer>,
    groups: Vec<AskGroup>,
    letter: LetterForm,
    sms: Option<SmsView>,
    whatsapp: Option<WhatsappView>,
    preview: Preview,
    /// When the draft was kept last.
    kept_at: Option<When>,
    /// An e-mail takes files.
    takes_files: bool,
    files: Vec<FileView>,
}

/// A channel.
#[derive(Serialize)]
struct Tab {
    name: &'static str,
    href: String,
    to: Option<String>,
    is_current: bool,
    /// Why it does not reach the reporter.
    problem: Option<String>,
}

/// Another version of the draft.
#[derive(Serialize)]
struct Conflict {
    href: String,
    /// As it stands there; nothing where it was dropped.
    stored: Option<Stored>,
}

#[derive(Serialize)]
struct Stored {
    at: When,
    subject: Option<String>,
    body: String,
    /// The message that it became.
    sent_href: Option<String>,
}

#[derive(Serialize)]
struct Writer {
    name: String,
    channel: &'static str,
    at: When,
}

/// What is asked, about one subject.
#[derive(Serialize)]
struct AskGroup {
    heading: String,
    items: Vec<AskItem>,
}

#[derive(Serialize)]
struct AskItem {
    path: String,
    label: &'static str,
    why: &'static str,
    /// When a letter asked for it that left, and where that stands.
    asked: Option<Asked>,
    is_ticked: bool,
}

#[derive(Serialize)]
struct Asked {
    at: When,
    href: String,
}

#[derive(Serialize)]
struct LetterForm {
    channel: &'static str,
    version: i64,
    key: String,
    subject: Option<String>,
    body: String,
    override_reason: String,
}

/// How a text message travels.
#[derive(Serialize)]
struct SmsView {
    parts: usize,
    most: usize,
    is_too_long: bool,
    encoding: &'static str,
    units: usize,
    left: usize,
    /// Accents are written without where that saves parts.
    is_changed: bool,
}

#[derive(Serialize)]
struct WhatsappView {
    template: String,
    language: String,
    parameters: Vec<String>,
    /// Why the template would not be sent.
    problem: Option<String>,
    /// Until when free text is taken; none when it is not.
    free_text_until: Option<When>,
    is_template: bool,
}

/// As a telephone shows it.
#[derive(Serialize)]
struct Preview {
    subject: Option<String>,
    body: String,
}

#[derive(Serialize)]
struct FileView {
    id: i64,
    name: String,
    size: String,
    is_ticked: bool,
}

impl LetterPage {
    pub(super) fn new(shown: Shown<'_>) -> Self {
        let Shown { found, told, reading, policy } = shown;
        let Found { summary, ways, letter, typed, is_typed, draft, others, files, last, badge: _ } = found;
        let (case, id) = (&summary.case, summary.case.id.0);
        let (channel, text) = (typed.channel, &typed.text);
        let way = ways.iter().find(|way| way.channel == channel);
        let failing = way.and_then(failing);
        let problem = way.and_then(problem);
        let missing: Vec<&MissingWithState> =
            summary.missing.iter().filter(|missing| !summary.documented.iter().any(|field| field.item.path == missing.item.path)).collect();
        Self {
            href: letter_href(id),
            case_href: format!("/casos/{id}"),
            followup_href: followup_href(id),
            number: case.record.numero.clone().unwrap_or_else(|| format!("Caso {id}")),
            product: product_names(&case.record).into_iter().next(),
            seriousness: seriousness(case.record.seriousness()),
            tabs: tabs(id, &ways, channel),
            is_writable: problem.is_none() || is_typed || draft.is_some(),
            problem: if case.followup_status == FollowupStatus::Closed { Some(refused(&StopReason::Closed)) } else { problem },
            failing,
            mistakes: told.mistakes,
            conflict: told.stale.map(|stored| Conflict {
                href: format!("{}?canal={channel}", letter_href(id)),
                stored: stored.map(|stored| self::stored(stored, id, reading)),
            }),
            waiting: last.iter().filter_map(|message| UndoView::of(message, reading)).collect(),
            others: others.iter().map(|draft| writer(draft, reading)).collect(),
            groups: groups(&missing, text.asks.as_deref(), (id, reading), &product_names(&case.record)),
            sms: (channel == Channel::Sms).then(|| sms(&text.body, policy)),
            preview: preview(&typed, &letter, policy),
            whatsapp: whatsapp(&typed, &letter, reading),
            kept_at: draft.map(|draft| reading.when(draft.updated_at)),
            takes_files: channel == Channel::Email,
            files: if channel == Channel::Email {
                files.into_iter().map(|file| file_view(file, &text.files)).collect()
            } else {
                Vec::new()
            },
            letter: LetterForm {
                channel: channel.as_str(),
                version: typed.version,
                subject: (channel == Channel::Email).then(|| typed.text.subject.clone()),
                body: typed.text.body,
                override_reason: typed.text.override_reason,
                key: typed.key,
            },
        }
    }
}

/// What nobody can override.
fn problem(way: &LetterWay) -> Option<String> {
    way.stopped.as_ref().filter(|reason| !matches!(reason, StopReason::AddressFails(_))).map(refused)
}

/// What a person can override with a reason.
fn failing(way: &LetterWay) -> Option<String> {
    match &way.stopped {
        Some(StopReason::AddressFails(failure)) => Some(failures::told(failure)),
        _ => None,
    }
}

/// As sending says it.
fn refused(reason: &StopReason) -> String {
    match reason {
        StopReason::NoAddress(channel) => reasons::no_address(*channel).to_owned(),
        other => Refusal::from(other.clone()).detail().to_owned(),
    }
}

fn tabs(id: i64, ways: &[LetterWay], current: Channel) -> Vec<Tab> {
    let tab = |channel: Channel| {
        let way = ways.iter().find(|way| way.channel == channel);
        Tab {
            name: states::channel(channel),
            href: format!("{}?canal={channel}", letter_href(id)),
            to: way.and_then(|way| way.to.clone()),
            is_current: channel == current,
            problem: way.and_then(problem),
        }
    };
    CHANNELS.into_iter().map(tab).collect()
}

fn stored(draft: LetterDraft, id: i64, reading: Reading) -> Stored {
    Stored {
        at: reading.when(draft.updated_at),
        subject: Some(draft.text.subject).filter(|_| draft.key.channel == Channel::Email),
        body: if draft.text.template.is_some() { draft.text.parameters.join("\n") } else { draft.text.body },
        sent_href: draft.sent_as.map(|message| message_href(CaseId(id), message, None)),
    }
}

fn writer(draft: &LetterDraft, reading: Reading) -> Writer {
    Writer { name: draft.key.username.clone(), channel: states::channel(draft.key.channel), at: reading.when(draft.updated_at) }
}

/// What a group of questions is about.
fn group_name(group: Group) -> &'static str {
    match group {
        Group::Patient => "Paciente",
        Group::Product => "Medicamento",
        Group::Event => "Evento adverso",
        Group::Reporter => "Reportante",
    }
}

/// What is missing, by subject and, of several products, by product.
fn groups(missing: &[&MissingWithState], asks: Option<&[FieldPath]>, (id, reading): (i64, Reading), products: &[String]) -> Vec<AskGroup> {
    let mut groups: Vec<((&str, Option<usize>), AskGroup)> = Vec::new();
    for MissingWithState { item, state } in missing {
        let place = (item.spec.group.key(), item.path.product);
        if groups.last().is_none_or(|(known, _)| *known != place) {
            let of =
                item.path.product.filter(|_| products.len() > 1).map(|index| format!(" ({}.º producto)", index + 1)).unwrap_or_default();
            groups.push((place, AskGroup { heading: format!("{}{of}", group_name(item.spec.group)), items: Vec::new() }));
        }
        let asked = match state {
            AskState::NotAsked => None,
            AskState::Asked { message_id, at } => Some(Asked { at: reading.when(*at), href: message_href(CaseId(id), *message_id, None) }),
        };
        let is_ticked = asks.is_none_or(|asks| asks.contains(&item.path));
        let ask = AskItem { path: item.path.to_string(), label: item.spec.label, why: item.rule.reason(), asked, is_ticked };
        if let Some((_, group)) = groups.last_mut() {
            group.items.push(ask);
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn sms(text: &str, policy: &FollowupPolicy) -> SmsView {
    let written = policy.sms.written(text.trim());
    let SmsParts { encoding, parts, units, left } = SmsParts::of(&written);
    let most = policy.sms.most_parts;
    let is_too_long = policy.sms.exceeded_by(&written).is_some();
    SmsView { parts, most, is_too_long, encoding: encoding.as_str(), units, left, is_changed: written != text.trim() }
}

fn whatsapp(typed: &Typed, letter: &Draft, reading: Reading) -> Option<WhatsappView> {
    let drafted = letter.template.as_ref().filter(|_| typed.channel == Channel::Whatsapp)?;
    Some(WhatsappView {
        template: typed.text.template.clone().unwrap_or_else(|| drafted.template.name.clone()),
        language: drafted.template.language.clone(),
        parameters: if typed.text.parameters.is_empty() { drafted.template.parameters.clone() } else { typed.text.parameters.clone() },
        problem: drafted.problem.as_ref().map(reasons::stopped),
        free_text_until: letter.free_text_until.map(|at| reading.when(at)),
        is_template: typed.text.template.is_some() || letter.free_text_until.is_none(),
    })
}

fn preview(typed: &Typed, letter: &Draft, policy: &FollowupPolicy) -> Preview {
    let text = &typed.text;
    match typed.channel {
        Channel::Sms => Preview { subject: None, body: policy.sms.written(text.body.trim()).into_owned() },
        Channel::Whatsapp if text.template.is_some() => {
            Preview { subject: None, body: letter.template.as_ref().map(|drafted| drafted.read(&text.parameters)).unwrap_or_default() }
        }
        Channel::Email => Preview { subject: Some(text.subject.clone()), body: text.body.clone() },
        _ => Preview { subject: None, body: text.body.clone() },
    }
}

fn file_view(upload: Upload, ticked: &[UploadId]) -> FileView {
    FileView {
        id: upload.id.0,
        name: upload.file.name.unwrap_or_else(|| "archivo".to_owned()),
        size: size(upload.file.size),
        is_ticked: ticked.contains(&upload.id),
    }
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{},{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}
