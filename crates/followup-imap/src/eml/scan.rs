//! One scan of the folder.

use std::future::Future;
use std::sync::PoisonError;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use followup_app::IngestReport;
use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail, arrival};
use followup_domain::ports::Inserted;

use super::files::{Candidate, Read, ends_with};
use super::{EmlInbox, FileCall, ScanError};
use crate::blocking::blocking;
use crate::stop::Stop;

/// What a scan found and did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanReport {
    /// Files stored.
    pub stored: u32,
    /// Files whose bytes the store already held.
    pub known: u32,
    /// Files that are still being written: the next scan's.
    pub unsettled: u32,
    /// Files that cannot be read, or not be moved, and why.
    pub left: Vec<LeftFile>,
    /// A stop was requested before the end.
    pub stopped: bool,
    /// What became of stored mail.
    pub ingested: IngestReport,
}

/// A file that was left in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftFile {
    /// Its name: a subject, often, so not for a log.
    pub name: String,
    /// Its inode, by which `ls -i` finds it.
    pub inode: u64,
    /// Why.
    pub reason: String,
}

impl ScanReport {
    pub(super) fn log(&self) {
        if self.stored > 0 || self.known > 0 || self.ingested != IngestReport::default() {
            let ingested = &self.ingested;
            tracing::info!(
                stored = self.stored,
                known = self.known,
                matched = ingested.matched,
                unassigned = ingested.unassigned,
                quarantined = ingested.quarantined,
                "inbox folder read"
            );
        }
    }

    fn add(&mut self, ingested: IngestReport) {
        self.ingested.matched += ingested.matched;
        self.ingested.unassigned += ingested.unassigned;
        self.ingested.quarantined += ingested.quarantined;
    }
}

impl EmlInbox {
    /// As [`Self::scan_once`], but files that were written a moment ago are looked at again when `settled` is over.
    ///
    /// # Errors
    /// The same.
    pub async fn scan_after(&self, stop: &Stop, settled: impl Future<Output = ()>) -> Result<ScanReport, ScanError> {
        let mut report = ScanReport::default();
        self.process(stop, &mut report).await?;
        let candidates = self.settled_files(stop, settled, &mut report).await?;
        for candidate in candidates {
            if stop.is_requested() {
                report.stopped = true;
                break;
            }
            self.take(candidate, &mut report).await?;
        }
        if report.stored > 0 {
            self.process(stop, &mut report).await?;
        }
        self.warn_once(&report.left);
        Ok(report)
    }

    async fn process(&self, stop: &Stop, report: &mut ScanReport) -> Result<(), ScanError> {
        let (followup, stop) = (self.followup.clone(), stop.clone());
        report.add(blocking::<_, ScanError>(move || Ok(followup.process_stored_mail(&|| stop.is_requested())?)).await?);
        Ok(())
    }

    /// The files that stand still, oldest first.
    async fn settled_files(
        &self,
        stop: &Stop,
        settled: impl Future<Output = ()>,
        report: &mut ScanReport,
    ) -> Result<Vec<Candidate>, ScanError> {
        let folder = self.folder.clone();
        let listing = blocking(move || folder.list()).await?;
        report.left = listing.left;
        let now = self.followup.clock.now();
        let (mut still, fresh): (Vec<_>, Vec<_>) =
            listing.candidates.into_iter().partition(|candidate| stands_still(candidate, now, self.config.settle));
        if !fresh.is_empty() {
            tokio::select! {
                () = stop.requested() => {}
                () = settled => {
                    let folder = self.folder.clone();
                    let again = blocking(move || folder.list()).await?;
                    let (settled, unsettled): (Vec<_>, Vec<_>) = fresh.into_iter().partition(|file| again.candidates.contains(file));
                    still.extend(settled);
                    report.unsettled = u32::try_from(unsettled.len()).unwrap_or(u32::MAX);
                }
            }
        }
        still.sort_by(|a, b| (a.modified, &a.name).cmp(&(b.modified, &b.name)));
        Ok(still)
    }

    async fn take(&self, candidate: Candidate, report: &mut ScanReport) -> Result<(), ScanError> {
        let (folder, wanted) = (self.folder.clone(), candidate.clone());
        let raw = match blocking::<_, ScanError>(move || Ok(folder.read(&wanted))).await? {
            Read::Whole(raw) => raw,
            Read::Changed => {
                report.unsettled += 1;
                return Ok(());
            }
            Read::Failed(reason) => {
                report.left.push(candidate.left(reason));
                return Ok(());
            }
        };
        let call = self.config.calls.iter().find(|call| ends_with(&candidate.name, call.suffix));
        let inserted = match call {
            Some(call) => self.take_call(call, &candidate, raw).await?,
            None => self.take_mail(&candidate, raw).await?,
        };
        match inserted {
            Inserted::New(_) => report.stored += 1,
            Inserted::Duplicate(_) => report.known += 1,
        }
        let (folder, stored) = (self.folder.clone(), candidate.clone());
        if let Err(error) = blocking::<_, ScanError>(move || Ok(folder.move_to_done(&stored))).await? {
            report.left.push(candidate.left(format!("stored, but it cannot be moved to done/: {error}")));
        }
        Ok(())
    }

    async fn take_mail(&self, candidate: &Candidate, raw: Vec<u8>) -> Result<Inserted<InboundMailId>, ScanError> {
        let now = self.followup.clock.now();
        let mail = NewInboundMail {
            position: MailboxPosition { mailbox: self.folder.label(), uid: None },
            arrived_at: arrival(Some(DateTime::<Utc>::from(candidate.modified).trunc_subsecs(6)), now),
            recorded_at: now,
            raw,
        };
        let followup = self.followup.clone();
        blocking::<_, ScanError>(move || Ok(followup.store_mail(&mail)?)).await
    }

    async fn take_call(&self, call: &FileCall, candidate: &Candidate, raw: Vec<u8>) -> Result<Inserted<InboundMailId>, ScanError> {
        let modified = DateTime::<Utc>::from(candidate.modified).format("%Y%m%dT%H%M%S%.9fZ");
        let bytes = (call.call)(&format!("{modified} {}", candidate.name.to_string_lossy()), &raw);
        let (followup, scope) = (self.followup.clone(), call.scope.clone());
        blocking::<_, ScanError>(move || Ok(followup.accept_callback(&scope, bytes)?)).await
    }

    fn warn_once(&self, left: &[LeftFile]) {
        let mut known = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        for file in left.iter().filter(|file| !known.contains(file)) {
            tracing::warn!(inode = file.inode, reason = file.reason, "a file was left in the inbox folder");
        }
        *known = left.to_vec();
    }
}

/// Whether the last change is long enough ago to be the last.
fn stands_still(candidate: &Candidate, now: DateTime<Utc>, settle: Duration) -> bool {
    let age = now.signed_duration_since(DateTime::<Utc>::from(candidate.modified));
    age.to_std().is_ok_and(|age| age >= settle)
}
