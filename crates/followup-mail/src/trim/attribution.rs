//! "El lun, 4 mar 2024 a las 10:15, X (<x@y>) escribió:" and its kin: one sentence above a quote, maybe wrapped over lines.

use super::Announcement;
use super::line::{folded, is_bar, is_blank, is_framed, is_quote, next_visible};
use super::words::{LEADS, TO_YOU, VERBS};

/// Mail programs wrap an attribution over so many lines at most.
pub(super) const MOST_LINES: usize = 5;
/// Words of a name, the address's local part included.
const LONGEST_NAME: usize = 6;

/// The attribution that ends at `position`, if one does.
pub(super) fn find(lines: &[&str], position: usize) -> Option<Announcement> {
    // Cheap, for most lines end otherwise.
    let last = lines[position].trim_end();
    if is_framed(last) && has_time(last) {
        let is_marked = next_visible(lines, position + 1).is_some_and(is_quote);
        return Some(Announcement { first: position, end: position + 1, is_marked, is_certain: true });
    }
    if is_quote(last) || !last.contains(char::is_alphabetic) {
        return None;
    }
    let last = folded(last)?;
    let is_colon = ends_with_colon(&last);
    // Cheap again: without a colon only a sentence with an address is one.
    let has_sign = || lines[position.saturating_sub(MOST_LINES - 1)..=position].iter().any(|line| line.contains('@'));
    if !is_colon && !has_sign() {
        return None;
    }
    // A bar is a quote mark only below an address or a moment: people draw tables too.
    let is_mark = |line: &str| is_quote(line) || is_bar(line) && (has_address(&last) || has_instant(&last));
    let is_marked = next_visible(lines, position + 1).is_some_and(is_mark);
    if !is_marked && !ends_like_one(&last) {
        return None;
    }
    let found =
        |first: usize, evidence: &Evidence| Some(Announcement { first, end: position + 1, is_marked, is_certain: evidence.is_certain() });
    if !is_marked && is_dated_name(lines[position]) {
        return found(position, &Evidence::of(&last));
    }
    if !is_marked && !last.ends_with([':', '：', '-']) && lines.get(position + 1).is_some_and(|line| !is_blank(line)) {
        // A sentence that goes on.
        return None;
    }
    let mut sentence = last.clone();
    for first in (0..=position).rev().take(MOST_LINES) {
        if first < position {
            let line = folded(lines[first])?;
            // The sender's own sentence above, not the first half of a wrapped one.
            if line.is_empty() || is_quote(lines[first]) || line.ends_with(['.', '?', '!', ':']) && !has_lead(&line) {
                break;
            }
            sentence = format!("{line} {sentence}");
        }
        let line = sentence.as_str();
        let starts_dated = has_lead(line) && (first == position || has_instant(&folded(lines[first])?));
        let evidence = Evidence::of(line);
        if starts_dated && evidence.is_enough(is_marked) {
            return found(first, &evidence);
        }
    }
    let alone = Evidence::of(&last);
    let begins_paragraph = position == 0 || is_blank(lines[position - 1]) || is_quote(lines[position - 1]);
    let stands_alone = alone.named || begins_paragraph || alone.verb && last.contains(" am ");
    if stands_alone && alone.is_enough(is_marked) {
        return found(position, &alone);
    }
    wrapped_name(lines, position, is_marked).and_then(|(first, evidence)| found(first, &evidence))
}

/// "Name\n<address>\nwrote:" below an empty line: the line where it begins, and what speaks for it.
fn wrapped_name(lines: &[&str], position: usize, is_marked: bool) -> Option<(usize, Evidence)> {
    let above = (0..position).rev().take(MOST_LINES).find(|line| is_blank(lines[*line]) || is_quote(lines[*line]));
    let first = above.map_or(0, |line| line + 1);
    if first >= position || position - first >= MOST_LINES {
        return None;
    }
    let wrapped = lines[first..=position].iter().map(|line| folded(line)).collect::<Option<Vec<_>>>()?;
    let tells = wrapped[0].contains(['@', '"', '<']) || has_instant(&wrapped[0]);
    let ends_early = wrapped[..wrapped.len() - 1].iter().any(|line| line.ends_with(['.', '?', '!']));
    let evidence = Evidence::of(&wrapped.join(" "));
    (tells && !ends_early && evidence.is_enough(is_marked)).then_some((first, evidence))
}

/// What speaks for an attribution.
struct Evidence {
    ends: bool,
    verb: bool,
    address: bool,
    time: bool,
    year: bool,
    lead: bool,
    /// Only a name stands before the address.
    named: bool,
    /// No longer than "Name wrote:".
    short: bool,
    /// "you wrote:": nobody else is quoted so.
    to_you: bool,
    /// "Name <address> wrote", "wrote Name <address>": nothing between them.
    shaped: bool,
    /// The address is the last word.
    addressed: bool,
    /// Framed by dashes.
    dashed: bool,
    /// "Name schrieb am …", in a language that the reporters do not write.
    foreign: bool,
}

impl Evidence {
    fn of(sentence: &str) -> Self {
        let sentence = &sentence.replace("&lt;", "<").replace("&gt;", ">");
        let bare = sentence.trim_matches(['-', ' ', ':', '：', '_']);
        Self {
            dashed: is_dashed(sentence),
            foreign: is_foreign(bare),
            ends: ends_with_colon(sentence),
            verb: VERBS.iter().any(|verb| has_words(bare, verb)),
            address: has_address(sentence),
            time: has_time(sentence),
            year: has_year(sentence),
            lead: has_lead(sentence),
            short: sentence.split_whitespace().count() <= LONGEST_NAME,
            to_you: TO_YOU.contains(&words_after_date(bare)),
            named: sentence.split_once('@').is_some_and(|(before, _)| before.split_whitespace().count() <= LONGEST_NAME),
            shaped: is_shaped(bare),
            addressed: bare.rsplit(' ').next().is_some_and(|last| last.contains('@') && last.ends_with(['>', ')', ']'])),
        }
    }

    /// Whether only a mail program writes such a sentence: it has the verb, and says when or from which address.
    fn is_certain(&self) -> bool {
        let instant = self.time && self.year;
        self.verb && (self.address || instant || self.lead && self.year) || self.ends && self.address && instant
    }

    fn is_enough(&self, is_marked: bool) -> bool {
        if !is_marked {
            // All the rest would be folded, and people write "El 12/3/2024 la enfermera escribió:" too.
            let is_complete = self.lead && self.time && self.year;
            let is_framed = self.dashed && self.verb && self.time && self.year;
            let is_foreign = self.foreign && self.ends && self.time && self.year;
            return is_framed
                || is_foreign
                || self.verb && self.shaped && (self.ends && (self.lead || self.named || self.time || self.year) || is_complete);
        }
        if self.to_you {
            return self.lead && self.year;
        }
        let instant = self.time && self.year;
        let is_dated = self.time || self.year;
        // A sentence of the sender's may mention an address, or end with "escribió:".
        let is_plausible = if self.address { self.named || is_dated } else { self.lead || instant || self.short };
        // Quote marks follow: little is needed, for nothing is folded that has none.
        is_plausible && (self.ends && (self.verb || self.addressed || instant) || self.address && self.year)
    }
}

/// Whether the address and the verb stand side by side, as mail programs put them: nothing is between them when the verb is the last,
/// and only a name when the address is.
fn is_shaped(sentence: &str) -> bool {
    let Some(at) = sentence.rfind('@').filter(|_| has_address(sentence)) else { return false };
    let end = sentence[at..].find(['>', ')', ']', ' ', ',', '"']).map_or(sentence.len(), |length| at + length);
    let after = sentence[end..].trim_matches(|character: char| !character.is_alphanumeric());
    if after.is_empty() {
        let name = sentence[..at].split_whitespace().rev().take(LONGEST_NAME + 1).collect::<Vec<_>>();
        return (1..name.len()).any(|first| is_verb(name[first]));
    }
    // "Name <address> schrieb am 12.03.2024": in the reporters' languages people write so, and programs put the date first.
    let ends = |verb: &&str, rest: &str| {
        if SPOKEN.contains(verb) { rest.is_empty() } else { !rest.starts_with(char::is_alphabetic) || !verb.is_ascii() }
    };
    VERBS.iter().any(|verb| after.strip_prefix(verb).is_some_and(|rest| ends(verb, rest)))
}

/// "30.09.2017, 18.30, "John Doe" <john@example.com>:": a moment, a name in capitals, an address, and nothing else.
fn is_dated_name(line: &str) -> bool {
    const FROM: &[&str] = &["from", "от", "von"];
    let Some((before, address)) = line.trim().rsplit_once('<') else { return false };
    let is_moment = |word: &str| word.contains(|character: char| character.is_ascii_digit()) && !word.contains('@');
    let words: Vec<&str> = before.split([' ', '"', '\'']).filter(|word| !word.is_empty()).collect();
    let name = words.iter().rposition(|word| is_moment(word)).map_or(0, |last| last + 1);
    let is_name = |word: &&str| !word.starts_with(char::is_lowercase) || word.contains('@') || FROM.contains(word);
    let moment = folded(&words[..name].join(" ")).unwrap_or_default();
    let is_named = (1..=LONGEST_NAME).contains(&(words.len() - name)) && words[name..].iter().all(is_name);
    address.ends_with(">:") && has_address(address) && is_named && has_lead(&moment) && has_time(&moment) && has_year(&moment)
}

/// "------On 12/29/1987 17:32 PM, John Doe wrote-----": nobody frames a sentence so.
fn is_dashed(folded: &str) -> bool {
    const DASHES: &str = "---";
    folded.starts_with(DASHES) && folded.ends_with(DASHES)
}

/// Whether a name of few words and a verb of another language than the reporters' begin the sentence.
fn is_foreign(sentence: &str) -> bool {
    let verb = sentence.split_whitespace().take(LONGEST_NAME + 1).position(is_verb);
    verb.is_some_and(|verb| verb > 0) && !SPOKEN.iter().any(|spoken| has_words(sentence, spoken))
}

/// The verbs of Spanish, Portuguese and English.
const SPOKEN: &[&str] = &["escribio", "escreveu", "ha escrito", "writes", "wrote"];

/// One of the verbs that stand before the name.
fn is_verb(word: &str) -> bool {
    VERBS.contains(&word.trim_matches(|character: char| !character.is_alphabetic()))
}

/// What stands behind the last number of a sentence.
fn words_after_date(sentence: &str) -> &str {
    sentence.rsplit(|character: char| character.is_ascii_digit()).next().unwrap_or_default().trim_matches([' ', ','])
}

fn ends_with_colon(sentence: &str) -> bool {
    sentence.trim_end_matches(['-', ' ', '_']).ends_with([':', '：']) || sentence.ends_with("---")
}

fn ends_like_one(folded: &str) -> bool {
    folded.ends_with([':', '：']) || folded.ends_with("---") || VERBS.iter().any(|verb| folded.ends_with(verb))
}

/// Begins with a word or a number that attributions begin with.
fn has_lead(folded: &str) -> bool {
    let text = folded.trim_start_matches(['-', ' ', '"', '[']);
    let is_framed = folded.starts_with("---");
    is_framed || text.starts_with(|character: char| character.is_ascii_digit()) || LEADS.iter().any(|lead| text.starts_with(lead))
}

/// Whether the words stand in the sentence, not as a part of longer ones. Scripts without blanks have no such limits.
pub(super) fn has_words(sentence: &str, words: &str) -> bool {
    let is_limit = |character: Option<char>| character.is_none_or(|character| !character.is_alphabetic()) || !words.is_ascii();
    sentence
        .match_indices(words)
        .any(|(start, _)| is_limit(sentence[..start].chars().next_back()) && is_limit(sentence[start + words.len()..].chars().next()))
}

fn has_address(sentence: &str) -> bool {
    sentence
        .split(['<', '>', '(', ')', '[', ']', ' ', ',', ':', '"'])
        .any(|word| word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@')))
}

fn has_instant(sentence: &str) -> bool {
    has_time(sentence) || has_year(sentence)
}

/// A clock time such as 10:15, 10.15 or 10h15.
pub(super) fn has_time(sentence: &str) -> bool {
    sentence.as_bytes().windows(4).any(|window| {
        window[0].is_ascii_digit() && matches!(window[1], b':' | b'.' | b'h') && window[2].is_ascii_digit() && window[3].is_ascii_digit()
    })
}

/// A year of four digits, 19xx or 20xx.
pub(super) fn has_year(sentence: &str) -> bool {
    let numbers = sentence.split(|character: char| !character.is_ascii_digit());
    numbers.into_iter().any(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")))
}
