//! Administration.

use followup_app::{DispatchReport, DispatchedAttempt};
use followup_domain::contact::{EmailAddress, PhoneNumber};
use followup_domain::message::Channel;
use followup_words::reasons::shown;
use serde::Serialize;
use utoipa::ToSchema;

use crate::input::{Address, Fields, Input, Number, Text, json_body};

/// Characters of the longest text of ten parts.
const LONGEST_TEXT: usize = 1600;

/// To whom the test mail is sent.
pub(crate) struct MailTestInput;

impl Input for MailTestInput {
    type Value = EmailAddress;
    const NAME: &'static str = "MailTestRequest";
    const ABOUT: &'static str = "A quién se envía el correo de prueba.";

    fn read(fields: &mut Fields) -> Option<EmailAddress> {
        fields.required("to", Address, "Una dirección de correo.")
    }
}

json_body!(MailTestInput);

/// El correo de prueba fue aceptado.
#[derive(Serialize, ToSchema)]
#[schema(as = MailTest)]
pub(crate) struct MailTestOutput {
    /// Las palabras del servidor de correo.
    pub(crate) response: String,
}

/// To whom the test text message is sent, and what it says.
pub(crate) struct TextTestInput {
    pub(crate) to: PhoneNumber,
    pub(crate) body: Option<String>,
}

/// A form with all that it needs.
pub(crate) struct TextTestForm;

impl Input for TextTestForm {
    type Value = TextTestInput;
    const NAME: &'static str = "TextTestRequest";
    const ABOUT: &'static str = "A quién se envía el SMS de prueba, y qué dice.";

    fn read(fields: &mut Fields) -> Option<TextTestInput> {
        let to = fields.required("to", Number, "Un número en E.164.");
        let body = fields.optional("body", Text::of(LONGEST_TEXT), "El texto; sin él, uno de la unidad.");
        Some(TextTestInput { to: to?, body })
    }
}

json_body!(TextTestForm);

/// El SMS de prueba fue aceptado.
#[derive(Serialize, ToSchema)]
#[schema(as = TextTest)]
pub(crate) struct TextTestOutput {
    /// Las palabras del proveedor.
    pub(crate) response: String,
    /// Partes en que se dividió, si se sabe.
    pub(crate) parts: Option<u16>,
}

/// Lo que hizo una corrida del despachador.
#[derive(Serialize, ToSchema)]
#[schema(as = DispatchReport)]
pub(crate) struct DispatchOutput {
    /// Cada intento vencido.
    items: Vec<DispatchedOutput>,
    /// Cuántos eran.
    total: usize,
    /// Lo que pasó con la cola de envío.
    delivery: DeliveryOutput,
    /// Casos que esperan demasiado y se comunicaron ahora.
    escalated: u32,
    /// Casos cerrados por falta de respuesta, donde la unidad así lo configuró.
    closed: u32,
    /// Casos que no se pudieron atender; siguen vencidos.
    errors: u32,
}

/// Un intento después de la corrida.
#[derive(Serialize, ToSchema)]
#[schema(as = DispatchedAttempt)]
struct DispatchedOutput {
    attempt_id: i64,
    icsr_id: i64,
    /// El canal: `auto`, `email`, `sms`, `whatsapp` o `call`.
    channel: &'static str,
    /// El canal de su mensaje, cuando lo tiene.
    carried_by: Option<&'static str>,
    /// Su estado.
    status: &'static str,
    /// Por qué no se envió.
    reason: Option<String>,
}

/// La cola de envío.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryReport)]
struct DeliveryOutput {
    /// Aceptados por el servidor de correo.
    accepted: u32,
    /// Rechazados.
    rejected: u32,
    /// De resultado incierto.
    uncertain: u32,
    /// Postergados.
    put_off: u32,
    /// No enviados a propósito.
    withdrawn: u32,
    /// Que no se pudieron atender.
    errors: u32,
}

impl From<DispatchReport> for DispatchOutput {
    fn from(report: DispatchReport) -> Self {
        let delivery = report.delivery;
        Self {
            total: report.attempts.len(),
            items: report.attempts.into_iter().map(DispatchedOutput::from).collect(),
            delivery: DeliveryOutput {
                accepted: delivery.accepted,
                rejected: delivery.rejected,
                uncertain: delivery.uncertain,
                put_off: delivery.put_off,
                withdrawn: delivery.withdrawn,
                errors: delivery.errors,
            },
            escalated: report.escalated,
            closed: report.closed,
            errors: report.errors,
        }
    }
}

impl From<DispatchedAttempt> for DispatchedOutput {
    fn from(attempt: DispatchedAttempt) -> Self {
        Self {
            attempt_id: attempt.attempt_id.0,
            icsr_id: attempt.case_id.0,
            channel: attempt.channel.as_str(),
            carried_by: attempt.carried_by.map(Channel::as_str),
            status: attempt.status.as_str(),
            reason: attempt.reason.as_deref().map(shown),
        }
    }
}
