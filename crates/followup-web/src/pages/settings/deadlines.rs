//! The table of reporting deadlines: all may read it, whoever decides changes it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_domain::case::deadlines::{Deadline, DeadlineId, DeadlineScope, NewDeadline};
use followup_words::{answers as texts, deadlines as words};
use serde::Serialize;

use super::shell;
use crate::asked::Asked;
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::fields::{Fields, LONGEST_NAME, LONGEST_TEXT, Spec};
use crate::show::ids;
use crate::state::WebState;

const HERE: &str = "/ajustes/plazos";
/// No clock counts more days.
const MOST_DAYS: u32 = 3_650;
/// So many rows stand on a page.
const PAGE: usize = 50;

const SPECS: &[Spec] = &[
    ("autoridad", "authority", "Autoridad"),
    ("quien", "role", "Quién notifica"),
    ("casos", "scope", "Qué casos"),
    ("dias", "days", "Días calendario desde el día cero"),
    ("norma", "norm", "Norma"),
    ("verificado", "verificado", "Alguien lo confirmó en la norma"),
];

#[derive(Serialize)]
struct DeadlinesPage {
    rows: Vec<DeadlineView>,
    next: Option<String>,
    /// The row that is being changed; none for a new one.
    id: Option<i64>,
    form: Fields,
    scopes: Vec<(&'static str, &'static str)>,
    may_edit: bool,
}

#[derive(Serialize)]
struct DeadlineView {
    id: i64,
    authority: String,
    role: String,
    scope: &'static str,
    days: u32,
    norm: String,
    is_verified: bool,
}

/// The table, and a form for one more.
pub(crate) async fn list(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    shown(&state, &visitor, (None, Fields::empty("plazo", SPECS)), StatusCode::OK, &query).await
}

/// The table, and the form of a row.
pub(crate) async fn edit(Asked { state, visitor, request, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = deadline_id(&request)?;
    let rows = state.ask(|app| app.deadlines()).await?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or(Refusal::NotFound(texts::DEADLINE_NOT_FOUND))?;
    shown(&state, &visitor, (Some(id), fields_of(&row.rule)), StatusCode::OK, &query).await
}

/// One more.
pub(crate) async fn create(Asked { state, visitor, form, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    save(&state, &visitor, None, &form, &query).await
}

/// A row is replaced.
pub(crate) async fn replace(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    save(&state, &visitor, Some(deadline_id(&request)?), &form, &query).await
}

/// A row goes; what it said stays in the trail.
pub(crate) async fn remove(state: web::Data<WebState>, visitor: Visitor, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (id, actor) = (deadline_id(&request)?, visitor.actor());
    state.ask(move |app| app.remove_deadline(&actor, id)).await?;
    Ok(elsewhere("/ajustes/plazos?hecho=plazo_quitado"))
}

async fn save(state: &WebState, visitor: &Visitor, id: Option<DeadlineId>, form: &Form, query: &Query) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::typed("plazo", SPECS, form);
    let Some(rule) = read(form, &mut fields) else {
        return shown(state, visitor, (id, fields), StatusCode::UNPROCESSABLE_ENTITY, query).await;
    };
    let actor = visitor.actor();
    state.ask(move |app| app.set_deadline(&actor, id, &rule)).await?;
    Ok(elsewhere("/ajustes/plazos?hecho=guardado"))
}

fn read(form: &Form, fields: &mut Fields) -> Option<NewDeadline> {
    for (name, longest) in [("autoridad", LONGEST_NAME), ("quien", LONGEST_NAME), ("norma", LONGEST_TEXT)] {
        match form.within(name, longest) {
            Ok("") => fields.refuse(name, texts::REQUIRED),
            Err(_) => fields.refuse(name, texts::too_long(longest)),
            Ok(_) => {}
        }
    }
    let scope = DeadlineScope::parse(form.text("casos"));
    if scope.is_none() {
        fields.refuse("casos", texts::REQUIRED);
    }
    let days = form.text("dias").parse().ok().filter(|days| *days <= MOST_DAYS);
    if days.is_none() {
        fields.refuse("dias", texts::DAYS_RANGE);
    }
    let text = |name| form.text(name).to_owned();
    let rule = NewDeadline {
        authority: text("autoridad"),
        role: text("quien"),
        scope: scope?,
        days: days?,
        norm: text("norma"),
        verified: form.has("verificado"),
    };
    (!fields.are_wrong()).then_some(rule)
}

fn fields_of(rule: &NewDeadline) -> Fields {
    let fields = Fields::empty("plazo", SPECS).with("autoridad", rule.authority.as_str()).with("quien", rule.role.as_str());
    let fields = fields.with("casos", rule.scope.as_str()).with("dias", rule.days.to_string()).with("norma", rule.norm.as_str());
    fields.with("verificado", if rule.verified { "si" } else { "" })
}

async fn shown(
    state: &WebState,
    visitor: &Visitor,
    (id, form): (Option<DeadlineId>, Fields),
    status: StatusCode,
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let page = usize::try_from(super::page_number(query)).unwrap_or(1);
    let reader = visitor.username.clone();
    let (badge, rows) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.deadlines()?))).await?;
    let body = DeadlinesPage {
        next: (rows.len() > page * PAGE).then(|| format!("{HERE}?pagina={}", page + 1)),
        rows: rows.into_iter().skip((page - 1) * PAGE).take(PAGE).map(DeadlineView::from).collect(),
        id: id.map(|id| id.0),
        form,
        scopes: DeadlineScope::ALL.iter().map(|scope| (scope.as_str(), words::scope(*scope))).collect(),
        may_edit: visitor.may(Permission::EditRules),
    };
    let shell = shell(state, visitor, "Plazos para notificar", &badge, query);
    Ok(state.templates.answer(status, "deadlines.html", &shell, &body))
}

fn deadline_id(request: &HttpRequest) -> Result<DeadlineId, Refusal> {
    ids::id(request).map(DeadlineId).ok_or(Refusal::NotFound(texts::DEADLINE_NOT_FOUND))
}

impl From<Deadline> for DeadlineView {
    fn from(Deadline { id, rule }: Deadline) -> Self {
        Self {
            id: id.0,
            authority: rule.authority,
            role: rule.role,
            scope: words::scope(rule.scope),
            days: rule.days,
            norm: rule.norm,
            is_verified: rule.verified,
        }
    }
}
