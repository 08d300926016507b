//! Who understands what was posted: one at a time, and another one where that one is lost.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Far longer than a mail takes. Who is not heard of for longer waits on a connection that was given up, and may wait for ever.
const PATIENCE: Duration = Duration::from_secs(120);

/// Whether somebody is at work, and whether there is more to do.
#[derive(Default)]
pub(crate) struct Worker(Mutex<State>);

#[derive(Default)]
struct State {
    is_more: bool,
    begun: u64,
    at_work: Option<AtWork>,
}

struct AtWork {
    number: u64,
    heard: Instant,
}

/// Somebody at work, until dropped: also by a panic.
pub(super) struct Shift<'w> {
    worker: &'w Worker,
    number: u64,
}

impl Worker {
    /// There is more to do: whether somebody is to begin with it, because nobody is at work who will see it.
    pub(super) fn is_wanted(&self) -> bool {
        let mut state = self.lock();
        state.is_more = true;
        state.at_work.as_ref().is_none_or(|at_work| at_work.heard.elapsed() > PATIENCE)
    }

    /// Begins to work, in place of whoever was at work and is lost; none if somebody is at work.
    pub(super) fn begin(&self) -> Option<Shift<'_>> {
        self.begin_after(PATIENCE)
    }

    fn begin_after(&self, patience: Duration) -> Option<Shift<'_>> {
        let mut state = self.lock();
        if state.at_work.as_ref().is_some_and(|at_work| at_work.heard.elapsed() <= patience) {
            return None;
        }
        state.begun += 1;
        let number = state.begun;
        state.at_work = Some(AtWork { number, heard: Instant::now() });
        Some(Shift { worker: self, number })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shift<'_> {
    /// Whether there is more to do, which is done then; with nothing to do the shift is over, and the next one is begun.
    pub(super) fn takes_more(&self) -> bool {
        let mut state = self.worker.lock();
        if !state.hear(self.number) {
            return false;
        }
        let is_more = std::mem::take(&mut state.is_more);
        if !is_more {
            state.at_work = None;
        }
        is_more
    }

    /// Says that it still works; whether nobody else has taken its place.
    pub(super) fn goes_on(&self) -> bool {
        self.worker.lock().hear(self.number)
    }
}

impl State {
    fn hear(&mut self, number: u64) -> bool {
        let at_work = self.at_work.as_mut().filter(|at_work| at_work.number == number);
        at_work.map(|at_work| at_work.heard = Instant::now()).is_some()
    }
}

impl Drop for Shift<'_> {
    fn drop(&mut self) {
        let mut state = self.worker.lock();
        if state.hear(self.number) {
            state.at_work = None;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_is_at_work_and_sees_what_comes_meanwhile() {
        let worker = Worker::default();
        assert!(worker.is_wanted());
        let shift = worker.begin().unwrap();
        assert!(shift.takes_more());
        assert!(!worker.is_wanted() && worker.begin().is_none());
        assert!(shift.takes_more() && !shift.takes_more(), "what came while it was at work");
        assert!(worker.is_wanted() && worker.begin().is_some());
    }

    #[test]
    fn who_panicked_is_at_work_no_more() {
        let worker = Worker::default();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _shift = worker.begin().unwrap();
            panic!("on purpose");
        }));
        assert!(panicked.is_err() && worker.is_wanted() && worker.begin().is_some());
    }

    #[test]
    fn who_is_not_heard_of_is_replaced_and_ends_when_it_comes_back() {
        let worker = Worker::default();
        let lost = worker.begin().unwrap();
        assert!(worker.begin_after(PATIENCE).is_none());
        let next = worker.begin_after(Duration::ZERO).unwrap();
        assert!(!lost.goes_on() && !lost.takes_more() && next.goes_on());
        drop(lost);
        assert!(next.goes_on());
    }
}
