//! Signing in and out. Whoever's session ended comes back to where they were, with what they typed.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use followup_access::{Place, SignInError, client_address};
use followup_answers::Refusal;
use followup_domain::session::SessionKey;
use serde::Serialize;

use crate::door::{Visitor, forget_session, session_cookie};
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::{Section, Shell, TOKEN_FIELD, elsewhere};
use crate::state::WebState;

/// Before the names of fields that somebody typed before they signed in.
const KEPT: &str = "antes.";
/// Where they were.
const BACK: &str = "volver";
/// Where what they typed was to go.
const TARGET: &str = "destino";

#[derive(Serialize)]
struct SignInPage {
    /// Names and passwords are checked here; else somebody else issues tokens.
    is_local: bool,
    username: String,
    back: String,
    /// What was typed before, and where it was to go.
    target: Option<String>,
    kept: Vec<Kept>,
    mistake: Option<String>,
}

#[derive(Serialize)]
struct Kept {
    name: String,
    value: String,
}

/// The form.
pub(crate) async fn form(state: web::Data<WebState>, visitor: Option<Visitor>, query: Query) -> HttpResponse {
    let back = inner(query.get(BACK));
    if visitor.is_some() {
        return elsewhere(&back);
    }
    let page =
        SignInPage { is_local: state.access.makes_tokens(), username: String::new(), back, target: None, kept: Vec::new(), mistake: None };
    shown(&state, StatusCode::OK, &page)
}

/// Somebody gave name and password.
pub(crate) async fn enter(state: web::Data<WebState>, request: HttpRequest, form: Form) -> Result<HttpResponse, Problem> {
    if !state.access.makes_tokens() {
        return Err(Refusal::NoLocalSignIn.into());
    }
    let username = form.text("usuario").to_owned();
    let place = place(&request);
    let (status, mistake) = match state.access.sign_in(username.clone(), form.verbatim("clave").to_owned(), place.address).await {
        Ok(user) => {
            let session = state.access.begin_session(&user, place).await.map_err(Refusal::from)?;
            return with_cookie(onwards(&state, &form), &session_cookie(&session, &state.options));
        }
        Err(SignInError::Wrong) => (StatusCode::UNAUTHORIZED, Refusal::from(SignInError::Wrong).detail().to_owned()),
        Err(SignInError::Wait { seconds }) => {
            (StatusCode::TOO_MANY_REQUESTS, format!("Demasiados intentos. Podrá probar de nuevo en {seconds} s."))
        }
        Err(error) => return Err(Refusal::from(error).into()),
    };
    let page = SignInPage {
        is_local: true,
        username,
        back: inner(form.given(BACK)),
        target: target(&form),
        kept: kept(&form, true),
        mistake: Some(mistake),
    };
    Ok(shown(&state, status, &page))
}

/// A page that frames ours sends its user's token.
pub(crate) async fn enter_by_token(state: web::Data<WebState>, request: HttpRequest, form: Form) -> Result<HttpResponse, Problem> {
    let begun = state.access.begin_session_by_token(form.text("token"), place(&request)).await.map_err(Refusal::from)?;
    let session = begun.map_err(Refusal::from)?;
    with_cookie(elsewhere(&inner(form.given(BACK))), &session_cookie(&session, &state.options))
}

/// Ends one's session.
pub(crate) async fn leave(state: web::Data<WebState>, visitor: Visitor) -> Result<HttpResponse, Problem> {
    let (actor, key): (_, SessionKey) = (visitor.actor(), visitor.session().key());
    state.ask(move |app| app.end_session(&actor, &key)).await?;
    with_cookie(elsewhere("/entrar"), &forget_session(&state.options))
}

fn with_cookie(mut answer: HttpResponse, cookie: &str) -> Result<HttpResponse, Problem> {
    let value = HeaderValue::from_str(cookie).map_err(|error| Refusal::Internal(error.to_string()))?;
    answer.headers_mut().append(header::SET_COOKIE, value);
    Ok(answer)
}

/// To sign in, and then to the page that was asked for.
pub(crate) fn first(request: &HttpRequest) -> HttpResponse {
    if crate::door::is_script(request) {
        return HttpResponse::Unauthorized().finish();
    }
    let back = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    elsewhere(&format!("/entrar?{BACK}={back}"))
}

/// To sign in, and then to what was about to be sent.
pub(crate) async fn first_and_keep(state: &WebState, request: &HttpRequest, form: &Form) -> HttpResponse {
    let page = SignInPage {
        is_local: state.access.makes_tokens(),
        username: String::new(),
        back: back_of(request),
        target: Some(request.uri().path().to_owned()),
        kept: kept(form, false),
        mistake: Some("La sesión terminó. Entre de nuevo: lo que había escrito no se ha perdido.".into()),
    };
    shown(state, StatusCode::UNAUTHORIZED, &page)
}

/// After signing in: back, or to a page that holds what was typed and waits for a word to send it.
fn onwards(state: &WebState, form: &Form) -> HttpResponse {
    #[derive(Serialize)]
    struct Again {
        target: String,
        back: String,
        kept: Vec<Kept>,
    }
    let back = inner(form.given(BACK));
    match target(form) {
        None => elsewhere(&back),
        Some(target) => {
            let kept =
                kept(form, true).into_iter().map(|kept| Kept { name: kept.name[KEPT.len()..].to_owned(), value: kept.value }).collect();
            let shell = Shell::bare(state, None, "Sesión iniciada", Section::None);
            state.templates.answer(StatusCode::OK, "sign_in_again.html", &shell, &Again { target, back, kept })
        }
    }
}

fn shown(state: &WebState, status: StatusCode, page: &SignInPage) -> HttpResponse {
    let shell = Shell::bare(state, None, "Entrar", Section::None);
    state.templates.answer(status, "sign_in.html", &shell, page)
}

/// What was typed before, without the token of a session that is over.
fn kept(form: &Form, is_marked: bool) -> Vec<Kept> {
    let fields = form.fields().iter().filter(|(name, _)| name != TOKEN_FIELD && name.starts_with(KEPT) == is_marked);
    fields
        .map(|(name, value)| Kept { name: if is_marked { name.clone() } else { format!("{KEPT}{name}") }, value: value.clone() })
        .collect()
}

fn target(form: &Form) -> Option<String> {
    form.given(TARGET).filter(|path| is_inner(path)).map(str::to_owned)
}

fn inner(path: Option<&str>) -> String {
    path.filter(|path| is_inner(path)).unwrap_or("/").to_owned()
}

/// A path of ours, and of nobody else's: browsers read `//` and `/\` as the beginning of another host.
fn is_inner(path: &str) -> bool {
    let sound = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    sound && path.starts_with('/') && !path.starts_with("//") && path.len() <= 2_000
}

/// The page from which a form came, if it was ours.
fn back_of(request: &HttpRequest) -> String {
    let path = request.uri().path();
    let parent = path.rsplit_once('/').map_or("/", |(parent, _)| parent);
    if parent.is_empty() { "/".into() } else { parent.to_owned() }
}

fn place(request: &HttpRequest) -> Place {
    let headers = request.headers();
    let forwarded = headers.get_all(header::X_FORWARDED_FOR).last().and_then(|value| value.to_str().ok());
    Place {
        address: request.peer_addr().map(|peer| client_address(peer.ip(), forwarded)),
        program: headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_host() {
        for path in ["/", "/casos/1/seguimiento#m2", "/casos?q=a&b=%20"] {
            assert!(is_inner(path), "{path}");
        }
        for path in [
            "",
            "casos",
            "//evil.test",
            "/\\evil.test",
            "https://evil.test",
            "/a b",
            "/á",
            "/\nx",
            "javascript:alert(1)",
            &format!("/{}", "a".repeat(2_000)),
        ] {
            assert!(!is_inner(path), "{path}");
        }
    }
}
