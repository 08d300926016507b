//! The body of an upload, within bounds of size, memory and time: room is taken as it comes, so that who announces much and sends little
//! takes little.

use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;
use followup_answers::Refusal;
use followup_domain::message::enclosure::MOST_ENCLOSED;
use followup_words::answers as texts;
use tokio::time::timeout;

use crate::errors::ApiError;
use crate::pace::{Pace, PacedBody};
use crate::webhook::room::{Room, Share};

/// The memory of files that come, in bytes; one file at a time goes beyond it.
const ROOM: usize = 2 * LARGEST;
#[allow(clippy::cast_possible_truncation)] // 10 MiB.
const LARGEST: usize = MOST_ENCLOSED as usize;
/// So often as much as may be kept is read and dropped, so that the client sees the answer.
const DRAINED: usize = 4;
/// The least by which the room of a file grows, in bytes.
const STEP: usize = 64 * 1024;
/// So long a file waits for room.
const PATIENCE: Duration = Duration::from_secs(20);

/// Room for files that come; all workers share it.
#[derive(Clone)]
pub(crate) struct UploadRoom(Share);

/// The bytes of a file, and the room that they take until it is dropped.
pub(crate) struct Uploaded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) room: Room,
}

impl UploadRoom {
    pub(crate) fn new() -> Self {
        Self(Share::new(ROOM))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Too large, no room within the time, or a body that comes too slowly or breaks off.
    pub(crate) async fn read(&self, request: &HttpRequest, payload: Payload, pace: Pace) -> Result<Uploaded, ApiError> {
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        let expected = announced.unwrap_or(LARGEST).min(LARGEST);
        let mut uploaded = Uploaded { bytes: Vec::new(), room: self.0.room() };
        let mut body = PacedBody::new(payload, pace);
        let mut seen: usize = 0;
        while let Some(chunk) = body.next().await? {
            seen = seen.saturating_add(chunk.len());
            if seen > LARGEST.saturating_mul(DRAINED) {
                break;
            }
            if seen > LARGEST {
                uploaded = Uploaded { bytes: Vec::new(), room: self.0.room() };
                continue;
            }
            body.excuse(uploaded.make_room(seen, expected).await?);
            uploaded.bytes.extend_from_slice(&chunk);
        }
        if seen > LARGEST { Err(Refusal::TooLarge.into()) } else { Ok(uploaded) }
    }
}

impl Uploaded {
    /// Makes room for so many bytes in all: twice what there was, but not more than is expected; answers for how long there was none.
    async fn make_room(&mut self, needed: usize, expected: usize) -> Result<Duration, ApiError> {
        let held = self.bytes.capacity();
        if needed <= held {
            return Ok(Duration::ZERO);
        }
        let next = held.saturating_mul(2).max(STEP).min(expected).max(needed);
        let asked = Instant::now();
        timeout(PATIENCE, self.room.grow(next - held)).await.map_err(|_| ApiError::Busy(texts::TOO_MANY_FILES))?;
        self.bytes.reserve_exact(next - self.bytes.len());
        Ok(asked.elapsed())
    }
}
