//! Reads the text format of Prometheus (version 0.0.4) strictly, as far as the project writes it: gauges with whole numbers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)] // Assertions: to panic is to fail the test.

use std::collections::{BTreeMap, BTreeSet};

/// The samples by name and labels as they are written.
///
/// # Panics
/// A line is not valid, a family or a sample appears twice, a sample stands outside its family, or a family is empty.
pub fn parse(text: &str) -> BTreeMap<String, i64> {
    assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end");
    let (mut samples, mut families) = (BTreeMap::new(), BTreeSet::new());
    let (mut family, mut in_family) = (String::new(), 1);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            assert!(in_family > 0, "{family} has no sample");
            let (name, words) = help.split_once(' ').unwrap_or_else(|| panic!("no help: {line}"));
            assert!(is_name(name) && name.starts_with("followup_") && !words.trim().is_empty(), "{line}");
            assert_eq!(lines.next(), Some(format!("# TYPE {name} gauge").as_str()));
            assert!(families.insert(name.to_owned()), "{name} appears twice");
            (family, in_family) = (name.to_owned(), 0);
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
        let (name, labels) = sample.split_once('{').map_or((sample, None), |(name, labels)| (name, Some(labels)));
        assert_eq!(name, family, "{line}");
        labels.inspect(|labels| assert_labels(labels));
        let value: i64 = value.parse().unwrap_or_else(|_| panic!("no whole number: {line}"));
        assert!(samples.insert(sample.to_owned(), value).is_none(), "{sample} appears twice");
        in_family += 1;
    }
    assert!(in_family > 0, "{family} has no sample");
    samples
}

/// What stands after the opening brace: `name="value",…}`.
fn assert_labels(labels: &str) {
    let (mut names, mut rest) = (BTreeSet::new(), labels);
    loop {
        let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("no label: {labels}"));
        assert!(is_name(name) && names.insert(name), "{labels}");
        let end = end_of_value(after).unwrap_or_else(|| panic!("no end of a value: {labels}"));
        rest = &after[end + 1..];
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None => return assert_eq!(rest, "}", "{labels}"),
        }
    }
}

/// Where the value's closing quote stands; a backslash goes before a backslash, a quote or an `n` only.
fn end_of_value(text: &str) -> Option<usize> {
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Some(place),
            '\\' => assert!(matches!(characters.next(), Some((_, '\\' | '"' | 'n'))), "{text}"),
            _ => {}
        }
    }
    None
}

fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    text.bytes().next().is_some_and(is_letter) && text.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::parse;

    #[test]
    fn what_is_valid_is_read_and_what_is_not_is_refused() {
        let good = "# HELP followup_a A.\n# TYPE followup_a gauge\nfollowup_a{x=\"a,}\\\"\",y=\"\"} 1\nfollowup_a -2\n";
        assert_eq!(parse(good).into_values().collect::<Vec<_>>(), [-2, 1]);
        for (from, to) in [
            ("gauge", "counter"),
            ("# TYPE followup_a gauge\n", ""),
            (" A.", ""),
            ("followup_a -2", "followup_b -2"),
            ("followup_a -2", "followup_a{x=\"a,}\\\"\",y=\"\"} 3"),
            ("y=\"\"", "x=\"\""),
            ("y=\"\"}", "y=\"}"),
            ("-2\n", "-2"),
            ("-2", "NaN"),
            ("followup_a -2", ""),
            ("followup_a{x=\"a,}\\\"\",y=\"\"} 1\nfollowup_a -2\n", ""),
        ] {
            let bad = good.replacen(from, to, 1);
            assert!(catch_unwind(|| parse(&bad)).is_err(), "{bad}");
        }
    }
}
