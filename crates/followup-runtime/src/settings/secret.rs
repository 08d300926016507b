//! Values that must not be seen.

use std::convert::Infallible;
use std::path::Path;
use std::str::FromStr;
use std::{fmt, fs};

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

/// The names of a secret setting and of its file.
#[derive(Clone, Copy)]
pub(super) struct SecretName {
    pub(super) value: &'static str,
    pub(super) file: &'static str,
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

/// The first line of the file.
pub(super) fn read(name: SecretName, path: &Path) -> Result<Secret, SettingError> {
    let text = fs::read_to_string(path)
        .map_err(|error| SettingError::new(name.file, format_args!("names a file that cannot be read, {}: {error}", path.display())))?;
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() {
        return Err(SettingError::new(name.file, format_args!("names an empty file, {}", path.display())));
    }
    Ok(Secret::new(line))
}
