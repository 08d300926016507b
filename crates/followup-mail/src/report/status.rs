//! Codes in a server's words: enhanced status (RFC 3463) and SMTP reply (RFC 5321).

/// Reply codes of refusals that servers use; other numbers are numbers.
const REPLIES: &[u16] = &[
    421, 422, 431, 432, 441, 442, 446, 447, 450, 451, 452, 453, 454, 455, 458, 459, 471, 500, 501, 502, 503, 504, 510, 511, 512, 513, 515,
    517, 521, 522, 523, 530, 534, 535, 540, 541, 542, 543, 544, 546, 547, 550, 551, 552, 553, 554, 555, 556, 557, 571,
];

/// The first enhanced status code of class 2, 4 or 5: `5.1.1` in `(#5.1.1)`, but not in `192.5.1.1` or `5.1.1.9`.
pub(super) fn enhanced(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
        if !is_number(&bytes[start]) {
            start += 1;
            continue;
        }
        let length = bytes[start..].iter().take_while(|byte| is_number(byte)).count();
        let number = text.get(start..start + length).unwrap_or_default().trim_end_matches('.');
        let is_glued = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@');
        // `452-4.2.2` is a code behind a code, `host-4.2.2` a name.
        let is_name = start > 1 && bytes[start - 1] == b'-' && !bytes[start - 2].is_ascii_digit();
        let is_word = is_name || start > 0 && is_glued(bytes[start - 1]);
        if !is_word && is_enhanced(number) {
            return Some(number.to_owned());
        }
        start += length;
    }
    None
}

fn is_enhanced(number: &str) -> bool {
    let mut parts = number.split('.');
    let (class, subject, detail) = (parts.next(), parts.next(), parts.next());
    let is_detail = |detail: &str| (1..=3).contains(&detail.len());
    matches!(class, Some("2" | "4" | "5"))
        && subject.is_some_and(|subject| subject.len() == 1 && subject <= "7")
        && detail.is_some_and(is_detail)
        && parts.next().is_none()
}

/// Where the first reply code stands, and the code.
pub(super) fn reply(text: &str) -> Option<(usize, u16)> {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        if !bytes[start].is_ascii_digit() {
            start += 1;
            continue;
        }
        let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let before = start.checked_sub(1).map(|before| bytes[before]);
        let after = (bytes.get(start + length), bytes.get(start + length + 1));
        let is_apart = !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+'));
        let ends = match after {
            (Some(b'.' | b','), Some(next)) => !next.is_ascii_digit(),
            (Some(byte), _) => !byte.is_ascii_alphanumeric() && !matches!(byte, b'@' | b'_' | b'/'),
            (None, _) => true,
        };
        let number = text.get(start..start + length).filter(|_| length == 3).and_then(|digits| digits.parse().ok());
        if let Some(code) = number.filter(|code| is_apart && ends && REPLIES.contains(code)) {
            return Some((start, code));
        }
        start += length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_among_other_numbers() {
        for (text, status, code) in [
            ("550 5.1.1 <a@b.c>... User Unknown", Some("5.1.1"), Some(550)),
            ("Sorry (#5.4.4)", Some("5.4.4"), None),
            ("from 192.0.5.1.1 at 10:45, 1552 bytes, Exim 4.80.1", None, None),
            ("host mx[192.0.2.5] said: 452-4.2.2 over quota", Some("4.2.2"), Some(452)),
            ("x550 and 550.5 and 550x", None, None),
            ("SMTP code 554.", None, Some(554)),
            ("5.7.509 Access denied", Some("5.7.509"), None),
            ("9.5.1 5.1 5.9.9 5.1.1.1", None, None),
        ] {
            assert_eq!((enhanced(text).as_deref(), reply(text).map(|(_, code)| code)), (status, code), "{text}");
        }
    }
}
