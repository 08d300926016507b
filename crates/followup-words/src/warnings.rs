//! What people should know of a mail before they trust it.

use followup_domain::message::MailFlag;

/// A warning in words.
pub fn warning(flag: MailFlag) -> &'static str {
    match flag {
        MailFlag::AutomaticByLabel => {
            "Se declara automático, pero no se lee como una ausencia, un acuse o un informe: revise si trae datos (no cuenta como respuesta)"
        }
        MailFlag::UnverifiedSignature => "Está firmado (S/MIME): se muestra el contenido firmado; la firma no se verificó",
        MailFlag::Encrypted => {
            "Está cifrado: su contenido no se muestra; ábralo con un programa que tenga la clave o pida que lo envíen sin cifrar"
        }
        MailFlag::ForgedReplyAddress => "Llegó a una dirección que parece una dirección de respuesta firmada y no lo es: no se creyó",
        MailFlag::FurtherCases => "Nombra más casos de los que lo muestran: revise a qué otros responde",
        MailFlag::FailedDmarc => {
            "El servidor de correo no pudo comprobar que lo envió quien dice el remitente (DMARC): puede ser una suplantación; \
             no cuenta como respuesta ni detiene envíos hasta que alguien lo confirme"
        }
    }
}
