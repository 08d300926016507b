//! What an automatic mail is called.

use chrono::NaiveDate;
use followup_domain::mail::bounce::MailNotice;
use followup_domain::mail::report::ReportAction;
use followup_domain::message::{Classification, Message};

/// What an automatic mail is called; none for what a person wrote, and for what we wrote.
pub fn label(message: &Message, notice: Option<&MailNotice>) -> Option<String> {
    let action = notice.and_then(|notice| notice.report.as_ref()).map(|report| report.action);
    let returns_on = notice.and_then(|notice| notice.returns_on);
    Some(match message.classification? {
        Classification::Human => return None,
        Classification::Bounce => "Rebote: el mensaje no se entregó".to_owned(),
        Classification::DeliveryNotice if action == Some(ReportAction::Delayed) => {
            "Aviso de demora: el servidor sigue intentando la entrega".to_owned()
        }
        Classification::DeliveryNotice => "Aviso de entrega o lectura".to_owned(),
        Classification::AutoReply if notice.is_some_and(MailNotice::is_challenge) => {
            "El servidor pide una confirmación: nadie leyó el mensaje".to_owned()
        }
        Classification::AutoReply => returns_on.map_or_else(|| "Respuesta automática: nadie ha contestado".to_owned(), away_until),
        Classification::Complaint => "Queja: el destinatario lo marcó como correo no deseado".to_owned(),
        Classification::Echo => "Copia de un mensaje de la unidad".to_owned(),
    })
}

fn away_until(day: NaiveDate) -> String {
    format!("Respuesta automática: vuelve a leer su correo el {}", day.format("%d/%m/%Y"))
}
