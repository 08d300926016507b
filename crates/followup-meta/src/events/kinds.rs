//! What a message says, by its kind. What nobody can show is told of in words: somebody wrote it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use followup_domain::message::Classification;
use followup_domain::sending::IncomingMedia;
use serde_json::Value;

use super::{Said, clean, list, number, text};
use crate::words::harmless;

/// Reads what stands in a message under its kind. None where that is not what it should be.
type Read = fn(&Value) -> Option<Said>;

/// How each kind is read.
const KINDS: &[(&str, Read)] = &[
    ("text", |text_| words(text(text_, "body"))),
    ("button", |button| words(text(button, "text").or_else(|| text(button, "payload")))),
    ("interactive", interactive),
    ("image", file),
    ("video", file),
    ("audio", file),
    ("voice", file),
    ("document", file),
    ("sticker", file),
    ("location", location),
    ("contacts", |contacts| joined(contacts.as_array()?.iter().filter_map(contact))),
    ("order", order),
    ("reaction", reaction),
    ("system", system),
    ("edit", edit),
    ("revoke", |revoke| Some(Said { about: about(revoke), ..gesture("Borró un mensaje en WhatsApp; aquí se conserva") })),
    ("request_welcome", |_| Some(gesture("Abrió la conversación en WhatsApp"))),
];

/// Of a file whose type is not told (RFC 2046 §4.5.1).
const UNKNOWN_TYPE: &str = "application/octet-stream";
/// Kinds that say no more than that Meta does not pass it on.
const NAMELESS: [&str; 2] = ["unsupported", "unknown"];
/// Characters of a kind's name that are shown.
const LONGEST_KIND: usize = 40;

/// What a message says.
pub(super) fn said(message: &Value) -> Said {
    let kind = text(message, "type").unwrap_or_default();
    let read = KINDS.iter().find(|(known, _)| *known == kind).and_then(|(_, read)| read(&message[kind]));
    read.unwrap_or_else(|| unshown(message, kind))
}

/// A person wrote it, and nobody knows how it is shown.
fn unshown(message: &Value, kind: &str) -> Said {
    let kind = text(&message["unsupported"], "type").unwrap_or(if NAMELESS.contains(&kind) { "" } else { kind });
    let name: String = harmless(kind).chars().take(LONGEST_KIND).collect();
    let name = if name.is_empty() { String::new() } else { format!(" ({name})") };
    human(format!("Mensaje de un tipo que no se puede mostrar{name}. Pida al remitente que lo envíe como texto, foto o documento."))
}

fn human(body: String) -> Said {
    Said { body, classification: Classification::Human, media: Vec::new(), about: None }
}

/// In which nobody says anything.
fn gesture(body: impl Into<String>) -> Said {
    Said { classification: Classification::AutoReply, ..human(body.into()) }
}

fn words(text: Option<&str>) -> Option<Said> {
    text.map(|text| human(clean(text)))
}

/// Lines that say something.
fn joined(lines: impl Iterator<Item = String>) -> Option<Said> {
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| human(lines.join("\n")))
}

/// An answer to buttons, a list or a form of ours.
fn interactive(told: &Value) -> Option<Said> {
    let kind = text(told, "type")?;
    let answer = &told[kind];
    if kind == "nfm_reply" {
        return joined([text(answer, "body"), text(answer, "response_json")].into_iter().flatten().map(clean));
    }
    joined([text(answer, "title"), text(answer, "description")].into_iter().flatten().map(clean))
}

fn file(told: &Value) -> Option<Said> {
    let media_type = text(told, "mime_type").and_then(|kind| kind.split(';').next()).map(|kind| clean(kind.trim()).to_lowercase());
    let media = IncomingMedia {
        source: clean(text(told, "id")?),
        media_type: media_type.filter(|kind| !kind.is_empty()).unwrap_or_else(|| UNKNOWN_TYPE.to_owned()),
        name: text(told, "filename").map(clean),
        sha256: text(told, "sha256").and_then(hexadecimal),
    };
    Some(Said { media: vec![media], ..human(text(told, "caption").map(clean).unwrap_or_default()) })
}

/// Meta writes hashes in base64; what is none is not one.
fn hexadecimal(hash: &str) -> Option<String> {
    let bytes = STANDARD.decode(hash).or_else(|_| STANDARD_NO_PAD.decode(hash)).ok().filter(|bytes| bytes.len() == 32)?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn location(told: &Value) -> Option<Said> {
    let place = told["latitude"].as_f64().zip(told["longitude"].as_f64()).map(|(north, east)| format!("{north}, {east}"));
    let named = ["name", "address", "url"].into_iter().filter_map(|name| text(told, name).map(clean));
    joined(named.chain(place)).map(|said| human(format!("Ubicación:\n{}", said.body)))
}

/// One person: name, then whatever they can be reached at.
fn contact(told: &Value) -> Option<String> {
    let name = text(&told["name"], "formatted_name").or_else(|| text(&told["name"], "first_name"));
    let numbers = list(told, "phones").filter_map(|phone| text(phone, "phone").or_else(|| text(phone, "wa_id")));
    let emails = list(told, "emails").filter_map(|email| text(email, "email"));
    let all: Vec<&str> = name.into_iter().chain(text(&told["org"], "company")).chain(numbers).chain(emails).collect();
    (!all.is_empty()).then(|| clean(&format!("Contacto: {}", all.join(", "))))
}

fn order(told: &Value) -> Option<Said> {
    let items = list(told, "product_items").filter_map(|item| {
        let name = text(item, "product_retailer_id")?;
        Some(clean(&format!("{} × {name}", item["quantity"])))
    });
    let items: Vec<String> = items.collect();
    joined(text(told, "text").map(clean).into_iter().chain((!items.is_empty()).then(|| format!("Pedido: {}", items.join(", ")))))
}

fn reaction(told: &Value) -> Option<Said> {
    let emoji = text(told, "emoji").map(clean);
    let body = emoji.map_or_else(|| "Retiró su reacción".to_owned(), |emoji| format!("Reaccionó con {emoji}"));
    Some(Said { about: text(told, "message_id").map(clean), ..gesture(body) })
}

/// What WhatsApp itself tells of a person.
fn system(told: &Value) -> Option<Said> {
    let new_number = text(told, "wa_id").or_else(|| text(told, "new_wa_id")).map(number);
    let body = match (text(told, "type")?, new_number) {
        ("user_changed_number" | "customer_changed_number", Some(new)) => format!("Cambió de número de WhatsApp: ahora es {new}"),
        ("customer_identity_changed" | "user_identity_changed", _) => {
            "Cambió su identidad en WhatsApp: puede ser otro teléfono, u otra persona".to_owned()
        }
        _ => format!("Aviso de WhatsApp: {}", text(told, "body").map(clean)?),
    };
    Some(gesture(body))
}

/// A person put other words in the place of a message's.
fn edit(told: &Value) -> Option<Said> {
    let Said { body, media, .. } = said_once(&told["message"])?;
    Some(Said { media, about: about(told), ..human(format!("Corrigió un mensaje anterior:\n{body}")) })
}

/// Of what stands in another message; what is in that again counts for nothing.
fn said_once(message: &Value) -> Option<Said> {
    let kind = text(message, "type").filter(|kind| *kind != "edit")?;
    let read = KINDS.iter().find(|(known, _)| *known == kind).map(|(_, read)| read)?;
    read(&message[kind])
}

/// The message that was changed, or is no more.
fn about(told: &Value) -> Option<String> {
    text(told, "original_message_id").map(clean)
}
