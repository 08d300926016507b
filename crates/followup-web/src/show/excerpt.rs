//! The beginning of a text.

/// The first so many characters, and whether there are more. Blank lines count for nothing.
pub(crate) fn excerpt(text: &str, longest: usize) -> (String, bool) {
    let text = text.trim();
    match text.char_indices().nth(longest) {
        Some((end, _)) => (text[..end].trim_end().to_owned(), true),
        None => (text.to_owned(), false),
    }
}

/// A size as people read it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KB", bytes.div_ceil(1_024)),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0).replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(excerpt(" ñandú ", 5), ("ñandú".into(), false));
        assert_eq!(excerpt("ñandú y", 6), ("ñandú".into(), true));
        assert_eq!(excerpt("\n\n", 6), (String::new(), false));
    }

    #[test]
    fn a_size_is_said_in_the_unit_that_says_something() {
        assert_eq!([0, 1_023, 1_025, 1_572_864].map(size), ["0 bytes", "1023 bytes", "2 KB", "1,5 MB"]);
    }
}
