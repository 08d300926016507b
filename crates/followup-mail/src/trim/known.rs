//! A reply that quotes a letter of ours whose text is known: every word of the quote that is not the letter's is the reporter's.

use std::ops::Range;

use super::align::{Aligned, AlignedLine, Known};
use super::line::{is_bar, is_blank, is_quote};
use super::parted::parted;
use super::{Mark, attribution, header_block, inside, marks, pieces, split_reply};

/// A quote that has fewer words of the letter does not quote it.
const LEAST_KNOWN: usize = 8;
/// Characters of a lone sign that answers.
const LONGEST_SIGN: usize = 3;
/// So far above it may its question stand.
const MOST_BLANK: usize = 3;

/// [`split_reply`] for an answer to a letter whose text is known. Answers that stand in the quoted letter are told from it by their
/// words, whether the quote has marks or not: below a question, behind it, or in its place. They stay in the reply, each with the
/// question that it answers and the heading above that; the rest of the quoted letter is folded away. What the quote has below an
/// older mail's announcement is folded too. Linear in time.
///
/// ```
/// let letter = "Para completar el caso necesitamos la siguiente información:\n- Sexo\n- Peso aproximado\nAtentamente,\nPV";
/// let mail = format!("De: PV <pv@example.org>\nEnviado: lunes, 4 de marzo de 2024\nPara: x\nAsunto: y\n\n{letter}").replace("Peso aproximado", "Peso aproximado: 68 kg");
/// let (reply, _) = followup_mail::split_reply_knowing(&mail, letter);
/// assert_eq!(reply, "Para completar el caso necesitamos la siguiente información:\n- Peso aproximado: 68 kg");
/// ```
pub fn split_reply_knowing(text: &str, letter: &str) -> (String, Option<String>) {
    let lines = pieces::of(text);
    let mut marks = marks(&lines, 0);
    let letter: Vec<&str> = letter.lines().collect();
    let known = Known::of(&letter);
    let inner: Vec<&str> = lines.iter().map(|line| unmarked(line)).collect();
    let Some((first, aligned)) =
        announced_letter(&inner, &marks, &known).or_else(|| bare_letter(&lines, &inner, &mut marks, &known, &letter))
    else {
        return split_reply(text);
    };
    let depth = aligned.lines.iter().position(|line| line.letter.is_some()).map_or(0, |line| depth(inner[first + line]));
    let quote = Quote { lines: &lines[first..], inner: &inner[first..], marks: &marks[first..], depth, aligned, letter };
    let inside = quote.kept();
    let begin = marks.iter().position(is_quoted).unwrap_or(first);
    let Some(inside) = inside.or_else(|| (!inside::says_answers_are_below(&lines[..begin])).then(|| vec![false; lines.len() - first]))
    else {
        return split_reply(text);
    };
    let last_own = marks[..first].iter().rposition(|mark| *mark == Mark::Own).unwrap_or_default();
    // A signature above words of the sender's is kept as it is without a known letter.
    let is_kept = |(line, mark): (usize, &Mark)| matches!(mark, Mark::Own | Mark::Blank) || *mark == Mark::Signature && line < last_own;
    let kept: Vec<bool> = marks[..first].iter().enumerate().map(is_kept).chain(inside).collect();
    let (reply, quoted) = parted(&lines, &kept);
    if reply.is_empty() { split_reply(text) } else { (reply, quoted) }
}

fn is_quoted(mark: &Mark) -> bool {
    matches!(mark, Mark::Quoted | Mark::Announced | Mark::Opaque)
}

/// The letter in the lines that are marked as a quote: where its text may begin, and what stands there.
fn announced_letter(inner: &[&str], marks: &[Mark], known: &Known) -> Option<(usize, Aligned)> {
    let begin = marks.iter().position(is_quoted)?;
    let first = marks.iter().skip(begin).position(|mark| *mark != Mark::Announced).map_or(marks.len(), |line| begin + line);
    let aligned = known.align(&inner[first..]);
    (aligned.known >= LEAST_KNOWN.min(known.len()) && known.len() > 0).then_some((first, aligned))
}

/// The letter without any sign of a quote, which some program set: it begins with the letter's first line, and most of it is there.
/// Whatever announces it right above is marked as such.
fn bare_letter(lines: &[&str], inner: &[&str], marks: &mut [Mark], known: &Known, letter: &[&str]) -> Option<(usize, Aligned)> {
    let mut aligned = known.align(inner);
    let first = aligned.lines.iter().position(|line| line.letter.is_some())?;
    let opening = letter.iter().position(|line| !is_blank(line));
    let is_whole = aligned.known >= LEAST_KNOWN && 2 * aligned.known >= known.len();
    if !is_whole || aligned.lines[first].letter.map(|(line, _)| line) != opening || marks[..first].iter().any(is_quoted) {
        return None;
    }
    let above = (0..first).rev().take(MOST_BLANK).find(|above| !is_blank(inner[*above]));
    let announced = above.and_then(|above| attribution::find_right_above(lines, above)).map_or(first, |found| found.first);
    let fill = |marks: &mut [Mark], mark: Mark| marks.iter_mut().filter(|own| **own != Mark::Blank).for_each(|own| *own = mark);
    fill(&mut marks[announced..first], Mark::Announced);
    fill(&mut marks[first..], Mark::Opaque);
    aligned.lines.drain(..first);
    Some((first, aligned))
}

/// The lines from the letter's quote on.
struct Quote<'a> {
    lines: &'a [&'a str],
    /// Without one quote mark.
    inner: &'a [&'a str],
    marks: &'a [Mark],
    /// How many quote marks the letter has, but for the one.
    depth: usize,
    aligned: Aligned,
    letter: Vec<&'a str>,
}

impl Quote<'_> {
    /// Which lines belong to the reply; none if nothing in the quote is the reporter's.
    fn kept(&self) -> Option<Vec<bool>> {
        let end = self.older_mail();
        let announced = self.announced();
        let mut kept: Vec<bool> = (0..self.lines.len())
            .map(|line| (line < end || self.marks[line] == Mark::Own) && !announced.contains(&line) && self.is_answer(line))
            .collect();
        if !kept.contains(&true) {
            return None;
        }
        let questions = self.questions(&kept);
        for (line, found) in self.aligned.lines.iter().enumerate().take(end) {
            if let Some((first, last)) = found.letter {
                kept[line] |= questions[first..=last].contains(&true);
            }
        }
        self.keep_gaps(&mut kept);
        Some(kept)
    }

    /// Lines above the letter's first that announce its quote, with a quote mark maybe.
    fn announced(&self) -> Range<usize> {
        let letter = self.aligned.lines.iter().position(|line| line.letter.is_some()).unwrap_or_default();
        // What announces marks and is maybe the sender's own sentence is none right above the letter.
        let is_bare = |line: &usize| self.marks[*line] == Mark::Quoted && !is_quote(self.lines[*line]) && !is_bar(self.lines[*line]);
        let bare = (0..letter).take_while(|line| is_blank(self.lines[*line]) || is_bare(line)).filter(is_bare).last();
        if let Some(last) = bare {
            return 0..last + 1;
        }
        let find = |line| header_block::find(self.inner, line).or_else(|| attribution::find(self.inner, line));
        let found = (0..letter).filter(|line| !is_blank(self.inner[*line])).find_map(find);
        found.map_or(0..0, |found| found.first..found.end)
    }

    /// Keeps the blank lines between kept ones, and those behind a kept one that have no quote mark.
    fn keep_gaps(&self, kept: &mut [bool]) {
        let mut gap: Option<usize> = None;
        for line in 0..kept.len() {
            if !is_blank(self.inner[line]) {
                if let (Some(gap), true) = (gap, kept[line]) {
                    kept[gap..line].fill(true);
                }
                gap = kept[line].then_some(line + 1);
            } else if gap.is_some() && is_blank(self.lines[line]) {
                kept[line] = true;
            }
        }
    }

    /// The first line of a mail that the letter, or the answer, quotes in turn: none of the letter's stands below it.
    fn older_mail(&self) -> usize {
        let is_letter = |line: &AlignedLine| line.letter.is_some();
        let Some(last) = self.aligned.lines.iter().rposition(is_letter) else { return self.lines.len() };
        for line in last + 1..self.lines.len() {
            if self.marks[line] == Mark::Own {
                continue;
            }
            if self.is_older(line) {
                return line;
            }
            if let Some(found) = header_block::find(self.inner, line).or_else(|| attribution::find(self.inner, line))
                && found.is_sure()
            {
                return found.first.max(last + 1);
            }
        }
        self.lines.len()
    }

    /// Whether a line has more quote marks than the letter.
    fn is_older(&self, line: usize) -> bool {
        self.marks[line] == Mark::Quoted && depth(self.inner[line]) > self.depth
    }

    /// A lone sign directly below a question: "+", "-".
    fn is_sign_below_a_question(&self, line: usize) -> bool {
        let is_sign =
            |text: &str| !text.is_empty() && text.len() <= LONGEST_SIGN && text.chars().all(|sign| matches!(sign, '+' | '-' | '/'));
        let above = (0..line).rev().take(MOST_BLANK).find(|above| !is_blank(self.inner[*above]));
        let question = above.and_then(|above| self.aligned.lines[above].letter).map(|(_, last)| self.letter[last]);
        is_sign(self.inner[line].trim()) && question.is_some_and(waits_for_an_answer)
    }

    /// Whether the reporter wrote it, or something on it.
    fn is_answer(&self, line: usize) -> bool {
        let found: &AlignedLine = &self.aligned.lines[line];
        match self.marks[line] {
            Mark::Blank | Mark::Announced | Mark::Signature | Mark::Banner => false,
            // Without a quote mark: the reporter's, unless it is the end of a wrapped line of the letter.
            Mark::Own => !found.goes_on || found.differs,
            Mark::Quoted | Mark::Opaque if found.letter.is_some() => found.differs,
            Mark::Quoted | Mark::Opaque if self.is_older(line) => false,
            Mark::Quoted | Mark::Opaque => found.differs || says_something(self.inner[line]) || self.is_sign_below_a_question(line),
        }
    }

    /// Which lines of the letter are answered: those that stand on a line of the reporter's or right above one, and their headings.
    fn questions(&self, kept: &[bool]) -> Vec<bool> {
        let mut questions = vec![false; self.letter.len()];
        let mut above: Option<usize> = None;
        for (line, found) in self.aligned.lines.iter().enumerate() {
            if let (true, Some((first, last))) = (kept[line], found.letter) {
                questions[first..=last].fill(true);
            }
            if let (true, None, Some(question)) = (kept[line], found.letter, above) {
                questions[question] = true;
            }
            above = found
                .letter
                .map(|(_, last)| last)
                .filter(|last| waits_for_an_answer(self.letter[*last]))
                .or(above.filter(|_| found.letter.is_none()));
        }
        self.headings(&mut questions);
        questions
    }

    /// Marks the heading of each marked item: with several products the question alone does not say which one it is about.
    fn headings(&self, questions: &mut [bool]) {
        let mut heading: Option<usize> = None;
        for line in 0..self.letter.len() {
            let text = self.letter[line].trim();
            if is_item(text) {
                if let (true, Some(heading)) = (questions[line], heading) {
                    questions[heading] = true;
                }
            } else if !text.is_empty() {
                heading = text.ends_with(':').then_some(line);
            }
        }
    }
}

/// A line without one quote mark.
fn unmarked(line: &str) -> &str {
    let text = line.trim_start();
    match text.strip_prefix('>').or_else(|| text.strip_prefix('|').filter(|_| is_bar(line))) {
        Some(inner) => inner.trim_start(),
        None => line,
    }
}

/// How many quote marks a line begins with.
fn depth(inner: &str) -> usize {
    inner.chars().filter(|character| !character.is_whitespace()).take_while(|character| *character == '>').count()
}

/// A question, a label or an item.
fn waits_for_an_answer(line: &str) -> bool {
    line.contains('?') || line.trim_end().ends_with(':') || is_item(line)
}

fn is_item(line: &str) -> bool {
    line.trim_start().starts_with(|character: char| character.is_ascii_digit() || matches!(character, '-' | '*' | '•' | '·' | '–'))
}

/// More than punctuation and rulers: words, or a sign such as a tick.
fn says_something(line: &str) -> bool {
    line.chars().any(|character| {
        character.is_alphanumeric()
            || !character.is_ascii()
                && !character.is_whitespace()
                && !matches!(character, '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{feff}')
    })
}
