//! Answers whose size others set by what they sent. They are made and written as JSON off the event loop, and the bytes that such answers
//! take are bounded: while they are made, and until the client took them. Beyond that a request waits, and then is told to come again.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use followup_answers::Refusal;
use followup_app::App;
use followup_words::answers as texts;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use crate::blocking::blocking;
use crate::errors::ApiError;
use crate::query::PageNumber;
use crate::state::HttpState;

/// Answers that are being made.
const MAKING: u32 = 32 * MIB;
/// Answers that clients are taking.
const SENDING: u32 = 32 * MIB;
/// So long a request waits for room.
const PATIENCE: Duration = Duration::from_secs(20);
/// An answer that is begun waits so many times as long.
const BEGUN: u32 = 6;
/// A large answer must be taken within this time, and a second more for so many bytes: who takes it slowly holds room that others need.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
const TAKEN_PER_SECOND: u64 = 128 * 1024;
/// Answers up to this size need no room while they are taken: 8,192 connections, the most that there are, take 32 MiB with them.
const SMALL: usize = 4 * 1024;
/// A connection buffers as much again as it is given at once.
const SLICE: usize = 64 * 1024;

const MIB: u32 = 1024 * 1024;

/// What it takes to make an answer, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cost {
    /// So many messages, cases or entries as lists show them: as rows, and as JSON.
    Messages(usize),
    /// The text of one message.
    Text,
    /// A piece of a mail, one at a time: the store may take all of the mail into memory to find it.
    Piece,
    /// A mail that is taken apart: one at a time, and lists do not wait for it.
    Understanding,
    /// The same for a change, whose short answer is given whatever else is being taken: it is done, and to be told to come again would
    /// have it done twice.
    Change,
}

impl Cost {
    /// A page of a list.
    pub(crate) fn page(page: PageNumber) -> Self {
        Self::rows(page.size)
    }

    /// So many rows of a list.
    pub(crate) fn rows(count: i64) -> Self {
        Self::Messages(usize::try_from(count).unwrap_or(usize::MAX))
    }

    fn bytes(self) -> u32 {
        match self {
            Self::Messages(count) => u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(MIB / 8).clamp(MIB, MAKING),
            Self::Text => 8 * MIB,
            Self::Piece | Self::Understanding | Self::Change => 1,
        }
    }
}

/// Room for answers; all workers share it.
#[derive(Clone)]
pub(crate) struct AnswerRoom {
    making: Arc<Semaphore>,
    reading: Arc<Semaphore>,
    understanding: Arc<Semaphore>,
    sending: Arc<Semaphore>,
    patience: Duration,
}

impl AnswerRoom {
    pub(crate) fn new() -> Self {
        let of = |bytes: u32| Arc::new(Semaphore::new(usize::try_from(bytes).unwrap_or(Semaphore::MAX_PERMITS)));
        Self { making: of(MAKING), reading: of(1), understanding: of(1), sending: of(SENDING), patience: PATIENCE }
    }

    /// The same room, for an answer that is begun: it waits longer, because to end it is to break the connection.
    pub(crate) fn for_begun(&self) -> Self {
        self.clone().with_patience(self.patience * BEGUN)
    }

    #[must_use]
    pub(crate) fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Does work that makes a piece of an answer, with the room that it takes.
    ///
    /// # Errors
    /// The work's own, mapped; no room for so long; unavailable after the answer limit.
    pub(crate) async fn making<T, E>(
        &self,
        state: &HttpState,
        cost: Cost,
        work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        let room = self.to_make(cost).await?;
        Ok(holding(room, state, work).await?.1)
    }

    /// Room to make an answer.
    pub(crate) async fn to_make(&self, cost: Cost) -> Result<OwnedSemaphorePermit, ApiError> {
        let of = match cost {
            Cost::Piece => &self.reading,
            Cost::Understanding | Cost::Change => &self.understanding,
            Cost::Messages(_) | Cost::Text => &self.making,
        };
        self.take(of, cost.bytes()).await
    }

    /// Room for what is made, until it is taken.
    pub(crate) async fn to_send(&self, length: usize) -> Result<Option<OwnedSemaphorePermit>, ApiError> {
        match u32::try_from(length).unwrap_or(u32::MAX).min(SENDING) {
            _ if length <= SMALL => Ok(None),
            length => self.take(&self.sending, length).await.map(Some),
        }
    }

    async fn take(&self, of: &Arc<Semaphore>, bytes: u32) -> Result<OwnedSemaphorePermit, ApiError> {
        // It fails only when it is closed, which it never is.
        let taken = timeout(self.patience, Arc::clone(of).acquire_many_owned(bytes)).await.ok().and_then(Result::ok);
        taken.ok_or(ApiError::Busy(texts::TOO_MANY_ANSWERS))
    }
}

/// Answers JSON.
///
/// # Errors
/// The use case's own error, mapped; no room for so long; unavailable after the answer limit.
pub(crate) async fn answer<T, E, O>(
    state: &HttpState,
    status: StatusCode,
    cost: Cost,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
    output: impl FnOnce(T) -> O + Send + 'static,
) -> Result<HttpResponse, ApiError>
where
    E: Into<ApiError> + Send + 'static,
    O: Serialize,
{
    let written = move |app: &App| {
        let told = output(work(app).map_err(Into::into)?);
        serde_json::to_vec(&told).map_err(|error| ApiError::from(Refusal::Internal(error.to_string())))
    };
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "application/json"));
    bytes(state, cost, response, written).await
}

/// Answers bytes.
///
/// # Errors
/// As [`answer`].
pub(crate) async fn bytes<E>(
    state: &HttpState,
    cost: Cost,
    response: HttpResponseBuilder,
    work: impl FnOnce(&App) -> Result<Vec<u8>, E> + Send + 'static,
) -> Result<HttpResponse, ApiError>
where
    E: Into<ApiError> + Send + 'static,
{
    bytes_with(state, cost, move |app| work(app).map(|bytes| ((), bytes)), move |()| response).await
}

/// Answers bytes, under headers that come with them.
///
/// # Errors
/// As [`answer`].
pub(crate) async fn bytes_with<T, E>(
    state: &HttpState,
    cost: Cost,
    work: impl FnOnce(&App) -> Result<(T, Vec<u8>), E> + Send + 'static,
    head: impl FnOnce(T) -> HttpResponseBuilder,
) -> Result<HttpResponse, ApiError>
where
    T: Send + 'static,
    E: Into<ApiError> + Send + 'static,
{
    let making = state.answers.to_make(cost).await?;
    let (making, (told, made)) = holding(making, state, work).await?;
    let sending = if matches!(cost, Cost::Change) { None } else { state.answers.to_send(made.len()).await? };
    drop(making);
    Ok(head(told).body(Taken::new(made, sending)))
}

/// Does the work and holds the room until it is done, even when nobody waits for it any more; but no longer than the answer limit: a
/// thread that a silent store keeps for ever must not keep the room.
///
/// # Errors
/// As [`blocking`].
pub(crate) async fn holding<R, T, E>(
    room: R,
    state: &HttpState,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<(R, T), ApiError>
where
    R: 'static,
    T: Send + 'static,
    E: Into<ApiError> + Send + 'static,
{
    let state = state.clone();
    let done = actix_web::rt::spawn(async move { blocking(&state, work).await.map(|done| (room, done)) });
    done.await.unwrap_or_else(|_| Err(Refusal::Internal("the work ended without an answer".into()).into()))
}

/// A body in slices, and the room that it takes until it is taken or given up.
pub(crate) struct Taken {
    left: Bytes,
    until: Instant,
    sending: Option<OwnedSemaphorePermit>,
}

impl Taken {
    /// Of the room that it is given it keeps what it needs.
    pub(crate) fn new(made: Vec<u8>, mut sending: Option<OwnedSemaphorePermit>) -> Self {
        let needed = if made.len() <= SMALL { 0 } else { made.len() };
        if let Some(room) = &mut sending {
            drop(room.split(room.num_permits().saturating_sub(needed)));
        }
        let sending = sending.filter(|room| room.num_permits() > 0);
        let within = TAKEN_WITHIN + Duration::from_secs(made.len() as u64 / TAKEN_PER_SECOND);
        Self { left: Bytes::from(made), until: Instant::now() + within, sending }
    }
}

impl MessageBody for Taken {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = self.left.len().min(SLICE);
        if next > 0 && self.sending.is_some() && Instant::now() > self.until {
            // The connection ends, and with it the room is free.
            return Poll::Ready(Some(Err(std::io::Error::from(std::io::ErrorKind::TimedOut))));
        }
        Poll::Ready(if next == 0 { None } else { Some(Ok(self.left.split_to(next))) })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    fn next(body: &mut Taken) -> Poll<Option<Result<Bytes, std::io::Error>>> {
        Pin::new(body).poll_next(&mut Context::from_waker(std::task::Waker::noop()))
    }

    #[test]
    fn a_large_answer_that_is_taken_too_slowly_ends_and_gives_its_room_back() {
        let room = AnswerRoom::new();
        let permit = || Arc::clone(&room.sending).try_acquire_many_owned(SENDING).unwrap();
        let mut body = Taken::new(vec![0; 3 * SLICE], Some(permit()));
        assert!(body.until >= Instant::now() + TAKEN_WITHIN - Duration::from_secs(1));
        assert!(matches!(next(&mut body), Poll::Ready(Some(Ok(piece))) if piece.len() == SLICE));
        body.until = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
        assert!(matches!(next(&mut body), Poll::Ready(Some(Err(_)))));
        drop(body);
        drop(permit());
    }

    #[test]
    fn an_answer_without_room_of_its_own_may_be_taken_slowly() {
        let mut body = Taken::new(vec![0; 10], None);
        body.until = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
        assert!(matches!(next(&mut body), Poll::Ready(Some(Ok(_)))));
    }
}
