//! Callers whose roles allow more than reading and sending.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use followup_domain::user::Role;

use crate::auth::Caller;
use crate::errors::ApiError;

/// A caller who may close, override, and edit plan templates, deadlines and do-not-contact, and set mail aside: `admin`, `qf`, `responsable_fv`.
pub(crate) struct Decider(Caller);

/// A caller who may read the audit trail: `admin`, `qa`, `legal`.
pub(crate) struct AuditReader;

impl Deref for Decider {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl FromRequest for Decider {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Caller::from_request(request, payload).into_inner().and_then(|caller| with_role(caller, Role::may_decide)).map(Self))
    }
}

impl FromRequest for AuditReader {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let may = |role| matches!(role, Role::Admin | Role::Qa | Role::Legal);
        ready(Caller::from_request(request, payload).into_inner().and_then(|caller| with_role(caller, may)).map(|_| Self))
    }
}

fn with_role(caller: Caller, may: impl Fn(Role) -> bool) -> Result<Caller, ApiError> {
    if caller.roles.iter().any(|role| may(*role)) { Ok(caller) } else { Err(ApiError::Forbidden) }
}
