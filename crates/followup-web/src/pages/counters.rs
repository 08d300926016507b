//! What waits, for the numbers in the navigation of a page that stands open.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use sha2::{Digest, Sha256};

use crate::door::Visitor;
use crate::problem::Problem;
use crate::render::in_trays;
use crate::state::WebState;

/// The counters, with an entity tag: what did not change is not sent again (RFC 9110 §13.1.2).
pub(crate) async fn counters(state: web::Data<WebState>, visitor: Visitor, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let badge = state.ask(move |app| app.badge(&reader).map_err(Refusal::from)).await?;
    let body = format!("{{\"new_replies\":{},\"trays\":{}}}", badge.new_replies, in_trays(&badge));
    let hash: String = Sha256::digest(&body).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{hash}\"");
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes()) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok().content_type("application/json").insert_header((header::ETAG, tag)).body(body))
}
