//! The account, and how it is reached.

use std::fmt;

use followup_https::ClientError;

/// The account with which messages are sent.
#[derive(Clone)]
pub struct MetaConfig {
    /// Meta's id of the number that sends; digits.
    pub phone_number_id: String,
    /// Its id of the WhatsApp business account, whose templates are sent; digits.
    pub waba_id: String,
    /// The access token of a system user.
    pub access_token: String,
    /// The version of the Graph API, such as `v23.0`.
    pub version: String,
    /// Meta's API: `https://graph.facebook.com`, or another one in tests.
    pub base_url: String,
    /// Authorities in PEM to trust besides the system's.
    pub ca_pem: Option<Vec<u8>>,
}

/// A configuration that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// An id that is none of Meta's, and so would change the address that is called.
    #[error("the ids of the phone number and of the WhatsApp business account must be digits")]
    Id,
    /// The version.
    #[error("the version must be like v23.0")]
    Version,
    /// Meta's address.
    #[error("Meta's address {0}")]
    BaseUrl(#[from] ClientError),
}

impl MetaConfig {
    /// Whether ids and version are what they should be.
    ///
    /// # Errors
    /// What cannot work.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if !is_id(&self.phone_number_id) || !is_id(&self.waba_id) {
            return Err(ConfigError::Id);
        }
        let version = self.version.strip_prefix('v').and_then(|version| version.split_once('.'));
        match version {
            Some((major, minor)) if is_number(major, 3) && is_number(minor, 3) => Ok(()),
            _ => Err(ConfigError::Version),
        }
    }
}

/// Neither secret nor number.
impl fmt::Debug for MetaConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MetaConfig").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Whether it is an id as Meta gives them to accounts, numbers and files.
pub(crate) fn is_id(text: &str) -> bool {
    is_number(text, 30)
}

fn is_number(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> MetaConfig {
        MetaConfig {
            phone_number_id: "106540352242922".into(),
            waba_id: "419561257915477".into(),
            access_token: "geheim".into(),
            version: "v23.0".into(),
            base_url: "https://graph.facebook.com".into(),
            ca_pem: None,
        }
    }

    #[test]
    fn a_configuration_shows_no_secret() {
        let shown = format!("{:?}", config());
        assert!(shown.contains("v23.0") && !shown.contains("geheim"), "{shown}");
    }

    #[test]
    fn ids_are_digits_and_versions_have_two_numbers() {
        assert_eq!(config().check(), Ok(()));
        for wrong in ["", "1/../2", "12a", "１２", &"1".repeat(31)] {
            assert_eq!(MetaConfig { phone_number_id: wrong.into(), ..config() }.check(), Err(ConfigError::Id), "{wrong}");
            assert_eq!(MetaConfig { waba_id: wrong.into(), ..config() }.check(), Err(ConfigError::Id), "{wrong}");
        }
        for wrong in ["", "23.0", "v23", "v23.", "v.0", "v23.0/..", "v23.0.1", "vx.0"] {
            assert_eq!(MetaConfig { version: wrong.into(), ..config() }.check(), Err(ConfigError::Version), "{wrong}");
        }
    }
}
