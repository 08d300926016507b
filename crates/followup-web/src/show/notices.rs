//! What was just done, as the next page says it.

/// Codes in addresses, and their sentences.
const NOTICES: &[(&str, &str)] = &[("entro", "Ha iniciado sesión."), ("guardado", "Guardado.")];

/// The sentence of a code.
pub(crate) fn notice(code: &str) -> Option<&'static str> {
    NOTICES.iter().find(|(known, _)| *known == code).map(|(_, sentence)| *sentence)
}
