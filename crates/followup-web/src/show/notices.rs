//! What was just done, as the next page says it.

/// Codes in addresses, and their sentences.
const NOTICES: &[(&str, &str)] = &[
    ("entro", "Ha iniciado sesión."),
    ("guardado", "Guardado."),
    ("asignado", "Correo asignado: está en la conversación del caso, por atender."),
    ("caso_del_correo", "Caso creado con el correo. Mientras nadie lo atienda, no sale ninguna solicitud automática."),
    ("descartado", "Descartado, con su motivo. Se conserva."),
    ("leido", "Ahora se pudo leer: está sin asignar, o en la conversación de su caso."),
    ("leido_en_caso", "Ahora se pudo leer: es de este caso."),
    ("atendido_aviso", "Ahora se pudo leer: cada aviso está donde le corresponde."),
    ("pedido_de_nuevo", "Se pide otra vez al servidor de correo en la próxima lectura del buzón."),
    ("confirmado", "Remitente confirmado: su respuesta cuenta desde ahora."),
    ("reenviado", "Reenviado: el proveedor aceptó el mensaje nuevo."),
    ("resuelto", "Queda resuelto, con su motivo."),
    ("plan_guardado", "Plan guardado. Los que ya se aplicaron siguen como estaban."),
    ("plan_archivado", "Plan archivado: ya no se ofrece."),
    ("plazo_quitado", "Plazo quitado."),
    ("no_contactar", "Nadie le escribe más."),
    ("contactar", "Se le puede escribir de nuevo."),
    ("vuelve_a_servir", "Se le escribe de nuevo; lo que esperaba sigue su curso."),
    ("cuenta_creada", "Cuenta creada."),
    ("cuenta_cambiada", "Cuenta cambiada; sus sesiones abiertas terminaron."),
    ("sesion_terminada", "Sesión terminada."),
    ("buzon_visto", "Dado por visto: la alarma terminó."),
];

/// The sentence of a code.
pub(crate) fn notice(code: &str) -> Option<&'static str> {
    NOTICES.iter().find(|(known, _)| *known == code).map(|(_, sentence)| *sentence)
}
