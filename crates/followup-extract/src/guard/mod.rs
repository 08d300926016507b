//! What keeps a value from being proposed: negation, doubt, plans, former states, other persons, other medicines.

pub(crate) mod medicines;
pub(crate) mod people;

use std::cell::OnceCell;
use std::ops::Range;

use crate::pattern::patterns;

patterns! {
    /// Right before the value: "no 100", "no eran 500", "ni lo tomaba 2 veces".
    NEGATED = r"\b(?:{not})(?: (?:lo|la|le|les|se|me|es|era|eran|fue|fueron|son|tomaba|toma|tomo|de|en|el|los|las|a|tiene|tenia|pesa|cada|usaba|recibio|dieron|daban|was|were|is|foi|era de|ha|han|por via|via|por|creo que))* ?$";
    /// Any word of those below: most sentences have none.
    GUARDED = r"\b(?:{not}|{if}|{plan}|si|o|u|or|ou|lo mismo|igual|mas|menos|casi|same|not sure|nao sei|am not)\b";
    NOT_ONLY = r"\b(?:no (?:solo|mas de)|not only|no obstante)\b";
    /// Before the value within its sentence.
    SUPPOSED = r"\b(?:{if}|si (?:\w+ ){0,5}?(?:fuera|fuese|fueran|hubiera|hubiese|tuviera|era|eran|fue))\b";
    /// "No estoy seguro si pesa 70 o 75".
    DOUBTED = r"\b(?:no (?:estoy segur[oa]|se|sabemos|sabe|recuerdo|recuerda|me acuerdo)(?: bien| exactamente)? (?:si|cuanto|cual|que)|i am not sure|not sure (?:if|whether)|nao sei se)\b";
    OR_ANOTHER = r"^,? ?(?:o|u|or|ou) (?:de |quizas |tal vez |sea )?[0-9]";
    COMPARED = r"\b(?:lo mismo que|igual que|(?:mas|menos) que|casi como|same as)\b";
    AFTER_ANOTHER = r"[0-9][a-z ]{0,6} (?:o|u|or|ou) (?:de |quizas |tal vez )?$";
    PLANNED = r"\b(?:{plan})\b";
    FORMER = r"\b(?:{past})\b";
    NOW = r"\b(?:{now})\b";
    CORRECTS = r"\b(?:{corrects})\b|\bno (?:era|eran|es|fue|fueron|son)\b.{0,40}\b(?:{rather})\b";
    BREAK = r"[,;:()]|\b(?:{but}|{rather})\b";
    OF_RELATIVE_AFTER = r"^[^.;\n]{0,25}\b(?:es|era|son|is|was) (?:la|el|lo|mi|su|de|del|the|a|o) ?(?:de )?(?:(?:la|el|mi|su) )?(?:{relative}|otr[oa]|peso|[a-z]+ que)\b";
}

/// A sentence that a value stands in.
#[derive(Debug, Clone)]
pub(crate) struct Sentence<'t> {
    pub(crate) text: &'t str,
    pub(crate) range: Range<usize>,
    /// Whether any guard's word stands in it.
    guarded: OnceCell<bool>,
}

impl<'t> Sentence<'t> {
    pub(crate) fn new(whole: &'t str, range: Range<usize>) -> Self {
        Self { text: &whole[range.clone()], range, guarded: OnceCell::new() }
    }

    /// What stands before a place, within the clause: from the last comma, parenthesis or "pero".
    pub(crate) fn clause_before(&self, at: usize) -> &'t str {
        let before = &self.text[..at];
        let from = tail(before, 160);
        let start = BREAK.regex().find_iter(&before[from..]).last().map_or(from, |found| from + found.end());
        &before[start..]
    }

    /// What stands before a place, within the sentence; not farther than rules look.
    pub(crate) fn before(&self, at: usize) -> &'t str {
        let before = &self.text[..at];
        &before[tail(before, 240)..]
    }

    /// What follows a place within the clause.
    pub(crate) fn clause_after(&self, at: usize) -> &'t str {
        let after = &self.text[at..];
        let after = &after[..after.len().min(160)];
        &after[..BREAK.regex().find(after).map_or(after.len(), |found| found.start())]
    }

    /// Whether somebody says that it is not so, might be, was to be.
    pub(crate) fn denies(&self, at: usize) -> bool {
        if !*self.guarded.get_or_init(|| GUARDED.regex().is_match(self.text)) {
            return false;
        }
        let clause = self.clause_before(at);
        let negated = NEGATED.regex().is_match(clause) && !NOT_ONLY.regex().is_match(clause);
        let doubted = DOUBTED.regex().is_match(self.before(at))
            || AFTER_ANOTHER.regex().is_match(clause)
            || COMPARED.regex().is_match(self.before(at));
        negated || doubted || SUPPOSED.regex().is_match(self.before(at)) || PLANNED.regex().is_match(clause)
    }

    /// Whether it was so before.
    pub(crate) fn is_former(&self, at: usize) -> bool {
        let clause = self.clause_before(at);
        match (FORMER.regex().find_iter(clause).last(), NOW.regex().find_iter(clause).last()) {
            (Some(former), Some(now)) => former.start() > now.start(),
            (former, None) => former.is_some(),
            _ => false,
        }
    }

    /// Whether the words before call it a correction.
    pub(crate) fn corrects(&self, at: usize) -> bool {
        CORRECTS.regex().is_match(self.before(at))
    }

    /// Whether another number may be meant as well: "70 o 75".
    pub(crate) fn offers_another(&self, end: usize) -> bool {
        OR_ANOTHER.at_start(&self.text[end..]).is_some()
    }

    /// Whether the words behind a value give it to somebody else: "la que pesa 41 es la prima".
    pub(crate) fn belongs_to_other(&self, end: usize) -> bool {
        OF_RELATIVE_AFTER.at_start(&self.text[end..]).is_some()
    }
}

/// Where the last so many bytes begin; folded text is ASCII.
fn tail(text: &str, length: usize) -> usize {
    text.len().saturating_sub(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn what_is_denied_supposed_or_planned_is_known() {
        for (text, value, expected) in [
            ("no tomaba 20 mg", "20", true),
            ("no eran 500 sino 250 mg", "250", false),
            ("no eran 500 sino 250 mg", "500", true),
            ("edad 33 no 35", "35", true),
            ("si el lote fuera el BK-310", "bk", true),
            ("iba a subir a 40", "40", true),
            ("toma 20 mg", "20", false),
            ("no sabe, toma 20 mg", "20", false),
            ("de haber sido 50 mg", "50", true),
        ] {
            let folded = Folded::new(text).text;
            let sentence = Sentence::new(&folded, 0..folded.len());
            assert_eq!(sentence.denies(folded.find(value).unwrap()), expected, "{text}: {value}");
        }
    }
}
