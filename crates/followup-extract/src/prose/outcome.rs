//! What became of the patient, and how serious it was, in sentences.

use followup_domain::case::{Desenlace, Gravedad};

use super::{Place, Prose};
use crate::draft::Draft;
use crate::field::{Field, Target};
use crate::pattern::{Pattern, Set, patterns};
use crate::value::{Read, codes};

patterns! {
    DIED = r"\b(?:{died})\b";
    NEARLY = r"\b(?:casi|riesgo de|no|podria|puede|nunca|familiar|hace [0-9]+ anos) ?(?:se |le |ha |que )?$";
    SEQUELAE = r"\b(?:{sequelae})\b";
    RECOVERING = r"\b(?:{recovering})\b";
    UNRESOLVED = r"\b(?:{unresolved_said})\b";
    RECOVERED = r"\b(?:{recovered_said})\b";
    ELSE_AFTER = r"^ (?:el|la|lo|los|las|de|con) (?:tema|asunto|formulario|tramite|reclamo|pedido|caso|envio|correo|bandeja|problema (?:con|del?))\b";
    OWN = r"\b(?:me|estoy|siento|tengo|sigo|tuve|i)\b";
    ALMOST = r"\b(?:casi|almost|quase)\b";
    STILL = r"\b(?:aun|todavia|algo|parcial\w*|poco|leve|still|ainda|solo le queda|solo queda|un poco)\b";
    WELL_OF_ELSE = r"\b(?:el bebe|feto|el resto|lo demas|la fecha (?:esta|es)|la dosis (?:esta|es)|los datos|todo lo|formulario|reporte|la informacion|bebe|hijo|hermano|correo|que este|que esten|espero|examenes|analisis)\b[^.;]{0,30}$";
    ADMITTED_FOR = r"^\w* ?(?:[a-z]+ )?por (?:un|una|la|el)? ?(?:{reason}|neumonia|cirugia|parto|otra)";
    ALREADY = r"\b(?:trabaj\w+ en|servicio de|area de|piso de|jef[ea] de|enfermer[oa] de|medic[oa] de|unidad de|ya (?:estaba|se encontraba)|estando|paciente|previamente|anteriormente|antes|cuando estaba|durante su) ?$";
    SERIOUS_SAID = r"\b(?:(?:fue|es|era|considero|considerad[oa]|consideramos|catalog\w+|clasific\w+|calific\w+)(?: (?:como|un|una|muy|evento|caso|reaccion|lo|la|el|que|cuadro))* (?:{serious})|(?:evento|reaccion|caso) (?:grave|seri[oa])|was serious)\b";
    NOT_SERIOUS = r"\b(?:{not_serious})\b";
    ADMITTED = r"\b(?:{admitted}|{intensive}|{life_threat})\b";
}

/// Outcome → its words, in the order in which they count: who is better is not yet well.
static OUTCOMES: &[(&Pattern, Desenlace)] = &[
    (&SEQUELAE, Desenlace::RecuperadoConSecuelas),
    (&RECOVERING, Desenlace::EnRecuperacion),
    (&UNRESOLVED, Desenlace::NoRecuperado),
    (&RECOVERED, Desenlace::Recuperado),
];

/// Most sentences have none of these words.
static WORDS: [&Pattern; 8] = [&DIED, &SEQUELAE, &RECOVERING, &UNRESOLVED, &RECOVERED, &NOT_SERIOUS, &SERIOUS_SAID, &ADMITTED];
static SET: Set = Set::new();

pub(super) fn read(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    if !SET.matches(WORDS.into_iter(), place.sentence.text).matched_any() {
        return;
    }
    let died = death(prose, place);
    if prose.is_open(Field::Outcome)
        && let Some(read) = died.clone().or_else(|| outcome(prose, place))
    {
        drafts.push(prose.draft(place, Target::of_case(Field::Outcome), read, "outcome.said"));
    }
    if prose.is_open(Field::Seriousness)
        && let Some(read) = died.map(|read| Read { value: Gravedad::Grave.as_str().into(), ..read }).or_else(|| seriousness(prose, place))
    {
        drafts.push(prose.draft(place, Target::of_case(Field::Seriousness), read, "seriousness.said"));
    }
}

fn death(prose: &Prose<'_>, place: &Place<'_>) -> Option<Read> {
    let found = DIED.regex().find(place.sentence.text)?;
    let nearly = NEARLY.regex().is_match(place.sentence.before(found.start()));
    let ok = !nearly && !place.sentence.denies(found.start()) && prose.concerns_patient(place, found.start());
    ok.then(|| Read::new(found.range(), Desenlace::Mortal.as_str()))
}

fn outcome(prose: &Prose<'_>, place: &Place<'_>) -> Option<Read> {
    let text = place.sentence.text;
    for (pattern, value) in OUTCOMES {
        let Some(found) = pattern.regex().find(text) else { continue };
        let before = place.sentence.before(found.start());
        if ELSE_AFTER.at_start(&text[found.end()..]).is_some() {
            return None;
        }
        // "Sin secuelas" is no sequel, "no se recuperó" no recovery: the words before decide.
        let denied = place.sentence.denies(found.start()) && *value != Desenlace::NoRecuperado;
        if denied || WELL_OF_ELSE.regex().is_match(before) || !prose.concerns_patient(place, found.start()) {
            return None;
        }
        // "Casi bien", "aún algo": nobody can say from here.
        // "Yo me recuperé rápido": the reporter, who is not the patient.
        if OWN.regex().is_match(found.as_str()) && !prose.people.writer_is_patient() {
            return None;
        }
        let nearly = ALMOST.regex().is_match(place.sentence.clause_before(found.start()));
        if *value == Desenlace::Recuperado && (nearly || STILL.regex().is_match(text)) {
            return None;
        }
        return Some(Read::new(found.range(), value.as_str()));
    }
    None
}

fn seriousness(prose: &Prose<'_>, place: &Place<'_>) -> Option<Read> {
    let text = place.sentence.text;
    if let Some(found) = NOT_SERIOUS.regex().find(text).filter(|found| prose.concerns_patient(place, found.start())) {
        return Some(Read::new(found.range(), Gravedad::NoGrave.as_str()));
    }
    if let Some(found) = SERIOUS_SAID.regex().find(text) {
        let ok = !place.sentence.denies(found.start()) && prose.concerns_patient(place, found.start());
        return ok.then(|| Read::new(found.range(), Gravedad::Grave.as_str()));
    }
    let read = codes::seriousness(text, false)?;
    let (start, end) = (read.range.start, read.range.end);
    let found = ADMITTED.regex().find(text)?;
    let before = place.sentence.before(start);
    let elsewhere = ADMITTED_FOR.at_start(&text[end..]).is_some() || ALREADY.regex().is_match(before);
    let old = prose
        .reading
        .dates_in(place.sentence.range.clone())
        .iter()
        .any(|date| (prose.reading.reckoning.today - date.date.earliest()).num_days() > 400);
    let ok = found.start() == start && !elsewhere && !old && !place.sentence.denies(start) && prose.concerns_patient(place, start);
    ok.then_some(read)
}
