//! "Enviado desde mi iPhone": lines that devices and programs put below a mail.
//!
//! Every word of such a line is known: that it was sent, whose device or which program, and small words; names in capitals and short
//! models aside. Any other word keeps the line.

use std::sync::LazyLock;

use super::answer::tells_of_the_case;
use super::device_words::{AMBIGUOUS, BRANDS, DEVICES, EXCUSES, FILLERS, FROM, FROM_OR_OF, MINE, SENT};
use super::line::{folded, is_invisible};
use super::table::{Table, is_mark, is_unspaced};

const SENT_BIT: u16 = 1;
const BRAND: u16 = 1 << 1;
const DEVICE: u16 = 1 << 2;
const MINE_BIT: u16 = 1 << 3;
const FILLER: u16 = 1 << 4;
/// A name in capitals, or a model.
const NAME: u16 = 1 << 5;

/// Characters of a line that a device adds.
const LONGEST: usize = 160;
/// Digits of a model's number.
const MODEL: usize = 2;
/// Words of an excuse.
const LONGEST_EXCUSE: usize = 14;
/// Letters of a brand of which other words may be declined forms.
const LEAST_DECLINED: usize = 4;

static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::of([(SENT, SENT_BIT), (BRANDS, BRAND), (DEVICES, DEVICE), (MINE, MINE_BIT), (FILLERS, FILLER)]));

static DECLINED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let brands = BRANDS.iter().flat_map(|(_, words)| words.split(' '));
    brands.filter(|word| word.chars().count() >= LEAST_DECLINED).filter_map(folded).collect()
});

/// Whether a device or a program put the line there.
pub(super) fn is_device_line(line: &str) -> bool {
    if line.len() > 2 * LONGEST || line.chars().count() > LONGEST {
        return false;
    }
    let line = line.trim_matches(|character: char| {
        character.is_whitespace()
            || is_invisible(character)
            || matches!(character, '(' | ')' | '<' | '>' | '[' | ']' | '-' | '*' | '_' | '"' | '“' | '”')
    });
    let (statement, excuse) = parts(line);
    let statement = &without_links(statement);
    if !excuse.is_none_or(is_excuse) || statement.contains(['?', ';', '=']) {
        return false;
    }
    let Some(words) = words(statement) else { return false };
    let has = |bits: u16| words.iter().any(|word| word & bits != 0);
    let begins_with_from = || folded(statement).is_some_and(|text| text.starts_with("from my ") || text.starts_with("desde mi "));
    // "Someone from mobile".
    let ends = || has(NAME) && words.len() <= 3 && folded(statement).is_some_and(|text| text.ends_with("from mobile"));
    (has(SENT_BIT) || begins_with_from())
        && !goes_there(statement)
        && is_from_what_it_names(statement)
        && (has(BRAND) || has(DEVICE) && names_one(statement, &words))
        || ends()
}

/// A device without its maker's name is somebody's: "por teléfono" is an answer.
fn names_one(statement: &str, words: &[u16]) -> bool {
    let is_mine = words.iter().any(|word| word & MINE_BIT != 0);
    let is_short = statement.chars().any(is_unspaced) || words.len() <= 8;
    is_mine || is_short && folded(statement).is_some_and(|text| !text.contains(" por "))
}

/// "RN vivo enviado a UCI", "Sent 1 tablet to QC": a word that may be a case's is a device's only where the line says that it was sent from it.
fn is_from_what_it_names(statement: &str) -> bool {
    let Some(text) = folded(statement) else { return false };
    let words: Vec<&str> = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut all = words.iter().enumerate().filter(|(_, word)| may_be_of_the_case(word));
    all.all(|(at, word)| FROM.contains(word) || ends_with_from(&words[..at]))
}

fn may_be_of_the_case(word: &str) -> bool {
    AMBIGUOUS.contains(&word) || tells_of_the_case(word)
}

/// "desde mi", "vanaf Samsung", "do meu": from it, whosever and of whatever make it is.
fn ends_with_from(before: &[&str]) -> bool {
    let (mut is_mine, mut is_made, mut has_name) = (false, false, false);
    for word in before.iter().rev() {
        let bits = TABLE.get(word).unwrap_or(NAME);
        if FROM.contains(word) {
            return is_made || !has_name;
        }
        if FROM_OR_OF.contains(word) && is_mine {
            return true;
        }
        let is_of = FROM_OR_OF.contains(word);
        is_mine |= bits & MINE_BIT != 0;
        is_made |= bits & BRAND != 0 && !may_be_of_the_case(word);
        has_name |= bits == NAME;
        if !is_of && bits & (MINE_BIT | BRAND | DEVICE | FILLER | NAME) == 0 {
            return false;
        }
    }
    false
}

/// "Enviado a mi celular": not from it.
fn goes_there(statement: &str) -> bool {
    const THERE: &[&str] = &[" a mi", " a la ", " a su ", " a tu ", " a un", " to my", " to the ", " para mi"];
    folded(statement).is_none_or(|text| THERE.iter().any(|there| text.contains(there)))
}

/// The statement, and the excuse behind it.
fn parts(line: &str) -> (&str, Option<&str>) {
    let ends = line.char_indices().filter(|(_, character)| matches!(character, '.' | ',' | '。' | '、' | '!'));
    for (at, character) in ends {
        let rest = &line[at + character.len_utf8()..];
        let is_end = character != '.' || rest.starts_with(char::is_whitespace);
        if is_end && is_excuse(rest) {
            return (&line[..at], Some(rest));
        }
    }
    (line, None)
}

/// "Please excuse my brevity": it speaks of that, has no number, and tells nothing of the case.
fn is_excuse(text: &str) -> bool {
    let Some(text) = folded(text) else { return false };
    let excuses =
        EXCUSES.iter().any(|stem| text.match_indices(stem).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric) || !stem.is_ascii()));
    excuses
        && !text.contains(|character: char| character.is_ascii_digit())
        && text.split(' ').count() <= LONGEST_EXCUSE
        && !tells_of_the_case(&text)
}

/// What each word is; none when there is one that such a line does not have.
fn words(statement: &str) -> Option<Vec<u16>> {
    let mut words = Vec::new();
    for token in statement.split(|character: char| {
        character.is_whitespace()
            || matches!(character, ',' | '(' | ')' | '[' | ']' | '<' | '>' | '"' | '“' | '”' | '„' | '«' | '»' | '&' | '/' | '‑' | ':')
    }) {
        let mut rest = token;
        while let Some(character) = rest.chars().next() {
            if is_unspaced(character) {
                let (cut, end) = TABLE.cut(rest);
                for (_, bits) in cut {
                    words.push(bits?);
                }
                rest = &rest[end.max(character.len_utf8())..];
            } else {
                let end = rest.find(is_unspaced).unwrap_or(rest.len());
                words.extend(word(&rest[..end])?);
                rest = &rest[end..];
            }
        }
    }
    Some(words)
}

/// What a word is; the inner option is none for punctuation alone.
fn word(token: &str) -> Option<Option<u16>> {
    let token = token.trim_matches(|character: char| !character.is_alphanumeric() && !is_mark(character));
    if token.is_empty() {
        return Some(None);
    }
    let whole = TABLE.get(token).or_else(|| declined(token));
    let parts = || {
        token
            .split(['-', '\'', '’', '.', '‐'])
            .filter(|part| !part.is_empty())
            .try_fold(0, |bits, part| Some(bits | TABLE.get(part).or_else(|| declined(part)).or_else(|| name(part))?))
    };
    whole.or_else(parts).or_else(|| name(token)).map(Some)
}

/// "iPhonesta", "iPadomról", "Androidie".
fn declined(word: &str) -> Option<u16> {
    const LONGEST_ENDING: usize = 8;
    let word = folded(word)?;
    DECLINED
        .iter()
        .any(|brand| {
            word.starts_with(brand.as_str())
                && word.len() <= brand.len() + LONGEST_ENDING
                && !word[brand.len()..].contains(|character: char| character.is_ascii_digit())
        })
        .then_some(BRAND)
}

/// A name in capitals or a model: "S10", "P30", "s5", "10".
fn name(word: &str) -> Option<u16> {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_capital = !word.starts_with(char::is_lowercase) && word.chars().any(char::is_alphanumeric);
    let is_model = digits > 0 && word.chars().count() <= MODEL + 1;
    let tells = || folded(word).is_none_or(|word| tells_of_the_case(&word));
    (digits <= MODEL && (is_capital || is_model) && !tells()).then_some(NAME)
}

/// Without links, and with the words of "[Outlook for Android](https://…)".
fn without_links(statement: &str) -> String {
    let mut kept = String::new();
    let mut rest = statement;
    while let Some(start) = ["http", "www.", "aka.ms", "mailto:"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        kept.push_str(&rest[..start]);
        kept.push(' ');
        let end = rest[start..]
            .find(|character: char| character.is_whitespace() || matches!(character, '>' | ')' | ']'))
            .unwrap_or(rest.len() - start);
        rest = &rest[start + end..];
    }
    kept.push_str(rest);
    kept
}
