//! A case that is changed: only what somebody changed is sent, and nothing typed is lost when somebody else was first.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_answers::Refusal;
use followup_app::{App, UpdateCaseError};
use followup_domain::audit::Actor;
use followup_domain::case::Case;
use followup_domain::ids::CaseId;
use followup_domain::ports::Badge;
use serde::Serialize;

use super::form::{BEFORE, Change, FormView, Hidden, Mistake, Sheet, Wish, changes, hidden, is_empty, merged, mistakes_of, patch};
use super::{case_href, case_id, number_of};
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::{Section, Shell, elsewhere};
use crate::show::when::When;
use crate::state::WebState;

/// The hidden field with the version that the form was made from.
const VERSION: &str = "version";

#[derive(Serialize)]
struct EditPage {
    heading: String,
    action: String,
    back: String,
    save: &'static str,
    hidden: Vec<Hidden>,
    form: FormView,
    is_new: bool,
}

#[derive(Serialize)]
struct ConflictPage {
    number: String,
    action: String,
    back: String,
    changed: When,
    changes: Vec<ChangeView>,
    /// What was typed, in the case as it is now.
    hidden: Vec<Hidden>,
}

#[derive(Serialize)]
struct ChangeView {
    label: String,
    before: String,
    typed: String,
    now: String,
    /// Others changed the same field, otherwise.
    is_contested: bool,
}

impl From<Change> for ChangeView {
    fn from(Change { label, before, typed, now }: Change) -> Self {
        let is_contested = now != before && now != typed;
        Self { label, before, typed, now, is_contested }
    }
}

/// What the form was made from, and what it says now.
struct Edited {
    /// What was just done.
    notice: Option<&'static str>,
    version: i64,
    base: Sheet,
    typed: Sheet,
}

/// The form, filled in.
pub(crate) async fn form(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let id = case_id(&path)?;
    let reader = visitor.username.clone();
    let (badge, case) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.case(id)?))).await?;
    let sheet = Sheet::of(&case.record);
    let edited = Edited { notice: query.notice(), version: case.version, typed: sheet.clone().with_a_product(), base: sheet };
    Ok(show(&state, &visitor, &badge, &case, StatusCode::OK, &edited, Vec::new()))
}

enum Outcome {
    Saved,
    Unchanged,
    Refused(Vec<Mistake>),
    /// Somebody else changed the case: how it is now.
    Stale,
    /// Nothing is to be stored yet.
    Shown,
}

/// Changes the case, or shows the form again.
pub(crate) async fn save(
    state: web::Data<WebState>,
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let id = case_id(&path)?;
    let mut typed = Sheet::sent(&form, "")?;
    let only_shows = Wish::of(&form).follow(&mut typed);
    if !only_shows {
        typed = typed.without_blank_rows();
    }
    let edited = Edited { notice: None, version: form.number(VERSION)?, base: Sheet::sent(&form, BEFORE)?, typed };
    let (actor, reader) = (visitor.actor(), visitor.username.clone());
    let asked = move |app: &App| {
        let (case, outcome) = if only_shows { (app.case(id)?, Outcome::Shown) } else { store(app, &actor, id, &edited)? };
        Ok::<_, Refusal>((app.badge(&reader)?, case, outcome, edited))
    };
    let (badge, case, outcome, edited) = state.ask(asked).await?;
    Ok(match outcome {
        Outcome::Saved => elsewhere(&format!("{}?hecho=guardado", case_href(id))),
        Outcome::Unchanged => elsewhere(&format!("{}?hecho=igual", case_href(id))),
        Outcome::Shown => show(&state, &visitor, &badge, &case, StatusCode::OK, &edited, Vec::new()),
        Outcome::Refused(mistakes) => show(&state, &visitor, &badge, &case, StatusCode::UNPROCESSABLE_ENTITY, &edited, mistakes),
        Outcome::Stale => conflict(&state, &visitor, &badge, &case, &edited),
    })
}

/// The case as it is then, and what became of the change.
fn store(app: &App, actor: &Actor, id: CaseId, edited: &Edited) -> Result<(Case, Outcome), Refusal> {
    let case = app.case(id)?;
    // What the service itself changed since counts no version, and stays.
    let present = Sheet::of(&case.record);
    let target = merged(&edited.base, &edited.typed, &present);
    if case.version != edited.version {
        // A form that is sent twice finds its own changes.
        return Ok((case, if target == present { Outcome::Unchanged } else { Outcome::Stale }));
    }
    let patch = match patch(&case.record, &target) {
        Err(errors) => return Ok((case, Outcome::Refused(mistakes_of(&errors)))),
        Ok(patch) if is_empty(&patch) => return Ok((case, Outcome::Unchanged)),
        Ok(patch) => patch,
    };
    match app.update_case(actor, id, &patch, Some(case.version)) {
        Ok(case) => Ok((case, Outcome::Saved)),
        Err(UpdateCaseError::Invalid(errors)) => Ok((case, Outcome::Refused(mistakes_of(&errors)))),
        Err(UpdateCaseError::Stale { .. }) => Ok((app.case(id)?, Outcome::Stale)),
        Err(other) => Err(other.into()),
    }
}

fn show(
    state: &WebState,
    visitor: &Visitor,
    badge: &Badge,
    case: &Case,
    status: StatusCode,
    edited: &Edited,
    mistakes: Vec<Mistake>,
) -> HttpResponse {
    let back = case_href(case.id);
    let body = EditPage {
        heading: format!("Editar {}", number_of(case)),
        action: format!("{back}/editar"),
        back,
        save: "Guardar los cambios",
        hidden: hidden(carried(edited.version, &edited.base)),
        form: FormView::new(&edited.typed, mistakes),
        is_new: false,
    };
    let shell = Shell::new(state, visitor, &body.heading, Section::Cases, badge).with_notice(edited.notice);
    state.templates.answer(status, "case_form.html", &shell, &body)
}

/// Somebody else was first: what was, what was typed, what is now; and one button for the changes alone.
fn conflict(state: &WebState, visitor: &Visitor, badge: &Badge, case: &Case, edited: &Edited) -> HttpResponse {
    let present = Sheet::of(&case.record);
    let reading = state.reading();
    let back = case_href(case.id);
    let mut pairs = carried(case.version, &present);
    pairs.extend(merged(&edited.base, &edited.typed, &present).carried(""));
    let body = ConflictPage {
        number: number_of(case),
        action: format!("{back}/editar"),
        back,
        changed: reading.when(case.updated_at),
        changes: changes(&edited.base, &edited.typed, &present).into_iter().map(Into::into).collect(),
        hidden: hidden(pairs),
    };
    let shell = Shell::new(state, visitor, "Otra persona cambió el caso", Section::Cases, badge);
    state.templates.answer(StatusCode::CONFLICT, "case_conflict.html", &shell, &body)
}

/// The version and the case that a form was made from.
fn carried(version: i64, base: &Sheet) -> Vec<(String, String)> {
    let mut pairs = vec![(VERSION.to_owned(), version.to_string())];
    pairs.extend(base.carried(BEFORE));
    pairs
}
