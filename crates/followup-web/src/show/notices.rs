//! What was just done, as the next page says it.

/// Codes in addresses, and their sentences.
const NOTICES: &[(&str, &str)] = &[
    ("guardado", "Guardado."),
    ("leido", "Leído hasta aquí. Las respuestas siguen esperando a que alguien las atienda."),
    ("atendido", "Atendido: las respuestas ya no retienen los mensajes."),
    ("enviado", "Mensaje entregado al canal. La conversación dice qué fue de él."),
    ("resuelto", "Queda resuelto, con su motivo."),
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
    ("asignado", "Correo asignado: está en la conversación del caso, por atender."),
    ("caso_del_correo", "Caso creado con el correo. Mientras nadie lo atienda, no sale ninguna solicitud automática."),
    ("descartado", "Descartado, con su motivo. Se conserva."),
    ("leible", "Ahora se pudo leer: está sin asignar, o en la conversación de su caso."),
    ("leido_en_caso", "Ahora se pudo leer: es de este caso."),
    ("atendido_aviso", "Ahora se pudo leer: cada aviso está donde le corresponde."),
    ("pedido_de_nuevo", "Se pide otra vez al servidor de correo en la próxima lectura del buzón."),
    ("confirmado", "Remitente confirmado: su respuesta cuenta desde ahora."),
    ("reenviado", "Reenviado: el proveedor aceptó el mensaje nuevo."),
    ("carta_guardada", "Texto guardado: las cartas que salgan desde ahora lo dicen."),
    ("carta_restablecida", "Las cartas dicen otra vez el texto que trae el servicio."),
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
    ("ya_enviado", "Ese formulario ya se había enviado: abajo está qué fue de su mensaje."),
    ("en_cola", "El mensaje está en cola y sale en unos segundos; hasta entonces se puede deshacer."),
    ("archivo", "El archivo va con la carta."),
    ("archivo_quitado", "El archivo se quitó."),
    ("borrador", "Borrador guardado."),
    ("borrador_descartado", "Borrador descartado."),
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
