//! Mail that could not be read: nobody sees what stands in it, so that whoever keeps the service running may have it read again.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::{App, Retried};
use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::InboundMail;
use followup_domain::mail::mailbox_health::MailboxHealth;
use followup_domain::ports::{Badge, InTray, LanePlace, TrayState};
use followup_words::answers as texts;
use serde::Serialize;

use super::unassigned::DiscardView;
use super::{NotDone, boxes, reading, said_above, shell};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::brief::message_href;
use crate::show::excerpt::size;
use crate::show::fields::LONGEST_TEXT;
use crate::show::ids;
use crate::show::mailboxes::MailboxView;
use crate::show::place::{cursor, place};
use crate::show::when::{Reading, When};
use crate::state::WebState;

const PAGE: i64 = 25;

#[derive(Serialize)]
struct QuarantinePage {
    mails: Vec<MailRow>,
    count: i64,
    is_discarded: bool,
    next: Option<String>,
    /// Where this page of the tray begins, for the forms in it.
    from: String,
    not_done: Option<NotDone>,
    mailboxes: Vec<MailboxView>,
    may_decide: bool,
    may_open: bool,
}

#[derive(Serialize)]
struct MailRow {
    id: i64,
    mailbox: String,
    arrived: When,
    reason: String,
    /// None where the mail server names the mail and does not give it.
    size: Option<String>,
    has_original: bool,
    discard: Option<DiscardView>,
    typed: Option<Typed>,
}

/// What the page asks the store.
struct Found {
    badge: Badge,
    mails: Vec<InTray<InboundMail>>,
    next: Option<LanePlace>,
    mailboxes: Vec<MailboxHealth>,
}

/// Which part of the tray, and what was refused in it.
#[derive(Default)]
struct Part {
    state: TrayState,
    after: Option<LanePlace>,
    refused: Option<Typed>,
}

/// Why a mail should be set aside, as somebody typed it, and what is wrong with that.
#[derive(Debug, Clone, Serialize)]
struct Typed {
    id: i64,
    reason: String,
    wrong: Option<String>,
}

/// The tray.
pub(crate) async fn page(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let of = if query.get("parte") == Some("descartados") { TrayState::Discarded } else { TrayState::Open };
    let part = Part { state: of, after: query.get("desde").and_then(place), refused: None };
    shown(&state, &visitor, part, (StatusCode::OK, None), &query).await
}

/// A mail is read again.
pub(crate) async fn retry(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let (id, actor) = (mail_id(&request)?, visitor.actor());
    let part = part_of(&form);
    match state.ask(move |app| app.retry_mail(&actor, id)).await {
        Ok(Retried::Understood { message_id, case_id: Some(case_id) }) if visitor.may(Permission::ReadCases) => {
            Ok(elsewhere(&message_href(case_id, message_id, Some("leido_en_caso"))))
        }
        Ok(Retried::Understood { .. }) => Ok(elsewhere("/bandejas/cuarentena?hecho=leible")),
        Ok(Retried::Handled) => Ok(elsewhere("/bandejas/cuarentena?hecho=atendido_aviso")),
        Ok(Retried::Requested) => Ok(elsewhere("/bandejas/cuarentena?hecho=pedido_de_nuevo")),
        Ok(Retried::StillQuarantined { reason }) => {
            let not_done = NotDone::because(format!("El correo {id} sigue sin poderse leer: {reason}"));
            shown(&state, &visitor, part, (StatusCode::CONFLICT, Some(not_done)), &query).await
        }
        Err(refusal) => refused(&state, &visitor, (part, id, refusal), &query).await,
    }
}

/// A mail is set aside.
pub(crate) async fn discard(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let (id, actor, reason) = (mail_id(&request)?, visitor.actor(), form.text("motivo").to_owned());
    let part = Part { refused: Some(Typed { id: id.0, reason: reason.clone(), wrong: None }), ..part_of(&form) };
    let set_aside = match form.within("motivo", LONGEST_TEXT) {
        Ok(_) => state.ask(move |app| app.discard_quarantined(&actor, id, &reason)).await,
        Err(refusal) => Err(refusal),
    };
    match set_aside {
        Ok(_) => Ok(elsewhere("/bandejas/cuarentena?hecho=descartado")),
        Err(Refusal::Invalid(errors)) => {
            let wrong = errors.into_iter().next().map_or_else(String::new, |error| error.message);
            let not_done = NotDone::because(format!("El correo {id} no se descartó. Motivo: {wrong}"));
            let part = Part { refused: part.refused.map(|of| Typed { wrong: Some(wrong), ..of }), ..part };
            shown(&state, &visitor, part, (StatusCode::UNPROCESSABLE_ENTITY, Some(not_done)), &query).await
        }
        Err(refusal) => refused(&state, &visitor, (part, id, refusal), &query).await,
    }
}

async fn refused(
    state: &WebState,
    visitor: &Visitor,
    (part, id, refusal): (Part, InboundMailId, Refusal),
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let (status, text) = said_above(refusal)?;
    let not_done = NotDone::because(format!("Correo {id}: {text}"));
    shown(state, visitor, part, (status, Some(not_done)), query).await
}

fn mail_id(request: &HttpRequest) -> Result<InboundMailId, Refusal> {
    ids::id(request).map(InboundMailId).ok_or(Refusal::NotFound(texts::MAIL_NOT_FOUND))
}

fn part_of(form: &Form) -> Part {
    Part { after: place(form.text("desde")), ..Part::default() }
}

async fn shown(
    state: &WebState,
    visitor: &Visitor,
    part: Part,
    (status, not_done): (StatusCode, Option<NotDone>),
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let (reader, of, after) = (visitor.username.clone(), part.state, part.after);
    let found = state.ask(move |app| find(app, &reader, of, after)).await?;
    let reading = reading(state);
    let is_discarded = of == TrayState::Discarded;
    let parameter = if is_discarded { "parte=descartados&" } else { "" };
    let body = QuarantinePage {
        count: found.badge.quarantined,
        next: found.next.map(|place| format!("/bandejas/cuarentena?{parameter}desde={}", cursor(place))),
        from: after.map(cursor).unwrap_or_default(),
        mails: found.mails.into_iter().map(|mail| row(mail, &part, reading)).collect(),
        is_discarded,
        not_done,
        mailboxes: boxes(found.mailboxes, reading),
        may_decide: visitor.may(Permission::Decide),
        may_open: visitor.may(Permission::OpenOriginals),
    };
    let shell = shell(state, visitor, "Correos en cuarentena", &found.badge, query);
    Ok(state.templates.answer(status, "tray_quarantine.html", &shell, &body))
}

fn find(app: &App, reader: &str, state: TrayState, after: Option<LanePlace>) -> Result<Found, Refusal> {
    let (mails, next) = app.export_quarantined(state, after, PAGE)?;
    Ok(Found { badge: app.badge(reader)?, mails, next, mailboxes: app.mailbox_health()? })
}

fn row(InTray { mail, discard }: InTray<InboundMail>, part: &Part, reading: Reading) -> MailRow {
    let typed = part.refused.clone().filter(|typed| typed.id == mail.id.0);
    MailRow {
        id: mail.id.0,
        arrived: reading.when(mail.arrived_at),
        reason: mail.reason.unwrap_or_else(|| "Sin motivo conocido".into()),
        size: mail.size.map(size),
        has_original: mail.raw_id.is_some(),
        mailbox: mail.position.mailbox,
        discard: discard.map(|discard| DiscardView::of(&discard, reading)),
        typed,
    }
}
