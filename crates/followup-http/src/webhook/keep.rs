//! What becomes of a mail that was posted: stored, answered, then understood.

use actix_web::{HttpResponse, web};
use followup_answers::Refusal;
use followup_domain::ports::Inserted;
use followup_words::answers as texts;

use super::room::Room;
use crate::answer::holding;
use crate::blocking::blocking;
use crate::dto::webhook::AcceptedOutput;
use crate::errors::ApiError;
use crate::request_log::current_request_id;
use crate::state::HttpState;

/// A mail as it was posted.
pub(crate) struct Arrived {
    /// How it came, such as `webhook/raw`.
    pub(crate) way: &'static str,
    /// Its bytes, or their beginning.
    pub(crate) bytes: Vec<u8>,
    /// There was more.
    pub(crate) is_cut: bool,
    /// Held until it is stored.
    pub(crate) room: Room,
}

impl Arrived {
    /// Stores it, and answers when that is committed. Of one that is too large the header section goes into the quarantine.
    ///
    /// # Errors
    /// Empty, too large, or the store is away.
    pub(crate) async fn keep(self, state: &web::Data<HttpState>, largest: usize) -> Result<HttpResponse, ApiError> {
        let Self { way, bytes, is_cut, room } = self;
        if bytes.trim_ascii().is_empty() {
            return Err(Refusal::BadRequest(texts::NO_MAIL.into()).into());
        }
        let size = bytes.len();
        if is_cut || size > largest {
            tracing::error!(
                way,
                request_id = current_request_id(),
                "a posted mail is above the size limit: only its header section is kept"
            );
            blocking(state, move |followup| followup.accept_header_of_mail(way, &bytes, largest as u64)).await?;
            return Err(ApiError::MailTooLarge);
        }
        let (_room, stored) = holding(room, state, move |followup| followup.accept_mail(way, bytes)).await?;
        let (id, duplicate) = (stored.id().0, matches!(stored, Inserted::Duplicate(_)));
        tracing::info!(way, inbound_mail_id = id, duplicate, size, "mail accepted");
        if !duplicate {
            understand(state);
        }
        Ok(HttpResponse::Ok().json(AcceptedOutput { id, duplicate }))
    }
}

/// Has what is stored understood, on one thread however many mails come. What fails here is taken up by the background job.
pub(super) fn understand(state: &web::Data<HttpState>) {
    if !state.worker.is_wanted() {
        return;
    }
    let (followup, stop, worker) = (state.followup.clone(), state.stop.clone(), state.worker.clone());
    drop(web::block(move || {
        let Some(shift) = worker.begin() else { return };
        while shift.takes_more() {
            if let Err(error) = followup.process_stored_mail(&|| stop() || !shift.goes_on()) {
                tracing::warn!(%error, "what was posted is stored and will be understood later");
            }
        }
    }));
}
