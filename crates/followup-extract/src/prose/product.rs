//! The product in sentences: dose, frequency, route, batch, reason.

use super::{Place, Prose};
use crate::draft::Draft;
use crate::field::{Field, Target};
use crate::guard::medicines;
use crate::pattern::patterns;
use crate::value::{Read, dose, frequency, lot, route, weight};

patterns! {
    /// What is written somewhere, or was before.
    NOT_IT = r"\b(?:recomend\w+|recomienda\w*|inserto|prospecto|ficha tecnica|dosis (?:usual|habitual|maxima|toxica|terapeutica|minima)|lo normal es|deberia\w*|guia|protocolo|otra marca|otro (?:lote|producto|laboratorio|medicamento)|antes (?:usaba|tomaba|tome|use)|anteriormente)\b";
    NOT_TAKEN = r"\b(?:pero|aunque|y) (?:no|nunca|aun no|todavia no) (?:lo |la |los |las |se |le )*(?:tom|us[oe]|pus|aplic|recib|compr|inici|dieron|llego a)";
    /// Not at a time: "10 tabletas en total durante el tratamiento".
    OF_ALL = r"^,? ?(?:en total (?:durante|en|por|hasta|desde)|en total$|durante (?:el|todo)|en todo (?:el|ese)|a lo largo|por caja|por envase|mas$|restantes|sobrantes)\b";
    /// The words right before an amount that may be a dose.
    BEFORE_DOSE = r"(?:^|[,;:(\-*] ?|\b(?:{take}|{hedge}|son|sino|solo|es|era|eran|fue|fueron|a|con|cada|y|por|le|x|uno?|una|{tablet}|{pill}|{capsule}|{ampoule}|{comprimido}|{patch}|{syringe}|{suppository}|{ovule}|total|diarios?|recien|jarabe|medicamento|medicina|vacuna|los|las|l[oa]|mi|su|administrad[oa]s?|on|of|bolo|{oral}|{intramuscular}|{intravenous}|{subcutaneous})[ :]?)$";
    WORD_BEFORE = r"([a-z0-9]+)[ :,(]*$";
    OF_PACK = r"\b(?:caja|frasco|tubo|blister|envase|paquete|botella|pote|presentacion|concentracion|fco|unidades|quedan|compr[aeo]\w*|precio|stock|superficie|creatinina|glucosa|hemoglobina|glicemia|proteina|plaquetas|alergi[ac]\w*|leche|agua|suero|nacl|clna|sf|dextrosa|diluid[oa]|dilucion|max\w*|tope|colesterol|trigliceridos)\b[^,;.]{0,30}$";
    HALF = r"\b(?:la mitad|media no mas|solo media|half of it|metade)\b";
    TAKES = r"\b(?:{take})\b";
    SYMPTOM = r"\b(?:{symptom})\b";
    PART_OF_DAY = r"^(?:{each_part})$|(?:{part_of_day})";
    /// A part of the day says how often only beside what is taken.
    DOSE_NEAR = r"\b(?:{take}|{tablet}|{pill}|{capsule}|1|una?|2|3)\b";
    WHEN = r"\b(?:es[ae]|est[ae]|mism[oa]|hoy|ayer|antier|anteayer|{weekday}|[0-9]{1,2}(?::[0-9]{2})?) ?(?:misma |mismo )?$";
    /// Nothing before it but how many.
    ALONE = r"^(?:[ ,\-*:]*(?:{num}|una?|un|{tablet}|{pill}|{capsule}|{comprimido}|{hedge}|dosis|frecuencia)?)*[ ,\-*:]*$";
    NOT_DOSING = r"\b(?:vomit\w+|duele\w*|dolia\w*|siente|sentia|repite|despierta|orina\w*|llora\w*|defeca\w*|evacua\w*|tos[ei]\w*|sangra\w*|convulsion\w*|desmaya\w*|guardia|turno|control(?:es)?|cita|temperatura|bajar a|fiebre de|llam\w+|correo|atiend\w*|consultorio|trabaj\w*|revis\w*|duerm\w*|dormir|sueno|camina\w*|come|comidas al)\b";
    PLACE = r"^(?:en|bajo|debajo|de bajo|na|por la nariz)\b";
    LABEL = r"\b(?:{lot})\b";
    NOT_THE_LOT = r"\b(?:no (?:es|era|fue|seria) (?:el|la|del|de la)|otr[oa]|retirad[oa]|retiraron|anterior|mism[oa] que|diferente|distint[oa]|por (?:ejemplo|ej)|de la otra|del otro)\b";
    /// "… es de la otra paciente".
    OF_OTHER = r"^,? ?(?:(?:que )?(?:es|era|fue|corresponde) )?(?:de|del|de la|a la|al) (?:(?:la|el) )?(?:otr[oa]|{other_person}|{relative}|diluyente)\b";
    INDICATED = r"\b(?:{indicated}) (?:(?:un|una|unos|unas|el|la|los|las|su|sus|tratar|mi|o|a|the|um|uma) )*([a-z][^.,;:\n()\x03]{2,80})";
    FOR = r"\b(?:por|x|for) (?:(?:un|una|el|la|los|las|su|tratar|cuadro de|presentar|tener|sospecha de) )*((?:{reason})[^.,;:\n()\x03]{0,60})";
    REASON_END = r" (?:que|desde|hasta|y (?:se|le|me|no|la|el|toma|fue|luego|despues|al|a los|presento|por)|pero|tras|durante|el (?:dia )?[0-9]|del? [0-9]|en (?:el|la|su|mi|enero|febrero|marzo|abril|mayo|junio|julio|agosto|set\w*|sep\w*|oct\w*|nov\w*|dic\w*)|por [0-9]|[0-9]|cada|c/|con (?:dosis|buena)|a partir|iniciand\w*|hace|luego|al|a los|cuando|porque|para|via|v\.o|vo|im|ev|iv|jugando|haciendo|desde\w*|indicad\w*|recetad\w*|tomad\w*|dosis)\b";
    /// Behind "indicado por" less is the end: "infección de la piel en la pierna".
    INDICATED_END = r" (?:que (?:le|se|me|no)|desde|hasta|y (?:se|le|me|no|toma|fue|luego|despues|al|a los|presento)|pero|tras|el (?:dia )?[0-9]|del? [0-9]|en (?:{month})|por [0-9]|[0-9]|cada|c/|con dosis|a partir|hace|luego|cuando|porque|via|v\.o|vo|im|ev|iv|dosis)\b";
    NO_REASON = r"^(?:via|error|favor|eso|lo|esta|este|vida|dia|noche|manana|[0-9])";
    ADMITTED = r"\b(?:{admitted}|consult\w+|acud\w+)\b";
    NAMED = r"\b(?:el |la )?(?:medicamento|producto|jarabe|medicina|remedio|pastilla|vacuna|surtimiento|nombre)(?: sospechoso)? (?:se llama|es|fue de|era|fue|dice|is called|se chama) (?:el |la |un |una )?([a-z][a-z0-9 .,/%+\-]{2,60}?)(?:[,;(]|$|\.(?: |$)| (?:de la|que|y|c/|cada|en|lote|para)\b)";
}

/// The doses of a sentence that count, and the products that they are of.
pub(super) fn read(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let text = place.sentence.text;
    if text.len() < 2 {
        return;
    }
    let doses = doses(prose, place, drafts);
    frequencies(prose, place, &doses, drafts);
    routes(prose, place, &doses, drafts);
    lots(prose, place, drafts);
    reasons(prose, place, &doses, drafts);
    names(prose, place, drafts);
}

/// Whether what stands at a place may be said of a suspect product.
fn is_of_suspect(prose: &Prose<'_>, place: &Place<'_>, at: usize) -> bool {
    let sentence = &place.sentence;
    let not_it = NOT_IT.regex().is_match(sentence.before(at)) || NOT_TAKEN.regex().is_match(&sentence.text[at..]);
    !not_it
        && !sentence.denies(at)
        && prose.concerns_patient(place, at)
        && !medicines::other_before(prose.reading.products, sentence.before(at))
}

fn doses(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) -> Vec<std::ops::Range<usize>> {
    let text = place.sentence.text;
    let amounts = dose::scan(text);
    let mut found = Vec::new();
    let weights = weight::scan(text, true);
    let of_all = |end: usize| OF_ALL.at_start(&text[end..]).is_some();
    let halved = HALF.regex().is_match(text);
    let mut skip_until = 0;
    for index in 0..amounts.len() {
        let start = amounts[index].read.range.start;
        let weighed = weights.iter().any(|weight| weight.range.start <= start && start < weight.range.end);
        if weighed || of_all(amounts[index].read.range.end) || start < skip_until || !is_dose(prose, place, start, amounts[index].measured)
        {
            continue;
        }
        let read = dose::of_pieces(text, &amounts[index..]);
        // "Media tableta de 5 mg": the strength is no dose.
        let broken = amounts[index].broken;
        skip_until = if broken { text[start..].find([',', ';']).map_or(text.len(), |at| start + at) } else { read.range.end };
        if broken && amounts.get(index + 1).is_some_and(|next| text[read.range.end..next.read.range.start].contains("o sea")) {
            skip_until = text.len();
        }
        found.push(read.range.clone());
        let product = prose.product_at(place, start);
        // "CEFAZOLINA 1 G FCO, lote …": the name of the product, and nobody takes it.
        let word = WORD_BEFORE.regex().captures(place.sentence.before(start)).and_then(|captures| captures.get(1));
        let is_name = word.is_some_and(|word| !prose.reading.products.mentions(word.as_str()).is_empty())
            && prose.reading.products.has_strength(product, &read.value)
            && !TAKES.regex().is_match(text)
            && frequency::scan(text).is_empty()
            && route::scan(text).is_empty();
        if is_name || halved && !broken || !prose.reading.is_open(Field::Dose, product) {
            continue;
        }
        // The strength in front of the pieces that were taken ("espironolactona de 25 mg, media pastilla").
        if !broken && amounts[index + 1..].iter().any(|next| next.broken && next.read.range.start - read.range.end < 30) {
            continue;
        }
        drafts.push(prose.draft(place, Target { field: Field::Dose, product }, read, "product.dose"));
    }
    found
}

fn is_dose(prose: &Prose<'_>, place: &Place<'_>, at: usize, measured: bool) -> bool {
    let sentence = &place.sentence;
    let before = sentence.before(at);
    let context = prose.reading.context;
    if OF_PACK.regex().is_match(before) || sentence.is_former(at) || !is_of_suspect(prose, place, at) {
        return false;
    }
    let word = WORD_BEFORE.regex().captures(before).and_then(|captures| captures.get(1)).map(|word| word.as_str());
    let own = word.is_some_and(|word| !prose.reading.products.mentions(word).is_empty());
    if !own && !BEFORE_DOSE.regex().is_match(before) {
        return false;
    }
    let taken = TAKES.regex().is_match(before) || !prose.reading.products.mentions(before).is_empty();
    let alone = context.is_asked(Field::Dose) && before.trim_matches([' ', ',', '-', '*', ':']).split(' ').count() <= 3;
    let symptom = SYMPTOM.regex().is_match(sentence.clause_before(at)) && !taken;
    !symptom
        && (own || taken || alone || context.is_asked(Field::Dose) && sentence.corrects(at) || !measured && context.is_asked(Field::Dose))
}

/// Whether a dose, a product or a verb of taking stands before a place in its sentence.
fn is_dosing(prose: &Prose<'_>, place: &Place<'_>, at: usize, doses: &[std::ops::Range<usize>]) -> bool {
    let before = place.sentence.before(at);
    let clause = place.sentence.clause_before(at);
    let named = !prose.reading.products.mentions(before).is_empty();
    (doses.iter().any(|dose| dose.start <= at) || TAKES.regex().is_match(before) || named)
        && !NOT_DOSING.regex().is_match(clause)
        && !SYMPTOM.regex().is_match(clause)
}

fn frequencies(prose: &Prose<'_>, place: &Place<'_>, doses: &[std::ops::Range<usize>], drafts: &mut Vec<Draft>) {
    let sentence = &place.sentence;
    for read in frequency::scan(sentence.text) {
        let start = read.range.start;
        let before = sentence.before(start);
        let asked = prose.reading.context.is_asked(Field::Frequency);
        let alone = asked && ALONE.regex().is_match(before);
        let part = PART_OF_DAY.regex().is_match(&sentence.text[read.range.clone()]);
        let dosing = is_dosing(prose, place, start, doses);
        // "Ayer en la noche" is a time.
        if part && (WHEN.regex().is_match(before) || ends_with_date(prose, place, start)) {
            continue;
        }
        // "Por la noche" is when something happened as often as when something is taken.
        let enough = if part {
            doses.iter().any(|dose| dose.start <= start && start - dose.end.min(start) < 60)
                || dosing && asked && DOSE_NEAR.regex().is_match(sentence.clause_before(start))
        } else {
            dosing || alone
        };
        let product = prose.product_at(place, start);
        if !enough || !is_of_suspect(prose, place, start) || sentence.is_former(start) || !prose.reading.is_open(Field::Frequency, product)
        {
            continue;
        }
        drafts.push(prose.draft(place, Target { field: Field::Frequency, product }, read, "product.frequency"));
    }
}

fn routes(prose: &Prose<'_>, place: &Place<'_>, doses: &[std::ops::Range<usize>], drafts: &mut Vec<Draft>) {
    let sentence = &place.sentence;
    let routes = route::scan(sentence.text);
    // "Primero oral, después endovenosa": nobody can say which counts.
    let told: Vec<&str> = routes
        .iter()
        .filter(|route| route.plain && !sentence.denies(route.read.range.start))
        .map(|route| route.read.value.as_str())
        .collect();
    if prose.reading.products.only().is_some()
        && told.iter().any(|route| *route != told[0])
        && !medicines::other_before(prose.reading.products, sentence.text)
    {
        return;
    }
    for route in routes {
        let start = route.read.range.start;
        let words = &sentence.text[route.read.range.clone()];
        let behind_dose = doses.iter().any(|dose| dose.end <= start && start - dose.end <= 2);
        let dosing =
            is_dosing(prose, place, start, doses) || starts_line(sentence.before(start)) && prose.reading.context.is_asked(Field::Route);
        let of_place = PLACE.at_start(words).is_some() && !words.contains("vena") && !words.contains("lengua");
        let near = doses.iter().any(|dose| dose.start <= start) || TAKES.regex().is_match(sentence.clause_before(start));
        // "45 años, 80 kg, IM".
        let listed = prose.reading.context.is_asked(Field::Route)
            && sentence.text.len() <= 80
            && sentence.clause_before(start).trim().is_empty()
            && sentence.clause_after(route.read.range.end).trim().is_empty();
        let enough = listed || behind_dose || route.plain && dosing && (!of_place || near);
        let product = prose.product_at(place, start);
        if !enough
            || SYMPTOM.regex().is_match(sentence.clause_before(start))
            || !is_of_suspect(prose, place, start)
            || !prose.reading.is_open(Field::Route, product)
        {
            continue;
        }
        drafts.push(prose.draft(place, Target { field: Field::Route, product }, route.read, "product.route"));
    }
}

/// Whether a date stands right before a place.
fn ends_with_date(prose: &Prose<'_>, place: &Place<'_>, at: usize) -> bool {
    let at = place.sentence.range.start + at;
    prose.reading.dates_in(place.sentence.range.clone()).iter().any(|date| date.range.end <= at && at - date.range.end <= 3)
}

fn starts_line(before: &str) -> bool {
    before.trim_matches([' ', ',', '-', '*', ':']).len() <= 12
}

fn lots(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let sentence = &place.sentence;
    for label in LABEL.regex().find_iter(sentence.text) {
        let rest = &prose.reading.text[sentence.range.start + label.end()..];
        let Some(read) = lot::direct(&rest[..rest.len().min(100)]) else { continue };
        let read = read.moved(label.end());
        let end = read.range.end.min(sentence.text.len());
        if NOT_IT.regex().is_match(sentence.before(label.start()))
            || NOT_THE_LOT.regex().is_match(sentence.before(read.range.start))
            || OF_OTHER.at_start(&sentence.text[end..]).is_some()
            || sentence.denies(label.start())
            || sentence.denies(read.range.start.min(sentence.text.len()))
        {
            continue;
        }
        let product = prose.product_at(place, label.start());
        if prose.reading.is_open(Field::Lot, product) {
            drafts.push(prose.draft(place, Target { field: Field::Lot, product }, read, "product.lot"));
        }
    }
}

fn reasons(prose: &Prose<'_>, place: &Place<'_>, doses: &[std::ops::Range<usize>], drafts: &mut Vec<Draft>) {
    let sentence = &place.sentence;
    for (pattern, plain) in [(&INDICATED, true), (&FOR, false)] {
        let Some(captures) = pattern.regex().captures(sentence.text) else { continue };
        let (Some(whole), Some(told)) = (captures.get(0), captures.get(1)) else { continue };
        let product = prose.product_at(place, whole.start());
        if NO_REASON.at_start(told.as_str()).is_some()
            || ADMITTED.regex().is_match(sentence.clause_before(whole.start()))
            || !plain && !is_dosing(prose, place, whole.start(), doses)
            || !is_of_suspect(prose, place, whole.start())
        {
            continue;
        }
        let ends = if plain { &INDICATED_END } else { &REASON_END };
        let end = ends.regex().find(told.as_str()).map_or(told.end(), |end| told.start() + end.start());
        let value = sentence.text[told.start()..end].trim_end();
        if value.len() >= 3 && prose.reading.is_open(Field::Indication, product) {
            drafts.push(prose.draft(
                place,
                Target { field: Field::Indication, product },
                Read::new(told.start()..told.start() + value.len(), ""),
                "product.reason",
            ));
            return;
        }
    }
}

/// A product of which the case has no name.
fn names(prose: &Prose<'_>, place: &Place<'_>, drafts: &mut Vec<Draft>) {
    let product = prose.reading.products.only();
    if !prose.reading.context.is_asked(Field::ProductName) || product.is_none() || !prose.reading.is_open(Field::ProductName, product) {
        return;
    }
    let Some(told) = NAMED.regex().captures(place.sentence.text).and_then(|captures| captures.get(1)) else { return };
    if !place.sentence.denies(told.start()) {
        drafts.push(prose.draft(place, Target { field: Field::ProductName, product }, Read::new(told.range(), ""), "product.name"));
    }
}
