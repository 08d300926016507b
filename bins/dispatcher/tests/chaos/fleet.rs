//! Dispatchers, and how they are killed.

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const SIGKILL: i32 = 9;
/// A dispatcher that nobody kills ends long before.
const LONG: Duration = Duration::from_secs(180);

/// At most one process for each number.
pub struct Fleet {
    children: Vec<Mutex<Option<Child>>>,
    wanted: u32,
    kills: AtomicU32,
    runs: AtomicU32,
}

impl Fleet {
    pub fn new(size: usize, wanted: u32) -> Self {
        let children = (0..size).map(|_| Mutex::new(None)).collect();
        Self { children, wanted, kills: AtomicU32::new(0), runs: AtomicU32::new(0) }
    }

    /// How many were killed.
    pub fn kills(&self) -> u32 {
        self.kills.load(Ordering::SeqCst)
    }

    /// How many ended by themselves.
    pub fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }

    /// Runs a dispatcher to its end; killed when the fuse is over, unless somebody kills it before. One that ends by itself ends well,
    /// whatever the mail server did.
    pub fn run(&self, number: usize, mut command: Command, fuse: Option<Duration>) {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        *self.slot(number) = Some(child);
        let started = Instant::now();
        loop {
            let mut slot = self.slot(number);
            // Whoever kills takes the process out and waits for its end.
            let Some(child) = slot.as_mut() else { return };
            if let Some(status) = child.try_wait().unwrap() {
                let child = slot.take().unwrap();
                drop(slot);
                let output = child.wait_with_output().unwrap();
                assert!(status.success(), "a dispatcher ended with {status}: {}", String::from_utf8_lossy(&output.stderr));
                self.runs.fetch_add(1, Ordering::SeqCst);
                return;
            }
            drop(slot);
            if fuse.is_some_and(|fuse| started.elapsed() > fuse) {
                self.kill(number);
                return;
            }
            assert!(started.elapsed() < LONG, "a dispatcher does not end");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Whether more are to be killed.
    pub fn wants_more(&self) -> bool {
        self.kills() < self.wanted
    }

    /// Kills a process, if there is one; it is dead when this returns. Says whether it was.
    pub fn kill(&self, number: usize) -> bool {
        let mut slot = self.slot(number);
        let Some(mut child) = slot.take() else { return false };
        child.kill().unwrap();
        let killed = child.wait().unwrap().signal() == Some(SIGKILL);
        self.kills.fetch_add(u32::from(killed), Ordering::SeqCst);
        killed
    }

    /// Sends a running process a signal that `kill` knows.
    pub fn signal(&self, number: usize, name: &str) {
        let id = self.slot(number).as_ref().expect("it runs").id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    fn slot(&self, number: usize) -> MutexGuard<'_, Option<Child>> {
        self.children[number].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
