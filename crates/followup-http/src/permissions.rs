//! Callers whose roles allow more than reading and sending.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use followup_domain::user::Role;

use crate::auth::Caller;
use crate::errors::ApiError;

/// A caller who may close, override, and edit plan templates, deadlines and do-not-contact: `admin`, `qf`, `responsable_fv`.
pub(crate) struct Decider(Caller);

/// A caller who may read the audit trail: `admin`, `qa`, `legal`.
pub(crate) struct AuditReader;

impl Deref for Decider {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.0
    }
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl FromRequest for Decider {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        Box::pin(async move { with_role(caller.await?, Role::may_decide).map(Self) })
    }
}

impl FromRequest for AuditReader {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        let may = |role| matches!(role, Role::Admin | Role::Qa | Role::Legal);
        Box::pin(async move { with_role(caller.await?, may).map(|_| Self) })
    }
}

fn with_role(caller: Caller, may: impl Fn(Role) -> bool) -> Result<Caller, ApiError> {
    if caller.roles.iter().any(|role| may(*role)) { Ok(caller) } else { Err(ApiError::Forbidden) }
}
