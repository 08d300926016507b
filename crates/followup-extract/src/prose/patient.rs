//! The patient in sentences: age, sex, weight, birth, gestation, initials, history.

use followup_domain::case::Sexo;

use super::{Place, Prose};
use crate::draft::Draft;
use crate::field::{Field, Target};
use crate::pattern::{Pattern, Set, patterns};
use crate::value::{Read, age, pregnancy, weight};

patterns! {
    WEIGHS = r"\b(?:{weighs})\b(?: (?:ella|el|al ingreso|en consulta|en (?:el )?control|en ayunas|hoy|ayer|aproximad[oa]|actual|corporal|is|del paciente|de la paciente|seco|registrado))*";
    /// What has a weight of its own.
    OF_THING = r"\b(?:caja|frasco|producto|paquete|tumor|prostata|placenta|utero|rinon|bazo|feto|perr[oa]|gat[oa]|mascota|pieza|bolsa|balanza|maleta)\b[^.;,]{0,20}$";
    /// Right before kilograms that no verb weighs.
    ALONE = r"^ ?(?:(?:y|de|con|unos|{hedge}|{num} ?(?:{years})|tiene|sus|para sus|[a-z]+ de) ?)*$";
    FEMALE = r"^(?:{female_word})";
    MALE = r"^(?:{male_word})";
    /// Right before a number that is an age.
    AGED = r"(?:^|[,;:(*\-] ?|\b(?:de|edad(?: de)?|edad:|tiene|tengo|tenia|cumplio|cumpli|sino|con|paciente|pcte|px|y|{patient}|{man}|{woman}|aged|age|is|an?|am|tem|tenho|como|unos|ya|es|son) )$";
    CHILD = r"\b(?:{patient})\b[^.;]{0,25}$|\b(?:edad|tiene|tenia|is|tem)(?: (?:{hedge}))* ?$";
    SINCE = r"\b(?:{since})(?: (?:{hedge}))* ?$";
    OF_ELSE = r"^ ?(?:{years_of_else})\b";
    OF_AGE = r"^ de (?:edad|vida|nacid[oa])\b";
    /// "De 5, 8 y 12 años": of several.
    LISTED = r"[0-9],? (?:y|e|and) $";
    SHORT = r"(?:^|\b(?:{patient}|{man}|{woman}|edad:?|de|[a-z]\.[a-z]\.(?:[a-z]\.)?),? ?(?:de )?)$";
    HAS_NUMBER = r"\b(?:tiene|tengo|tenia|tem)(?: (?:como|unos|ya))? ([0-9]{1,3})(?: ?(?:[,.;\n]|$)| y (?:{weighs}|mido|mide)\b)";
    LORD = r"\b(?:senor|senora|ancian[oa]|adult[oa] mayor|{man}|{woman})(?: mayor)?,? de ([0-9]{1,3})(?: ?(?:[,.;\n]|$))";
    SEX_SAID = r"\b(?:(?:sexo|genero|paciente|pcte|pte|px|pac|es|soy|era|una?|adult[oa]|joven|de sexo|del sexo|recien nacid[oa]|rn|is a|am a|lactante|neonato)(?: adult[oa]| joven)?,? (?:de sexo |del sexo )?(?:({woman})|({man})))\b";
    SEX_AGED = r"\b(?:({woman}|nina|ninita|senora|bebita)|({man}|nino|ninito|senor|bebito|boy)|(girl)) (?:joven |adult[oa] )?,?(?:de |with |aged )?(?:edad )?(?:{num} ?(?:{years}|{months}|{days}|a\b))";
    SEX_AFTER = r"\b(?:{years}),? (?:de edad,? |old,? )?(?:de sexo |sexo |del sexo )?(?:({woman})|({man}))\b";
    SEX_CHILD = r"\b(?:(?:la|mi|esta|esa|the) (?:({female_word}))|(?:el|mi|este|ese|al|del|the) (?:({male_word})))\b";
    CHILD_WORD = r"^(?:nin[oa]|ninit[oa]|nene|nena|bebit[oa]|chiquit[oa]|guagua|boy|girl|menin[oa]|hij[oa]|hijit[oa]|gestante)$";
    OLD = r"\b(?:una? (?:(senora)|(senor)) mayor)\b";
    EXPECTED = r"\b(?:espera(?:ba)?|tuvo|dio a luz|parto de|embarazo de|madre de|mama de|padre de|papa de) ?$";
    BORN = r"\b(?:{birth})\b(?: (?:el|en|dia|fecha|de|on|:))*[ :]*$";
    INITIALS = r"\b(?:paciente|pcte|px|pac|iniciales(?: son)?:?|ella es|se llama|paciente:) ((?:[a-z]\. ?){2,5})";
    SUFFERS = r"\b(?:(?:sufre|padece|sufro|padezco|sufria|padecia) (?:de )?|con antecedentes? (?:personales |patologicos |medicos )?de |antecedentes? (?:personales |patologicos |medicos )?de |como antecedentes? (?:tiene |presenta )?)((?:del |las? |los |el )?[a-z][^.;\n()\x03]{2,120})";
    SUFFERS_END = r",? (?:y (?:toma|usa|no|se|le|recibe|me|estaba|esta|pesa|tiene)|pero|por lo que|que (?:se|le|toma|no)|desde|hace|tomaba|toma|usa|recibe|a quien|quien|acude|acudio|ingresa|ingreso|presenta|presento|en tratamiento|tratad[oa])\b";
}

pub(super) fn read(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let counts = place.sentence.text.bytes().any(|byte| byte.is_ascii_digit());
    if counts && prose.is_open(Field::Weight) {
        weights(prose, place, drafts);
    }
    if prose.is_open(Field::Age) && (counts || place.sentence.text.contains("un ")) {
        ages(prose, place, drafts);
    }
    if prose.is_open(Field::Sex) {
        sex(prose, place, drafts);
    }
    if counts && prose.is_open(Field::Pregnancy) {
        for read in pregnancy::scan(place.sentence.text) {
            add(prose, place, Field::Pregnancy, read, "patient.gestation", drafts);
        }
    }
    if prose.is_open(Field::BirthDate) {
        births(prose, place, drafts);
    }
    if prose.is_open(Field::Initials)
        && let Some(found) = INITIALS.regex().captures(place.sentence.text).and_then(|captures| captures.get(1))
    {
        let read = Read::new(found.start()..found.end() - (found.as_str().len() - found.as_str().trim_end().len()), "");
        add(prose, place, Field::Initials, read, "patient.initials", drafts);
    }
    if prose.is_open(Field::History) {
        history(prose, place, drafts);
    }
}

/// Proposes a value of the patient's unless a guard forbids it.
fn add(prose: &Prose<'_>, place: &Place<'_>, field: Field, read: Read, rule: &'static str, drafts: &mut Vec<Draft>) {
    let (start, end) = (read.range.start, read.range.end);
    if place.sentence.denies(start)
        || !prose.is_of_patient(place, start)
        || place.sentence.belongs_to_other(end)
        || place.sentence.offers_another(end)
    {
        return;
    }
    drafts.push(prose.draft(place, Target::of_case(field), read, rule));
}

fn weights(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let sentence = &place.sentence;
    let young = prose.reading.is_young();
    let mut taken = Vec::new();
    for cue in WEIGHS.regex().find_iter(sentence.text) {
        let after = &sentence.text[cue.end()..];
        let Some(read) = weight::direct(&after[..after.len().min(80)], young) else { continue };
        let read = read.moved(cue.end());
        // Whose the verb is matters, not what stands between it and the number.
        if OF_THING.regex().is_match(sentence.before(cue.start())) {
            continue;
        }
        let of_writer = cue.as_str().starts_with("peso") && prose.people.is_of_writer(sentence.range.start + cue.start());
        let former = of_writer || sentence.is_former(cue.end()) || cue.as_str().starts_with("pesaba");
        taken.push(read.range.clone());
        let start = cue.start();
        if former
            || sentence.denies(start)
            || sentence.denies(read.range.start)
            || !prose.is_of_patient(place, start)
            || !prose.is_of_patient(place, read.range.start)
            || sentence.belongs_to_other(read.range.end)
            || sentence.offers_another(read.range.end)
        {
            continue;
        }
        drafts.push(prose.draft(place, Target::of_case(Field::Weight), read, "patient.weighs"));
    }
    if !prose.reading.context.is_asked(Field::Weight) {
        return;
    }
    for read in weight::scan(sentence.text, false) {
        let apart = !taken.iter().any(|range| range.start < read.range.end && read.range.start < range.end);
        if apart && !sentence.is_former(read.range.start) && ALONE.regex().is_match(sentence.clause_before(read.range.start)) {
            add(prose, place, Field::Weight, read, "patient.kilograms", drafts);
        }
    }
}

fn ages(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let text = place.sentence.text;
    let gestations = pregnancy::scan(text);
    for read in age::scan(text, true) {
        let (start, end) = (read.range.start, read.range.end);
        let before = place.sentence.before(start);
        let short =
            text[..end].ends_with('a') && text[start..end].trim_end_matches('a').trim_end().bytes().all(|byte| byte.is_ascii_digit());
        let cued = if short {
            SHORT.regex().is_match(before)
        } else if read.unit == Some("años") {
            AGED.regex().is_match(before)
        } else {
            AGED.regex().is_match(before) && CHILD.regex().is_match(before)
        };
        let of_pregnancy = gestations.iter().any(|gestation| gestation.range.start < end && start < gestation.range.end);
        if cued && !of_pregnancy && !SINCE.regex().is_match(before) && !LISTED.regex().is_match(before) && !is_of_else(&text[end..]) {
            add(prose, place, Field::Age, read, "patient.age", drafts);
        }
    }
    if prose.reading.context.is_asked(Field::Age) {
        for pattern in [&HAS_NUMBER, &LORD] {
            if let Some(number) = pattern.regex().captures(text).and_then(|captures| captures.get(1)) {
                let years = number.as_str().parse::<u32>().unwrap_or(0);
                if (1..=110).contains(&years) {
                    let read = Read::new(number.range(), years.to_string()).in_unit("años");
                    add(prose, place, Field::Age, read, "patient.number_of_years", drafts);
                }
            }
        }
    }
}

/// "10 años de diabetes": so long, not so old.
fn is_of_else(after: &str) -> bool {
    OF_ELSE.at_start(after).is_some() || after.starts_with(" de ") && OF_AGE.at_start(after).is_none()
}

static SEXES: [&Pattern; 5] = [&SEX_SAID, &SEX_AGED, &SEX_AFTER, &OLD, &SEX_CHILD];
static SET: Set = Set::new();

fn sex(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let text = place.sentence.text;
    if !SET.matches(SEXES.into_iter(), text).matched_any() {
        return;
    }
    for captures in SEX_SAID
        .regex()
        .captures_iter(text)
        .chain(SEX_AGED.regex().captures_iter(text))
        .chain(SEX_AFTER.regex().captures_iter(text))
        .chain(OLD.regex().captures_iter(text))
    {
        let Some(whole) = captures.get(0) else { continue };
        let value = if captures.get(1).is_some() || captures.get(3).is_some() { Sexo::Femenino } else { Sexo::Masculino };
        let read = Read::new(whole.range(), value.as_str());
        let word = captures.iter().skip(1).flatten().next().map_or(whole.end(), |word| word.start());
        if EXPECTED.regex().is_match(place.sentence.before(whole.start())) || !prose.is_of_patient(place, word) {
            continue;
        }
        add(prose, place, Field::Sex, read, "patient.sex", drafts);
    }
    for captures in SEX_CHILD.regex().captures_iter(text) {
        let (Some(word), woman) = (captures.get(1).or(captures.get(2)), captures.get(1).is_some()) else { continue };
        let read = Read::new(word.range(), if woman { Sexo::Femenino } else { Sexo::Masculino }.as_str());
        if CHILD_WORD.at_start(word.as_str()).is_some() && prose.is_of_patient(place, word.end()) {
            add(prose, place, Field::Sex, read, "patient.child", drafts);
        }
    }
}

/// "El caso de mi mamá": the word for the patient tells the sex.
pub(super) fn read_relative(prose: &Prose<'_>, drafts: &mut Vec<Draft>) {
    if !prose.is_open(Field::Sex) || drafts.iter().any(|draft| draft.proposal.target.field == Field::Sex) {
        return;
    }
    let Some((word, at)) = prose.people.relative() else { return };
    let said = &prose.reading.text[at..];
    let Some(end) = said.find(word).map(|place| at + place + word.len()) else { return };
    let sex = match (FEMALE.at_start(word) == Some(word.len()), MALE.at_start(word) == Some(word.len())) {
        (true, false) => Sexo::Femenino,
        (false, true) => Sexo::Masculino,
        _ => return,
    };
    let read = Read::new(at..end, sex.as_str());
    drafts.push(prose.reading.draft(Target::of_case(Field::Sex), read, crate::proposal::Class::C, "patient.relative"));
}

fn births(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    for date in prose.reading.dates_in(place.sentence.range.clone()) {
        let start = date.range.start - place.sentence.range.start;
        if !BORN.regex().is_match(place.sentence.before(start)) || date.computed || date.date.month.is_none() {
            continue;
        }
        let mut read = date.read(prose.reading.reckoning);
        read.range = start..start + date.range.len();
        add(prose, place, Field::BirthDate, read, "patient.born", drafts);
    }
}

fn history(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let Some(captures) = SUFFERS.regex().captures(place.sentence.text) else { return };
    let (Some(whole), Some(told)) = (captures.get(0), captures.get(1)) else { return };
    let end = SUFFERS_END.regex().find(told.as_str()).map_or(told.end(), |end| told.start() + end.start());
    let value = place.sentence.text[told.start()..end].trim_end_matches([' ', ',']);
    if value.len() < 3 || place.sentence.denies(whole.start()) || !prose.is_of_patient(place, whole.start()) {
        return;
    }
    drafts.push(prose.draft(
        place,
        Target::of_case(Field::History),
        Read::new(told.start()..told.start() + value.len(), ""),
        "patient.history",
    ));
}
