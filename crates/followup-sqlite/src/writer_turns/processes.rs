//! The processes that write to one file. Whoever wants to write passes a turnstile and waits there until the writer before is ready: one that
//! writes without a pause has to queue behind it.
//!
//! Both are locks on empty files (`flock`), which end with their process. The kernel cannot wait for one with a limit, so they are asked
//! for again and again; it is one thread of each process that does so.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use followup_domain::ports::StoreError;

/// How often a lock is asked for that another process has.
const ASK_EVERY: Duration = Duration::from_micros(250);

#[derive(Debug)]
pub(super) struct Processes {
    turnstile: File,
    writer: File,
}

/// The right of this process to write.
pub(super) struct Turn<'p>(&'p File);

impl Processes {
    pub(super) fn beside(database: &Path) -> std::io::Result<Self> {
        let file = |ending: &str| {
            let mut path = database.as_os_str().to_owned();
            path.push(ending);
            crate::database_file::open_private(&PathBuf::from(path))
        };
        Ok(Self { turnstile: file("-turnstile")?, writer: file("-writer")? })
    }

    pub(super) fn enter(&self, deadline: Instant) -> Result<Turn<'_>, StoreError> {
        let passing = lock(&self.turnstile, deadline)?;
        let turn = lock(&self.writer, deadline)?;
        drop(passing);
        Ok(turn)
    }
}

fn lock(file: &File, deadline: Instant) -> Result<Turn<'_>, StoreError> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Turn(file)),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::sleep(ASK_EVERY),
            Err(TryLockError::WouldBlock) => return Err(super::held_by_others()),
            Err(TryLockError::Error(error)) => return Err(StoreError::Unavailable(format!("the writers' turn: {error}"))),
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // It cannot fail for an open file, and would end with it.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_writes_at_a_time_and_one_that_does_not_stop_lets_the_others_in() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Processes::beside(&folder.path().join("a.db")).unwrap();
        let (busy, rare) = (open(), open());
        let later = Instant::now() + Duration::from_secs(60);
        let soon = || Instant::now() + Duration::from_millis(20);
        let writing = busy.enter(later).unwrap();
        assert!(rare.enter(soon()).is_err());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| rare.enter(later).map(std::mem::forget));
            // It has passed the turnstile and waits for the writer.
            while busy.turnstile.try_lock().is_ok() {
                busy.turnstile.unlock().unwrap();
            }
            drop(writing);
            // Whoever wrote just now cannot write again before it.
            assert!(busy.enter(soon()).is_err());
            waiting.join().unwrap().unwrap();
        });
        rare.writer.unlock().unwrap();
        assert!(busy.enter(later).is_ok());
    }
}
