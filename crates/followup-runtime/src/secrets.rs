//! The secrets that an embedded deployment makes for itself, so that it starts with no settings.
//!
//! A generated secret is a file that only its owner may read. It is made once and read from then on. Processes that
//! start at the same moment agree on one secret: the file is locked while it is looked into and written.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::settings::{AdminPassword, JwtSecret, ReplyTokenSecret, Secret};

/// A generated secret could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// The file or its directory cannot be used.
    #[error("the generated secret {} cannot be read or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The file holds something else than what was generated.
    #[error("the generated secret {} is damaged; remove the file and a new one will be made", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The system gave no random bytes.
    #[error("the system gave no random bytes: {0}")]
    Random(getrandom::Error),
}

/// The first user's password, and where an operator finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedPassword {
    /// The password.
    pub secret: Secret,
    /// The file that holds it, when it was generated: to be printed, unlike the password.
    pub path: Option<PathBuf>,
}

impl JwtSecret {
    /// The key: the given one, or the generated one, made now if this is the first start.
    ///
    /// # Errors
    /// The generated file cannot be made, read or trusted.
    pub fn load(&self) -> Result<Secret, SecretFileError> {
        match self {
            Self::Given(secret) => Ok(secret.clone()),
            Self::Generated(path) => read_or_make(path, KEY_LENGTH, random_key),
        }
    }
}

impl ReplyTokenSecret {
    /// The key: the given one, or the generated one, made now if this is the first start.
    ///
    /// # Errors
    /// The generated file cannot be made, read or trusted.
    pub fn load(&self) -> Result<Secret, SecretFileError> {
        match self {
            Self::Given(secret) => Ok(secret.clone()),
            Self::Generated(path) => read_or_make(path, KEY_LENGTH, random_key),
        }
    }
}

impl AdminPassword {
    /// The password: the given one, or the generated one, made now if need be. Call it only when the user is about to
    /// be created; else a file could appear whose password opens nothing.
    ///
    /// # Errors
    /// The generated file cannot be made, read or trusted.
    pub fn load(&self) -> Result<Option<LoadedPassword>, SecretFileError> {
        match self {
            Self::Given(secret) => Ok(Some(LoadedPassword { secret: secret.clone(), path: None })),
            Self::Generated(path) => {
                let secret = read_or_make(path, PASSWORD_LENGTH, random_password)?;
                Ok(Some(LoadedPassword { secret, path: Some(path.clone()) }))
            }
            Self::NotGiven => Ok(None),
        }
    }
}

/// Makes the directory and those above it as far as they are missing, for this user alone: what lies in it are
/// patients' data and secrets. The permissions of a directory that exists are left as they are.
///
/// # Errors
/// The directory cannot be made.
pub fn make_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// 32 random bytes in hexadecimal.
const KEY_LENGTH: usize = 64;
/// 20 of 32 symbols are 100 random bits, in five groups to be read and typed.
const PASSWORD_LENGTH: usize = 24;
/// 32 symbols that nobody takes for another: no `l`, `o`, `0`, `1`.
const SYMBOLS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

fn random_key() -> Result<String, SecretFileError> {
    Ok(random_bytes::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn random_password() -> Result<String, SecretFileError> {
    let symbols = random_bytes::<20>()?.map(|byte| char::from(SYMBOLS[usize::from(byte % 32)]));
    let groups: Vec<String> = symbols.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

fn random_bytes<const N: usize>() -> Result<[u8; N], SecretFileError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(SecretFileError::Random)?;
    Ok(bytes)
}

type Make = fn() -> Result<String, SecretFileError>;

/// The secret of the file; an absent or empty file (a start that was cut short) gets a new one.
fn read_or_make(path: &Path, length: usize, make: Make) -> Result<Secret, SecretFileError> {
    let failed = |source| SecretFileError::File { path: path.to_owned(), source };
    let mut file = open_locked(path).map_err(failed)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    if text.is_empty() {
        text = make()?;
        if let Err(error) = file.write_all(format!("{text}\n").as_bytes()).and_then(|()| file.sync_all()) {
            // Half a secret must not be taken for a whole one at the next start; the first error is the one to report.
            let _ = file.set_len(0);
            return Err(failed(error));
        }
    }
    let secret = text.trim_end();
    if secret.len() == length { Ok(Secret::new(secret)) } else { Err(SecretFileError::Damaged { path: path.to_owned() }) }
}

/// Opens the file, made with 0600 if it is absent, and holds its lock until it is closed.
fn open_locked(path: &Path) -> io::Result<File> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        make_private_dir(directory)?;
    }
    let file = match private(OpenOptions::new().read(true).write(true).create_new(true)).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let file = OpenOptions::new().read(true).write(true).open(path)?;
            warn_if_readable_by_others(path, &file)?;
            file
        }
        made => made?,
    };
    file.lock()?;
    Ok(file)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A warning, not an error: some file systems (shared folders of a virtual machine) show every file as open to all.
fn warn_if_readable_by_others(path: &Path, file: &File) -> io::Result<()> {
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&file.metadata()?) & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "a secret file is open to other users; give it mode 600");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::{fs, thread};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_generated_key_is_private_strong_and_the_same_at_the_next_start() {
        let directory = tempfile::tempdir().unwrap();
        let var = directory.path().join("new/var");
        let source = JwtSecret::Generated(var.join("jwt-secret"));
        let first = source.load().unwrap();
        assert_eq!(first.expose().len(), 64);
        assert_eq!(source.load().unwrap(), first);
        assert_eq!(mode(&var.join("jwt-secret")), 0o600);
        assert_eq!(mode(&var), 0o700);
        let other = JwtSecret::Generated(directory.path().join("other"));
        assert_ne!(other.load().unwrap(), first);
    }

    #[test]
    fn a_generated_password_is_private_and_the_same_at_the_next_start() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("admin-password");
        let source = AdminPassword::Generated(path.clone());
        let first = source.load().unwrap().unwrap();
        assert_eq!(first.path.as_deref(), Some(path.as_path()));
        assert_eq!(source.load().unwrap().unwrap(), first);
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", first.secret.expose()));
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn processes_that_start_together_agree_on_one_secret() {
        let directory = tempfile::tempdir().unwrap();
        let source = JwtSecret::Generated(directory.path().join("jwt-secret"));
        let threads: Vec<_> = (0..16).map(|_| source.clone()).map(|source| thread::spawn(move || source.load().unwrap())).collect();
        let secrets: Vec<Secret> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    }

    #[test]
    fn an_empty_file_of_a_start_cut_short_gets_a_secret() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("jwt-secret");
        fs::write(&path, "").unwrap();
        assert_eq!(JwtSecret::Generated(path).load().unwrap().expose().len(), 64);
    }

    #[test]
    fn a_damaged_file_is_named_and_not_used_and_not_shown() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("jwt-secret");
        fs::write(&path, "abc123").unwrap();
        let error = JwtSecret::Generated(path.clone()).load().unwrap_err().to_string();
        assert!(error.contains(&path.display().to_string()) && error.contains("damaged"), "{error}");
        assert!(!error.contains("abc123"), "{error}");
        assert_eq!(fs::read_to_string(path).unwrap(), "abc123");
    }

    #[test]
    fn a_given_secret_makes_no_file() {
        let given = Secret::new("a password of the operator");
        assert_eq!(AdminPassword::Given(given.clone()).load().unwrap(), Some(LoadedPassword { secret: given, path: None }));
        assert_eq!(AdminPassword::NotGiven.load().unwrap(), None);
    }

    #[test]
    fn an_unusable_directory_is_named() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("var"), "a file where the directory should be").unwrap();
        let path = directory.path().join("var/jwt-secret");
        let error = JwtSecret::Generated(path.clone()).load().unwrap_err().to_string();
        assert!(error.contains(&path.display().to_string()), "{error}");
    }
}
