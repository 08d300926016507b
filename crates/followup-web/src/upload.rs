//! A form that brings a file, within bounds of size, memory and time.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;
use followup_answers::Refusal;
use followup_domain::message::enclosure::MOST_ENCLOSED;
use followup_words::answers as texts;
use futures::stream;
use multer::Multipart;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::form::{Form, collect};

/// The largest file, in bytes.
#[allow(clippy::cast_possible_truncation)] // 10 MiB.
const LARGEST: usize = MOST_ENCLOSED as usize;
/// What the other fields of its form may take besides, in bytes.
const BESIDES: usize = 512 * 1024;
/// So many files are in memory at a time; the others wait.
const AT_ONCE: usize = 4;
/// A form that takes longer to come, or to find room, is not waited for.
const PATIENCE: Duration = Duration::from_secs(120);

static ROOM: Semaphore = Semaphore::const_new(AT_ONCE);

/// A file as a browser sends it.
pub(crate) struct SentFile {
    /// As it is called where it comes from.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) bytes: Vec<u8>,
}

/// Reads a form of `multipart/form-data` (RFC 7578): its fields, and its file, where one was chosen; of several the first. The room that it takes
/// is given back with `work`.
///
/// # Errors
/// Too large, too slow, broken off, or no such form; and those of `work`.
pub(crate) async fn with_file<T, E: From<Refusal>>(
    request: &HttpRequest,
    payload: Payload,
    work: impl AsyncFnOnce(Form, Option<SentFile>) -> Result<T, E>,
) -> Result<T, E> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| Refusal::UnsupportedMediaType(texts::FORM_OR_MULTIPART_EXPECTED))?;
    let late = |_| Refusal::BadRequest(texts::BODY_BROKEN_OFF.into());
    let _room = timeout(PATIENCE, ROOM.acquire()).await.map_err(late)?.map_err(|closed| Refusal::Internal(closed.to_string()))?;
    let bytes = timeout(PATIENCE, collect(payload, LARGEST + BESIDES)).await.map_err(late)??;
    let (form, file) = parts(bytes, boundary).await?;
    work(form, file).await
}

async fn parts(bytes: Vec<u8>, boundary: String) -> Result<(Form, Option<SentFile>), Refusal> {
    let malformed = |_| Refusal::BadRequest(texts::MULTIPART_MALFORMED.into());
    let mut parts = Multipart::new(stream::iter([Ok::<_, Infallible>(bytes)]), boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let file_name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(malformed)?;
        match file_name {
            // A field in which no file was chosen comes empty and without a name (HTML §4.10.22.4).
            Some(name) if name.is_empty() && bytes.is_empty() => {}
            Some(name) => {
                file.get_or_insert(SentFile { name, bytes: bytes.to_vec() });
            }
            None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok((Form::of(fields.into_iter())?, file))
}
