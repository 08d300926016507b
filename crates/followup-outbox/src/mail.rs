//! The outbox folder: each mail as an `.eml` file, for installations without a mail server.

use std::path::PathBuf;
use std::time::Duration;

use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{MailParcel, Parcel, Receipt, SendError};

use crate::folder::{OutboxFolder, file_stem, not_of_this_channel};

/// Writes each mail into a folder as `<date>-<Message-ID's left part>.eml`, the date (UTC) such that names sort by time.
///
/// A file appears whole or not at all and is never overwritten. The same message written twice is one file; another
/// one that would have its name gets `-2`, `-3` … behind it. Folder and files are for the service's user alone. Names
/// that begin with a dot are files that were not finished; they can be removed.
#[derive(Debug, Clone)]
pub struct EmlOutbox {
    folder: OutboxFolder,
}

impl EmlOutbox {
    /// An outbox in this folder, which is made when the first mail is prepared.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: OutboxFolder::new(folder) }
    }
}

impl Sender for EmlOutbox {
    fn provider(&self) -> &str {
        "outbox"
    }

    /// Writes the bytes to the disk under a name that nobody reads, so that a full disk or a missing permission shows
    /// before the message counts as handed over.
    fn prepare(&self, parcel: &Parcel, _budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        let Parcel::Mail(message) = parcel else { return Err(not_of_this_channel(parcel)) };
        let content = followup_mail::compose(message)?;
        let receipt = |name: &str| Receipt::with_words(format!("guardado en {name}"));
        self.folder.prepare((&stem(message), "eml"), content, Box::new(receipt))
    }
}

fn stem(message: &MailParcel) -> String {
    let id = message.message_id.inner();
    file_stem(message.date, id.split('@').next().unwrap_or(id))
}
