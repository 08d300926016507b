//! What providers post, and what they are told of it.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The form of Mailgun, for the document. Of a form only what is named is read; whatever else it has is taken.
pub(crate) struct MailgunForm;
/// The form of SendGrid.
pub(crate) struct SendgridForm;
/// The form of Twilio.
pub(crate) struct TwilioForm;

const MAILGUN: [(&str, &str); 4] = [
    ("body-mime", "El correo entero."),
    ("timestamp", "Segundos desde 1970."),
    ("token", "Vale para un solo correo."),
    ("signature", "HMAC-SHA256 de `timestamp` y `token`, en hexadecimal."),
];
const SENDGRID: [(&str, &str); 1] = [("email", "El correo entero.")];

const TWILIO: [(&str, &str); 6] = [
    ("MessageSid", "Identificador del mensaje en Twilio."),
    ("From", "De quién, en E.164; en WhatsApp, con `whatsapp:` delante."),
    ("To", "A quién, en E.164; en WhatsApp, con `whatsapp:` delante."),
    ("Body", "El texto de un mensaje que llegó."),
    ("MessageStatus", "De un mensaje nuestro: qué fue de él."),
    ("ErrorCode", "Por qué no llegó."),
];

fn form(fields: &[(&str, &str)]) -> Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let form = ObjectBuilder::new().property_names(Some(text().pattern(Some("^[A-Za-z0-9_\\-]+$"))));
    let form = form.additional_properties(Some(AdditionalProperties::RefOr(text().into())));
    fields.iter().fold(form, |form, (name, about)| form.property(*name, text().description(Some(*about)))).into()
}

macro_rules! forms {
    ($($form:ty = $name:literal: $fields:expr),+ $(,)?) => {$(
        impl PartialSchema for $form {
            fn schema() -> RefOr<Schema> {
                form(&$fields).into()
            }
        }
        impl ToSchema for $form {
            fn name() -> Cow<'static, str> {
                $name.into()
            }
        }
    )+};
}
forms!(MailgunForm = "MailgunForm": MAILGUN, SendgridForm = "SendgridForm": SENDGRID, TwilioForm = "TwilioForm": TWILIO);

/// El correo está guardado.
#[derive(Serialize, ToSchema)]
#[schema(as = AcceptedMail)]
pub(crate) struct AcceptedOutput {
    /// Su número entre los correos recibidos.
    pub(crate) id: i64,
    /// Ya estaba guardado: son los mismos bytes.
    pub(crate) duplicate: bool,
}
