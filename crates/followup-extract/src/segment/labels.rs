//! "Peso: 68 kg, Edad: 40 años", "Lote\tQF118": a label, a sign, a value.

use std::ops::Range;

use super::lines::Line;
use super::{Answer, Cutter, asked};
use crate::field::Field;
use crate::pattern::patterns;
use crate::proposal::Class;

patterns! {
    /// What may stand in a label beside the words that name its field.
    FILLER = r"^(?:del?|de|la|el|los|las|al|a|en|y|o|e|do|da|of|the|su|mi|n|no|nro|num|numero|number|paciente|pcte|px|patient|aproximad[oa]|aprox|actual(?:es)?|exact[oa]|total|kg|kgs|mg|g|lb|anos|meses|dd|mm|aaaa|yyyy|usad[oa]|indicad[oa]|recibid[oa]|administrad[oa]|administracion|aplicad[oa]|aplicacion|prescrit[oa]|sospechos[oa]|medicamento|medicina|producto|farmaco|vacuna|vacunacion|tratamiento|tto|evento|advers[oa]|reaccion|caso|ayer|hoy|dato|cumplidos|cumplida|diaria|hora|completo|completa|contacto|celular|medic[oa]s?|patologic[oa]s|personales|morbidos|importancia|clinicos|reportante|notificador|final|sintomas|malestar|molestias|dra?|biologico|sanguineo|que|se|le|con|toma|tomo|tomaba|padece|dice|caja|crohn)$";
}

/// What labels a line has.
pub(crate) enum Labels {
    /// No label.
    None,
    /// Labels with their values, and a rest before the first that is prose.
    Answers(Vec<Answer>, Option<Range<usize>>),
    /// A label whose value stands on the next line.
    Waits(Answer),
}

/// Whether the line begins with a label of its own.
pub(super) fn starts_with_label(cutter: &Cutter<'_>, line: &Line) -> bool {
    let signed = cutter.text[line.body.clone()].contains([':', '\t', '=']);
    signed && matches!(read(cutter, line), Labels::Answers(_, None) | Labels::Waits(_))
}

/// Finds the labels of a line.
pub(super) fn read(cutter: &Cutter<'_>, line: &Line) -> Labels {
    let body = &cutter.text[line.body.clone()];
    let mut answers: Vec<Answer> = Vec::new();
    let mut starts: Vec<usize> = Vec::new();
    let mut boundary = 0;
    let mut line_product = None;
    for sign in signs(body) {
        let left = &body[boundary..sign];
        let Some((label_start, answer)) = label(cutter, left) else { continue };
        let start = boundary + label_start;
        if let Some(last) = answers.last_mut() {
            last.range.end = line.body.start + start;
        }
        line_product = line_product.or_else(|| named_before(cutter, &body[..start]));
        let about = answer.about.or(line_product.filter(|_| !answer.targets.is_empty()));
        let targets = cutter.targets(&answer.targets.iter().map(|target| target.field).collect::<Vec<_>>(), about);
        answers.push(Answer { range: line.body.start + sign + 1..line.body.end, targets, about, ..answer });
        starts.push(start);
        boundary = sign + 1;
    }
    // A label alone, without a sign: its value follows.
    if answers.is_empty() {
        let short = (4..=60).contains(&body.len()) && !body.contains([':', '\t', ',', '.']) && body.split(' ').count() <= 6;
        return match short.then(|| understood(cutter, body.trim())).flatten() {
            Some(answer) => Labels::Waits(Answer { class: Class::B, whole_only: true, ..answer }),
            None => Labels::None,
        };
    }
    let single_empty = answers.len() == 1 && cutter.text[answers[0].range.clone()].trim().is_empty();
    if single_empty && let Some(answer) = answers.pop() {
        return Labels::Waits(Answer { class: Class::B, ..answer });
    }
    end_at_sentences(cutter.text, &mut answers);
    let before = starts[0];
    let rest = (before > 0 && !body[..before].trim().is_empty()).then(|| line.body.start..line.body.start + before);
    Labels::Answers(answers, rest)
}

/// Places of the signs that part a label from its value.
fn signs(body: &str) -> Vec<usize> {
    let bytes = body.as_bytes();
    let is_sign = |at: usize| match bytes[at] {
        b'\t' | b'=' => true,
        // "22:30" is a time.
        b':' => !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) || at == 0 || !bytes[at - 1].is_ascii_digit(),
        _ => false,
    };
    (0..bytes.len()).filter(|at| is_sign(*at)).take(64).collect()
}

/// The label that ends the text left of a sign: where it begins, and what it is about.
fn label(cutter: &Cutter<'_>, left: &str) -> Option<(usize, Answer)> {
    let begin = left.rfind(['.', ';', '\t', '\u{3}', '[']).filter(|at| left[at + 1..].trim().len() > 2).map_or(0, |at| at + 1);
    let begin =
        left[begin..].rfind(',').map_or(begin, |comma| if left[begin + comma + 1..].trim().is_empty() { begin } else { begin + comma + 1 });
    if !asked::names_any(&left[begin..]) {
        return None;
    }
    // The whole, then less and less of its end: a value may stand before the label.
    let words: Vec<usize> = word_starts(&left[begin..]).into_iter().map(|at| begin + at).collect();
    let tries = std::iter::once(begin).chain(words.iter().rev().take(5).rev().copied());
    for start in tries {
        let candidate = left[start..].trim();
        if candidate.is_empty() || candidate.len() > 90 {
            continue;
        }
        if let Some(answer) = understood(cutter, candidate) {
            let lead = left[start..].len() - left[start..].trim_start().len();
            return Some((start + lead, answer));
        }
    }
    None
}

/// A label of which every word is known.
fn understood(cutter: &Cutter<'_>, candidate: &str) -> Option<Answer> {
    let mentions = cutter.products.mentions(candidate);
    let about = mentions.first().map(|mention| mention.product).filter(|first| mentions.iter().all(|mention| mention.product == *first));
    let asked = asked::read(candidate, about.is_some());
    if asked.fields.is_empty() && asked.date_of_unknown.is_none() {
        return None;
    }
    let parenthesis = candidate.find('(').unwrap_or(candidate.len());
    for word in words(candidate) {
        let text = &candidate[word.clone()];
        let is_named = asked.named.iter().any(|named| named.start < word.end && word.start < named.end);
        let is_strength = text.starts_with(|c: char| c.is_ascii_digit()) && about.is_some();
        if word.start < parenthesis && !is_named && !is_strength && FILLER.at_start(text).is_none() && !cutter.products.is_word(text) {
            return None;
        }
    }
    let targets = cutter.targets(&asked.fields, about);
    Some(Answer {
        range: 0..0,
        class: Class::A,
        targets,
        date_of_unknown: asked.date_of_unknown,
        about,
        whole_only: false,
        corrects: false,
        unit: None,
    })
}

/// Whether a text is nothing but words that name fields.
pub(super) fn is_label(cutter: &Cutter<'_>, text: &str) -> bool {
    !text.is_empty() && text.len() <= 120 && understood(cutter, text).is_some()
}

/// A product that the line names before its labels: "Amoxicilina 500 mg. Lote: …".
fn named_before(cutter: &Cutter<'_>, before: &str) -> Option<followup_domain::ids::ProductId> {
    let mentions = cutter.products.mentions(before);
    let first = mentions.first()?.product;
    mentions.iter().all(|mention| mention.product == first).then_some(first)
}

/// Values of a label within prose end with their sentence; where several labels stand on a line, too.
fn end_at_sentences(text: &str, answers: &mut [Answer]) {
    for answer in answers {
        let value = &text[answer.range.clone()];
        let free =
            answer.targets.iter().all(|target| matches!(target.field, Field::Event | Field::History | Field::Tests | Field::Concomitant));
        let mut from = value.len() - value.trim_start().len();
        while let Some(stop) = value[from..].find([';', '\t', '\u{3}']).or_else(|| value[from..].find(". ")).map(|stop| from + stop) {
            let is_sentence = value[stop..].starts_with([';', '\t', '\u{3}']) || super::sentences::ends_at(value, stop);
            if is_sentence && stop > from && !(free && value[stop..].starts_with(';')) {
                answer.range.end = answer.range.start + stop;
                break;
            }
            from = stop + 1;
        }
    }
}

fn word_starts(text: &str) -> Vec<usize> {
    words(text).into_iter().map(|word| word.start).collect()
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte.is_ascii_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                words.push(begin..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|begin| begin..text.len()));
    words
}
