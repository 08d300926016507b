//! Free text made comparable: bounded, in one form of each character, links resolved.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// How much of a contact text is read, in characters. People type a line or two; what stands further
/// on (a pasted document) is kept with the case but not searched.
pub const MAX_CONTACT_CHARS: usize = 4096;

/// The text in compatibility form (full-width and non-breaking characters become the plain ones),
/// without invisible characters, with `-` for every dash and a line break for everything that ends a
/// field; at most [`MAX_CONTACT_CHARS`] characters.
pub(super) fn readable(text: &str) -> String {
    let mut characters = text.chars().take(MAX_CONTACT_CHARS).filter(|&c| !is_invisible(c)).nfkc().map(plain);
    let mut readable: String = characters.by_ref().take(MAX_CONTACT_CHARS).collect();
    let is_cut = characters.next().is_some() || text.chars().nth(MAX_CONTACT_CHARS).is_some();
    if is_cut {
        // Half an address or half a number could be somebody else's: drop what the cut may have split.
        let whole = readable.rfind(['\n', ',', ';']).or_else(|| readable.rfind(' ')).unwrap_or(0);
        readable.truncate(whole);
    }
    readable
}

/// The text with WhatsApp links turned into the number they name and other web links taken out, because
/// the digits in them are not telephone numbers.
pub(super) fn without_links(text: &str) -> String {
    let named = WHATSAPP_LINK.replace_all(text, " +$1 ");
    WEB_LINK.replace_all(&named, format!("$before{SEPARATOR}")).into_owned()
}

/// Stands for text that was taken out: no number or address continues across it.
pub(super) const SEPARATOR: &str = " | ";

static WHATSAPP_LINK: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)(?:https?://)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?phone=)(?:\+|%2B)?([0-9]{7,15})[^\s,;|<>]*")
});
static WEB_LINK: LazyLock<Regex> = LazyLock::new(|| constant(r#"(?i)(?<before>^|[^@.\w-])(?:https?://|www\.)[^\s,;|<>"']+"#));

/// Compiles one of the patterns written in this module.
#[allow(clippy::expect_used)] // The patterns are constants and each is used in the tests.
pub(super) fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern compiles")
}

/// Characters that show nothing; copied contacts often carry them (direction marks around a number).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn plain(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ if c.is_whitespace() || c.is_control() => ' ',
        _ => c,
    }
}
