//! Where the parts of a mail stand in its bytes, as RFC 2046 §5.1 divides them: a delimiter of an outer multipart ends the inner ones
//! too. One pass, linear in time.

use std::ops::Range;

use followup_domain::mail::inbound::UnreadableMail;
use memchr::memmem;

use super::Edit;
use super::fields::ContentFields;
use crate::read::MOST_PARTS;

/// Deeper multiparts are left as they are; each open one costs time at every delimiter.
const DEEPEST: usize = 32;
/// Longer boundaries are none.
const LONGEST_BOUNDARY: usize = 200;

/// So many bytes of header sections are read of one mail, those of its parts and of attached mails among them: what a field costs is many
/// times its length, and nobody writes as much.
pub(super) const LONGEST_HEADERS: usize = 512 * 1024;
/// Behind the place where the walk gives up there may be so many bytes.
const LONGEST_UNSEEN: usize = 1024 * 1024;

/// A part that has no parts.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) fields: ContentFields,
    /// With the empty line that ends it.
    pub(super) header: Range<usize>,
    /// Without the line end that belongs to the delimiter.
    pub(super) body: Range<usize>,
    /// Whether it stands in a mail that is attached, whose bytes are somebody else's.
    pub(super) is_nested: bool,
}

/// The parts, and what the walk had to repair.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) leaves: Vec<Leaf>,
    /// What is said to have parts and has none: read as text.
    pub(super) undivided: Vec<Leaf>,
    /// Mails that are attached, the outermost ones, each as one part.
    pub(super) attached: Vec<Leaf>,
    /// The header sections, in their order.
    pub(super) headers: Vec<Range<usize>>,
    /// Why it is not taken apart any further.
    pub(super) refusal: Option<UnreadableMail>,
    /// What makes the divisions sound.
    pub(super) edits: Vec<Edit>,
}

/// Walks through a mail.
pub(super) fn parts(raw: &[u8]) -> Parts {
    let mut walk = Walk { raw, open: Vec::new(), nested_at: None, parts: Parts::default(), seen: 0, header_bytes: 0 };
    let mut position = 0;
    while let Some(next) = walk.part(position) {
        position = next;
    }
    walk.parts
}

struct Walk<'a> {
    raw: &'a [u8],
    /// Boundaries of the multiparts that are open, innermost last.
    open: Vec<Vec<u8>>,
    /// How many were open where an attached mail began.
    nested_at: Option<usize>,
    parts: Parts,
    seen: usize,
    header_bytes: usize,
}

/// A line that divides.
struct Delimiter {
    start: usize,
    end: usize,
    /// Which of the open boundaries.
    level: usize,
    closes: bool,
}

impl Walk<'_> {
    /// Takes the part whose header begins here; where the next one does.
    fn part(&mut self, start: usize) -> Option<usize> {
        self.seen += 1;
        if self.seen > 2 * MOST_PARTS || self.open.len() >= DEEPEST {
            let is_much = self.raw.len() - start > LONGEST_UNSEEN;
            self.parts.refusal = is_much.then_some(if self.open.len() >= DEEPEST {
                UnreadableMail::DeepParts(DEEPEST)
            } else {
                UnreadableMail::ManyParts(MOST_PARTS)
            });
            return None;
        }
        let header = start..header_end(self.raw, start);
        self.header_bytes += header.len();
        if self.header_bytes > LONGEST_HEADERS {
            self.parts.refusal = Some(UnreadableMail::LongHeaders(LONGEST_HEADERS / 1024));
            return None;
        }
        self.parts.headers.push(header.clone());
        let fields = ContentFields::read(self.raw, header.clone());
        let media_type = fields.media_type();
        let is_encoded = || fields.encoding().is_some_and(|(_, name)| matches!(name.as_str(), "base64" | "quoted-printable"));
        if matches!(media_type.as_str(), "message/rfc822" | "message/global") && !is_encoded() {
            if self.nested_at.is_none() {
                self.nested_at = Some(self.open.len());
                let body = header.end..self.raw.len();
                self.parts.attached.push(Leaf { fields, header: header.clone(), body, is_nested: false });
            }
            return Some(header.end).filter(|next| *next < self.raw.len());
        }
        let (is_multipart, open) = (media_type.starts_with("multipart/"), self.open.len());
        if is_multipart {
            self.multipart(&fields, &header);
        }
        let delimiter = self.delimiter(header.end);
        if self.open.len() == open {
            let end = delimiter.as_ref().map_or(self.raw.len(), |delimiter| without_line_end(self.raw, delimiter.start));
            let body = header.end..end.max(header.end);
            let leaf = Leaf { fields, header, body, is_nested: self.nested_at.is_some() };
            if is_multipart { self.parts.undivided.push(leaf) } else { self.parts.leaves.push(leaf) }
        }
        self.behind(delimiter?)
    }

    /// Opens a multipart by the boundary that it declares, or by the one that its parts stand behind.
    fn multipart(&mut self, fields: &ContentFields, header: &Range<usize>) {
        let Some(field) = fields.content_type() else { return };
        let declared = fields.parameter("boundary").map(String::into_bytes).filter(|boundary| boundary.len() <= LONGEST_BOUNDARY);
        if let Some(boundary) = &declared {
            self.open.push(boundary.clone());
            let divides = self.delimiter(header.end).is_some_and(|delimiter| delimiter.level + 1 == self.open.len());
            if divides {
                return;
            }
            self.open.pop();
        }
        let end = self.delimiter(header.end).map_or(self.raw.len(), |delimiter| delimiter.start);
        let value = match guessed_boundary(&self.raw[header.end..end]) {
            Some(boundary) => {
                self.open.push(boundary.as_bytes().to_vec());
                format!("{}; boundary=\"{boundary}\"", field.token())
            }
            // Without anything that divides, the library reads what declares a boundary as text.
            None if declared.is_some() => return,
            None => {
                let is_html = self.raw[header.end..end].trim_ascii_start().starts_with(b"<");
                format!("text/{}", if is_html { "html" } else { "plain" })
            }
        };
        self.parts.edits.push(Edit { range: field.range.clone(), bytes: format!("Content-Type: {value}\r\n").into_bytes() });
    }

    /// Where the next header begins, behind a delimiter: multiparts inside the one that it divides are closed before it.
    fn behind(&mut self, mut delimiter: Delimiter) -> Option<usize> {
        loop {
            if delimiter.level + 1 < self.open.len() {
                let closing = self.open.drain(delimiter.level + 1..).rev().flat_map(|name| [b"--", &name[..], b"--\r\n"].concat());
                self.parts.edits.push(Edit { range: delimiter.start..delimiter.start, bytes: closing.collect() });
            }
            if self.nested_at.is_some_and(|open| delimiter.level < open) {
                self.nested_at = None;
                if let Some(attached) = self.parts.attached.last_mut() {
                    attached.body.end = without_line_end(self.raw, delimiter.start).max(attached.body.start);
                }
            }
            if !delimiter.closes {
                return Some(delimiter.end).filter(|next| *next < self.raw.len());
            }
            self.open.truncate(delimiter.level);
            delimiter = self.delimiter(delimiter.end)?;
        }
    }

    /// The next line that divides an open multipart.
    fn delimiter(&self, from: usize) -> Option<Delimiter> {
        if self.open.is_empty() {
            return None;
        }
        let dashes = memmem::find_iter(&self.raw[from..], b"--").map(|at| from + at);
        let begins_line = |at: &usize| *at == 0 || self.raw[*at - 1] == b'\n';
        dashes.filter(begins_line).find_map(|start| self.divides(start))
    }

    fn divides(&self, start: usize) -> Option<Delimiter> {
        let rest = &self.raw[start..];
        let end = memchr::memchr(b'\n', &rest[..rest.len().min(4096)]).map_or(rest.len(), |at| at + 1);
        let name = rest[2..end].trim_ascii_end();
        let known = |name: &[u8]| self.open.iter().rposition(|open| open.as_slice() == name);
        let (level, closes) = match known(name) {
            Some(level) => (level, false),
            None => (known(name.strip_suffix(b"--")?.trim_ascii_end())?, true),
        };
        Some(Delimiter { start, end: start + end, level, closes })
    }
}

/// Behind the empty line that ends a header section, or the end of the mail.
pub(super) fn header_end(raw: &[u8], start: usize) -> usize {
    let mut position = start;
    for line in raw[start..].split_inclusive(|byte| *byte == b'\n') {
        position += line.len();
        if line.trim_ascii().is_empty() {
            break;
        }
    }
    position
}

/// The position without the line end before it.
fn without_line_end(raw: &[u8], position: usize) -> usize {
    let before = &raw[..position];
    let before = before.strip_suffix(b"\n").unwrap_or(before);
    before.strip_suffix(b"\r").unwrap_or(before).len()
}

/// The boundary that parts stand behind: of the first line `--name` with a field `Content-…` below it.
fn guessed_boundary(body: &[u8]) -> Option<&str> {
    let begins_line = |at: &usize| *at == 0 || body[*at - 1] == b'\n';
    let mut divisions = memmem::find_iter(body, b"--").filter(begins_line).filter_map(|at| {
        let line = &body[at + 2..];
        let end = memchr::memchr(b'\n', &line[..line.len().min(LONGEST_BOUNDARY + 2)])?;
        let is_part = super::starts_ignoring_case(&line[end + 1..], b"content-");
        std::str::from_utf8(line[..end].trim_ascii_end()).ok().filter(|_| is_part)
    });
    let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    divisions.find(is_name)
}
