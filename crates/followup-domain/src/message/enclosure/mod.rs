//! A file that a person encloses with a message to the reporter: a form to fill in, an image. What it may be is judged by its content and
//! by its name, and both must agree: what we send must be what it looks like.

mod kinds;
mod name;
mod zip;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Attachment;
use crate::ids::{CaseId, RawId, UploadId};
use kinds::KINDS;
pub use name::LONGEST_FILE_NAME;

/// All files of a message together, in bytes: many mail servers take no more than 20 MB, and a file grows by a third on its way.
pub const MOST_ENCLOSED: u64 = 10 * 1024 * 1024;
/// So many files go with a message.
pub const MOST_FILES: usize = 10;
/// So many files of a case wait to be sent, and so many bytes.
pub const MOST_WAITING: usize = 20;
/// See [`MOST_WAITING`].
pub const MOST_WAITING_BYTES: u64 = 4 * MOST_ENCLOSED;

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileRefused {
    /// It has no bytes.
    #[error("the file is empty")]
    Empty,
    /// It is larger than what goes with a message.
    #[error("the file is too large")]
    TooLarge,
    /// Nothing of its name is left that could be one.
    #[error("the file has no name")]
    NoName,
    /// Its content is of no kind that is sent.
    #[error("files of this kind are not sent")]
    Kind,
    /// It carries programs.
    #[error("the file carries macros")]
    Macros,
    /// Its name says that it is something else.
    #[error("the name of the file does not fit its content")]
    Name,
}

/// What is known of a file whose bytes wait to be sent with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its number.
    pub id: UploadId,
    /// Its case.
    pub case_id: CaseId,
    /// What it is.
    pub file: Attachment,
    /// When it came, last (UTC).
    pub at: DateTime<Utc>,
}

/// A file of a message, and where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// What it is.
    pub file: Attachment,
    /// Its bytes.
    pub content: RawId,
}

/// A file as it goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFile {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a file is, under a name that is safe to give to anybody.
///
/// # Errors
/// [`FileRefused`].
pub fn judge(name: &str, bytes: &[u8]) -> Result<Attachment, FileRefused> {
    if bytes.is_empty() {
        return Err(FileRefused::Empty);
    }
    let size = bytes.len() as u64;
    if size > MOST_ENCLOSED {
        return Err(FileRefused::TooLarge);
    }
    let name = name::clean(name).ok_or(FileRefused::NoName)?;
    let kind = KINDS.iter().find(|kind| (kind.holds)(bytes)).ok_or(FileRefused::Kind)?;
    if (kind.has_macros)(bytes) {
        return Err(FileRefused::Macros);
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    if !kind.extensions.contains(&extension.as_str()) {
        return Err(FileRefused::Name);
    }
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Attachment { name: Some(name), content_type: kind.media_type.to_owned(), size, sha256, content_id: None, absent: None })
}

#[cfg(test)]
mod tests;
