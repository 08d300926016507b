//! Mailbox names on the wire.

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

const MODIFIED_BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// A mailbox name as a quoted string in modified UTF-7 (RFC 3501 §5.1.3), which servers of every age understand.
pub(crate) fn quoted_mailbox(name: &str) -> String {
    let mut encoded = String::from("\"");
    let mut foreign = Vec::new();
    for character in name.chars() {
        if !(' '..='~').contains(&character) {
            let mut units = [0; 2];
            foreign.extend(character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
            continue;
        }
        shift(&mut encoded, &mut foreign);
        match character {
            '&' => encoded.push_str("&-"),
            '"' | '\\' => encoded.extend(['\\', character]),
            _ => encoded.push(character),
        }
    }
    shift(&mut encoded, &mut foreign);
    encoded.push('"');
    encoded
}

/// Moves the UTF-16 gathered so far into the name.
fn shift(encoded: &mut String, foreign: &mut Vec<u8>) {
    if !foreign.is_empty() {
        encoded.push('&');
        MODIFIED_BASE64.encode_string(&*foreign, encoded);
        encoded.push('-');
        foreign.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_quoted_as_they_are() {
        assert_eq!(quoted_mailbox("INBOX"), "\"INBOX\"");
        assert_eq!(quoted_mailbox(r#"a "b" \c"#), r#""a \"b\" \\c""#);
    }

    #[test]
    fn other_names_are_written_in_modified_utf_7() {
        assert_eq!(quoted_mailbox("Notificación & más"), "\"Notificaci&APM-n &- m&AOE-s\"");
        // The example of RFC 3501 §5.1.3.
        assert_eq!(quoted_mailbox("~peter/mail/台北/日本語"), "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"");
    }

    #[test]
    fn a_line_break_cannot_leave_the_name() {
        assert!(!quoted_mailbox("a\r\nA1 LOGOUT").contains(['\r', '\n']));
    }
}
