//! The threads of this process, in the order in which they came; background work and requests alternate.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::Instant;

use followup_domain::ports::StoreError;

/// Who writes. While both wait, every second turn is the other's, so neither can keep the other out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// What somebody waits for.
    Request,
    /// Sending, dispatching, reading mail.
    Background,
}

#[derive(Debug, Default)]
pub(super) struct Line(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    busy: bool,
    requests: VecDeque<Arc<Seat>>,
    background: VecDeque<Arc<Seat>>,
    /// Whether the turn that was given last was background work's.
    was_background: bool,
}

#[derive(Debug)]
struct Seat {
    thread: Thread,
    called: AtomicBool,
}

/// The right to write; the next one gets it when this is dropped.
pub(super) struct Turn<'l>(&'l Line);

impl Line {
    pub(super) fn enter(&self, class: Class, deadline: Instant) -> Result<Turn<'_>, StoreError> {
        let seat = {
            let mut state = self.lock();
            if !state.busy {
                state.busy = true;
                state.was_background = class == Class::Background;
                return Ok(Turn(self));
            }
            let seat = Arc::new(Seat { thread: std::thread::current(), called: AtomicBool::new(false) });
            state.waiting(class).push_back(Arc::clone(&seat));
            seat
        };
        while !seat.called.load(Ordering::SeqCst) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return self.leave(class, &seat);
            }
            std::thread::park_timeout(left);
        }
        Ok(Turn(self))
    }

    /// Gives up waiting, unless it was called at this very moment.
    fn leave(&self, class: Class, seat: &Arc<Seat>) -> Result<Turn<'_>, StoreError> {
        let mut state = self.lock();
        if seat.called.load(Ordering::SeqCst) {
            return Ok(Turn(self));
        }
        state.waiting(class).retain(|other| !Arc::ptr_eq(other, seat));
        Err(super::held_by_others())
    }

    /// No change of the state panics half-way.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn waiting(&mut self, class: Class) -> &mut VecDeque<Arc<Seat>> {
        match class {
            Class::Request => &mut self.requests,
            Class::Background => &mut self.background,
        }
    }

    fn call_next(&mut self) {
        let background_first = !self.was_background;
        let mut next = |class: Class| self.waiting(class).pop_front().map(|seat| (class, seat));
        let called = match background_first {
            true => next(Class::Background).or_else(|| next(Class::Request)),
            false => next(Class::Request).or_else(|| next(Class::Background)),
        };
        self.busy = called.is_some();
        if let Some((class, seat)) = called {
            self.was_background = class == Class::Background;
            seat.called.store(true, Ordering::SeqCst);
            seat.thread.unpark();
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().call_next();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    /// Until so many wait.
    fn wait_for(line: &Line, requests: usize, background: usize) {
        let waiting = || {
            let state = line.lock();
            (state.requests.len(), state.background.len())
        };
        while waiting() != (requests, background) {
            std::thread::yield_now();
        }
    }

    #[test]
    fn who_waits_has_its_turn_in_order_and_background_work_has_every_second() {
        let line = Line::default();
        let (tell, order) = mpsc::channel();
        std::thread::scope(|scope| {
            let first = line.enter(Class::Request, later()).unwrap();
            let comes = |class, name| {
                let (line, tell) = (&line, tell.clone());
                scope.spawn(move || {
                    let _turn = line.enter(class, later()).unwrap();
                    tell.send(name).unwrap();
                });
            };
            for (waiting, name) in [(1, "r1"), (2, "r2"), (3, "r3"), (4, "r4")] {
                comes(Class::Request, name);
                wait_for(&line, waiting, 0);
            }
            for (waiting, name) in [(1, "b1"), (2, "b2")] {
                comes(Class::Background, name);
                wait_for(&line, 4, waiting);
            }
            drop(first);
        });
        drop(tell);
        assert_eq!(order.iter().collect::<Vec<_>>(), ["b1", "r1", "b2", "r2", "r3", "r4"]);
        assert!(!line.lock().busy);
    }

    #[test]
    fn who_waits_too_long_is_told_and_takes_no_turn_with_it() {
        let line = Line::default();
        let first = line.enter(Class::Background, later()).unwrap();
        assert!(line.enter(Class::Request, Instant::now() + Duration::from_millis(20)).is_err());
        drop(first);
        assert!(line.enter(Class::Request, later()).is_ok());
        assert!(!line.lock().busy);
    }
}
