//! Whether a line was printed below a mail: by positive signs only.

use std::sync::LazyLock;

use super::answer::{is_contact, is_print, is_sentence, may_answer};
use super::device::is_device_line;
use super::line::{LONGEST, folded, is_blank};
use super::middle::greets;
use super::print_words::{FORMULA_CORES, FORMULA_WORDS, LIGHT_FORMULAS, OFFICES};
use super::table::Table;

const WORD: u16 = 1;
const CORE: u16 = 1 << 1;
const LIGHT: u16 = 1 << 2;

/// Words of a formula.
const LONGEST_FORMULA: usize = 10;
/// Words of a label that waits for its answer.
const LONGEST_LABEL: usize = 4;
/// Shorter offices are whole words.
const SHORTEST_STEM: usize = 4;
/// Signs of a ruler of dots, which may also stand for what is left out.
const LEAST_DOTS: usize = 5;

static FORMULAS: LazyLock<Table> =
    LazyLock::new(|| Table::of([(FORMULA_WORDS, WORD), (FORMULA_CORES, CORE), ([("", LIGHT_FORMULAS)].as_slice(), LIGHT)]));

/// What a line below a delimiter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Printed {
    /// Somebody's words.
    No,
    /// A name or a title in capitals, which may be an answer too; a ruler.
    Weak,
    /// It reaches a person, names an office, or closes a letter.
    Strong,
}

/// What a line is; "Ana Luna | Farmacia | 01 555 0100" is as strong as its strongest part, and none when one part is none.
pub(super) fn printed(line: &str) -> Printed {
    if line.len() > LONGEST {
        return Printed::No;
    }
    if is_device_line(line) || formula(line).is_some() {
        return Printed::Strong;
    }
    let parts = line.split(['|', '•', '·', '\t']).flat_map(|part| part.split(" - ")).flat_map(|part| part.split(" / "));
    let parts = parts.filter(|part| !is_blank(part)).map(printed_part);
    let parts: Vec<Printed> = parts.collect();
    if parts.contains(&Printed::No) { Printed::No } else { parts.into_iter().max().unwrap_or(Printed::Weak) }
}

fn printed_part(part: &str) -> Printed {
    if is_ruler(part) || is_image(part) || !part.contains(char::is_alphanumeric) {
        Printed::Weak
    } else if is_contact(part) || formula(part).is_some() {
        Printed::Strong
    } else if !is_print(part) {
        Printed::No
    } else if folded(part).is_some_and(|text| names_office(&text)) {
        Printed::Strong
    } else {
        Printed::Weak
    }
}

/// Whether a line below "-- " may be an afterthought: it tells something, or is a sentence or a heading.
pub(super) fn may_be_afterthought(line: &str) -> bool {
    let is_low = |word: &str| word.starts_with(char::is_lowercase) && word.chars().count() > LEAST_DOTS;
    let is_heading = line.trim_end().ends_with(':') || line.trim_end().ends_with('.') && line.split_whitespace().skip(1).any(is_low);
    printed(line) == Printed::No && (may_answer(line) || is_sentence(line) || is_heading || greets(line))
}

fn names_office(folded: &str) -> bool {
    let words = || folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words().any(|word| OFFICES.iter().any(|stem| word.starts_with(stem) && (stem.len() > SHORTEST_STEM || word == *stem)))
}

/// A closing formula alone on its line: whether it is light, so that an afterthought may stand below it.
pub(super) fn formula(line: &str) -> Option<bool> {
    if line.len() > LONGEST {
        return None;
    }
    let words: Vec<&str> = line
        .split(|character: char| !character.is_alphanumeric() && !super::table::is_mark(character))
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() || words.len() > LONGEST_FORMULA {
        return None;
    }
    let classes = words.iter().map(|word| FORMULAS.get(word)).collect::<Option<Vec<u16>>>()?;
    let core = || classes.iter().filter(|class| *class & CORE != 0);
    core().next().map(|_| core().all(|class| class & LIGHT != 0))
}

/// A line of signs only: `____`, `* * *`, `-----`.
pub(super) fn is_ruler(line: &str) -> bool {
    let signs = || line.chars().filter(|character| !character.is_whitespace());
    let is_sign =
        |character: char| matches!(character, '_' | '*' | '-' | '=' | '.' | '~' | '#' | '−' | '\u{2010}'..='\u{2015}' | '─' | '━');
    let count = signs().count();
    let is_long = count >= 2 || signs().all(|sign| matches!(sign, '—' | '―'));
    count > 0 && is_long && signs().all(is_sign) && (!signs().all(|sign| sign == '.') || count >= LEAST_DOTS)
}

/// "[image: logo]", "[cid:…]", "![](…)".
pub(super) fn is_image(line: &str) -> bool {
    let line = line.trim();
    (line.starts_with('[') || line.starts_with("![")) && line.ends_with([']', ')'])
}

/// Whether signs below a line may stand for its value: "Caducidad:", and "Fecha de fin" right above them.
pub(super) fn waits(label: &str, is_right_above: bool) -> bool {
    let label = label.trim_end();
    label.ends_with([':', '?', '='])
        || is_right_above && !label.ends_with(['.', '!', ',']) && label.split_whitespace().count() <= LONGEST_LABEL
}
