//! The one table of routes: the router and the OpenAPI document are both made from it.

use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard, web};
use utoipa::OpenApi;

use crate::auth::authenticate;
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::openapi::{BearerToken, CommonAnswers};
use crate::request_log::log_request;
use crate::state::HttpState;
use crate::{handlers, texts};

macro_rules! routes {
    ($($path:literal => { $($method:ident $module:ident :: $handler:ident),+ $(,)? })+) => {
        /// Every route: method and path.
        pub const ROUTES: &[(&str, &str)] = &[$($((stringify!($method), $path)),+),+];

        fn resources() -> Vec<Resource> {
            vec![$(
                web::resource($path)
                    $(.route(route(stringify!($method)).to(handlers::$module::$handler)))+
                    .default_service(web::to(|request| method_not_allowed(request, &[$(stringify!($method)),+])))
            ),+]
        }

        /// What the service offers, generated from the handlers.
        #[derive(OpenApi)]
        #[openapi(
            info(title = "Seguimiento de farmacovigilancia", description = "Casos incompletos (ICSR), solicitudes al reportante y sus respuestas.\n\nCada respuesta lleva `X-Request-Id`, con el que el registro del servicio nombra la petición. Un campo o un parámetro desconocido se rechaza por su nombre, nunca se pasa por alto. El esquema de cada campo dice todos sus límites; `null` es lo mismo que no darlo. `Idempotency-Key` solo cuenta en `POST /api/v1/icsr` y en `POST …/followup/send`; las demás llamadas no la miran."),
            paths($($(handlers::$module::$handler),+),+),
            components(schemas(ErrorBody)),
            security(("bearer" = [])),
            modifiers(&BearerToken, &CommonAnswers),
        )]
        pub(crate) struct ApiDoc;
    };
}

routes! {
    "/healthz" => { GET health::healthz }
    "/readyz" => { GET health::readyz }
    "/metrics" => { GET health::prometheus }
    "/docs" => { GET docs::page }
    "/api/v1/openapi.json" => { GET docs::openapi }
    "/api/v1/auth/login" => { POST auth::login }
    "/api/v1/auth/me" => { GET auth::me }
    "/api/v1/icsr" => { GET cases::list, POST cases::create }
    "/api/v1/icsr/{icsr_id}" => { GET cases::find, PUT cases::update }
    "/api/v1/icsr/{icsr_id}/audit" => { GET audit::audit }
    "/api/v1/icsr/{icsr_id}/followup" => { GET followup::summary }
    "/api/v1/icsr/{icsr_id}/followup/thread" => { GET messages::thread }
    "/api/v1/icsr/{icsr_id}/followup/draft" => { POST messages::draft }
    "/api/v1/icsr/{icsr_id}/followup/send" => { POST messages::send }
    "/api/v1/icsr/{icsr_id}/followup/read" => { POST followup::read }
    "/api/v1/icsr/{icsr_id}/followup/plan" => { POST plans::apply }
    "/api/v1/icsr/{icsr_id}/followup/attempts" => { GET plans::attempts, POST attempts::schedule_attempt }
    "/api/v1/icsr/{icsr_id}/followup/attempts/{attempt_id}" => { PATCH attempts::change_attempt }
    "/api/v1/icsr/{icsr_id}/followup/attempts/{attempt_id}/send" => { POST attempts::send_attempt }
    "/api/v1/icsr/{icsr_id}/followup/fields/{field}" => { PUT fields::document_field }
    "/api/v1/icsr/{icsr_id}/followup/calls" => { POST calls::log_call }
    "/api/v1/icsr/{icsr_id}/followup/close" => { POST closing::close }
    "/api/v1/icsr/{icsr_id}/followup/reopen" => { POST closing::reopen }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}" => { PATCH message_changes::set_status }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/resend" => { POST message_changes::resend }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/resolve" => { POST message_changes::resolve }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/confirm" => { POST message_changes::confirm }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/link" => { POST message_changes::link }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/raw" => { GET mail::raw }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/attachments/{n}" => { GET mail::attachment }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/html" => { GET mail::html }
    "/api/v1/followup/badge" => { GET badge::badge }
    "/api/v1/inbox/unassigned" => { GET inbox::unassigned }
    "/api/v1/inbox/unassigned/{message_id}/assign" => { POST inbox::assign }
    "/api/v1/inbox/unassigned/{message_id}/case" => { POST inbox::create_case }
    "/api/v1/inbox/unassigned/{message_id}/discard" => { POST inbox::discard }
    "/api/v1/inbox/unassigned/{message_id}/raw" => { GET inbox::unassigned_raw }
    "/api/v1/inbox/unassigned/{message_id}/html" => { GET inbox::unassigned_html }
    "/api/v1/inbox/unassigned/{message_id}/attachments/{n}" => { GET inbox::unassigned_attachment }
    "/api/v1/inbox/quarantine" => { GET quarantine::quarantine }
    "/api/v1/inbox/quarantine/{mail_id}/retry" => { POST quarantine::retry }
    "/api/v1/inbox/quarantine/{mail_id}/discard" => { POST quarantine::discard_quarantined }
    "/api/v1/inbox/quarantine/{mail_id}/raw" => { GET quarantine::quarantined_raw }
    "/api/v1/admin/mailboxes/acknowledge" => { POST quarantine::acknowledge_set_back }
    "/api/v1/webhooks/email" => { POST webhooks::email }
    "/api/v1/webhooks/email/mailgun" => { POST webhooks::mailgun }
    "/api/v1/webhooks/email/mailgun/mime" => { POST webhooks::mailgun_mime }
    "/api/v1/webhooks/email/sendgrid" => { POST webhooks::sendgrid }
    "/api/v1/webhooks/email/postmark" => { POST webhooks::postmark }
    "/api/v1/admin/mail/test" => { POST admin::test_mail }
    "/api/v1/admin/followup/dispatch" => { POST admin::dispatch }
    "/api/v1/admin/followup/plans" => { GET templates::list_templates, POST templates::create_template }
    "/api/v1/admin/followup/plans/{plan_id}" => { GET templates::find_template, PUT templates::replace_template, DELETE templates::archive_template }
    "/api/v1/admin/followup/do-not-contact" => { GET contacts::list_blocked }
    "/api/v1/admin/followup/do-not-contact/{address}" => { PUT contacts::block, DELETE contacts::unblock }
    "/api/v1/admin/followup/bounced-addresses" => { GET bounced_addresses::list_bounced }
    "/api/v1/admin/followup/bounced-addresses/{address}/clear" => { POST bounced_addresses::clear }
    "/api/v1/admin/followup/deadlines" => { GET deadlines::list_deadlines, POST deadlines::create_deadline }
    "/api/v1/admin/followup/deadlines/{deadline_id}" => { PUT deadlines::replace_deadline, DELETE deadlines::remove_deadline }
}

/// Adds every route to an application: `App::new().configure(app_config(state))`. Paths that are not ours answer 404, so
/// whatever else the application serves must be added before.
pub fn app_config(state: HttpState) -> impl Fn(&mut web::ServiceConfig) {
    let state = web::Data::new(state);
    move |config| {
        let scope = resources().into_iter().fold(web::scope(""), actix_web::Scope::service);
        let scope = scope.default_service(web::to(route_not_found)).wrap(from_fn(authenticate)).wrap(from_fn(log_request));
        config.app_data(state.clone()).service(scope);
    }
}

/// A route for a method; HEAD is a GET whose body is not sent (RFC 9110 §9.3.2).
fn route(method: &str) -> Route {
    match method {
        "GET" => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
        "POST" => web::post(),
        "PUT" => web::put(),
        "PATCH" => web::patch(),
        _ => web::delete(),
    }
}

async fn method_not_allowed(request: HttpRequest, methods: &[&str]) -> Result<HttpResponse, ApiError> {
    // `followup/nada` is no message, so there is nothing that any method could be for.
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if request.match_info().get("message_id").is_some_and(|text| !is_number(text)) {
        return Err(ApiError::NotFound(texts::ROUTE_NOT_FOUND));
    }
    let allowed: Vec<&str> = methods.iter().flat_map(|method| if *method == "GET" { vec!["GET", "HEAD"] } else { vec![*method] }).collect();
    let body = ErrorBody { detail: texts::METHOD_NOT_ALLOWED.into(), errors: None, checks: None, id: None };
    Ok(HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allowed.join(", "))).json(body))
}

async fn route_not_found() -> Result<HttpResponse, ApiError> {
    Err(ApiError::NotFound(texts::ROUTE_NOT_FOUND))
}
