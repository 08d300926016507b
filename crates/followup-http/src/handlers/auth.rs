//! Signing in, and who one is.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::Followup;
use followup_domain::user::User;

use crate::auth::{Caller, absent_user_hash, client_address, is_password, issue_token};
use crate::blocking::blocking;
use crate::body::{Form, NoBody};
use crate::dto::auth::{LoginInput, LoginOutput, UserOutput};
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::state::HttpState;
use crate::texts;

#[utoipa::path(
    post, path = "/api/v1/auth/login", tag = "acceso", summary = "Iniciar sesión", security(()),
    request_body(content = LoginInput, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Un token de acceso", body = LoginOutput),
        (status = 401, description = "Usuario o contraseña incorrectos", body = ErrorBody),
        (status = 429, description = "Demasiados intentos; `Retry-After` dice cuántos segundos esperar", body = ErrorBody),
        (status = 503, description = "La base de datos no está disponible, o aquí no se inicia sesión", body = ErrorBody),
    )
)]
pub(crate) async fn login(state: web::Data<HttpState>, request: HttpRequest, Form(form): Form) -> Result<HttpResponse, ApiError> {
    let (username, password) = form.read::<LoginInput>()?;
    if state.jwt.secret.is_none() {
        return Err(ApiError::NoLocalSignIn);
    }
    // Whoever has to wait is told so at once, and waits for no check of somebody else's password.
    let begun = state.login_throttle.begin(&username, client_address(&request), state.followup.clock.now());
    let attempt = begun.map_err(|retry_after_seconds| ApiError::TooManyAttempts { retry_after_seconds })?;
    // Checking is meant to cost memory and time: only so many at once.
    let permit = state.password_checks.clone().acquire_owned().await;
    let permit = permit.map_err(|_| ApiError::Internal("the password checks are closed".into()))?;
    let throttle = state.login_throttle.clone();
    // A client that goes away ends no check, so the permit and the outcome are the check's own.
    let checked = move |followup: &Followup| {
        let _permit = permit;
        let user = signed_in(followup, &username, &password);
        match &user {
            Ok(_) => throttle.succeeded(&attempt),
            Err(ApiError::Unauthorized(_)) => {}
            Err(_) => throttle.undecided(&attempt),
        }
        user
    };
    let user = blocking(&state, checked).await?;
    let trace = state.followup.ids.lease_token().0;
    let token = issue_token(&state.jwt, &user, state.followup.clock.now(), state.jwt.lifetime, &trace);
    let access_token = token.map_err(|error| ApiError::Internal(error.to_string()))?;
    let user = UserOutput::of_user(&user, state.jwt.tenant.as_deref());
    Ok(HttpResponse::Ok().json(LoginOutput { access_token, token_type: "bearer", user }))
}

#[utoipa::path(
    get, path = "/api/v1/auth/me", tag = "acceso", summary = "Quién soy",
    responses((status = 200, description = "El usuario del token", body = UserOutput))
)]
pub(crate) async fn me(caller: Caller, _: NoBody) -> HttpResponse {
    HttpResponse::Ok().json(UserOutput::from(&caller))
}

/// An unknown, a disabled and a wrongly answering user are told the same, after the same work.
fn signed_in(followup: &Followup, username: &str, password: &str) -> Result<User, ApiError> {
    let user = followup.find_user(username)?;
    let right = is_password(password, user.as_ref().map_or_else(|| absent_user_hash(), |user| &user.password_hash));
    user.filter(|user| right && !user.disabled).ok_or(ApiError::Unauthorized(texts::BAD_CREDENTIALS))
}
