//! One public key of an issuer, and the one algorithm that it checks.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::verify;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// Why an issuer's key cannot be used. Says nothing of the key's bytes.
#[derive(Debug, thiserror::Error)]
pub enum IssuerKeyError {
    /// Not one public key in PEM.
    #[error("is not a public key in PEM (-----BEGIN PUBLIC KEY-----)")]
    NotPem,
    /// It can sign, so it does not belong here.
    #[error("is a private key; give the public one")]
    Private,
    /// Another kind of key.
    #[error("must be an RSA key of 2048 to 4096 bits or a P-256 key: {0}")]
    Unsupported(String),
    /// The set cannot be read.
    #[error("is not a JSON Web Key Set: {0}")]
    NotASet(String),
    /// The set is readable and of no use.
    #[error("holds no key that checks signatures with RS256 or ES256")]
    NoUsableKey,
    /// The file or the server does not give it.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

/// A key that checks signatures. Its algorithm follows from the key, never from a token.
#[derive(Clone)]
pub(crate) struct PublicKey {
    /// `kid`, where the set gives one.
    pub(crate) id: Option<String>,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
}

/// RFC 7518 §3.3 asks for 2048 bits; beyond 4096 a check takes too long to be offered to strangers.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=4096;
const LONGEST_KEY_ID: usize = 256;

impl PublicKey {
    /// A key in PEM: SubjectPublicKeyInfo (`PUBLIC KEY`) or PKCS #1 (`RSA PUBLIC KEY`).
    ///
    /// # Errors
    /// [`IssuerKeyError`].
    pub(crate) fn from_pem(pem: &[u8]) -> Result<Self, IssuerKeyError> {
        let text = String::from_utf8_lossy(pem);
        if text.contains("PRIVATE KEY-----") {
            return Err(IssuerKeyError::Private);
        }
        if text.matches("-----BEGIN ").count() != 1 || !text.contains("PUBLIC KEY-----") {
            return Err(IssuerKeyError::NotPem);
        }
        let key = DecodingKey::from_rsa_pem(pem).or_else(|_| DecodingKey::from_ec_pem(pem)).map_err(unsupported)?;
        let jwk = Jwk::from_decoding_key(&key, None).map_err(unsupported)?;
        Self::of_parameters(None, &jwk.algorithm)
    }

    /// A member of a key set (RFC 7517 §4); none when it is of no use here, as sets are shared with other purposes: another
    /// algorithm or use, a symmetric key, or one whose private part is published and whose signatures prove nothing.
    pub(crate) fn from_jwk(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        if value.get("d").is_some() || text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let operations = value.get("key_ops").and_then(Value::as_array);
        if operations.is_some_and(|operations| !operations.iter().any(|operation| operation == "verify")) {
            return None;
        }
        let id = text("kid").map(str::to_owned);
        if id.as_ref().is_some_and(|id| id.len() > LONGEST_KEY_ID) {
            return None;
        }
        let parameters = serde_json::from_value(parameters_of(value)?).ok()?;
        let key = Self::of_parameters(id, &parameters).ok()?;
        let named = match key.algorithm {
            Algorithm::RS256 => "RS256",
            _ => "ES256",
        };
        text("alg").is_none_or(|algorithm| algorithm == named).then_some(key)
    }

    fn of_parameters(id: Option<String>, parameters: &AlgorithmParameters) -> Result<Self, IssuerKeyError> {
        let (algorithm, key) = match parameters {
            AlgorithmParameters::RSA(rsa) => {
                check_rsa(&rsa.n, &rsa.e)?;
                (Algorithm::RS256, DecodingKey::from_rsa_components(&rsa.n, &rsa.e).map_err(unsupported)?)
            }
            AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
                (Algorithm::ES256, DecodingKey::from_ec_components(&ec.x, &ec.y).map_err(unsupported)?)
            }
            AlgorithmParameters::EllipticCurve(_) => return Err(IssuerKeyError::Unsupported("another curve".into())),
            _ => return Err(IssuerKeyError::Unsupported("another kind of key".into())),
        };
        // A point that is not on the curve shows here, and not at the first token.
        verify("AA", b"", &key, algorithm).map_err(unsupported)?;
        Ok(Self { id, algorithm, key })
    }
}

/// Only the members that make the key, so that an odd one beside them does not matter.
fn parameters_of(value: &Value) -> Option<Value> {
    let names: &[&str] = match value.get("kty")?.as_str()? {
        "RSA" => &["kty", "n", "e"],
        "EC" => &["kty", "crv", "x", "y"],
        _ => return None,
    };
    names
        .iter()
        .map(|name| Some(((*name).to_owned(), value.get(*name)?.clone())))
        .collect::<Option<serde_json::Map<_, _>>>()
        .map(Value::Object)
}

fn check_rsa(modulus: &str, exponent: &str) -> Result<(), IssuerKeyError> {
    let number = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| IssuerKeyError::Unsupported("its numbers cannot be read".into()));
    let (modulus, exponent) = (number(modulus)?, number(exponent)?);
    let bits = bits(&modulus);
    if !RSA_BITS.contains(&bits) {
        return Err(IssuerKeyError::Unsupported(format!("this one has {bits} bits")));
    }
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    if !odd || !(2..=32).contains(&self::bits(&exponent)) {
        return Err(IssuerKeyError::Unsupported("its exponent is not one".into()));
    }
    Ok(())
}

/// The length of a big-endian number.
fn bits(number: &[u8]) -> u32 {
    let significant: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
    let first = significant.first().map_or(0, |first| first.leading_zeros());
    u32::try_from(significant.len() * 8).map_or(u32::MAX, |all| all - first)
}

fn unsupported(error: jsonwebtoken::errors::Error) -> IssuerKeyError {
    IssuerKeyError::Unsupported(error.to_string())
}
