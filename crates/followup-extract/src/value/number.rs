//! Numbers as people write them, and as the case holds them.

/// Reads digits with points, commas and blanks. `thousands`: whether a point or comma before three digits parts thousands.
pub(crate) fn parse(text: &str, thousands: bool) -> Option<f64> {
    let text = text.trim();
    let marks = text.bytes().filter(|byte| b".,".contains(byte)).count();
    let last = text.rfind(['.', ',']);
    let decimals = last.map_or(0, |at| text.len() - at - 1);
    let grouped = marks > 1 || (marks == 1 && decimals == 3 && thousands && !text.starts_with('0'));
    let digits: String = match last {
        Some(at) if !grouped || (marks > 1 && decimals != 3) => {
            let whole: String = text[..at].chars().filter(char::is_ascii_digit).collect();
            format!("{whole}.{}", &text[at + 1..])
        }
        _ => text.chars().filter(char::is_ascii_digit).collect(),
    };
    digits.parse().ok().filter(|number: &f64| number.is_finite())
}

/// With a point, without zeros that say nothing, three decimals at most.
pub(crate) fn show(number: f64) -> String {
    let rounded = format!("{number:.3}");
    rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_decimal_comma_and_thousands() {
        for (text, thousands, expected) in [
            ("68", false, 68.0),
            ("68,5", false, 68.5),
            ("61,200", false, 61.2),
            ("1 850", false, 1850.0),
            ("1.500", true, 1500.0),
            ("0.125", true, 0.125),
            ("1.200.000", true, 1_200_000.0),
            ("1 200 000", true, 1_200_000.0),
            ("5,000", true, 5000.0),
            ("2.5", true, 2.5),
        ] {
            assert_eq!(parse(text, thousands), Some(expected), "{text}");
        }
    }

    #[test]
    fn numbers_are_shown_as_the_case_holds_them() {
        assert_eq!((show(68.0), show(23.587), show(0.25)), ("68".into(), "23.587".into(), "0.25".into()));
    }
}
