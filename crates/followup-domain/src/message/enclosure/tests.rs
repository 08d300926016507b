use super::*;

/// A ZIP archive of entries that are stored as they are.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let place = bytes.len();
        // Version, flags, method, time, date, CRC, sizes, lengths of name and extra field.
        let common =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &long(content.len()), &long(content.len()), &short(name.len()), &[0, 0]]
                .concat();
        bytes.extend([&b"PK\x03\x04"[..], &common[..], name.as_bytes(), content].concat());
        directory.extend([&b"PK\x01\x02\x14\x00"[..], &common[..], &[0; 10], &long(place), name.as_bytes()].concat());
    }
    let (from, count) = (bytes.len(), entries.len());
    bytes.extend_from_slice(&directory);
    bytes.extend([&b"PK\x05\x06\0\0\0\0"[..], &short(count)[..], &short(count), &long(directory.len()), &long(from), &[0, 0]].concat());
    bytes
}

fn word(more: &[&str]) -> Vec<u8> {
    let mut entries: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>")];
    entries.extend(more.iter().map(|name| (*name, &b"x"[..])));
    archive(&entries)
}

fn open_document(media_type: &str, more: &[&str]) -> Vec<u8> {
    let mut entries: Vec<(&str, &[u8])> = vec![("mimetype", media_type.as_bytes()), ("content.xml", b"<x/>")];
    entries.extend(more.iter().map(|name| (*name, &b"x"[..])));
    archive(&entries)
}

const TEXT: &str = "application/vnd.oasis.opendocument.text";
const SHEET: &str = "application/vnd.oasis.opendocument.spreadsheet";

#[test]
fn what_everybody_can_open_is_taken_with_its_type_size_and_hash() {
    let xlsx = archive(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<x/>")]);
    let taken: [(&str, Vec<u8>, &str); 9] = [
        ("Formulario.PDF", b"%PDF-1.7\n%%EOF".to_vec(), "application/pdf"),
        ("foto.png", b"\x89PNG\r\n\x1a\n...".to_vec(), "image/png"),
        ("foto.jpeg", b"\xff\xd8\xff\xe0....".to_vec(), "image/jpeg"),
        ("a.gif", b"GIF89a..".to_vec(), "image/gif"),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(), "image/webp"),
        ("carta.docx", word(&[]), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("datos.xlsx", xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("carta.odt", open_document(TEXT, &[]), TEXT),
        ("datos.ods", open_document(SHEET, &[]), SHEET),
    ];
    for (name, bytes, media_type) in taken {
        let file = judge(name, &bytes).unwrap();
        assert_eq!((file.name.as_deref(), file.content_type.as_str(), file.size), (Some(name), media_type, bytes.len() as u64));
    }
    assert_eq!(judge("a.pdf", b"%PDF-1.7").unwrap().sha256, "86edbaa24831badfa0a8b04bb410141e2ee4182b6d0014493fe262a7a331c20b");
}

#[test]
fn what_runs_or_hides_something_is_refused_whatever_its_name_says() {
    let plain = archive(&[("virus.exe", b"MZ")]);
    for bytes in [
        &b"MZ\x90\0"[..],
        b"\x7fELF\x02",
        b"#!/bin/sh\n",
        b"<!DOCTYPE html><script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"{\\rtf1}",
        b"Rar!\x1a\x07",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b\x08",
        b"hola",
        b" %PDF-1.7",
        b"RIFF\x10\0\0\0WAVE",
        b"PK\x03\x04",
        &plain,
    ] {
        for name in ["a.pdf", "a.docx", "a.odt", "a.exe", "a.zip", "a.svg"] {
            assert_eq!(judge(name, bytes), Err(FileRefused::Kind), "{name} {bytes:?}");
        }
    }
}

#[test]
fn documents_with_programs_in_them_are_refused() {
    for part in
        ["word/vbaProject.bin", "word/VBAPROJECT.BIN", "customXml/vbaData.xml", "word/activeX/activeX1.bin", "xl\\macrosheets\\sheet1.xml"]
    {
        assert_eq!(judge("a.docx", &word(&[part])), Err(FileRefused::Macros), "{part}");
    }
    for part in ["Basic/Standard/Module1.xml", "Scripts/python/x.py", "basic/x"] {
        assert_eq!(judge("a.odt", &open_document(TEXT, &[part])), Err(FileRefused::Macros), "{part}");
    }
}

#[test]
fn a_name_that_says_something_else_than_the_content_is_refused() {
    let pdf = b"%PDF-1.7";
    for name in ["a.exe", "a.pdf.exe", "a.docx", "a.png", "a.html", "cod\u{202e}fdp.exe", "a.pdf\u{202e}gnp.exe"] {
        assert_eq!(judge(name, pdf), Err(FileRefused::Name), "{name:?}");
    }
    assert_eq!(judge("a.docm", &word(&[])), Err(FileRefused::Name));
    assert_eq!(judge("a.zip", &word(&[])), Err(FileRefused::Name));
    for name in ["", ".pdf", "   ", "pdf", "../..", "\u{200b}.pdf", ". .pdf"] {
        assert_eq!(judge(name, pdf), Err(FileRefused::NoName), "{name:?}");
    }
}

#[test]
fn a_name_is_cleaned_of_paths_controls_and_what_turns_the_writing() {
    let named = |name: &str| judge(name, b"%PDF-1.7").unwrap().name.unwrap();
    assert_eq!(named("C:\\Users\\ana\\..\\Formulario n\u{ba} 1.pdf"), "Formulario n\u{ba} 1.pdf");
    assert_eq!(named("../../etc/análisis clínico.pdf"), "análisis clínico.pdf");
    assert_eq!(named("a\r\nBcc: x@y.pdf"), "aBcc_ x@y.pdf");
    assert_eq!(named("exe\u{202e}\u{feff}.pdf. ."), "exe.pdf");
    assert_eq!(named("\"a\"<b>|c?*.pdf"), "_a__b__c__.pdf");
    assert_eq!(named(".oculto.pdf"), "oculto.pdf");
    let long = named(&format!("{}.pdf", "ñ".repeat(500)));
    assert_eq!((long.chars().count(), long.ends_with("ñ.pdf")), (LONGEST_FILE_NAME, true));
}

#[test]
fn nothing_and_too_much_are_refused_first() {
    assert_eq!(judge("a.exe", b""), Err(FileRefused::Empty));
    let large = [b"%PDF-".to_vec(), vec![b' '; usize::try_from(MOST_ENCLOSED).unwrap()]].concat();
    assert_eq!(judge("a.pdf", &large), Err(FileRefused::TooLarge));
    assert!(judge("a.pdf", &large[..usize::try_from(MOST_ENCLOSED).unwrap()]).is_ok());
}

#[test]
fn an_archive_of_which_programs_could_read_different_things_is_none() {
    let sound = word(&[]);
    let broken = [
        [b"MZ".to_vec(), sound.clone()].concat(),
        [sound.clone(), b"<script>".to_vec()].concat(),
        sound[..sound.len() - 1].to_vec(),
        sound[..sound.len() / 2].to_vec(),
        [sound.clone(), sound.clone()].concat(),
    ];
    for bytes in broken {
        assert_eq!(judge("a.docx", &bytes), Err(FileRefused::Kind));
    }
    for place in 0..sound.len() {
        let mut changed = sound.clone();
        changed[place] ^= 0xff;
        // Whatever it is, it is judged.
        let _ = judge("a.docx", &changed);
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_under_any_name_are_judged(name: String, bytes: Vec<u8>) {
        for start in [&b""[..], b"PK\x03\x04", b"%PDF-"] {
            if let Ok(file) = judge(&name, &[start, &bytes].concat()) {
                let name = file.name.unwrap();
                proptest::prop_assert!(!name.contains(['/', '\\', '\r', '\n', '\0', '"', '\u{202e}']), "{name:?}");
            }
        }
    }
}
