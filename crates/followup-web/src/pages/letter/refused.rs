//! Why a letter was not sent, at the field where that is mended.

use actix_web::http::StatusCode;
use followup_answers::Refusal;
use followup_app::{SendMessageError, UploadError};
use followup_words::answers as texts;

use crate::problem::Problem;
use crate::show::mistakes::Mistake;

/// The fields of a message, and where the page has them.
const FIELDS: &[(&str, &str, &str)] = &[
    ("body", "texto", "Texto"),
    ("subject", "asunto", "Asunto"),
    ("template", "parametros", "Plantilla"),
    ("parameters", "parametros", "Datos de la plantilla"),
    ("attachments", "archivos", "Archivos"),
    ("override_reason", "motivo", "Motivo"),
];

/// The mistake that a refusal is, and the status of the page that shows it.
///
/// # Errors
/// What a correction in the form does not mend: no such case, the store.
pub(super) fn mistake(error: SendMessageError) -> Result<(StatusCode, Mistake), Problem> {
    let at =
        |anchor: Option<&str>, label: &str, message: String| Mistake { anchor: anchor.map(str::to_owned), label: label.into(), message };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(match error {
        SendMessageError::Invalid(error) => {
            let name = error.field.split('[').next().unwrap_or_default();
            let (anchor, label) = FIELDS.iter().find(|(field, ..)| *field == name).map_or((None, "Mensaje"), |row| (Some(row.1), row.2));
            (unprocessable, at(anchor, label, error.message))
        }
        SendMessageError::EmptyBody => (unprocessable, at(Some("texto"), "Texto", texts::EMPTY_MESSAGE.into())),
        SendMessageError::KeyReused => (StatusCode::CONFLICT, at(None, "Envío", texts::FORM_SENT.into())),
        error @ SendMessageError::Bounced(_) => {
            (StatusCode::CONFLICT, at(Some("motivo"), "Dirección", Refusal::from(error).detail().into()))
        }
        SendMessageError::NotFound | SendMessageError::UnsupportedChannel | SendMessageError::Store(_) => return Err(error.into()),
        other => match Refusal::from(other) {
            refusal @ (Refusal::Internal(_) | Refusal::StoreUnavailable(_) | Refusal::Unconfirmed(_)) => return Err(refusal.into()),
            refusal => (StatusCode::CONFLICT, at(None, "No se puede enviar", refusal.detail().to_owned())),
        },
    })
}

/// Why a file was not added; none was chosen where there is no error.
pub(super) fn of_file(error: Option<UploadError>) -> Mistake {
    let message = error.map_or_else(|| "Elija primero un archivo".to_owned(), |error| Refusal::from(error).detail().to_owned());
    Mistake { anchor: Some("archivos".to_owned()), label: "Archivos".to_owned(), message }
}
