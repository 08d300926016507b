//! What a question or a label is about: a table from words to fields.

use crate::field::Field;
use crate::pattern::{Pattern, Set, patterns};

patterns! {
    BIRTH = r"\b(?:fecha de nac\w*|f\.? ?nac\w*|nacimiento|f\.?n\.?|data de nascimento|nascimento|date of birth|dob|cuando nacio)\b";
    AGE = r"\b(?:edad|idade|age|cuantos anos)\b";
    SEX = r"\b(?:sexo|genero|sex|gender)\b";
    WEIGHT = r"\b(?:peso|pesa|weight)\b";
    INITIALS = r"\b(?:iniciales|iniciais|initials)\b";
    PREGNANCY = r"\b(?:meses de gestacion|semanas de gestacion|edad gestacional|gestacion|embaraz\w+|gestante|gravidez|gravida|pregnan\w+)\b";
    HISTORY = r"\b(?:antecedentes?(?: (?:medicos|patologicos|personales|morbidos|de importancia|y alergias))*|comorbilidad(?:es)?|comorbidades|enfermedades(?: (?:que padece|previas|cronicas|concomitantes))?|alergias|medical history|que enfermedades)\b";
    CONCOMITANT = r"\b(?:otros (?:medicamentos|farmacos)|(?:medicacion|medicamentos|farmacos) concomitantes?|concomitantes|outros medicamentos|other medic\w+)\b";
    DOSE_NUMBER = r"\b(?:numero de dosis|nro de dosis|que dosis de la serie|dose number)\b";
    DOSE = r"\b(?:dosis|posologia|dosificacion|dose|dosagem|cuanto (?:tomaba|tomo|le daba\w*|usaba)|cuantos? (?:mg|ml|tabletas|pastillas|gotas))\b";
    FREQUENCY = r"\b(?:frecuencia|cada cuant[oa]s?|cuantas veces|frequencia|frequency|how often|posologia|intervalo)\b";
    ROUTE = r"\b(?:via(?: de (?:administracion|adm\.?|uso))?|route(?: of administration)?)\b";
    LOT = r"\b(?:(?:numero |nro\.? ?|no\.? ?|n\.? ?)?(?:de(?:l)? )?lote|lote|batch(?: number)?|lot(?: number)?)\b";
    BEGINNING = r"\b(?:inicio|empezo|comenzo|iniciaron|comenzaron|empezaron|inicia|start(?:ed)?|began|comecou|(?:se )?aplico|aplicacion|administro|fecha de (?:administracion|aplicacion|vacunacion)|cuando (?:lo|la) (?:tomo|uso|recibio)|desde cuando|primera (?:dosis|toma)|onset|aparecio|aparecieron)\b";
    ENDING = r"\b(?:fin|final|termino|terminacion|terminaron|suspension|suspendio|dejo de|resolucion|resolvio|cuando (?:paso|se le quito|cedio)|end(?:ed)?|stop(?:ped)?|fim|ultima (?:dosis|toma)|desaparicion|dejo)\b";
    OF_EVENT = r"\b(?:evento|reaccion(?:es)?|ram|ea|esavi|efecto|sintomas?|molestias?|malestar|symptoms?|reaction|event|reacao|cuadro|problema|{symptom})\b";
    OF_TREATMENT = r"\b(?:tratamiento|tto|tx|medicamento|medicina|medicacion|farmaco|vacuna|toma|tomar\w*|tomo|usar\w*|uso|administracion|aplicacion|aplico|treatment|drug|medicine|tratamento|terapia|producto|dosis|posologia)\b";
    OUTCOME = r"\b(?:desenlace|evolucion|estado actual|como (?:esta|se encuentra|sigue|se siente|evoluciono)|outcome|condicion actual|desfecho|evolucao)\b";
    SERIOUSNESS = r"\b(?:gravedad|seriedad|severidad|grave|seri[oa]|(?:estuvo |fue |requirio )?hospitaliza\w+|internad[oa]|seriousness|serious|gravidade|riesgo (?:de|para) (?:la |su )?vida|peligro su vida)\b";
    INDICATION = r"\b(?:motivo(?: de (?:uso|prescripcion|la prescripcion|indicacion))?|indicacion|para que (?:se|lo|la|le|fue|tomaba)\w*|diagnostico|indication|indicacao)\b";
    PRODUCT = r"\b(?:nombre del (?:medicamento|producto|farmaco)|medicamento(?: sospechoso)?|producto(?: sospechoso)?|farmaco(?: sospechoso)?|suspect drug|medicine)\b";
    REPORTER = r"\b(?:su nombre|mi nombre|mis datos|nombre (?:completo|y apellidos?)(?: del (?:reportante|notificador|informante))?|nombre del (?:reportante|notificador|informante)|(?:reportante|notificador|notificado por|reportado por)|seu nome|your name|nombres y apellidos)\b";
    OCCUPATION = r"\b(?:profesion|ocupacion|cargo|especialidad|profession|occupation|profissao)\b";
    PHONE = r"\b(?:telefono|celular|telf|tel|cel|phone|mobile|telefone|movil|fono|numero de contacto)\b";
    EMAIL = r"\b(?:correo(?: electronico)?|e-?mail)\b";
    DEATH_DATE = r"\b(?:fecha (?:del |de )(?:fallecimiento|muerte|deceso|obito|defuncion)|date of death)\b";
    DEATH_CAUSE = r"\b(?:causa (?:del |de (?:la )?)(?:fallecimiento|muerte|deceso|obito)|cause of death)\b";
    AUTOPSY = r"\b(?:autopsia|necropsia|autopsy)\b";
    ACTION = r"\b(?:que se hizo con el medicamento|accion tomada|medida tomada|conducta con el medicamento|action taken)\b";
    RECHALLENGE = r"\b(?:readministr\w+|reexposicion|volvio a administrar|rechallenge)\b";
    SITE = r"\b(?:sitio (?:de (?:aplicacion|administracion|inyeccion))|injection site|lugar de aplicacion)\b";
    TESTS = r"\b(?:examenes|pruebas|laboratorio|resultados de (?:laboratorio|examenes)|tests)\b";
    EVENT = r"\b(?:descripcion(?: del (?:evento|caso))?|describa(?: el evento)?|(?:reaccion|evento)(?: advers[oa])?(?: presentad[oa])?|sintomas(?: presentados)?|que (?:le paso|sintomas tuvo|presento)|ram|esavi|adverse event|reaction)\b";
    DATE = r"\b(?:fecha|cuando|date|data|dia|inicio|fin|termino|desde cuando|hasta cuando|quando|when)\b";
    OF_OTHERS = r"\b(?:madre|mama|padre|papa|espos[oa]|herman[oa]|abuel[oa]|hij[oa]|acompanante|familiar|tutor|apoderad[oa]|medic[oa] tratante|mother|father|mae|pai|al nacer|ideal|habitual|anterior|previo|previa|antes|birth weight|del diluyente|diluyente|molecular)\b";
    OF_REPORTER = r"\b(?:reportante|notificador[a]?|informante|reporter|contacto)\b";
}

/// Field → its words.
static ROWS: &[(Field, &Pattern)] = &[
    (Field::BirthDate, &BIRTH),
    (Field::Age, &AGE),
    (Field::Sex, &SEX),
    (Field::Weight, &WEIGHT),
    (Field::Initials, &INITIALS),
    (Field::Pregnancy, &PREGNANCY),
    (Field::History, &HISTORY),
    (Field::Concomitant, &CONCOMITANT),
    (Field::DoseNumber, &DOSE_NUMBER),
    (Field::Dose, &DOSE),
    (Field::Frequency, &FREQUENCY),
    (Field::Route, &ROUTE),
    (Field::Lot, &LOT),
    (Field::Outcome, &OUTCOME),
    (Field::Seriousness, &SERIOUSNESS),
    (Field::Indication, &INDICATION),
    (Field::ProductName, &PRODUCT),
    (Field::ReporterName, &REPORTER),
    (Field::Occupation, &OCCUPATION),
    (Field::Phone, &PHONE),
    (Field::Email, &EMAIL),
    (Field::DeathDate, &DEATH_DATE),
    (Field::DeathCause, &DEATH_CAUSE),
    (Field::Autopsy, &AUTOPSY),
    (Field::Action, &ACTION),
    (Field::Rechallenge, &RECHALLENGE),
    (Field::Site, &SITE),
    (Field::Tests, &TESTS),
    (Field::Event, &EVENT),
];

static SET: Set = Set::new();

/// What speaks of a date: which of the four it is, the words around say.
const DATES: [(Field, bool, bool); 4] =
    [(Field::Start, true, false), (Field::End, false, false), (Field::EventStart, true, true), (Field::EventEnd, false, true)];

/// The fields that a question is about, and how much of it is understood: the ranges that name them.
pub(crate) struct Asked {
    pub(crate) fields: Vec<Field>,
    pub(crate) named: Vec<std::ops::Range<usize>>,
    /// A date is asked, and the words do not say whether of the treatment or of the event.
    pub(crate) date_of_unknown: Option<bool>,
}

/// Whether a heading or label speaks of another person than the patient.
pub(crate) fn is_of_others(text: &str) -> bool {
    OF_OTHERS.regex().is_match(text)
}

/// Whether any word of the table stands in a text.
pub(crate) fn names_any(text: &str) -> bool {
    patterns_of_text(text).matched_any()
}

fn patterns_of_text(text: &str) -> regex::SetMatches {
    SET.matches(ROWS.iter().map(|(_, pattern)| *pattern).chain([&OF_OTHERS, &BEGINNING, &ENDING]), text)
}

/// Reads a question or label; `has_product`: a product is named in it.
pub(crate) fn read(question: &str, has_product: bool) -> Asked {
    let mut asked = Asked { fields: Vec::new(), named: Vec::new(), date_of_unknown: None };
    let matches = patterns_of_text(question);
    if !matches.matched_any() || matches.matched(ROWS.len()) {
        return asked;
    }
    for (field, pattern) in matches.iter().filter_map(|index| ROWS.get(index)) {
        let found: Vec<_> = pattern.regex().find_iter(question).map(|found| found.range()).collect();
        if !found.is_empty() {
            asked.fields.push(*field);
            asked.named.extend(found);
        }
    }
    if matches.matched(ROWS.len() + 1) || matches.matched(ROWS.len() + 2) {
        asked.read_dates(question, has_product);
    }
    asked.settle(question, has_product);
    asked
}

impl Asked {
    fn read_dates(&mut self, question: &str, has_product: bool) {
        let begins: Vec<_> = BEGINNING.regex().find_iter(question).map(|found| found.range()).collect();
        let ends: Vec<_> = ENDING.regex().find_iter(question).map(|found| found.range()).collect();
        if begins.is_empty() && ends.is_empty() || self.fields.iter().any(|field| matches!(field, Field::BirthDate | Field::DeathDate)) {
            return;
        }
        // "Como evolucionó desde el inicio" asks no date.
        if self.fields.contains(&Field::Outcome) && !DATE.regex().is_match(question) {
            return;
        }
        let of_event = OF_EVENT.regex().is_match(question);
        let of_treatment = has_product || OF_TREATMENT.regex().is_match(question) || self.fields.contains(&Field::Dose);
        for (field, is_beginning, is_event) in DATES {
            let named = if is_beginning { &begins } else { &ends };
            if named.is_empty() || (is_beginning && !ends.is_empty() && begins.iter().all(|begin| ends.contains(begin))) {
                continue;
            }
            match (of_event, of_treatment) {
                (true, true) | (false, false) => self.date_of_unknown = Some(is_beginning),
                (event, _) if event == is_event => self.fields.push(field),
                _ => {}
            }
            self.named.extend(named.iter().cloned());
        }
        for pattern in [&DATE, &OF_EVENT, &OF_TREATMENT] {
            self.named.extend(pattern.regex().find_iter(question).map(|found| found.range()));
        }
    }

    /// Words that stand for a field of their own only where no other names it.
    fn settle(&mut self, question: &str, has_product: bool) {
        let has = |fields: &[Field], field: Field| fields.contains(&field);
        let dated = self.fields.iter().any(|field| matches!(field, Field::Start | Field::End | Field::EventStart | Field::EventEnd))
            || self.date_of_unknown.is_some();
        let other = self.fields.iter().any(|field| !matches!(field, Field::Event | Field::ProductName));
        let pregnancy = has(&self.fields, Field::Pregnancy);
        let number = has(&self.fields, Field::DoseNumber);
        let of_reporter = OF_REPORTER.regex().is_match(question);
        self.fields.retain(|field| match field {
            Field::Event => !dated && !other,
            Field::ProductName => !(other || dated || has_product && DATE.regex().is_match(question)),
            Field::Age => !pregnancy,
            Field::Dose => !(number || dated && !has_dose_apart(question)),
            Field::Sex | Field::Weight | Field::Initials => !of_reporter,
            // "Hospitalización" among the answers to another question.
            Field::Seriousness => !dated,
            _ => true,
        });
    }
}

/// "Última dosis: fecha" asks no dose; "dosis, frecuencia, vía y fecha de inicio" does.
fn has_dose_apart(question: &str) -> bool {
    FREQUENCY.regex().is_match(question) || ROUTE.regex().is_match(question)
}

#[cfg(test)]
mod tests {
    use followup_domain::asking::catalogue::CATALOGUE;

    use super::*;
    use crate::fold::Folded;

    fn fields(question: &str, has_product: bool) -> Vec<Field> {
        read(&Folded::new(question).text, has_product).fields
    }

    #[test]
    fn every_question_of_ours_is_understood() {
        for spec in CATALOGUE {
            let Some(field) = Field::find(spec.field) else { continue };
            for question in [Some(spec.question), spec.of_vaccine].into_iter().flatten() {
                assert!(fields(question, false).contains(&field), "{question}: {:?}", fields(question, false));
            }
        }
    }

    #[test]
    fn questions_in_other_words_are_understood() {
        for (question, expected) in [
            ("¿Cuánto pesa?", vec![Field::Weight]),
            ("Peso aproximado (kg)", vec![Field::Weight]),
            ("Fecha de inicio del evento (dd/mm/aaaa)", vec![Field::EventStart]),
            ("¿Cuándo comenzaron los síntomas?", vec![Field::EventStart]),
            ("Inicio tto", vec![Field::Start]),
            ("Fin del tratamiento", vec![Field::End]),
            ("¿Cómo se encuentra hoy?", vec![Field::Outcome]),
            ("¿Cada cuánto?", vec![Field::Frequency]),
            ("Edad del paciente", vec![Field::Age]),
            ("Número de lote", vec![Field::Lot]),
            ("Peso de la madre", vec![]),
            ("Talla", vec![]),
            ("Data de nascimento", vec![Field::BirthDate]),
            ("Batch number", vec![Field::Lot]),
        ] {
            assert_eq!(fields(question, false), expected, "{question}");
        }
        assert_eq!(fields("dosis, frecuencia, vía y fecha de inicio", true), [Field::Dose, Field::Frequency, Field::Route, Field::Start]);
    }
}
