//! The follow-up of a case at a glance.

use chrono_tz::Tz;
use followup_app::{AskState, FollowupSummary, MissingWithState};
use followup_domain::asking::catalogue::Group;
use followup_domain::asking::missing::by_group;
use followup_domain::case::Closure;
use followup_domain::contact::Channels;
use followup_domain::ids::MessageId;
use followup_domain::ports::DocumentedField;
use serde::Serialize;
use utoipa::ToSchema;

use super::attempt::AttemptOutput;
use super::clock::ClockOutput;
use super::documented::{AnsweredOutput, DocumentedOutput};
use super::instant;
use super::plan::PlanOutput;
use super::proposal::{ProposedContactOutput, RescheduleOfferOutput};
use crate::input::{Fields, Input, Whole, json_body};

/// El seguimiento de un caso.
#[derive(Serialize, ToSchema)]
#[schema(as = Followup)]
pub(crate) struct FollowupOutput {
    /// `open` o `closed`.
    followup_status: &'static str,
    /// Las claves de lo que falta, por grupo.
    missing: MissingOutput,
    /// Cada dato que falta, con su motivo y si ya se pidió.
    missing_items: Vec<MissingItemOutput>,
    /// Cómo se llega al reportante.
    channels: ChannelsOutput,
    /// El último plan aplicado.
    plan: Option<PlanOutput>,
    /// Todos los intentos.
    attempts: Vec<AttemptOutput>,
    /// De las respuestas por atender, las que quien pregunta no leyó.
    unread: i64,
    /// Respuestas que nadie atendió: retienen las cartas.
    unattended: i64,
    /// Los datos que una persona documentó: el reportante no los sabe, no los da, o no se pueden obtener.
    documented: Vec<DocumentedOutput>,
    /// Los datos que se pidieron y el caso ya tiene, con los mensajes que los pidieron y respondieron.
    answered: Vec<AnsweredOutput>,
    /// Días transcurridos y plazos regulatorios.
    clock: ClockOutput,
    /// Nadie respondió en tanto tiempo que se propone cerrar como `max_attempts`.
    closing_proposed: bool,
    /// Otra manera de llegar al reportante, cuando los mensajes a su dirección vuelven; null si no hace falta.
    proposed_contact: Option<ProposedContactOutput>,
    /// Otra fecha para la próxima carta, cuando el reportante avisó que está ausente.
    reschedule_offer: Option<RescheduleOfferOutput>,
    /// Dirección desde la que se quejaron de nuestro correo: se propone no contactarla más, y una persona decide.
    do_not_contact_proposed: Option<String>,
    /// Cómo se cerró el seguimiento; null mientras está abierto.
    closure: Option<ClosureOutput>,
}

/// Cómo se cerró un seguimiento.
#[derive(Serialize, ToSchema)]
#[schema(as = Closure)]
struct ClosureOutput {
    /// `complete`, `max_attempts`, `declined`, `unreachable` o `case_closed`.
    reason: &'static str,
    /// El resultado y lo que queda abierto.
    notes: String,
    /// Cuándo.
    #[schema(format = DateTime)]
    at: String,
}

impl From<Closure> for ClosureOutput {
    fn from(closure: Closure) -> Self {
        Self { reason: closure.reason.as_str(), notes: closure.notes, at: instant(closure.at) }
    }
}

/// Las claves de lo que falta.
#[derive(Serialize, ToSchema)]
#[schema(as = Missing)]
struct MissingOutput {
    paciente: Vec<&'static str>,
    producto: Vec<&'static str>,
    evento: Vec<&'static str>,
    reporter: Vec<&'static str>,
}

/// Un dato que falta.
#[derive(Serialize, ToSchema)]
#[schema(as = MissingItem)]
struct MissingItemOutput {
    /// El campo, por ejemplo `productos[0].dosis`.
    field: String,
    /// `paciente`, `producto`, `evento` o `reporter`.
    group: &'static str,
    /// La clave dentro del grupo.
    key: &'static str,
    /// El nombre del dato.
    label: &'static str,
    /// Por qué se pide.
    reason: &'static str,
    /// `not_asked`, `asked`, o lo documentado: `unknown`, `withheld`, `unobtainable`.
    state: &'static str,
    /// Cuándo aceptó el transporte el último mensaje que lo pidió.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    asked_at: Option<String>,
    /// Ese mensaje.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message_id: Option<i64>,
}

/// Direcciones y números del reportante.
#[derive(Serialize, ToSchema)]
#[schema(as = Channels)]
struct ChannelsOutput {
    /// Correo.
    email: Option<String>,
    /// Teléfono, E.164.
    phone: Option<String>,
    /// Celular para WhatsApp, E.164.
    whatsapp: Option<String>,
    /// Lo que parece una dirección de correo y no lo es, tal como se escribió: no se escribe a ninguna parte de ello. Corríjalo.
    unreadable: Vec<String>,
    /// Direcciones que el texto dice no usar.
    set_aside: Vec<String>,
}

impl FollowupOutput {
    pub(crate) fn new(summary: FollowupSummary, zone: Tz) -> Self {
        let documented = &summary.documented;
        Self {
            followup_status: summary.case.followup_status.as_str(),
            missing: MissingOutput::from(summary.missing.as_slice()),
            missing_items: summary.missing.iter().map(|missing| MissingItemOutput::new(missing, documented)).collect(),
            channels: summary.channels.into(),
            plan: summary.plan.map(|plan| PlanOutput::new(plan, zone)),
            attempts: summary.attempts.into_iter().map(|attempt| AttemptOutput::new(attempt, zone)).collect(),
            unread: summary.unread,
            unattended: summary.unattended,
            documented: summary.documented.into_iter().map(DocumentedOutput::from).collect(),
            answered: summary.answered.into_iter().map(AnsweredOutput::from).collect(),
            clock: summary.clock.into(),
            closing_proposed: summary.closing_proposed,
            proposed_contact: summary.proposed_contact.map(Into::into),
            reschedule_offer: summary.reschedule_offer.map(Into::into),
            do_not_contact_proposed: summary.block_proposed.map(|address| address.to_string()),
            closure: summary.case.closure.map(ClosureOutput::from),
        }
    }
}

impl From<&[MissingWithState]> for MissingOutput {
    fn from(missing: &[MissingWithState]) -> Self {
        let items: Vec<_> = missing.iter().map(|missing| missing.item.clone()).collect();
        let mut groups = by_group(&items);
        let mut of = |group: Group| groups.remove(&group).unwrap_or_default();
        Self { paciente: of(Group::Patient), producto: of(Group::Product), evento: of(Group::Event), reporter: of(Group::Reporter) }
    }
}

impl MissingItemOutput {
    fn new(missing: &MissingWithState, documented: &[DocumentedField]) -> Self {
        let item = &missing.item;
        let documented = documented.iter().find(|field| field.item.path == item.path).map(|field| field.state.as_str());
        let (state, asked_at, message_id) = match missing.state {
            AskState::NotAsked => ("not_asked", None, None),
            AskState::Asked { message_id, at } => ("asked", Some(instant(at)), Some(message_id.0)),
        };
        Self {
            field: item.path.to_string(),
            group: item.spec.group.key(),
            key: item.spec.key,
            label: item.spec.label,
            reason: item.rule.reason(),
            state: documented.unwrap_or(state),
            asked_at,
            message_id,
        }
    }
}

impl From<Channels> for ChannelsOutput {
    fn from(channels: Channels) -> Self {
        Self {
            email: channels.email.map(|email| email.to_string()),
            phone: channels.phone.map(|phone| phone.as_e164().to_owned()),
            whatsapp: channels.whatsapp.map(|phone| phone.as_e164().to_owned()),
            unreadable: channels.unreadable,
            set_aside: channels.set_aside.iter().map(ToString::to_string).collect(),
        }
    }
}

/// How far a thread was read.
pub(crate) struct ReadInput;

impl Input for ReadInput {
    type Value = MessageId;
    const NAME: &'static str = "ReadRequest";
    const ABOUT: &'static str = "Hasta qué mensaje se leyó, o se da por atendido.";

    fn read(fields: &mut Fields) -> Option<MessageId> {
        fields.required("up_to", Whole::ANY, "El último mensaje que se leyó, o que se da por atendido.").map(MessageId)
    }
}

json_body!(ReadInput);
