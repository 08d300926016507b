//! Why a mail stands where it stands, and what people should know of it.

use followup_domain::message::{MailFlag, MatchKind};

/// Why a mail stands in its case.
pub fn reason(kind: MatchKind) -> &'static str {
    match kind {
        MatchKind::ReplyToken => "Llegó a la dirección de respuesta firmada del caso",
        MatchKind::InReplyTo => "Responde a un mensaje del caso (In-Reply-To)",
        MatchKind::References => "Cita en sus cabeceras un mensaje del caso (References)",
        MatchKind::Alias => "Responde a un mensaje del caso por el identificador que le puso el servidor de correo",
        MatchKind::Returned => "Trae de vuelta un mensaje del caso",
        MatchKind::Number => "Viene del número al que se escribió por última vez desde el caso",
        MatchKind::Manual => "Una persona lo asignó al caso",
    }
}

/// What a flag means.
pub fn flag(flag: MailFlag) -> &'static str {
    match flag {
        MailFlag::AutomaticByLabel => {
            "Se declara automático, pero no se lee como una ausencia, un acuse o un informe: revise si trae datos (no cuenta como respuesta)"
        }
        MailFlag::UnverifiedSignature => "Está firmado (S/MIME): se muestra el contenido firmado; la firma no se verificó",
        MailFlag::Encrypted => {
            "Está cifrado: su contenido no se muestra; ábralo con un programa que tenga la clave o pida que lo envíen sin cifrar"
        }
        MailFlag::TextCut => "Es muy largo: se leyó solo el comienzo; lo demás está en el original",
        MailFlag::ForgedReplyAddress => "Llegó a una dirección que parece una dirección de respuesta firmada y no lo es: no se creyó",
        MailFlag::FailedDmarc => {
            "El servidor de correo no pudo comprobar que lo envió quien dice el remitente (DMARC): puede ser una suplantación; \
             no cuenta como respuesta ni detiene envíos hasta que alguien lo confirme"
        }
        MailFlag::FurtherCases => "Nombra más casos de los que lo muestran: revise a qué otros responde",
    }
}
