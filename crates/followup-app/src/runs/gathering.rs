//! Calls that come while others are being stored are stored together, in the next transaction: a commit that is durable costs as much for one as
//! for many. Whoever finds nobody storing stores; whoever comes meanwhile waits for its own answer, which is given when the commit is over that holds
//! its bytes. The order in which they came is kept.

use std::collections::{BTreeSet, VecDeque};
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
    /// So many store, or have been told to. Where more could, nobody waits.
    at_work: usize,
    /// Who has been told to, and has not begun.
    called: BTreeSet<u64>,
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
    /// It stores those who wait first.
    Lead,
}

/// Stores calls in one transaction, and gives an answer for each.
pub(crate) type StoreAll<'s> = dyn Fn(&[NewCallback]) -> Result<Vec<Inserted<InboundMailId>>, StoreError> + 's;

/// How calls are stored.
#[derive(Clone, Copy)]
pub(crate) struct Storing<'s> {
    /// So many transactions at once, each with those who wait: as many as the store commits at once.
    pub(crate) at_once: usize,
    /// One of them.
    pub(crate) store: &'s StoreAll<'s>,
}

impl Gathering {
    /// Stores a call, with those that wait.
    pub(crate) fn store(&self, callback: NewCallback, storing: Storing<'_>) -> Answer {
        // It is told to store, twice if it stored already when it was told first, and answered: three words at most.
        let (tell, heard) = sync_channel(3);
        let (number, leads) = {
            let mut state = self.lock();
            if state.waiting.len() >= MOST_WAITING {
                return Err(StoreError::Unavailable("too many calls wait to be stored".to_owned()));
            }
            state.given += 1;
            let number = state.given;
            state.waiting.push_back(Waiting { number, callback, tell });
            let leads = state.at_work < storing.at_once;
            state.at_work += usize::from(leads);
            (number, leads)
        };
        if leads {
            self.lead(number, storing);
        }
        self.hear(number, &heard, storing)
    }

    /// Waits for the answer; stores, when it is told to.
    fn hear(&self, number: u64, heard: &Receiver<Word>, storing: Storing<'_>) -> Answer {
        loop {
            match heard.recv_timeout(PATIENCE) {
                Ok(Word::Answered(answer)) => return answer,
                Ok(Word::Lead) => self.lead(number, storing),
                Err(_) if self.withdraw(number) => {
                    return Err(StoreError::Unavailable("the calls before it are not stored yet".to_owned()));
                }
                // It is being stored at this moment.
                Err(_) => return Err(StoreError::Unknown("its commit takes too long".to_owned())),
            }
        }
    }

    /// Stores those who wait first, and has the next one store the others.
    fn lead(&self, number: u64, storing: Storing<'_>) {
        let _next = HandsOver(self);
        let batch = self.take(number);
        let (callbacks, tell): (Vec<NewCallback>, Vec<SyncSender<Word>>) = batch.into_iter().map(|call| (call.callback, call.tell)).unzip();
        for (answer, tell) in store_together(&callbacks, storing.store).into_iter().zip(tell) {
            // Who gave up is not there to be told.
            let _ = tell.try_send(Word::Answered(answer));
        }
    }

    /// Those who wait first. Who leads may find that another took its own call with the others.
    fn take(&self, number: u64) -> Vec<Waiting> {
        let mut state = self.lock();
        state.called.remove(&number);
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

    /// Gives up; whether it still waited. If it was to store, another one is.
    fn withdraw(&self, number: u64) -> bool {
        let mut state = self.lock();
        let waited = state.waiting.len();
        state.waiting.retain(|call| call.number != number);
        let has_waited = state.waiting.len() < waited;
        if state.called.remove(&number) {
            state.call_next();
        }
        has_waited
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Somebody is done: the first of those who wait stores in its place, if there is one.
    fn call_next(&mut self) {
        let next = self.waiting.iter().find(|call| !self.called.contains(&call.number));
        match next.filter(|next| next.tell.try_send(Word::Lead).is_ok()).map(|next| next.number) {
            Some(number) => {
                self.called.insert(number);
            }
            None => self.at_work -= 1,
        }
    }
}

/// Whoever stored hands over, also by a panic.
struct HandsOver<'g>(&'g Gathering);

impl Drop for HandsOver<'_> {
    fn drop(&mut self) {
        self.0.lock().call_next();
    }
}

/// An answer for each. One that the store refuses, or stumbles over, is refused alone.
fn store_together(callbacks: &[NewCallback], store: &StoreAll<'_>) -> Vec<Answer> {
    if callbacks.is_empty() {
        return Vec::new();
    }
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use chrono::DateTime;
    use followup_domain::message::Channel;

    use super::*;

    fn call(number: i64) -> NewCallback {
        let raw = number.to_string().into_bytes();
        NewCallback { provider: "prov".into(), channel: Channel::Sms, received_at: DateTime::UNIX_EPOCH, raw }
    }

    /// Stores a call under the number that it says.
    fn id_of(call: &NewCallback) -> Inserted<InboundMailId> {
        Inserted::New(InboundMailId(String::from_utf8(call.raw.clone()).unwrap().parse().unwrap()))
    }

    fn wait_for(gathering: &Gathering, waiting: usize) {
        while gathering.lock().waiting.len() != waiting {
            thread::yield_now();
        }
    }

    /// Stores one call; and while that is being stored so many others come, in order, each told by its number. Gives what was stored together, and each
    /// one's answer.
    fn while_one_is_stored(
        others: i64,
        store_all: &(dyn Fn(&[NewCallback]) -> Result<(), StoreError> + Sync),
    ) -> (Vec<Vec<i64>>, Vec<Answer>) {
        let (gathering, stored) = (Gathering::default(), Mutex::new(Vec::new()));
        let (begins, ends) = (Barrier::new(2), Barrier::new(2));
        let store = |batch: &[NewCallback]| {
            let ids: Vec<Inserted<InboundMailId>> = batch.iter().map(id_of).collect();
            if ids[0].id().0 == 0 {
                begins.wait();
                ends.wait();
            }
            stored.lock().unwrap().push(ids.iter().map(|id| id.id().0).collect());
            store_all(batch).map(|()| ids)
        };
        let answers = thread::scope(|scope| {
            let come = |number| {
                scope.spawn({
                    let (gathering, store) = (&gathering, &store);
                    move || gathering.store(call(number), Storing { at_once: 1, store })
                })
            };
            let mut came = vec![come(0)];
            begins.wait();
            for number in 1..=others {
                came.push(come(number));
                wait_for(&gathering, usize::try_from(number).unwrap());
            }
            ends.wait();
            came.into_iter().map(|came| came.join().unwrap()).collect()
        });
        let state = gathering.lock();
        assert!(state.at_work == 0 && state.called.is_empty() && state.waiting.is_empty(), "nobody is left");
        drop(state);
        (stored.into_inner().unwrap(), answers)
    }

    #[test]
    fn what_comes_while_one_is_stored_is_stored_together_in_order_and_each_has_its_own_answer() {
        let (stored, answers) = while_one_is_stored(5, &|_| Ok(()));
        assert_eq!(stored, [vec![0], vec![1, 2, 3, 4, 5]]);
        assert_eq!(answers, (0..=5).map(|number| Ok(Inserted::New(InboundMailId(number)))).collect::<Vec<_>>());
    }

    #[test]
    fn more_than_may_be_stored_together_follows_in_the_next_transaction() {
        let others = i64::try_from(MOST_TOGETHER).unwrap() + 2;
        let (stored, answers) = while_one_is_stored(others, &|_| Ok(()));
        assert_eq!(stored.iter().map(Vec::len).collect::<Vec<_>>(), [1, MOST_TOGETHER, 2]);
        assert!(stored.concat().is_sorted() && answers.iter().all(Result::is_ok));
    }

    #[test]
    fn one_that_is_refused_or_panicked_over_fails_no_other() {
        let refuse: fn() -> Result<(), StoreError> = || Err(StoreError::Refused("no".into()));
        let panic: fn() -> Result<(), StoreError> = || panic!("on purpose");
        for fail in [refuse, panic] {
            let is_bad = |batch: &[NewCallback]| batch.iter().any(|call| call.raw == b"2");
            let (_, answers) = while_one_is_stored(3, &|batch| if is_bad(batch) { fail() } else { Ok(()) });
            assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true]);
        }
    }

    #[test]
    fn a_store_that_is_away_is_not_asked_for_each() {
        let (stored, answers) = while_one_is_stored(3, &|batch| match batch.len() {
            1 => Ok(()),
            _ => Err(StoreError::Unavailable("away".into())),
        });
        assert_eq!(stored.len(), 2);
        assert!(answers[1..].iter().all(|answer| matches!(answer, Err(StoreError::Unavailable(_)))), "{answers:?}");
    }

    #[test]
    fn who_gives_up_waits_no_more_and_has_the_next_one_store() {
        let gathering = Gathering::default();
        let (tells, heard): (Vec<_>, Vec<_>) = (1..=2).map(|_| sync_channel(2)).unzip();
        {
            let mut state = gathering.lock();
            state.at_work = 1;
            let seats = tells.into_iter().zip(1..);
            state.waiting.extend(seats.map(|(tell, number)| Waiting { number, callback: call(0), tell }));
            state.call_next();
        }
        assert!(matches!(heard[0].try_recv(), Ok(Word::Lead)) && heard[1].try_recv().is_err());
        assert!(gathering.withdraw(1) && !gathering.withdraw(1));
        assert!(matches!(heard[1].try_recv(), Ok(Word::Lead)));
        assert!(gathering.withdraw(2) && gathering.lock().at_work == 0);
    }

    #[test]
    fn no_more_wait_than_there_is_room_for() {
        let gathering = Gathering::default();
        {
            let mut state = gathering.lock();
            state.at_work = 1;
            let seats = (0..MOST_WAITING).map(|_| Waiting { number: 0, callback: call(0), tell: sync_channel(2).0 });
            state.waiting.extend(seats);
        }
        let stored = gathering.store(call(1), Storing { at_once: 1, store: &|_| panic!("nothing is stored") });
        assert!(matches!(stored, Err(StoreError::Unavailable(_))));
    }

    #[test]
    fn a_store_that_commits_several_transactions_at_once_is_given_several() {
        let (gathering, all) = (Gathering::default(), Barrier::new(3));
        let store = |batch: &[NewCallback]| {
            // Only together they go on.
            all.wait();
            Ok(batch.iter().map(id_of).collect())
        };
        let answers: Vec<Answer> = thread::scope(|scope| {
            let come = |number| {
                scope.spawn({
                    let (gathering, store) = (&gathering, &store);
                    move || gathering.store(call(number), Storing { at_once: 3, store })
                })
            };
            let came: Vec<_> = (0..3).map(come).collect();
            came.into_iter().map(|came| came.join().unwrap()).collect()
        });
        assert_eq!(answers, (0..3).map(|number| Ok(Inserted::New(InboundMailId(number)))).collect::<Vec<_>>());
        assert_eq!(gathering.lock().at_work, 0);
    }

    #[test]
    fn many_at_once_are_all_answered_for_and_nobody_is_left() {
        let gathering = Gathering::default();
        let store = |batch: &[NewCallback]| {
            thread::yield_now();
            Ok(batch.iter().map(id_of).collect())
        };
        thread::scope(|scope| {
            for thread in 0..16 {
                let (gathering, store) = (&gathering, &store);
                scope.spawn(move || {
                    for number in (thread * 200)..(thread * 200 + 200) {
                        let stored = gathering.store(call(number), Storing { at_once: 3, store });
                        assert_eq!(stored, Ok(Inserted::New(InboundMailId(number))));
                    }
                });
            }
        });
        let state = gathering.lock();
        assert!(state.at_work == 0 && state.called.is_empty() && state.waiting.is_empty());
    }
}
