//! The shapes in which providers post a mail.

use std::convert::Infallible;

use actix_web::HttpRequest;
use actix_web::http::header;
use followup_answers::Refusal;
use followup_words::answers as texts;
use futures::stream;
use multer::Multipart;
use serde::Deserialize;

use super::read::Body;
use crate::errors::ApiError;

/// Fields of a form, each the first of its name.
#[derive(Default)]
pub(crate) struct Fields(Vec<Field>);

struct Field {
    name: String,
    bytes: Vec<u8>,
    is_cut: bool,
}

/// How much of a body it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Beginning,
    End,
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
            let extent = if is_cut { Extent::Beginning } else { Extent::Whole };
            fields.read_multipart(bytes, boundary, extent, wanted).await?;
        } else if kind.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
            fields.read_form(&bytes, is_cut, wanted);
        } else {
            return Err(Refusal::UnsupportedMediaType(texts::FORM_OR_MULTIPART_EXPECTED).into());
        }
        Ok(fields)
    }

    /// Adds the fields named in `wanted` that stand whole in the end of a body that was cut.
    pub(crate) async fn add_from_tail(&mut self, request: &HttpRequest, tail: Vec<u8>, wanted: &[&str]) -> Result<(), ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // What stood half at the end of the beginning stands whole in the tail.
        self.0.retain(|field| !field.is_cut || !wanted.contains(&field.name.as_str()));
        if let Ok(boundary) = multer::parse_boundary(kind) {
            let delimiter = format!("\r\n--{boundary}");
            let Some(start) = tail.windows(delimiter.len()).position(|bytes| bytes == delimiter.as_bytes()) else { return Ok(()) };
            self.read_multipart(tail[start + 2..].to_vec(), boundary, Extent::End, wanted).await
        } else {
            let start = tail.iter().position(|byte| *byte == b'&').map_or(tail.len(), |ampersand| ampersand + 1);
            self.read_form(&tail[start..], false, wanted);
            Ok(())
        }
    }

    async fn read_multipart(&mut self, bytes: Vec<u8>, boundary: String, extent: Extent, wanted: &[&str]) -> Result<(), ApiError> {
        // Of a part that does not end the parser gives nothing, so the cut is made an end.
        let end = if extent == Extent::Beginning { format!("\r\n--{boundary}--\r\n").into_bytes() } else { Vec::new() };
        let mut parts = Multipart::new(stream::iter([Ok::<_, Infallible>(bytes), Ok(end)]), boundary);
        let mut last = None;
        loop {
            let part = match parts.next_field().await {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(_) if extent == Extent::Whole => return Err(Refusal::BadRequest(texts::MULTIPART_MALFORMED.into()).into()),
                // Cut among the lines before a part: what was added is whole.
                Err(_) => return Ok(()),
            };
            last = None;
            let Some(name) = part.name().filter(|name| wanted.contains(name)).map(str::to_owned) else { continue };
            match read_part(part).await {
                Ok(bytes) => last = self.add(name, bytes, false),
                Err(_) if extent == Extent::Whole => return Err(Refusal::BadRequest(texts::MULTIPART_MALFORMED.into()).into()),
                Err(_) => return Ok(()),
            }
        }
        if let (Extent::Beginning, Some(last)) = (extent, last) {
            self.0[last].is_cut = true;
        }
        Ok(())
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

    /// Where it was added; none when there is one of its name.
    fn add(&mut self, name: String, bytes: Vec<u8>, is_cut: bool) -> Option<usize> {
        let is_new = self.bytes(&name).is_none();
        is_new.then(|| {
            self.0.push(Field { name, bytes, is_cut });
            self.0.len() - 1
        })
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

async fn read_part(mut part: multer::Field<'_>) -> multer::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// `+` and `%2F` decoded, without a copy between: what is posted so is three times as long as the mail. Anything else is taken as it is.
fn form_decoded(value: &[u8]) -> Vec<u8> {
    let escapes = value.iter().filter(|byte| **byte == b'%').count();
    let mut decoded = Vec::with_capacity(value.len().saturating_sub(2 * escapes));
    let mut rest = value;
    while let [first, after @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => digit(*high).zip(digit(*low)),
            _ => None,
        };
        decoded.push(match (escaped, first) {
            (Some((high, low)), _) => high * 16 + low,
            (None, b'+') => b' ',
            (None, other) => *other,
        });
        rest = if escaped.is_some() { &rest[3..] } else { after };
    }
    decoded
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
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
        serde_json::from_slice(&body.bytes).map_err(|error| Refusal::BadRequest(texts::malformed_json(error.line(), error.column())))?;
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
        assert_eq!(form_decoded(b"\xff%F1+%%41%4"), b"\xff\xf1 %A%4", "escapes are read beside bytes that are no text");
        let mut cut = Fields::default();
        cut.read_form(b"token=a&body-mime=half", true, &["token", "body-mime"]);
        assert_eq!((cut.text("token"), cut.text("body-mime")), (Some("a"), None));
        assert_eq!(cut.take("body-mime"), Some((b"half".to_vec(), true)));
    }
}
