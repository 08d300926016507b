//! The pieces of a reply: what is ours, answers beside questions and labels, and the sentences that remain.

pub(crate) mod asked;
mod labels;
pub(crate) mod lines;
pub(crate) mod sentences;
pub(crate) mod signature;

use std::collections::HashSet;
use std::ops::Range;

use followup_domain::text::fold;

use crate::field::{Field, Target};
use crate::input::Context;
use crate::pattern::patterns;
use crate::products::Products;
use crate::proposal::Class;
use lines::Line;

patterns! {
    HEADING = r"^(?:datos|informacion|antecedentes|dados) (?:del?|de la|da|do)\b";
    CORRECTS_ABOVE = r"^\(?(?:(?:{corrects})|ya (?:lo|la) (?:consegui|tengo|encontre)|actualizo|update)\b[^:0-9]{0,30}[:,]? ?";
}

/// What stands beside a label or a question.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) range: Range<usize>,
    pub(crate) class: Class,
    pub(crate) targets: Vec<Target>,
    /// A date of which the words do not say whether it is the treatment's or the event's: of its beginning?
    pub(crate) date_of_unknown: Option<bool>,
    /// The product that the label names, or the line.
    pub(crate) about: Option<followup_domain::ids::ProductId>,
    /// Nothing but the value may stand there: the question may not have been meant.
    pub(crate) whole_only: bool,
    /// It takes back what stands before it for the same question.
    pub(crate) corrects: bool,
    /// The unit that the question names: "¿Cuántos mg?".
    pub(crate) unit: Option<&'static str>,
}

/// A reply in pieces.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    pub(crate) answers: Vec<Answer>,
    /// The reporter's own sentences.
    pub(crate) prose: Vec<Range<usize>>,
    /// Below the closing words.
    pub(crate) signature: Vec<Range<usize>>,
    /// Answers that have a number alone, with their numbers.
    pub(crate) numbered: Vec<(String, Range<usize>)>,
    /// A machine wrote it.
    pub(crate) automatic: bool,
}

/// A letter asks fewer questions.
const MOST_NUMBERED: usize = 200;

/// What waits for its answer.
struct Pending {
    answer: Answer,
    depth: usize,
    /// Lines since.
    age: usize,
}

/// Cuts a folded reply into pieces.
pub(crate) fn cut(text: &str, context: &Context, products: &Products<'_>) -> Pieces {
    let lines = lines::of(text);
    let mut cutter = Cutter::new(text, context, products);
    let first = lines.iter().find(|line| !line.range.is_empty());
    if first.is_some_and(|line| lines::AUTOMATIC.at_start(&text[line.range.clone()]).is_some()) {
        return Pieces { automatic: true, ..Pieces::default() };
    }
    let signature = signature::lines(text, &lines);
    for (index, line) in lines.iter().enumerate() {
        let next = lines.get(index + 1);
        if signature.contains(&index) {
            cutter.pieces.signature.push(line.range.clone());
        } else {
            cutter.take(line, next);
        }
    }
    cutter.settle_numbered();
    cutter.pieces
}

struct Cutter<'c> {
    text: &'c str,
    products: &'c Products<'c>,
    letter: HashSet<String>,
    asked: &'c [Target],
    pending: Option<Pending>,
    /// Behind the header of a quoted mail: no sentence there is the reporter's for certain.
    behind_header: bool,
    forwarded: bool,
    /// A heading names another person: "Datos de la madre".
    of_other: bool,
    /// Within a notice of confidentiality.
    notice: bool,
    keyed_questions: Vec<(String, Answer)>,
    pieces: Pieces,
}

impl<'c> Cutter<'c> {
    fn new(text: &'c str, context: &'c Context, products: &'c Products<'c>) -> Self {
        let letter =
            context.letter.iter().flat_map(|letter| letter.lines()).map(|line| fold(bare(line))).filter(|line| line.len() > 3).collect();
        Self {
            text,
            products,
            letter,
            asked: &context.asked,
            pending: None,
            behind_header: false,
            forwarded: false,
            of_other: false,
            notice: false,
            keyed_questions: Vec::new(),
            pieces: Pieces::default(),
        }
    }

    fn take(&mut self, line: &Line, next: Option<&Line>) {
        let words = &self.text[line.range.clone()];
        if words.trim().is_empty() {
            if let Some(pending) = &mut self.pending {
                pending.age += 1;
            }
            self.pending.take_if(|pending| pending.age > 2);
            self.of_other = false;
            self.notice = false;
        } else if self.is_frame(words, line, next) {
            self.pending = None;
        } else if self.is_of_letter(line) {
            self.ask(line, true);
        } else if line.depth > 0 {
            self.take_quoted(line);
        } else {
            self.take_own(line);
        }
    }

    /// What mail programs write around a quote.
    fn is_frame(&mut self, words: &str, line: &Line, next: Option<&Line>) -> bool {
        if lines::FORWARD_END.at_start(words).is_some() {
            (self.behind_header, self.forwarded) = (false, false);
            return true;
        }
        if lines::FORWARD.at_start(words).is_some() {
            self.forwarded = true;
            return true;
        }
        if lines::ORIGINAL.at_start(words).is_some() {
            self.behind_header = true;
            return true;
        }
        let is_header = |line: &Line| lines::HEADER.at_start(&self.text[line.range.clone()]).is_some();
        if line.depth == 0 && is_header(line) && (next.is_some_and(is_header) || self.behind_header || self.forwarded) {
            self.behind_header = !self.forwarded;
            return true;
        }
        lines::ATTRIBUTION.at_start(words).is_some() || lines::DEVICE.at_start(words).is_some()
    }

    fn is_of_letter(&self, line: &Line) -> bool {
        !self.letter.is_empty()
            && (self.letter.contains(bare(&self.text[line.range.clone()])) || self.letter.contains(self.text[line.body.clone()].trim()))
    }

    /// Understands a line as a question; whether it was one. What stands behind it on the line is its answer.
    fn ask(&mut self, line: &Line, ours: bool) -> bool {
        let body = &self.text[line.body.clone()];
        let mark = body.find('?').filter(|mark| *mark < 240);
        let colon = mark.is_none().then(|| outer_colon(body)).flatten();
        let colon = colon.filter(|colon| *colon < 160 && !offers_choice(&body[colon + 1..]) && !self.asks_further(&body[colon + 1..]));
        let end = mark.map_or_else(|| colon.map_or(body.len(), |colon| colon + 1), |mark| last_mark(body, mark) + 1);
        // "¿Fue grave? (muerte, hospitalización, …)".
        let end = if body[end..].trim().starts_with('(') && body.ends_with(')') { body.len() } else { end };
        let question = &body[..end];
        if question.len() > 240 {
            return false;
        }
        let Some(answer) = self.about(question, line.body.start + end..line.body.end) else { return false };
        let rest = body[end..].trim_matches([' ', ')', ':', '\t', '-']);
        if rest.is_empty() || ours && rest.starts_with(['(', '[']) {
            if let Some(key) = &line.key {
                self.keyed_questions.push((key.clone(), answer.clone()));
            }
            self.pending = Some(Pending { answer, depth: line.depth, age: 0 });
        } else if ours {
            // The whole line is the letter's: what it tells is no answer.
            self.pending = None;
        } else {
            self.pieces.answers.push(self.own_part(answer, line.depth > 0));
            self.pending = None;
        }
        true
    }

    /// Without what our own signature tells in a quoted letter: a telephone there is ours.
    fn own_part(&self, mut answer: Answer, quoted: bool) -> Answer {
        if quoted || self.behind_header {
            answer.targets.retain(|target| !matches!(target.field, Field::Phone | Field::Email | Field::ReporterName | Field::Occupation));
        }
        answer
    }

    /// "Amoxicilina 500 mg: dosis, vía y lote": what stands behind the colon is asked, too.
    fn asks_further(&self, rest: &str) -> bool {
        labels::is_label(self, rest.trim())
    }

    /// What a question is about, its answer to come from that range.
    fn about(&self, question: &str, range: Range<usize>) -> Option<Answer> {
        let mentions = self.products.mentions(question);
        let about =
            mentions.first().map(|mention| mention.product).filter(|first| mentions.iter().all(|mention| mention.product == *first));
        let asked = asked::read(question, about.is_some());
        if asked.fields.is_empty() && asked.date_of_unknown.is_none() {
            return None;
        }
        let targets = self.targets(&asked.fields, about);
        Some(Answer {
            range,
            class: Class::B,
            targets,
            date_of_unknown: asked.date_of_unknown,
            about,
            whole_only: false,
            corrects: false,
            unit: unit_of(question),
        })
    }

    fn targets(&self, fields: &[Field], about: Option<followup_domain::ids::ProductId>) -> Vec<Target> {
        let product = about.or(self.products.only());
        fields.iter().map(|field| Target { field: *field, product: product.filter(|_| field.is_of_product()) }).collect()
    }

    fn take_quoted(&mut self, line: &Line) {
        let answers = self.pending.as_ref().is_some_and(|pending| line.depth < pending.depth);
        if answers {
            self.answer(line, false);
            return;
        }
        let body = &self.text[line.body.clone()];
        let is_short = body.len() <= 240;
        if is_short && self.ask(line, false) {
            return;
        }
        // Both the question and its answer were quoted.
        if self.pending.as_ref().is_some_and(|pending| pending.depth == line.depth) && is_short {
            self.answer(line, true);
        }
    }

    fn answer(&mut self, line: &Line, whole_only: bool) {
        let Some(pending) = self.pending.take() else { return };
        let body = &self.text[line.body.clone()];
        let mark = lines::ANSWER_MARK.at_start(body).unwrap_or(0);
        // A list's number before the answer is no part of it; a number alone is the answer.
        let start =
            if line.key.is_some() || line.body.start == line.range.start { line.body.start } else { line.range.start.max(line.body.start) };
        self.pieces.answers.push(Answer { range: start + mark..line.body.end, whole_only, ..pending.answer });
    }

    fn take_own(&mut self, line: &Line) {
        let body = &self.text[line.body.clone()];
        if self.notice || lines::NOTICE.at_start(body).is_some() && lines::NOTICE_SAYS.regex().is_match(body) {
            self.notice = true;
            return;
        }
        // "(ojo: es …, lo volví a mirar)" below an answer.
        if let Some(cue) = CORRECTS_ABOVE.at_start(body)
            && let Some(last) = self.pieces.answers.last().filter(|last| self.text[last.range.end..line.range.start].trim().is_empty())
        {
            let corrected = Answer { range: line.body.start + cue..line.body.end, corrects: true, ..last.clone() };
            self.pieces.answers.push(corrected);
            return;
        }
        if self.bracketed(line) {
            self.pending = None;
            return;
        }
        let has_bullet = line.body.start > line.range.start;
        if let Some(mark) = body.find('?').filter(|mark| *mark < 160)
            && (has_bullet || self.behind_header || self.pending.is_none() && !body[..mark].contains(['.', ';']))
            && !body[last_mark(body, mark) + 1..].trim().is_empty()
            && self.ask(line, false)
        {
            return;
        }
        if self.pending.is_some() && lines::ANSWER_MARK.at_start(body).is_none() && labels::starts_with_label(self, line) {
            self.pending = None;
        }
        if self.pending.is_some() {
            self.answer(line, false);
            return;
        }
        if HEADING.at_start(body).is_some() && body.len() <= 60 && !body.contains(": ") {
            self.of_other = asked::is_of_others(body);
        }
        match labels::read(self, line) {
            labels::Labels::None => {}
            labels::Labels::Answers(answers, rest) => {
                let of_other = self.of_other;
                let answers: Vec<Answer> = answers.into_iter().filter(|_| !of_other).map(|answer| self.own_part(answer, false)).collect();
                self.pieces.answers.extend(answers);
                self.pieces.prose.extend(rest.filter(|_| !self.behind_header));
                return;
            }
            labels::Labels::Waits(answer) => {
                self.pending = Some(Pending { answer, depth: 0, age: 0 });
                return;
            }
        }
        if let Some(key) = &line.key {
            self.pieces.numbered.push((key.clone(), line.body.clone()));
        }
        if !self.behind_header {
            self.pieces.prose.push(line.range.clone());
        }
    }

    /// "• Edad del paciente  [AR: 30 años]".
    fn bracketed(&mut self, line: &Line) -> bool {
        let body = &self.text[line.body.clone()];
        let Some((question, rest)) = body.split_once('[') else { return false };
        let Some(answer) = rest.strip_suffix(']') else { return false };
        let behind = answer.find(": ").filter(|colon| *colon <= 12).map_or(0, |colon| colon + 2);
        let start = line.body.start + question.len() + 1 + behind;
        let Some(answer) = self.about(question, start..line.body.end - 1) else { return false };
        self.pieces.answers.push(answer);
        true
    }

    /// Answers that have a number alone: beside the questions of that number, or in the order of what was asked.
    fn settle_numbered(&mut self) {
        let numbered = std::mem::take(&mut self.pieces.numbered);
        if !(2..=MOST_NUMBERED).contains(&numbered.len()) {
            return;
        }
        let mut answers = Vec::new();
        for (key, range) in &numbered {
            if let Some((_, answer)) = self.keyed_questions.iter().find(|(known, _)| known == key) {
                answers.push(Answer { range: range.clone(), ..answer.clone() });
            }
        }
        let in_order = numbered.iter().zip(1..).all(|((key, _), number)| *key == number.to_string());
        if answers.is_empty() && in_order && numbered.len() == self.asked.len() {
            answers = numbered
                .iter()
                .zip(self.asked)
                .map(|((_, range), target)| Answer {
                    range: range.clone(),
                    class: Class::B,
                    targets: vec![*target],
                    date_of_unknown: None,
                    about: target.product,
                    whole_only: true,
                    corrects: false,
                    unit: None,
                })
                .collect();
        }
        let taken: Vec<Range<usize>> = answers.iter().map(|answer| answer.range.clone()).collect();
        self.pieces.prose.retain(|prose| !taken.iter().any(|range| prose.contains(&range.start)));
        self.pieces.numbered = if answers.is_empty() { numbered } else { Vec::new() };
        self.pieces.answers.extend(answers);
    }
}

/// The colon that ends a question: not one within its parentheses.
fn outer_colon(body: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b':' if depth == 0 && (at + 1 == body.len() || body[at + 1..].starts_with(' ')) => return Some(at),
            _ => {}
        }
    }
    None
}

/// The only unit of doses that a question names.
fn unit_of(question: &str) -> Option<&'static str> {
    const UNITS: &[(&str, &str)] =
        &[("mg", "mg"), ("ml", "ml"), ("gotas", "gotas"), ("tabletas", "tabletas"), ("mcg", "mcg"), ("ui", "UI")];
    let asks = |unit: &str| {
        ["cuantos ", "cuantas ", "cuanto ", "(", "(en ", "how many ", "quantos ", "quantas "]
            .iter()
            .any(|before| question.contains(&format!("{before}{unit}")))
    };
    let mut named = UNITS.iter().filter(|(word, _)| asks(&format!("{word} ")) || asks(&format!("{word})")));
    let first = named.next()?;
    named.next().is_none().then_some(first.1)
}

/// "Recuperado / en recuperación / no recuperado": what may be answered.
fn offers_choice(rest: &str) -> bool {
    rest.matches(" / ").count() >= 2 || rest.split('/').count() >= 3 && rest.bytes().filter(u8::is_ascii_digit).count() == 0
}

/// A line without quote marks, bullets and its colon.
fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '-', '*', '•', '+']).trim_end_matches([' ', ':'])
}

/// The last of several questions on a line ("¿Está embarazada? ¿cuántos meses?").
fn last_mark(body: &str, first: usize) -> usize {
    let mut mark = first;
    while let Some(next) = body[mark + 1..].find('?').filter(|next| *next <= 40) {
        mark += 1 + next;
    }
    mark
}
