//! Who calls, and what their roles allow.

mod claims;
mod client_address;
mod extractor;
mod issuer_keys;
mod jwks_source;
mod jwt;
mod key_set;
mod password;
mod public_key;
mod roles;
mod throttle;
mod verifier;

pub(crate) use client_address::client_address;
pub(crate) use extractor::{AdminCaller, Caller, authenticate};
pub use issuer_keys::IssuerKeys;
pub use jwks_source::JwksSource;
pub use jwt::{JwtSettings, TokenError, issue_token};
pub use password::{PasswordError, hash_password};
pub(crate) use password::{absent_user_hash, is_password};
pub use public_key::IssuerKeyError;
pub(crate) use throttle::LoginThrottle;
pub(crate) use verifier::TokenVerifier;
