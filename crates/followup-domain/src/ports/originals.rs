//! The exact bytes of what was sent and received. They never change, so that whoever reads them piece by piece reads one thing.

use super::StoreError;
use crate::ids::{InboundMailId, RawId};

/// So many bytes are read at a time where all are wanted: what carries them to us keeps as much memory as they took.
const AT_ONCE: u32 = 4 * 1024 * 1024;

/// Some of the bytes of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Those that were asked for, as far as there are any.
    pub bytes: Vec<u8>,
    /// How many there are in all.
    pub size: u64,
}

/// Originals.
pub trait OriginalRepository {
    /// Which are the bytes of what arrived; none where it stands without bytes.
    fn find_arrived(&mut self, id: InboundMailId) -> Result<Option<RawId>, StoreError>;

    /// All bytes of several, in no order. For small ones: all of them are in memory at once.
    fn list_small(&mut self, ids: &[RawId]) -> Result<Vec<(RawId, Vec<u8>)>, StoreError>;

    /// At most `most` bytes from a place on, which may be behind the end.
    fn find_piece(&mut self, id: RawId, from: u64, most: u32) -> Result<Option<Piece>, StoreError>;

    /// All of them.
    fn find_whole(&mut self, id: RawId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(Piece { mut bytes, size }) = self.find_piece(id, 0, AT_ONCE)? else { return Ok(None) };
        let missing = usize::try_from(size).unwrap_or(usize::MAX).saturating_sub(bytes.len());
        if bytes.try_reserve_exact(missing).is_err() {
            return Err(StoreError::Unavailable("there is no memory for a mail".to_owned()));
        }
        while (bytes.len() as u64) < size {
            match self.find_piece(id, bytes.len() as u64, AT_ONCE)? {
                Some(piece) if !piece.bytes.is_empty() => bytes.extend_from_slice(&piece.bytes),
                _ => return Err(StoreError::Refused("a mail has less bytes than it is said to have".to_owned())),
            }
        }
        Ok(Some(bytes))
    }

    /// All of what arrived.
    fn find_whole_arrival(&mut self, id: InboundMailId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(id) = self.find_arrived(id)? else { return Ok(None) };
        self.find_whole(id)
    }
}
