//! One large mail is in hand at a time in a process, to be stored, read or understood, whoever asks: it takes memory while it is, and the sender says how
//! much.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::gathering::Gathering;

/// Far longer than a mail takes on a machine that is overrun. Who has the turn for longer is lost, as on a connection that was given up, and is
/// waited for no more.
const PATIENCE: Duration = Duration::from_secs(120);

/// A person who sends a mail with files waits no longer behind another one's, which leaves or is given up in about that time.
const SENDING_PATIENCE: Duration = Duration::from_secs(30);

/// More bytes than this are large.
const LARGE: usize = 1024 * 1024;

/// The turns of a process: its memory is one, and clones of them are the same turns.
#[derive(Clone, Default)]
pub struct Turns {
    mail: Arc<Shared>,
    files: Arc<Shared>,
    /// Providers' calls, which are stored together.
    pub(crate) calls: Gathering,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    free: Condvar,
}

#[derive(Default)]
struct State {
    given: u64,
    held: Option<u64>,
}

/// Whoever has it has a mail in hand, until it is dropped. Nobody takes it inside a transaction, nor twice.
pub(crate) struct Turn<'t> {
    turns: &'t Shared,
    number: u64,
}

impl Turns {
    /// Waits for the turn.
    pub(crate) fn take(&self) -> Turn<'_> {
        self.mail.take_within(PATIENCE)
    }

    /// Waits for the turn to send a mail with files: a line of its own, for sending takes as long as the mail server does.
    pub(crate) fn take_to_send(&self) -> Turn<'_> {
        self.files.take_within(SENDING_PATIENCE)
    }

    /// Waits for the turn to store a mail of so many bytes, of which a store makes copies. Small ones need none.
    pub(crate) fn take_to_store(&self, bytes: usize) -> Option<Turn<'_>> {
        (bytes > LARGE).then(|| self.take())
    }
}

impl Shared {
    fn take_within(&self, patience: Duration) -> Turn<'_> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.free.wait_timeout_while(state, patience, |state| state.held.is_some());
        let (mut state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            tracing::warn!("a mail is in hand for too long; the next one is begun");
        }
        state.given += 1;
        state.held = Some(state.given);
        Turn { turns: self, number: state.given }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.turns.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.held == Some(self.number) {
            state.held = None;
            self.turns.free.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(turns: &Shared) -> Option<u64> {
        turns.state.lock().unwrap().held
    }

    #[test]
    fn one_has_the_turn_until_it_gives_it_back() {
        let turns = Shared::default();
        let first = turns.take_within(Duration::from_secs(60));
        assert_eq!(held(&turns), Some(1));
        drop(first);
        assert_eq!(held(&turns), None);
        let second = turns.take_within(Duration::from_secs(60));
        assert_eq!(held(&turns), Some(second.number));
    }

    #[test]
    fn who_never_gives_it_back_is_passed_over_and_takes_it_from_nobody() {
        let turns = Shared::default();
        let lost = turns.take_within(Duration::ZERO);
        let next = turns.take_within(Duration::ZERO);
        drop(lost);
        assert_eq!(held(&turns), Some(2));
        drop(next);
        assert_eq!(held(&turns), None);
    }
}
