//! The settings: what the unit decides for itself, and how the service does. Secrets and addresses of servers stay in the environment.

pub(crate) mod bounces;
pub(crate) mod channel_tests;
pub(crate) mod channels;
pub(crate) mod contacts;
pub(crate) mod deadlines;
pub(crate) mod health;
mod letter_form;
pub(crate) mod letter_texts;
mod plan_form;
pub(crate) mod plans;
mod reach;
pub(crate) mod sessions;
pub(crate) mod user_changes;
pub(crate) mod users;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_access::Permission;
use followup_domain::ports::Badge;
use serde::Serialize;

use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::{Section, Shell};
use crate::show::when::Reading;
use crate::state::WebState;

/// A room of the settings.
#[derive(Serialize)]
struct Room {
    href: &'static str,
    name: &'static str,
    about: &'static str,
    #[serde(skip)]
    needs: Permission,
}

const ROOMS: &[Room] = &[
    Room {
        href: "/ajustes/planes",
        name: "Planes de seguimiento",
        about: "Cuándo y por qué canal se insiste cuando faltan datos.",
        needs: Permission::SeeRules,
    },
    Room {
        href: "/ajustes/plazos",
        name: "Plazos para notificar",
        about: "En cuántos días hay que notificar a cada autoridad.",
        needs: Permission::SeeRules,
    },
    Room {
        href: "/ajustes/plantillas",
        name: "Plantillas de cartas",
        about: "Con qué palabras se piden los datos, por correo, SMS y WhatsApp.",
        needs: Permission::SeeRules,
    },
    Room {
        href: "/ajustes/no-contactar",
        name: "No contactar",
        about: "Direcciones y números a los que no se escribe.",
        needs: Permission::ManageContacts,
    },
    Room {
        href: "/ajustes/rebotes",
        name: "Rebotes",
        about: "Direcciones y números en los que fallaron mensajes.",
        needs: Permission::ManageContacts,
    },
    Room {
        href: "/ajustes/canales",
        name: "Canales",
        about: "Quién transporta el correo, los SMS y WhatsApp, cómo anda, y un mensaje de prueba.",
        needs: Permission::Administer,
    },
    Room {
        href: "/ajustes/usuarios",
        name: "Usuarios",
        about: "Cuentas de este servicio, sus roles y sus contraseñas.",
        needs: Permission::Administer,
    },
    Room {
        href: "/ajustes/sesiones",
        name: "Sesiones",
        about: "Quién ha entrado, desde dónde y desde cuándo.",
        needs: Permission::Administer,
    },
    Room {
        href: "/ajustes/salud",
        name: "Salud del servicio",
        about: "Si el correo entra y sale, si los planes avanzan, y qué hacer cuando no.",
        needs: Permission::SeeCounters,
    },
];

#[derive(Serialize)]
struct SettingsPage {
    rooms: Vec<&'static Room>,
}

/// What one may see and change.
pub(crate) async fn overview(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let badge = state.ask(move |app| app.badge(&reader)).await?;
    let body = SettingsPage { rooms: ROOMS.iter().filter(|room| visitor.may(room.needs)).collect() };
    Ok(state.templates.answer(StatusCode::OK, "settings.html", &shell(&state, &visitor, "Ajustes", &badge, &query), &body))
}

fn shell(state: &WebState, visitor: &Visitor, title: &str, badge: &Badge, query: &Query) -> Shell {
    Shell::new(state, visitor, title, Section::Settings, badge).with_notice(query.notice())
}

fn reading(state: &WebState) -> Reading {
    state.reading()
}

/// The page of a list that an address asks for, from 1.
fn page_number(query: &Query) -> i64 {
    query.get("pagina").and_then(|text| text.parse().ok()).filter(|number| (1..=1_000_000).contains(number)).unwrap_or(1)
}
