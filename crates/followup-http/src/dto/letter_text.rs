//! The unit's own letters.

use followup_app::{LetterPreview, LetterText};
use followup_domain::asking::letter_text::{LONGEST_LETTER_TEXT, TextFault};
use followup_words::letters as words;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use crate::input::{Fields, Input, Text, Whole, json_body};

const VERSION: &str = "La versión que se leyó, 0 si nadie cambió el texto todavía; si ya no es la actual, 409. Sin ella, la que haya.";

/// A text as it is written, and what it was made from.
pub(crate) struct LetterTextInput;

impl Input for LetterTextInput {
    type Value = (String, Option<i64>);
    const NAME: &'static str = "LetterTextRequest";
    const ABOUT: &'static str = "El texto de una carta como se escribe, y de qué versión sale.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let text = fields.required("text", Text::verbatim(LONGEST_LETTER_TEXT), "El texto, en Jinja.");
        let version = fields.optional("version", Whole::ANY, VERSION);
        text.map(|text| (as_it_is_kept(text), version))
    }
}

json_body!(LetterTextInput);

/// A text that is only tried.
pub(crate) struct LetterPreviewInput;

impl Input for LetterPreviewInput {
    type Value = String;
    const NAME: &'static str = "LetterPreviewRequest";
    const ABOUT: &'static str = "Un texto que solo se prueba.";

    fn read(fields: &mut Fields) -> Option<String> {
        fields.required("text", Text::verbatim(LONGEST_LETTER_TEXT), "El texto, en Jinja.").map(as_it_is_kept)
    }
}

json_body!(LetterPreviewInput);

/// Which version is given up.
pub(crate) struct LetterResetInput;

impl Input for LetterResetInput {
    type Value = Option<i64>;
    const NAME: &'static str = "LetterResetRequest";
    const ABOUT: &'static str = "Qué versión se deja.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        Some(fields.optional("version", Whole::ANY, VERSION))
    }
}

json_body!(LetterResetInput);

/// Lines end with a line feed.
fn as_it_is_kept(text: String) -> String {
    text.replace("\r\n", "\n")
}

/// El texto de una carta, o de una parte que varias cartas incluyen.
#[derive(Serialize, ToSchema)]
#[schema(as = LetterText)]
pub(crate) struct LetterTextOutput {
    /// Su archivo, con el que se nombra.
    letter: &'static str,
    /// Cómo se llama.
    name: String,
    /// `request` o `reminder`; null en una parte.
    kind: Option<&'static str>,
    /// `email`, `sms` o `whatsapp` (texto libre); null en una parte.
    channel: Option<&'static str>,
    /// El texto de la unidad, o el del servicio si no tiene uno propio.
    text: String,
    /// El texto que trae el servicio.
    shipped_text: String,
    /// El texto es de la unidad.
    own: bool,
    /// El que trae el servicio lo puso el despliegue (`TEMPLATES_DIR`).
    of_deployment: bool,
    /// Cuenta los cambios; 0 si nadie lo cambió todavía.
    version: i64,
    /// Quién lo cambió por última vez.
    changed_by: Option<String>,
    /// Cuándo.
    #[schema(format = DateTime)]
    changed_at: Option<String>,
    /// Por qué las cartas salen con el texto del servicio aunque haya uno propio; vacío si no pasa.
    faults: Vec<TextFaultOutput>,
}

/// Algo que está mal en un texto.
#[derive(Serialize, ToSchema)]
#[schema(as = TextFault)]
struct TextFaultOutput {
    /// En qué texto: el que se mira, una parte que incluye, o una carta que lo incluye.
    letter: String,
    /// En qué línea, desde 1; null si es todo el texto.
    line: Option<usize>,
    /// Qué, en palabras.
    message: String,
}

/// Cómo se leería una carta de un caso habitual.
#[derive(Serialize, ToSchema)]
#[schema(as = LetterPreview)]
pub(crate) struct LetterPreviewOutput {
    /// Lo que está mal; vacío si el texto se puede guardar.
    faults: Vec<TextFaultOutput>,
    /// El asunto; null si no tiene, o si la carta no se puede escribir.
    subject: Option<String>,
    /// La carta; null si no se puede escribir.
    body: Option<String>,
    /// En cuántas partes va un SMS.
    sms_parts: Option<usize>,
    /// `GSM-7` o `UCS-2`, de un SMS.
    sms_encoding: Option<&'static str>,
}

impl From<LetterText> for LetterTextOutput {
    fn from(text: LetterText) -> Self {
        let name = text.shipped.name;
        Self {
            letter: name,
            name: words::name(&text.shipped),
            kind: text.shipped.letter.map(|(kind, _)| kind.as_str()),
            channel: text.shipped.letter.map(|(_, channel)| channel.as_str()),
            text: text.text().to_owned(),
            own: text.own().is_some(),
            of_deployment: text.shipped.is_of_deployment,
            version: text.version(),
            changed_by: text.kept.as_ref().map(|kept| kept.changed_by.clone()),
            changed_at: text.kept.as_ref().map(|kept| instant(kept.changed_at)),
            faults: faults(&text.faults, name),
            shipped_text: text.shipped.text,
        }
    }
}

impl LetterPreviewOutput {
    pub(crate) fn of(preview: LetterPreview, name: &str) -> Self {
        let (subject, body) = preview.letter.map(|letter| (letter.subject, letter.body)).unzip();
        Self {
            faults: faults(&preview.faults, name),
            subject: subject.filter(|subject| !subject.is_empty()),
            body,
            sms_parts: preview.sms.map(|sms| sms.parts),
            sms_encoding: preview.sms.map(|sms| sms.encoding.as_str()),
        }
    }
}

fn faults(faults: &[TextFault], of: &str) -> Vec<TextFaultOutput> {
    let told = |fault: &TextFault| TextFaultOutput { letter: fault.name.clone(), line: fault.line, message: words::fault(fault, of) };
    faults.iter().map(told).collect()
}
