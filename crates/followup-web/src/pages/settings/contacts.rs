//! Addresses and numbers that nobody writes to.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_answers::Refusal;
use followup_app::{App, BlockError};
use followup_domain::audit::Actor;
use followup_domain::ports::{DoNotContact, PageRequest};
use followup_words::{answers as texts, people};
use serde::Serialize;

use super::reach::{Reach, reach};
use super::{page_number, reading, shell};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::fields::{Fields, LONGEST_TEXT, Spec};
use crate::show::when::{Reading, When};
use crate::state::WebState;

const HERE: &str = "/ajustes/no-contactar";
const PAGE: i64 = 25;
const SPECS: &[Spec] = &[("contacto", "contact", "Correo o número"), ("motivo", "reason", "Motivo")];

#[derive(Serialize)]
struct ContactsPage {
    rows: Vec<ContactView>,
    total: i64,
    next: Option<String>,
    /// The form for one more, and that by which one is taken off the list.
    block: Fields,
    lift: Fields,
}

#[derive(Serialize)]
struct ContactView {
    address: String,
    reason: String,
    actor: String,
    at: When,
}

/// What a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Block,
    Lift,
}

/// The list.
pub(crate) async fn list(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let forms = (Fields::empty("agregar", SPECS), Fields::empty("levantar", SPECS));
    shown(&state, &visitor, forms, StatusCode::OK, &query).await
}

/// One more.
pub(crate) async fn block(Asked { state, visitor, form, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    change(&state, &visitor, (Wanted::Block, &form), &query).await
}

/// One is written to again.
pub(crate) async fn lift(Asked { state, visitor, form, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    change(&state, &visitor, (Wanted::Lift, &form), &query).await
}

async fn change(state: &WebState, visitor: &Visitor, (asked, form): (Wanted, &Form), query: &Query) -> Result<HttpResponse, Problem> {
    let prefix = if asked == Wanted::Block { "agregar" } else { "levantar" };
    let mut fields = Fields::typed(prefix, SPECS, form);
    let contact = reach(form.text("contacto"), state.app.policy.country);
    if contact.is_none() {
        fields.refuse("contacto", texts::CONTACT_EXPECTED);
    }
    let reason = match form.within("motivo", LONGEST_TEXT) {
        Ok(reason) => reason.to_owned(),
        Err(refusal) => {
            fields = fields.refused(refusal)?;
            String::new()
        }
    };
    if let Some(contact) = contact.filter(|_| !fields.are_wrong()) {
        let actor = visitor.actor();
        match state.ask(move |app| do_it(app, &actor, asked, &contact, &reason)).await {
            Ok(()) => return Ok(elsewhere(&format!("{HERE}?hecho={}", if asked == Wanted::Block { "no_contactar" } else { "contactar" }))),
            Err(Refusal::NotFound(text)) => fields.refuse("contacto", text),
            Err(refusal) => fields = fields.refused(refusal)?,
        }
    }
    let forms = match asked {
        Wanted::Block => (fields, Fields::empty("levantar", SPECS)),
        Wanted::Lift => (Fields::empty("agregar", SPECS), fields),
    };
    shown(state, visitor, forms, StatusCode::UNPROCESSABLE_ENTITY, query).await
}

fn do_it(app: &App, actor: &Actor, asked: Wanted, contact: &Reach, reason: &str) -> Result<(), BlockError> {
    match (asked, contact) {
        (Wanted::Block, Reach::Address(address)) => app.block_contact(actor, address, reason).map(drop),
        (Wanted::Block, Reach::Number(number)) => app.block_number(actor, number, reason).map(drop),
        (Wanted::Lift, Reach::Address(address)) => app.unblock_contact(actor, address, Some(reason)),
        (Wanted::Lift, Reach::Number(number)) => app.unblock_number(actor, number, Some(reason)),
    }
}

async fn shown(
    state: &WebState,
    visitor: &Visitor,
    (block, lift): (Fields, Fields),
    status: StatusCode,
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let number = page_number(query);
    let request = PageRequest { offset: (number - 1) * PAGE, limit: PAGE };
    let reader = visitor.username.clone();
    let (badge, found) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.blocked_contacts(request)?))).await?;
    let reading = reading(state);
    let body = ContactsPage {
        total: found.total,
        next: (found.total > number * PAGE).then(|| format!("{HERE}?pagina={}", number + 1)),
        rows: found.items.into_iter().map(|contact| view(contact, reading)).collect(),
        block,
        lift,
    };
    let shell = shell(state, visitor, "No contactar", &badge, query);
    Ok(state.templates.answer(status, "do_not_contact.html", &shell, &body))
}

fn view(contact: DoNotContact, reading: Reading) -> ContactView {
    ContactView { address: contact.address, reason: contact.reason, actor: people::actor(&contact.actor), at: reading.when(contact.at) }
}
