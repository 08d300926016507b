//! Answers that a browser saves and never runs.

use std::fmt::Write;

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use followup_domain::message::Attachment;

/// File names are cut after so many characters.
const LONGEST_NAME: usize = 120;
/// Media types that no browser runs; everything else goes out as bytes.
pub(crate) const HARMLESS: [&str; 6] = ["application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain"];

/// The head of a file to be saved under `name`, which is made safe first.
pub(crate) fn download(name: &str, content_type: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::CONTENT_DISPOSITION, content_disposition(name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    response
}

/// An attachment, the one at this place.
pub(crate) fn attachment_head(described: &Attachment, index: usize) -> HttpResponseBuilder {
    let unnamed = || format!("adjunto-{index}");
    download(&described.name.clone().unwrap_or_else(unnamed), harmless_type(&described.content_type))
}

/// The type under which an attachment from outside may go out.
fn harmless_type(content_type: &str) -> &'static str {
    let name = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    HARMLESS.iter().find(|known| **known == name).copied().unwrap_or("application/octet-stream")
}

/// `Content-Disposition: attachment` (RFC 6266) with an ASCII name for old programs and the full one (RFC 8187).
pub(crate) fn content_disposition(name: &str) -> String {
    let safe = safe_name(name);
    let ascii: String = safe.chars().map(|c| if c.is_ascii() && !"\"\\%".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in safe.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// The last part of a path, without what a file system or a reader could misread.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|c| !c.is_control() && !is_invisible(*c)).map(|c| if ":*?\"<>|".contains(c) { '_' } else { c });
    let kept: String = kept.collect();
    let trimmed = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if trimmed.is_empty() { "adjunto".into() } else { shortened(trimmed) }
}

/// Cut in the middle, so that the extension stays.
fn shortened(name: &str) -> String {
    let count = name.chars().count();
    if count <= LONGEST_NAME {
        return name.to_owned();
    }
    let head = name.chars().take(LONGEST_NAME - 20);
    head.chain(name.chars().skip(count - 20)).collect()
}

/// Zero-width characters, and those that turn the direction of writing: `cod\u{202e}fdp.exe` reads as a PDF.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header_or_its_folder() {
        let header = content_disposition("..\\..\\x/../in\"forme\r\nSet-Cookie: a=b;\u{0}.pdf");
        assert_eq!(header, "attachment; filename=\"in_formeSet-Cookie_ a=b;.pdf\"; filename*=UTF-8''in_formeSet-Cookie_%20a%3Db%3B.pdf");
    }

    #[test]
    fn accents_survive_in_the_extended_name() {
        assert_eq!(content_disposition("análisis.pdf"), "attachment; filename=\"an_lisis.pdf\"; filename*=UTF-8''an%C3%A1lisis.pdf");
    }

    #[test]
    fn a_name_that_pretends_another_type_is_shown_as_it_is() {
        assert!(content_disposition("cod\u{202e}fdp.exe").contains("filename=\"codfdp.exe\""));
    }

    #[test]
    fn a_name_of_nothing_gets_one_and_a_long_one_keeps_its_extension() {
        for name in ["", "...", " / ", "\u{200b}"] {
            assert!(content_disposition(name).contains("filename=\"adjunto\""), "{name:?}");
        }
        let long = content_disposition(&format!("{}.pdf", "a".repeat(5000)));
        assert!(long.len() < 400 && long.contains(".pdf\""), "{long}");
    }

    proptest::proptest! {
        #[test]
        fn any_name_gives_one_sound_header(name: String) {
            let header = content_disposition(&name);
            proptest::prop_assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{header}");
            proptest::prop_assert_eq!(header.matches('"').count(), 2);
            proptest::prop_assert!(!header.contains('/') && !header.contains('\\'), "{}", header);
        }
    }

    #[test]
    fn only_harmless_types_keep_their_name() {
        assert_eq!(harmless_type("IMAGE/PNG; name=x"), "image/png");
        for active in ["text/html", "image/svg+xml", "application/xhtml+xml", "application/javascript", "", "text/plain\r\nx: y"] {
            assert_eq!(harmless_type(active), "application/octet-stream", "{active:?}");
        }
    }
}
