//! Signing in.

use followup_domain::user::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;

/// Usuario y contraseña.
#[derive(ToSchema)]
#[schema(as = LoginRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct LoginInput {
    username: String,
    #[schema(format = Password)]
    password: String,
}

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
