//! "CAUTION: this mail is from an external sender": what mail systems put above a mail.

use super::Mark;
use super::answer::{has_numbers, tells_of_the_case};
use super::line::folded;
use super::words::{BANNER_CARE, BANNER_LINKS, BANNER_OUTSIDE, BANNERS};

/// Longer paragraphs are no warnings.
const MOST_LINES: usize = 6;

/// Marks the mail's first paragraph if it is such a warning, and tells nothing of the case.
pub(super) fn mark(lines: &[&str], marks: &mut [Mark]) {
    let Some(first) = marks.iter().position(|mark| *mark != Mark::Blank) else { return };
    let length = marks[first..].iter().take(MOST_LINES + 1).take_while(|mark| **mark == Mark::Own).count();
    if length > MOST_LINES {
        return;
    }
    let mut text = String::new();
    for line in first..first + length {
        let Some(folded) = folded(lines[line]) else { return };
        text = format!("{text} {folded}");
        if warns(&text) {
            let ends = |line: &usize| lines[*line].trim_end().ends_with(['.', '!', ':', ')', ']', '>', '*', '-']);
            // To the end of its sentence: the sender's words may stand right below.
            let end = (line..first + length).find(ends).unwrap_or(first + length - 1) + 1;
            let rest = lines[first..end].iter().filter_map(|line| super::line::folded(line)).collect::<Vec<_>>().join(" ");
            if !tells_of_the_case(&rest) && !has_numbers(&rest) {
                marks[first..end].fill(Mark::Banner);
            }
            return;
        }
    }
}

fn warns(text: &str) -> bool {
    let text = text.trim_start_matches(|character: char| !character.is_alphanumeric() && character != '[');
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    BANNERS.iter().any(|beginning| text.starts_with(beginning)) && says(BANNER_OUTSIDE) && says(BANNER_CARE) || says(BANNER_LINKS)
}
