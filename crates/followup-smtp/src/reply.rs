//! What an SMTP server answers (RFC 5321 §4.2).

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    /// The text of each line, without its code, control characters replaced.
    pub(crate) lines: Vec<String>,
}

/// One line of a reply.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ReplyLine {
    pub(crate) code: u16,
    pub(crate) is_last: bool,
    pub(crate) text: String,
}

/// Characters of a reply that are kept.
const LONGEST_TEXT: usize = 1000;

impl Reply {
    pub(crate) fn is_accepted(&self) -> bool {
        self.code / 100 == 2
    }

    /// The server's own words on one line: the code, then every line's text, an enhanced status code (RFC 2034) that each
    /// line repeats only once.
    pub(crate) fn text(&self) -> String {
        let first = self.lines.first().map_or("", String::as_str);
        let enhanced = self.enhanced_code();
        let mut text = format!("{} {first}", self.code);
        for line in self.lines.iter().skip(1) {
            let line = enhanced.and_then(|code| line.strip_prefix(code)).unwrap_or(line).trim_start();
            text.push(' ');
            text.push_str(line);
        }
        text.trim_end().chars().take(LONGEST_TEXT).collect()
    }

    /// The reply code, and the enhanced status code where there is one.
    pub(crate) fn codes(&self) -> String {
        self.enhanced_code().map_or_else(|| self.code.to_string(), |enhanced| format!("{} {enhanced}", self.code))
    }

    fn enhanced_code(&self) -> Option<&str> {
        self.lines.first().and_then(|first| first.split(' ').next()).filter(|word| is_enhanced_code(word))
    }
}

impl ReplyLine {
    /// Reads one line without its end; `None` for what is no reply. A code alone is one: "clients SHOULD accept" it.
    pub(crate) fn parse(line: &[u8]) -> Option<Self> {
        let (code, rest) = line.split_at_checked(3)?;
        if !matches!(code[0], b'2'..=b'5') || !code.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let code = code.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        let (is_last, text) = match rest {
            [] => (true, rest),
            [b' ', text @ ..] => (true, text),
            [b'-', text @ ..] => (false, text),
            _ => return None,
        };
        Some(Self { code, is_last, text: decode(text) })
    }
}

/// UTF-8 where it is (RFC 6531), else every byte as the Latin-1 character it most likely is.
fn decode(text: &[u8]) -> String {
    let text = match std::str::from_utf8(text) {
        Ok(text) => text.to_owned(),
        Err(_) => text.iter().map(|byte| char::from(*byte)).collect(),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

fn is_enhanced_code(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bytes: &[u8]) -> Option<(u16, bool, String)> {
        ReplyLine::parse(bytes).map(|line| (line.code, line.is_last, line.text))
    }

    #[test]
    fn a_line_has_a_code_and_whether_more_follow() {
        assert_eq!(line(b"250-PIPELINING"), Some((250, false, "PIPELINING".into())));
        assert_eq!(line(b"250 Ok"), Some((250, true, "Ok".into())));
        assert_eq!(line(b"250"), Some((250, true, String::new())));
        for garbage in [&b""[..], b"25", b"hello", b"150 x", b"650 x", b"2x0 x", b"250x"] {
            assert_eq!(line(garbage), None, "{garbage:?}");
        }
    }

    #[test]
    fn words_in_any_encoding_are_kept_without_control_characters() {
        assert_eq!(line(b"250 Aceptado: informaci\xf3n").unwrap().2, "Aceptado: información");
        assert_eq!(line("250 información".as_bytes()).unwrap().2, "información");
        assert_eq!(line(b"250 a\0b\x1b[31m").unwrap().2, "a b [31m");
    }

    #[test]
    fn several_lines_are_told_as_one() {
        let reply = |lines: &[&str]| Reply { code: 550, lines: lines.iter().map(|line| (*line).to_owned()).collect() }.text();
        assert_eq!(reply(&["5.1.1 No such user", "5.1.1 Try again"]), "550 5.1.1 No such user Try again");
        assert_eq!(reply(&["No", "", "5.1.1"]), "550 No  5.1.1");
        assert_eq!(reply(&[""]), "550");
        assert_eq!(reply(&["ñ".repeat(5000).as_str()]).chars().count(), LONGEST_TEXT);
    }
}
