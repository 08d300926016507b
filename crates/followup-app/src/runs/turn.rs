//! One large mail is in hand at a time in a process, to be stored, read or understood, whoever asks: it takes memory while it is, and the sender says how
//! much.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Far longer than a mail takes. Who has the turn for longer is lost, as on a connection that was given up, and is waited for no more.
const PATIENCE: Duration = Duration::from_secs(30);

/// More bytes than this are large.
const LARGE: usize = 1024 * 1024;

/// The memory is the process's, and so is the turn.
static TURNS: Turns = Turns { state: Mutex::new(State { given: 0, held: None }), free: Condvar::new() };

struct Turns {
    state: Mutex<State>,
    free: Condvar,
}

struct State {
    given: u64,
    held: Option<u64>,
}

/// Whoever has it has a mail in hand, until it is dropped. Nobody takes it inside a transaction, nor twice.
pub(crate) struct Turn<'t> {
    turns: &'t Turns,
    number: u64,
}

impl Turn<'static> {
    /// Waits for the turn.
    pub(crate) fn take() -> Self {
        TURNS.take(PATIENCE)
    }

    /// Waits for the turn to store a mail of so many bytes, of which a store makes copies. Small ones need none.
    pub(crate) fn to_store(bytes: usize) -> Option<Self> {
        (bytes > LARGE).then(Self::take)
    }
}

impl Turns {
    fn take(&self, patience: Duration) -> Turn<'_> {
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
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn turns() -> Turns {
        Turns { state: Mutex::new(State { given: 0, held: None }), free: Condvar::new() }
    }

    #[test]
    fn one_has_the_turn_at_a_time_and_all_get_it() {
        let (turns, inside, most) = (turns(), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let turn = turns.take(Duration::from_secs(60));
                        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drop(turn);
                    }
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn who_never_gives_it_back_is_passed_over_and_takes_it_from_nobody() {
        let turns = turns();
        let lost = turns.take(Duration::ZERO);
        let next = turns.take(Duration::ZERO);
        drop(lost);
        assert_eq!(turns.state.lock().unwrap().held, Some(2));
        drop(next);
        assert_eq!(turns.state.lock().unwrap().held, None);
    }
}
