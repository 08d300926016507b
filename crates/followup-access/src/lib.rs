//! Who may what: tokens, passwords, roles and permissions, for every face of the service.
//!
//! [`Access`] is the door: it finds out who a token is of, and lets a local user in by name and password. [`Permission`] is the one table of
//! who may what. A face (the REST adapter, a page) reads the request, asks here, and tells the outcome in its own way.
//!
//! Our own tokens end before their time when their user changes: see `standing`. Those of others end by themselves, and must do so soon.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod access;
mod caller;
mod claims;
mod client_address;
mod issuer_keys;
mod jwks_source;
mod key_set;
mod password;
mod permission;
mod public_key;
mod purpose;
mod roles;
mod session;
mod sign_in;
mod standing;
mod throttle;
mod token;
mod verifier;

pub use access::Access;
pub use caller::Caller;
pub use claims::TokenRefused;
pub use client_address::client_address;
pub use issuer_keys::IssuerKeys;
pub use jwks_source::JwksSource;
pub use password::{PasswordError, hash_password};
pub use permission::Permission;
pub use public_key::IssuerKeyError;
pub use session::{PLAIN_COOKIE, Place, SECURE_COOKIE, SessionError, SessionId};
pub use sign_in::SignInError;
pub use token::{JwtSettings, TokenError, issue_token};
