//! The account, ready to be asked.

use std::fmt;
use std::sync::Arc;

use followup_https::{Client, Request};

use crate::config::{ConfigError, MetaConfig};

/// What sends, lists templates and fetches files shares. Cheap to clone.
#[derive(Clone)]
pub struct MetaAccount(Arc<Inner>);

struct Inner {
    client: Client,
    config: MetaConfig,
}

impl MetaAccount {
    /// Checks the account. Nobody is asked.
    ///
    /// # Errors
    /// What cannot work.
    pub fn new(config: MetaConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let client = Client::new(&config.base_url, config.ca_pem.as_deref())?;
        Ok(Self(Arc::new(Inner { client, config })))
    }

    pub(crate) fn config(&self) -> &MetaConfig {
        &self.0.config
    }

    /// A GET of something of the Graph API, path and query after the version.
    pub(crate) fn get(&self, path: &str) -> Request<'_> {
        self.signed_in(self.0.client.get(), path)
    }

    /// A POST to something of the Graph API.
    pub(crate) fn post(&self, path: &str) -> Request<'_> {
        self.signed_in(self.0.client.post(), path)
    }

    fn signed_in<'a>(&'a self, request: Request<'a>, path: &str) -> Request<'a> {
        let MetaConfig { version, access_token, .. } = self.config();
        request.at(format!("/{version}/{path}")).bearer(access_token).wanting_json()
    }
}

/// Neither secret nor number.
impl fmt::Debug for MetaAccount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MetaAccount").finish_non_exhaustive()
    }
}
