//! Files that wait to be sent with a message: kept, listed, dropped.

use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, UploadId};
use followup_domain::message::enclosure::{MOST_WAITING, MOST_WAITING_BYTES, Upload, judge};
use followup_domain::ports::{Inserted, NewUpload};

use crate::app::App;
use crate::errors::UploadError;
use crate::moves::file;
use crate::step;
use crate::transaction;

/// A file that waits, and whether this request brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// The file.
    pub upload: Upload,
    /// False when it was there already.
    pub created: bool,
}

impl App {
    /// Keeps a file that is to go with a message of the case. It waits for seven days; the same file again is the same one.
    ///
    /// # Errors
    /// [`UploadError`]; nothing is stored then.
    pub fn upload_file(&self, actor: &Actor, case_id: CaseId, name: &str, bytes: &[u8]) -> Result<KeptFile, UploadError> {
        let file = judge(name, bytes)?;
        let _turn = self.turns.take_to_store(bytes.len());
        transaction::write(self, actor, |step| {
            step.tx.cases().find_for_update(case_id)?.ok_or(UploadError::CaseNotFound)?;
            let waiting = step.tx.enclosures().waiting(case_id, &[])?;
            let is_known = waiting.iter().any(|upload| upload.file == file);
            let waiting_bytes: u64 = waiting.iter().map(|upload| upload.file.size).sum();
            if !is_known && (waiting.len() >= MOST_WAITING || waiting_bytes + file.size > MOST_WAITING_BYTES) {
                return Err(UploadError::TooMany);
            }
            let kept = file::keep(step, &NewUpload { case_id, file: &file, bytes, at: step.now })?;
            let upload = Upload { id: kept.id(), case_id, file: file.clone(), at: step.now };
            Ok(KeptFile { upload, created: matches!(kept, Inserted::New(_)) })
        })
    }

    /// The files of a case that wait, oldest first.
    ///
    /// # Errors
    /// There is no such case, or the store failed.
    pub fn waiting_files(&self, case_id: CaseId) -> Result<Vec<Upload>, UploadError> {
        self.files_for(case_id, &[])
    }

    /// The files that may go with a letter, oldest first: those that wait, and these, also where a message took them along. One that was taken
    /// back left them here.
    ///
    /// # Errors
    /// There is no such case, or the store failed.
    pub fn files_for(&self, case_id: CaseId, named: &[UploadId]) -> Result<Vec<Upload>, UploadError> {
        step::read(self, |step| {
            step.tx.cases().find(case_id)?.ok_or(UploadError::CaseNotFound)?;
            Ok(step.tx.enclosures().waiting(case_id, named)?)
        })
    }

    /// Drops a file that waits.
    ///
    /// # Errors
    /// There is none, or the store failed.
    pub fn discard_file(&self, actor: &Actor, case_id: CaseId, id: UploadId) -> Result<(), UploadError> {
        transaction::write(self, actor, |step| {
            step.tx.cases().find_for_update(case_id)?.ok_or(UploadError::CaseNotFound)?;
            if file::discard(step, case_id, id)? { Ok(()) } else { Err(UploadError::NotFound) }
        })
    }
}
