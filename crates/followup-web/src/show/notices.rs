//! What was just done, as the next page says it.

/// Codes in addresses, and their sentences.
const NOTICES: &[(&str, &str)] = &[
    ("entro", "Ha iniciado sesión."),
    ("guardado", "Guardado."),
    ("enviado", "El mensaje está en cola y sale en unos segundos; hasta entonces se puede deshacer."),
    ("archivo", "El archivo va con la carta."),
    ("archivo_quitado", "El archivo se quitó."),
    ("borrador", "Borrador guardado."),
    ("descartado", "Borrador descartado."),
    ("borrador_cambio", "Otra ventana cambió este borrador, y no se descartó: así está ahora."),
    ("deshecho", "El envío se deshizo: el mensaje no salió, y su texto es otra vez un borrador."),
    (
        "deshecho_aparte",
        "El envío se deshizo: el mensaje no salió. Ya había empezado otro borrador; el texto retirado está en el seguimiento.",
    ),
    ("ya_salio", "El mensaje ya había salido, o estaba saliendo: no se pudo deshacer."),
];

/// The sentence of a code.
pub(crate) fn notice(code: &str) -> Option<&'static str> {
    NOTICES.iter().find(|(known, _)| *known == code).map(|(_, sentence)| *sentence)
}
