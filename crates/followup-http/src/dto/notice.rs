//! What an automatic mail says.

use followup_domain::mail::bounce::{LetterReport, MailNotice};
use followup_words::failures;
use serde::Serialize;
use utoipa::ToSchema;

/// Lo que un servidor de correo informa de un mensaje nuestro.
#[derive(Serialize, ToSchema)]
#[schema(as = Report)]
pub(crate) struct ReportOutput {
    /// El mensaje del que informa.
    about: Option<i64>,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded` o `read`.
    action: &'static str,
    /// La dirección que nombra; puede ser aquella a la que el reportante reenvía su correo.
    address: Option<String>,
    /// De un fallo: `hard` (la dirección no sirve) o `soft` (puede servir más tarde).
    permanence: Option<&'static str>,
    /// De un fallo: `unknown_user`, `unknown_host`, `mailbox_full`, `too_large`, `refused`, `unreachable`, `loop` u `other`.
    reason: Option<&'static str>,
    /// Código de estado (RFC 3463), como 5.1.1.
    status: Option<String>,
    /// De un fallo: el motivo en palabras.
    text: Option<String>,
}

impl ReportOutput {
    pub(crate) fn of(notice: &MailNotice) -> Option<Self> {
        let LetterReport { action, address, failure } = notice.report.as_ref()?;
        Some(Self {
            about: notice.about.map(|id| id.0),
            action: action.as_str(),
            address: address.clone(),
            permanence: failure.as_ref().map(|failure| failure.permanence.as_str()),
            reason: failure.as_ref().map(|failure| failure.reason.as_str()),
            status: failure.as_ref().and_then(|failure| failure.status.clone()),
            text: failure.as_ref().map(failures::told),
        })
    }
}
