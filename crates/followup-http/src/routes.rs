//! The one table of routes and of what each needs: the router, the door and the OpenAPI document are all made from it.

use actix_web::http::{Method, header};
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_words::answers as texts;
use utoipa::OpenApi;

use crate::auth::authenticate;
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::openapi::{BearerToken, CommonAnswers};
use crate::request_log::log_request;
use crate::state::HttpState;
use crate::{cors, handlers};

/// A route, and what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteEntry {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The path, its variables in braces.
    pub path: &'static str,
    /// None: open to all, or proven by the request itself (webhooks).
    pub permission: Option<Permission>,
}

/// What a request needs before anything else of it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    /// A token of somebody: there is no such method at a path that is not open.
    Caller,
    Permission(Permission),
}

/// What a request of this method needs at a path of [`ROUTES`].
pub(crate) fn needs(method: &Method, path: &str) -> Needs {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let mut needs = Needs::Nothing;
    for route in ROUTES.iter().filter(|route| route.path == path) {
        match route.permission {
            found if route.method == method => return found.map_or(Needs::Nothing, Needs::Permission),
            Some(_) => needs = Needs::Caller,
            None => {}
        }
    }
    needs
}

macro_rules! permission {
    (Nothing) => {
        None
    };
    ($name:ident) => {
        Some(Permission::$name)
    };
}

macro_rules! routes {
    ($($path:literal => { $($method:ident $module:ident :: $handler:ident : $needs:ident),+ $(,)? })+) => {
        /// Every route.
        pub const ROUTES: &[RouteEntry] =
            &[$($(RouteEntry { method: stringify!($method), path: $path, permission: permission!($needs) }),+),+];

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
    "/" => { GET docs::root: Nothing }
    "/healthz" => { GET health::healthz: Nothing }
    "/readyz" => { GET health::readyz: Nothing }
    "/metrics" => { GET health::prometheus: Nothing }
    "/docs" => { GET docs::page: Nothing }
    "/api/v1/openapi.json" => { GET docs::openapi: Nothing }
    "/api/v1/auth/login" => { POST auth::login: Nothing }
    "/api/v1/auth/me" => { GET auth::me: SeeOneself }
    "/api/v1/icsr" => { GET cases::list: ReadCases, POST cases::create: EditCases }
    "/api/v1/icsr/{icsr_id}" => { GET cases::find: ReadCases, PUT cases::update: EditCases }
    "/api/v1/icsr/{icsr_id}/audit" => { GET audit::audit: ReadAudit }
    "/api/v1/icsr/{icsr_id}/warnings/{warning}" => { PUT warnings::decide: Decide }
    "/api/v1/icsr/{icsr_id}/followup" => { GET followup::summary: ReadCases }
    "/api/v1/icsr/{icsr_id}/followup/thread" => { GET messages::thread: ReadCases }
    "/api/v1/icsr/{icsr_id}/followup/draft" => { POST messages::draft: SendLetters }
    "/api/v1/icsr/{icsr_id}/followup/send" => { POST messages::send: SendLetters }
    "/api/v1/icsr/{icsr_id}/followup/attachments" => { GET files::uploads: ReadCases, POST files::upload: SendLetters }
    "/api/v1/icsr/{icsr_id}/followup/attachments/{upload_id}" => { DELETE files::discard_upload: SendLetters }
    "/api/v1/icsr/{icsr_id}/followup/read" => { POST followup::read: EditCases }
    "/api/v1/icsr/{icsr_id}/followup/attended" => { POST followup::attended: EditCases }
    "/api/v1/icsr/{icsr_id}/followup/plan" => { POST plans::apply: EditCases }
    "/api/v1/icsr/{icsr_id}/followup/plan/resume" => { POST plans::resume: Decide }
    "/api/v1/icsr/{icsr_id}/followup/attempts" => { GET plans::attempts: ReadCases, POST attempts::schedule_attempt: Decide }
    "/api/v1/icsr/{icsr_id}/followup/attempts/{attempt_id}" => { PATCH attempts::change_attempt: Decide }
    "/api/v1/icsr/{icsr_id}/followup/attempts/{attempt_id}/send" => { POST attempts::send_attempt: Decide }
    "/api/v1/icsr/{icsr_id}/followup/fields/{field}" => { PUT fields::document_field: Decide }
    "/api/v1/icsr/{icsr_id}/followup/proposals" => { GET proposals::proposals: ReadCases }
    "/api/v1/icsr/{icsr_id}/followup/proposals/accept" => { POST proposals::accept_proposals: EditCases }
    "/api/v1/icsr/{icsr_id}/followup/proposals/{proposal_id}/accept" => { POST proposals::accept_proposal: EditCases }
    "/api/v1/icsr/{icsr_id}/followup/proposals/{proposal_id}/reject" => { POST proposals::reject_proposal: EditCases }
    "/api/v1/icsr/{icsr_id}/followup/calls" => { POST calls::log_call: EditCases }
    "/api/v1/icsr/{icsr_id}/followup/close" => { POST closing::close: Decide }
    "/api/v1/icsr/{icsr_id}/followup/reopen" => { POST closing::reopen: Decide }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}" => { PATCH message_changes::set_status: Decide }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/resend" => { POST message_changes::resend: Decide }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/resolve" => { POST message_changes::resolve: Decide }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/confirm" => { POST message_changes::confirm: SortMail }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/link" => { POST message_changes::link: SortMail }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/body" => { GET messages::body: ReadCases }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/raw" => { GET mail::raw: OpenOriginals }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/attachments/{n}" => { GET mail::attachment: OpenOriginals }
    "/api/v1/icsr/{icsr_id}/followup/{message_id}/html" => { GET mail::html: OpenOriginals }
    "/api/v1/followup/badge" => { GET badge::badge: SeeCounters }
    "/api/v1/followup/board" => { GET board::board: ReadCases }
    "/api/v1/followup/worklist" => { GET worklist::worklist: ReadCases }
    "/api/v1/followup/agenda" => { GET worklist::agenda: ReadCases }
    "/api/v1/followup/queue" => { GET worklist::queue: ReadCases }
    "/api/v1/inbox/unassigned" => { GET inbox::unassigned: SortMail }
    "/api/v1/inbox/unassigned/{message_id}/assign" => { POST inbox::assign: SortMail }
    "/api/v1/inbox/unassigned/{message_id}/case" => { POST inbox::create_case: SortMail }
    "/api/v1/inbox/unassigned/{message_id}/discard" => { POST inbox::discard: Decide }
    "/api/v1/inbox/unassigned/{message_id}/body" => { GET inbox::unassigned_body: SortMail }
    "/api/v1/inbox/unassigned/{message_id}/raw" => { GET inbox::unassigned_raw: OpenOriginals }
    "/api/v1/inbox/unassigned/{message_id}/html" => { GET inbox::unassigned_html: OpenOriginals }
    "/api/v1/inbox/unassigned/{message_id}/attachments/{n}" => { GET inbox::unassigned_attachment: OpenOriginals }
    "/api/v1/inbox/quarantine" => { GET quarantine::quarantine: RetryQuarantine }
    "/api/v1/inbox/quarantine/{mail_id}/retry" => { POST quarantine::retry: RetryQuarantine }
    "/api/v1/inbox/quarantine/{mail_id}/discard" => { POST quarantine::discard_quarantined: Decide }
    "/api/v1/inbox/quarantine/{mail_id}/raw" => { GET quarantine::quarantined_raw: OpenOriginals }
    "/api/v1/admin/mailboxes/acknowledge" => { POST quarantine::acknowledge_set_back: Decide }
    "/api/v1/webhooks/email" => { POST webhooks::email: Nothing }
    "/api/v1/webhooks/email/mailgun" => { POST webhooks::mailgun: Nothing }
    "/api/v1/webhooks/email/mailgun/mime" => { POST webhooks::mailgun_mime: Nothing }
    "/api/v1/webhooks/email/sendgrid" => { POST webhooks::sendgrid: Nothing }
    "/api/v1/webhooks/email/postmark" => { POST webhooks::postmark: Nothing }
    "/api/v1/webhooks/whatsapp" => { GET provider_calls::whatsapp_greeting: Nothing, POST provider_calls::whatsapp: Nothing }
    "/api/v1/webhooks/twilio/sms" => { POST provider_calls::twilio_sms: Nothing }
    "/api/v1/webhooks/sms/{secret}/in" => { GET provider_calls::gateway_in: Nothing, POST provider_calls::gateway_in_posted: Nothing }
    "/api/v1/webhooks/sms/{secret}/dlr" => { GET provider_calls::gateway_dlr: Nothing, POST provider_calls::gateway_dlr_posted: Nothing }
    "/api/v1/webhooks/twilio/status" => { POST provider_calls::twilio_status: Nothing }
    "/api/v1/webhooks/twilio/whatsapp" => { POST provider_calls::twilio_whatsapp: Nothing }
    "/api/v1/webhooks/twilio/whatsapp/status" => { POST provider_calls::twilio_whatsapp_status: Nothing }
    "/api/v1/admin/mail/test" => { POST admin::test_mail: Administer }
    "/api/v1/admin/sms/test" => { POST admin::test_sms: Administer }
    "/api/v1/admin/channels" => { GET admin::channels: Administer }
    "/api/v1/admin/whatsapp/test" => { POST whatsapp::test_whatsapp: Administer }
    "/api/v1/admin/whatsapp/templates" => { GET whatsapp::list_whatsapp_templates: Administer }
    "/api/v1/admin/whatsapp/templates/refresh" => { POST whatsapp::refresh_whatsapp_templates: Administer }
    "/api/v1/admin/followup/dispatch" => { POST admin::dispatch: Administer }
    "/api/v1/admin/followup/plans" => { GET templates::list_templates: SeeRules, POST templates::create_template: EditRules }
    "/api/v1/admin/followup/plans/{plan_id}" => { GET templates::find_template: SeeRules, PUT templates::replace_template: EditRules, DELETE templates::archive_template: EditRules }
    "/api/v1/admin/followup/letters" => { GET letter_texts::list_letter_texts: SeeRules }
    "/api/v1/admin/followup/letters/{letter}" => { GET letter_texts::find_letter_text: SeeRules, PUT letter_texts::replace_letter_text: EditRules }
    "/api/v1/admin/followup/letters/{letter}/reset" => { POST letter_texts::reset_letter_text: EditRules }
    "/api/v1/admin/followup/letters/{letter}/preview" => { POST letter_texts::preview_letter_text: EditRules }
    "/api/v1/admin/followup/do-not-contact" => { GET contacts::list_blocked: ManageContacts, POST contacts::block_any: ManageContacts }
    "/api/v1/admin/followup/do-not-contact/lift" => { POST contacts::unblock_any: ManageContacts }
    "/api/v1/admin/followup/do-not-contact/{address}" => { PUT contacts::block: ManageContacts, DELETE contacts::unblock: ManageContacts }
    "/api/v1/admin/followup/bounced-addresses" => { GET bounced_addresses::list_bounced: ManageContacts }
    "/api/v1/admin/followup/bounced-addresses/clear" => { POST bounced_addresses::clear_any: ManageContacts }
    "/api/v1/admin/followup/bounced-addresses/{address}/clear" => { POST bounced_addresses::clear: ManageContacts }
    "/api/v1/admin/followup/deadlines" => { GET deadlines::list_deadlines: SeeRules, POST deadlines::create_deadline: EditRules }
    "/api/v1/admin/followup/deadlines/{deadline_id}" => { PUT deadlines::replace_deadline: EditRules, DELETE deadlines::remove_deadline: EditRules }
}

/// Adds every route to an application: `App::new().configure(app_config(state))`. Paths that are not ours answer 404, so
/// whatever else the application serves must be added before.
pub fn app_config(state: HttpState) -> impl Fn(&mut web::ServiceConfig) {
    let state = web::Data::new(state);
    move |config| {
        let scope = match &state.pages {
            Some(pages) => web::scope("").configure(|config| pages(config)),
            None => web::scope(""),
        };
        let scope = resources().into_iter().fold(scope, actix_web::Scope::service);
        let scope = scope.default_service(web::to(route_not_found)).wrap(from_fn(authenticate)).wrap(from_fn(log_request));
        let scope = scope.wrap(cors::allowing(&state.origins));
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
        return Err(Refusal::NotFound(texts::ROUTE_NOT_FOUND).into());
    }
    let allowed: Vec<&str> = methods.iter().flat_map(|method| if *method == "GET" { vec!["GET", "HEAD"] } else { vec![*method] }).collect();
    let body = ErrorBody { detail: texts::METHOD_NOT_ALLOWED.into(), errors: None, checks: None, id: None };
    Ok(HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allowed.join(", "))).json(body))
}

async fn route_not_found() -> Result<HttpResponse, ApiError> {
    Err(Refusal::NotFound(texts::ROUTE_NOT_FOUND).into())
}
