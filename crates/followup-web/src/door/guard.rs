//! The guard before every page.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use followup_answers::Refusal;

use super::cookie::session_of;
use super::headers;
use super::origin::{Comes, comes, origin};
use super::token::is_token;
use super::visitor::Visitor;
use crate::form::Form;
use crate::pages::sign_in;
use crate::problem::{Problem, page_of};
use crate::render::TOKEN_FIELD;
use crate::routes::{Needs, PageEntry, entry};
use crate::state::WebState;

/// Middleware: finds out who is there, lets in whom the page is for, reads and proves the form, and turns whatever went wrong into a page.
pub(crate) async fn guard(
    state: web::Data<WebState>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let page = request.match_pattern().and_then(|pattern| entry(request.method(), &pattern));
    let policy = headers::policy(&state.options);
    let payload = request.take_payload();
    let mut response = match admit(&state, request.request(), payload, page).await {
        Ok(Admitted::In(payload)) => {
            request.set_payload(payload);
            answered(&state, next.call(request).await?).await
        }
        Ok(Admitted::Elsewhere(answer)) => request.into_response(answer),
        Err(problem) => {
            let answer = page_of(&state, request.request(), &problem).await;
            request.into_response(answer)
        }
    };
    headers::add(response.headers_mut(), &policy);
    Ok(response)
}

enum Admitted {
    /// With what is left of the body.
    In(Payload),
    /// To sign in, and then back.
    Elsewhere(HttpResponse),
}

async fn admit(state: &WebState, request: &HttpRequest, payload: Payload, page: Option<&PageEntry>) -> Result<Admitted, Problem> {
    let Some(page) = page else { return Err(Problem::NoSuchMethod) };
    let visitor = match session_of(request, &state.options) {
        Some(id) => {
            let caller = state.within_limit(state.access.session(&id, !page.is_asked_by_itself)).await?;
            caller.map(|caller| Visitor::new(caller, id, is_in_frame(request)))
        }
        None => None,
    };
    if let Some(visitor) = &visitor {
        request.extensions_mut().insert(visitor.clone());
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let comes = if changes { comes(request, state.options.origin.as_deref()) } else { Comes::FromUs };
    let is_invited =
        page.is_open_to_framers && origin(request).is_some_and(|origin| state.options.framed_by.iter().any(|known| known == origin));
    if comes == Comes::FromElsewhere && !is_invited {
        return Err(Problem::ForeignForm);
    }
    if !changes || page.reads_its_body {
        return match allowed(page, visitor.as_ref()) {
            Allowed::Yes if comes == Comes::Unsaid => Err(Problem::ForeignForm),
            Allowed::Yes => Ok(Admitted::In(payload)),
            Allowed::SignInFirst => Ok(Admitted::Elsewhere(sign_in::first(request))),
            Allowed::No => Err(Refusal::Forbidden.into()),
        };
    }
    let form = Form::read(request, payload, visitor.is_some()).await?;
    match allowed(page, visitor.as_ref()) {
        Allowed::SignInFirst => return Ok(Admitted::Elsewhere(sign_in::first_and_keep(state, request, &form).await)),
        Allowed::No => return Err(Refusal::Forbidden.into()),
        Allowed::Yes => {}
    }
    let is_proven =
        comes == Comes::FromUs || is_invited || visitor.is_some_and(|visitor| is_token(form.text(TOKEN_FIELD), visitor.session()));
    if !is_proven {
        return Err(Problem::ForeignForm);
    }
    request.extensions_mut().insert(form);
    Ok(Admitted::In(Payload::None))
}

enum Allowed {
    Yes,
    SignInFirst,
    No,
}

fn allowed(page: &PageEntry, visitor: Option<&Visitor>) -> Allowed {
    match (page.needs, visitor) {
        (Needs::Nothing, _) => Allowed::Yes,
        (Needs::Permission(_), None) => Allowed::SignInFirst,
        (Needs::Permission(permission), Some(visitor)) if visitor.may(permission) => Allowed::Yes,
        (Needs::Permission(_), Some(_)) => Allowed::No,
    }
}

/// What a handler answered; where it failed, the page that says so.
async fn answered(state: &WebState, response: ServiceResponse<impl MessageBody + 'static>) -> ServiceResponse<BoxBody> {
    let problem = response.response().error().and_then(|error| error.as_error::<Problem>()).cloned();
    match problem {
        None => response.map_into_boxed_body(),
        Some(problem) => {
            let request = response.into_parts().0;
            let answer = page_of(state, &request, &problem).await;
            ServiceResponse::new(request, answer)
        }
    }
}

/// Whether the page will stand in a frame (Fetch Metadata).
fn is_in_frame(request: &HttpRequest) -> bool {
    request.headers().get("Sec-Fetch-Dest").is_some_and(|value| value.as_bytes() == b"iframe")
}

/// Whether whoever asked wants no page but an answer for a script.
pub(crate) fn is_script(request: &HttpRequest) -> bool {
    request.headers().get(header::ACCEPT).is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}
