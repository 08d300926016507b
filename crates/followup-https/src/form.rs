//! Forms as they are posted, and the query of an address (WHATWG URL, application/x-www-form-urlencoded).

/// A form, its fields in this order; also the query of an address.
pub fn written(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

/// The names and values, decoded, in their order. What is no UTF-8 is replaced, as most libraries do.
pub fn parse(text: &[u8]) -> Vec<(String, String)> {
    let text_of = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    bytes(text).into_iter().map(|(name, value)| (text_of(name), text_of(value))).collect()
}

/// The same, as the bytes that stand there: of another character set, or of none.
pub fn bytes(text: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let middle = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            (decoded(&pair[..middle]), decoded(pair.get(middle + 1..).unwrap_or_default()))
        })
        .collect()
}

/// A blank is `+`.
fn encoded(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => written.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"*-._".contains(&byte) => written.push(char::from(byte)),
            byte => written.push_str(&format!("%{byte:02X}")),
        }
    }
    written
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => digit(*high).zip(digit(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if escaped.is_some() { &rest[3..] } else { after };
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_written_as_browsers_write_it() {
        assert_eq!(encoded("información & más = 1+1"), "informaci%C3%B3n+%26+m%C3%A1s+%3D+1%2B1");
        assert_eq!(encoded("a*b-c._~\n"), "a*b-c._%7E%0A");
    }

    #[test]
    fn any_bytes_are_read_as_a_form() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(parse(b""), []);
        assert_eq!(parse(b"a=1&b=&c&=d&&a=2"), [pair("a", "1"), pair("b", ""), pair("c", ""), pair("", "d"), pair("a", "2")]);
        assert_eq!(parse(b"Body=%C2%BFS%C3%AD%3F+1%2B1%3D2&To=%2B51"), [pair("Body", "¿Sí? 1+1=2"), pair("To", "+51")]);
        assert_eq!(parse(b"a=%zz%4&b=%ff\xfe"), [pair("a", "%zz%4"), pair("b", "\u{fffd}\u{fffd}")]);
        assert_eq!(bytes(b"text=%00S%00%ED"), [(b"text".to_vec(), vec![0, b'S', 0, 0xed])]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let fields = [("a", "¿Sí? 1+1=2 & más\n"), ("b c", "")];
        let read = parse(written(&fields).as_bytes());
        assert!(read.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(fields));
    }
}
