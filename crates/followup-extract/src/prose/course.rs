//! When: the treatment's beginning and end, the event's, death. The words nearest to a date say which it is.

use super::{Place, Prose};
use crate::draft::Draft;
use crate::field::{Field, Target};
use crate::guard::medicines;
use crate::pattern::patterns;
use crate::value::Read;
use crate::value::date::{self, Found};

patterns! {
    /// What a date may be of; the last one before the date counts.
    CUE = concat!(
        r"\b(?:(?P<other>{other_date})|(?P<died>{died})|(?P<born>{birth})|(?P<stop>{stops})|(?P<resolve>{resolves})|",
        r"(?P<appear>{appears})|(?P<begin>{begins})|(?P<until>{until_day})|(?P<since>{since_day})|(?P<given>{given_on}))\b"
    );
    SYMPTOM = r"\b(?:{symptom})\b";
    TREATMENT = r"\b(?:vacun\w+|inyect\w+|{treatment}|{take_strict}|{tablet}|{pill}|{capsule}|mg|ml|mcg|{every})\b";
    /// Between the cue and the date.
    FAR = r"[;:]|\b(?:pero|y (?:luego|despues)|donde)\b";
    STOP = r"\b(?:{stops})\b";
    NO_MORE = r"\b(?:ya no|no longer|nao (?:tem|teve) mais)\b";
    NOT_YET = r"\b(?:{recovering}|{unresolved_said}|todavia|aun|mejor)\b";
    GOES_ON = r"\b(?:sigue|sigo|siguio|continua|continuo|todavia|aun|still|ainda)\b";
    OTHER = r"\b(?:{other_date})\b";
    CHANGE = r"\b(?:subieron|bajaron|aumentaron|redujeron|subio|aumento|se subio|bajo|redujo|cambio|cambiaron|paso a|pasaron a|ajusto|incremento)\b";
    AFTER_APPEAR = r"^[ ,]{0,2}(?:[^.;]{0,40}[ ,])?(?:{appears})\b";
}

/// What a cue makes of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Other,
    Died,
    Stop,
    Resolve,
    Appear,
    Begin,
    Until,
    Since,
    Given,
}

const ROLES: &[(&str, Role)] = &[
    ("other", Role::Other),
    ("died", Role::Died),
    ("born", Role::Other),
    ("stop", Role::Stop),
    ("resolve", Role::Resolve),
    ("appear", Role::Appear),
    ("begin", Role::Begin),
    ("until", Role::Until),
    ("since", Role::Since),
    ("given", Role::Given),
];

pub(super) fn read(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let reading = prose.reading;
    let mut dates: Vec<Found> = reading.dates_in(place.sentence.range.clone()).to_vec();
    for date in &mut dates {
        date.range =
            date.range.start - place.sentence.range.start..(date.range.end - place.sentence.range.start).min(place.sentence.text.len());
    }
    if dates.is_empty() {
        return plain_days(prose, place, drafts);
    }
    let ranges = date::ranges(place.sentence.text, &dates, reading.reckoning);
    for (first, last) in &ranges {
        let at = first.range.start;
        let from = since_other(place, at.saturating_sub(160), at);
        if is_treatment(prose, place, from, at) && may(prose, place, at) {
            add(prose, place, Field::Start, first.read(reading.reckoning), drafts);
            add(prose, place, Field::End, Read { range: first.range.clone(), ..dates[*last].read(reading.reckoning) }, drafts);
        }
    }
    let covered = |date: &Found| ranges.iter().any(|(first, _)| first.range.start <= date.range.start && date.range.end <= first.range.end);
    let taken: Vec<usize> = (0..dates.len()).filter(|index| covered(&dates[*index])).collect();
    let mut floor = 0;
    for (index, date) in dates.iter().enumerate() {
        // "La semana pasada, el jueves 12": the more exact follows.
        let next =
            dates.get(index + 1).filter(|next| next.range.start - date.range.end <= 3 && next.date.precision() > date.date.precision());
        if next.is_some() {
            continue;
        }
        if !taken.contains(&index) {
            one(prose, place, date, floor, drafts);
        }
        floor = date.range.end;
    }
}

/// A date alone: by the nearest cue since the last date.
fn one(prose: &Prose<'_>, place: &Place<'_>, date: &Found, floor: usize, drafts: &mut Vec<Draft>) {
    let text = place.sentence.text;
    let start = date.range.start;
    let from = floor.max(start.saturating_sub(160));
    let before = &text[from..start];
    // "Desde" may belong to the date's own words.
    let with_date = &text[from..date.range.end];
    let cue = CUE.regex().captures_iter(with_date).filter(|captures| captures.get(0).is_some_and(|cue| cue.start() <= before.len())).last();
    let mut role = None;
    if let Some(captures) = &cue {
        role = ROLES.iter().find(|(name, _)| captures.name(name).is_some()).map(|(_, role)| *role);
        let gap = captures.get(0).map_or("", |cue| before.get(cue.end()..).unwrap_or_default());
        let parted = matches!(role, Some(Role::Resolve | Role::Stop | Role::Until)) && gap.contains(',');
        let negated = captures.get(0).is_some_and(|cue| place.sentence.denies(from + cue.start()));
        if FAR.regex().is_match(gap) || gap.len() > 70 || parted || negated {
            role = None;
        }
    }
    // "El 11/02/2026, al terminar la infusión, presentó fiebre".
    let apart = before.trim_matches([' ', ',', '.', 'y']).len() <= 8 || before.ends_with(" y ") || before.ends_with(", ");
    if role.is_none() && apart && AFTER_APPEAR.at_start(&text[date.range.end..]).is_some() {
        role = Some(Role::Appear);
    }
    let Some(role) = role else { return };
    let of_other = role == Role::Given && (OTHER.regex().is_match(before) || !is_treatment(prose, place, from, start));
    let after = place.sentence.clause_after(date.range.end);
    if of_other || CHANGE.regex().is_match(before) || CHANGE.regex().is_match(after) || !may(prose, place, start) {
        return;
    }
    let fields: &[Field] = match role {
        Role::Other => &[],
        Role::Died => &[Field::DeathDate, Field::EventEnd],
        Role::Stop => &[Field::End],
        Role::Resolve => &[Field::EventEnd],
        Role::Appear => &[Field::EventStart],
        Role::Given => &[Field::Start],
        Role::Begin | Role::Since => beginning(prose, place, from, start, role == Role::Begin),
        Role::Until => ending(prose, place, from, start),
    };
    for field in fields {
        add(prose, place, *field, date.read(prose.reading.reckoning), drafts);
    }
}

/// The treatment's or the event's: by what stands before.
fn beginning(prose: &Prose<'_>, place: &Place<'_>, from: usize, at: usize, said: bool) -> &'static [Field] {
    let from = since_other(place, from, at);
    let words = &place.sentence.text[from..at];
    let (symptom, treatment) = (is_event(prose, place, from, at), is_treatment(prose, place, from, at));
    if NO_MORE.regex().is_match(words) {
        let well = !NOT_YET.regex().is_match(place.sentence.text);
        return if symptom && well { &[Field::EventEnd] } else { &[] };
    }
    if STOP.regex().is_match(words) {
        return &[];
    }
    // "Desde el 1" alone says nothing of the event; "empezó el 1" is what was asked.
    let asked = |field| said && prose.reading.context.is_asked(field);
    match (symptom, treatment) {
        (true, false) => &[Field::EventStart],
        (false, true) => &[Field::Start],
        (false, false) if asked(Field::EventStart) && !asked(Field::Start) => &[Field::EventStart],
        (false, false) if asked(Field::Start) && !asked(Field::EventStart) => &[Field::Start],
        _ => &[],
    }
}

fn ending(prose: &Prose<'_>, place: &Place<'_>, from: usize, at: usize) -> &'static [Field] {
    // "Desde el 1 hasta el 5": what stands before the first date holds for the second.
    let from = if at - from <= 24 { at.saturating_sub(200) } else { from };
    let said = &place.sentence.text[from..at];
    if OTHER.regex().is_match(said) || GOES_ON.regex().is_match(said) {
        return &[];
    }
    match (is_event(prose, place, from, at), is_treatment(prose, place, from, at)) {
        (true, false) => &[Field::EventEnd],
        (false, true) => &[Field::End],
        _ => &[],
    }
}

/// Whether the words before speak of the event: a symptom, or the words by which the case describes it.
fn is_event(prose: &Prose<'_>, place: &Place<'_>, from: usize, at: usize) -> bool {
    let before = &place.sentence.text[from..at];
    SYMPTOM.regex().is_match(before) || prose.reading.names_event(before)
}

/// Behind the last thing that has dates of its own ("ingresó", "control"): what stands before it says nothing of the date.
fn since_other(place: &Place<'_>, from: usize, at: usize) -> usize {
    OTHER.regex().find_iter(&place.sentence.text[from..at]).last().map_or(from, |other| from + other.end())
}

fn is_treatment(prose: &Prose<'_>, place: &Place<'_>, from: usize, at: usize) -> bool {
    let before = &place.sentence.text[from..at];
    TREATMENT.regex().is_match(before) || !prose.reading.products.mentions(before).is_empty()
}

/// Guards of every date.
fn may(prose: &Prose<'_>, place: &Place<'_>, at: usize) -> bool {
    !place.sentence.denies(at) && prose.concerns_patient(place, at) && !prose.people.are_several()
}

fn add(prose: &Prose<'_>, place: &Place<'_>, field: Field, read: Read, drafts: &mut Vec<Draft>) {
    let product = field.is_of_product().then(|| prose.product_at(place, read.range.start)).flatten();
    if field.is_of_product() && medicines::other_before(prose.reading.products, place.sentence.before(read.range.start)) {
        return;
    }
    if prose.reading.is_open(field, product) {
        drafts.push(prose.draft(place, Target { field, product }, read, "course.date"));
    }
}

/// "Empezó el 27": a day alone, right behind its cue.
fn plain_days(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let text = place.sentence.text;
    for captures in CUE.regex().captures_iter(text) {
        let Some(cue) = captures.get(0) else { continue };
        let role = ROLES.iter().find(|(name, _)| captures.name(name).is_some()).map(|(_, role)| *role);
        let rest = &text[cue.end()..text.len().min(cue.end() + 14)];
        let Some(day) = date::day_only(rest, None, prose.reading.reckoning).filter(|day| day.range.start <= 1) else { continue };
        let range = cue.end() + day.range.start..cue.end() + day.range.end;
        let day = Found { range, ..day };
        if role.is_some_and(|role| matches!(role, Role::Begin | Role::Appear | Role::Stop | Role::Since | Role::Resolve)) {
            one(prose, place, &day, 0, drafts);
        }
    }
}
