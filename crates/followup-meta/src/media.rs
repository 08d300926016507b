//! Fetching the files that come with messages (<https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media>): Meta gives a file's
//! address for five minutes to who asks by its id, and the file at that address to who signs in there.

use std::time::Instant;

use followup_domain::message::Absence;
use followup_domain::ports::{MediaError, MediaLimits, MediaSource};
use followup_https::{Answer, Failure, FileHost, Files, Limits, Login};
use serde::Deserialize;

use crate::SCOPE;
use crate::account::MetaAccount;
use crate::answer::ErrorBody;
use crate::codes::Code;
use crate::config::{ConfigError, is_id};

/// Where Meta keeps files.
const HOSTS: &[FileHost] = &[
    FileHost { name: "lookaside.fbsbx.com", signs_in: true },
    FileHost { name: ".fbsbx.com", signs_in: false },
    FileHost { name: ".fbcdn.net", signs_in: false },
    FileHost { name: ".whatsapp.net", signs_in: false },
];
/// Bytes of the largest answer to a question for an address.
const LARGEST_ANSWER: u64 = 64 * 1024;

/// Gives the files of messages that came in, by their ids.
#[derive(Debug, Clone)]
pub struct MetaMedia {
    account: MetaAccount,
    files: Files,
}

/// Where a file lies.
#[derive(Deserialize)]
struct Place {
    url: String,
    /// Bytes; Meta writes it as a number or as a text.
    #[serde(default)]
    file_size: serde_json::Value,
}

impl MetaMedia {
    /// Of the account's number. Nobody is asked.
    ///
    /// # Errors
    /// What cannot work.
    pub fn new(account: MetaAccount) -> Result<Self, ConfigError> {
        let config = account.config();
        let files = Files::new(&config.base_url, HOSTS, Login::Bearer(config.access_token.clone()), config.ca_pem.clone())?;
        Ok(Self { account, files })
    }

    fn place(&self, id: &str, limits: Limits) -> Result<Place, MediaError> {
        let path = format!("{id}?phone_number_id={}", self.account.config().phone_number_id);
        let answer = self.account.get(&path).send(limits).and_then(Answer::success).map_err(|failure| no_place(&failure))?;
        serde_json::from_slice(&answer.body).map_err(|_| MediaError::Later("Meta's answer is not understood".into()))
    }
}

impl MediaSource for MetaMedia {
    fn scope(&self) -> &str {
        SCOPE
    }

    fn fetch(&self, source: &str, limits: MediaLimits) -> Result<Vec<u8>, MediaError> {
        if !is_id(source) {
            return Err(MediaError::Never(Absence::Foreign));
        }
        let begun = Instant::now();
        let place = self.place(source, Limits { within: limits.within, largest_answer: LARGEST_ANSWER })?;
        let size = place.file_size.as_u64().or_else(|| place.file_size.as_str()?.parse().ok());
        if size.is_some_and(|size| size > limits.largest) {
            return Err(MediaError::Never(Absence::TooLarge));
        }
        let within = limits.within.saturating_sub(begun.elapsed());
        let had = self.files.get(&place.url, Limits { within, largest_answer: limits.largest });
        had.map(|answer| answer.body).map_err(|error| match error {
            large if large.is_too_large() => MediaError::Never(Absence::TooLarge),
            // The address is old, or none that we know: Meta gave it, and the next one may do.
            other => MediaError::Later(other.to_string()),
        })
    }
}

/// Of a file that Meta does not have it says that there is no such object, in a body of its own.
fn no_place(failure: &Failure) -> MediaError {
    if let Failure::Answered(answer) = failure
        && let Some(error) = ErrorBody::of(answer)
    {
        let is_gone = matches!(error.code(), Code { code: 100, .. } | Code { code: 131_052, .. });
        return if is_gone { MediaError::Never(Absence::Expired) } else { MediaError::Later(error.words()) };
    }
    MediaError::Later(failure.to_string())
}
