//! Forms as they are posted, and the query of an address (WHATWG URL, application/x-www-form-urlencoded parsing).

/// The names and values of a form, or of the query of an address, decoded and in their order. What is no UTF-8 is replaced.
pub fn form_pairs(text: &[u8]) -> Vec<(String, String)> {
    let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let middle = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            (decoded(&pair[..middle]), decoded(pair.get(middle + 1..).unwrap_or_default()))
        })
        .collect()
}

fn decoded(text: &[u8]) -> String {
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
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_are_read_as_a_form() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(form_pairs(b""), []);
        assert_eq!(form_pairs(b"a=1&b=&c&=d&&a=2"), [pair("a", "1"), pair("b", ""), pair("c", ""), pair("", "d"), pair("a", "2")]);
        assert_eq!(form_pairs(b"Body=%C2%BFS%C3%AD%3F+1%2B1%3D2&To=%2B51"), [pair("Body", "¿Sí? 1+1=2"), pair("To", "+51")]);
        assert_eq!(form_pairs(b"a=%zz%4&b=%ff\xfe"), [pair("a", "%zz%4"), pair("b", "\u{fffd}\u{fffd}")]);
    }
}
