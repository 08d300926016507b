//! The body of a post, within bounds of size, memory and time.

use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;
use followup_answers::Refusal;
use followup_words::answers as texts;
use tokio::time::timeout;

use super::room::{Room, Share};
use crate::errors::ApiError;
use crate::pace::{BodyFault, PACE, Pace, PacedBody};

/// So often as much as may be kept is read and dropped, so that the client sees the answer.
const DRAINED: usize = 4;
/// The least by which the room of a body grows, in bytes; of one whose sender is not proven yet, less: whoever begins many bodies and sends a
/// byte of each takes little.
const STEP: usize = 64 * 1024;
const UNPROVEN_STEP: usize = 4 * 1024;
/// So much of the end of a body that is cut is kept, in bytes.
const TAIL: usize = 64 * 1024;

/// What a way of posting asks of a body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Bytes that are kept.
    pub(crate) most: usize,
    /// How often they are in memory at once.
    pub(crate) copies: usize,
    /// Who posts has proven itself already. Others share a smaller room.
    pub(crate) is_proven: bool,
}

/// A body, and the room that it takes until it is dropped.
pub(crate) struct Body {
    /// All of it, or its beginning.
    pub(crate) bytes: Vec<u8>,
    /// There was more.
    pub(crate) is_cut: bool,
    /// The end of one that is cut, which may begin within its beginning.
    pub(crate) tail: Vec<u8>,
    /// Held for as long as the bytes are.
    pub(crate) room: Room,
}

/// How bodies are let in.
pub(super) struct Intake {
    pace: Pace,
    room_patience: Duration,
    /// Memory for bodies whose headers proved who posts.
    proven: Share,
    /// Memory for bodies that must be there before that shows: anybody can begin one.
    unproven: Share,
}

/// So long a post waits for room.
const ROOM_PATIENCE: Duration = Duration::from_secs(20);

impl Intake {
    /// Of so many bytes each; of each kind one body at a time goes beyond it.
    pub(super) fn new(proven: usize, unproven: usize) -> Self {
        Self { pace: PACE, room_patience: ROOM_PATIENCE, proven: Share::new(proven), unproven: Share::new(unproven) }
    }

    /// Less time than usual for a body to begin or go on, for room, and for all of a body; for tests.
    pub(super) fn be_patient(&mut self, grace: Duration, wait: Duration, whole: Duration) {
        self.pace = Pace { grace, whole, ..self.pace };
        self.room_patience = wait;
    }

    /// Reads a body; every part of it is shown to `see`. Room is taken as it comes: who announces much and sends little takes little.
    ///
    /// # Errors
    /// No room within the time, a body that comes too slowly, breaks off, or does not end.
    pub(super) async fn read(
        &self,
        request: &HttpRequest,
        payload: Payload,
        bounds: Bounds,
        mut see: impl FnMut(&[u8]),
    ) -> Result<Body, ApiError> {
        let mut coming = Coming::new(self, request, bounds);
        let mut body = PacedBody::new(payload, self.pace);
        while let Some(chunk) = body.next().await.map_err(told)? {
            see(&chunk);
            body.excuse(coming.take(&chunk).await?);
        }
        Ok(coming.body)
    }
}

/// A provider posts again after 503. After 408 some would not, and the mail would be lost.
fn told(fault: BodyFault) -> ApiError {
    match fault {
        BodyFault::TooSlow => ApiError::Busy(texts::BODY_TOO_SLOW),
        BodyFault::BrokenOff => fault.into(),
    }
}

/// A body that comes.
struct Coming {
    body: Body,
    bounds: Bounds,
    /// So long it waits for room.
    patience: Duration,
    /// Bytes that the header announces, or as many as may come.
    expected: usize,
    seen: usize,
}

impl Coming {
    fn new(intake: &Intake, request: &HttpRequest, bounds: Bounds) -> Self {
        let share = if bounds.is_proven { &intake.proven } else { &intake.unproven };
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        Self {
            body: Body { bytes: Vec::new(), is_cut: false, tail: Vec::new(), room: share.room() },
            bounds,
            patience: intake.room_patience,
            expected: announced.unwrap_or(bounds.most).min(bounds.most),
            seen: 0,
        }
    }

    /// Takes a part of it; answers for how long there was no room.
    async fn take(&mut self, chunk: &[u8]) -> Result<Duration, ApiError> {
        self.seen = self.seen.saturating_add(chunk.len());
        if self.seen > self.bounds.most.saturating_mul(DRAINED) {
            return Err(Refusal::TooLarge.into());
        }
        let kept = self.body.bytes.len();
        let fits = self.bounds.most.saturating_sub(kept).min(chunk.len());
        let waited = self.make_room(kept + fits).await?;
        self.body.bytes.extend_from_slice(&chunk[..fits]);
        if fits < chunk.len() {
            self.body.keep_end(&chunk[fits..]);
        }
        Ok(waited)
    }

    /// Makes room for so many bytes in all: twice what there was, but not more than is announced.
    async fn make_room(&mut self, needed: usize) -> Result<Duration, ApiError> {
        let held = self.body.bytes.capacity();
        if needed <= held {
            return Ok(Duration::ZERO);
        }
        let step = if self.bounds.is_proven { STEP } else { UNPROVEN_STEP };
        let next = held.saturating_mul(2).max(step).min(self.expected).max(needed);
        let asked = Instant::now();
        let grown = timeout(self.patience, self.body.room.grow((next - held).saturating_mul(self.bounds.copies))).await;
        grown.map_err(|_| ApiError::Busy(texts::TOO_MANY_MAILS))?;
        self.body.bytes.reserve_exact(next - self.body.bytes.len());
        Ok(asked.elapsed())
    }
}

impl Body {
    /// Takes what is beyond the bytes.
    fn keep_end(&mut self, more: &[u8]) {
        if !self.is_cut {
            self.is_cut = true;
            self.tail = self.bytes[self.bytes.len().saturating_sub(TAIL)..].to_vec();
        }
        self.tail.extend_from_slice(more);
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
    }
}
