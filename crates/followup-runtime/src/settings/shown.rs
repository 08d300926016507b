//! Settings as an administrator sees them: a secret is set or not, and no part of it is shown.

use std::fmt;
use std::path::PathBuf;

use super::check::{given, given_path};
use super::secret::{Secret, SecretName};

/// In place of a secret that is set.
const MASK: &str = "••••";

/// A setting with its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its variable.
    pub name: &'static str,
    /// Its value; of a secret a mask. None: it is not set.
    pub value: Option<String>,
    /// Whether it is a secret.
    pub is_secret: bool,
}

/// The name alone: numbers stand among the values.
impl fmt::Debug for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Shown").field("name", &self.name).field("is_set", &self.value.is_some()).finish_non_exhaustive()
    }
}

/// A setting that every administrator may know.
pub(super) fn shown(name: &'static str, value: Option<&String>) -> Shown {
    Shown { name, value: given(value).map(str::to_owned), is_secret: false }
}

/// A secret, by its variable or by its file.
pub(super) fn is_set(name: SecretName, value: Option<&Secret>, file: Option<&PathBuf>) -> Shown {
    let is_set = value.is_some_and(|secret| !secret.expose().is_empty()) || given_path(file).is_some();
    Shown { name: name.value, value: is_set.then(|| MASK.to_owned()), is_secret: true }
}

/// An address, whose query may hold a secret.
pub(super) fn address_shown(name: &'static str, value: Option<&String>) -> Shown {
    let value = given(value).map(|url| url.split(['?', '#']).next().unwrap_or_default().to_owned());
    Shown { name, value, is_secret: false }
}

/// A text that may hold a secret.
pub(super) fn hidden(name: &'static str, value: Option<&String>) -> Shown {
    Shown { name, value: given(value).map(|_| MASK.to_owned()), is_secret: true }
}
