//! Who calls, and what their roles allow.

mod extractor;
mod jwt;
mod password;
mod roles;

pub(crate) use extractor::{AdminCaller, Caller};
pub(crate) use jwt::TokenVerifier;
pub use jwt::{JwtSettings, TokenError, issue_token};
pub use password::{PasswordError, hash_password};
pub(crate) use password::{absent_user_hash, is_password};
