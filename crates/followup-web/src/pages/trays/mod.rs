//! The trays: mail that belongs to no case yet, or could not be read, and messages that did not arrive. What somebody decides about each is one
//! form away; what somebody else decided meanwhile is said above the tray, with the way on.

pub(crate) mod decide;
pub(crate) mod mail;
pub(crate) mod originals;
pub(crate) mod quarantine;
pub(crate) mod sends;
pub(crate) mod settle;
pub(crate) mod unassigned;
pub(crate) mod unconfirmed;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::asking::lanes::Lane;
use followup_domain::mail::mailbox_health::MailboxHealth;
use followup_domain::ports::{Badge, LanePlace};
use followup_words::worklist as words;
use serde::Serialize;

use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::{Section, Shell};
use crate::show::mailboxes::MailboxView;
use crate::show::when::{Reading, When};
use crate::state::WebState;

/// A tray.
struct Tray {
    lane: Lane,
    href: &'static str,
    about: &'static str,
    needs: Permission,
}

const TRAYS: &[Tray] = &[
    Tray {
        lane: Lane::Unassigned,
        href: "/bandejas/sin-asignar",
        about: "Correos que no son de ningún caso conocido. Uno puede contar un evento adverso nuevo: su plazo corre desde que llegó.",
        needs: Permission::SortMail,
    },
    Tray {
        lane: Lane::Quarantined,
        href: "/bandejas/cuarentena",
        about: "Correos que no se pudieron leer. Se conservan enteros.",
        needs: Permission::RetryQuarantine,
    },
    Tray {
        lane: Lane::Unconfirmed,
        href: "/bandejas/sin-confirmar",
        about: "Respuestas de quien el caso no conoce. No cuentan hasta que alguien confirma al remitente.",
        needs: Permission::ReadCases,
    },
    Tray {
        lane: Lane::Failed,
        href: "/bandejas/fallidos",
        about: "Mensajes que no se entregaron y que nadie reenvió ni dio por resueltos.",
        needs: Permission::ReadCases,
    },
    Tray {
        lane: Lane::Uncertain,
        href: "/bandejas/inciertos",
        about: "Mensajes de los que no se sabe si salieron. Nunca se reenvían solos.",
        needs: Permission::ReadCases,
    },
];

#[derive(Serialize)]
struct TraysPage {
    trays: Vec<TrayView>,
    mailboxes: Vec<MailboxView>,
}

#[derive(Serialize)]
struct TrayView {
    href: &'static str,
    name: &'static str,
    about: &'static str,
    count: i64,
    /// Since when the oldest waits.
    since: Option<When>,
}

/// Why nothing was done, and where it goes on.
#[derive(Serialize, Default, Clone)]
pub(crate) struct NotDone {
    text: String,
    link: Option<Link>,
}

#[derive(Serialize, Clone)]
struct Link {
    href: String,
    text: String,
}

impl NotDone {
    fn because(text: impl Into<String>) -> Self {
        Self { text: text.into(), link: None }
    }

    fn with_link(self, href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { link: Some(Link { href: href.into(), text: text.into() }), ..self }
    }
}

/// All trays.
pub(crate) async fn overview(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let (reader, seen) = (visitor.username.clone(), visitor.clone());
    let (badge, oldest, mailboxes) = state
        .ask(move |app| {
            let oldest = shown_to(&seen).map(|tray| Ok((tray, since(app, &reader, tray.lane)?)));
            Ok::<_, Refusal>((app.badge(&reader)?, oldest.collect::<Result<Vec<_>, Refusal>>()?, app.mailbox_health()?))
        })
        .await?;
    let reading = reading(&state);
    let view = |(tray, since): (&Tray, Option<LanePlace>)| TrayView {
        href: tray.href,
        name: words::lane(tray.lane),
        about: tray.about,
        count: badge.of(tray.lane),
        since: since.map(|place| reading.when(place.since)),
    };
    let body = TraysPage { trays: oldest.into_iter().map(view).collect(), mailboxes: boxes(mailboxes, reading) };
    let shell = shell(&state, &visitor, "Bandejas", &badge, &query);
    Ok(state.templates.answer(StatusCode::OK, "trays.html", &shell, &body))
}

fn shown_to(visitor: &Visitor) -> impl Iterator<Item = &'static Tray> {
    TRAYS.iter().filter(|tray| visitor.may(tray.needs))
}

fn since(app: &App, reader: &str, lane: Lane) -> Result<Option<LanePlace>, Refusal> {
    Ok(app.worklist(reader, lane, None, 1)?.items.first().map(|item| item.place))
}

fn reading(state: &WebState) -> Reading {
    state.reading()
}

fn boxes(mailboxes: Vec<MailboxHealth>, reading: Reading) -> Vec<MailboxView> {
    mailboxes.into_iter().map(|mailbox| MailboxView::of(mailbox, reading)).collect()
}

fn shell(state: &WebState, visitor: &Visitor, title: &str, badge: &Badge, query: &Query) -> Shell {
    Shell::new(state, visitor, title, Section::Trays, badge).with_notice(query.notice())
}

/// The status of a refusal that is shown above a tray; a use case's words become a page of their own otherwise.
///
/// # Errors
/// What says nothing of the row, such as a store that is away.
fn said_above(refusal: Refusal) -> Result<(StatusCode, String), Refusal> {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::CONFLICT);
    match refusal {
        Refusal::Conflict(text) | Refusal::BadRequest(text) | Refusal::BadGateway(text) => Ok((status, text)),
        Refusal::NotConfigured => Ok((status, "Este canal no está configurado".into())),
        Refusal::Invalid(errors) => Ok((status, errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join("; "))),
        other => Err(other),
    }
}
