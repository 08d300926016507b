//! The letter to a reporter: written, kept as a draft, sent with a while to take it back.

pub(crate) mod act;
pub(crate) mod files;
mod find;
mod refused;
mod typed;
mod view;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_answers::Refusal;
use followup_domain::asking::draft::LetterDraft;
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_words::answers as texts;

use self::find::{Wanted, find};
use self::typed::Typed;
use self::view::{LetterPage, Shown};
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::{Section, Shell};
use crate::show::mistakes::Mistake;
use crate::state::WebState;

/// The channels that letters are written for.
const CHANNELS: [Channel; 3] = [Channel::Email, Channel::Whatsapp, Channel::Sms];

/// The case that an address names.
fn case_id(path: &str) -> Result<CaseId, Refusal> {
    path.parse().map(CaseId).map_err(|_| Refusal::NotFound(texts::ICSR_NOT_FOUND))
}

/// Where the letter of a case is written.
pub(crate) fn letter_href(id: i64) -> String {
    format!("/casos/{id}/pedir")
}

/// Where a letter is taken back.
pub(crate) fn undo_href(id: i64) -> String {
    format!("{}/deshacer", letter_href(id))
}

/// A channel that a form or an address names.
fn channel(text: &str) -> Option<Channel> {
    Channel::parse(text).filter(|channel| CHANNELS.contains(channel))
}

/// The page: the draft that was begun, or the letter as the service would write it.
pub(crate) async fn page(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let wanted = Wanted { case_id: case_id(&path)?, channel: query.get("canal").and_then(channel), typed: None, write_anew: false };
    answer(&state, &visitor, wanted, (StatusCode::OK, Told { notice: query.notice(), ..Told::default() })).await
}

/// What is said above the letter.
#[derive(Default)]
struct Told {
    /// What was just done.
    notice: Option<&'static str>,
    /// What was refused.
    mistakes: Vec<Mistake>,
    /// The draft is another one by now: as it stands there, if there is one.
    stale: Option<Option<LetterDraft>>,
}

/// Shows what is wanted.
async fn answer(
    state: &web::Data<WebState>,
    visitor: &Visitor,
    wanted: Wanted,
    (status, told): (StatusCode, Told),
) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let found = state.ask(move |app| find(app, &reader, wanted)).await?;
    let reading = state.reading();
    let shell = Shell::new(state, visitor, "Pedir datos", Section::Cases, &found.badge).with_notice(told.notice);
    let body = LetterPage::new(Shown { found, told, reading, policy: &state.app.policy });
    Ok(state.templates.answer(status, "letter.html", &shell, &body))
}
