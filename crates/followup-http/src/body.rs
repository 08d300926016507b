//! Request bodies: read up to a limit, then taken for JSON or for a form.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures::StreamExt;

use crate::errors::ApiError;
use crate::json::{Json, parse_object};
use crate::query::Parameters;
use crate::state::HttpState;
use crate::texts;

/// A sign-in form is never longer.
const FORM_LIMIT: usize = 16 * 1024;
/// So much of a body that is too long is still read and dropped, so that the client sees the answer and not a broken connection.
const DRAIN_LIMIT: usize = 64 * 1024 * 1024;

/// A JSON object in the request's body. 413, 415 or 400 when there is none.
pub(crate) struct JsonObject(pub(crate) Vec<(String, Json)>);

/// An `application/x-www-form-urlencoded` body.
pub(crate) struct Form(pub(crate) Parameters);

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl FromRequest for JsonObject {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let limit = request.app_data::<web::Data<HttpState>>().map_or(0, |state| state.body_limit);
            let bytes = read(payload, limit).await?;
            if media_type(&request).is_some_and(|name| name != "application/json") {
                return Err(ApiError::UnsupportedMediaType(texts::JSON_EXPECTED));
            }
            parse_object(&bytes).map(Self).map_err(ApiError::BadRequest)
        })
    }
}

impl FromRequest for Form {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = read(payload, FORM_LIMIT).await?;
            if media_type(&request).is_none_or(|name| name != "application/x-www-form-urlencoded") {
                return Err(ApiError::UnsupportedMediaType(texts::FORM_EXPECTED));
            }
            let text = std::str::from_utf8(&bytes).map_err(|_| ApiError::BadRequest(texts::NOT_UTF8.into()))?;
            Parameters::parse(text).map(Self)
        })
    }
}

/// The Content-Type without its parameters, in lower case.
fn media_type(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::CONTENT_TYPE)?;
    // What is not even ASCII is some other type.
    let text = value.to_str().unwrap_or("?");
    Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

async fn read(mut payload: Payload, limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let mut seen = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::BadRequest(texts::BODY_BROKEN_OFF.into()))?;
        seen += chunk.len();
        if seen <= limit {
            bytes.extend_from_slice(&chunk);
        } else if seen > DRAIN_LIMIT {
            break;
        } else {
            bytes = Vec::new();
        }
    }
    if seen > limit { Err(ApiError::TooLarge) } else { Ok(bytes) }
}
