//! Whether a name still leads to the file that was opened.

use std::path::{Path, PathBuf};

use followup_domain::ports::StoreError;

/// A file as it was when it was opened.
#[derive(Debug)]
pub(crate) struct DatabaseFile {
    path: PathBuf,
    identity: Identity,
}

impl DatabaseFile {
    /// The file that has this name now.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn at(path: &Path) -> std::io::Result<Self> {
        Ok(Self { path: path.to_owned(), identity: identity(path)? })
    }

    /// The name must lead to the same file.
    ///
    /// # Errors
    /// Unavailable: the file was deleted, moved or replaced. Moved back, it is the same file again.
    pub(crate) fn require(&self) -> Result<(), StoreError> {
        match identity(&self.path) {
            Ok(identity) if identity == self.identity => Ok(()),
            Ok(_) => Err(self.lost("was replaced by another file: restart this process to use that one, or put the old one back")),
            Err(error) => Err(self.lost(&format!("is no longer there ({error}): put it back"))),
        }
    }

    fn lost(&self, what: &str) -> StoreError {
        StoreError::Unavailable(format!("the database file {} {what}", self.path.display()))
    }
}

/// Opens a file for reading and writing, and creates it where there is none, for its owner only; SQLite gives its WAL the database's
/// permissions.
pub(crate) fn open_private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Device and number of the file.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> std::io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).map(|file| (file.dev(), file.ino()))
}

/// Where files have no number, that one is there.
#[cfg(not(unix))]
type Identity = ();

#[cfg(not(unix))]
fn identity(path: &Path) -> std::io::Result<Identity> {
    std::fs::metadata(path).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_moved_away_is_missed_until_it_is_back_and_another_is_not_taken_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, elsewhere) = (folder.path().join("a.db"), folder.path().join("b.db"));
        std::fs::write(&path, "a").unwrap();
        let file = DatabaseFile::at(&path).unwrap();
        std::fs::rename(&path, &elsewhere).unwrap();
        let Err(StoreError::Unavailable(text)) = file.require() else { panic!("it is away") };
        assert!(text.contains("a.db is no longer there"), "{text}");
        std::fs::write(&path, "a").unwrap();
        let Err(StoreError::Unavailable(text)) = file.require() else { panic!("it is another") };
        assert!(text.contains("a.db was replaced"), "{text}");
        std::fs::rename(&elsewhere, &path).unwrap();
        assert_eq!(file.require(), Ok(()));
    }
}
