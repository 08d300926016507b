//! Answers beside labels and questions: what they are about is known, so the value is read from their beginning.

use std::ops::Range;

use crate::draft::Draft;
use crate::field::{Field, Kind, Target};
use crate::pattern::patterns;
use crate::proposal::Class;
use crate::reading::Reading;
use crate::segment::Answer;
use crate::states;
use crate::value::{Read, age, codes, date, dose, frequency, lot, pregnancy, route, weight};

patterns! {
    INITIALS = r"^(?:el |la |son |es |: ?)*((?:[a-z]\.? ?){1,4}[a-z])\.?(?:$|[ ,;\n)])";
    PHONE = r"(?:\+ ?)?\(?[0-9](?:[ ().-]{0,2}[0-9]){5,14}\b";
    EMAIL = r"[a-z0-9._%+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+";
    TITLES = r"^(?:(?:{title})\b[. ]*)+";
    SINCE = r"\b(?:{since_day})\b(?: (?:{the_day}))?[ :]*$";
    UNTIL = r"\b(?:{until_day})\b(?: (?:{the_day}))?[ :]*$";
    NUMBER = r"^(?:(?:{hedge}|de|:) )*({num})";
    REFERS = r"\b(?:idem|igual|mism[oa]|el anterior|arriba|ditto|same)\b";
    GOES_ON = r"^(?:continua|sigue|aun lo toma|en curso|ongoing|continuo|lo sigue tomando|todavia)\b";
    ONLY_NOW = r"\b(?:{now})\b";
    BETWEEN = r"\b(?:entre|between) [0-9]|[0-9] ?(?:-|a|o|u|to|or|y) ?[0-9]";
    FORMER = r"\b(?:{past})\b";
}

/// What stands farther behind a question is no answer to it.
const LONGEST_ANSWER: usize = 1200;
/// A free text that is longer is a story.
const LONGEST_TEXT: usize = 300;

/// A letter asks fewer questions.
const MOST_ANSWERS: usize = 2000;

/// Reads every answer.
pub(crate) fn read(reading: &Reading<'_>, answers: &[Answer], drafts: &mut Vec<Draft>) {
    for answer in answers.iter().take(MOST_ANSWERS) {
        let before = drafts.len();
        read_one(reading, answer, drafts);
        for draft in &mut drafts[before..] {
            draft.corrects = answer.corrects;
        }
    }
}

fn read_one(reading: &Reading<'_>, answer: &Answer, drafts: &mut Vec<Draft>) {
    let whole = &reading.text[answer.range.clone()];
    let lead = whole.len() - whole.trim_start_matches([' ', ':', '\t', '-', '=', '*', '.', '\n']).len();
    let lead = if whole[lead..].is_empty() { 0 } else { lead };
    let range = answer.range.start + lead..answer.range.end;
    let text = reading.text[range.start..range.end.min(range.start + LONGEST_ANSWER)].trim_end();
    if text.is_empty() {
        return;
    }
    let mut targets = targets(reading, answer);
    // The name that the case has already.
    let named = !reading.products.mentions(text).is_empty();
    targets.retain(|target| target.field != Field::ProductName || !named || reading.is_open(target.field, target.product));
    let before = drafts.len();
    for target in &targets {
        let read = value(reading, target.field, text, targets.len() > 1);
        let read = read.or_else(|| answer.unit.filter(|_| target.field == Field::Dose).and_then(|unit| in_unit(text, unit)));
        let read = read.filter(|read| !answer.whole_only || is_whole(text, &read.range, target.field));
        // A name is no initials: "JRP" is, "Juan" is not.
        let is_name = |read: &Read| {
            let written = reading.written(read.range.start + range.start..read.range.end + range.start);
            !written.contains(['.', ' ']) && written.chars().any(char::is_lowercase)
        };
        let read = read.filter(|read| target.field != Field::Initials || !is_name(read));
        if let Some(read) = read {
            drafts.push(reading.draft(*target, read.moved(range.start), answer.class, rule_of(answer.class, target.field)));
        }
    }
    read_beside(reading, answer, &targets, text, range.start, drafts);
    let unread: Vec<Target> = targets
        .iter()
        .copied()
        .filter(|target| !drafts[before..].iter().any(|draft| draft.proposal.target.field == target.field))
        .collect();
    if REFERS.regex().is_match(text) {
        refer(reading, answer, &unread, text, range.start, drafts);
        return;
    }
    if drafts.len() > before && targets.len() == 1 || unread.is_empty() {
        return;
    }
    let Some((state, said)) = states::of_answer(text) else { return };
    // A question to which "no" is an answer is not one of which nothing is known.
    for target in unread {
        let plain_no = said == (0..text.len()) && matches!(text, "no" | "no." | "nao");
        let takes_no = matches!(
            target.field,
            Field::History | Field::Concomitant | Field::Pregnancy | Field::Seriousness | Field::Autopsy | Field::Tests | Field::Event
        );
        let is_short = said.start <= 40;
        let none = takes_no && states::is_none(text);
        if none && matches!(target.field, Field::History | Field::Concomitant | Field::Tests) {
            let read = Read::new(range.start..range.start + text.trim_end_matches(['.', ' ', '!']).len(), "");
            drafts.push(reading.draft(target, read, answer.class, rule_of(answer.class, target.field)));
        } else if is_short && !(plain_no && takes_no) && !none {
            drafts.push(reading.state(
                target,
                state,
                range.start + said.start..range.start + said.end,
                answer.class,
                rule_of(answer.class, target.field),
            ));
        }
    }
}

/// What is asked; a date of which the words leave open whether it is the treatment's is what was asked of us.
fn targets(reading: &Reading<'_>, answer: &Answer) -> Vec<Target> {
    let mut targets = answer.targets.clone();
    if let Some(is_beginning) = answer.date_of_unknown {
        let (treatment, event) = if is_beginning { (Field::Start, Field::EventStart) } else { (Field::End, Field::EventEnd) };
        let field = match (reading.context.is_asked(treatment), reading.context.is_asked(event)) {
            (true, false) => Some(treatment),
            (false, true) => Some(event),
            _ => None,
        };
        targets.extend(field.map(|field| Target { field, product: reading.products.only().filter(|_| field.is_of_product()) }));
    }
    // "Reacción: 23 de abril".
    let dated = targets.len() == 1 && targets[0].field == Field::Event;
    if dated && reading.dates_in(answer.range.clone()).first().is_some_and(|first| first.range.start <= answer.range.start + 4) {
        return vec![Target::of_case(Field::EventStart)];
    }
    if targets.iter().any(|target| target.field == Field::BirthDate) && !targets.iter().any(|target| target.field == Field::Age) {
        targets.push(Target::of_case(Field::Age));
    }
    targets
}

fn rule_of(class: Class, field: Field) -> &'static str {
    match (class, field.kind()) {
        (Class::A, Kind::Text) => "label.text",
        (Class::A, _) => "label.value",
        (_, Kind::Text) => "question.text",
        _ => "question.value",
    }
}

/// The value for a field at the beginning of an answer; `among`: others are asked with it, so it may stand anywhere.
fn value(reading: &Reading<'_>, field: Field, text: &str, among: bool) -> Option<Read> {
    match field.kind() {
        Kind::Weight => weight::direct(text, reading.is_young()).or_else(|| weight_of_now(reading, text)),
        Kind::Age => age::direct(text).filter(|read| !(among && reading.starts_with_date(text) && read.range.start < 12)),
        Kind::Sex => codes::sex(head(text)),
        Kind::Initials => initials(text),
        Kind::Pregnancy => pregnancy::direct(text).or_else(|| pregnancy::scan(text).into_iter().next()),
        Kind::Date => dated(reading, field, text, among),
        Kind::Dose => dose::direct(text).or_else(|| among.then(|| only(dose::scan(text).into_iter().map(|amount| amount.read)))?),
        Kind::Frequency => frequency::direct(text).or_else(|| only(frequency::scan(head(text)).into_iter())),
        Kind::Route => route::direct(text).or_else(|| among.then(|| only(route::scan(text).into_iter().map(|route| route.read)))?),
        Kind::Lot => lot::direct(text),
        Kind::Outcome => codes::outcome(text),
        Kind::Seriousness => codes::seriousness(text, true),
        Kind::YesNo => codes::yes_no(text),
        Kind::Action => codes::action(text),
        Kind::Phone => PHONE.regex().find(text).map(|found| Read::new(found.range(), "")),
        Kind::Email => EMAIL.regex().find(text).map(|found| Read::new(found.range(), "")),
        Kind::Person => person(text),
        Kind::Product => free(text, true),
        Kind::Text => free(text, false),
    }
}

/// A number alone, where the question names the unit.
fn in_unit(text: &str, unit: &str) -> Option<Read> {
    let number = NUMBER.regex().captures(text)?.get(1)?;
    let joined = text[number.end()..].starts_with(|next: char| next.is_ascii_alphanumeric() || "/%:-".contains(next));
    let amount = crate::value::number::parse(number.as_str(), true).filter(|amount| *amount > 0.0 && !joined)?;
    Some(Read::new(number.range(), format!("{} {unit}", crate::value::number::show(amount))))
}

/// "Igual que el anterior", "ídem amoxicilina": what was said of another product for the same field holds here, too.
fn refer(reading: &Reading<'_>, answer: &Answer, targets: &[Target], text: &str, at: usize, drafts: &mut Vec<Draft>) {
    let mentions = reading.products.mentions(text);
    let named = mentions.first().map(|mention| mention.product).filter(|product| Some(*product) != answer.about);
    for target in targets.iter().filter(|target| target.product.is_some()) {
        let same = |draft: &&Draft| {
            let known = &draft.proposal;
            known.target.field == target.field
                && known.target.product != target.product
                && named.is_none_or(|named| known.target.product == Some(named))
                && known.value.is_some()
        };
        let Some(source) = drafts.iter().rev().find(same).map(|draft| draft.proposal.clone()) else { continue };
        let read = Read {
            computed: true,
            precision: source.precision,
            unit: source.unit,
            ..Read::new(at..at + text.len(), source.value.unwrap_or_default())
        };
        drafts.push(reading.draft(*target, read, answer.class, "question.reference"));
    }
}

/// The first clause.
fn head(text: &str) -> &str {
    &text[..text.find([';', '\n']).unwrap_or(text.len()).min(120)]
}

/// One value however often it is told.
fn only(mut reads: impl Iterator<Item = Read>) -> Option<Read> {
    let first = reads.next()?;
    reads.all(|other| other.value == first.value).then_some(first)
}

/// "Antes pesaba 91, ahora pesa 88": what is said of now.
fn weight_of_now(reading: &Reading<'_>, text: &str) -> Option<Read> {
    if let Some(now) = ONLY_NOW.regex().find(text) {
        let begin = now.start();
        let skipped = text[begin..].find(|c: char| c.is_ascii_digit()).filter(|at| *at <= 30)?;
        return weight::direct(&text[begin + skipped..], reading.is_young()).map(|read| read.moved(begin + skipped));
    }
    if FORMER.regex().is_match(text) || BETWEEN.regex().is_match(text) {
        return None;
    }
    only(weight::scan(text, reading.is_young()).into_iter())
}

fn initials(text: &str) -> Option<Read> {
    let captures = INITIALS.regex().captures(text)?;
    let found = captures.get(1)?;
    let letters = found.as_str().bytes().filter(u8::is_ascii_lowercase).count();
    let dotted = found.as_str().contains('.') || found.as_str().contains(' ');
    let end = found.end() + usize::from(text[found.end()..].starts_with('.') && dotted);
    (2..=5)
        .contains(&letters)
        .then(|| Read::new(found.start()..end, ""))
        .filter(|_| !matches!(found.as_str(), "no" | "si" | "nose" | "n a" | "s i" | "s d" | "n s" | "na" | "sd" | "ns"))
}

fn person(text: &str) -> Option<Read> {
    let start = TITLES.at_start(text).unwrap_or(0);
    let end = text[start..]
        .find([',', ';', '\n', '(', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '@', ':'])
        .map_or(text.len(), |at| start + at);
    let name = text[start..end].trim_end_matches([' ', '.', '-']);
    let words = name.split(' ').count();
    let said = states::of_sentence(&text[..end]).is_some();
    (!said
        && (1..=6).contains(&words)
        && name.len() >= 2
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || b" .'-\x02".contains(&byte)))
    .then(|| Read::new(start..start + name.len(), ""))
}

/// A text as it stands; `named`: a name, which ends with its clause.
fn free(text: &str, named: bool) -> Option<Read> {
    let end = if named { text.find([',', ';', '(', '\n']).unwrap_or(text.len()) } else { text.find('\n').unwrap_or(text.len()) };
    let value = text[..end].trim_end_matches([' ', '.', ',', ';', '-', ')', '!']);
    let said = states::of_answer(&text[..end]).is_some_and(|(_, said)| said.start <= 12);
    (!said && value.len() >= 2 && value.len() <= LONGEST_TEXT && value.bytes().any(|byte| byte.is_ascii_lowercase()))
        .then(|| Read::new(0..value.len(), ""))
}

fn dated(reading: &Reading<'_>, field: Field, text: &str, among: bool) -> Option<Read> {
    if GOES_ON.at_start(text).is_some() || REFERS.regex().is_match(text) {
        return None;
    }
    let dates = date::scan(text, reading.reckoning);
    let ranges = date::ranges(text, &dates, reading.reckoning);
    let is_end = matches!(field, Field::End | Field::EventEnd);
    if let [(first, last)] = ranges.as_slice() {
        return Some(if is_end { dates[*last].read(reading.reckoning) } else { first.read(reading.reckoning) });
    }
    let told = |pattern: &crate::pattern::Pattern| dates.iter().find(|date| pattern.regex().is_match(&text[..date.range.start]));
    let said_so = if is_end { told(&UNTIL) } else { told(&SINCE) };
    if let Some(date) = said_so {
        return Some(date.read(reading.reckoning));
    }
    match dates.as_slice() {
        [] => plain_day(reading, text),
        [date] if !among || date.range.start <= 24 => Some(date.read(reading.reckoning)),
        // Other dates may follow; the answer stands first.
        [first, ..] if !among && first.range.start <= 12 && !first.weak => {
            let same = dates.iter().all(|date| date.date == first.date);
            (same || !text[first.range.end..].contains(" o ")).then(|| first.read(reading.reckoning))
        }
        _ => None,
    }
}

/// "El 9", "día 9": a day of the last days.
fn plain_day(reading: &Reading<'_>, text: &str) -> Option<Read> {
    let day = date::day_only(&text[..text.len().min(24)], reading.last_date(), reading.reckoning)?;
    (day.range.start <= 2).then(|| day.read(reading.reckoning))
}

/// Nothing but the value and a word or two.
fn is_whole(text: &str, range: &Range<usize>, field: Field) -> bool {
    let first = text.find('\n').unwrap_or(text.len());
    let around = range.start + first.saturating_sub(range.end);
    matches!(field.kind(), Kind::Outcome | Kind::Text | Kind::Seriousness) && first <= 80 || around <= 24
}

/// An answer about the dose often tells frequency and route as well, and since when.
fn read_beside(reading: &Reading<'_>, answer: &Answer, targets: &[Target], text: &str, at: usize, drafts: &mut Vec<Draft>) {
    let Some(product) =
        targets.iter().find(|target| matches!(target.field, Field::Dose | Field::Frequency | Field::Route)).map(|target| target.product)
    else {
        return;
    };
    if answer.whole_only || text.len() > 160 {
        return;
    }
    let lacks = |field: Field| !targets.iter().any(|target| target.field == field);
    let mut add = |field: Field, read: Option<Read>| {
        if let Some(read) = read.filter(|_| lacks(field)) {
            drafts.push(reading.draft(Target { field, product }, read.moved(at), answer.class, rule_of(answer.class, field)));
        }
    };
    // "500 mg en la mañana y 1 g en la noche": each has its own.
    let amounts = dose::scan(text);
    let several = amounts.iter().any(|amount| amount.measured && amount.read.value != amounts[0].read.value && amounts[0].measured);
    add(Field::Frequency, only(frequency::scan(text).into_iter()).filter(|_| !several));
    add(Field::Route, only(route::scan(text).into_iter().filter(|route| route.plain).map(|route| route.read)));
    let dates = date::scan(text, reading.reckoning);
    let since = dates.iter().find(|date| SINCE.regex().is_match(&text[..date.range.start]));
    add(Field::Start, since.map(|date| date.read(reading.reckoning)));
}
