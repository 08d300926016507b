//! The body of a post, within bounds of size, memory and time.

use std::sync::Arc;
use std::time::Instant;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;
use futures::StreamExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::EmailWebhook;
use crate::errors::ApiError;
use crate::texts;

/// So often as much as may be kept is read and dropped, so that the client sees the answer.
const DRAINED: usize = 4;

/// A body, and the room that it takes until it is dropped.
pub(crate) struct Body {
    /// All of it, or its beginning.
    pub(crate) bytes: Vec<u8>,
    /// There was more.
    pub(crate) is_cut: bool,
    /// Held for as long as the bytes are.
    pub(crate) room: OwnedSemaphorePermit,
}

impl EmailWebhook {
    /// Reads a body, of which `most` bytes are kept and later copied `copies` times; every part of it is shown to `see`.
    ///
    /// # Errors
    /// No room within the time, a body that comes too slowly, breaks off, or does not end.
    pub(crate) async fn read(
        &self,
        request: &HttpRequest,
        mut payload: Payload,
        (most, copies): (usize, usize),
        mut see: impl FnMut(&[u8]),
    ) -> Result<Body, ApiError> {
        let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let expected = declared.unwrap_or(most).min(most);
        let room = self.room_for(expected.saturating_mul(copies)).await?;
        let begun = Instant::now();
        let mut bytes = Vec::with_capacity(expected.min(1024 * 1024));
        let mut seen: usize = 0;
        loop {
            let chunk = match timeout(self.pace.grace, payload.next()).await {
                Err(_) => return Err(ApiError::Busy(texts::BODY_TOO_SLOW)),
                Ok(None) => break,
                Ok(Some(chunk)) => chunk.map_err(|_| ApiError::BadRequest(texts::BODY_BROKEN_OFF.into()))?,
            };
            see(&chunk);
            seen = seen.saturating_add(chunk.len());
            let fits = most.saturating_sub(bytes.len()).min(chunk.len());
            bytes.extend_from_slice(&chunk[..fits]);
            if seen > most.saturating_mul(DRAINED) {
                return Err(ApiError::TooLarge);
            }
            let allowed = begun.elapsed().saturating_sub(self.pace.grace).as_secs().saturating_mul(self.pace.bytes_per_second);
            if (seen as u64) < allowed {
                return Err(ApiError::Busy(texts::BODY_TOO_SLOW));
            }
        }
        Ok(Body { is_cut: seen > bytes.len(), bytes, room })
    }

    async fn room_for(&self, bytes: usize) -> Result<OwnedSemaphorePermit, ApiError> {
        let kibibytes = (bytes / 1024 + 1).min(self.all_room);
        let kibibytes = u32::try_from(kibibytes).unwrap_or(u32::MAX);
        match timeout(self.pace.wait, Arc::clone(&self.room).acquire_many_owned(kibibytes)).await {
            Ok(Ok(room)) => Ok(room),
            // The semaphore is never closed.
            Ok(Err(_)) | Err(_) => Err(ApiError::Busy(texts::TOO_MANY_MAILS)),
        }
    }
}
