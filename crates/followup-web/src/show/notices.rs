//! What was just done, as the next page says it.

/// Codes in addresses, and their sentences.
const NOTICES: &[(&str, &str)] = &[
    ("entro", "Ha iniciado sesión."),
    ("guardado", "Guardado."),
    ("igual", "No había nada que cambiar: el caso ya está así."),
    ("documentado", "El dato queda documentado."),
    ("reabierto", "El dato está otra vez pendiente."),
    ("apartada", "La advertencia queda apartada."),
    ("advertencia_abierta", "La advertencia está otra vez abierta."),
    ("registrado", "El caso está registrado."),
];

/// The sentence of a code.
pub(crate) fn notice(code: &str) -> Option<&'static str> {
    NOTICES.iter().find(|(known, _)| *known == code).map(|(_, sentence)| *sentence)
}
