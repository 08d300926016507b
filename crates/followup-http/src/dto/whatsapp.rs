//! The templates of WhatsApp's provider, and a test message.

use followup_app::WhatsappTest;
use followup_domain::ports::KnownTemplate;
use followup_domain::sending::ApprovedTemplate;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use crate::input::{Fields, Input, NAME_LENGTH, Text, json_body};

/// Una plantilla de WhatsApp, como su proveedor la dice.
#[derive(Serialize, ToSchema)]
#[schema(as = WhatsappTemplate)]
pub(crate) struct WhatsappTemplateOutput {
    /// Su nombre, con el que se envía.
    name: String,
    /// Su idioma.
    language: String,
    /// Su identificador con el proveedor.
    provider_id: String,
    /// `approved`, `pending`, `paused`, `rejected` o `disabled`: solo una aprobada se envía.
    status: &'static str,
    /// Cuántos parámetros lleva.
    parameters: usize,
    /// Los nombres de sus lugares, en el orden de los parámetros.
    places: Vec<String>,
    /// Su texto, con sus lugares entre llaves; null si el proveedor no lo dice.
    body: Option<String>,
    /// Cuándo lo dijo el proveedor.
    #[schema(format = DateTime)]
    told_at: String,
}

impl From<KnownTemplate> for WhatsappTemplateOutput {
    fn from(KnownTemplate { template, told_at }: KnownTemplate) -> Self {
        let parameters = template.parameters();
        let ApprovedTemplate { provider_id, name, language, status, places, text } = template;
        Self { name, language, provider_id, status: status.as_str(), parameters, places, body: text, told_at: instant(told_at) }
    }
}

/// A test message.
pub(crate) struct WhatsappTestInput;

impl Input for WhatsappTestInput {
    type Value = WhatsappTest;
    const NAME: &'static str = "WhatsappTestRequest";
    const ABOUT: &'static str = "A quién se envía el mensaje de prueba, y qué.";

    fn read(fields: &mut Fields) -> Option<WhatsappTest> {
        let to = fields.required("to", Text::of(NAME_LENGTH), "Un número de teléfono, como +51 999 888 777.");
        let template = fields.optional("template", Text::of(NAME_LENGTH), "Una plantilla aprobada; sin ella, un texto libre.");
        let parameters = fields.texts("parameters", "Lo que llena los lugares de la plantilla, en su orden.").unwrap_or_default();
        to.map(|to| WhatsappTest { to, template, parameters })
    }
}

json_body!(WhatsappTestInput);
