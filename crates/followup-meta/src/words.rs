//! Meta's words as they are kept: one line that the store takes, without numbers and secrets that somebody wrote into them.

/// Characters that are kept.
const LONGEST: usize = 500;
/// A longer word is no word: an access token, an id.
const LONGEST_WORD: usize = 60;
/// So many digits in a row are a telephone number, or an id of somebody's.
const MOST_DIGITS: usize = 7;

/// The words, shortened and made harmless.
pub(crate) fn harmless(words: &str) -> String {
    let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(4 * LONGEST).collect();
    let kept: Vec<String> = line.split_whitespace().map(word).collect();
    kept.join(" ").chars().take(LONGEST).collect()
}

fn word(word: &str) -> String {
    if word.chars().count() > LONGEST_WORD {
        return "…".to_owned();
    }
    let (mut kept, mut digits) = (String::new(), String::new());
    for character in word.chars().chain(['\0']) {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        kept.push_str(if digits.len() > MOST_DIGITS { "…" } else { &digits });
        digits.clear();
        if character != '\0' {
            kept.push(character);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_numbers_nor_tokens_stand_in_what_is_kept() {
        assert_eq!(harmless("(#131030) Recipient +51999888777 not in list"), "(#131030) Recipient +… not in list");
        assert_eq!(harmless(&format!("token EAAG{} expired", "x".repeat(200))), "token … expired");
        assert_eq!(harmless("a\u{0}b\r\n  c"), "a b c");
        assert_eq!(harmless(&"palabra ".repeat(1000)).chars().count(), LONGEST);
        assert_eq!(harmless("código 1234567 y 12345678"), "código 1234567 y …");
    }
}
