//! Who writes: from the signature, or from how they introduce themselves.

use super::{Place, Prose};
use crate::draft::Draft;
use crate::field::{Field, Target};
use crate::pattern::{Pattern, Set, patterns};
use crate::proposal::Class;
use crate::reading::Reading;
use crate::segment::Pieces;
use crate::value::Read;

patterns! {
    TITLES = r"^(?:(?:(?:{title})\b\.?|de|-) ?)+";
    CLOSING = r"^(?:(?:{closing})\b[ ,.;:!]*)+(?:-? ?)";
    NAME = r"^[a-z][a-z'\-]+\.?(?: (?:de|del|la|los|las|da|dos|y|[a-z]\.|[a-z][a-z'\-]*\.?))*$|^[a-z]\. ?[a-z][a-z'\-]+(?: [a-z][a-z'\-]+)*$";
    NOT_A_NAME = r"\b(?:farmacovigilancia|laboratorios?|vigilancia|gerencia|logistica|calidad|atencion|emergencias?|enfermeria|administracion|s\.a|hospital|clinica|centro|servicio|departamento|unidad|farmacia|botica|puesto|laboratorio|direccion|secretaria|area|oficina|jefatura|universidad|ministerio|equipo|cmp|rne|rm|mn|col|cel|tel|telf|dni|av|jr|calle|enviado|mi iphone|gracias|saludos|que|mundo|dios|disposicion|atent[oa]s?|siempre|pronto|comprension|preocuparse|confusion|dia|bien|usted(?:es)?|lima|legal|emergencia|consultorio|representante|informacion|ips|essalud|minsa|cesfam|q\.e\.p\.d|qepd|consulta|sin|por|para|con|su)\b";
    OCCUPATION = r"^(?:{occupation})\b";
    SPECIALTY_END = r",|;| - |\(|\. [a-z]|\bcmp\b|\brne\b|\bcqfp\b|\bced\b|\bcol\b|\bmn\b|\brm\b|$";
    LABELLED_PHONE = r"\b(?:{phone_label})(?: (?:personal|de contacto|directo|es|al))*[ .:#]*(\+?\(?[0-9](?:[ ().-]{0,2}[0-9]){6,13})\b";
    OWN_PHONE = r"\b(?:mi (?:otro |nuevo |num(?:ero)?|cel(?:ular)?|telefono|whatsapp|wsp|movil|fono)(?:num(?:ero)?|cel(?:ular)?|telefono)?|cualquier cosa al|me (?:pueden |puede )?(?:llamar|ubicar|contactar|escribir) al|celular personal|my (?:phone|mobile|number)(?: is)?|meu (?:celular|telefone))(?: (?:es|de contacto|personal|al))*[ .:]*(\+?\(?[0-9](?:[ ().-]{0,2}[0-9]){6,13})\b";
    OWN_MAIL = r"\b(?:mi correo|correo(?: personal| electronico)?|e-?mail|my e-?mail)(?: es| is)?[ :]*([a-z0-9._%+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+)";
    I_AM = r"\b(?:{i_am})((?:(?:{title})\b\.? ?)*(?:{occupation} )?)([a-z][a-z'\-]+(?: (?:de |la |del )?[a-z][a-z'\-]+){0,4})";
    MY_JOB = r"\b(?:soy|i am an?|sou|trabajo como|i'm an?) (?:el |la |un |una )?((?:{occupation})(?: (?:de|del|en) [a-z]+(?: [a-z]+)?)?)";
    LAST_WORDS = r"\b(?:del?|de la|en|,|y|con|que|medic[oa]|quien|le|les|tengo|trabajo|la mama|el papa|soy|por)\b";
    NOT_NUMBER = r"\b(?:comuni\w+|dirigirse|dirijan?se|contacten?|anexo|fax|ya no existe|no existe|dni|ruc|de la (?:clinica|farmacia|unidad))\b[^.]{0,40}$";
}

/// What the signature says.
pub(super) struct Signature {
    pub(super) drafts: Vec<Draft>,
    /// Whether it names a profession of health.
    pub(super) is_professional: bool,
}

/// Reads the lines below the closing words.
pub(super) fn signature(reading: &Reading<'_>, pieces: &Pieces) -> Signature {
    let mut signature = Signature { drafts: Vec::new(), is_professional: false };
    let mut named = false;
    let mut title: Option<Read> = None;
    let mut profession: Option<Read> = None;
    for (index, line) in pieces.signature.iter().enumerate() {
        let words = &reading.text[line.clone()];
        let closing = CLOSING.at_start(words).unwrap_or(0);
        let mut at = line.start + closing;
        // The closing words alone, or with a name behind them.
        for part in reading.text[at..line.end].split_inclusive([',', ';', '–']).flat_map(|part| part.split_inclusive(" - ")) {
            let start = at;
            at += part.len();
            let part = part.trim_end_matches([',', ';', ' ', '-', '.']);
            let lead = part.len() - part.trim_start_matches([' ', '-', '_', '*']).len();
            if !named
                && index <= 3
                && let Some((titles, name)) = name(part, lead, reading, start)
            {
                signature.drafts.push(signature_draft(reading, Field::ReporterName, name, "signature.name"));
                title = titles;
                named = true;
                continue;
            }
            if named && profession.is_none() && OCCUPATION.at_start(part[lead..].trim_start()).is_some() {
                let part = part[lead..].trim_end();
                let end = SPECIALTY_END.regex().find(part).map_or(part.len(), |end| end.start());
                profession = Some(Read::new(start + lead..start + lead + part[..end].trim_end_matches([' ', '.']).len(), ""));
            }
        }
        if let Some(phone) = LABELLED_PHONE.regex().captures(words).and_then(|captures| captures.get(1)) {
            let read = Read::new(line.start + phone.start()..line.start + phone.end(), "");
            signature.drafts.push(signature_draft(reading, Field::Phone, read, "signature.phone"));
        }
    }
    signature.is_professional = title.is_some() || profession.is_some();
    if let Some(read) = profession.or(title) {
        signature.drafts.push(signature_draft(reading, Field::Occupation, read, "signature.occupation"));
    }
    signature.drafts.retain(|draft| reading.is_open(draft.proposal.target.field, None));
    signature
}

fn signature_draft(reading: &Reading<'_>, field: Field, read: Read, rule: &'static str) -> Draft {
    reading.draft(Target::of_case(field), read, Class::C, rule)
}

/// A name, and the title before it that is a profession.
fn name(part: &str, lead: usize, reading: &Reading<'_>, start: usize) -> Option<(Option<Read>, Read)> {
    let titles = TITLES.at_start(&part[lead..]).unwrap_or(0);
    let name = part[lead + titles..].trim();
    let words = name.split(' ').count();
    if name.len() < 2
        || words > 6
        || NAME.at_start(name) != Some(name.len())
        || NOT_A_NAME.regex().is_match(name)
        || OCCUPATION.at_start(name).is_some()
    {
        return None;
    }
    let begin = start + lead + titles + (part[lead + titles..].len() - part[lead + titles..].trim_start().len());
    // A name is written with capitals; in a line of small letters it is a word.
    let written = &reading.original[reading.folded.original(begin..begin + name.len())];
    let capital = written.chars().next().is_some_and(char::is_uppercase);
    if !capital {
        return None;
    }
    let title = part[lead..lead + titles].trim_end();
    let profession = (!title.is_empty() && !UNTOLD.contains(&title.trim_end_matches('.')))
        .then(|| Read::new(start + lead..start + lead + title.len(), ""));
    Some((profession, Read::new(begin..begin + name.len(), "")))
}

/// Titles that tell no profession.
const UNTOLD: &[&str] =
    &["sr", "sra", "srta", "lic", "licenciada", "licenciado", "mg", "mag", "mgtr", "ing", "prof", "mr", "mrs", "ms", "de", "-"];

static WORDS: [&Pattern; 4] = [&OWN_PHONE, &OWN_MAIL, &MY_JOB, &I_AM];
static SET: Set = Set::new();

/// "Soy la Dra. …", "mi celular es …".
pub(super) fn read(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let sentence = &place.sentence;
    if !SET.matches(WORDS.into_iter(), sentence.text).matched_any() {
        return;
    }
    let reading = prose.reading;
    let mut add = |field: Field, range: std::ops::Range<usize>, rule: &'static str| {
        if reading.is_open(field, None) && !sentence.denies(range.start) && !NOT_NUMBER.regex().is_match(sentence.before(range.start)) {
            drafts.push(prose.draft(place, Target::of_case(field), Read::new(range, ""), rule));
        }
    };
    if let Some(phone) = OWN_PHONE.regex().captures(sentence.text).and_then(|captures| captures.get(1)) {
        add(Field::Phone, phone.range(), "reporter.phone");
    }
    if let Some(mail) = OWN_MAIL.regex().captures(sentence.text).and_then(|captures| captures.get(1)) {
        add(Field::Email, mail.range(), "reporter.mail");
    }
    if let Some(job) = MY_JOB.regex().captures(sentence.text).and_then(|captures| captures.get(1)) {
        let end = job.as_str().find(" de la ").or_else(|| job.as_str().find(" del ")).map_or(job.end(), |at| job.start() + at);
        add(Field::Occupation, job.start()..end, "reporter.job");
    }
    if let Some(captures) = I_AM.regex().captures(sentence.text) {
        let Some(name) = captures.get(2) else { return };
        let end = LAST_WORDS.regex().find(name.as_str()).map_or(name.end(), |stop| name.start() + stop.start());
        let range = name.start()..name.start() + sentence.text[name.start()..end].trim_end().len();
        let whole = sentence.range.start + range.start..sentence.range.start + range.end;
        let written = &reading.original[reading.folded.original(whole)];
        let capitals = !written.is_empty() && written.split(' ').all(|word| word.chars().next().is_some_and(char::is_uppercase));
        if capitals && !NOT_A_NAME.regex().is_match(&sentence.text[range.clone()]) {
            add(Field::ReporterName, range, "reporter.name");
        }
    }
}
