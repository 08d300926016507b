//! What a page is asked with.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use followup_answers::Refusal;
use futures::future::{Ready, ready};

use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::state::WebState;

/// All that a request of somebody who is signed in says; each handler takes of it what it needs.
pub(crate) struct Asked {
    pub(crate) state: web::Data<WebState>,
    pub(crate) visitor: Visitor,
    pub(crate) request: HttpRequest,
    pub(crate) form: Form,
    pub(crate) query: Query,
}

impl FromRequest for Asked {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(asked(request))
    }
}

fn asked(request: &HttpRequest) -> Result<Asked, Problem> {
    let state = request.app_data::<web::Data<WebState>>().cloned();
    let state = state.ok_or_else(|| Refusal::Internal("pages without their state".into()))?;
    let extensions = request.extensions();
    let visitor = extensions.get::<Visitor>().cloned();
    Ok(Asked {
        state,
        visitor: visitor.ok_or_else(|| Refusal::Internal("a public page asks for its visitor".into()))?,
        form: extensions.get::<Form>().cloned().unwrap_or_default(),
        query: Query::of(request),
        request: request.clone(),
    })
}
