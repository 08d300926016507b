//! Public keys of whoever else issues tokens.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::SettingError;
use super::check::{given, given_path, one_line, web_address};
use super::mail_server::{CaFile, read_ca};

/// Who else issues tokens: RS256 and ES256, for this service.
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
    /// What a token of these keys must name as its issuer (iss), letter by letter; required with an issuer's keys.
    #[arg(long, env = "JWT_ISSUER")]
    pub jwt_issuer: Option<String>,
    /// What it must name as whom it is for (aud): this service, and not the application that signs in; required with an issuer's keys.
    #[arg(long, env = "JWT_AUDIENCE")]
    pub jwt_audience: Option<String>,
}

/// The checked [`IssuerKeySettings`]. At least one of the two kinds of keys is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKeyConfig {
    /// `JWT_ISSUER`.
    pub issuer: String,
    /// `JWT_AUDIENCE`.
    pub audience: String,
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

impl IssuerKeySettings {
    /// Checks the group; none where nobody else issues tokens.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub(super) fn resolve(&self) -> Result<Option<IssuerKeyConfig>, SettingError> {
        let public_key = given_path(self.jwt_public_key_file.as_ref()).map(read_key).transpose()?;
        let jwks = self.jwks()?;
        let named = [("JWT_ISSUER", given(self.jwt_issuer.as_ref())), ("JWT_AUDIENCE", given(self.jwt_audience.as_ref()))];
        if public_key.is_none() && jwks.is_none() {
            return match named.iter().find(|(_, value)| value.is_some()) {
                Some((name, _)) => Err(SettingError::new(name, "is set but JWT_PUBLIC_KEY_FILE, JWT_JWKS_FILE and JWT_JWKS_URL are not")),
                None => Ok(None),
            };
        }
        // An issuer signs for many applications; without these two, whoever is an admin of any of them would be ours.
        let [issuer, audience] = named.map(|(name, value)| {
            let problem = "is missing: an issuer's keys are given, and only its tokens for this service are to be accepted";
            value.ok_or_else(|| SettingError::new(name, problem)).and_then(|text| one_line(name, text))
        });
        Ok(Some(IssuerKeyConfig { issuer: issuer?, audience: audience?, public_key, jwks }))
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
