//! The `Idempotency-Key` header.

use actix_web::HttpRequest;
use followup_answers::Refusal;
use followup_app::IdempotencyKey;
use followup_words::answers as texts;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::auth::Caller;
use crate::errors::ApiError;
use crate::json::{Json, canonical_object};

/// Its name.
pub(crate) const HEADER: &str = "Idempotency-Key";
const LONGEST: usize = 200;

/// The header, for the document.
pub(crate) struct KeyHeader;

impl IntoParams for KeyHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = "La misma clave del mismo usuario con la misma petición no lo hace otra vez";
        let schema = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(LONGEST)).pattern(Some("^[!-~]+$"));
        let header = ParameterBuilder::new().name(HEADER).parameter_in(ParameterIn::Header).required(Required::False);
        vec![header.description(Some(text)).schema(Some(schema)).build()]
    }
}

/// The request's key, if it has one. It holds for one user, route and case (`target`); the same fields in another order are the
/// same request.
///
/// # Errors
/// A key that is empty, too long, or not visible ASCII; or several keys.
pub(crate) fn key_of(
    request: &HttpRequest,
    caller: &Caller,
    target: &str,
    fields: &[(String, Json)],
) -> Result<Option<IdempotencyKey>, ApiError> {
    let mut values = request.headers().get_all(HEADER);
    let Some(value) = values.next() else { return Ok(None) };
    let bytes = value.as_bytes();
    let sound = (1..=LONGEST).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic) && values.next().is_none();
    let (true, Ok(key)) = (sound, std::str::from_utf8(bytes)) else { return Err(Refusal::field(HEADER, texts::KEY_FORM).into()) };
    // The key and the target have no blanks, so the user's name at the end cannot be taken for part of them.
    let scope = format!("{target} {key} {}", caller.username);
    let hash = Sha256::digest(canonical_object(fields));
    Ok(Some(IdempotencyKey { scope, fingerprint: hash.iter().map(|byte| format!("{byte:02x}")).collect() }))
}
