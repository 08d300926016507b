//! Who is signed in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_domain::session::{Session, SessionKey};
use followup_words::roles;
use serde::Serialize;

use super::{reading, shell};
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::when::{Reading, When};
use crate::state::WebState;

/// So many sessions stand on a page.
const PAGE: usize = 50;

#[derive(Serialize)]
struct SessionsPage {
    sessions: Vec<SessionView>,
    next: Option<String>,
}

#[derive(Serialize)]
struct SessionView {
    key: String,
    user: String,
    roles: Vec<&'static str>,
    began: When,
    seen: When,
    ends: When,
    address: Option<String>,
    program: Option<String>,
    /// The visitor's own.
    is_own: bool,
}

/// The sessions that hold, the one seen last first.
pub(crate) async fn list(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let page = usize::try_from(super::page_number(&query)).unwrap_or(1);
    let reader = visitor.username.clone();
    let (badge, sessions) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.sessions()?))).await?;
    let (reading, own) = (reading(&state), visitor.session().key());
    let body = SessionsPage {
        next: (sessions.len() > page * PAGE).then(|| format!("/ajustes/sesiones?pagina={}", page + 1)),
        sessions: sessions.into_iter().skip((page - 1) * PAGE).take(PAGE).map(|session| view(session, &own, reading)).collect(),
    };
    Ok(state.templates.answer(StatusCode::OK, "sessions.html", &shell(&state, &visitor, "Sesiones", &badge, &query), &body))
}

/// Ends one. One that is over already is over.
pub(crate) async fn end(state: web::Data<WebState>, visitor: Visitor, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let key = request.match_info().get("id").and_then(SessionKey::of_hex).ok_or(Refusal::NotFound("Sesión no encontrada"))?;
    let actor = visitor.actor();
    state.ask(move |app| app.end_session(&actor, &key)).await?;
    Ok(elsewhere("/ajustes/sesiones?hecho=sesion_terminada"))
}

fn view(session: Session, own: &SessionKey, reading: Reading) -> SessionView {
    SessionView {
        key: session.key.to_hex(),
        is_own: session.key == *own,
        user: session.username,
        roles: session.roles.iter().map(|role| roles::role(*role)).collect(),
        began: reading.when(session.began_at),
        seen: reading.when(session.seen_at),
        ends: reading.when(session.ends_at),
        address: session.address,
        program: session.program,
    }
}
