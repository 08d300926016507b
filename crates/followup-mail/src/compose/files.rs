//! Files that go with a mail: `multipart/mixed` (RFC 2046 §5.1.3), each file whole in base64, its name as RFC 2183 and RFC 2231 write it.

use followup_domain::message::enclosure::MailFile;
use followup_domain::message::threading::InternetMessageId;

use super::push_text;
use crate::transfer::{Encoded, base64_length, push_base64};

/// What stands around a file, at most: its name three times as long, in lines.
const AROUND: usize = 4 * 1024;
/// So many characters of a name stand in a line.
const IN_A_LINE: usize = 54;
/// A boundary has at most 70 characters (RFC 2046 §5.1.1).
const LONGEST_BOUNDARY: usize = 60;

/// How long the files are, composed.
pub(super) fn length(files: &[MailFile]) -> usize {
    files.iter().map(|file| base64_length(file.bytes.len()).saturating_add(AROUND)).fold(0, usize::saturating_add)
}

/// Appends the content fields of a mail with files, its text, and the files.
pub(super) fn push_mixed((id, files): (&InternetMessageId, &[MailFile]), body: &Encoded, text: &mut String) {
    // Neither quoted-printable nor base64 has "=_" in it (RFC 2045 §6.7).
    let own: String = id.inner().chars().filter(char::is_ascii_alphanumeric).take(LONGEST_BOUNDARY).collect();
    let boundary = format!("=_{own}");
    text.push_str(&format!("Content-Type: multipart/mixed;\r\n boundary=\"{boundary}\"\r\n\r\n"));
    text.push_str(&format!("--{boundary}\r\n"));
    push_text(body, text);
    for file in files {
        text.push_str(&format!("--{boundary}\r\nContent-Type: {}\r\n", file.media_type));
        text.push_str("Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment");
        push_name(&file.name, text);
        text.push_str("\r\n\r\n");
        push_base64(&file.bytes, text);
    }
    text.push_str(&format!("--{boundary}--\r\n"));
}

/// The name as a parameter: as it is, or in parts of percent-encoded UTF-8 that fit their lines (RFC 2231 §3, §4).
fn push_name(name: &str, text: &mut String) {
    let is_plain = |c: char| c == ' ' || (c.is_ascii_graphic() && !"\"\\".contains(c));
    if name.len() <= IN_A_LINE && name.chars().all(is_plain) {
        text.push_str(&format!(";\r\n filename=\"{name}\""));
        return;
    }
    let parts = encoded(name);
    match parts.as_slice() {
        [only] => text.push_str(&format!(";\r\n filename*=UTF-8''{only}")),
        parts => {
            for (number, part) in parts.iter().enumerate() {
                let charset = if number == 0 { "UTF-8''" } else { "" };
                text.push_str(&format!(";\r\n filename*{number}*={charset}{part}"));
            }
        }
    }
}

/// Percent-encoded, in parts of whole characters.
fn encoded(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut bytes = [0; 4];
    for character in name.chars() {
        let is_literal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`{}~".contains(&byte);
        let character = character.encode_utf8(&mut bytes).bytes();
        let token: String =
            character.map(|byte| if is_literal(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect();
        match parts.last_mut() {
            Some(last) if last.len() + token.len() <= IN_A_LINE => last.push_str(&token),
            _ => parts.push(token),
        }
    }
    parts
}
