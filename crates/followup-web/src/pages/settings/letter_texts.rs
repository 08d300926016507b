//! The letters in the unit's own words: a list, and for each a form with a preview.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::{App, LetterText, LetterTextError};
use followup_domain::audit::Actor;
use followup_domain::message::Channel;
use followup_domain::ports::Badge;
use followup_words::{letters as words, states, whatsapp};
use serde::Serialize;

use super::letter_form::{Changed, TextForm, changed};
use super::{reading, shell};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::when::Reading;
use crate::state::WebState;

const HERE: &str = "/ajustes/plantillas";

#[derive(Serialize)]
struct TextsPage {
    groups: Vec<GroupView>,
    /// Templates of WhatsApp's provider, which are approved there.
    templates: Vec<(&'static str, String)>,
    language: String,
    parameters: [&'static str; 3],
    is_administrator: bool,
}

#[derive(Serialize)]
struct GroupView {
    heading: String,
    texts: Vec<TextView>,
}

#[derive(Serialize)]
struct TextView {
    href: String,
    name: String,
    file: &'static str,
    is_own: bool,
    is_of_deployment: bool,
    changed: Option<Changed>,
    /// Letters go without it, because it cannot be used.
    is_broken: bool,
}

/// What became of a form.
enum Outcome {
    Saved,
    Shown(Box<TextForm>, StatusCode),
}

/// Where the text of a letter is written.
pub(super) fn href(file: &str) -> String {
    format!("{HERE}/{file}")
}

/// All texts.
pub(crate) async fn list(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let (badge, texts) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.letter_texts()?))).await?;
    let rules = &state.app.policy.whatsapp;
    let body = TextsPage {
        groups: groups(&texts, reading(&state)),
        templates: vec![("Primera solicitud", rules.request.clone()), ("Recordatorio", rules.reminder.clone())],
        language: rules.language.clone(),
        parameters: whatsapp::PARAMETERS,
        is_administrator: visitor.may(Permission::Administer),
    };
    let shell = shell(&state, &visitor, "Plantillas de cartas", &badge, &query);
    Ok(state.templates.answer(StatusCode::OK, "letter_texts.html", &shell, &body))
}

fn groups(texts: &[LetterText], reading: Reading) -> Vec<GroupView> {
    let group = |heading: String, of: Option<Channel>| {
        let texts = texts.iter().filter(|text| text.shipped.letter.map(|(_, channel)| channel) == of);
        GroupView { heading, texts: texts.map(|text| text_view(text, reading)).collect() }
    };
    let channels = Channel::ALL.iter().map(|channel| {
        let free = if *channel == Channel::Whatsapp { " (texto libre, en las 24 horas después de que escriba el reportante)" } else { "" };
        group(format!("{}{free}", states::channel(*channel)), Some(*channel))
    });
    channels.chain([group("Partes que varias cartas incluyen".into(), None)]).filter(|group| !group.texts.is_empty()).collect()
}

fn text_view(text: &LetterText, reading: Reading) -> TextView {
    TextView {
        href: href(text.shipped.name),
        name: words::name(&text.shipped),
        file: text.shipped.name,
        is_own: text.own().is_some(),
        is_of_deployment: text.shipped.is_of_deployment,
        changed: changed(text, reading),
        is_broken: !text.faults.is_empty(),
    }
}

/// A text, and how it reads.
pub(crate) async fn page(Asked { state, visitor, request, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let (name, reading) = (file(&request), reading(&state));
    let reader = visitor.username.clone();
    let found = move |app: &App| Ok::<_, Refusal>((app.badge(&reader)?, stored(app, &name, reading)?));
    let (badge, form) = state.ask(found).await?;
    Ok(shown(&state, &visitor, &badge, (form, StatusCode::OK), &query))
}

/// Shows how a text would read, or keeps it.
pub(crate) async fn save(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let (name, reading, actor) = (file(&request), reading(&state), visitor.actor());
    let (text, version, keeps) = (form.verbatim("texto").to_owned(), form.number("version")?, form.text("accion") != "ver");
    let (reader, kept_name) = (visitor.username.clone(), name.clone());
    let asked = move |app: &App| {
        let outcome =
            if keeps { keep(app, &actor, (&name, &text, version), reading)? } else { try_out(app, (&name, text, version), reading)? };
        Ok::<_, Refusal>((app.badge(&reader)?, outcome))
    };
    match state.ask(asked).await? {
        (_, Outcome::Saved) => Ok(elsewhere(&format!("{}?hecho=carta_guardada", href(&kept_name)))),
        (badge, Outcome::Shown(form, status)) => Ok(shown(&state, &visitor, &badge, (*form, status), &query)),
    }
}

/// Goes back to the text that is brought along.
pub(crate) async fn reset(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let (name, reading, actor) = (file(&request), reading(&state), visitor.actor());
    let version = form.number("version")?;
    let (reader, kept_name) = (visitor.username.clone(), name.clone());
    let asked = move |app: &App| match app.reset_letter_text(&actor, &name, Some(version)) {
        Ok(_) => Ok((app.badge(&reader)?, Outcome::Saved)),
        Err(LetterTextError::Stale) => {
            let form = stored(app, &name, reading)?;
            let now = form.now();
            Ok((app.badge(&reader)?, Outcome::Shown(Box::new(form.in_conflict(now)), StatusCode::CONFLICT)))
        }
        Err(error) => Err(Refusal::from(error)),
    };
    match state.ask(asked).await? {
        (_, Outcome::Saved) => Ok(elsewhere(&format!("{}?hecho=carta_restablecida", href(&kept_name)))),
        (badge, Outcome::Shown(form, status)) => Ok(shown(&state, &visitor, &badge, (*form, status), &query)),
    }
}

fn keep(app: &App, actor: &Actor, (name, text, version): (&str, &str, i64), reading: Reading) -> Result<Outcome, Refusal> {
    match app.set_letter_text(actor, name, text, Some(version)) {
        Ok(_) => Ok(Outcome::Saved),
        Err(LetterTextError::Invalid { faults, .. }) => {
            let form = typed(app, name, text.to_owned(), reading)?.made_from(version).refused(&faults);
            Ok(Outcome::Shown(Box::new(form), StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(LetterTextError::Stale) => {
            let form = stored(app, name, reading)?;
            // A form that is sent twice finds its own text.
            if form.now() == text {
                return Ok(Outcome::Saved);
            }
            let now = form.now();
            Ok(Outcome::Shown(Box::new(typed(app, name, text.to_owned(), reading)?.in_conflict(now)), StatusCode::CONFLICT))
        }
        Err(error) => Err(error.into()),
    }
}

fn try_out(app: &App, (name, text, version): (&str, String, i64), reading: Reading) -> Result<Outcome, Refusal> {
    Ok(Outcome::Shown(Box::new(typed(app, name, text, reading)?.made_from(version)), StatusCode::OK))
}

/// As it stands.
fn stored(app: &App, name: &str, reading: Reading) -> Result<TextForm, Refusal> {
    let text = app.letter_text(name)?;
    let preview = app.preview_letter_text(name, text.text())?;
    Ok(TextForm::of(text, preview, &app.policy, reading).with_values(app.letters.variables()))
}

/// As somebody typed it.
fn typed(app: &App, name: &str, text: String, reading: Reading) -> Result<TextForm, Refusal> {
    let preview = app.preview_letter_text(name, &text)?;
    Ok(stored(app, name, reading)?.typed(text, &preview, &app.policy))
}

fn shown(state: &WebState, visitor: &Visitor, badge: &Badge, (form, status): (TextForm, StatusCode), query: &Query) -> HttpResponse {
    let form = form.for_editing(visitor.may(Permission::EditRules));
    let shell = shell(state, visitor, &form.name, badge, query);
    state.templates.answer(status, "letter_text.html", &shell, &form)
}

/// The file that an address names.
fn file(request: &HttpRequest) -> String {
    request.match_info().get("nombre").unwrap_or_default().to_owned()
}
