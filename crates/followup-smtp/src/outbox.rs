//! The outbox folder: each mail as an `.eml` file, for installations without a mail server.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{MailParcel, Parcel, Receipt, SendError, SendStage};
use tempfile::NamedTempFile;

use crate::failure::{not_a_mail, not_composed};

/// Writes each mail into a folder as `<date>-<Message-ID's left part>.eml`, the date (UTC) such that names sort by time.
///
/// A file appears whole or not at all and is never overwritten. The same message written twice is one file; another
/// one that would have its name gets `-2`, `-3` … behind it. Folder and files are for the service's user alone. Names
/// that begin with a dot are files that were not finished; they can be removed.
#[derive(Debug, Clone)]
pub struct EmlOutbox {
    folder: PathBuf,
}

impl EmlOutbox {
    /// An outbox in this folder, which is made when the first mail is prepared.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }
}

impl Sender for EmlOutbox {
    fn provider(&self) -> &str {
        "outbox"
    }

    /// Writes the bytes to the disk under a name that nobody reads, so that a full disk or a missing permission shows
    /// before the message counts as handed over.
    fn prepare(&self, parcel: &Parcel, _budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        let Parcel::Mail(message) = parcel else { return Err(not_a_mail(parcel)) };
        let content = followup_mail::compose(message).map_err(not_composed)?;
        let file = write_unnamed(&self.folder, &content).map_err(|error| SendError::Unavailable {
            stage: SendStage::Connection,
            text: format!("no se puede escribir en la carpeta de salida {}: {error}", self.folder.display()),
        })?;
        Ok(Box::new(PreparedFile { folder: self.folder.clone(), stem: stem(message), file, content }))
    }
}

/// A file that lacks only its name.
struct PreparedFile {
    folder: PathBuf,
    stem: String,
    file: NamedTempFile,
    content: Vec<u8>,
}

impl Prepared for PreparedFile {
    fn content(&self) -> &[u8] {
        &self.content
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        let Self { folder, stem, mut file, content } = *self;
        let cannot = |name: &str, error: &io::Error| format!("no se puede escribir {name} en la carpeta de salida: {error}");
        let mut number = 1;
        loop {
            let name = if number == 1 { format!("{stem}.eml") } else { format!("{stem}-{number}.eml") };
            match give_name(file, &folder.join(&name), &content)
                .map_err(|error| SendError::Unavailable { stage: SendStage::Message, text: cannot(&name, &error) })?
            {
                Named::Yes => {
                    // The file is there, but whether it outlasts a power failure nobody knows.
                    sync_folder(&folder).map_err(|error| SendError::Uncertain(cannot(&name, &error)))?;
                    return Ok(Receipt::with_words(format!("guardado en {name}")));
                }
                Named::Taken(unnamed) => file = unnamed,
            }
            number += 1;
        }
    }
}

enum Named {
    /// The file has its name, or another of the same content had it.
    Yes,
    /// The name belongs to another message.
    Taken(NamedTempFile),
}

fn give_name(file: NamedTempFile, path: &Path, content: &[u8]) -> io::Result<Named> {
    match file.persist_noclobber(path) {
        Ok(_) => Ok(Named::Yes),
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
            Ok(if fs::read(path)? == content { Named::Yes } else { Named::Taken(refused.file) })
        }
        Err(refused) => Err(refused.error),
    }
}

fn write_unnamed(folder: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    make_folder(folder)?;
    // Readable by this user alone, and removed when it is dropped without a name.
    let mut file = tempfile::Builder::new().prefix(".unfinished-").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Longest part of a Message-ID in a file name, in characters.
const LONGEST_ID: usize = 80;

fn stem(message: &MailParcel) -> String {
    let id = message.message_id.inner();
    let local = id.split('@').next().unwrap_or(id);
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.+=".contains(c) { c } else { '_' };
    let local: String = local.chars().take(LONGEST_ID).map(safe).collect();
    format!("{}-{local}", message.date.format("%Y%m%dT%H%M%S%.6fZ"))
}
