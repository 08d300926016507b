//! Which refresh token is the current one: the one configured, or the one that the provider gave in its place.
//!
//! Providers may give a new refresh token with each access token and soon refuse the one before (RFC 6749 §6). So the new one is kept,
//! in a file that several processes share under a lock, together with the hash of the configured token that it descends from: when
//! somebody configures another one, that one is taken.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::CurrentSecret;

/// How often a lock is asked for again.
const PAUSE: Duration = Duration::from_millis(20);

/// The refresh token of one account.
pub(crate) struct RefreshToken {
    configured: CurrentSecret,
    keep_in: Option<PathBuf>,
    /// One that could not be written to a file.
    unsaved: Mutex<Option<Descendant>>,
}

/// A refresh token that came in the place of the configured one.
#[derive(Clone, Serialize, Deserialize)]
struct Descendant {
    /// SHA-256 of the configured token, in hexadecimal.
    configured_sha256: String,
    refresh_token: String,
}

/// The current token, held against other processes until it is dropped.
pub(crate) struct Held<'a> {
    of: &'a RefreshToken,
    pub(crate) token: String,
    configured_sha256: String,
    _lock: Option<File>,
}

impl RefreshToken {
    pub(crate) fn new(configured: CurrentSecret, keep_in: Option<PathBuf>) -> Self {
        Self { configured, keep_in, unsaved: Mutex::default() }
    }

    /// The current token. Waits until `deadline` for another process that is just using it.
    ///
    /// # Errors
    /// The file or its lock cannot be used.
    pub(crate) fn hold(&self, deadline: Instant) -> io::Result<Held<'_>> {
        let lock = self.keep_in.as_deref().map(|path| lock(path, deadline)).transpose()?;
        let configured = self.configured.read();
        let configured_sha256 = hash(&configured);
        let is_ours = |known: &Descendant| known.configured_sha256 == configured_sha256;
        let unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(is_ours);
        let saved = match (&unsaved, &self.keep_in) {
            (None, Some(path)) => read(path)?.filter(is_ours),
            _ => None,
        };
        let token = unsaved.or(saved).map_or(configured, |known| known.refresh_token);
        Ok(Held { of: self, token, configured_sha256, _lock: lock })
    }
}

impl Held<'_> {
    /// Keeps the token that takes this one's place.
    pub(crate) fn replace(&self, next: String) {
        if next == self.token {
            return;
        }
        let next = Descendant { configured_sha256: self.configured_sha256.clone(), refresh_token: next };
        let mut unsaved = self.of.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        match self.of.keep_in.as_deref().map(|path| write(path, &next)) {
            Some(Ok(())) => {
                *unsaved = None;
                return;
            }
            Some(Err(error)) => tracing::error!(%error, "the new OAuth refresh token cannot be written: it is lost when this process ends"),
            None if unsaved.is_none() => tracing::warn!(
                "the authorization server renews refresh tokens and OAUTH_REFRESH_TOKEN_STORE is not set: after a restart the configured one may be refused"
            ),
            None => {}
        }
        *unsaved = Some(next);
    }
}

fn hash(token: &str) -> String {
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A damaged file is told of and not used: the configured token may still be good.
fn read(path: &Path) -> io::Result<Option<Descendant>> {
    let text = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    let known = serde_json::from_slice(&text).ok();
    if known.is_none() {
        tracing::error!("OAUTH_REFRESH_TOKEN_STORE holds something else than a refresh token: the configured one is used");
    }
    Ok(known)
}

/// In its place at once and for its owner only: a process that dies leaves the old token or the new one.
fn write(path: &Path, known: &Descendant) -> io::Result<()> {
    let folder = folder_of(path);
    // Made with mode 0600.
    let mut file = tempfile::Builder::new().prefix(".oauth-").tempfile_in(folder)?;
    file.write_all(&serde_json::to_vec(known)?)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    File::open(folder)?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file beside it, because the file itself is replaced.
fn lock(path: &Path, deadline: Instant) -> io::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(name)?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(ErrorKind::TimedOut.into()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}
