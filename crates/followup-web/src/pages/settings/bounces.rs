//! Addresses and numbers at which messages failed.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_answers::Refusal;
use followup_app::{App, ClearAddressError};
use followup_domain::audit::Actor;
use followup_domain::contact::Permanence;
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::ports::PageRequest;
use followup_words::{answers as texts, failures};
use serde::Serialize;

use super::reach::{Reach, reach};
use super::{page_number, reading, shell};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::fields::{Fields, LONGEST_TEXT, Spec};
use crate::show::when::{Reading, When};
use crate::state::WebState;

const HERE: &str = "/ajustes/rebotes";
const PAGE: i64 = 25;
const SPECS: &[Spec] = &[("contacto", "contact", "Correo o número"), ("motivo", "reason", "Por qué vuelve a servir")];

#[derive(Serialize)]
struct BouncesPage {
    rows: Vec<FailedView>,
    total: i64,
    only_held: bool,
    next: Option<String>,
    form: Fields,
}

#[derive(Serialize)]
struct FailedView {
    address: String,
    /// What somebody would type.
    contact: String,
    why: String,
    is_held: bool,
    is_for_good: bool,
    failures: i32,
    at: When,
}

/// The list.
pub(crate) async fn list(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    shown(&state, &visitor, Fields::empty("sirve", SPECS), StatusCode::OK, &query).await
}

/// Somebody knows that one works again; what waited for it goes on.
pub(crate) async fn clear(Asked { state, visitor, form, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::typed("sirve", SPECS, &form);
    let contact = reach(form.text("contacto"), state.app.policy.country);
    if contact.is_none() {
        fields.refuse("contacto", texts::CONTACT_EXPECTED);
    }
    if let Err(refusal) = form.within("motivo", LONGEST_TEXT) {
        fields = fields.refused(refusal)?;
    }
    if let Some(contact) = contact.filter(|_| !fields.are_wrong()) {
        let (actor, reason) = (visitor.actor(), form.text("motivo").to_owned());
        match state.ask(move |app| do_it(app, &actor, &contact, &reason)).await {
            Ok(()) => return Ok(elsewhere("/ajustes/rebotes?hecho=vuelve_a_servir")),
            Err(Refusal::NotFound(text)) => fields.refuse("contacto", text),
            Err(refusal) => fields = fields.refused(refusal)?,
        }
    }
    shown(&state, &visitor, fields, StatusCode::UNPROCESSABLE_ENTITY, &query).await
}

fn do_it(app: &App, actor: &Actor, contact: &Reach, reason: &str) -> Result<(), ClearAddressError> {
    match contact {
        Reach::Address(address) => app.clear_failed_address(actor, address, reason),
        Reach::Number(number) => app.clear_failed_number(actor, number, reason),
    }
}

async fn shown(state: &WebState, visitor: &Visitor, form: Fields, status: StatusCode, query: &Query) -> Result<HttpResponse, Problem> {
    let (number, only_held) = (page_number(query), query.get("todas").is_none());
    let request = PageRequest { offset: (number - 1) * PAGE, limit: PAGE };
    let reader = visitor.username.clone();
    let (badge, found) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.failed_addresses(only_held, request)?))).await?;
    let reading = reading(state);
    let parameter = if only_held { "" } else { "todas=si&" };
    let body = BouncesPage {
        total: found.total,
        only_held,
        next: (found.total > number * PAGE).then(|| format!("{HERE}?{parameter}pagina={}", number + 1)),
        rows: found.items.into_iter().map(|failed| view(failed, reading)).collect(),
        form,
    };
    let shell = shell(state, visitor, "Rebotes", &badge, query);
    Ok(state.templates.answer(status, "bounces.html", &shell, &body))
}

fn view(failed: FailedAddress, reading: Reading) -> FailedView {
    // What fails of a number is kept by channel.
    let by_whatsapp = failed.address.strip_prefix("whatsapp:");
    FailedView {
        why: failures::told(&failed.failure),
        is_for_good: failed.failure.permanence == Permanence::Hard,
        contact: by_whatsapp.unwrap_or(&failed.address).to_owned(),
        address: by_whatsapp.map_or_else(|| failed.address.clone(), |number| format!("{number} (WhatsApp)")),
        is_held: failed.held,
        failures: failed.in_a_row,
        at: reading.when(failed.at),
    }
}
