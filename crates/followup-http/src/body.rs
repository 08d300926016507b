//! What a request carries: each handler takes one of these, so that a body or a parameter that it does not know is refused
//! and never passed over: `dispatch?dry_run=true` must not send.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use followup_answers::Refusal;
use followup_domain::case::FieldError;
use followup_words::answers as texts;

use crate::errors::ApiError;
use crate::json::{Json, parse_object};
use crate::pace::{BodyFault, PACE, PacedBody};
use crate::query::Parameters;
use crate::state::HttpState;

/// A sign-in form is never longer.
const FORM_LIMIT: usize = 16 * 1024;
/// So much of a body that is too long is still read and dropped, so that the client sees the answer and not a broken connection.
const DRAIN_LIMIT: usize = 64 * 1024 * 1024;

/// A JSON object in the request's body. 413, 415 or 400 when there is none; 422 for any parameter in the address.
pub(crate) struct JsonObject(pub(crate) Vec<(String, Json)>);

/// A JSON object, or no body at all, which is an empty one.
pub(crate) struct OptionalObject(pub(crate) Vec<(String, Json)>);

/// Neither body nor parameters; an empty object is none. 422 names what is there.
pub(crate) struct NoBody;

/// An `application/x-www-form-urlencoded` body.
pub(crate) struct Form(pub(crate) Parameters);

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl FromRequest for JsonObject {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let object = object_of(&request, &read_body(&request, payload).await?)?;
            Parameters::of(&request)?.none()?;
            Ok(Self(object))
        })
    }
}

impl FromRequest for OptionalObject {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let object = object_or_nothing(&request, payload).await?;
            Parameters::of(&request)?.none()?;
            Ok(Self(object))
        })
    }
}

impl FromRequest for NoBody {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parameters = Parameters::from_request(request, payload);
        Box::pin(async move { parameters.await?.none().map(|()| Self) })
    }
}

/// The parameters in the address of a request that has no body.
impl FromRequest for Parameters {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let object = object_or_nothing(&request, payload).await?;
            let errors: Vec<_> = object.into_iter().map(|(name, _)| FieldError::new(name, texts::UNKNOWN_FIELD)).collect();
            if errors.is_empty() { Self::of(&request) } else { Err(Refusal::Invalid(errors).into()) }
        })
    }
}

impl FromRequest for Form {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = read(&request, payload, |_| FORM_LIMIT).await?;
            if media_type(&request).is_none_or(|name| name != "application/x-www-form-urlencoded") {
                return Err(Refusal::UnsupportedMediaType(texts::FORM_EXPECTED).into());
            }
            // A password in the address would stand in every log on the way.
            Parameters::of(&request)?.none()?;
            let text = std::str::from_utf8(&bytes).map_err(|_| Refusal::BadRequest(texts::NOT_UTF8.into()))?;
            Parameters::parse(text).map(Self)
        })
    }
}

/// An object, or no body at all, which is an empty one.
async fn object_or_nothing(request: &HttpRequest, payload: Payload) -> Result<Vec<(String, Json)>, ApiError> {
    let bytes = read_body(request, payload).await?;
    if bytes.is_empty() { Ok(Vec::new()) } else { object_of(request, &bytes) }
}

fn object_of(request: &HttpRequest, bytes: &[u8]) -> Result<Vec<(String, Json)>, ApiError> {
    if media_type(request).is_some_and(|name| name != "application/json") {
        return Err(Refusal::UnsupportedMediaType(texts::JSON_EXPECTED).into());
    }
    parse_object(bytes).map_err(|why| Refusal::BadRequest(why).into())
}

async fn read_body(request: &HttpRequest, payload: Payload) -> Result<Vec<u8>, ApiError> {
    read(request, payload, |state| state.body_limit).await
}

impl From<BodyFault> for ApiError {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::TooSlow => Self::TooSlow,
            BodyFault::BrokenOff => Refusal::BadRequest(texts::BODY_BROKEN_OFF.into()).into(),
        }
    }
}

/// The Content-Type without its parameters, in lower case.
fn media_type(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::CONTENT_TYPE)?;
    // What is not even ASCII is some other type.
    let text = value.to_str().unwrap_or("?");
    Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

async fn read(request: &HttpRequest, payload: Payload, limit: impl Fn(&HttpState) -> usize) -> Result<Vec<u8>, ApiError> {
    let state = request.app_data::<web::Data<HttpState>>();
    let (limit, pace) = state.map_or((0, PACE), |state| (limit(state), state.pace));
    let mut body = PacedBody::new(payload, pace);
    let mut bytes = Vec::new();
    let mut seen = 0;
    while let Some(chunk) = body.next().await? {
        seen += chunk.len();
        if seen <= limit {
            bytes.extend_from_slice(&chunk);
        } else if seen > DRAIN_LIMIT {
            break;
        } else {
            bytes = Vec::new();
        }
    }
    if seen > limit { Err(Refusal::TooLarge.into()) } else { Ok(bytes) }
}
