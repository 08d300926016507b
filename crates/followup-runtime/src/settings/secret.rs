//! Values that must not be seen.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{fmt, fs, io};

use super::SettingError;

/// A secret text. `Debug` hides it and there is no `Display`: it is read by [`Self::expose`] alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

/// A secret, and where it stands, so that a new one is used without a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretSource {
    /// As it was when the settings were read.
    pub value: Secret,
    /// The file it was read from.
    pub file: Option<PathBuf>,
}

impl SecretSource {
    /// As it stands in its file now; as it was, without a file or when that cannot be read.
    pub fn now(&self) -> Secret {
        self.file.as_deref().and_then(|path| first_line(path).ok()).map_or_else(|| self.value.clone(), Secret)
    }
}

/// The names of a secret setting and of its file.
#[derive(Clone, Copy)]
pub(super) struct SecretName {
    pub(super) value: &'static str,
    pub(super) file: &'static str,
}

/// As long as the hash of an HMAC-SHA-256 (RFC 7518 §3.2, RFC 2104 §3), in bytes.
const SHORTEST_KEY: usize = 32;
/// Fewer different bytes than so many, or a piece of this length or less over and over, is what people type and others guess. Of random
/// keys of 32 hexadecimal digits, one in ten million is of that kind.
const LEAST_VARIETY: usize = 8;

/// A key that signs: long enough.
pub(super) fn long_key(setting: &'static str, key: Secret) -> Result<Secret, SettingError> {
    if key.0.len() < SHORTEST_KEY {
        return Err(SettingError::new(setting, format_args!("must have at least {SHORTEST_KEY} bytes")));
    }
    Ok(key)
}

/// A key that signs: long enough, and not the same over and over.
pub(super) fn signing_key(setting: &'static str, key: Secret) -> Result<Secret, SettingError> {
    let key = long_key(setting, key)?;
    if is_repetitive(key.0.as_bytes()) {
        return Err(SettingError::new(setting, "is the same few characters over and over; take random ones, as of `openssl rand -hex 32`"));
    }
    Ok(key)
}

fn is_repetitive(key: &[u8]) -> bool {
    let different: BTreeSet<&u8> = key.iter().collect();
    let repeats = |length: usize| key.iter().zip(&key[length..]).all(|(byte, later)| byte == later);
    different.len() < LEAST_VARIETY || (1..=LEAST_VARIETY).any(repeats)
}

/// The secret from its variable or from its file, if either is given.
pub(super) fn secret(name: SecretName, value: Option<&Secret>, file: Option<&Path>) -> Result<Option<Secret>, SettingError> {
    let value = value.filter(|secret| !secret.0.is_empty());
    let file = file.filter(|path| !path.as_os_str().is_empty());
    match (value, file) {
        (Some(_), Some(_)) => Err(SettingError::new(name.value, format_args!("and {} are both given; give one of them", name.file))),
        (Some(secret), None) => Ok(Some(secret.clone())),
        (None, Some(path)) => read(name, path).map(Some),
        (None, None) => Ok(None),
    }
}

/// The same, with where it stands.
pub(super) fn secret_source(name: SecretName, value: Option<&Secret>, file: Option<&Path>) -> Result<Option<SecretSource>, SettingError> {
    let file = file.filter(|path| !path.as_os_str().is_empty());
    let found = secret(name, value, file)?;
    Ok(found.map(|value| SecretSource { value, file: file.map(PathBuf::from) }))
}

fn read(name: SecretName, path: &Path) -> Result<Secret, SettingError> {
    first_line(path).map(Secret).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => SettingError::new(name.file, format_args!("names an empty file, {}", path.display())),
        _ => SettingError::new(name.file, format_args!("names a file that cannot be read, {}: {error}", path.display())),
    })
}

/// The file without its last line end; an empty one has none.
fn first_line(path: &Path) -> io::Result<String> {
    let text = fs::read_to_string(path)?;
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(line.to_owned()) }
}
