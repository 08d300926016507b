//! A folder in which files are dropped in place of a mailbox: mails as `.eml`, and what else the deployment takes.

mod files;
mod scan;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use followup_app::{App, CallbackError};
use followup_domain::ports::StoreError;
use tokio::time::sleep;

use self::files::Folder;
pub use self::scan::{LeftFile, ScanReport};
use crate::backoff::Backoff;
use crate::daemon::pause;
use crate::stop::Stop;

/// Which folder to read, and how.
#[derive(Debug, Clone)]
pub struct EmlConfig {
    /// The folder; it and its `done/` are made, for this user only, when they do not exist.
    pub folder: PathBuf,
    /// A file is read when its size and modification time stand still for so long. Whoever writes a file more slowly than that
    /// must write it under another name (`.x.eml`, `x.tmp`) and rename it.
    pub settle: Duration,
    /// Time between two scans.
    pub scan_interval: Duration,
    /// Larger files (bytes) are left where they are.
    pub largest_mail: u64,
    /// Waits after failures.
    pub backoff: Backoff,
    /// What else is taken than mails.
    pub calls: Vec<FileCall>,
}

/// Files that are taken as the calls of a provider.
#[derive(Debug, Clone)]
pub struct FileCall {
    /// How their names end, in any case: `.sms.txt`.
    pub suffix: &'static str,
    /// The provider.
    pub scope: String,
    /// The call, of what tells a file from another and of its bytes.
    pub call: fn(&str, &[u8]) -> Vec<u8>,
}

impl EmlConfig {
    /// A folder that is scanned every second.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            settle: Duration::from_millis(500),
            scan_interval: Duration::from_secs(1),
            largest_mail: 40_000_000,
            backoff: Backoff { first: Duration::from_secs(1), cap: Duration::from_secs(60) },
            calls: Vec::new(),
        }
    }
}

/// A scan that could not be finished. Files that were not stored are where they were.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The folder cannot be made or listed.
    #[error("INBOX FOLDER {}: {error}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The operating system's word.
        error: std::io::Error,
    },
    /// The store's word.
    #[error("STORE: {0}")]
    Store(#[from] StoreError),
    /// The provider of a file is not configured.
    #[error("INBOX FOLDER: {0}")]
    Call(#[from] CallbackError),
}

/// Reads files out of a folder into the store, and moves each to `done/`.
#[derive(Clone)]
pub struct EmlInbox {
    config: EmlConfig,
    folder: Folder,
    followup: App,
    /// What was left lying already: said once, not at every scan.
    left: Arc<Mutex<Vec<LeftFile>>>,
}

impl EmlInbox {
    /// An inbox. Nothing is touched yet.
    pub fn new(config: EmlConfig, followup: App) -> Self {
        let suffixes = config.calls.iter().map(|call| call.suffix).collect();
        let folder = Folder::new(config.folder.clone(), config.largest_mail, suffixes);
        Self { config, folder, followup, left: Arc::default() }
    }

    /// Stores and processes every file that stands still, oldest first, and moves it to `done/`. Files that were written a
    /// moment ago are given [`EmlConfig::settle`] to show that they stand still. A file that cannot be read is left, with a
    /// warning. A crash between storing and moving does no harm: the next scan finds the mail stored, and moves the file.
    ///
    /// # Errors
    /// The folder or the store cannot be used; what is in the folder stays there.
    pub async fn scan_once(&self, stop: &Stop) -> Result<ScanReport, ScanError> {
        self.scan_after(stop, sleep(self.config.settle)).await
    }

    /// Scans each [`EmlConfig::scan_interval`] until a stop, whatever happens; after failures the waits grow.
    pub async fn run(&self, stop: &Stop) {
        let mut failures: u32 = 0;
        while !stop.is_requested() {
            let wait = match self.scan_once(stop).await {
                Ok(report) => {
                    failures = 0;
                    report.log();
                    self.config.scan_interval
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    let wait = self.config.backoff.wait(failures);
                    tracing::warn!(%error, failures, retry_in_seconds = wait.as_secs_f32(), "the inbox folder could not be read");
                    wait
                }
            };
            pause(wait, stop).await;
        }
    }
}
