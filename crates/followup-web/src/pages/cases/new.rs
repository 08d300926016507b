//! A new case: what a first call tells, and whatever else is known.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use followup_answers::Refusal;
use followup_app::{IdempotencyKey, RegisterCaseError};
use followup_domain::case::CaseRecord;
use followup_domain::ports::Badge;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::form::{FormView, Hidden, Mistake, Sheet, Wish, hidden, is_empty, mistakes_of, patch};
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::render::{Section, Shell, elsewhere};
use crate::show::brief::followup_href;
use crate::state::WebState;

const PATH: &str = "/casos/nuevo";
/// The field that tells one form from another: sent twice, it makes one case.
const KEY: &str = "clave";
/// A form of ours carries no longer one.
const LONGEST_KEY: usize = 64;

#[derive(Serialize)]
struct NewCasePage {
    heading: &'static str,
    action: &'static str,
    back: &'static str,
    save: &'static str,
    hidden: Vec<Hidden>,
    form: FormView,
    is_new: bool,
}

/// The empty form.
pub(crate) async fn form(state: web::Data<WebState>, visitor: Visitor) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let badge = state.ask(move |app| app.badge(&reader)).await?;
    let sheet = Sheet::of(&CaseRecord::default()).with_a_product();
    Ok(show(&state, &visitor, &badge, StatusCode::OK, &sheet, Vec::new(), new_key()?))
}

enum Outcome {
    Registered(i64),
    /// The form comes back: with what is wrong, or because its rows changed.
    Again(StatusCode, Vec<Mistake>),
    /// With this form another case was made.
    Used,
}

/// Registers the case, or shows the form again.
pub(crate) async fn create(state: web::Data<WebState>, visitor: Visitor, form: Form) -> Result<HttpResponse, Problem> {
    let mut sheet = Sheet::sent(&form, "")?;
    let key = form.text(KEY).to_owned();
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::BadRequest("Falta la clave del formulario".into()).into());
    }
    let only_shows = Wish::of(&form).follow(&mut sheet);
    if !only_shows {
        sheet = sheet.without_blank_rows();
    }
    let (actor, reader, typed) = (visitor.actor(), visitor.username.clone(), sheet.clone());
    // The key has no blanks, so that the user's name at the end cannot be taken for part of it.
    let key_of_form = IdempotencyKey { scope: format!("WEB:casos/nuevo {key} {reader}"), fingerprint: fingerprint(&typed) };
    let (badge, outcome) = state
        .ask(move |app| {
            let badge = app.badge(&reader)?;
            if only_shows {
                return Ok((badge, Outcome::Again(StatusCode::OK, Vec::new())));
            }
            let refused = |mistakes| Outcome::Again(StatusCode::UNPROCESSABLE_ENTITY, mistakes);
            let outcome = match patch(&CaseRecord::default(), &typed) {
                Err(errors) => refused(mistakes_of(&errors)),
                Ok(patch) if is_empty(&patch) => refused(vec![Mistake::at(
                    "paciente_iniciales",
                    "escriba al menos un dato del paciente, del producto, del evento o del reportante",
                )]),
                Ok(patch) => match app.register_case(&actor, patch, Some(&key_of_form)) {
                    Ok(registered) => Outcome::Registered(registered.case.id.0),
                    Err(RegisterCaseError::Invalid(errors)) => refused(mistakes_of(&errors)),
                    Err(RegisterCaseError::KeyReused) => Outcome::Used,
                    Err(other) => return Err(Refusal::from(other)),
                },
            };
            Ok((badge, outcome))
        })
        .await?;
    Ok(match outcome {
        Outcome::Registered(id) => elsewhere(&format!("{}?hecho=registrado", followup_href(id))),
        Outcome::Again(status, mistakes) => show(&state, &visitor, &badge, status, &sheet.with_a_product(), mistakes, key),
        Outcome::Used => {
            let text = "con este formulario ya se registró un caso. Búsquelo en la lista; si este es otro, envíelo de nuevo";
            show(&state, &visitor, &badge, StatusCode::CONFLICT, &sheet.with_a_product(), vec![Mistake::at("numero", text)], new_key()?)
        }
    })
}

fn show(
    state: &WebState,
    visitor: &Visitor,
    badge: &Badge,
    status: StatusCode,
    sheet: &Sheet,
    mistakes: Vec<Mistake>,
    key: String,
) -> HttpResponse {
    let body = NewCasePage {
        heading: "Nuevo caso",
        action: PATH,
        back: "/casos",
        save: "Registrar el caso",
        hidden: hidden(vec![(KEY.to_owned(), key)]),
        form: FormView::new(sheet, mistakes),
        is_new: true,
    };
    let shell = Shell::new(state, visitor, body.heading, Section::Cases, badge);
    state.templates.answer(status, "case_form.html", &shell, &body)
}

fn new_key() -> Result<String, Refusal> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::Internal(format!("no randomness: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What makes the same form the same.
fn fingerprint(sheet: &Sheet) -> String {
    let mut hash = Sha256::new();
    for (name, value) in sheet.carried("") {
        hash.update(format!("{}:{name}={}:{value};", name.len(), value.len()));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
