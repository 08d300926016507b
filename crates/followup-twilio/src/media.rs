//! Fetching the files that come with messages (<https://www.twilio.com/docs/messaging/api/media-resource#fetch-a-media-resource>).

use followup_domain::message::Absence;
use followup_domain::ports::{MediaError, MediaLimits, MediaSource};
use followup_https::{FileError, FileHost, Files, Limits, Login};

use crate::config::{ConfigError, TwilioConfig};

/// Where Twilio keeps files: its API hands on to one of its stores, whose addresses are signed.
const HOSTS: &[FileHost] = &[
    FileHost { name: "api.twilio.com", signs_in: true },
    FileHost { name: ".twilio.com", signs_in: false },
    FileHost { name: ".twiliocdn.com", signs_in: false },
    FileHost { name: "s3-external-1.amazonaws.com", signs_in: false },
    FileHost { name: "s3.amazonaws.com", signs_in: false },
];

/// Gives the files of messages that came in through Twilio, by their addresses.
#[derive(Debug, Clone)]
pub struct TwilioMedia {
    scope: &'static str,
    files: Files,
}

impl TwilioMedia {
    /// Of the messages whose ids have this scope. Nobody is asked.
    ///
    /// # Errors
    /// What cannot work.
    pub fn new(config: &TwilioConfig, scope: &'static str) -> Result<Self, ConfigError> {
        let login = Login::Basic(config.user.clone(), config.password.clone());
        Ok(Self { scope, files: Files::new(&config.base_url, HOSTS, login, config.ca_pem.clone())? })
    }
}

impl MediaSource for TwilioMedia {
    fn scope(&self) -> &str {
        self.scope
    }

    fn fetch(&self, source: &str, limits: MediaLimits) -> Result<Vec<u8>, MediaError> {
        let limits = Limits { within: limits.within, largest_answer: limits.largest };
        self.files.get(source, limits).map(|answer| answer.body).map_err(|error| match error {
            FileError::Foreign => MediaError::Never(Absence::Foreign),
            gone if gone.is_gone() => MediaError::Never(Absence::Expired),
            large if large.is_too_large() => MediaError::Never(Absence::TooLarge),
            other => MediaError::Later(other.to_string()),
        })
    }
}
