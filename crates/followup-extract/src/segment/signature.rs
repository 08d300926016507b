//! The signature: the lines below the closing words, or short lines at the end that a title begins.

use super::lines::Line;
use crate::pattern::patterns;

patterns! {
    CLOSING = r"^(?:{closing})\b(?:[^0-9]{0,50}$|[. ,:]+(?:{title})\b\.? [a-z]+ [a-z]+[^0-9]{0,40}(?:$|[-,/ ].{0,40}$))";
    TITLED = r"^(?:(?:{title})\b\.? ?)+[a-z][a-z.]+(?: |$|,|-)";
    /// "Gracias a Dios no fue nada".
    SAYS = r"\b(?:no|fue|esta|tiene|ya|pesa|tomo|sigue|se (?:le|me))\b";
    SENTENCE = r"\b(?:{weighs}|{take}|{begins}|{stops}|tiene|tengo|esta|fue|es|se|le|no|mg|kg|lote|que)\b";
}

/// A signature is not longer.
const LONGEST: usize = 9;

/// The numbers of its lines.
pub(super) fn lines(text: &str, lines: &[Line]) -> std::ops::Range<usize> {
    let words = |line: &Line| &text[line.range.clone()];
    let stops = |line: &Line| {
        line.depth > 0 || super::lines::HEADER.at_start(words(line)).is_some() || super::lines::ATTRIBUTION.at_start(words(line)).is_some()
    };
    let forwarded_end = lines.iter().rposition(|line| super::lines::FORWARD_END.at_start(words(line)).is_some()).map_or(0, |at| at + 1);
    let end = lines[forwarded_end..].iter().position(stops).map_or(lines.len(), |at| forwarded_end + at);
    // Answers between quoted questions: the signature stands below the last of them.
    let is_own = |line: &Line| line.depth == 0 && !stops(line);
    let last_stop = lines.iter().rposition(stops).filter(|at| lines[*at].depth > 0);
    let ends_own = lines.iter().rev().find(|line| !line.range.is_empty()).is_some_and(is_own);
    let (begin, end) = match last_stop {
        Some(at) if end < lines.len() && ends_own => (at + 1, lines.len()),
        _ => (forwarded_end, end),
    };
    let own = &lines[begin..end];
    let closing = own.iter().rposition(|line| CLOSING.at_start(words(line)).is_some() && !SAYS.regex().is_match(words(line)));
    if let Some(at) = closing {
        let below = own[at..].iter().filter(|line| !line.range.is_empty()).count();
        if below <= LONGEST && own[at + 1..].iter().all(|line| !is_sentence(words(line))) {
            return begin + at..end;
        }
    }
    let Some(titled) = own.iter().rposition(|line| TITLED.at_start(words(line)).is_some() && words(line).len() <= 90) else {
        return end..end;
    };
    let below = own[titled..].iter().filter(|line| !line.range.is_empty()).count();
    if below <= LONGEST && own[titled..].iter().all(|line| !is_sentence(words(line))) { begin + titled..end } else { end..end }
}

/// A line that says something.
fn is_sentence(line: &str) -> bool {
    line.len() > 110 || SENTENCE.regex().find_iter(line).count() >= 2
}
