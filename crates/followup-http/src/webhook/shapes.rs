//! The shapes in which providers post a mail.

use std::convert::Infallible;

use actix_web::HttpRequest;
use actix_web::http::header;
use futures::stream;
use multer::Multipart;
use serde::Deserialize;

use super::read::Body;
use crate::errors::ApiError;
use crate::query::percent_decoded;
use crate::texts;

/// Fields of a form, each the first of its name.
#[derive(Default)]
pub(crate) struct Fields(Vec<Field>);

struct Field {
    name: String,
    bytes: Vec<u8>,
    is_cut: bool,
}

impl Fields {
    /// The fields named in `wanted`, of `multipart/form-data` (RFC 7578) or `application/x-www-form-urlencoded`. Of a body that was
    /// cut, as far as it goes.
    ///
    /// # Errors
    /// Another type, or no such body.
    pub(crate) async fn of(request: &HttpRequest, bytes: Vec<u8>, is_cut: bool, wanted: &[&str]) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut fields = Self::default();
        if let Ok(boundary) = multer::parse_boundary(kind) {
            fields.read_multipart(bytes, boundary, is_cut, wanted).await?;
        } else if kind.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
            fields.read_form(&bytes, is_cut, wanted);
        } else {
            return Err(ApiError::UnsupportedMediaType(texts::FORM_OR_MULTIPART_EXPECTED));
        }
        Ok(fields)
    }

    async fn read_multipart(&mut self, bytes: Vec<u8>, boundary: String, is_cut: bool, wanted: &[&str]) -> Result<(), ApiError> {
        let mut parts = Multipart::new(stream::iter([Ok::<_, Infallible>(bytes)]), boundary);
        loop {
            let part = match parts.next_field().await {
                Ok(Some(part)) => part,
                Ok(None) => return Ok(()),
                Err(_) if is_cut => return Ok(()),
                Err(_) => return Err(ApiError::BadRequest(texts::MULTIPART_MALFORMED.into())),
            };
            let Some(name) = part.name().filter(|name| wanted.contains(name)).map(str::to_owned) else { continue };
            if !self.read_part(name, part, is_cut).await? {
                return Ok(());
            }
        }
    }

    /// Whether there may be more parts.
    async fn read_part(&mut self, name: String, mut part: multer::Field<'_>, is_cut: bool) -> Result<bool, ApiError> {
        let mut bytes = Vec::new();
        loop {
            match part.chunk().await {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => {
                    self.add(name, bytes, false);
                    return Ok(true);
                }
                Err(_) if is_cut => {
                    self.add(name, bytes, true);
                    return Ok(false);
                }
                Err(_) => return Err(ApiError::BadRequest(texts::MULTIPART_MALFORMED.into())),
            }
        }
    }

    fn read_form(&mut self, bytes: &[u8], is_cut: bool, wanted: &[&str]) {
        let mut pairs = bytes.split(|byte| *byte == b'&').peekable();
        while let Some(pair) = pairs.next() {
            let middle = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let name = String::from_utf8_lossy(&pair[..middle]);
            if wanted.contains(&name.as_ref()) {
                let value = pair.get(middle + 1..).unwrap_or_default();
                self.add(name.into_owned(), form_decoded(value), is_cut && pairs.peek().is_none());
            }
        }
    }

    fn add(&mut self, name: String, bytes: Vec<u8>, is_cut: bool) {
        if self.bytes(&name).is_none() {
            self.0.push(Field { name, bytes, is_cut });
        }
    }

    fn find(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.name == name)
    }

    /// A field's bytes.
    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.find(name).map(|field| field.bytes.as_slice())
    }

    /// A whole field's text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let field = self.find(name).filter(|field| !field.is_cut)?;
        std::str::from_utf8(&field.bytes).ok()
    }

    /// Takes a field out: its bytes, and whether there were more.
    pub(crate) fn take(&mut self, name: &str) -> Option<(Vec<u8>, bool)> {
        let position = self.0.iter().position(|field| field.name == name)?;
        let field = self.0.swap_remove(position);
        Some((field.bytes, field.is_cut))
    }
}

/// `+` and `%2F` decoded. What is written so is ASCII; anything else is taken as it is.
fn form_decoded(value: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(value) {
        Ok(text) => percent_decoded(&text.replace('+', " ")),
        Err(_) => value.to_vec(),
    }
}

#[derive(Deserialize)]
struct PostmarkInbound {
    #[serde(rename = "RawEmail")]
    raw_email: Option<String>,
}

/// The raw mail in what Postmark posts.
///
/// # Errors
/// No such JSON, or the raw mail is not in it.
pub(crate) fn postmark_mail(body: &Body) -> Result<Vec<u8>, ApiError> {
    let parsed: PostmarkInbound =
        serde_json::from_slice(&body.bytes).map_err(|error| ApiError::BadRequest(texts::malformed_json(error.line(), error.column())))?;
    let raw = parsed.raw_email.filter(|raw| !raw.is_empty());
    raw.map(String::into_bytes).ok_or(ApiError::Misconfigured(texts::NO_RAW_EMAIL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_carries_any_bytes() {
        let mut fields = Fields::default();
        fields.read_form(b"token=a%2Bb&body-mime=x+y%0D%0A%FF%zz&token=second&other=1", false, &["token", "body-mime"]);
        assert_eq!(fields.text("token"), Some("a+b"));
        assert_eq!(fields.bytes("body-mime"), Some(b"x y\r\n\xff%zz".as_slice()));
        assert!(fields.bytes("other").is_none());
        let mut cut = Fields::default();
        cut.read_form(b"token=a&body-mime=half", true, &["token", "body-mime"]);
        assert_eq!((cut.text("token"), cut.text("body-mime")), (Some("a"), None));
        assert_eq!(cut.take("body-mime"), Some((b"half".to_vec(), true)));
    }
}
