//! Whether the words of a sentence make it an attribution.

use super::sentence::{Facts, Word, class};

/// Words of a name, the address's local part included.
pub(super) const LONGEST_NAME: usize = 8;
/// Words of "Name wrote:".
const SHORT: usize = 7;
/// A name in lower case above quote marks.
const MOST_LOW: usize = 6;

/// A sentence's words and what they say together.
pub(super) struct Shape<'a> {
    pub(super) words: &'a [Word],
    pub(super) facts: Facts,
    /// With a colon, dashes, or the verb.
    pub(super) ends: bool,
    pub(super) is_colon: bool,
    /// Dashes stand at both ends.
    pub(super) is_dashed: bool,
}

impl Shape<'_> {
    /// Whether only a mail program writes such a sentence: it has the verb, and says when or from which address.
    pub(super) fn is_certain(&self) -> bool {
        let facts = &self.facts;
        let instant = facts.time && facts.date;
        facts.verb.is_some() && (facts.address.is_some() || instant || facts.is_led && facts.date)
            || self.ends && facts.address.is_some() && instant
    }

    pub(super) fn is_enough(&self, is_marked: bool) -> bool {
        if is_marked { self.is_enough_above_marks() } else { self.is_enough_alone() }
    }

    /// Above quote marks a sentence of the sender's may stand too: "Mi correo es ana@example.com, contesto una cosa:".
    pub(super) fn is_enough_above_marks(&self) -> bool {
        let facts = &self.facts;
        let instant = facts.time && facts.date;
        let is_plausible = match facts.address {
            Some(_) => (self.is_named() || facts.date || facts.time) && facts.low_others <= if facts.verb.is_some() { MOST_LOW } else { 1 },
            None => {
                let is_named = self.is_complete() && (facts.is_led || self.words.len() <= SHORT);
                is_named || facts.low_others <= MOST_LOW && (instant || facts.is_led && facts.date)
            }
        };
        let speaks = facts.verb.is_some() || self.is_addressed() || instant;
        is_plausible
            && (self.ends && speaks || self.is_addressed() && facts.year || self.is_foreign() && facts.address.is_some() && instant)
    }

    /// Without marks all the rest would be folded.
    pub(super) fn is_enough_alone(&self) -> bool {
        let facts = &self.facts;
        let instant = facts.time && facts.date;
        let has_verb = facts.verb.is_some();
        if self.is_dashed && has_verb && instant {
            return true;
        }
        // "Quoting Name <address>:" stands above marks only.
        if facts.verb == Some(0) && !facts.date {
            return false;
        }
        if has_verb && facts.address.is_some() && self.is_shaped() {
            return self.ends && (facts.is_led || self.is_named() || facts.time || facts.date) || facts.is_led && instant;
        }
        if has_verb && self.is_foreign() {
            let is_name = || self.is_complete() || facts.address.is_some() && instant || self.is_nick();
            return self.ends && facts.date && (facts.time || facts.address.is_some()) && is_name();
        }
        if has_verb && facts.address.is_none() {
            return self.ends && facts.is_led && instant && facts.is_precise && self.is_complete();
        }
        !has_verb && self.is_dated_name()
    }

    /// "30.09.2017, 18.30, "John Doe" <john@example.com>:": a moment, a name in capitals, an address, and nothing else.
    pub(super) fn is_dated_name(&self) -> bool {
        let facts = &self.facts;
        let is_bare = facts.others == 0;
        // "El 12/03/2024 10:15, de farmacia@hosp.example:" is a person's.
        let begins =
            if is_bare { self.words.first().is_some_and(|word| word.is(class::MOMENT) && !word.is(class::SMALL)) } else { facts.is_led };
        let is_colon = self.is_colon && self.is_addressed();
        is_colon && begins && facts.time && facts.date && self.is_complete()
    }

    /// Nothing but a moment, a verb, an address and a name in capitals.
    pub(super) fn is_complete(&self) -> bool {
        self.facts.low_others == 0 && self.facts.others <= LONGEST_NAME && self.words.iter().all(|word| word.class != class::NUMBER)
    }

    /// One word stands for the name, and a program wrote the date.
    pub(super) fn is_nick(&self) -> bool {
        self.facts.is_precise && self.facts.others == 1 && self.facts.verb == Some(1)
    }

    /// Only a name stands before the address.
    pub(super) fn is_named(&self) -> bool {
        let is_moment = |word: &Word| word.is(class::MOMENT & !class::ZONE) && !word.is(class::SMALL);
        self.facts.address.is_some_and(|address| {
            address <= 2 * LONGEST_NAME
                && self.words[..address].iter().filter(|word| word.is_other()).count() <= LONGEST_NAME
                && (self.facts.is_led || !self.words[..address].iter().any(is_moment))
        })
    }

    /// The address is the last word.
    pub(super) fn is_addressed(&self) -> bool {
        self.facts.address.is_some_and(|address| address + 1 == self.words.len())
    }

    /// In a language that the reporters do not write.
    pub(super) fn is_foreign(&self) -> bool {
        self.facts.verb.is_some() && !self.facts.is_spoken
    }

    /// Whether the address and the verb stand side by side, as mail programs put them: nothing is between them when the verb is the last,
    /// and only a name when the address is. In the reporters' languages people write "Name <address> escribió el 12/03/2024:", and
    /// programs put the date first, or in brackets.
    pub(super) fn is_shaped(&self) -> bool {
        let (Some(verb), Some(address)) = (self.facts.verb, self.facts.address) else { return false };
        let may_follow = |words: &[Word]| words.iter().all(|word| word.is(class::MOMENT | class::SMALL | class::LINK | class::ADDRESS));
        if address < verb {
            let after = &self.words[verb + 1..];
            let between = &self.words[address + 1..verb];
            let is_between =
                between.iter().all(|word| word.is(class::SMALL | class::VERB | class::LINK) || self.is_foreign() && word.is(class::MOMENT));
            // "escribió lo siguiente:", "escreveu (terça, 13/10/2026 à(s) 08:20):".
            let is_small = after.iter().all(|word| word.is(class::SMALL) && !word.is(class::MOMENT));
            let is_after = is_small || may_follow(after) && (self.is_foreign() || after[0].is_opened);
            return is_between && is_after;
        }
        let name = self.words[verb + 1..address].iter().filter(|word| !word.is(class::SMALL | class::LINK | class::ADDRESS)).count();
        let rest = &self.words[address + 1..];
        (1..=LONGEST_NAME).contains(&name) && (rest.is_empty() || self.is_foreign() && may_follow(rest))
    }
}
