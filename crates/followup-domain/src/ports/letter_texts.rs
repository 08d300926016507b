//! The unit's own letters.

use super::{StoreError, Updated};
use crate::asking::letter_text::{KeptText, OwnText};

/// The unit's own letters: few, and short.
pub trait LetterTextRepository {
    /// Those that are in use, by name.
    fn own(&mut self) -> Result<Vec<OwnText>, StoreError>;

    /// What is kept of each name, by name.
    fn list(&mut self) -> Result<Vec<KeptText>, StoreError>;

    /// What is kept of a name.
    fn find(&mut self, name: &str) -> Result<Option<KeptText>, StoreError>;

    /// Keeps a text, or that there is none any more; [`Updated::Stale`] when the version before it is not the one that is kept (0 where nothing is).
    fn put(&mut self, text: &KeptText) -> Result<Updated, StoreError>;
}
