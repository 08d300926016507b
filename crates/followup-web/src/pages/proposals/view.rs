//! The page: what the case says, what the answer says, and the sentence that proves it.

use std::ops::Range;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use followup_answers::Refusal;
use followup_app::{App, OpenProposal, Proposals};
use followup_domain::case::{CaseRecord, Product};
use followup_domain::ids::{CaseId, MessageId, ProductId};
use followup_domain::ports::Badge;
use followup_domain::proposal::{FieldTarget, NewProposal, Proposal, ProposalClass, ProposalStatus, SaidState};
use followup_words::{fields, people, proposals as words, states};
use serde::Serialize;

use crate::asked::Asked;
use crate::door::Visitor;
use crate::pages::cases::text_of;
use crate::pages::followup::head::CaseHead;
use crate::pages::followup::page::May;
use crate::problem::Problem;
use crate::render::{Section, Shell};
use crate::show::brief::message_href;
use crate::show::path;
use crate::show::when::{Reading, When};
use crate::state::WebState;

/// So much of an answer is shown on either side of the words, in characters.
const AROUND: usize = 160;
/// So many pieces that nobody understood are shown of an answer.
const MOST_PIECES: usize = 40;

#[derive(Serialize)]
struct ProposalsPage {
    case: CaseHead,
    open: Vec<OpenView>,
    /// What is told to come another day: a sentence each, of however many fields.
    later: Vec<LaterView>,
    /// How many may be accepted together as they are.
    plain: usize,
    decided: Vec<DecidedView>,
    not_understood: Vec<UnreadView>,
    /// Why nothing was done, where that is of none of them alone.
    not_done: Option<String>,
    may: May,
}

#[derive(Serialize)]
struct OpenView {
    id: i64,
    label: String,
    /// What the case says now.
    now: Option<String>,
    /// What was said, where it is no value.
    said: Option<&'static str>,
    /// What the field of the form holds: the value that was read, or the one that was typed.
    value: String,
    class: &'static str,
    notes: Vec<&'static str>,
    warnings: Vec<&'static str>,
    sentence: Sentence,
    message: MessageLink,
    /// The products to choose from, where the answer names none.
    products: Vec<(i64, String)>,
    is_ticked: bool,
    mistake: Option<String>,
    reason: String,
}

#[derive(Serialize)]
struct LaterView {
    ids: Vec<i64>,
    labels: Vec<String>,
    sentence: Sentence,
    message: MessageLink,
}

#[derive(Serialize)]
struct DecidedView {
    label: String,
    value: String,
    status: &'static str,
    tone: &'static str,
    by: String,
    at: When,
    reason: Option<String>,
    words: String,
    message: MessageLink,
}

#[derive(Serialize)]
struct UnreadView {
    message: MessageLink,
    pieces: Vec<String>,
    has_more: bool,
}

#[derive(Serialize)]
struct MessageLink {
    id: i64,
    href: String,
    channel: &'static str,
    at: When,
}

/// Words of an answer, with what stands around them.
#[derive(Serialize, Default, PartialEq, Debug, Clone)]
struct Sentence {
    before: String,
    words: String,
    after: String,
}

impl Sentence {
    /// Words of which nobody knows what stood around them.
    fn of(words: &str) -> Self {
        Self { words: words.to_owned(), ..Self::default() }
    }
}

/// What was tried and not done.
#[derive(Default)]
pub(super) struct Tried {
    /// Of which proposal, if of one.
    pub(super) id: Option<i64>,
    pub(super) value: String,
    pub(super) reason: String,
    pub(super) message: String,
    pub(super) status: StatusCode,
}

/// The page.
pub(crate) async fn page(Asked { state, visitor, request, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    shown(&state, &visitor, path::case_id(&request)?, query.notice(), None).await
}

/// The page, after something was tried.
pub(super) async fn shown(
    state: &WebState,
    visitor: &Visitor,
    id: CaseId,
    notice: Option<&'static str>,
    tried: Option<Tried>,
) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let find = move |app: &App| Ok::<(Proposals, Badge), Refusal>((app.proposals(id)?, app.badge(&reader)?));
    let (known, badge) = state.ask(find).await?;
    let (case, reading) = (CaseHead::of(&known.case), state.reading());
    let shell = Shell::new(state, visitor, &format!("{} · Propuestas", case.number), Section::Cases, &badge).with_notice(notice);
    let status = tried.as_ref().map_or(StatusCode::OK, |tried| tried.status);
    let (later, values): (Vec<&OpenProposal>, Vec<&OpenProposal>) =
        known.open.iter().partition(|open| open.proposal.said.state == SaidState::Later);
    let open: Vec<OpenView> = values.into_iter().map(|open| open_view(open, &known, tried.as_ref(), reading)).collect();
    let page = ProposalsPage {
        plain: open.iter().filter(|view| view.is_ticked).count(),
        not_done: tried.filter(|tried| !open.iter().any(|view| Some(view.id) == tried.id)).map(|tried| tried.message),
        decided: known.decided.iter().map(|proposal| decided_view(proposal, &known, reading)).collect(),
        not_understood: known.unread.iter().filter_map(|(id, spans)| unread_view(id.0, spans, &known, reading)).collect(),
        may: May::of(visitor),
        later: later_views(&later, &known, reading),
        open,
        case,
    };
    Ok(state.templates.answer(status, "proposals.html", &shell, &page))
}

fn open_view(open: &OpenProposal, known: &Proposals, tried: Option<&Tried>, reading: Reading) -> OpenView {
    let OpenProposal { proposal, now, is_contested, .. } = open;
    let said = &proposal.said;
    let tried = tried.filter(|tried| tried.id == Some(proposal.id.0));
    let mut notes: Vec<&str> = words::precision(said.precision).into_iter().collect();
    notes.extend(said.computed.then_some(words::COMPUTED));
    let mut warnings: Vec<&str> = said.conflicts.iter().map(|conflict| words::conflict(*conflict)).collect();
    warnings.extend(is_contested.then_some("Otra propuesta dice otra cosa"));
    OpenView {
        id: proposal.id.0,
        label: label(&said.target, &known.case.record),
        now: text_of(now.clone()),
        said: (said.state != SaidState::Answered).then(|| words::said(said.state)),
        value: tried.map(|tried| tried.value.clone()).filter(|typed| !typed.is_empty()).or_else(|| said.case_value()).unwrap_or_default(),
        class: words::class(said.class),
        notes,
        warnings,
        sentence: sentence(known.answers.get(&proposal.message_id).map_or("", |answer| &answer.content.body), said),
        message: link(proposal.message_id.0, known, reading),
        products: if said.target.is_decided() { Vec::new() } else { products(&known.case.record) },
        is_ticked: said.is_plain() && !is_contested && said.class != ProposalClass::FreeSentence,
        mistake: tried.map(|tried| tried.message.clone()),
        reason: tried.map(|tried| tried.reason.clone()).unwrap_or_default(),
    }
}

/// One sentence that puts several fields off is shown once.
fn later_views(later: &[&OpenProposal], known: &Proposals, reading: Reading) -> Vec<LaterView> {
    let mut views: Vec<LaterView> = Vec::new();
    for OpenProposal { proposal, .. } in later {
        let (id, said) = (proposal.message_id, &proposal.said);
        let sentence = sentence(known.answers.get(&id).map_or("", |answer| &answer.content.body), said);
        let label = label(&said.target, &known.case.record);
        match views.iter_mut().find(|view| view.message.id == id.0 && view.sentence == sentence) {
            Some(view) => {
                view.ids.push(proposal.id.0);
                view.labels.push(label);
            }
            None => views.push(LaterView { ids: vec![proposal.id.0], labels: vec![label], sentence, message: link(id.0, known, reading) }),
        }
    }
    views
}

fn decided_view(proposal: &Proposal, known: &Proposals, reading: Reading) -> DecidedView {
    let said = &proposal.said;
    let decision = proposal.decision.as_ref();
    let value = decision.and_then(|decision| decision.value.clone()).or_else(|| said.case_value());
    DecidedView {
        label: label(&said.target, &known.case.record),
        value: value.unwrap_or_else(|| words::said(said.state).to_owned()),
        status: words::status(proposal.status),
        tone: match proposal.status {
            ProposalStatus::Accepted => "good",
            ProposalStatus::Rejected => "bad",
            _ => "",
        },
        by: decision.map(|decision| people::actor(&decision.actor)).unwrap_or_default(),
        at: reading.when(decision.map_or(proposal.read_at, |decision| decision.at)),
        reason: decision.and_then(|decision| decision.reason.clone()),
        words: said.words.clone(),
        message: link(proposal.message_id.0, known, reading),
    }
}

fn unread_view(id: i64, spans: &[Range<usize>], known: &Proposals, reading: Reading) -> Option<UnreadView> {
    let body = &known.answers.get(&MessageId(id))?.content.body;
    let pieces = spans.iter().filter_map(|span| body.get(span.clone())).map(str::trim).filter(|piece| !piece.is_empty());
    let mut pieces: Vec<String> = pieces.map(|piece| piece.chars().take(AROUND * 4).collect()).take(MOST_PIECES + 1).collect();
    let has_more = pieces.len() > MOST_PIECES;
    pieces.truncate(MOST_PIECES);
    (!pieces.is_empty()).then(|| UnreadView { message: link(id, known, reading), pieces, has_more })
}

fn link(id: i64, known: &Proposals, reading: Reading) -> MessageLink {
    let message = known.answers.get(&MessageId(id));
    MessageLink {
        id,
        href: message_href(known.case.id, MessageId(id), None),
        channel: message.map_or("Mensaje", |message| states::channel(message.channel)),
        at: reading.when(message.map_or(known.case.created_at, |message| message.created_at)),
    }
}

/// What the field is called, with the name of its product.
fn label(target: &FieldTarget, record: &CaseRecord) -> String {
    let label = target.spec().filter(|spec| spec.field == target.field).map_or_else(|| fields::label(&target.field), |spec| spec.label);
    match target.product.and_then(|id| named(record, id)) {
        Some(name) if record.productos.len() > 1 => format!("{label} ({name})"),
        _ => label.to_owned(),
    }
}

fn named(record: &CaseRecord, id: ProductId) -> Option<&str> {
    record.productos.get(record.place_of(id)?)?.nombre_producto.as_deref()
}

fn products(record: &CaseRecord) -> Vec<(i64, String)> {
    let named = |(place, product): (usize, &Product)| {
        Some((product.id?.0, product.nombre_producto.clone().unwrap_or_else(|| format!("Producto {}", place + 1))))
    };
    record.productos.iter().enumerate().filter_map(named).collect()
}

/// The words where they stand, with the beginning and the end of what is around them; alone where the text is divided otherwise by now.
fn sentence(text: &str, said: &NewProposal) -> Sentence {
    let NewProposal { words, span, .. } = said;
    let (Some(before), Some(after)) = (text.get(..span.start), text.get(span.end..)) else { return Sentence::of(words) };
    if text.get(span.clone()).is_none_or(|there| !there.starts_with(words.as_str())) {
        return Sentence::of(words);
    }
    let before_start = before.char_indices().rev().nth(AROUND).map_or(0, |(start, _)| start);
    let after_end = after.char_indices().nth(AROUND).map_or(after.len(), |(end, _)| end);
    let ellipsis = |is_cut: bool| if is_cut { "…" } else { "" };
    Sentence {
        before: format!("{}{}", ellipsis(before_start > 0), before[before_start..].trim_start()),
        words: words.clone(),
        after: format!("{}{}", after[..after_end].trim_end(), ellipsis(after_end < after.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &str, span: Range<usize>) -> NewProposal {
        NewProposal {
            target: FieldTarget::of_case("paciente_peso"),
            state: SaidState::Answered,
            value: Some("68".into()),
            unit: None,
            precision: followup_domain::proposal::Precision::Exact,
            computed: false,
            words: words.into(),
            span,
            rule: "weight/1".into(),
            class: ProposalClass::Labelled,
            conflicts: Vec::new(),
        }
    }

    #[test]
    fn the_words_stand_between_what_is_around_them() {
        let text = "El señor pesa 68 kilos desde marzo.";
        let start = text.find("68").unwrap();
        let expected = Sentence { before: "El señor pesa ".into(), words: "68 kilos".into(), after: " desde marzo.".into() };
        assert_eq!(sentence(text, &said("68 kilos", start..start + 8)), expected);
        let long = format!("{}68 kg{}", "ñ".repeat(500), "é".repeat(500));
        let start = "ñ".len() * 500;
        let cut = sentence(&long, &said("68 kg", start..start + 5));
        assert!(cut.before.starts_with('…') && cut.after.ends_with('…') && cut.words == "68 kg", "{cut:?}");
    }

    #[test]
    fn words_that_stand_there_no_more_are_shown_alone() {
        for (text, span) in [("ñ", 1..2), ("Pesa 70 kilos", 5..13), ("", 0..8)] {
            assert_eq!(sentence(text, &said("68 kilos", span)), Sentence::of("68 kilos"), "{text}");
        }
    }
}
