//! The memory that bodies may take together.

use std::pin::pin;
use std::sync::Arc;

use futures::future::{Either, select};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The least room of a share, in kibibytes.
const LEAST: usize = 1024;

/// Room for bodies of one kind. When it is full, one body at a time may still go beyond it: otherwise bodies that came half could wait
/// for each other.
#[derive(Clone)]
pub(crate) struct Share {
    /// Kibibytes.
    common: Arc<Semaphore>,
    beyond: Arc<Semaphore>,
}

/// What one body takes of its share, until it is dropped.
pub(crate) struct Room {
    share: Share,
    common: Option<OwnedSemaphorePermit>,
    beyond: Option<OwnedSemaphorePermit>,
}

impl Share {
    /// Room for so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        let kibibytes = (bytes / 1024).clamp(LEAST, Semaphore::MAX_PERMITS);
        Self { common: Arc::new(Semaphore::new(kibibytes)), beyond: Arc::new(Semaphore::new(1)) }
    }

    /// Room that takes nothing yet.
    pub(crate) fn room(&self) -> Room {
        Room { share: self.clone(), common: None, beyond: None }
    }
}

impl Room {
    /// Takes room for so many bytes more. Waits until there is some.
    pub(crate) async fn grow(&mut self, bytes: usize) {
        if self.beyond.is_some() {
            return;
        }
        let kibibytes = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        let common = pin!(Arc::clone(&self.share.common).acquire_many_owned(kibibytes));
        let beyond = pin!(Arc::clone(&self.share.beyond).acquire_owned());
        // Both fail only when they are closed, which they never are.
        match select(common, beyond).await {
            Either::Left((taken, _)) => match (&mut self.common, taken.ok()) {
                (Some(common), Some(taken)) => common.merge(taken),
                (common, taken) => *common = taken,
            },
            Either::Right((taken, _)) => self.beyond = taken.ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn when_a_share_is_full_one_body_goes_on_and_the_next_after_it() {
        let share = Share::new(0);
        let mut bodies = [share.room(), share.room(), share.room()];
        for body in &mut bodies {
            assert_eq!(body.grow(300 * 1024).now_or_never(), Some(()));
        }
        let [first, second, third] = &mut bodies;
        assert_eq!(first.grow(usize::MAX).now_or_never(), Some(()), "beyond the share");
        assert_eq!(first.grow(usize::MAX).now_or_never(), Some(()), "to its end");
        assert_eq!(second.grow(200 * 1024).now_or_never(), None);
        assert_eq!(third.grow(100 * 1024).now_or_never(), Some(()), "what is left is not lost by who gave up");
        first.beyond = None;
        assert_eq!(second.grow(200 * 1024).now_or_never(), Some(()), "its turn");
        drop(bodies);
        assert_eq!(share.room().grow(LEAST * 1024).now_or_never(), Some(()));
        let mut whole = share.room();
        assert_eq!(whole.grow(LEAST * 1024).now_or_never(), Some(()), "nothing was lost");
        assert!(whole.beyond.is_none());
    }
}
