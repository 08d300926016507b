//! What a form sends.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use followup_answers::Refusal;
use followup_words::answers as texts;
use futures::StreamExt;
use futures::future::{Ready, ready};

use crate::problem::Problem;

/// No form of ours is longer, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;
/// Nor one of somebody who is not signed in: what was typed before a session ended, at most.
const LONGEST_OF_STRANGERS: usize = 256 * 1024;
/// So much of a form that is too long is still read and dropped, so that the browser sees the answer and not a broken connection.
const DRAINED: usize = 64 * 1024 * 1024;
/// A form that takes longer to come is not waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// More fields than any form of ours has.
const MOST_FIELDS: usize = 16_000;

/// The fields of a form, in the order in which they were sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads what was sent as `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// It is another type, too long, too slow, broken off or not UTF-8.
    pub(crate) async fn read(request: &HttpRequest, payload: Payload, is_known: bool) -> Result<Self, Refusal> {
        let longest = if is_known { LONGEST } else { LONGEST_OF_STRANGERS };
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let bytes = tokio::time::timeout(PATIENCE, collect(payload, longest))
            .await
            .map_err(|_| Refusal::BadRequest(texts::BODY_BROKEN_OFF.into()))??;
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Refusal::UnsupportedMediaType(texts::FORM_EXPECTED));
        }
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        Self::of(form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned())))
    }

    /// The fields of a form that was read otherwise.
    ///
    /// # Errors
    /// One is not UTF-8 or holds what no text holds, or there are too many.
    pub(crate) fn of(pairs: impl Iterator<Item = (String, String)>) -> Result<Self, Refusal> {
        let mut fields = Vec::new();
        for (name, value) in pairs {
            // What is not UTF-8 was read with replacement characters, which nobody types.
            if value.contains('\u{fffd}') {
                return Err(Refusal::BadRequest(texts::NOT_UTF8.into()));
            }
            if value.contains('\0') {
                return Err(Refusal::field(&name, texts::NUL_CHARACTER));
            }
            if fields.len() == MOST_FIELDS {
                return Err(Refusal::TooLarge);
            }
            // Browsers send line ends as CR LF.
            fields.push((name, value.replace("\r\n", "\n")));
        }
        Ok(Self(fields))
    }

    /// The value of a field without the blanks around it; empty where it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.verbatim(name).trim()
    }

    /// The value of a field as it was typed; empty where it was not sent.
    pub(crate) fn verbatim(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The value of a field that says something.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// The same, where it is no longer than so many characters.
    ///
    /// # Errors
    /// It is longer.
    pub(crate) fn within(&self, name: &str, longest: usize) -> Result<&str, Refusal> {
        let text = self.text(name);
        if text.chars().count() > longest { Err(Refusal::field(name, &texts::too_long(longest))) } else { Ok(text) }
    }

    /// Whether a box was ticked, or a button pressed.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// All values of a field of several.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All fields.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// A number that a hidden field carries.
    ///
    /// # Errors
    /// It carries none.
    pub(crate) fn number(&self, name: &str) -> Result<i64, Refusal> {
        self.text(name).parse().map_err(|_| Refusal::field(name, texts::INTEGER_EXPECTED))
    }
}

/// All of a body, up to so many bytes. One that is longer is read on and dropped for a while.
///
/// # Errors
/// It is longer, or broke off.
pub(crate) async fn collect(mut payload: Payload, longest: usize) -> Result<Vec<u8>, Refusal> {
    let (mut bytes, mut seen) = (Vec::new(), 0);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Refusal::BadRequest(texts::BODY_BROKEN_OFF.into()))?;
        seen += chunk.len();
        match seen {
            _ if seen <= longest => bytes.extend_from_slice(&chunk),
            ..DRAINED => bytes = Vec::new(),
            _ => break,
        }
    }
    if seen > longest { Err(Refusal::TooLarge) } else { Ok(bytes) }
}

/// The form that the door read.
impl FromRequest for Form {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(request.extensions().get::<Self>().cloned().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_send_them() {
        let form = Form::parse("a=+uno+&b=l%C3%ADnea%0D%0Aotra&c=1&c=2&d=".as_bytes()).unwrap();
        assert_eq!((form.text("a"), form.verbatim("a"), form.text("b")), ("uno", " uno ", "línea\notra"));
        assert_eq!(form.all("c").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((form.given("d"), form.has("d"), form.has("e")), (None, true, false));
        assert_eq!(form.number("c").unwrap(), 1);
        assert!(form.number("a").is_err());
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(matches!(Form::parse(b"a=%FF"), Err(Refusal::BadRequest(_))));
        assert!(matches!(Form::parse(b"a=%00"), Err(Refusal::Invalid(_))));
        assert!(matches!(Form::parse("a&".repeat(MOST_FIELDS + 1).as_bytes()), Err(Refusal::TooLarge)));
    }
}
