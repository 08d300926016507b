//! A folder in which a file appears whole or not at all, and is never overwritten.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use followup_domain::ports::Prepared;
use followup_domain::sending::{Parcel, Receipt, Refusal, SendError, SendStage};
use tempfile::NamedTempFile;

/// The receipt for a file of this name.
pub(crate) type ReceiptOf = Box<dyn Fn(&str) -> Receipt + Send>;

/// Where messages are written.
#[derive(Debug, Clone)]
pub(crate) struct OutboxFolder {
    path: PathBuf,
}

impl OutboxFolder {
    /// This folder, which is made when the first message is prepared.
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Writes the bytes to the disk under a name that nobody reads, so that a full disk or a missing permission shows
    /// before the message counts as handed over.
    pub(crate) fn prepare(
        &self,
        (stem, extension): (&str, &'static str),
        content: Vec<u8>,
        receipt: ReceiptOf,
    ) -> Result<Box<dyn Prepared>, SendError> {
        let file = write_unnamed(&self.path, &content).map_err(|error| SendError::Unavailable {
            stage: SendStage::Connection,
            text: format!("no se puede escribir en la carpeta de salida {}: {error}", self.path.display()),
        })?;
        Ok(Box::new(PreparedFile { folder: self.path.clone(), stem: stem.to_owned(), extension, file, content, receipt }))
    }
}

/// A parcel of another channel.
pub(crate) fn not_of_this_channel(parcel: &Parcel) -> SendError {
    SendError::Refused(Refusal::before_asking(format!("esta carpeta de salida no lleva mensajes de {}", parcel.channel())))
}

/// Longest part of an id in a file name, in characters.
const LONGEST_ID: usize = 80;

/// A name such that names sort by time, and stay in their folder whatever the id is.
pub(crate) fn file_stem(date: DateTime<Utc>, id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.+=".contains(c) { c } else { '_' };
    let id: String = id.chars().take(LONGEST_ID).map(safe).collect();
    format!("{}-{id}", date.format("%Y%m%dT%H%M%S%.6fZ"))
}

/// A file that lacks only its name.
struct PreparedFile {
    folder: PathBuf,
    stem: String,
    extension: &'static str,
    file: NamedTempFile,
    content: Vec<u8>,
    receipt: ReceiptOf,
}

impl Prepared for PreparedFile {
    fn content(&self) -> &[u8] {
        &self.content
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        let Self { folder, stem, extension, mut file, content, receipt } = *self;
        let cannot = |name: &str, error: &io::Error| format!("no se puede escribir {name} en la carpeta de salida: {error}");
        let mut number = 1;
        loop {
            let name = if number == 1 { format!("{stem}.{extension}") } else { format!("{stem}-{number}.{extension}") };
            match give_name(file, &folder.join(&name), &content)
                .map_err(|error| SendError::Unavailable { stage: SendStage::Message, text: cannot(&name, &error) })?
            {
                Named::Yes => {
                    // The file is there, but whether it outlasts a power failure nobody knows.
                    sync_folder(&folder).map_err(|error| SendError::Uncertain(cannot(&name, &error)))?;
                    return Ok(receipt(&name));
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
