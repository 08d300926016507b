//! Public keys of whoever else issues tokens.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::SettingError;
use super::check::{given, given_path, web_address};
use super::mail_server::{CaFile, read_ca};

/// The keys of RS256 and ES256 tokens.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "HTTP")]
pub struct IssuerKeySettings {
    /// PEM file with the issuer's public key: RSA (2048 to 4096 bits) for RS256 tokens, P-256 for ES256. Unset: none.
    #[arg(long, env = "JWT_PUBLIC_KEY_FILE")]
    pub jwt_public_key_file: Option<PathBuf>,
    /// JSON file with the issuer's key set (JWKS); read again when it changes. Unset: none.
    #[arg(long, env = "JWT_JWKS_FILE")]
    pub jwt_jwks_file: Option<PathBuf>,
    /// Address of the issuer's key set (JWKS), https, or http to this machine; read again every 10 minutes and for unknown keys. Unset: none.
    #[arg(long, env = "JWT_JWKS_URL")]
    pub jwt_jwks_url: Option<String>,
    /// PEM file with authorities to trust besides the system's when JWT_JWKS_URL is read.
    #[arg(long, env = "JWT_JWKS_CA_FILE")]
    pub jwt_jwks_ca_file: Option<PathBuf>,
}

/// The checked [`IssuerKeySettings`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssuerKeyConfig {
    /// A single key.
    pub public_key: Option<PublicKeyFile>,
    /// A set of keys.
    pub jwks: Option<JwksLocation>,
}

/// A public key, not looked into yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeyFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// What the file holds: a key in PEM, supposedly.
    pub pem: Vec<u8>,
}

/// Where a key set is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksLocation {
    /// `JWT_JWKS_FILE`.
    File(PathBuf),
    /// `JWT_JWKS_URL`: `https`, or `http` to this machine.
    Url {
        /// The address.
        url: String,
        /// `JWT_JWKS_CA_FILE`.
        ca: Option<CaFile>,
    },
}

impl IssuerKeyConfig {
    /// Whether no key is given.
    pub fn is_empty(&self) -> bool {
        self.public_key.is_none() && self.jwks.is_none()
    }
}

impl IssuerKeySettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub(super) fn resolve(&self) -> Result<IssuerKeyConfig, SettingError> {
        let public_key = given_path(self.jwt_public_key_file.as_ref()).map(read_key).transpose()?;
        Ok(IssuerKeyConfig { public_key, jwks: self.jwks()? })
    }

    fn jwks(&self) -> Result<Option<JwksLocation>, SettingError> {
        let ca = given_path(self.jwt_jwks_ca_file.as_ref());
        match (given_path(self.jwt_jwks_file.as_ref()), given(self.jwt_jwks_url.as_ref())) {
            (Some(_), Some(_)) => Err(SettingError::new("JWT_JWKS_FILE", "and JWT_JWKS_URL are both given; give one of them")),
            (_, None) if ca.is_some() => Err(SettingError::new("JWT_JWKS_CA_FILE", "is set but JWT_JWKS_URL is not")),
            (Some(path), None) => Ok(Some(JwksLocation::File(path.to_owned()))),
            (None, Some(url)) => {
                // What the keys sign is believed, so nobody on the way may change them.
                web_address("JWT_JWKS_URL", url, "https://issuer.example/jwks.json")?;
                let ca = ca.map(|path| read_ca("JWT_JWKS_CA_FILE", path)).transpose()?;
                Ok(Some(JwksLocation::Url { url: url.to_owned(), ca }))
            }
            (None, None) => Ok(None),
        }
    }
}

fn read_key(path: &Path) -> Result<PublicKeyFile, SettingError> {
    let pem = fs::read(path).map_err(|error| {
        SettingError::new("JWT_PUBLIC_KEY_FILE", format_args!("names a file that cannot be read, {}: {error}", path.display()))
    })?;
    Ok(PublicKeyFile { path: path.to_owned(), pem })
}
