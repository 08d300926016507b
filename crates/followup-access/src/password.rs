//! Passwords: argon2id hashes in PHC string format (RFC 9106; 19 MiB, 2 passes).

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};

/// A password that cannot be hashed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It has no characters.
    #[error("a password must not be empty")]
    Empty,
    /// The library's reason.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

/// Hashes a password with a random salt.
///
/// # Errors
/// [`PasswordError`].
pub fn hash_password(password: &str) -> Result<String, PasswordError> {
    if password.is_empty() {
        return Err(PasswordError::Empty);
    }
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|error| PasswordError::Hash(error.to_string()))
}

/// Whether `hash` was made of `password`. A hash that cannot be read is nobody's.
pub(crate) fn is_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// The hash that is checked for a user who does not exist, so that the answer takes as long as for one who does.
pub(crate) fn absent_user_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    // Without a hash the check fails at once: less alike, never less safe.
    HASH.get_or_init(|| hash_password("nobody's password").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_salted_and_opens_only_with_its_password() {
        let hash = hash_password("Contraseña 1").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, hash_password("Contraseña 1").unwrap());
        assert!(is_password("Contraseña 1", &hash));
        assert!(!is_password("contraseña 1", &hash));
        assert!(!is_password("", &hash));
        assert!(!is_password("x", "no hash"));
        assert_eq!(hash_password(""), Err(PasswordError::Empty));
    }
}
