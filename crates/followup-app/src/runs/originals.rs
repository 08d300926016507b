//! Originals are read piece by piece, a transaction for each: they never change, and nobody needs to hold all of one.

use followup_domain::ids::RawId;
use followup_domain::ports::{Piece, StoreError};

use crate::app::App;
use crate::step;

/// So many bytes of an original come at once, at most.
pub const ORIGINAL_PIECE: u32 = 2 * 1024 * 1024;

/// The exact bytes of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Under which the rest is read.
    pub id: RawId,
    /// Bytes in all.
    pub size: u64,
    /// The first of them.
    pub beginning: Vec<u8>,
}

/// Its beginning.
pub(crate) fn begin(app: &App, id: RawId) -> Result<Option<Original>, StoreError> {
    Ok(piece(app, id, 0)?.map(|Piece { bytes, size }| Original { id, size, beginning: bytes }))
}

/// What comes next, from a place on that is before its end.
pub(crate) fn more(app: &App, id: RawId, from: u64) -> Result<Vec<u8>, StoreError> {
    // What has more than one piece is large, and a store may take all of it into memory to find one.
    let _turn = app.turns.take();
    let bytes = piece(app, id, from)?.map(|piece| piece.bytes).filter(|bytes| !bytes.is_empty());
    bytes.ok_or_else(|| StoreError::Refused("an original ends before its end".to_owned()))
}

fn piece(app: &App, id: RawId, from: u64) -> Result<Option<Piece>, StoreError> {
    step::read(app, |step| step.tx.originals().find_piece(id, from, ORIGINAL_PIECE))
}
