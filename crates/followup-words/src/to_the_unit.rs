//! What the unit itself is told by e-mail.

use followup_domain::asking::request::product_names;
use followup_domain::case::Case;
use followup_domain::mail::inbound::UnreadableMail;
use followup_domain::message::Channel;

/// An e-mail to the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its subject, without the letterhead's prefix.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// What goes to the reporter by itself after a letter that did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhatFollows {
    /// Nothing goes to that address; the case has another point of contact, of this channel.
    Proposed(Channel),
    /// The request is repeated in some days.
    Repeated,
    /// The plan's next letters go on their days.
    PlanGoesOn,
    /// Nothing, unless somebody decides.
    Nothing,
}

/// A reply came.
pub fn reply(case: &Case) -> Notice {
    notice(
        case,
        "Respuesta recibida",
        "El reportante ha respondido a la solicitud de seguimiento.",
        "Revisa la respuesta en VIGIA y actualiza el caso.",
    )
}

/// A mail that says of itself that it is automatic does not read so.
pub fn doubtful_label(case: &Case) -> Notice {
    let what = "Llegó un mensaje que se declara automático pero no se lee como una ausencia, un acuse o un informe. No cuenta como respuesta y el seguimiento continúa.";
    notice(case, "Mensaje por revisar", what, "Revísalo en VIGIA por si trae datos del caso.")
}

/// The reporter has not answered for so many days.
pub fn long_wait(case: &Case, days: i64) -> Notice {
    let unit = if days == 1 { "día" } else { "días" };
    let what = format!("El reportante no ha respondido desde hace {days} {unit}.");
    notice(case, "Sin respuesta", &what, "Considere otro canal (teléfono, WhatsApp) o el cierre del seguimiento.")
}

/// A letter did not arrive. `why` is [`crate::failures::told`], or a transport's own words.
pub fn not_delivered(case: &Case, why: &str, then: WhatFollows) -> Notice {
    let next = match then {
        WhatFollows::Proposed(Channel::Email) => {
            "No se le escribe más a esa dirección por sí solo. El caso tiene otro correo: revise el contacto."
        }
        WhatFollows::Proposed(Channel::Whatsapp) => {
            "No se le escribe más a esa dirección por sí solo. Siguiente canal propuesto: WhatsApp."
        }
        WhatFollows::Proposed(Channel::Sms) => "No se le escribe más a esa dirección por sí solo. Siguiente canal propuesto: SMS.",
        WhatFollows::Proposed(Channel::Call) => {
            "No se le escribe más a esa dirección por sí solo. Siguiente canal propuesto: llamada telefónica."
        }
        WhatFollows::Repeated => "La solicitud se envía de nuevo por sí sola en unos días.",
        WhatFollows::PlanGoesOn => "Los envíos siguientes del plan se harán en su fecha.",
        WhatFollows::Nothing => "No se le escribe de nuevo por sí solo: decida cómo contactar al reportante.",
    };
    notice(case, "Mensaje no entregado", &format!("Un mensaje al reportante no llegó: {why}."), next)
}

/// The reporter marked a letter as unwanted.
pub fn complaint(case: &Case) -> Notice {
    let next = "Decida si se le deja de escribir (no contactar) o si se le llama por teléfono; el plan sigue mientras tanto.";
    notice(case, "Queja del reportante", "El reportante marcó un mensaje del seguimiento como correo no deseado.", next)
}

/// A mail that only shows that sending works.
pub fn test_mail(unit_name: &str) -> Notice {
    let body = format!("Este es un correo de prueba de {unit_name}.\n\nSi lo recibió, el envío funciona.\n");
    Notice { subject: "Correo de prueba".to_owned(), body }
}

/// A text message that only shows that sending works; in one part for a name of ordinary length.
pub fn test_sms(unit_name: &str) -> String {
    format!("Mensaje de prueba de {unit_name}. Si lo recibe, los SMS funcionan.")
}

/// A text message to try a channel with.
pub fn test_message(unit_name: &str) -> String {
    format!("Este es un mensaje de prueba de {unit_name}. Si lo recibió, el envío funciona.")
}

/// Why a mail stands in the quarantine: its bytes are kept, and what they say could not be read.
pub fn unreadable(why: UnreadableMail) -> String {
    match why {
        UnreadableMail::Empty => "el mensaje está vacío".into(),
        UnreadableMail::TooLarge(mebibytes) => format!("el mensaje supera {mebibytes} MiB, que es lo más que se lee; se guardó entero"),
        UnreadableMail::NoMail => "no empieza con ninguna cabecera de correo; se guardó como llegó".into(),
        UnreadableMail::LongField(bytes) => format!("una cabecera MIME supera {bytes} bytes; el mensaje se guardó entero"),
        UnreadableMail::LongHeaders(kibibytes) => format!("sus cabeceras suman más de {kibibytes} KiB; el mensaje se guardó entero"),
        UnreadableMail::DeepParts(depth) => format!("tiene más de {depth} partes MIME una dentro de otra; el mensaje se guardó entero"),
        UnreadableMail::Ambiguous => "sus partes MIME se pueden separar de más de una manera; el mensaje se guardó entero".into(),
        UnreadableMail::ManyParts(parts) => format!("tiene más de {parts} partes MIME; el mensaje se guardó entero"),
        UnreadableMail::ParserFailed => "el lector de correo falló con este mensaje; se guardó entero".into(),
    }
}

/// What a letter of a staging system begins with.
pub fn redirection_note(to: &str) -> String {
    format!("[Sistema de pruebas: este correo era para {to}]\n\n")
}

/// Why only the header of a mail was kept.
pub fn too_large(megabytes: u64) -> String {
    format!(
        "el mensaje supera el límite de {megabytes} MB: se guardó solo su cabecera y no se aceptó; pídalo al remitente o búsquelo en el servidor de correo"
    )
}

/// The notes with which the service closes a case itself.
pub fn closed_without_answer(days: i64) -> String {
    format!("Sin respuesta del reportante en {days} días.")
}

fn notice(case: &Case, subject: &str, what: &str, next: &str) -> Notice {
    let products = match product_names(&case.record).as_slice() {
        [] => "Producto: sin especificar".to_owned(),
        [only] => format!("Producto: {only}"),
        several => format!("Productos: {}", several.join(", ")),
    };
    Notice { subject: format!("{subject} - ICSR #{}", case.id), body: format!("{what}\n\nCaso: #{}\n{products}\n\n{next}\n", case.id) }
}
