//! Addresses and numbers that must not be written to.

use chrono_tz::Tz;
use followup_domain::ports::DoNotContact;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use crate::csv::{Cell, Row};
use crate::input::{AddressOrNumber, Contact, Fields, Input, TEXT_LENGTH, Text, json_body};

/// Una dirección o un número a los que no se escribe.
#[derive(Serialize, ToSchema)]
#[schema(as = BlockedContact)]
pub(crate) struct BlockedOutput {
    /// La dirección, en minúsculas, o el número.
    address: String,
    /// El motivo.
    reason: String,
    /// Quién lo dispuso.
    actor: String,
    /// Cuándo.
    #[schema(format = DateTime)]
    at: String,
}

/// The columns of the list as a file.
pub(crate) const COLUMNS: &[&str] = &["Dirección", "Motivo", "Quién", "Cuándo"];

/// An address as a line of a file.
pub(crate) fn line(contact: DoNotContact, zone: Tz) -> Row {
    vec![contact.address.into(), contact.reason.into(), contact.actor.into(), Cell::at(contact.at, zone)]
}

impl From<DoNotContact> for BlockedOutput {
    fn from(contact: DoNotContact) -> Self {
        Self { address: contact.address, reason: contact.reason, actor: contact.actor, at: instant(contact.at) }
    }
}

/// Whom nobody writes to any more, and why.
pub(crate) struct BlockInput;

impl Input for BlockInput {
    type Value = (AddressOrNumber, String);
    const NAME: &'static str = "BlockRequest";
    const ABOUT: &'static str = "A quién no se escribe más, y por qué.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let contact = fields.required("contact", Contact, CONTACT);
        let reason = fields.required("reason", Text::of(TEXT_LENGTH), "El motivo.");
        contact.zip(reason)
    }
}

/// Where messages arrive again, and why.
pub(crate) struct ClearInput;

impl Input for ClearInput {
    type Value = (AddressOrNumber, String);
    const NAME: &'static str = "ClearRequest";
    const ABOUT: &'static str = "Qué dirección o número vuelve a servir, y por qué.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let contact = fields.required("contact", Contact, CONTACT);
        let reason = fields.required("reason", Text::of(TEXT_LENGTH), "El motivo.");
        contact.zip(reason)
    }
}

/// Whom one may write to again.
pub(crate) struct UnblockInput;

impl Input for UnblockInput {
    type Value = AddressOrNumber;
    const NAME: &'static str = "UnblockRequest";
    const ABOUT: &'static str = "A quién se puede escribir de nuevo.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        fields.required("contact", Contact, CONTACT)
    }
}

const CONTACT: &str = "La dirección de correo, o el número de teléfono con `+` y el código de su país, sin espacios.";

json_body!(BlockInput, ClearInput, UnblockInput);
