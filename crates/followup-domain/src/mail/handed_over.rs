//! What the service reads of a mail itself, before it is understood, when a server hands it over.

use chrono::{DateTime, Utc};

/// A longer header section is cut here, in bytes.
const LONGEST_HEADER: usize = 256 * 1024;

/// The header section with the empty line behind it (RFC 5322 §2.1), as far as it is there.
pub fn header_section(raw: &[u8]) -> &[u8] {
    let raw = &raw[..raw.len().min(LONGEST_HEADER)];
    let mut start = 0;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        start += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return &raw[..start];
        }
    }
    raw
}

/// When the last server on the way received it: the date of the topmost `Received` field (RFC 5321 §4.4). What stands below was
/// written by others, and says nothing.
pub fn received_at(raw: &[u8]) -> Option<DateTime<Utc>> {
    let header = String::from_utf8_lossy(header_section(raw));
    let mut field = String::new();
    for line in header.lines() {
        let continues = line.starts_with([' ', '\t']);
        if !field.is_empty() {
            if !continues {
                break;
            }
            field.push(' ');
            field.push_str(line.trim());
        } else if line.get(..9).is_some_and(|name| name.eq_ignore_ascii_case("received:")) {
            field.push_str(line);
        }
    }
    let (_, date) = field.rsplit_once(';')?;
    DateTime::parse_from_rfc2822(date.trim()).ok().map(|date| date.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_section_ends_with_the_first_empty_line() {
        for (raw, header) in
            [("A: b\r\n\r\nbody\r\n\r\n", "A: b\r\n\r\n"), ("A: b\n\nbody", "A: b\n\n"), ("A: b", "A: b"), ("", ""), ("\nbody", "\n")]
        {
            assert_eq!(header_section(raw.as_bytes()), header.as_bytes(), "{raw:?}");
        }
        assert_eq!(header_section(&vec![b'x'; 3 * LONGEST_HEADER]).len(), LONGEST_HEADER);
    }

    #[test]
    fn only_the_topmost_received_field_tells_when_it_came() {
        let at = |raw: &str| received_at(raw.as_bytes()).map(|date| date.to_rfc3339());
        let ours = "Return-Path: <x@y.test>\r\nReceived: from mx (mx [192.0.2.1])\r\n\tby mail.vigia.test (Postfix) with ESMTP id 4F1;\r\n\tFri,  1 Mar 2024 05:15:00 -0500 (PET)\r\n";
        let theirs = "Received: by forged; Thu, 1 Jan 2004 00:00:00 +0000\r\n";
        assert_eq!(at(&format!("{ours}{theirs}\r\n")).as_deref(), Some("2024-03-01T10:15:00+00:00"));
        assert_eq!(at(&format!("Received: by us; yesterday\r\n{theirs}\r\n")), None);
        assert_eq!(at(&format!("Subject: x\r\n\r\n{theirs}")), None);
        assert_eq!(at("Received: no date\r\n\r\n"), None);
        assert_eq!(received_at(b"Received: \xff;\xfe\r\n\r\n"), None);
        assert_eq!(received_at("Señal: 1\nRécei".as_bytes()), None);
    }
}
