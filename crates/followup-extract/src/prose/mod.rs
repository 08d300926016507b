//! Free sentences: rules by subject, each with its guards.

mod course;
mod outcome;
mod patient;
mod product;
mod reporter;
mod said;

use std::ops::Range;

use followup_domain::ids::ProductId;

use crate::draft::Draft;
use crate::field::{Field, Target};
use crate::guard::Sentence;
use crate::guard::people::People;
use crate::proposal::{Class, Proposal};
use crate::reading::Reading;
use crate::segment::{Pieces, sentences};
use crate::value::Read;

/// What the rules of sentences share.
pub(crate) struct Prose<'r> {
    pub(crate) reading: &'r Reading<'r>,
    pub(crate) people: People,
}

/// A sentence with the piece that it stands in.
pub(crate) struct Place<'t> {
    pub(crate) sentence: Sentence<'t>,
    pub(crate) piece: Range<usize>,
}

impl Prose<'_> {
    /// Whether a value of a person at that place of a sentence is the patient's.
    pub(crate) fn is_of_patient(&self, place: &Place<'_>, at: usize) -> bool {
        let start = place.sentence.range.start;
        self.people.is_of_patient(self.reading.text, start + at, start, true)
    }

    /// Whether what is said there of a medicine or an event is said of the patient's.
    pub(crate) fn concerns_patient(&self, place: &Place<'_>, at: usize) -> bool {
        let start = place.sentence.range.start;
        self.people.is_of_patient(self.reading.text, start + at, start, false)
    }

    /// A value read in a sentence.
    pub(crate) fn draft(&self, place: &Place<'_>, target: Target, read: Read, rule: &'static str) -> Draft {
        let corrects = place.sentence.corrects(read.range.start);
        let draft = self.reading.draft(target, read.moved(place.sentence.range.start), Class::C, rule);
        Draft { corrects, ..draft }
    }

    pub(crate) fn is_open(&self, field: Field) -> bool {
        self.reading.is_open(field, None)
    }

    /// The product that a place of a sentence speaks of: the one named last before it on its line, the only one named in the
    /// sentence, or the only one of the case.
    pub(crate) fn product_at(&self, place: &Place<'_>, at: usize) -> Option<ProductId> {
        let products = self.reading.products;
        if let Some(only) = products.only() {
            return Some(only);
        }
        let before = products.mentions(place.sentence.before(at));
        if let Some(last) = before.last() {
            return Some(last.product);
        }
        let mentions = products.mentions(&place.sentence.text[..place.sentence.text.len().min(400)]);
        let first = mentions.first().map(|mention| mention.product);
        if first.is_some() {
            return first.filter(|first| mentions.iter().all(|mention| mention.product == *first));
        }
        // The line begins with the product, and its sentences go on.
        let line = place.piece.start..place.sentence.range.start;
        let line = &self.reading.text[line.end.saturating_sub(300).max(line.start)..line.end];
        let mentions = products.mentions(line);
        let last = mentions.last().map(|mention| mention.product)?;
        mentions.iter().all(|mention| mention.product == last).then_some(last)
    }
}

/// So much no reporter tells.
const MOST_DRAFTS: usize = 5000;

/// Reads every sentence, and the signature.
pub(crate) fn read(reading: &Reading<'_>, pieces: &Pieces, drafts: &mut Vec<Draft>) {
    let signature = reporter::signature(reading, pieces);
    let professional = signature.is_professional;
    let prose = Prose { reading, people: People::new(reading.text, &pieces.prose, professional) };
    for piece in &pieces.prose {
        for range in sentences::of(reading.text, piece.clone()) {
            // What the reporter asks says nothing.
            if reading.text[range.end..].starts_with('?') && range.len() < 400 {
                continue;
            }
            let place = Place { sentence: Sentence::new(reading.text, range), piece: piece.clone() };
            let before = drafts.len();
            patient::read(&prose, &place, drafts);
            product::read(&prose, &place, drafts);
            course::read(&prose, &place, drafts);
            outcome::read(&prose, &place, drafts);
            reporter::read(&prose, &place, drafts);
            said::read(&prose, &place, before, drafts);
            if drafts.len() > MOST_DRAFTS {
                return;
            }
        }
    }
    drafts.extend(signature.drafts);
    patient::read_relative(&prose, drafts);
}

/// The reporter's words that no rule understood.
pub(crate) fn unread(reading: &Reading<'_>, pieces: &Pieces, proposals: &[Proposal], rest: Range<usize>) -> Vec<Range<usize>> {
    let own = pieces.prose.iter().chain(pieces.answers.iter().map(|answer| &answer.range));
    let mut unread: Vec<Range<usize>> = Vec::new();
    let cut = own.flat_map(|piece| sentences::of(reading.text, piece.clone()));
    let mut sentences: Vec<Range<usize>> = cut.map(|sentence| reading.folded.original(sentence)).collect();
    sentences.sort_by_key(|sentence| sentence.start);
    let mut spans: Vec<&Range<usize>> = proposals.iter().map(|proposal| &proposal.span).collect();
    spans.sort_by_key(|span| span.end);
    for sentence in sentences {
        let next = spans.partition_point(|span| span.end <= sentence.start);
        let understood = spans.get(next).is_some_and(|span| span.start < sentence.end);
        let apart = unread.last().is_none_or(|last| last.end <= sentence.start);
        if !understood && apart && !sentence.is_empty() {
            unread.push(sentence);
        }
    }
    if !rest.is_empty() {
        unread.push(rest);
    }
    unread
}
