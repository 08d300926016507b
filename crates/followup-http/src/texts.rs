//! Every sentence that a client of the API reads, in Spanish. Those of the seed stand exactly as it writes them.

use chrono::NaiveDate;
use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::sending::SendStage;

pub(crate) const ICSR_NOT_FOUND: &str = "ICSR no encontrado";
pub(crate) const MESSAGE_NOT_FOUND: &str = "Mensaje no encontrado";
pub(crate) const ATTACHMENT_NOT_FOUND: &str = "Adjunto no encontrado";
pub(crate) const HTML_NOT_FOUND: &str = "Este mensaje no tiene versión HTML; su texto está en la conversación";
/// Of an attachment in Outlook's own format.
pub(crate) const UNREADABLE_ATTACHMENT: &str = "Formato propio de Outlook (TNEF, winmail.dat): puede contener texto y adjuntos que no se ven. Pida al remitente que reenvíe el correo como HTML o texto sin formato.";
pub(crate) const MAIL_NOT_FOUND: &str = "Correo no encontrado";
pub(crate) const NOT_QUARANTINED: &str = "El correo no está en cuarentena";
pub(crate) const PARTIAL_MAIL: &str = "Solo se guardó la cabecera del correo; está completo en el buzón";
pub(crate) const NOT_SET_BACK: &str = "Ese buzón no volvió a un estado anterior";
pub(crate) const PLAN_NOT_FOUND: &str = "Plan de seguimiento no encontrado";
pub(crate) const ATTEMPT_NOT_FOUND: &str = "Intento no encontrado";
pub(crate) const FIELD_NOT_FOUND: &str = "Campo no encontrado";
pub(crate) const FIELD_ANSWERED: &str = "El caso ya tiene ese dato";
pub(crate) const WARNING_NOT_FOUND: &str = "El caso no tiene esa advertencia, o ya no: un valor cambió";
pub(crate) const FIELD_NOT_DOCUMENTED: &str = "Ese campo no está documentado";
pub(crate) const DEADLINE_NOT_FOUND: &str = "Plazo no encontrado";
pub(crate) const CONTACT_NOT_FOUND: &str = "Esta dirección no está en la lista de no contactar";
pub(crate) const ADDRESS_NOT_FAILED: &str = "En esta dirección no falló ningún mensaje";
pub(crate) const ROUTE_NOT_FOUND: &str = "Ruta no encontrada";
pub(crate) const METHOD_NOT_ALLOWED: &str = "Método no permitido";

pub(crate) const UNSUPPORTED_CHANNEL: &str = "Canal no soportado";
pub(crate) const EMPTY_MESSAGE: &str = "Mensaje vacío";
pub(crate) const OUTSIDE_WINDOW: &str = "Fuera de la ventana de 24 horas de WhatsApp: use una plantilla aprobada";
pub(crate) const FOLLOWUP_CLOSED: &str = "El seguimiento de este ICSR está cerrado";
pub(crate) const FOLLOWUP_OPEN: &str = "El seguimiento de este ICSR está abierto";
pub(crate) const UNMET_CHECKS: &str = "El cierre no cumple los controles de calidad";
pub(crate) const NOTES_CHECK: &str = "Las notas de cierre son obligatorias";
pub(crate) const INBOUND_UNCHANGED: &str = "Un mensaje recibido no admite este cambio";
pub(crate) const NOT_TO_CONFIRM: &str = "Este mensaje no espera que se confirme su remitente";
pub(crate) const OUTBOUND_NOT_LINKED: &str = "Solo se enlaza un mensaje recibido";
pub(crate) const LINKED: &str = "El aviso ya está enlazado al mensaje del que informa";
pub(crate) const REPLACED: &str = "El mensaje ya fue reenviado";
pub(crate) const NOT_AN_ANSWER: &str = "Un mensaje solo puede responder a uno anterior";
pub(crate) const NOTHING_HELD: &str = "No hay intentos detenidos en este ICSR";
pub(crate) const PLAN_ACTIVE: &str = "Este ICSR ya tiene un plan de seguimiento activo";
pub(crate) const BLOCKED: &str = "La dirección pidió no ser contactada";
pub(crate) const NOT_CONFIGURED: &str = "canal no configurado";
pub(crate) const UNCERTAIN: &str = "resultado incierto";
pub(crate) const KEY_REUSED: &str = "La Idempotency-Key ya se usó con otra petición";

pub(crate) const NO_TOKEN: &str = "Falta el token de acceso";
pub(crate) const BAD_TOKEN: &str = "El token de acceso no es válido";
pub(crate) const EXPIRED_TOKEN: &str = "El token de acceso venció";
pub(crate) const TOO_LONG_TOKEN: &str = "El token de acceso vale por demasiado tiempo";
pub(crate) const TOKEN_FOR_OTHERS: &str = "El token de acceso es de otro emisor o para otro servicio";
pub(crate) const NO_ACCESS_TOKEN: &str = "No es un token de acceso, sino de identidad o de renovación";
pub(crate) const ENDED_TOKEN: &str = "El token de acceso ya no vale: la cuenta cambió; inicie sesión otra vez";
pub(crate) const OTHER_TENANT: &str = "El token de acceso es de otra organización";
pub(crate) const BAD_CREDENTIALS: &str = "Usuario o contraseña incorrectos";
pub(crate) const TOO_MANY_ATTEMPTS: &str = "Demasiados intentos de inicio de sesión; espere antes de intentar de nuevo";
pub(crate) const NO_LOCAL_SIGN_IN: &str = "Aquí no se inicia sesión; use el token que emite su organización";
pub(crate) const FORBIDDEN: &str = "Su rol no permite esta operación";

pub(crate) const TOO_LARGE: &str = "El cuerpo de la petición es demasiado grande";
pub(crate) const BODY_BROKEN_OFF: &str = "El cuerpo de la petición llegó incompleto";
pub(crate) const JSON_EXPECTED: &str = "Se espera un cuerpo application/json";
pub(crate) const FORM_EXPECTED: &str = "Se espera un cuerpo application/x-www-form-urlencoded";
pub(crate) const NOT_UTF8: &str = "El cuerpo de la petición no es UTF-8 válido";
pub(crate) const NOT_AN_OBJECT: &str = "El cuerpo de la petición debe ser un objeto JSON";
pub(crate) const INVALID_FIELDS: &str = "Hay campos no válidos";

pub(crate) const UNCONFIRMED: &str =
    "No se sabe si el cambio quedó guardado: la base de datos no lo confirmó. Compruebe cómo está antes de repetirlo";
pub(crate) const STORE_UNAVAILABLE: &str = "La base de datos no está disponible; intente de nuevo en unos segundos";
pub(crate) const OTHER_SCHEMA: &str = "La base de datos tiene otro esquema que este programa";
pub(crate) const INTERNAL: &str = "Error interno";

pub(crate) const UNKNOWN_FIELD: &str = "Campo desconocido";
pub(crate) const UNKNOWN_PARAMETER: &str = "Parámetro desconocido";
pub(crate) const PARAMETER_NOT_UTF8: &str = "El valor no es UTF-8 válido";
pub(crate) const REPEATED_PARAMETER: &str = "Parámetro repetido";
pub(crate) const REQUIRED: &str = "Campo obligatorio";
pub(crate) const TEXT_EXPECTED: &str = "Se espera un texto";
pub(crate) const INTEGER_EXPECTED: &str = "Se espera un número entero";
pub(crate) const BOOLEAN_EXPECTED: &str = "Se espera true o false";
pub(crate) const LIST_EXPECTED: &str = "Se espera una lista";
pub(crate) const OBJECT_EXPECTED: &str = "Se espera un objeto";
pub(crate) const SCALAR_EXPECTED: &str = "Se espera un valor simple, no un objeto ni una lista";
pub(crate) const FILE_EMPTY: &str = "El archivo está vacío";
pub(crate) const FILE_KIND: &str = "Este tipo de archivo no se envía: solo PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, GIF o WEBP";
pub(crate) const FILE_MACROS: &str = "El documento contiene macros; guárdelo sin ellas";
pub(crate) const FILE_NAME: &str = "El nombre no corresponde al contenido del archivo";
pub(crate) const FILE_UNNAMED: &str = "Falta un nombre con su extensión";
pub(crate) const FILE_NOT_FOUND: &str = "Archivo no encontrado";
pub(crate) const TOO_MANY_WAITING: &str = "Demasiados archivos de este ICSR esperan a ser enviados; descarte los que no se usarán";
pub(crate) const TOO_MANY_FILES: &str = "Llegan demasiados archivos a la vez; inténtelo de nuevo";
pub(crate) const NUL_CHARACTER: &str = "El texto contiene un carácter nulo";
pub(crate) const INSTANT_EXPECTED: &str = "Se espera una fecha y hora RFC 3339, como 2024-03-01T00:00:00Z";
pub(crate) const INSTANT_OUT_OF_RANGE: &str = "La fecha está fuera de rango";
pub(crate) const DAY_EXPECTED: &str = "Se espera una fecha AAAA-MM-DD";
pub(crate) const CURSOR_EXPECTED: &str = "Se espera el `next` de una página anterior";
pub(crate) const COUNT_RANGE: &str = "Se espera un número entero de 0 a 1000";
pub(crate) const PAGE_RANGE: &str = "Se espera un número entero desde 1";
pub(crate) const THREAD_RANGE: &str = "Se espera un número de 1 a 500";
pub(crate) const PAGE_SIZE_RANGE: &str = "Se espera un número entero de 1 a 200";
pub(crate) const KEY_FORM: &str = "Se esperan de 1 a 200 caracteres ASCII visibles";
pub(crate) const NO_DATE_WITH_ACTION: &str = "Solo se admite con reschedule o reactivate";
pub(crate) const CALL_IN_FUTURE: &str = "La llamada no puede estar en el futuro";
pub(crate) const NO_ATTEMPTS: &str = "El plan necesita al menos un intento";
pub(crate) const HOURS_MUST_ASCEND: &str = "Las horas deben ascender y estar entre 0 y 87600 (diez años)";
pub(crate) const DAYS_RANGE: &str = "Se espera un número entero de 0 a 3650";
/// Stands beside every row of a table that nobody confirmed.
pub(crate) const TO_BE_VERIFIED: &str = "por verificar";
pub(crate) const NUMBER_IN_E164_EXPECTED: &str = "Se espera un número de teléfono como +51999888777";
pub(crate) const CONTACT_EXPECTED: &str = "Se espera una dirección de correo o un número como +51999888777";
pub(crate) const ADDRESS_EXPECTED: &str = "Se espera una dirección de correo válida";

// What an automatic mail is called.
pub(crate) const LABEL_BOUNCE: &str = "Rebote: el mensaje no se entregó";
pub(crate) const LABEL_DELAY: &str = "Aviso de demora: el servidor sigue intentando la entrega";
pub(crate) const LABEL_DELIVERY: &str = "Aviso de entrega o lectura";
pub(crate) const LABEL_AUTO_REPLY: &str = "Respuesta automática: nadie ha contestado";
pub(crate) const LABEL_CHALLENGE: &str = "El servidor pide una confirmación: nadie leyó el mensaje";
pub(crate) const LABEL_COMPLAINT: &str = "Queja: el destinatario lo marcó como correo no deseado";
pub(crate) const LABEL_ECHO: &str = "Copia de un mensaje de la unidad";

/// An automatic answer that tells a day.
pub(crate) fn away_until(day: NaiveDate) -> String {
    format!("Respuesta automática: vuelve a leer su correo el {}", day.format("%d/%m/%Y"))
}

/// Letters to the address came back.
pub(crate) fn bounced(failure: &str) -> String {
    format!("La dirección rebotó: {failure}; use otro contacto o indique `override_reason`")
}
pub(crate) const NOT_AUTHENTIC: &str = "La firma o la contraseña del webhook no es válida";
pub(crate) const MAIL_TOO_LARGE: &str = "El correo supera el límite de tamaño; su cabecera quedó en la cuarentena";
pub(crate) const NO_MAIL: &str = "El cuerpo no trae un correo";
pub(crate) const TOO_MANY_MAILS: &str = "Llegan demasiados correos a la vez; inténtelo de nuevo";
pub(crate) const TOO_MANY_ANSWERS: &str = "Se piden demasiadas respuestas grandes a la vez; inténtelo de nuevo";
pub(crate) const BODY_TOO_SLOW: &str = "El cuerpo llega demasiado despacio; inténtelo de nuevo";
pub(crate) const FORM_OR_MULTIPART_EXPECTED: &str = "Se espera multipart/form-data o application/x-www-form-urlencoded";
pub(crate) const MULTIPART_MALFORMED: &str = "multipart/form-data mal formado";
pub(crate) const NO_BODY_MIME: &str = "Falta body-mime: la dirección de la ruta de Mailgun debe terminar en «mime»";
pub(crate) const NO_EMAIL_FIELD: &str = "Falta email: active «POST the raw, full MIME message» en SendGrid";
pub(crate) const NO_RAW_EMAIL: &str = "Falta RawEmail: active «Include raw email content in JSON payload» en Postmark";

/// What a person does about a mailbox that cannot be read.
pub(crate) fn mailbox_advice(trouble: MailboxTrouble) -> &'static str {
    match trouble {
        MailboxTrouble::Unreachable => "El servidor no responde; se vuelve a intentar. Si dura, revise la red o pregunte al proveedor",
        MailboxTrouble::Tls => "Revise el certificado del servidor, o IMAP_CA_FILE",
        MailboxTrouble::SignIn => {
            "El servidor o su proveedor de tokens rechaza la cuenta: renueve la contraseña, o con OAuth 2.0 autorice la cuenta otra vez; el registro de mail-poller dice el motivo"
        }
        MailboxTrouble::Mailbox => "La carpeta no se puede abrir: revise IMAP_MAILBOX",
        MailboxTrouble::SetBack => "El buzón volvió a un estado anterior: pregunte al proveedor qué correo se perdió",
        MailboxTrouble::Server => "El servidor no atiende como debe; se vuelve a intentar. Si dura, pregunte al proveedor",
        MailboxTrouble::Setting => "Un ajuste no puede funcionar: lo nombra el registro de mail-poller",
        MailboxTrouble::Store => "La base de datos no aceptó algo: revise su estado y el registro",
    }
}

/// What a person does about a mail server that is not asked, by how far the last letter came.
pub(crate) fn provider_advice(stage: SendStage) -> &'static str {
    match stage {
        SendStage::Connection => {
            "El servidor, o el de autorización, no responde; se vuelve a intentar. Si dura, revise la red o pregunte al proveedor"
        }
        SendStage::Tls => "Revise el certificado del servidor, o SMTP_CA_FILE; después envíe un correo de prueba",
        SendStage::SignIn => {
            "El servidor o su proveedor de tokens rechaza la cuenta: renueve la contraseña, o con OAuth 2.0 autorice la cuenta otra vez; después envíe un correo de prueba, que responde con el motivo"
        }
        SendStage::Sender => "El servidor no acepta nuestra dirección: revise SMTP_FROM y el permiso de la cuenta para usarla",
        SendStage::Recipient | SendStage::Message => "El servidor toma los mensajes y no responde: pregunte al proveedor",
    }
}

/// Where the JSON is broken, without repeating any of it.
pub(crate) fn malformed_json(line: usize, column: usize) -> String {
    format!("JSON mal formado (línea {line}, columna {column})")
}

/// A key that stands twice in one object: nobody can know which value was meant.
pub(crate) fn repeated_key(key: &str) -> String {
    format!("JSON mal formado: la clave «{}» está repetida", shortened(key))
}

/// What a client wrote, as far as it is worth repeating: an answer is not to grow with it.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A text beyond its limit, in characters.
pub(crate) fn too_long(longest: usize) -> String {
    format!("El texto supera los {longest} caracteres")
}

/// A list beyond its limit.
pub(crate) fn too_many(most: usize) -> String {
    format!("La lista supera los {most} elementos")
}

/// A mail that a case has already.
pub(crate) fn assigned(case_id: i64) -> String {
    format!("El correo ya es del ICSR #{case_id}")
}

/// Somebody else changed the case.
pub(crate) fn stale(current: i64) -> String {
    format!("El ICSR fue modificado por otra persona; su versión actual es {current}")
}

/// The reporter was reminded of a message already.
pub(crate) fn reminded(by: i64) -> String {
    format!("El mensaje ya fue {}", followup_words::trail::reminded_by(by))
}

/// An attempt's or a message's state from which what was asked is not legal, as the API spells it.
pub(crate) fn illegal_from(what: &str, state: &str) -> String {
    format!("El {what} está en estado «{state}», que no admite este cambio")
}

/// A text that its channel does not carry.
pub(crate) fn not_carried(why: &str) -> String {
    format!("Demasiado largo: {why}")
}

/// The condition for which a letter did not leave.
pub(crate) fn not_sent(reason: &str) -> String {
    format!("No se envió: {reason}")
}

/// A value that is none of the published ones.
pub(crate) fn one_of(values: &[&str]) -> String {
    format!("Valor no válido; se acepta: {}", values.join(", "))
}

/// `complete`, although fields are open; each by its label and name.
pub(crate) fn open_fields_check(fields: &[String]) -> String {
    format!("Faltan datos que nadie respondió ni documentó: {}", fields.join(", "))
}

/// What a person has to settle first.
pub(crate) fn contradictions_check(warnings: &[&str]) -> String {
    format!("Resuelva la contradicción o apártela con su motivo: {}", warnings.join("; "))
}

/// `max_attempts` on a serious case too early.
pub(crate) fn attempts_check(needed: usize, documented: usize) -> String {
    format!("Un caso grave necesita al menos {needed} contactos documentados antes de cerrarse sin respuesta; tiene {documented}")
}
