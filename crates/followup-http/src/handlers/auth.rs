//! Signing in, and who one is.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;

use crate::auth::{Caller, client_address};
use crate::blocking::within_limit;
use crate::body::{Form, NoBody};
use crate::dto::auth::{LoginInput, LoginOutput, UserOutput};
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::state::HttpState;

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
    if !state.access.makes_tokens() {
        return Err(Refusal::NoLocalSignIn.into());
    }
    let user = within_limit(&state, state.access.sign_in(username, password, client_address(&request))).await?;
    let access_token = state.access.token(&user).map_err(|error| Refusal::Internal(error.to_string()))?;
    let user = UserOutput::of_user(&user, state.access.tenant());
    Ok(HttpResponse::Ok().json(LoginOutput { access_token, token_type: "bearer", user }))
}

#[utoipa::path(
    get, path = "/api/v1/auth/me", tag = "acceso", summary = "Quién soy",
    responses((status = 200, description = "El usuario del token", body = UserOutput))
)]
pub(crate) async fn me(caller: Caller, _: NoBody) -> HttpResponse {
    HttpResponse::Ok().json(UserOutput::from(&caller))
}
