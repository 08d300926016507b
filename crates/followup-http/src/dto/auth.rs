//! Signing in.

use followup_domain::user::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::input::{Fields, Input, Text, form_body};

/// Sent by OAuth 2.0 clients with the password grant (RFC 6749 §4.3.2); they say nothing that we need.
const OAUTH_PARAMETERS: [&str; 4] = ["grant_type", "scope", "client_id", "client_secret"];

/// User name and password.
pub(crate) struct LoginInput;

impl Input for LoginInput {
    type Value = (String, String);
    const NAME: &'static str = "LoginRequest";
    const ABOUT: &'static str = "Usuario y contraseña.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let username = fields.required("username", Text::VERBATIM, "Nombre de usuario.");
        let password = fields.required("password", Text::VERBATIM, "Contraseña.");
        for name in OAUTH_PARAMETERS {
            let _ = fields.optional(name, Text::VERBATIM, "De OAuth 2.0; no se mira.");
        }
        username.zip(password)
    }
}

form_body!(LoginInput);

/// El token de acceso.
#[derive(Serialize, ToSchema)]
#[schema(as = Login)]
pub(crate) struct LoginOutput {
    /// Va en `Authorization: Bearer …`.
    pub(crate) access_token: String,
    /// Siempre `bearer`.
    pub(crate) token_type: &'static str,
    /// A quién pertenece.
    pub(crate) user: UserOutput,
}

/// Quien llama.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserOutput {
    /// Número del usuario.
    id: Option<i64>,
    /// Nombre de usuario.
    username: String,
    /// Correo.
    email: Option<String>,
    /// El primer rol.
    role: Option<&'static str>,
    /// Todos los roles conocidos.
    roles: Vec<&'static str>,
    /// La organización que nombra el token.
    tenant: Option<String>,
}

impl UserOutput {
    /// A local user who signs in at this deployment.
    pub(crate) fn of_user(user: &User, tenant: Option<&str>) -> Self {
        let roles: Vec<_> = user.roles.iter().map(|role| role.as_str()).collect();
        Self {
            id: Some(user.id.0),
            username: user.username.clone(),
            email: user.email.clone(),
            role: roles.first().copied(),
            roles,
            tenant: tenant.map(str::to_owned),
        }
    }
}

impl From<&Caller> for UserOutput {
    fn from(caller: &Caller) -> Self {
        let roles: Vec<_> = caller.roles.iter().map(|role| role.as_str()).collect();
        Self {
            id: caller.user_id.map(|id| id.0),
            username: caller.username.clone(),
            email: caller.email.clone(),
            role: roles.first().copied(),
            roles,
            tenant: caller.tenant.clone(),
        }
    }
}
