//! Originals go out piece by piece: as many clients as like take them, and none holds more than a piece in memory.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use followup_app::{App, ORIGINAL_PIECE, Original};
use followup_domain::ids::RawId;

use crate::answer::{Cost, Taken, holding};
use crate::errors::ApiError;
use crate::state::HttpState;

/// Room is taken before a piece is read, in this order everywhere: whoever reads one waits for nothing more.
const PIECE: usize = ORIGINAL_PIECE as usize;

/// Answers an original.
///
/// # Errors
/// The use case's own error, mapped; no room for so long; unavailable after the answer limit. What fails later ends the connection before all
/// of it is there, which the client sees by its length.
pub(crate) async fn original<E>(
    state: &HttpState,
    mut head: HttpResponseBuilder,
    work: impl FnOnce(&App) -> Result<Original, E> + Send + 'static,
) -> Result<HttpResponse, ApiError>
where
    E: Into<ApiError> + Send + 'static,
{
    let sending = state.answers.to_send(PIECE).await?;
    let reading = state.answers.to_make(Cost::Piece).await?;
    let (_reading, Original { id, size, beginning }) = holding(reading, state, work).await?;
    let (given, piece) = (beginning.len() as u64, Taken::new(beginning, sending));
    Ok(head.body(Pieces { piece, next: None, id, given, size, state: state.clone() }))
}

/// The piece from a place on.
async fn piece(state: HttpState, id: RawId, from: u64) -> Result<(u64, Taken), ApiError> {
    let room = state.answers.for_begun();
    let sending = room.to_send(PIECE).await?;
    let reading = room.to_make(Cost::Piece).await?;
    let (_reading, bytes) = holding(reading, &state, move |app| app.more_of_original(id, from)).await?;
    Ok((bytes.len() as u64, Taken::new(bytes, sending)))
}

type Next = Pin<Box<dyn Future<Output = Result<(u64, Taken), ApiError>>>>;

/// An original, of which a piece is here.
struct Pieces {
    piece: Taken,
    /// The next one, which is asked for when this one is taken.
    next: Option<Next>,
    id: RawId,
    /// Bytes up to the end of the piece.
    given: u64,
    size: u64,
    state: HttpState,
}

impl MessageBody for Pieces {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        loop {
            if let Some(next) = &mut self.next {
                let (given, piece) = match ready!(next.as_mut().poll(context)) {
                    Ok(next) => next,
                    Err(error) => return Poll::Ready(Some(Err(std::io::Error::other(error.to_string())))),
                };
                self.given += given;
                (self.piece, self.next) = (piece, None);
            }
            match ready!(Pin::new(&mut self.piece).poll_next(context)) {
                None if self.given < self.size => {
                    // Its room is free before other room is asked for.
                    self.piece = Taken::new(Vec::new(), None);
                    self.next = Some(Box::pin(piece(self.state.clone(), self.id, self.given)));
                }
                taken => return Poll::Ready(taken),
            }
        }
    }
}
