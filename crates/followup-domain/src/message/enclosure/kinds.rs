//! The kinds of files that are sent: everybody can open them, and no mail server refuses them.

use super::zip;

/// A kind of file.
pub(super) struct Kind {
    pub(super) media_type: &'static str,
    /// How names of it end, in lower case.
    pub(super) extensions: &'static [&'static str],
    /// Whether bytes are one.
    pub(super) holds: fn(&[u8]) -> bool,
    /// Whether one carries programs.
    pub(super) has_macros: fn(&[u8]) -> bool,
}

pub(super) const KINDS: &[Kind] = &[
    Kind { media_type: "application/pdf", extensions: &["pdf"], holds: |bytes| bytes.starts_with(b"%PDF-"), has_macros: none },
    Kind { media_type: "image/png", extensions: &["png"], holds: |bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n"), has_macros: none },
    Kind { media_type: "image/jpeg", extensions: &["jpg", "jpeg"], holds: |bytes| bytes.starts_with(b"\xff\xd8\xff"), has_macros: none },
    Kind {
        media_type: "image/gif",
        extensions: &["gif"],
        holds: |bytes| bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
        has_macros: none,
    },
    Kind {
        media_type: "image/webp",
        extensions: &["webp"],
        holds: |bytes| bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        has_macros: none,
    },
    Kind {
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        extensions: &["docx"],
        holds: |bytes| is_office(bytes, "word/document.xml"),
        has_macros: has_office_macros,
    },
    Kind {
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extensions: &["xlsx"],
        holds: |bytes| is_office(bytes, "xl/workbook.xml"),
        has_macros: has_office_macros,
    },
    Kind {
        media_type: "application/vnd.oasis.opendocument.text",
        extensions: &["odt"],
        holds: |bytes| is_open_document(bytes, b"application/vnd.oasis.opendocument.text"),
        has_macros: has_open_macros,
    },
    Kind {
        media_type: "application/vnd.oasis.opendocument.spreadsheet",
        extensions: &["ods"],
        holds: |bytes| is_open_document(bytes, b"application/vnd.oasis.opendocument.spreadsheet"),
        has_macros: has_open_macros,
    },
];

fn none(_: &[u8]) -> bool {
    false
}

/// Office Open XML (ISO/IEC 29500-2): a ZIP archive with the list of its parts' types, and this part.
fn is_office(bytes: &[u8], part: &str) -> bool {
    let (mut has_types, mut has_part) = (false, false);
    let is_archive = zip::each_name(bytes, |name| {
        has_types |= name == b"[Content_Types].xml";
        has_part |= name == part.as_bytes();
    });
    is_archive && has_types && has_part
}

fn has_office_macros(bytes: &[u8]) -> bool {
    names_any(bytes, &["vbaproject.bin", "vbadata.xml", "/activex/", "/macrosheets/"])
}

/// OpenDocument (ISO/IEC 26300-3): the first entry of the archive, not compressed, is the media type.
fn is_open_document(bytes: &[u8], media_type: &[u8]) -> bool {
    const NAME: usize = 30;
    const VALUE: usize = NAME + b"mimetype".len();
    let is_first = bytes.get(NAME..VALUE) == Some(b"mimetype") && bytes.get(8..10) == Some(&[0, 0]) && bytes.get(28..30) == Some(&[0, 0]);
    let length = u32::try_from(media_type.len()).unwrap_or(u32::MAX).to_le_bytes();
    let is_whole = bytes.get(22..26) == Some(length.as_slice());
    is_first && is_whole && bytes.get(VALUE..VALUE + media_type.len()) == Some(media_type) && zip::each_name(bytes, |_| {})
}

fn has_open_macros(bytes: &[u8]) -> bool {
    names_any(bytes, &["/basic/", "/scripts/"])
}

/// Whether an entry of the archive has a name with one of these in it; a name is looked at as if a slash stood before it.
fn names_any(bytes: &[u8], wanted: &[&str]) -> bool {
    let mut found = false;
    zip::each_name(bytes, |name| {
        let name = format!("/{}", String::from_utf8_lossy(name).to_lowercase().replace('\\', "/"));
        found |= wanted.iter().any(|wanted| name.contains(wanted));
    });
    found
}
