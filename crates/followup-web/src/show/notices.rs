//! What was just done, as the next page says it.

/// Codes in addresses, and their sentences.
const NOTICES: &[(&str, &str)] = &[
    ("guardado", "Guardado."),
    ("leido", "Leído hasta aquí. Las respuestas siguen esperando a que alguien las atienda."),
    ("atendido", "Atendido: las respuestas ya no retienen los mensajes."),
    ("enviado", "Mensaje entregado al canal. La conversación dice qué fue de él."),
    ("resuelto", "Resuelto."),
    ("plan", "El plan quedó como se ve abajo."),
    ("llamada", "Llamada registrada. Pase ahora al caso lo que se averiguó."),
    ("cerrado", "Seguimiento cerrado."),
    ("reabierto", "Seguimiento reabierto."),
    ("igual", "No había nada que cambiar: el caso ya está así."),
    ("documentado", "El dato queda documentado."),
    ("dato_pendiente", "El dato está otra vez pendiente."),
    ("apartada", "La advertencia queda apartada."),
    ("advertencia_abierta", "La advertencia está otra vez abierta."),
    ("registrado", "El caso está registrado."),
];

/// The sentence of a code.
pub(crate) fn notice(code: &str) -> Option<&'static str> {
    NOTICES.iter().find(|(known, _)| *known == code).map(|(_, sentence)| *sentence)
}
