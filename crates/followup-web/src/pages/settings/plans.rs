//! The plans of the unit: a list, and a form for each.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::asking::plan::{PlanTemplate, PlannedChannel, TemplateAttempt};
use followup_domain::ids::TemplateId;
use followup_domain::ports::NewTemplate;
use followup_words::{answers as texts, states};
use serde::Serialize;

use super::plan_form::PlanForm;
use super::shell;
use crate::asked::Asked;
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::ids;
use crate::state::WebState;

/// So many plans stand on a page.
const PAGE: usize = 25;

#[derive(Serialize)]
struct PlansPage {
    plans: Vec<PlanView>,
    with_archived: bool,
    next: Option<String>,
    may_edit: bool,
}

#[derive(Serialize)]
struct PlanView {
    id: i64,
    name: String,
    reference: Option<String>,
    notes: Option<String>,
    is_archived: bool,
    attempts: Vec<AttemptView>,
}

#[derive(Serialize)]
struct AttemptView {
    label: String,
    after: String,
    channel: &'static str,
}

#[derive(Serialize)]
struct PlanPage {
    /// None for a new one.
    id: Option<i64>,
    plan: Option<PlanView>,
    form: PlanForm,
    channels: Vec<(&'static str, &'static str)>,
    may_edit: bool,
}

/// The list.
pub(crate) async fn list(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let with_archived = query.get("archivados").is_some();
    let page = usize::try_from(super::page_number(&query)).unwrap_or(1);
    let reader = visitor.username.clone();
    let (badge, plans) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.templates(with_archived)?))).await?;
    let parameter = if with_archived { "archivados=si&" } else { "" };
    let body = PlansPage {
        next: (plans.len() > page * PAGE).then(|| format!("/ajustes/planes?{parameter}pagina={}", page + 1)),
        plans: plans.into_iter().skip((page - 1) * PAGE).take(PAGE).map(PlanView::from).collect(),
        with_archived,
        may_edit: visitor.may(Permission::EditRules),
    };
    let shell = shell(&state, &visitor, "Planes de seguimiento", &badge, &query);
    Ok(state.templates.answer(StatusCode::OK, "plans.html", &shell, &body))
}

/// The form of a new one.
pub(crate) async fn new(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    shown(&state, &visitor, (None, PlanForm::empty()), StatusCode::OK, &query).await
}

/// A plan; a form for whoever may change it.
pub(crate) async fn page(Asked { state, visitor, request, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let id = plan_id(&request)?;
    let plan = state.ask(move |app| app.template(id)).await?;
    let form = PlanForm::of(&plan);
    shown(&state, &visitor, (Some(plan), form), StatusCode::OK, &query).await
}

/// A new one is stored.
pub(crate) async fn create(Asked { state, visitor, form, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let actor = visitor.actor();
    let store = move |app: &App, template: NewTemplate| app.create_template(&actor, &template).map_err(Refusal::from);
    save(&state, &visitor, (None, form), store, &query).await
}

/// One is replaced; plans that were applied keep their dates.
pub(crate) async fn replace(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let (id, actor) = (plan_id(&request)?, visitor.actor());
    let plan = state.ask(move |app| app.template(id)).await?;
    let store = move |app: &App, template: NewTemplate| app.update_template(&actor, id, &template).map_err(Refusal::from);
    save(&state, &visitor, (Some(plan), form), store, &query).await
}

/// One is offered no more.
pub(crate) async fn archive(state: web::Data<WebState>, visitor: Visitor, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (id, actor) = (plan_id(&request)?, visitor.actor());
    state.ask(move |app| app.archive_template(&actor, id)).await?;
    Ok(elsewhere("/ajustes/planes?hecho=plan_archivado"))
}

async fn save(
    state: &WebState,
    visitor: &Visitor,
    (plan, form): (Option<PlanTemplate>, Form),
    store: impl FnOnce(&App, NewTemplate) -> Result<PlanTemplate, Refusal> + Send + 'static,
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let mut typed = PlanForm::typed(&form);
    if form.has("mas") {
        return shown(state, visitor, (plan, typed.with_spare_rows()), StatusCode::OK, query).await;
    }
    let Some(template) = typed.read(&form) else {
        return shown(state, visitor, (plan, typed.with_spare_rows()), StatusCode::UNPROCESSABLE_ENTITY, query).await;
    };
    match state.ask(move |app| store(app, template)).await {
        Ok(_) => Ok(elsewhere("/ajustes/planes?hecho=plan_guardado")),
        Err(refusal) => {
            let typed = typed.refused(refusal)?.with_spare_rows();
            shown(state, visitor, (plan, typed), StatusCode::UNPROCESSABLE_ENTITY, query).await
        }
    }
}

async fn shown(
    state: &WebState,
    visitor: &Visitor,
    (plan, form): (Option<PlanTemplate>, PlanForm),
    status: StatusCode,
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let badge = state.ask(move |app| app.badge(&reader)).await?;
    let body = PlanPage {
        id: plan.as_ref().map(|plan| plan.id.0),
        may_edit: visitor.may(Permission::EditRules) && !plan.as_ref().is_some_and(|plan| plan.archived),
        plan: plan.map(PlanView::from),
        form,
        channels: PlannedChannel::ALL.iter().map(|channel| (channel.as_str(), states::planned(*channel))).collect(),
    };
    let title = if body.id.is_some() { "Plan de seguimiento" } else { "Plan nuevo" };
    Ok(state.templates.answer(status, "plan_template.html", &shell(state, visitor, title, &badge, query), &body))
}

fn plan_id(request: &HttpRequest) -> Result<TemplateId, Refusal> {
    ids::id(request).map(TemplateId).ok_or(Refusal::NotFound(texts::PLAN_NOT_FOUND))
}

impl From<PlanTemplate> for PlanView {
    fn from(PlanTemplate { id, name, reference, attempts, notes, archived }: PlanTemplate) -> Self {
        let view = |TemplateAttempt { label, after_hours, channel }| AttemptView {
            label,
            after: after(after_hours),
            channel: states::planned(channel),
        };
        Self { id: id.0, name, reference, notes, is_archived: archived, attempts: attempts.into_iter().map(view).collect() }
    }
}

/// Hours as people count them.
fn after(hours: i64) -> String {
    match (hours / 24, hours % 24) {
        (0, 0) => "enseguida".into(),
        (0, 1) => "después de 1 hora".into(),
        (0, hours) => format!("después de {hours} horas"),
        (1, 0) => "después de 1 día".into(),
        (days, 0) => format!("después de {days} días"),
        (days, hours) => format!("después de {days} d y {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_said_as_people_count_them() {
        let said = [0, 1, 5, 24, 720, 30].map(after);
        assert_eq!(
            said,
            ["enseguida", "después de 1 hora", "después de 5 horas", "después de 1 día", "después de 30 días", "después de 1 d y 6 h"]
        );
    }
}
