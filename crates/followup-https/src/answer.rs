//! What a server answered, whole.

use std::fmt;

use ureq::http::HeaderMap;

use crate::failure::Failure;

/// Whether a refusal of this status tells nothing of what became of the request: it took too long (408), it conflicts with one that was taken
/// (409), it came too early and may be tried again on the way (425), or the way was given up (499, of nginx). RFC 9110 §15.5, RFC 8470.
pub const fn leaves_in_doubt(status: u16) -> bool {
    matches!(status, 408 | 409 | 425 | 499)
}

/// A server's answer of any status, with its whole body.
#[derive(Clone)]
pub struct Answer {
    /// The status code (RFC 9110 §15).
    pub status: u16,
    /// The body, as many bytes as the limit allows at most.
    pub body: Vec<u8>,
    pub(crate) headers: Box<HeaderMap>,
}

impl Answer {
    /// The first header of this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The answer, if its status tells success (2xx). A redirect is none: it is not followed.
    ///
    /// # Errors
    /// [`Failure::Answered`] with the answer.
    pub fn success(self) -> Result<Self, Failure> {
        if (200..300).contains(&self.status) { Ok(self) } else { Err(Failure::Answered(self)) }
    }
}

/// Neither body nor headers, which may hold what nobody is to read.
impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Answer").field("status", &self.status).field("length", &self.body.len()).finish_non_exhaustive()
    }
}
