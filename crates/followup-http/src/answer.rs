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
use followup_app::App;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::blocking::blocking;
use crate::errors::ApiError;
use crate::query::PageNumber;
use crate::state::HttpState;
use crate::texts;

/// Answers that are being made.
const MAKING: u32 = 128 * MIB;
/// Answers that clients are taking.
const SENDING: u32 = 64 * MIB;
/// So long a request waits for room.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections are few: answers up to this size need no room while they are taken.
const SMALL: usize = 64 * 1024;
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
    /// The bytes of a mail.
    Mail,
    /// A mail that is taken apart.
    Understanding,
}

impl Cost {
    /// A page of a list.
    pub(crate) fn page(page: PageNumber) -> Self {
        Self::Messages(usize::try_from(page.size).unwrap_or(usize::MAX))
    }

    fn bytes(self) -> u32 {
        match self {
            Self::Messages(count) => u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(MIB / 8).clamp(MIB, MAKING),
            Self::Text => 8 * MIB,
            Self::Mail => MAKING / 2,
            Self::Understanding => MAKING,
        }
    }
}

/// Room for answers; all workers share it.
#[derive(Clone)]
pub(crate) struct AnswerRoom {
    making: Arc<Semaphore>,
    sending: Arc<Semaphore>,
    patience: Duration,
}

impl AnswerRoom {
    pub(crate) fn new() -> Self {
        let of = |bytes: u32| Arc::new(Semaphore::new(usize::try_from(bytes).unwrap_or(Semaphore::MAX_PERMITS)));
        Self { making: of(MAKING), sending: of(SENDING), patience: PATIENCE }
    }

    #[must_use]
    pub(crate) fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
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
        serde_json::to_vec(&told).map_err(|error| ApiError::Internal(error.to_string()))
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
    let making = state.answers.take(&state.answers.making, cost.bytes()).await?;
    // The room goes with the work: who waits no longer does not end it.
    let (making, told, made) = blocking(state, move |app| work(app).map(|(told, made)| (making, told, made))).await?;
    let sending = match u32::try_from(made.len()).unwrap_or(u32::MAX).min(SENDING) {
        _ if made.len() <= SMALL => None,
        length => Some(state.answers.take(&state.answers.sending, length).await?),
    };
    drop(making);
    Ok(head(told).body(Taken { left: Bytes::from(made), _sending: sending }))
}

/// A body in slices, and the room that it takes until it is taken or given up.
struct Taken {
    left: Bytes,
    _sending: Option<OwnedSemaphorePermit>,
}

impl MessageBody for Taken {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = self.left.len().min(SLICE);
        Poll::Ready(if next == 0 { None } else { Some(Ok(self.left.split_to(next))) })
    }
}
