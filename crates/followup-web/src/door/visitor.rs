//! Whoever is signed in.

use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use followup_access::{Caller, Permission, SessionId};
use followup_answers::Refusal;
use futures::future::{Ready, ready};

use crate::problem::Problem;

/// Somebody with a session.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    caller: Caller,
    session: SessionId,
    is_framed: bool,
}

impl Visitor {
    pub(super) fn new(caller: Caller, session: SessionId, is_framed: bool) -> Self {
        Self { caller, session, is_framed }
    }

    /// Whether they look at the page in a frame of another one, which has its own navigation.
    pub(crate) fn is_framed(&self) -> bool {
        self.is_framed
    }

    /// Their session.
    pub(crate) fn session(&self) -> &SessionId {
        &self.session
    }

    /// Whether one of their roles allows it; pages show nobody what they may not do.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.caller.may(permission)
    }
}

impl Deref for Visitor {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visitor = request.extensions().get::<Self>().cloned();
        ready(visitor.ok_or_else(|| Refusal::Internal("a public page asks for its visitor".into()).into()))
    }
}
