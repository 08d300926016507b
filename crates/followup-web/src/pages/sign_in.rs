//! Signing in and out. Whoever's session ended comes back to where they were, with what they typed.

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use followup_access::{Place, SessionId, SignInError, client_address};
use followup_answers::Refusal;
use followup_domain::ports::StoreError;
use serde::Serialize;

use crate::door::{Visitor, forget_session, form_token, session_cookie};
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
pub(crate) async fn enter(
    state: web::Data<WebState>,
    visitor: Option<Visitor>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    if !state.access.makes_tokens() {
        return Err(Refusal::NoLocalSignIn.into());
    }
    let username = form.text("usuario").to_owned();
    let place = place(&request);
    // What changes of the user from here on ends the session.
    let since = state.app.clock.now();
    let signing_in = state.access.sign_in(username.clone(), form.verbatim("clave").to_owned(), place.address);
    let signed_in = tokio::time::timeout(state.options.answer_limit, signing_in).await;
    let (status, mistake) = match signed_in.unwrap_or_else(|_| Err(SignInError::Store(StoreError::Unavailable("silent".into())))) {
        Ok(user) => {
            let session = state.within_limit(state.access.begin_session(&user, since, place)).await?;
            end(&state, visitor).await?;
            return with_cookie(onwards(&state, &form, &session), &session_cookie(&session, &state.options));
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
    let session =
        state.within_limit(state.access.begin_session_by_token(form.text("token"), place(&request))).await?.map_err(Refusal::from)?;
    with_cookie(elsewhere(&inner(form.given(BACK))), &session_cookie(&session, &state.options))
}

/// Ends one's session; one that is over needs no end.
pub(crate) async fn leave(state: web::Data<WebState>, visitor: Option<Visitor>) -> Result<HttpResponse, Problem> {
    end(&state, visitor).await?;
    with_cookie(elsewhere("/entrar"), &forget_session(&state.options))
}

async fn end(state: &WebState, visitor: Option<Visitor>) -> Result<(), Problem> {
    if let Some(visitor) = visitor {
        let (actor, key) = (visitor.actor(), visitor.session().key());
        state.ask(move |app| app.end_session(&actor, &key)).await?;
    }
    Ok(())
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
    let asked_for = || request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let back = if *request.method() == Method::POST { back_of(request) } else { asked_for() };
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
fn onwards(state: &WebState, form: &Form, session: &SessionId) -> HttpResponse {
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
            let shell = Shell { token: Some(form_token(session)), ..Shell::bare(state, None, "Sesión iniciada", Section::None) };
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
    let header = |name| request.headers().get(name)?.to_str().ok();
    let page = header(header::REFERER).and_then(|page| page.split_once("://")).map(|(_, page)| page);
    // Ours has the host that was asked for; of a proxy that keeps it to itself the path is one of ours or of nobody.
    let path = page.and_then(|page| page.find('/').map(|at| &page[at..]));
    inner(path)
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
