//! The account.

use std::fmt;

/// An access key of the account.
#[derive(Clone)]
pub struct SnsKey {
    /// Its name (`AKIA…`, `ASIA…`).
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The token of a temporary one.
    pub session_token: Option<String>,
}

/// An account with AWS SNS.
#[derive(Clone)]
pub struct SnsConfig {
    /// The region, as in `us-east-1`.
    pub region: String,
    /// With which we sign.
    pub key: SnsKey,
    /// Who sends, where a country shows it; none where AWS chooses.
    pub sender_id: Option<String>,
    /// SNS's address: `https://sns.us-east-1.amazonaws.com`, or another one in tests.
    pub base_url: String,
    /// Authorities in PEM to trust besides the system's.
    pub ca_pem: Option<Vec<u8>>,
}

/// Neither key nor secret.
impl fmt::Debug for SnsConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SnsConfig").field("region", &self.region).finish_non_exhaustive()
    }
}
