//! A setting that cannot work.

use std::fmt::Display;

/// One sentence that begins with the setting's name. It never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} {problem}")]
pub struct SettingError {
    /// The environment variable's name.
    pub setting: &'static str,
    /// What is wrong and, where it is not plain, what would be right.
    pub problem: String,
}

impl SettingError {
    pub(super) fn new(setting: &'static str, problem: impl Display) -> Self {
        Self { setting, problem: problem.to_string() }
    }
}
