//! The folder's files: blocking calls only.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{LeftFile, ScanError};

/// The inbox folder.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    path: PathBuf,
    largest: u64,
    /// How names of files may end besides `.eml`.
    suffixes: Vec<&'static str>,
}

/// A file that may be a mail, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) name: OsString,
    pub(super) modified: SystemTime,
    size: u64,
    inode: u64,
}

/// What is in the folder.
pub(super) struct Listing {
    pub(super) candidates: Vec<Candidate>,
    pub(super) left: Vec<LeftFile>,
}

/// What came of reading a file.
pub(super) enum Read {
    /// Its bytes.
    Whole(Vec<u8>),
    /// It is not as it was seen: somebody is writing it, or took it away.
    Changed,
    /// Why it cannot be read.
    Failed(String),
}

impl Candidate {
    fn of(name: &OsStr, metadata: &Metadata) -> io::Result<Self> {
        Ok(Self { name: name.to_owned(), modified: metadata.modified()?, size: metadata.len(), inode: metadata.ino() })
    }

    pub(super) fn left(&self, reason: String) -> LeftFile {
        left(&self.name, self.inode, reason)
    }
}

fn left(name: &OsStr, inode: u64, reason: String) -> LeftFile {
    LeftFile { name: name.to_string_lossy().into_owned(), inode, reason }
}

impl Folder {
    pub(super) fn new(path: PathBuf, largest: u64, suffixes: Vec<&'static str>) -> Self {
        Self { path, largest, suffixes }
    }

    /// The name under which the store knows the folder.
    pub(super) fn label(&self) -> String {
        self.path.display().to_string()
    }

    fn done(&self) -> PathBuf {
        self.path.join("done")
    }

    /// Lists `*.eml` and what else is taken, without names that begin with a dot; makes the folders that are missing.
    pub(super) fn list(&self) -> Result<Listing, ScanError> {
        self.try_list().map_err(|error| ScanError::Folder { folder: self.path.clone(), error })
    }

    fn try_list(&self) -> io::Result<Listing> {
        // Mail is nobody else's business.
        DirBuilder::new().recursive(true).mode(0o700).create(self.done())?;
        let mut listing = Listing { candidates: Vec::new(), left: Vec::new() };
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            if is_mail_name(&name) || (!is_hidden(&name) && self.suffixes.iter().any(|suffix| ends_with(&name, suffix))) {
                self.look_at(&name, &mut listing);
            }
        }
        Ok(listing)
    }

    fn look_at(&self, name: &OsStr, listing: &mut Listing) {
        let metadata = match fs::symlink_metadata(self.path.join(name)) {
            Ok(metadata) => metadata,
            // Somebody took it away meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(error) => return listing.left.push(left(name, 0, error.to_string())),
        };
        let refusal = if !metadata.is_file() {
            Some("no regular file".to_owned())
        } else if metadata.len() > self.largest {
            Some(format!("{} bytes, above the limit of {}", metadata.len(), self.largest))
        } else {
            None
        };
        match (refusal, Candidate::of(name, &metadata)) {
            (Some(reason), _) => listing.left.push(left(name, metadata.ino(), reason)),
            (None, Err(error)) => listing.left.push(left(name, metadata.ino(), error.to_string())),
            (None, Ok(candidate)) => listing.candidates.push(candidate),
        }
    }

    /// Reads a file that is as it was seen, before and after.
    pub(super) fn read(&self, seen: &Candidate) -> Read {
        match self.try_read(seen) {
            Ok(Some(raw)) => Read::Whole(raw),
            Ok(None) => Read::Changed,
            Err(error) if error.kind() == ErrorKind::NotFound => Read::Changed,
            Err(error) => Read::Failed(error.to_string()),
        }
    }

    fn try_read(&self, seen: &Candidate) -> io::Result<Option<Vec<u8>>> {
        let path = self.path.join(&seen.name);
        // A pipe put in the file's place would be waited for when opened.
        if !fs::symlink_metadata(&path)?.is_file() {
            return Ok(None);
        }
        let file = File::open(path)?;
        let mut raw = Vec::new();
        (&file).take(seen.size.saturating_add(1)).read_to_end(&mut raw)?;
        let unchanged = Candidate::of(&seen.name, &file.metadata()?)? == *seen && raw.len() as u64 == seen.size;
        Ok(unchanged.then_some(raw))
    }

    /// Moves a file to `done/` under its name or, when that is taken, under the next free one: `name-2.eml`.
    ///
    /// # Errors
    /// The operating system's word; then the file is where it was.
    pub(super) fn move_to_done(&self, file: &Candidate) -> io::Result<()> {
        let from = self.path.join(&file.name);
        let to = self.reserve(&file.name)?;
        fs::rename(&from, &to).inspect_err(|_| {
            // Only the empty file that kept the name free.
            let _ = fs::remove_file(&to);
        })
    }

    /// Takes a free name by an empty file, which the rename then replaces: nobody else's file is ever overwritten.
    fn reserve(&self, name: &OsStr) -> io::Result<PathBuf> {
        for number in 1..=u32::MAX {
            let path = self.done().join(numbered(name, number));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => return Ok(path),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }
}

fn is_mail_name(name: &OsStr) -> bool {
    !is_hidden(name) && Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"))
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether a name ends so, in any case.
pub(super) fn ends_with(name: &OsStr, suffix: &str) -> bool {
    let name = name.as_encoded_bytes();
    name.len() > suffix.len() && name[name.len() - suffix.len()..].eq_ignore_ascii_case(suffix.as_bytes())
}

fn numbered(name: &OsStr, number: u32) -> OsString {
    if number == 1 {
        return name.to_owned();
    }
    let path = Path::new(name);
    let mut numbered = path.file_stem().unwrap_or(name).to_owned();
    numbered.push(format!("-{number}."));
    numbered.push(path.extension().unwrap_or(OsStr::new("eml")));
    numbered
}
