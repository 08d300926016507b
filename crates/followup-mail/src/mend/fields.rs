//! Header fields as they stand in a mail's bytes: where they are, and the values and parameters of those that describe content.

use std::ops::Range;

use super::starts_ignoring_case;

/// Longer values are none that a program writes; the library's own limits come later.
const LONGEST_VALUE: usize = 16 * 1024;

/// A field `Content-…`.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// In lower case.
    name: String,
    /// Unfolded.
    value: String,
    /// All its lines.
    pub(super) range: Range<usize>,
}

/// The fields `Content-…` of a header section.
#[derive(Debug, Clone, Default)]
pub(super) struct ContentFields(Vec<Field>);

impl ContentFields {
    /// Those in the header section that stands in this range.
    pub(super) fn read(raw: &[u8], header: Range<usize>) -> Self {
        let mut fields: Vec<Field> = Vec::new();
        let (mut position, mut goes_on) = (header.start, false);
        for line in raw[header].split_inclusive(|byte| *byte == b'\n') {
            let end = position + line.len();
            let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
            if is_folded {
                if let Some(field) = fields.last_mut().filter(|field| goes_on && field.value.len() < LONGEST_VALUE) {
                    field.value.push(' ');
                    field.value.push_str(String::from_utf8_lossy(line).trim());
                    field.range.end = end;
                }
            } else {
                let field = field(line, position..end);
                goes_on = field.is_some();
                fields.extend(field);
            }
            position = end;
        }
        Self(fields)
    }

    fn first(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.name == name)
    }

    /// Content-Type.
    pub(super) fn content_type(&self) -> Option<&Field> {
        self.first("content-type")
    }

    /// The media type in lower case, as far as it is declared.
    pub(super) fn media_type(&self) -> String {
        self.content_type().map(Field::token).unwrap_or_default()
    }

    /// Content-Transfer-Encoding, and its keyword in lower case without what does not belong to it.
    pub(super) fn encoding(&self) -> Option<(&Field, String)> {
        let field = self.first("content-transfer-encoding")?;
        Some((field, field.token()))
    }

    /// A parameter of Content-Type.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        self.content_type()?.parameter(name)
    }

    /// The name that the part is given as a file.
    pub(super) fn file_name(&self) -> Option<String> {
        let disposed = self.first("content-disposition").and_then(|field| field.parameter("filename"));
        disposed.or_else(|| self.parameter("name"))
    }

    /// Whether the part says that it is a file and no text to be read.
    pub(super) fn is_attachment(&self) -> bool {
        self.first("content-disposition").is_some_and(|field| field.token() == "attachment")
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Field] {
        &self.0
    }
}

impl Field {
    /// What stands before the parameters, in lower case, without quotes, blanks and comments.
    pub(super) fn token(&self) -> String {
        let plain: String = self.value[..self.token_end()].chars().filter(|c| !c.is_whitespace() && *c != '"' && *c != '\'').collect();
        plain.to_lowercase()
    }

    /// What stands behind the token, comments passed over.
    pub(super) fn parameters(&self) -> &str {
        let mut rest = self.value[self.token_end()..].trim_start();
        while let Some((_, behind)) = rest.strip_prefix('(').and_then(|comment| comment.split_once(')')) {
            rest = behind.trim_start();
        }
        rest
    }

    /// Behind the token: at a sign that ends it, or at a blank that is not beside its slash.
    fn token_end(&self) -> usize {
        let value = self.value.as_str();
        let end = value.find([';', '(', ',']).unwrap_or(value.len());
        let mut blanks = value[..end].match_indices([' ', '\t']).map(|(at, _)| at);
        let is_beside_slash = |at: usize| value[..at].trim_end().ends_with('/') || value[at..].trim_start().starts_with('/');
        blanks.find(|at| !is_beside_slash(*at)).unwrap_or(end)
    }

    /// The value, unfolded.
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// The first parameter of this name.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut rest = self.value.as_str();
        while let Some((_, behind)) = rest.split_once(';') {
            let (found, value) = behind.split_once('=')?;
            let value = value.trim_start();
            let (value, next) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => value.split_at(value.find([';', ' ', '\t']).unwrap_or(value.len())),
            };
            // A parameter without a value stands before this one.
            let found = found.rsplit(';').next().unwrap_or_default();
            if found.trim().eq_ignore_ascii_case(name) {
                return Some(value.trim_end().to_owned()).filter(|value| !value.is_empty());
            }
            rest = next;
        }
        None
    }
}

fn field(line: &[u8], range: Range<usize>) -> Option<Field> {
    if !starts_ignoring_case(line, b"content-") {
        return None;
    }
    let colon = memchr::memchr(b':', line)?;
    let name = String::from_utf8_lossy(&line[..colon]).trim_end().to_ascii_lowercase();
    let value = &line[colon + 1..];
    let value = String::from_utf8_lossy(&value[..value.len().min(LONGEST_VALUE)]).trim().to_owned();
    Some(Field { name, value, range })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(header: &str) -> ContentFields {
        ContentFields::read(header.as_bytes(), 0..header.len())
    }

    #[test]
    fn values_and_parameters_are_found_however_they_are_written() {
        let read = fields(
            "Subject: x\r\n Content-Type: no\r\nCONTENT-TYPE : Multipart/Mixed;\r\n\tcharset=utf-8 ;\r\n boundary=\"a b;c\"; x; name=z\r\n\
             Content-Transfer-Encoding: \"BASE64\"; (x)\r\nContent-Disposition: attachment; filename=\"f.txt\r\n",
        );
        assert_eq!(read.media_type(), "multipart/mixed");
        let values = ["charset", "BOUNDARY", "name", "x"].map(|name| read.parameter(name));
        assert_eq!(values, [Some("utf-8".to_owned()), Some("a b;c".to_owned()), Some("z".to_owned()), None]);
        assert_eq!(read.encoding().unwrap().1, "base64");
        assert_eq!((read.is_attachment(), read.file_name().as_deref()), (true, Some("f.txt")));
        assert_eq!(fields("Content-Type:\r\nSubject: x\r\n").media_type(), "");
    }
}
