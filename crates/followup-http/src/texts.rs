//! Every sentence that a client of the API reads, in Spanish. Those of the seed stand exactly as it writes them.

pub(crate) const ICSR_NOT_FOUND: &str = "ICSR no encontrado";
pub(crate) const MESSAGE_NOT_FOUND: &str = "Mensaje no encontrado";
pub(crate) const ATTACHMENT_NOT_FOUND: &str = "Adjunto no encontrado";
pub(crate) const PLAN_NOT_FOUND: &str = "Plan de seguimiento no encontrado";
pub(crate) const ROUTE_NOT_FOUND: &str = "Ruta no encontrada";
pub(crate) const METHOD_NOT_ALLOWED: &str = "Método no permitido";

pub(crate) const UNSUPPORTED_CHANNEL: &str = "Canal no soportado";
pub(crate) const EMPTY_MESSAGE: &str = "Mensaje vacío";
pub(crate) const NO_EMAIL: &str = "Este ICSR no tiene email del reportante";
pub(crate) const NO_PHONE: &str = "Este ICSR no tiene teléfono";
pub(crate) const NO_WHATSAPP: &str = "Este ICSR no tiene WhatsApp/teléfono";
pub(crate) const FOLLOWUP_CLOSED: &str = "El seguimiento de este ICSR está cerrado";
pub(crate) const PLAN_ACTIVE: &str = "Este ICSR ya tiene un plan de seguimiento activo";
pub(crate) const BLOCKED: &str = "La dirección pidió no ser contactada";
pub(crate) const NOT_CONFIGURED: &str = "canal no configurado";
pub(crate) const UNCERTAIN: &str = "resultado incierto";
pub(crate) const KEY_REUSED: &str = "La Idempotency-Key ya se usó con otra petición";

pub(crate) const NO_TOKEN: &str = "Falta el token de acceso";
pub(crate) const BAD_TOKEN: &str = "El token de acceso no es válido";
pub(crate) const EXPIRED_TOKEN: &str = "El token de acceso venció";
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

pub(crate) const STORE_UNAVAILABLE: &str = "La base de datos no está disponible; intente de nuevo en unos segundos";
pub(crate) const INTERNAL: &str = "Error interno";

pub(crate) const UNKNOWN_FIELD: &str = "Campo desconocido";
pub(crate) const UNKNOWN_PARAMETER: &str = "Parámetro desconocido";
pub(crate) const REPEATED_PARAMETER: &str = "Parámetro repetido";
pub(crate) const REQUIRED: &str = "Campo obligatorio";
pub(crate) const TEXT_EXPECTED: &str = "Se espera un texto";
pub(crate) const INTEGER_EXPECTED: &str = "Se espera un número entero";
pub(crate) const LIST_EXPECTED: &str = "Se espera una lista";
pub(crate) const OBJECT_EXPECTED: &str = "Se espera un objeto";
pub(crate) const SCALAR_EXPECTED: &str = "Se espera un valor simple, no un objeto ni una lista";
pub(crate) const NO_ATTACHMENTS: &str = "No se admiten adjuntos en los envíos";
pub(crate) const NUL_CHARACTER: &str = "El texto contiene un carácter nulo";
pub(crate) const INSTANT_EXPECTED: &str = "Se espera una fecha y hora RFC 3339, como 2024-03-01T00:00:00Z";
pub(crate) const INSTANT_OUT_OF_RANGE: &str = "La fecha está fuera de rango";
pub(crate) const DAY_EXPECTED: &str = "Se espera una fecha AAAA-MM-DD";
pub(crate) const PAGE_RANGE: &str = "Se espera un número entero desde 1";
pub(crate) const PAGE_SIZE_RANGE: &str = "Se espera un número entero de 1 a 200";
pub(crate) const FOLLOWUP_STATUS_EXPECTED: &str = "Valor no válido; se acepta: open, closed";
pub(crate) const SORT_EXPECTED: &str = "Valor no válido; se acepta: -created_at, created_at, -updated_at, -fecha_recepcion";
pub(crate) const KEY_FORM: &str = "Se esperan de 1 a 200 caracteres ASCII visibles";
pub(crate) const ADDRESS_EXPECTED: &str = "Se espera una dirección de correo válida";

/// Where the JSON is broken, without repeating any of it.
pub(crate) fn malformed_json(line: usize, column: usize) -> String {
    format!("JSON mal formado (línea {line}, columna {column})")
}

/// A key that stands twice in one object: nobody can know which value was meant.
pub(crate) fn repeated_key(key: &str) -> String {
    format!("JSON mal formado: la clave «{key}» está repetida")
}

/// Somebody else changed the case.
pub(crate) fn stale(current: i64) -> String {
    format!("El ICSR fue modificado por otra persona; su versión actual es {current}")
}
