//! Recipients in prose, for the many servers that write no fields: an address that stands first in its line, behind a label, or in
//! a sentence about a failure; what is said of it follows it.

use followup_domain::text::fold;

use super::Sighting;
use super::address::{self, Found, Known};
use super::texts::Texts;
use super::words::{AFTER, BEFORE, FAILED, LABELS, MADE_FROM, OTHERS};
use super::{MOST_RECIPIENTS, status};

/// So many addresses are looked at.
const MOST_CANDIDATES: usize = 4 * MOST_RECIPIENTS;
/// Accounts of one recipient.
const MOST_ACCOUNTS: usize = 8;
/// A line with more is a list of something else.
const MOST_IN_LINE: usize = 50;
/// Lines and characters of what is said of one recipient.
const MOST_SAID: usize = 20;
const LONGEST_SAID: usize = 2000;
/// A label before an address is not longer.
const LONGEST_LABEL: usize = 100;

/// How surely an address is a failed recipient's, surest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sureness {
    Mentioned,
    /// In the transcript of a session.
    Tried,
    /// In a sentence about a failure.
    Spoken,
    /// At the beginning of its line, or behind a label.
    Listed,
}

struct Candidate {
    line: usize,
    end: usize,
    address: String,
    sureness: Sureness,
    made_from: bool,
}

/// The recipients that the prose names: those that it names most surely.
pub(super) fn sightings(texts: &Texts, known: &Known) -> Vec<Sighting> {
    let lines: Vec<&str> = texts.report.lines().collect();
    let mut candidates: Vec<Candidate> =
        lines.iter().enumerate().flat_map(|(number, line)| in_line(number, line)).take(MOST_CANDIDATES).collect();
    candidates.retain(|candidate| !known.is_other_party(&candidate.address));
    let surest = candidates.iter().filter(|candidate| !candidate.made_from).map(|candidate| candidate.sureness).max();
    let in_header = || from_header(texts, known);
    match surest {
        Some(Sureness::Listed) => collected(texts, &lines, &candidates, Sureness::Listed),
        other => Some(in_header()).filter(|found| !found.is_empty()).unwrap_or_else(|| match other {
            Some(Sureness::Spoken | Sureness::Tried) => collected(texts, &lines, &candidates, other.unwrap_or(Sureness::Tried)),
            other => rest(texts, known, &lines, candidates, other),
        }),
    }
}

/// How a text names recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Naming {
    /// In a sentence, or in the transcript of a session.
    Spoken,
    /// First in a line, or behind a label.
    Listed,
}

/// How a text names recipients that are not `sender`, most surely; none if it names none.
pub(super) fn named(text: &str, sender: &str) -> Option<Naming> {
    let candidates = text.lines().enumerate().flat_map(|(number, line)| in_line(number, line)).take(MOST_CANDIDATES);
    let others = candidates.filter(|candidate| !candidate.address.eq_ignore_ascii_case(sender));
    let namings = others.filter_map(|candidate| match candidate.sureness {
        Sureness::Listed => Some(Naming::Listed),
        Sureness::Spoken | Sureness::Tried => Some(Naming::Spoken),
        Sureness::Mentioned => None,
    });
    namings.max()
}

/// What is left: the address that an undisclosed one was made from, whom the returned mail was addressed to, or one that is mentioned.
fn rest(texts: &Texts, known: &Known, lines: &[&str], mut candidates: Vec<Candidate>, surest: Option<Sureness>) -> Vec<Sighting> {
    if candidates.iter().any(|candidate| candidate.made_from) {
        candidates.retain(|candidate| candidate.made_from);
        candidates.iter_mut().for_each(|candidate| candidate.made_from = false);
        return collected(texts, lines, &candidates, Sureness::Mentioned);
    }
    match texts.addressed_to(known) {
        Some(address) => vec![Sighting { said: said_of(texts, &address), address, ..Sighting::default() }],
        None if surest.is_some() => collected(texts, lines, &candidates[..1], Sureness::Mentioned),
        None => bare_name(lines, known).into_iter().collect(),
    }
}

/// A name without a domain, alone in the line below "… recipients …:": one of the host that reports.
fn bare_name(lines: &[&str], known: &Known) -> Option<Sighting> {
    let domain = known.reporter_domain()?;
    let is_heading = |line: &str| line.trim_end().ends_with(':') && LABELS.iter().any(|label| fold(line).contains(label));
    let is_name =
        |line: &str| line.len() > 2 && line.len() < 65 && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    // The heading may be longer than its line.
    let paragraphs = lines.split(|line| line.trim().is_empty()).filter(|paragraph| paragraph.len() > 1);
    let pairs = paragraphs.filter_map(|paragraph| Some((paragraph[..paragraph.len() - 1].join(" "), paragraph.last()?.trim())));
    let (_, name) = pairs.into_iter().find(|(heading, name)| is_heading(heading) && is_name(name))?;
    Some(Sighting { address: format!("{name}@{domain}"), ..Sighting::default() })
}

fn from_header(texts: &Texts, known: &Known) -> Vec<Sighting> {
    let mut found: Vec<String> = texts.failed_header.iter().flat_map(|value| address::in_text(value)).map(|found| found.address).collect();
    found.retain(|address| !known.is_other_party(address));
    found.into_iter().map(|address| Sighting { said: said_of(texts, &address), address, ..Sighting::default() }).collect()
}

/// One sighting for each address of this sureness, with what stands below it.
fn collected(texts: &Texts, lines: &[&str], candidates: &[Candidate], sureness: Sureness) -> Vec<Sighting> {
    let mut sightings: Vec<Sighting> = Vec::new();
    let taken: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.sureness >= sureness && !candidate.made_from).collect();
    for (index, candidate) in taken.iter().enumerate() {
        let end = taken[index + 1..].iter().map(|next| next.line).find(|line| *line > candidate.line).unwrap_or(lines.len());
        let said = below(lines, candidate, end);
        let made_from =
            candidates.iter().find(|other| other.made_from && (candidate.line..end.min(candidate.line + MOST_SAID)).contains(&other.line));
        let seen = sightings.iter().position(|sighting| sighting.address.eq_ignore_ascii_case(&candidate.address));
        match seen {
            Some(seen) if sightings[seen].said.len() < MOST_ACCOUNTS => sightings[seen].said.push(said),
            Some(_) => {}
            None if sightings.len() < MOST_RECIPIENTS => sightings.push(Sighting {
                address: candidate.address.clone(),
                original_address: made_from.map(|other| other.address.clone()),
                said: vec![said],
                ..Sighting::default()
            }),
            None => break,
        }
    }
    for sighting in &mut sightings {
        sighting.said.extend(said_of(texts, &sighting.address));
    }
    sightings
}

/// What follows an address: the rest of its line and the lines below, up to an empty one that has words before it.
fn below(lines: &[&str], candidate: &Candidate, end: usize) -> String {
    let mut said = lines[candidate.line][candidate.end..].trim_matches(['>', ':', ' ', '"', '\'', ')']).to_owned();
    for line in lines[candidate.line + 1..end.max(candidate.line + 1)].iter().take(MOST_SAID) {
        let is_done = line.trim().is_empty() && said.len() > 3;
        if is_done || said.len() > LONGEST_SAID {
            break;
        }
        said.push(' ');
        said.push_str(line.trim());
    }
    said
}

/// Every line that names the address, with the lines that go on below it.
pub(super) fn said_of(texts: &Texts, address: &str) -> Vec<String> {
    let report = texts.report.as_str();
    let address = address.to_ascii_lowercase();
    let mut said = Vec::new();
    let mut end = 0;
    for (start, _) in texts.lower.match_indices(&address) {
        if start < end {
            continue;
        }
        let begin = report[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let paragraph = report[begin..].split("\n\n").next().unwrap_or_default();
        // Below it another recipient may stand.
        let of_another = |line: &&str| {
            let first = address::in_text(line).into_iter().next();
            first.is_some_and(|first| !first.address.eq_ignore_ascii_case(&address) && before(&line[..first.span.start]).is_empty())
        };
        let own = paragraph.lines().take(1).chain(paragraph.lines().skip(1).take(3).take_while(|line| !of_another(line)));
        let paragraph: String = own.collect::<Vec<_>>().join(" ");
        end = begin + paragraph.len();
        said.push(paragraph);
        if said.len() == MOST_ACCOUNTS {
            break;
        }
    }
    said
}

fn in_line(number: usize, line: &str) -> Vec<Candidate> {
    let found = address::in_text(line);
    if found.len() > MOST_IN_LINE {
        return Vec::new();
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut list_of: Option<Sureness> = None;
    let mut previous_end = 0;
    for Found { span, address } in found {
        let between = &line[previous_end..span.start];
        // `Name@host <address>`: the first is a display name.
        if previous_end > 0 && between.trim() == "<" && !line[..previous_end].contains('<') {
            candidates.pop();
        }
        let is_list = previous_end > 0 && between.trim_matches(['<', '>', ',', ';', ' ', '"', '\'']).is_empty();
        let before = before(&line[..span.start]);
        let made_from = ends_with_word(before.trim_end_matches([':', ' ']), MADE_FROM);
        let sureness = list_of.filter(|_| is_list).unwrap_or_else(|| sureness(&before, &line[span.end..]));
        list_of = Some(sureness);
        previous_end = span.end;
        let is_others = !made_from && !is_list && ends_with_word(before.trim_end_matches([':', ' ']), OTHERS);
        if is_others {
            list_of = None;
        } else {
            candidates.push(Candidate { line: number, end: span.end, address, sureness, made_from });
        }
    }
    candidates
}

/// What stands before an address, folded, without brackets, quotes and list marks.
fn before(text: &str) -> String {
    let folded = fold(text);
    let folded = folded.trim_end_matches(['<', '"', '\'', '(', '[', ' ', '=']);
    let folded = folded.strip_suffix("mailto:").unwrap_or(folded);
    let folded = folded.trim_end_matches(['<', '"', '\'', '(', '[', ' ']);
    folded.trim_start_matches(['*', '-', '>', '|', '#', ' ', '•', '·', '.', '"', '<']).to_owned()
}

fn sureness(before: &str, after: &str) -> Sureness {
    let rest = fold(after.trim_start_matches(['>', '"', '\'', ')', ']', ' ']));
    let speaks_of_failure = |text: &str| FAILED.iter().any(|word| text.contains(word));
    let is_label = before.ends_with(':') && before.len() < LONGEST_LABEL;
    if before.is_empty() {
        let is_listed = rest.is_empty() || AFTER.iter().any(|sign| rest.starts_with(sign)) || after.starts_with('>');
        return match speaks_of_failure(&rest) {
            _ if is_listed => Sureness::Listed,
            true => Sureness::Spoken,
            false => Sureness::Mentioned,
        };
    }
    if before.ends_with("rcpt to:") || before.ends_with("rcpt to") {
        return Sureness::Tried;
    }
    let is_in_x400 = before.ends_with(":smtp");
    if is_in_x400 || is_label && LABELS.iter().any(|label| before.contains(label)) {
        return Sureness::Listed;
    }
    let is_code = before.len() < 20 && status::reply(before).is_some();
    if is_code || ends_with_word(before.trim_end_matches([':', ' ']), BEFORE) || speaks_of_failure(&rest) {
        return Sureness::Spoken;
    }
    Sureness::Mentioned
}

/// Whether a text ends with one of the phrases, at the beginning of a word.
fn ends_with_word(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.strip_suffix(phrase).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)))
}
