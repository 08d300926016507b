//! Files that go with a letter: added and dropped from its form, which keeps what stands in it as the draft.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_app::UploadError;
use followup_domain::ids::{CaseId, UploadId};

use super::act::{conflict, keep};
use super::find::Wanted;
use super::refused::of_file;
use super::typed::Typed;
use super::{Told, answer, case_id, letter_href};
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::render::elsewhere;
use crate::state::WebState;
use crate::upload::{SentFile, with_file};

/// Adds a file to the letter.
pub(crate) async fn add(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let id = case_id(&path)?;
    with_file(&request, payload.into_inner(), async |form, file| {
        let mut typed = Typed::read(&form)?;
        let actor = visitor.actor();
        let added = match file {
            None => Err(None),
            Some(SentFile { name, bytes }) => {
                let uploaded = state.ask(move |app| match app.upload_file(&actor, id, &name, &bytes) {
                    Err(error @ (UploadError::Store(_) | UploadError::CaseNotFound)) => Err(Refusal::from(error)),
                    uploaded => Ok(uploaded),
                });
                uploaded.await?.map_err(Some)
            }
        };
        match added {
            Ok(kept) => {
                if !typed.text.files.contains(&kept.upload.id) {
                    typed.text.files.push(kept.upload.id);
                }
                kept_then(&state, &visitor, (id, typed), "archivo").await
            }
            Err(error) => {
                let told = Told { mistakes: vec![of_file(error)], ..Told::default() };
                let wanted = Wanted { case_id: id, channel: None, typed: Some(typed), write_anew: false };
                answer(&state, &visitor, wanted, (StatusCode::UNPROCESSABLE_ENTITY, told)).await
            }
        }
    })
    .await
}

/// Drops a file that waits.
pub(crate) async fn remove(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (id, mut typed, file) = (case_id(&path)?, Typed::read(&form)?, UploadId(form.number("quitar")?));
    let actor = visitor.actor();
    state
        .ask(move |app| match app.discard_file(&actor, id, file) {
            // It is gone already: that is what was wanted.
            Ok(()) | Err(UploadError::NotFound) => Ok(()),
            Err(error) => Err(Refusal::from(error)),
        })
        .await?;
    typed.text.files.retain(|known| *known != file);
    kept_then(&state, &visitor, (id, typed), "archivo_quitado").await
}

/// Keeps what stands in the form, and shows it.
async fn kept_then(
    state: &web::Data<WebState>,
    visitor: &Visitor,
    (id, typed): (CaseId, Typed),
    done: &str,
) -> Result<HttpResponse, Problem> {
    match keep(state, visitor, id, &typed).await? {
        Ok(draft) => Ok(elsewhere(&format!("{}?canal={}&hecho={done}", letter_href(id.0), draft.key.channel))),
        Err(stored) => conflict(state, visitor, (id, typed), stored).await,
    }
}
