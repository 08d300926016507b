//! Every sentence with which a face of the service answers, in Spanish. Those of the seed stand exactly as it writes them. Each is its own
//! documentation.
#![expect(missing_docs, reason = "a sentence says itself what it says")]

use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::message::Channel;
use followup_domain::sending::SendStage;

pub const ICSR_NOT_FOUND: &str = "ICSR no encontrado";
pub const MESSAGE_NOT_FOUND: &str = "Mensaje no encontrado";
pub const ATTACHMENT_NOT_FOUND: &str = "Adjunto no encontrado";
pub const HTML_NOT_FOUND: &str = "Este mensaje no tiene versión HTML; su texto está en la conversación";
/// Of an attachment in Outlook's own format.
pub const UNREADABLE_ATTACHMENT: &str = "Formato propio de Outlook (TNEF, winmail.dat): puede contener texto y adjuntos que no se ven. Pida al remitente que reenvíe el correo como HTML o texto sin formato.";
pub const MAIL_NOT_FOUND: &str = "Correo no encontrado";
pub const NOT_QUARANTINED: &str = "El correo no está en cuarentena";
pub const PARTIAL_MAIL: &str = "Solo se guardó la cabecera del correo; está completo en el buzón";
pub const NOT_SET_BACK: &str = "Ese buzón no volvió a un estado anterior";
pub const PLAN_NOT_FOUND: &str = "Plan de seguimiento no encontrado";
pub const ATTEMPT_NOT_FOUND: &str = "Intento no encontrado";
pub const FIELD_NOT_FOUND: &str = "Campo no encontrado";
pub const PROPOSAL_NOT_FOUND: &str = "El caso no tiene esa propuesta";
pub const PROPOSAL_DECIDED: &str = "Alguien ya la decidió, o el caso ya lo dice";
pub const PROPOSALS_CONTRADICT: &str = "Dos de ellas dicen cosas distintas del mismo dato: elija una";
pub const FIELD_ANSWERED: &str = "El caso ya tiene ese dato";
pub const WARNING_NOT_FOUND: &str = "El caso no tiene esa advertencia, o ya no: un valor cambió";
pub const FIELD_NOT_DOCUMENTED: &str = "Ese campo no está documentado";
pub const DEADLINE_NOT_FOUND: &str = "Plazo no encontrado";
pub const CONTACT_NOT_FOUND: &str = "Esta dirección no está en la lista de no contactar";
pub const ADDRESS_NOT_FAILED: &str = "En esta dirección no falló ningún mensaje";
pub const ROUTE_NOT_FOUND: &str = "Ruta no encontrada";
pub const METHOD_NOT_ALLOWED: &str = "Método no permitido";

pub const UNSUPPORTED_CHANNEL: &str = "Canal no soportado";
pub const EMPTY_MESSAGE: &str = "Mensaje vacío";
pub const OUTSIDE_WINDOW: &str = "Fuera de la ventana de 24 horas de WhatsApp: use una plantilla aprobada";
pub const DRAFT_CHANGED: &str = "Otra ventana cambió este borrador";
pub const FORM_SENT: &str = "Este formulario ya se envió. Si quiere enviar otra carta, vuelva a pulsar «Enviar»";
pub const NOT_BY_HAND: &str = "Solo se deshace un mensaje que escribió una persona";
pub const HAS_LEFT: &str = "El mensaje ya salió, o está saliendo: no se puede deshacer";
pub const FOLLOWUP_CLOSED: &str = "El seguimiento de este ICSR está cerrado";
pub const FOLLOWUP_OPEN: &str = "El seguimiento de este ICSR está abierto";
pub const UNMET_CHECKS: &str = "El cierre no cumple los controles de calidad";
pub const NOTES_CHECK: &str = "Las notas de cierre son obligatorias";
pub const INBOUND_UNCHANGED: &str = "Un mensaje recibido no admite este cambio";
pub const NOT_TO_CONFIRM: &str = "Este mensaje no espera que se confirme su remitente";
pub const OUTBOUND_NOT_LINKED: &str = "Solo se enlaza un mensaje recibido";
pub const LINKED: &str = "El aviso ya está enlazado al mensaje del que informa";
pub const REPLACED: &str = "El mensaje ya fue reenviado";
pub const NOT_AN_ANSWER: &str = "Un mensaje solo puede responder a uno anterior";
pub const NOTHING_HELD: &str = "No hay intentos detenidos en este ICSR";
pub const PLAN_ACTIVE: &str = "Este ICSR ya tiene un plan de seguimiento activo";
pub const BLOCKED: &str = "La dirección pidió no ser contactada";
pub const NOT_CONFIGURED: &str = "canal no configurado";
pub const UNCERTAIN: &str = "resultado incierto";
pub const KEY_REUSED: &str = "La Idempotency-Key ya se usó con otra petición";

pub const NO_TOKEN: &str = "Falta el token de acceso";
pub const BAD_TOKEN: &str = "El token de acceso no es válido";
pub const EXPIRED_TOKEN: &str = "El token de acceso venció";
pub const TOO_LONG_TOKEN: &str = "El token de acceso vale por demasiado tiempo";
pub const TOKEN_FOR_OTHERS: &str = "El token de acceso es de otro emisor o para otro servicio";
pub const NO_ACCESS_TOKEN: &str = "No es un token de acceso, sino de identidad o de renovación";
pub const ENDED_TOKEN: &str = "El token de acceso ya no vale: la cuenta cambió; inicie sesión otra vez";
pub const OTHER_TENANT: &str = "El token de acceso es de otra organización";
pub const BAD_CREDENTIALS: &str = "Usuario o contraseña incorrectos";
pub const TOO_MANY_ATTEMPTS: &str = "Demasiados intentos de inicio de sesión; espere antes de intentar de nuevo";
pub const NO_LOCAL_SIGN_IN: &str = "Aquí no se inicia sesión; use el token que emite su organización";
pub const USERNAME_EXPECTED: &str = "De 1 a 64 letras, números o . _ - @";
pub const USERNAME_TAKEN: &str = "Ya hay una cuenta con ese nombre";
pub const ROLE_EXPECTED: &str = "Elija al menos un rol";
pub const USER_NOT_FOUND: &str = "Usuario no encontrado";
pub const LAST_ADMINISTRATOR: &str = "Es la última cuenta que puede administrar el servicio: dé antes ese rol a otra";
pub const FORBIDDEN: &str = "Su rol no permite esta operación";

pub const TOO_LARGE: &str = "El cuerpo de la petición es demasiado grande";
pub const BODY_BROKEN_OFF: &str = "El cuerpo de la petición llegó incompleto";
pub const JSON_EXPECTED: &str = "Se espera un cuerpo application/json";
pub const FORM_EXPECTED: &str = "Se espera un cuerpo application/x-www-form-urlencoded";
pub const NOT_UTF8: &str = "El cuerpo de la petición no es UTF-8 válido";
pub const NOT_AN_OBJECT: &str = "El cuerpo de la petición debe ser un objeto JSON";
pub const INVALID_FIELDS: &str = "Hay campos no válidos";

pub const UNCONFIRMED: &str =
    "No se sabe si el cambio quedó guardado: la base de datos no lo confirmó. Compruebe cómo está antes de repetirlo";
pub const STORE_UNAVAILABLE: &str = "La base de datos no está disponible; intente de nuevo en unos segundos";
pub const OTHER_SCHEMA: &str = "La base de datos tiene otro esquema que este programa";
pub const INTERNAL: &str = "Error interno";

pub const UNKNOWN_FIELD: &str = "Campo desconocido";
pub const UNKNOWN_PARAMETER: &str = "Parámetro desconocido";
pub const PARAMETER_NOT_UTF8: &str = "El valor no es UTF-8 válido";
pub const REPEATED_PARAMETER: &str = "Parámetro repetido";
pub const REQUIRED: &str = "Campo obligatorio";
pub const TEXT_EXPECTED: &str = "Se espera un texto";
pub const INTEGER_EXPECTED: &str = "Se espera un número entero";
pub const BOOLEAN_EXPECTED: &str = "Se espera true o false";
pub const LIST_EXPECTED: &str = "Se espera una lista";
pub const OBJECT_EXPECTED: &str = "Se espera un objeto";
pub const SCALAR_EXPECTED: &str = "Se espera un valor simple, no un objeto ni una lista";
pub const FILE_EMPTY: &str = "El archivo está vacío";
pub const FILE_KIND: &str = "Este tipo de archivo no se envía: solo PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, GIF o WEBP";
pub const FILE_MACROS: &str = "El documento contiene macros; guárdelo sin ellas";
pub const FILE_NAME: &str = "El nombre no corresponde al contenido del archivo";
pub const FILE_UNNAMED: &str = "Falta un nombre con su extensión";
pub const FILE_NOT_FOUND: &str = "Archivo no encontrado";
pub const TOO_MANY_WAITING: &str = "Demasiados archivos de este ICSR esperan a ser enviados; descarte los que no se usarán";
pub const TOO_MANY_FILES: &str = "Llegan demasiados archivos a la vez; inténtelo de nuevo";
pub const NUL_CHARACTER: &str = "El texto contiene un carácter nulo";
pub const INSTANT_EXPECTED: &str = "Se espera una fecha y hora RFC 3339, como 2024-03-01T00:00:00Z";
pub const INSTANT_OUT_OF_RANGE: &str = "La fecha está fuera de rango";
pub const DAY_EXPECTED: &str = "Se espera una fecha AAAA-MM-DD";
pub const CURSOR_EXPECTED: &str = "Se espera el `next` de una página anterior";
pub const COUNT_RANGE: &str = "Se espera un número entero de 0 a 1000";
pub const PAGE_RANGE: &str = "Se espera un número entero desde 1";
pub const THREAD_RANGE: &str = "Se espera un número de 1 a 500";
pub const PAGE_SIZE_RANGE: &str = "Se espera un número entero de 1 a 200";
pub const KEY_FORM: &str = "Se esperan de 1 a 200 caracteres ASCII visibles";
pub const NO_DATE_WITH_ACTION: &str = "Solo se admite con reschedule o reactivate";
pub const CALL_IN_FUTURE: &str = "La llamada no puede estar en el futuro";
pub const NO_ATTEMPTS: &str = "El plan necesita al menos un intento";
pub const HOURS_MUST_ASCEND: &str = "Las horas deben ascender y estar entre 0 y 87600 (diez años)";
pub const DAYS_RANGE: &str = "Se espera un número entero de 0 a 3650";
/// Stands beside every row of a table that nobody confirmed.
pub const TO_BE_VERIFIED: &str = "por verificar";
pub const NUMBER_IN_E164_EXPECTED: &str = "Se espera un número de teléfono como +51999888777";
pub const CONTACT_EXPECTED: &str = "Se espera una dirección de correo o un número como +51999888777";
pub const ADDRESS_EXPECTED: &str = "Se espera una dirección de correo válida";

/// Letters to the address came back.
pub fn bounced(failure: &str) -> String {
    format!("La dirección rebotó: {failure}; use otro contacto o indique por qué se le escribe de todos modos (`override_reason`)")
}

pub const NOT_AUTHENTIC: &str = "La firma o la contraseña del webhook no es válida";
pub const MAIL_TOO_LARGE: &str = "El correo supera el límite de tamaño; su cabecera quedó en la cuarentena";
pub const NO_MAIL: &str = "El cuerpo no trae un correo";
pub const TOO_MANY_MAILS: &str = "Llegan demasiados correos a la vez; inténtelo de nuevo";
pub const TOO_MANY_ANSWERS: &str = "Se piden demasiadas respuestas grandes a la vez; inténtelo de nuevo";
pub const BODY_TOO_SLOW: &str = "El cuerpo llega demasiado despacio; inténtelo de nuevo";
pub const FORM_OR_MULTIPART_EXPECTED: &str = "Se espera multipart/form-data o application/x-www-form-urlencoded";
pub const MULTIPART_MALFORMED: &str = "multipart/form-data mal formado";
pub const NO_BODY_MIME: &str = "Falta body-mime: la dirección de la ruta de Mailgun debe terminar en «mime»";
pub const NO_EMAIL_FIELD: &str = "Falta email: active «POST the raw, full MIME message» en SendGrid";
pub const NO_RAW_EMAIL: &str = "Falta RawEmail: active «Include raw email content in JSON payload» en Postmark";

/// What a person does about a mailbox that cannot be read.
pub fn mailbox_advice(trouble: MailboxTrouble) -> &'static str {
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
pub fn provider_advice(stage: SendStage) -> &'static str {
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
pub fn malformed_json(line: usize, column: usize) -> String {
    format!("JSON mal formado (línea {line}, columna {column})")
}

/// A key that stands twice in one object: nobody can know which value was meant.
pub fn repeated_key(key: &str) -> String {
    format!("JSON mal formado: la clave «{}» está repetida", shortened(key))
}

/// What a client wrote, as far as it is worth repeating: an answer is not to grow with it.
pub fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A text beyond its limit, in characters.
pub fn too_long(longest: usize) -> String {
    format!("El texto supera los {longest} caracteres")
}

/// A list beyond its limit.
pub fn too_many(most: usize) -> String {
    format!("La lista supera los {most} elementos")
}

/// A mail that a case has already.
pub fn assigned(case_id: i64) -> String {
    format!("El correo ya es del ICSR #{case_id}")
}

/// Somebody else changed the case.
pub fn stale(current: i64) -> String {
    format!("El ICSR fue modificado por otra persona; su versión actual es {current}")
}

/// The reporter was reminded of a message already.
pub fn reminded(by: i64) -> String {
    format!("El mensaje ya fue {}", crate::trail::reminded_by(by))
}

/// An attempt's or a message's state from which what was asked is not legal, as the API spells it.
pub fn illegal_from(what: &str, state: &str) -> String {
    format!("El {what} está en estado «{state}», que no admite este cambio")
}

/// A text that its channel does not carry.
pub fn not_carried(why: &str) -> String {
    format!("Demasiado largo: {why}")
}

/// The condition for which a letter did not leave.
pub fn not_sent(reason: &str) -> String {
    format!("No se envió: {reason}")
}

/// A value that is none of the published ones.
pub fn one_of(values: &[&str]) -> String {
    format!("Valor no válido; se acepta: {}", values.join(", "))
}

/// `complete`, although fields are open; each by its label and name.
pub fn open_fields_check(fields: &[String]) -> String {
    format!("Faltan datos que nadie respondió ni documentó: {}", fields.join(", "))
}

/// What a person has to settle first.
pub fn contradictions_check(warnings: &[&str]) -> String {
    format!("Resuelva la contradicción o apártela con su motivo: {}", warnings.join("; "))
}

/// `max_attempts` on a serious case too early.
pub fn attempts_check(needed: usize, documented: usize) -> String {
    format!("Un caso grave necesita al menos {needed} contactos documentados antes de cerrarse sin respuesta; tiene {documented}")
}

/// A carrier's failure, under the name of its channel.
pub fn failed(channel: Channel, text: &str) -> String {
    let transport = match channel {
        Channel::Email => "SMTP",
        Channel::Sms => "SMS",
        Channel::Whatsapp => "WhatsApp",
        Channel::Call => "llamada",
    };
    format!("Fallo {transport}: {text}")
}
