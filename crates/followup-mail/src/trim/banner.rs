//! "CAUTION: this mail is from an external sender": what mail systems put above a mail.

use super::Mark;
use super::answer::{has_numbers, tells_of_the_case};
use super::line::folded;
use super::words::{BANNER_CARE, BANNER_OUTSIDE, BANNERS};

/// Longer paragraphs are no warnings.
const MOST_LINES: usize = 6;

/// Marks the mail's first paragraph if it is such a warning, and tells nothing of the case.
pub(super) fn mark(lines: &[&str], marks: &mut [Mark]) {
    let Some(first) = marks.iter().position(|mark| *mark != Mark::Blank) else { return };
    let length = marks[first..].iter().take(MOST_LINES + 1).take_while(|mark| **mark == Mark::Own).count();
    if length > MOST_LINES {
        return;
    }
    let Some(paragraph) = lines[first..first + length].iter().map(|line| folded(line)).collect::<Option<Vec<_>>>() else { return };
    let paragraph = paragraph.join(" ");
    let text = paragraph.trim_start_matches(|character: char| !character.is_alphanumeric() && character != '[');
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let warns = BANNERS.iter().any(|beginning| text.starts_with(beginning)) && says(BANNER_OUTSIDE) && says(BANNER_CARE);
    if warns && !tells_of_the_case(text) && !has_numbers(text) {
        marks[first..first + length].fill(Mark::Banner);
    }
}
