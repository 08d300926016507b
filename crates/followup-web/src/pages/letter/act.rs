//! What is done with a letter: seen anew, kept, dropped, sent, taken back.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_app::{DraftingError, QueueMessageError, SendMessageError, UndoError};
use followup_domain::asking::draft::LetterDraft;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::Delivery;
use followup_words::answers as texts;
use serde::Serialize;

use super::find::Wanted;
use super::refused::mistake;
use super::typed::{Typed, new_key};
use super::{Told, answer, case_id, letter_href};
use crate::door::{Visitor, is_script};
use crate::form::Form;
use crate::problem::Problem;
use crate::render::elsewhere;
use crate::show::brief::message_href;
use crate::state::WebState;

/// What a script is told that keeps a draft.
#[derive(Serialize)]
struct Kept {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    text: String,
}

/// Sends the letter, or shows it anew: by the button that was pressed.
pub(crate) async fn send(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (id, typed) = (case_id(&path)?, Typed::read(&form)?);
    let accion = form.text("accion");
    if matches!(accion, "redactar" | "ver") {
        let wanted = Wanted { case_id: id, channel: None, typed: Some(typed), write_anew: accion == "redactar" };
        return answer(&state, &visitor, wanted, (StatusCode::OK, Told::default())).await;
    }
    let (actor, key, sent) = (visitor.actor(), typed.idempotency(id, &visitor.username), typed.clone());
    let queued = state
        .ask(move |app| match app.queue_message(&actor, id, (&sent.request(), &sent.written()), Some(&key)) {
            Err(QueueMessageError::Send(SendMessageError::Store(error))) => Err(Refusal::from(error)),
            queued => Ok(queued),
        })
        .await?;
    match queued {
        Ok(sent) => {
            let waits = sent.message.delivery == Some(Delivery::Queued);
            Ok(elsewhere(&message_href(id, sent.message.id, Some(if waits { "en_cola" } else { "ya_enviado" }))))
        }
        Err(QueueMessageError::Stale(stored)) => conflict(&state, &visitor, (id, typed), stored.map(|stored| *stored)).await,
        Err(QueueMessageError::Send(error)) => {
            // The next one is another letter, on purpose.
            let key = if error == SendMessageError::KeyReused { new_key() } else { typed.key.clone() };
            let (status, mistake) = mistake(error)?;
            let wanted = Wanted { case_id: id, channel: None, typed: Some(Typed { key, ..typed }), write_anew: false };
            answer(&state, &visitor, wanted, (status, Told { mistakes: vec![mistake], ..Told::default() })).await
        }
    }
}

/// Keeps the draft: for a script that keeps it while somebody types, or by the button.
pub(crate) async fn save(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (id, typed) = (case_id(&path)?, Typed::read(&form)?);
    let kept = keep(&state, &visitor, id, &typed).await?;
    if !is_script(&request) {
        return match kept {
            Ok(draft) => Ok(elsewhere(&format!("{}?canal={}&hecho=borrador", letter_href(id.0), draft.key.channel))),
            Err(stored) => conflict(&state, &visitor, (id, typed), stored).await,
        };
    }
    Ok(match kept {
        Ok(draft) => {
            let reading = state.reading();
            let text = format!("Borrador guardado a las {}", reading.clock(draft.updated_at));
            HttpResponse::Ok().json(Kept { version: Some(draft.version), text })
        }
        Err(_) => {
            let text = format!("{}: pulse «Guardar borrador» para ver las dos", texts::DRAFT_CHANGED);
            HttpResponse::Conflict().json(Kept { version: None, text })
        }
    })
}

/// Keeps what was typed; else gives what stands there by now.
pub(super) async fn keep(
    state: &web::Data<WebState>,
    visitor: &Visitor,
    id: CaseId,
    typed: &Typed,
) -> Result<Result<LetterDraft, Option<LetterDraft>>, Problem> {
    let (actor, typed) = (visitor.actor(), typed.clone());
    let kept = move |app: &followup_app::App| match app.save_draft(&actor, (id, typed.channel), &typed.text, typed.version) {
        Ok(draft) => Ok(Ok(draft)),
        Err(DraftingError::Stale(stored)) => Ok(Err(stored.map(|stored| *stored))),
        Err(error) => Err(Refusal::from(error)),
    };
    Ok(state.ask(kept).await?)
}

/// The draft is another one by now: both are shown, and what was typed is kept in the form, to be kept or sent in place of the other.
pub(super) async fn conflict(
    state: &web::Data<WebState>,
    visitor: &Visitor,
    (id, typed): (CaseId, Typed),
    stored: Option<LetterDraft>,
) -> Result<HttpResponse, Problem> {
    let version = stored.as_ref().map_or(0, |stored| stored.version);
    let wanted = Wanted { case_id: id, channel: None, typed: Some(Typed { version, key: new_key(), ..typed }), write_anew: false };
    answer(state, visitor, wanted, (StatusCode::CONFLICT, Told { stale: Some(stored), ..Told::default() })).await
}

/// Drops the draft.
pub(crate) async fn discard(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (id, typed) = (case_id(&path)?, Typed::read(&form)?);
    let (actor, channel, version) = (visitor.actor(), typed.channel, typed.version);
    let is_gone = state.ask(move |app| app.discard_draft(&actor, (id, channel), version).map_err(Refusal::from)).await?;
    let code = if is_gone { "borrador_descartado" } else { "borrador_cambio" };
    Ok(elsewhere(&format!("{}?canal={channel}&hecho={code}", letter_href(id.0))))
}

/// Takes a letter back that has not left.
pub(crate) async fn undo(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (id, message) = (case_id(&path)?, MessageId(form.number("mensaje")?));
    let actor = visitor.actor();
    let undone = state
        .ask(move |app| match app.undo_message(&actor, id, message) {
            Ok(undone) => Ok(Some(undone)),
            Err(UndoError::Left) => Ok(None),
            Err(error) => Err(Refusal::from(error)),
        })
        .await?;
    Ok(match undone {
        Some(undone) => {
            let code = if undone.is_restored { "deshecho" } else { "deshecho_aparte" };
            elsewhere(&format!("{}?canal={}&hecho={code}", letter_href(id.0), undone.channel))
        }
        None => elsewhere(&message_href(id, message, Some("ya_salio"))),
    })
}
