//! Scheduled contacts: sent now, put off, passed over, completed, brought back; plans applied and let go on.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use followup_answers::Refusal;
use followup_app::{AttemptAction, OneMoreAttempt};
use followup_domain::asking::plan::PlannedChannel;
use followup_domain::ids::TemplateId;
use followup_words::answers as texts;

use crate::asked::Asked;
use crate::form::Form;
use crate::problem::Problem;
use crate::render::elsewhere;
use crate::show::brief::followup_href;
use crate::show::path;
use crate::state::WebState;

/// What is decided about a contact.
pub(crate) async fn change(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let (id, attempt_id) = (path::case_id(&request)?, path::attempt_id(&request)?);
    let reason = form.given("motivo").map(str::to_owned);
    let due_at = instant(&state, &form, "fecha")?;
    let actor = visitor.actor();
    let action = match form.text("accion") {
        "omitir" => AttemptAction::Skip { reason },
        "completar" => AttemptAction::Complete { reason },
        "reprogramar" => AttemptAction::Reschedule { due_at: due_at.ok_or_else(|| Refusal::field("fecha", texts::REQUIRED))?, reason },
        "reactivar" => AttemptAction::Reactivate { due_at, reason },
        "enviar" => {
            let overriding = form.given("a_pesar").map(str::to_owned);
            state.ask(move |app| app.send_attempt_overriding(&actor, id, attempt_id, reason.as_deref(), overriding.as_deref())).await?;
            return Ok(done(id.0, "enviado"));
        }
        _ => return Err(Refusal::field("accion", texts::UNKNOWN_FIELD).into()),
    };
    state.ask(move |app| app.override_attempt(&actor, id, attempt_id, &action)).await?;
    Ok(done(id.0, "plan"))
}

/// One more contact beside the plan.
pub(crate) async fn schedule(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = path::case_id(&request)?;
    let due_at = instant(&state, &form, "fecha")?.ok_or_else(|| Refusal::field("fecha", texts::REQUIRED))?;
    let label = form.given("nombre").ok_or_else(|| Refusal::field("nombre", texts::REQUIRED))?.to_owned();
    let channel = PlannedChannel::parse(form.text("canal")).unwrap_or(PlannedChannel::Auto);
    let contact = OneMoreAttempt { due_at, label, channel, reason: form.given("motivo").map(str::to_owned) };
    let actor = visitor.actor();
    state.ask(move |app| app.schedule_attempt(&actor, id, &contact)).await?;
    Ok(done(id.0, "plan"))
}

/// Applies a plan, from now on.
pub(crate) async fn apply(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let (id, template) = (path::case_id(&request)?, TemplateId(form.number("plantilla")?));
    let base = instant(&state, &form, "desde")?.unwrap_or_else(|| state.app.clock.now());
    let actor = visitor.actor();
    state.ask(move |app| app.apply_plan(&actor, id, template, base)).await?;
    Ok(done(id.0, "plan"))
}

/// Lets what is held go on.
pub(crate) async fn resume(Asked { state, visitor, request, form, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = path::case_id(&request)?;
    let from = instant(&state, &form, "desde")?;
    let actor = visitor.actor();
    state.ask(move |app| app.resume_plan(&actor, id, from)).await?;
    Ok(done(id.0, "plan"))
}

/// A field of date and time; none where it is empty.
fn instant(state: &WebState, form: &Form, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let reading = state.reading();
    match form.given(name) {
        None => Ok(None),
        Some(text) => reading.of_input(text).map(Some).ok_or_else(|| Refusal::field(name, "Se espera una fecha y una hora")),
    }
}

fn done(id: i64, what: &str) -> HttpResponse {
    elsewhere(&format!("{}?hecho={what}#plan", followup_href(id)))
}
