//! Calls that come while others are being stored are stored together, in the next transaction: a commit that is durable costs as much for one as
//! for many. Whoever finds nobody storing stores; whoever comes meanwhile waits for its own answer, which is given when the commit is over that holds
//! its bytes. The order in which they came is kept.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use followup_domain::ids::InboundMailId;
use followup_domain::ports::{Inserted, NewCallback, StoreError};

/// So many calls, and bytes, are stored together; one call may be larger.
const MOST_TOGETHER: usize = 64;
const MOST_BYTES: usize = 512 * 1024;
/// So many wait at most; a provider whose call finds no room calls again.
const MOST_WAITING: usize = 512;
/// So long a call waits at most for those before it. A store that is away says so sooner.
const PATIENCE: Duration = Duration::from_secs(20);

type Answer = Result<Inserted<InboundMailId>, StoreError>;

/// The calls of a process that wait to be stored; clones of it are the same.
#[derive(Clone, Default)]
pub(crate) struct Gathering(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    /// Somebody stores, or has been told to. Where nobody does, nobody waits.
    is_led: bool,
    /// Who has been told to, and has not begun.
    called: Option<u64>,
    given: u64,
}

struct Waiting {
    number: u64,
    callback: NewCallback,
    tell: SyncSender<Word>,
}

/// What somebody who waits is told.
enum Word {
    /// Its call was stored, or was not.
    Answered(Answer),
    /// It is the first of those who wait, and stores.
    Lead,
}

/// Stores calls in one transaction, and gives an answer for each.
pub(crate) type StoreAll<'s> = dyn Fn(&[NewCallback]) -> Result<Vec<Inserted<InboundMailId>>, StoreError> + 's;

impl Gathering {
    /// Stores a call, with those that wait.
    pub(crate) fn store(&self, callback: NewCallback, store: &StoreAll<'_>) -> Answer {
        let (tell, heard) = sync_channel(2);
        let (number, leads) = {
            let mut state = self.lock();
            if state.waiting.len() >= MOST_WAITING {
                return Err(StoreError::Unavailable("too many calls wait to be stored".to_owned()));
            }
            state.given += 1;
            let number = state.given;
            state.waiting.push_back(Waiting { number, callback, tell });
            (number, !std::mem::replace(&mut state.is_led, true))
        };
        if leads {
            self.lead(store);
        }
        self.hear(number, &heard, store)
    }

    /// Waits for the answer; stores, when it is told to.
    fn hear(&self, number: u64, heard: &Receiver<Word>, store: &StoreAll<'_>) -> Answer {
        loop {
            match heard.recv_timeout(PATIENCE) {
                Ok(Word::Answered(answer)) => return answer,
                Ok(Word::Lead) => self.lead(store),
                Err(_) => {
                    if self.withdraw(number) {
                        return Err(StoreError::Unavailable("the calls before it are not stored yet".to_owned()));
                    }
                    // It is being stored at this moment.
                    return Err(StoreError::Unknown("its commit takes too long".to_owned()));
                }
            }
        }
    }

    /// Stores those who wait first, and has the next one store the others.
    fn lead(&self, store: &StoreAll<'_>) {
        let _next = HandsOver(self);
        let batch = self.take();
        let (callbacks, tell): (Vec<NewCallback>, Vec<SyncSender<Word>>) = batch.into_iter().map(|call| (call.callback, call.tell)).unzip();
        for (answer, tell) in store_together(&callbacks, store).into_iter().zip(tell) {
            // Who gave up is not there to be told.
            let _ = tell.try_send(Word::Answered(answer));
        }
    }

    /// Those who wait first.
    fn take(&self) -> Vec<Waiting> {
        let mut state = self.lock();
        state.called = None;
        let (mut count, mut bytes) = (0, 0);
        for call in &state.waiting {
            bytes += call.callback.raw.len();
            if count > 0 && (count == MOST_TOGETHER || bytes > MOST_BYTES) {
                break;
            }
            count += 1;
        }
        state.waiting.drain(..count).collect()
    }

    /// Gives up; whether it still waited. If it was to store, the next one is.
    fn withdraw(&self, number: u64) -> bool {
        let mut state = self.lock();
        let place = state.waiting.iter().position(|call| call.number == number);
        if let Some(place) = place {
            state.waiting.remove(place);
        }
        if state.called == Some(number) {
            state.call_first();
        }
        place.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Has the first of those who wait store.
    fn call_first(&mut self) {
        // It has room for two words, and is told two at most.
        self.called = self.waiting.front().filter(|first| first.tell.try_send(Word::Lead).is_ok()).map(|first| first.number);
        self.is_led = self.called.is_some();
    }
}

/// Whoever stored hands over, also by a panic.
struct HandsOver<'g>(&'g Gathering);

impl Drop for HandsOver<'_> {
    fn drop(&mut self) {
        self.0.lock().call_first();
    }
}

/// An answer for each. One that the store refuses, or stumbles over, is refused alone.
fn store_together(callbacks: &[NewCallback], store: &StoreAll<'_>) -> Vec<Answer> {
    let refused = || Err(StoreError::Refused("storing it panicked".to_owned()));
    // What a panic leaves half done is a transaction, which the store rolls back.
    match catch_unwind(AssertUnwindSafe(|| store(callbacks))).unwrap_or_else(|_| refused()) {
        Ok(answers) if answers.len() == callbacks.len() => answers.into_iter().map(Ok).collect(),
        Ok(_) => vec![Err(StoreError::Refused("not each call was answered for".to_owned())); callbacks.len()],
        Err(StoreError::Refused(_)) if callbacks.len() > 1 => {
            callbacks.iter().flat_map(|one| store_together(std::slice::from_ref(one), store)).collect()
        }
        Err(error) => vec![Err(error); callbacks.len()],
    }
}
