//! What is decided about a message, and its whole text.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_domain::ids::MessageId;
use followup_domain::message::MessageStatus;
use followup_words::answers as texts;
use serde::Serialize;

use super::head::CaseHead;
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::render::{Section, Shell, elsewhere};
use crate::show::brief::message_href;
use crate::show::path;
use crate::state::WebState;

/// A decision of those who answer for a follow-up: whether it was sent, to send it again, that it is settled.
pub(crate) async fn decide(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let (id, message) = (path::case_id(&request)?, path::message_id(&request)?);
    let reason = form.given("motivo").map(str::to_owned);
    let actor = visitor.actor();
    let done = match form.text("accion") {
        decision @ ("salio" | "no_salio") => {
            let was_sent = decision == "salio";
            state.ask(move |app| app.resolve_message(&actor, id, message, was_sent, reason.as_deref()).map(drop)).await?;
            "resuelto"
        }
        "reenviar" => {
            let overriding = form.given("a_pesar").map(str::to_owned);
            state.ask(move |app| app.resend_overriding(&actor, id, message, reason.as_deref(), overriding.as_deref()).map(drop)).await?;
            "enviado"
        }
        "completar" => {
            state.ask(move |app| app.set_message_status(&actor, id, message, MessageStatus::Skipped, reason.as_deref()).map(drop)).await?;
            "resuelto"
        }
        _ => return Err(Refusal::field("accion", texts::UNKNOWN_FIELD).into()),
    };
    Ok(elsewhere(&message_href(id, message, Some(done))))
}

/// A decision of those who sort mail: that the sender is the reporter, or which letter a reply answers.
pub(crate) async fn sort(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let (id, message) = (path::case_id(&request)?, path::message_id(&request)?);
    let actor = visitor.actor();
    match form.text("accion") {
        "confirmar" => state.ask(move |app| app.confirm_sender(&actor, id, message).map(drop)).await?,
        "enlazar" => {
            let parent = MessageId(form.number("responde_a")?);
            state.ask(move |app| app.link_message(&actor, id, message, parent).map(drop)).await?;
        }
        _ => return Err(Refusal::field("accion", texts::UNKNOWN_FIELD).into()),
    }
    Ok(elsewhere(&message_href(id, message, Some("guardado"))))
}

#[derive(Serialize)]
struct TextPage {
    case: CaseHead,
    id: i64,
    subject: Option<String>,
    body: String,
    quoted: Option<String>,
    has_original: bool,
}

/// The whole text of a message.
pub(crate) async fn text(state: web::Data<WebState>, visitor: Visitor, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (id, message) = (path::case_id(&request)?, path::message_id(&request)?);
    let (case, message) = state.ask(move |app| Ok::<_, Refusal>((app.case(id)?, app.message(id, message)?))).await?;
    let shell = Shell::bare(&state, Some(&visitor), &format!("Mensaje {}", message.id.0), Section::Cases);
    let page = TextPage {
        case: CaseHead::of(&case),
        id: message.id.0,
        has_original: message.raw_id.is_some() && visitor.may(Permission::OpenOriginals),
        subject: message.content.subject,
        body: message.content.body,
        quoted: message.content.body_quoted,
    };
    Ok(state.templates.answer(StatusCode::OK, "followup_text.html", &shell, &page))
}
