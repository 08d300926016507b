//! The token that each form of ours carries, for browsers that do not say where a form comes from.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use followup_access::SessionId;
use sha2::{Digest, Sha256};

const LENGTH: usize = 32;

/// A new token of a session's forms. It is masked by a pad of its own: what is the same in each answer could be guessed from the size of
/// compressed ones (BREACH).
pub(crate) fn form_token(session: &SessionId) -> String {
    let mut pad = [0; LENGTH];
    // Without randomness the token is still right, and still nobody else's.
    let _ = getrandom::fill(&mut pad);
    let mut bytes = pad.to_vec();
    bytes.extend(secret(session).iter().zip(pad).map(|(byte, pad)| byte ^ pad));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether a form carries a token of this session.
pub(super) fn is_token(text: &str, session: &SessionId) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else { return false };
    let Some((pad, masked)) = bytes.split_at_checked(LENGTH) else { return false };
    let secret = secret(session);
    masked.len() == LENGTH
        && masked.iter().zip(pad).zip(secret).fold(0, |differs, ((byte, pad), right)| differs | (byte ^ pad ^ right)) == 0
}

fn secret(session: &SessionId) -> [u8; LENGTH] {
    let hash = Sha256::new().chain_update(b"followup form\0").chain_update(session.expose());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(letter: &str) -> SessionId {
        SessionId::of_cookie(&letter.repeat(43)).unwrap()
    }

    #[test]
    fn a_token_is_of_its_session_and_never_twice_the_same() {
        let (one, other) = (session("A"), session("E"));
        let (first, second) = (form_token(&one), form_token(&one));
        assert_ne!(first, second);
        assert!(is_token(&first, &one) && is_token(&second, &one));
        assert!(!is_token(&first, &other));
        for text in ["", "x", &first[1..], &"A".repeat(86), &format!("{first}AAAA")] {
            assert!(!is_token(text, &one), "{text}");
        }
    }
}
